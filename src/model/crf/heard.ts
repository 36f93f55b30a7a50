import {VOID} from "../classes.ts";
import {fewestPixels} from "../fieldShare.ts";
import type {Picture} from "../picture.ts";
import {emptyKernels, pairwiseKernels, type KernelWidths} from "./pairwise.ts";

/** Returns how many other pixels than *pixel* have a weight above *least*. */
export function countAbove(weights: Float32Array, pixel: number, least: number): number {
  let count = 0;
  for (let i = 0; i < weights.length; i++) if (weights[i] > least) count++;
  return weights[pixel] > least ? count - 1 : count;
}

/** The fewest pixels that hold half of what a pixel hears from others. */
export interface Half {
  readonly count: number;
  /** How far the farthest of them is, in pixels; 0 if there is none. */
  readonly farthest: number;
}

/** Returns the fewest other pixels that hold half of the *weights* between *pixel* and others. */
export function heardHalf(weights: Float32Array, pixel: number, width: number): Half {
  const others = weights.slice();
  others[pixel] = 0;
  const {count, mask} = fewestPixels(others, 0.5);
  let most = 0;
  for (let i = mask.indexOf(1); i >= 0; i = mask.indexOf(1, i + 1))
    most = Math.max(most, squaredDistance(i, pixel, width));
  return {count, farthest: Math.sqrt(most)};
}

/**
 * Returns which share of the *weights* between *pixel* and others lies on pixels of each label, with
 * void last; all 0 if there is no weight. Without *weights*, all pixels count alike.
 */
export function heardByLabel(
  weights: Float32Array | null,
  truth: Uint8Array,
  pixel: number
): Float64Array {
  const shares = new Float64Array(VOID + 1);
  for (let i = 0; i < truth.length; i++)
    if (i !== pixel) shares[truth[i]] += weights === null ? 1 : weights[i];
  const sum = shares.reduce((a, b) => a + b, 0);
  return sum > 0 ? shares.map((share) => share / sum) : shares;
}

/**
 * Returns the pixel nearest to *pixel* whose true label is another, and not void; the first of
 * equally near ones; or null if there is none.
 */
export function nearestOther(truth: Uint8Array, pixel: number, width: number): number | null {
  let nearest: number | null = null;
  let least = Infinity;
  for (let i = 0; i < truth.length; i++) {
    if (truth[i] === truth[pixel] || truth[i] === VOID) continue;
    const distance = squaredDistance(i, pixel, width);
    if (distance < least) [nearest, least] = [i, distance];
  }
  return nearest;
}

function squaredDistance(a: number, b: number, width: number): number {
  return ((a % width) - (b % width)) ** 2 + (Math.floor(a / width) - Math.floor(b / width)) ** 2;
}

/** What stands in a street by itself: cars, pedestrians, bicyclists. */
const things = [8, 9, 10];

/** So far from what has another label, in pixels, a pixel is looked for. */
const INSIDE = 4;

/** Of so many pixels at most the best is taken: each takes a pass over the picture. */
const CANDIDATES = 40;

/**
 * Returns a pixel that hears much from its own label and little from others by the appearance
 * kernel: of some well inside of things or, in a street without any, well inside of anything; the
 * middle if nothing is so large. All is looked at in every other row and column, which tells as
 * much in a quarter of the time.
 */
export function clearestPixel(picture: Picture, truth: Uint8Array, widths: KernelWidths): number {
  const {picture: small, truth: labels} = everyOther(picture, truth);
  const {width, height} = small;
  const reach = INSIDE / 2;
  const around = [-1, 0, 1].flatMap((dy) => [-1, 0, 1].map((dx) => reach * (dy * width + dx)));
  const inside = (of: (label: number) => boolean) => {
    const found: number[] = [];
    for (let y = reach; y < height - reach; y++)
      for (let x = reach; x < width - reach; x++) {
        const i = y * width + x;
        if (of(labels[i]) && around.every((by) => labels[i + by] === labels[i])) found.push(i);
      }
    return found;
  };
  const isThing = (label: number) => things.includes(label);
  let found = inside(isThing);
  if (found.length === 0) found = inside((label) => label !== VOID);
  const {smoothness, appearance} = widths;
  const halved = {
    smoothness: {sxy: smoothness.sxy / 2},
    appearance: {sxy: appearance.sxy / 2, srgb: appearance.srgb}
  };
  const kernels = emptyKernels(small);
  let best = Math.floor(height / 2) * width + Math.floor(width / 2);
  let most = -Infinity;
  const stride = Math.max(1, found.length / CANDIDATES);
  for (let n = 0; n < found.length; n += stride) {
    const pixel = found[Math.floor(n)];
    const own = labels[pixel];
    const k = pairwiseKernels(small, pixel, halved, kernels).appearance;
    // What others say counts three times: a thing of a color of its own shows better than a large one.
    let score = 0;
    for (let i = 0; i < labels.length; i++) score += labels[i] === own ? k[i] : -3 * k[i];
    if (score > most) [best, most] = [pixel, score];
  }
  return 2 * Math.floor(best / width) * picture.width + 2 * (best % width);
}

/** Every other row and column, from the first on. */
function everyOther(
  {width, height, data}: Picture,
  truth: Uint8Array
): {picture: Picture; truth: Uint8Array} {
  const [columns, rows] = [Math.ceil(width / 2), Math.ceil(height / 2)];
  const words = new Uint32Array(columns * rows);
  const source = new Uint32Array(data.slice().buffer);
  const labels = new Uint8Array(words.length);
  for (let y = 0, i = 0; y < rows; y++)
    for (let x = 0; x < columns; x++, i++) {
      words[i] = source[2 * y * width + 2 * x];
      labels[i] = truth[2 * y * width + 2 * x];
    }
  const picture = {width: columns, height: rows, data: new Uint8ClampedArray(words.buffer)};
  return {picture, truth: labels};
}
