import type {TaskData} from "../../../bin/trainProtocol.ts";
import {deeplabV3Plus} from "../../../src/model/deeplab.ts";
import type {TrainingKernels} from "../../../src/model/train/loss.ts";
import {computeGroup, type Samples} from "../../../src/model/train/group.ts";
import {initialize, layoutOf, slotOf} from "../../../src/model/train/parameters.ts";
import type {GroupJob} from "../../../src/model/train/webgpuGroup.ts";
import {mulberry32} from "../../../src/model/random.ts";

/** A small network with every kind of layer that is trained, and what it is to learn. */
export const tinyTask: TaskData = {
  network: {
    widthMultiplier: 0.35,
    asppChannels: 16,
    decoderChannels: 16,
    skipChannels: 8,
    classes: 4,
    rates: [1, 2, 3],
    auxiliaryHead: true
  },
  loss: {auxiliaryWeight: 0.4, smoothing: 0.05},
  classWeights: Float32Array.of(1, 0.5, 2, 1)
};

export const tinyNetwork = deeplabV3Plus(tinyTask.network);
export const tinyLayout = layoutOf(tinyNetwork);

/**
 * Returns weights with which every value before a ReLU6 is far from 0 and 6. Elsewhere gradients
 * jump where a value's rounding decides on which side it is: by some percent in a small network,
 * even between WebAssembly with fused multiply-adds and without.
 */
export function smoothWeights(): Float32Array {
  const trained = new Float32Array(tinyLayout.trainedSize);
  const statistics = new Float32Array(tinyLayout.statisticsSize);
  initialize(tinyNetwork, tinyLayout, trained, statistics, mulberry32(1));
  for (const slot of tinyLayout.trained) {
    if (slot.name.endsWith("/gamma")) slotOf(trained, slot).fill(0.3);
    if (slot.name.endsWith("/beta")) slotOf(trained, slot).fill(3);
  }
  return trained;
}

/** Two pictures, not a whole group: emulated GPUs are slow. */
const COUNT = 2;

/** Pictures that can be learned: their colors tell their labels, with a frame of void. */
export function tinySamples(seed: number): Samples {
  const random = mulberry32(seed);
  const [height, width] = [33, 33];
  const area = height * width;
  const pixels = new Float32Array(COUNT * area * 3);
  const labels = new Uint8Array(COUNT * area);
  for (let i = 0; i < COUNT * area; i++) {
    const [y, x] = [Math.floor((i % area) / width), i % width];
    const label = (Math.floor(y / 11) + Math.floor(x / 17) + Math.floor(i / area) + seed) % 3;
    labels[i] = y < 2 ? 4 : label;
    const noise = () => 0.6 * (random() - 0.5);
    pixels.set([label - 1 + noise(), 1 - label + noise(), noise()], i * 3);
  }
  return {height, width, pixels, labels};
}

/** Returns the place for what a group gives. */
export function tinyJob(trained: Float32Array, seed: number): GroupJob {
  return {
    samples: tinySamples(seed),
    trained,
    gradient: new Float32Array(tinyLayout.trainedSize),
    statistics: new Float32Array(tinyLayout.statisticsSize),
    seed
  };
}

/** Computes a group on the current backend. */
export function computeTiny(job: GroupJob, kernels: TrainingKernels) {
  const {classWeights, loss} = tinyTask;
  const options = {network: tinyNetwork, layout: tinyLayout, kernels, classWeights, ...loss};
  const {samples, trained, gradient, statistics, seed} = job;
  return computeGroup(options, samples, trained, gradient, statistics, mulberry32(seed));
}

function length(values: Float32Array): number {
  return Math.sqrt(values.reduce((sum, v) => sum + v * v, 0));
}

/** Returns the length of the difference of two vectors, as a share of the length of the first. */
export function distance(a: Float32Array, b: Float32Array): number {
  return length(a.map((value, i) => value - b[i])) / length(a);
}

/**
 * Returns the weight whose gradient differs most, and by which share of its length. Left out are
 * gradients that are nothing but rounding: of what a normalization takes off again.
 */
export function worstSlot(a: Float32Array, b: Float32Array): {name: string; share: number} {
  const whole = length(a);
  return tinyLayout.trained
    .map((slot) => ({slot, values: slotOf(a, slot)}))
    .filter(({values}) => length(values) > 1e-4 * whole)
    .map(({slot, values}) => ({name: slot.name, share: distance(values, slotOf(b, slot))}))
    .reduce((worst, one) => (one.share > worst.share ? one : worst));
}
