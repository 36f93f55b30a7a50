import * as tf from "@tensorflow/tfjs-core";
import type {Network} from "../network.ts";
import {batchNormName, isWeighted} from "../network.ts";
import type {TrainingKernels} from "./loss.ts";
import {crossEntropy} from "./loss.ts";
import {addLovasz} from "./lovasz.ts";
import type {Layout, Slot} from "./parameters.ts";
import {slotOf} from "./parameters.ts";
import {record} from "./tape.ts";

/**
 * Pictures whose batch normalization is shared: always this many, however many threads there are,
 * so that training gives the same numbers on one thread and on two.
 */
export const GROUP = 4;

/** Pictures of one size with their labels, ready for the network. */
export interface Samples {
  readonly height: number;
  readonly width: number;
  /** `[count, height, width, 3]`, scaled to [−1, 1]. */
  readonly pixels: Float32Array;
  /** `[count, height, width]`. */
  readonly labels: Uint8Array;
}

export interface GroupOptions {
  readonly network: Network;
  readonly layout: Layout;
  readonly kernels: TrainingKernels;
  /** The weight of each class in the loss. */
  readonly classWeights: Float32Array;
  /** The weight of the encoder-only head's loss beside the decoder's. Default 0.4. */
  readonly auxiliaryWeight?: number;
  /** The share of each target that all classes have alike. Default 0. */
  readonly smoothing?: number;
  /** The weight of the Lovász loss beside each head's cross-entropy. Default 0. */
  readonly lovaszWeight?: number;
}

/** What a group of pictures gives. */
export interface GroupResult {
  /** The decoder head's loss: nats, averaged over weighted pixels, and the Lovász loss. */
  readonly loss: number;
  /** The encoder-only head's, or NaN if there is none. */
  readonly auxiliaryLoss: number;
  /** Counts of (truth, prediction) of the decoder head, truth-major. */
  readonly confusion: Uint32Array;
}

/**
 * Computes the loss of a group of *samples* with the weights in *trained* and writes its gradient
 * to *gradient* and the batch's mean and variance of every layer to *statistics*, both in the
 * layout's order, once all is read back. The encoder-only head's labels are read at every other
 * pixel: its logits are too coarse for more to matter.
 *
 * A GPU is waited for twice: for the logits of both heads, and for everything else.
 */
export async function computeGroup(
  {
    network,
    layout,
    kernels,
    classWeights,
    auxiliaryWeight = 0.4,
    smoothing = 0,
    lovaszWeight = 0
  }: GroupOptions,
  samples: Samples,
  trained: Float32Array,
  gradient: Float32Array,
  statistics: Float32Array,
  random: () => number
): Promise<GroupResult> {
  const {height, width, pixels} = samples;
  const count = pixels.length / (height * width * 3);
  const confusion = new Uint32Array(classWeights.length ** 2);
  const losses = {decoder: NaN, encoder: NaN};

  // Tensors made here are freed one by one, not by tidy: some are adopted from the kernels.
  const parameters = new Map<string, tf.Tensor>(
    layout.trained.map((slot) => [slot.name, toTensor(trained, slot)])
  );
  const picture = tf.tensor4d(pixels, [count, height, width, 3]);
  const tape = record(network, parameters, picture, {kernels, random});

  // The tape frees its own; on a GPU a clone copies nothing.
  const seen = layout.statistics.map((slot) => {
    const layer = network.layers.find(
      (l) => isWeighted(l) && slot.name.startsWith(`${l.name}/BatchNorm/`)
    )!;
    const {mean, variance} = tape.statistics(layer.name)!;
    const isMean = isWeighted(layer) && slot.name === batchNormName(layer, "moving_mean");
    return (isMean ? mean : variance).clone();
  });

  const heads: {head: "decoder" | "encoder"; weight: number; every: number}[] =
    network.endpoints.decoder === undefined
      ? [{head: "encoder", weight: 1, every: 1}]
      : [
          {head: "decoder", weight: 1, every: 1},
          {head: "encoder", weight: auxiliaryWeight, every: 2}
        ];
  // Once read, values stay beside the tensor, where the loss takes them without waiting.
  const logits = heads
    .map(({head}) => network.endpoints[head])
    .filter((name) => name !== undefined);
  if (!kernels.crossEntropy) await Promise.all(logits.map((name) => tape.output(name).data()));
  const flowing = new Map<string, tf.Tensor4D>();
  for (const {head, weight, every} of heads) {
    const name = network.endpoints[head];
    if (name === undefined) continue;
    const lossOf = kernels.crossEntropy ?? crossEntropy;
    const sums = lossOf(tape.output(name), samples.labels, {
      labelSize: [height, width],
      classWeights,
      every,
      smoothing,
      confusion: every === 1 ? confusion : undefined
    });
    // A group without a single labeled pixel teaches nothing.
    const total = Math.max(sums.weight, Number.MIN_VALUE);
    losses[head] = sums.loss / total;
    const ofEntropy: tf.Tensor4D = tf.mul(sums.gradient, sums.weight > 0 ? weight / total : 0);
    sums.gradient.dispose();
    if (lovaszWeight === 0) {
      flowing.set(name, ofEntropy);
      continue;
    }
    const lovasz = lovaszOf(tape.output(name), samples, weight * lovaszWeight);
    losses[head] += lovaszWeight * lovasz.loss;
    flowing.set(name, tf.add(ofEntropy, lovasz.gradient));
    tf.dispose([ofEntropy, lovasz.gradient]);
  }

  const gradients = tape.backward(flowing);
  const found = layout.trained.map((slot) => gradients.get(slot.name)!);
  const all = tf.tidy(() =>
    tf.concat([...seen, ...found].map((part) => tf.reshape(part, [part.size])))
  );
  tf.dispose([...seen, ...gradients.values(), ...parameters.values(), picture]);
  const values = await all.data();
  all.dispose();
  statistics.set(values.subarray(0, layout.statisticsSize));
  gradient.set(values.subarray(layout.statisticsSize));
  const loss = network.endpoints.decoder === undefined ? losses.encoder : losses.decoder;
  return {loss, auxiliaryLoss: losses.encoder, confusion};
}

/** Returns the mean Lovász loss of a group's pictures, and its gradient times *weight*. */
function lovaszOf(
  logits: tf.Tensor4D,
  {height, width, labels}: Samples,
  weight: number
): {loss: number; gradient: tf.Tensor4D} {
  const [count, rows, columns, classes] = logits.shape;
  const values = logits.dataSync() as Float32Array;
  const gradient = new Float32Array(values.length);
  const [length, area] = [rows * columns * classes, height * width];
  let loss = 0;
  for (let i = 0; i < count; i++)
    loss += addLovasz(
      values.subarray(i * length, (i + 1) * length),
      labels.subarray(i * area, (i + 1) * area),
      gradient.subarray(i * length, (i + 1) * length),
      {size: [rows, columns], classes, labelSize: [height, width], weight: weight / count}
    );
  return {loss: loss / count, gradient: tf.tensor4d(gradient, logits.shape)};
}

function toTensor(values: Float32Array, slot: Slot): tf.Tensor {
  return tf.tensor(slotOf(values, slot).slice(), slot.shape.slice());
}
