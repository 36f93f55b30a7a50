import type {CrfIteration} from "../model/crf/crfRun.ts";
import type {CrfSettings} from "./crfSettings.ts";
import type {PictureSource} from "./pictureCopy.ts";
import type {Pixel} from "./pixelPointer.ts";

/** A street, and what the network says of it. */
export interface IterationsData {
  /** The picture, to be looked at. */
  readonly picture: PictureSource;
  /** −log p of each pixel's labels, label fastest. */
  readonly unary: Float32Array;
  /** The true label of each pixel; the number of labels where there is none. */
  readonly truth: Uint8Array;
}

/** An iteration of a run, and its mIoU against the truth; null where there is no truth. */
export type IterationReport = Pick<CrfIteration, "iteration" | "Q" | "labels" | "received"> & {
  readonly mIoU: number | null;
};

/** An iteration as the figure keeps it: numbers of one run are never mixed with another's. */
export interface Frame extends IterationReport {
  readonly settings: CrfSettings;
  /** The same object for all iterations of a run. */
  readonly first: Frame | null;
  readonly unary: Float32Array;
  /** The mean over the labels of each pixel's scores. */
  readonly means: Float32Array;
  /** How many pixels have another label than at iteration 0. */
  readonly moved: number;
  /** The share of pixels that believe in one label by more than 90 %. */
  readonly sure: number;
}

/** The last iteration of a run. */
export const LAST = 10;

/** What a pixel that is sure of its label believes in it, at the least. */
export const SURE = 0.9;

/** Returns a *report* to be kept, with what is read from it often. *first* is its run's first. */
export function frameOf(
  report: IterationReport,
  {first, settings, unary}: Pick<Frame, "first" | "settings" | "unary">
): Frame {
  const {Q, labels, received} = report;
  const count = Q.length / labels.length;
  const means = new Float32Array(labels.length);
  let moved = 0;
  let sure = 0;
  for (let pixel = 0, i = 0; pixel < labels.length; pixel++) {
    if (Q[i + labels[pixel]] > SURE) sure++;
    if (first !== null && first.labels[pixel] !== labels[pixel]) moved++;
    let sum = 0;
    for (const end = i + count; i < end; i++)
      sum += received ? received.smoothness[i] + received.appearance[i] - unary[i] : -unary[i];
    means[pixel] = sum / count;
  }
  return {...report, first, settings, unary, means, moved, sure: sure / labels.length};
}

/** Returns the scores of *label*, less the mean over the labels, which softmax takes no notice of. */
export function scoreMap({unary, received, means}: Frame, label: number): Float32Array {
  const count = unary.length / means.length;
  const scores = new Float32Array(means.length);
  for (let pixel = 0, i = label; pixel < scores.length; pixel++, i += count) {
    const heard = received ? received.smoothness[i] + received.appearance[i] : 0;
    scores[pixel] = heard - unary[i] - means[pixel];
  }
  return scores;
}

/** How one pixel's belief in a label comes about, in nats. */
export interface BeliefParts {
  readonly label: number;
  readonly unary: number;
  readonly smoothness: number;
  readonly appearance: number;
  /** −unary + smoothness + appearance. */
  readonly score: number;
  /** The softmax of the scores, computed here from these parts. */
  readonly softmax: number;
  /** What the CRF says. */
  readonly belief: number;
}

/** Returns the parts of every label at *pixel* of *frame*, in label order. */
export function beliefParts({unary, received, Q, labels}: Frame, pixel: number): BeliefParts[] {
  const count = Q.length / labels.length;
  const parts = Array.from({length: count}, (_, label) => {
    const i = pixel * count + label;
    const [smoothness, appearance] = received
      ? [received.smoothness[i], received.appearance[i]]
      : [0, 0];
    const score = smoothness + appearance - unary[i];
    return {label, unary: unary[i], smoothness, appearance, score, belief: Q[i]};
  });
  const most = Math.max(...parts.map(({score}) => score));
  const powers = parts.map(({score}) => Math.exp(score - most));
  const sum = powers.reduce((a, b) => a + b);
  return parts.map((part, label) => ({...part, softmax: powers[label] / sum}));
}

/** Returns the largest difference between what the CRF believes and what the parts come to. */
export function partsError(parts: readonly BeliefParts[]): number {
  return Math.max(...parts.map(({belief, softmax}) => Math.abs(belief - softmax)));
}

/** Returns the *count* labels that *pixel* believes in most in any of *frames*, the best first. */
export function topLabels(frames: readonly Frame[], pixel: number, count: number): number[] {
  const labels = frames[0].Q.length / frames[0].labels.length;
  const best = Array.from({length: labels}, (_, label) =>
    Math.max(...frames.map(({Q}) => Q[pixel * labels + label]))
  );
  return best
    .map((_, label) => label)
    .sort((a, b) => best[b] - best[a])
    .slice(0, count);
}

/** The least share of the picture that a class must take, to be chosen. */
const PRESENT = 0.02;

/**
 * Returns the label that the CRF mends most to the eye, of those that take 2 % of the picture: whose
 * beliefs come nearer to the truth from *first* to *last* by most pixels over the root of its own.
 * (Per pixel of its own, it would be the smallest thing; by pixels alone, the largest.) 0 if there is
 * none.
 */
export function mostMended(first: Frame, last: Frame, truth: Uint8Array): number {
  const count = first.Q.length / truth.length;
  const gains = new Float64Array(count);
  const areas = new Float64Array(count);
  for (let pixel = 0; pixel < truth.length; pixel++) {
    const right = truth[pixel];
    if (right >= count) continue;
    areas[right]++;
    for (let label = 0, i = pixel * count; label < count; label++, i++)
      gains[label] += (last.Q[i] - first.Q[i]) * (label === right ? 1 : -1);
  }
  let best = 0;
  let most = -Infinity;
  for (let label = 0; label < count; label++) {
    const gain = gains[label] / Math.sqrt(areas[label]);
    if (areas[label] < PRESENT * truth.length || gain <= most) continue;
    [best, most] = [label, gain];
  }
  return best;
}

/**
 * Returns the pixel whose belief in its true label rises most from *first* to *last*, of those that
 * change to it; of true pixels of *label*, if any of them does. Null if no pixel is mended.
 */
export function tellingPixel(
  first: Frame,
  last: Frame,
  {truth, label, width}: {truth: Uint8Array; label: number; width: number}
): Pixel | null {
  const count = first.Q.length / truth.length;
  const best = {any: -1, own: -1};
  const rises = {any: 0, own: 0};
  for (let pixel = 0; pixel < truth.length; pixel++) {
    const right = truth[pixel];
    if (first.labels[pixel] === right || last.labels[pixel] !== right) continue;
    const i = pixel * count + right;
    const rise = last.Q[i] - first.Q[i];
    for (const of of right === label ? (["any", "own"] as const) : (["any"] as const))
      if (rise > rises[of]) [best[of], rises[of]] = [pixel, rise];
  }
  const pixel = best.own >= 0 ? best.own : best.any;
  return pixel < 0 ? null : {x: pixel % width, y: Math.floor(pixel / width)};
}

/** Returns how many pixels are right after and wrong before, and the other way around. */
export function mendedAndSpoiled(
  before: Uint8Array,
  after: Uint8Array,
  truth: Uint8Array
): {mended: number; spoiled: number} {
  let [mended, spoiled] = [0, 0];
  for (let i = 0; i < truth.length; i++) {
    if (before[i] === after[i]) continue;
    if (after[i] === truth[i]) mended++;
    else if (before[i] === truth[i]) spoiled++;
  }
  return {mended, spoiled};
}
