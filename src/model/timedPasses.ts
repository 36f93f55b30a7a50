import * as tf from "@tensorflow/tfjs-core";
import type {ConvolutionSize} from "./arithmeticIntensity.ts";
import {read} from "./backend.ts";
import {mulberry32} from "./random.ts";
import {quantile} from "./timingStatistics.ts";

/** What is timed: the standard convolution, the two steps that stand in for it, and the first. */
export const timedForms = ["standard", "separable", "depthwise"] as const;
export type TimedForm = (typeof timedForms)[number];

/** What a sample takes at least, in steps of the clock, in waits for the GPU, in milliseconds. */
const LEAST_SAMPLE = {steps: 50, waits: 20, milliseconds: 5};
/** Of the random numbers that are convolved. */
const SEED = 1;

/** The three forms on a backend, each a function that returns the output of one pass. */
export interface ConvolutionForms extends Record<TimedForm, () => tf.Tensor4D> {
  /** Frees inputs and weights. */
  dispose(): void;
}

/**
 * Returns the forms of a convolution of a *size*, on the current backend: inputs
 * `[1, height, width, channels]` and weights are seeded random numbers in [−1, 1), outputs are
 * `[1, height, width, filters]`, or of depthwise alone `[1, height, width, channels]`; stride and
 * rate 1, SAME padding, no bias or activation.
 */
export function convolutionForms({
  kernelSize,
  height,
  width,
  channels,
  filters
}: ConvolutionSize): ConvolutionForms {
  const random = mulberry32(SEED);
  const tensor = (...shape: [number, number, number, number]) => {
    const count = shape.reduce((a, b) => a * b);
    return tf.tensor4d(
      Float32Array.from({length: count}, () => 2 * random() - 1),
      shape
    );
  };
  // One input for each form: WebGL keeps it laid out as its first reader wants it.
  const whole = tensor(1, height, width, channels);
  const input = tensor(1, height, width, channels);
  const standard = tensor(kernelSize, kernelSize, channels, filters);
  const depthwise = tensor(kernelSize, kernelSize, channels, 1);
  const pointwise = tensor(1, 1, channels, filters);
  return {
    standard: () => tf.conv2d(whole, standard, 1, "same"),
    depthwise: () => tf.depthwiseConv2d(input, depthwise, 1, "same"),
    separable() {
      const between = tf.depthwiseConv2d(input, depthwise, 1, "same");
      const output = tf.conv2d(between, pointwise, 1, "same");
      between.dispose();
      return output;
    },
    dispose: () => tf.dispose([whole, input, standard, depthwise, pointwise])
  };
}

/**
 * Returns the milliseconds of so many passes, until their result is there. Throws an Error if the
 * device is lost.
 */
export async function timePasses(
  pass: () => tf.Tensor4D,
  count: number,
  isLost: () => boolean
): Promise<number> {
  const start = performance.now();
  for (let i = 1; i < count; i++) pass().dispose();
  const output = pass();
  try {
    await arrival(output, isLost);
  } finally {
    output.dispose();
  }
  const milliseconds = performance.now() - start;
  if (isLost()) throw new Error("the device was lost");
  return milliseconds;
}

/**
 * Waits until *output* is computed. WebAssembly and JavaScript return only when they are done; a GPU
 * does what it is told in order, so one number of the last output tells of all before it.
 */
async function arrival(output: tf.Tensor4D, isLost: () => boolean): Promise<void> {
  const backend = tf.getBackend();
  if (backend === "wasm" || backend === "cpu") return;
  const corner = tf.slice(output, [0, 0, 0, 0], [1, 1, 1, 1]);
  // WebGL's data() looks only now and then whether the GPU is done; dataSync() waits for it.
  if (backend === "webgl") corner.dataSync();
  else await read(corner, isLost);
  corner.dispose();
}

/**
 * Returns the milliseconds that a sample must take to be trusted: 50 steps of the clock, and 20 times
 * what waiting for the result of *pass* takes when it is there already.
 */
export async function leastSample(
  pass: () => tf.Tensor4D,
  clockStep: number,
  isLost: () => boolean
): Promise<number> {
  const output = pass();
  const waits: number[] = [];
  try {
    await arrival(output, isLost);
    for (let i = 0; i < 5; i++) {
      const start = performance.now();
      await arrival(output, isLost);
      waits.push(performance.now() - start);
    }
  } finally {
    output.dispose();
  }
  return Math.max(
    LEAST_SAMPLE.milliseconds,
    LEAST_SAMPLE.steps * clockStep,
    LEAST_SAMPLE.waits * quantile(waits, 0.5)
  );
}
