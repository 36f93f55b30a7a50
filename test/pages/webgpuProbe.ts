import * as tf from "@tensorflow/tfjs-core";
import {useBackend, type Backend} from "../../src/model/backend.ts";
import {composedKernels, type GradientKernels, type Window} from "../../src/model/gradients.ts";
import {webgpuKernels} from "../../src/model/kernels/webgpuKernels.ts";
import type {Activation} from "../../src/model/network.ts";
import {windowPadding} from "../../src/model/padding.ts";
import {mulberry32} from "../../src/model/random.ts";

/** What a page does for the test of WebGPU's gradient kernels: bundled, served, called from Node. */

/** A map and how it is convolved and normalized. */
export interface Case extends Window {
  readonly shape: [batch: number, height: number, width: number, channels: number];
  /** Channels that a convolution makes of it. */
  readonly to: number;
  readonly activation: Activation;
}

/** How far an output of a kernel is from what the composed kernel gives on the CPU. */
export interface Difference {
  readonly kernel: string;
  /** The largest difference, as a share of the largest value. */
  readonly share: number;
}

/** Returns how far every kernel is off in each case, and how many tensors it left behind. */
async function compare(cases: readonly Case[]): Promise<{found: Difference[][]; left: number}> {
  const truth = await outputs("cpu", composedKernels, cases);
  const tried = await outputs("webgpu", webgpuKernels, cases);
  const found = truth.all.map((expected, i) =>
    [...expected].map(([kernel, values]): Difference => {
      const others = tried.all[i].get(kernel)!;
      const largest = Math.max(...values.map(Math.abs), 1e-6);
      const off = values.map((value, j) => Math.abs(value - others[j]));
      const share = others.length === values.length ? Math.max(...off) / largest : Infinity;
      return {kernel, share};
    })
  );
  return {found, left: truth.left + tried.left};
}

async function outputs(backend: Backend, kernels: GradientKernels, cases: readonly Case[]) {
  await useBackend(backend, {software: true});
  const all: Map<string, number[]>[] = [];
  const before = tf.memory().numTensors;
  for (const [i, one] of cases.entries()) all.push(await outputsOf(kernels, one, i));
  return {all, left: tf.memory().numTensors - before};
}

async function outputsOf(
  kernels: GradientKernels,
  {shape, to, activation, ...window}: Case,
  seed: number
): Promise<Map<string, number[]>> {
  const random = mulberry32(seed + 1);
  const made: tf.Tensor[] = [];
  const tensor = <T extends tf.Tensor>(dimensions: number[], offset = 0): T => {
    const size = dimensions.reduce((product, d) => product * d, 1);
    const values = Float32Array.from({length: size}, () => 2 * random() - 1 + offset);
    made.push(tf.tensor(values, dimensions));
    return made.at(-1) as T;
  };
  const [batch, height, width, channels] = shape;
  const {kernelSize: k} = window;
  const rows = windowPadding(height, window).outputs;
  const columns = windowPadding(width, window).outputs;

  const x = tensor<tf.Tensor4D>(shape);
  const filter = tensor<tf.Tensor4D>([k, k, channels, to]);
  const taps = tensor<tf.Tensor4D>([k, k, channels, 1]);
  const dy = tensor<tf.Tensor4D>([batch, rows, columns, to]);
  const dyDepthwise = tensor<tf.Tensor4D>([batch, rows, columns, channels]);
  const dyMap = tensor<tf.Tensor4D>(shape);
  const [gamma, beta] = [tensor<tf.Tensor1D>([channels], 4), tensor<tf.Tensor1D>([channels], 2)];
  const options = {epsilon: 1e-3, activation};
  const normalized = kernels.normalize(x, gamma, beta, options);
  const results: Record<string, tf.Tensor> = {
    conv: kernels.conv(x, filter, window),
    convFilter: kernels.convFilter(x, dy, window),
    convInput: kernels.convInput(dy, filter, shape, window),
    depthwise: kernels.depthwise(x, taps, window),
    depthwiseFilter: kernels.depthwiseFilter(x, dyDepthwise, window),
    depthwiseInput: kernels.depthwiseInput(dyDepthwise, taps, shape, window),
    ...normalized,
    ...kernels.normalizeGradient(dyMap, x, normalized, gamma, beta, options),
    resizeInput: kernels.resizeInput(dyMap, [batch, 3, 2, channels]),
    channelSums: kernels.channelSums(dyMap)
  };
  const values = new Map<string, number[]>();
  for (const [name, result] of Object.entries(results))
    values.set(name, Array.from(await result.data()));
  tf.dispose([...made, ...Object.values(results)]);
  return values;
}

export const probe = {compare};
Object.assign(globalThis, {probe});
