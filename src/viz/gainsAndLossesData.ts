import type {Labels, LensBox, LensData} from "./boundaryLensData.ts";
import {within} from "./boundaryLensData.ts";

/** Something in the street: pixels of one true label that hang together. */
export interface Thing {
  readonly label: number;
  /** "pedestrian", or, where there are more of the class, "pedestrian 2"; the largest first. */
  readonly name: string;
  /** Its pixels, as indices of the picture, row-major. */
  readonly pixels: readonly number[];
  /** The square crop about it. */
  readonly box: LensBox;
}

/** What is offered of a street, at most, and the least that counts as a thing, in pixels. */
export const MOST_THINGS = 8;
const LEAST_PIXELS = 40;
/** How much wider than a thing its crop is, and the least it is, in pixels. */
const MARGIN = 1.5;
const LEAST_CROP = 40;

/** Classes that are things, thin or small, in the order in which they are offered. */
const kinds = ["pedestrian", "pole", "sign", "bicyclist", "car", "fence"];

/**
 * Returns the things of *truth*: of each kind the largest first, up to two, and {@link MOST_THINGS}
 * in all. Pixels hang together if they touch, also across a corner.
 */
export function thingsOf(
  truth: Labels,
  {width, height}: {width: number; height: number},
  names: readonly string[]
): Thing[] {
  const found = kinds.map((kind) => {
    const label = names.indexOf(kind);
    const parts = label < 0 ? [] : partsOf(truth, width, height, label);
    const largest = parts
      .filter((pixels) => pixels.length >= LEAST_PIXELS)
      .sort((a, b) => b.length - a.length)
      .slice(0, 2);
    return largest.map((pixels, i): Thing => {
      const name = largest.length > 1 ? `${kind} ${i + 1}` : kind;
      return {label, name, pixels, box: cropOf(pixels, {width, height})};
    });
  });
  const firsts = found.flatMap((things) => things.slice(0, 1));
  const seconds = found.flatMap((things) => things.slice(1));
  const chosen = [...firsts, ...seconds].slice(0, MOST_THINGS);
  return found.flat().filter((thing) => chosen.includes(thing));
}

function partsOf(truth: Labels, width: number, height: number, label: number): number[][] {
  const seen = new Uint8Array(truth.length);
  const parts: number[][] = [];
  for (let start = 0; start < truth.length; ++start) {
    if (truth[start] !== label || seen[start]) continue;
    const pixels = [start];
    seen[start] = 1;
    // Grows while it is walked.
    for (const at of pixels) {
      const [x, y] = [at % width, Math.floor(at / width)];
      for (let v = Math.max(0, y - 1); v <= Math.min(height - 1, y + 1); ++v)
        for (let u = Math.max(0, x - 1); u <= Math.min(width - 1, x + 1); ++u) {
          const next = v * width + u;
          if (truth[next] !== label || seen[next]) continue;
          seen[next] = 1;
          pixels.push(next);
        }
    }
    parts.push(pixels);
  }
  return parts;
}

function cropOf(pixels: readonly number[], frame: {width: number; height: number}): LensBox {
  let [left, top, right, bottom] = [Infinity, Infinity, -Infinity, -Infinity];
  for (const at of pixels) {
    const [x, y] = [at % frame.width, Math.floor(at / frame.width)];
    [left, right] = [Math.min(left, x), Math.max(right, x)];
    [top, bottom] = [Math.min(top, y), Math.max(bottom, y)];
  }
  const side = Math.max(right - left, bottom - top) + 1;
  const most = Math.min(frame.width, frame.height);
  const size = Math.min(most, Math.max(LEAST_CROP, Math.round(MARGIN * side)));
  const [x, y] = [(left + right + 1 - size) / 2, (top + bottom + 1 - size) / 2];
  return within({x: Math.round(x), y: Math.round(y), size}, frame);
}

/** Returns how many of *pixels* have *label* in *labels*. */
export function rightPixels({pixels, label}: Thing, labels: Labels): number {
  return pixels.reduce((sum, at) => sum + Number(labels[at] === label), 0);
}

/** How well a labeling agrees with the truth. */
export interface LabelScores {
  /** The intersection over union of each class, in [0, 1]; null for one that is not there. */
  readonly perClass: readonly (number | null)[];
  readonly mIoU: number;
  /** Of each class, the pixels that are truly of it and labeled so. */
  readonly right: readonly number[];
}

/** A street as the figure shows it. */
export interface HarmData extends LensData {
  readonly truth: Labels;
  /** Of each class, its true pixels. */
  readonly total: readonly number[];
  readonly scores: {readonly encoder: LabelScores; readonly decoder: LabelScores};
}

/** A class, and what the CRF and the decoder change of its IoU, against the encoder alone. */
export interface ClassChange {
  readonly label: number;
  readonly before: number;
  readonly crf: number;
  readonly decoder: number;
}

/** Returns the changes of the classes that are in the street, the CRF's greatest gain first. */
export function classChanges({scores}: HarmData, crf: LabelScores): ClassChange[] {
  return scores.encoder.perClass
    .flatMap((before, label) => {
      const [after, decoded] = [crf.perClass[label], scores.decoder.perClass[label]];
      if (before === null || after === null || decoded === null) return [];
      return [{label, before, crf: after - before, decoder: decoded - before}];
    })
    .sort((a, b) => b.crf - a.crf);
}
