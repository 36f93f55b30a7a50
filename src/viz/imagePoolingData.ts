import type {Logits} from "../model/logits.ts";
import type {Labels} from "./boundaryLensData.ts";
import type {PictureSource} from "./pictureCopy.ts";

/** What the network says with one vector or another in the place of image pooling's. */
export interface PoolingReading {
  /** One label a pixel. */
  readonly labels: Labels;
  /** The scores that the labels were made of, at their own coarser size. */
  readonly logits: Logits;
  /** The vector that every unit of the map was given. */
  readonly pooled: Float32Array;
  readonly mIoU: number;
  /** The intersection over union of each class, in [0, 1]; null for one that is not there. */
  readonly perClass: readonly (number | null)[];
}

/** A street, and what the network says of it. */
export interface PoolingStreet {
  /** The size of the labels. */
  readonly width: number;
  readonly height: number;
  readonly seed: number;
  readonly picture: PictureSource;
  /** The size of the map whose mean image pooling takes. */
  readonly columns: number;
  readonly rows: number;
  readonly own: PoolingReading;
}

/** Whose image pooling is taken, as the figure offers it. */
export interface PoolingDonor {
  /** One key, one picture. */
  readonly key: string;
  /** On its button: "at dusk". */
  readonly short: string;
  /** In a sentence: "this street at dusk". */
  readonly long: string;
  /** Draws it over all of a small canvas; null for what has no picture. */
  readonly draw: ((canvas: HTMLCanvasElement) => void) | null;
}

/** The names of what is always offered; every other donor is a street, called by its seed. */
export const OWN = "own";
export const NONE = "none";

/** Returns whether *name* is that of a street: a seed. */
export function isSeed(name: string): boolean {
  return /^(0|[1-9]\d{0,9})$/.test(name) && Number(name) < 2 ** 32;
}

/** Returns a map of 1 where two labelings differ. */
export function changedMap(before: Labels, after: Labels): Uint8Array {
  return before.map((label, i) => Number(label !== after[i]));
}

/** What became of the labels, in numbers. */
export interface LabelChanges {
  readonly changed: number;
  readonly of: number;
  /** What most of those that changed were, and became; null if none did. */
  readonly most: {readonly from: number; readonly to: number; readonly count: number} | null;
}

/** Counts what changed between two labelings of *classes* classes. */
export function labelChanges(before: Labels, after: Labels, classes: number): LabelChanges {
  const counts = new Uint32Array(classes * classes);
  let changed = 0;
  before.forEach((label, i) => {
    if (label === after[i]) return;
    ++changed;
    ++counts[label * classes + after[i]];
  });
  const count = counts.reduce((a, b) => Math.max(a, b), 0);
  const at = counts.indexOf(count);
  const most = {from: Math.floor(at / classes), to: at % classes, count};
  return {changed, of: before.length, most: changed > 0 ? most : null};
}

/**
 * Returns how far the probabilities of two maps of scores lie apart, at each unit: their total
 * variation, half the sum of the classes' absolute differences, from 0 to 1. Throws a RangeError if
 * the maps differ in size.
 */
export function totalVariation(a: Logits, b: Logits): Float32Array {
  if (a.width !== b.width || a.height !== b.height || a.classes !== b.classes)
    throw new RangeError(
      `invalid logits: ${b.width}×${b.height}×${b.classes} for ${a.width}×${a.height}×${a.classes}`
    );
  const {classes} = a;
  const [p, q] = [new Float64Array(classes), new Float64Array(classes)];
  return Float32Array.from({length: a.width * a.height}, (_, unit) => {
    softmax(a.data, unit * classes, p);
    softmax(b.data, unit * classes, q);
    let sum = 0;
    for (let c = 0; c < classes; ++c) sum += Math.abs(p[c] - q[c]);
    return sum / 2;
  });
}

function softmax(logits: Float32Array, from: number, to: Float64Array): void {
  let largest = -Infinity;
  for (let c = 0; c < to.length; ++c) largest = Math.max(largest, logits[from + c]);
  let sum = 0;
  for (let c = 0; c < to.length; ++c) sum += to[c] = Math.exp(logits[from + c] - largest);
  for (let c = 0; c < to.length; ++c) to[c] /= sum;
}

/** Returns the Euclidean length of *vector*. */
export function lengthOf(vector: Float32Array): number {
  return Math.hypot(...vector);
}

/** Returns the cosine of the angle between two vectors; null if either has no length. */
export function cosine(a: Float32Array, b: Float32Array): number | null {
  const lengths = lengthOf(a) * lengthOf(b);
  return lengths > 0 ? a.reduce((sum, value, i) => sum + value * b[i], 0) / lengths : null;
}

/** Returns the share of the pixels whose labels two readings disagree about. */
export function shareChanged(own: PoolingReading, other: PoolingReading): number {
  const changed = own.labels.reduce((sum, label, i) => sum + Number(label !== other.labels[i]), 0);
  return changed / own.labels.length;
}

/** A map of shares in [0, 1], row-major. */
export interface ShiftMap {
  readonly width: number;
  readonly height: number;
  readonly data: Float32Array;
}

/** What a vector in the place of the street's own comes to. */
export interface PoolingChange {
  readonly reading: PoolingReading;
  readonly shift: ShiftMap;
  /** Of the pixels, those whose label changes. */
  readonly share: number;
}

/** Returns what *reading* changes of the street's *own*. */
export function poolingChange(own: PoolingReading, reading: PoolingReading): PoolingChange {
  const {width, height} = own.logits;
  const data = totalVariation(own.logits, reading.logits);
  return {reading, shift: {width, height, data}, share: shareChanged(own, reading)};
}

/** A class, its IoU with the street's own image pooling, and what the other vector adds to it. */
export interface IouChange {
  readonly label: number;
  readonly before: number;
  readonly change: number;
}

/** Returns the changes of the classes that are in the street, in the classes' own order. */
export function iouChanges(own: PoolingReading, other: PoolingReading): IouChange[] {
  return own.perClass.flatMap((before, label) => {
    const after = other.perClass[label];
    return before === null || after === null ? [] : [{label, before, change: after - before}];
  });
}
