/** One label a pixel, row-major. */
export type Labels = Uint8Array;

/** A picture, and the labels of its pixels by several ways. */
export interface LensData {
  readonly width: number;
  readonly height: number;
  /** RGBA. */
  readonly pixels: Uint8ClampedArray;
  readonly encoder: Labels;
  readonly decoder: Labels;
  /** The true labels; such as are no class are void. Null: nobody knows. */
  readonly truth: Labels | null;
}

/** Where the lens lies, in pixels from the top left. */
export interface LensBox {
  readonly x: number;
  readonly y: number;
  readonly size: number;
}

/** Some pixels of a number of pixels. */
export interface Count {
  readonly some: number;
  readonly of: number;
}

/**
 * Returns a map of 1 where *labels* are wrong; with **truth** null, where they differ from *others*.
 * Pixels whose true label is none of *classes* are never wrong.
 */
export function wrongMap(
  labels: Labels,
  {truth, others, classes}: {truth: Labels | null; others: Labels; classes: number}
): Uint8Array {
  const right = truth ?? others;
  return labels.map((label, i) => Number(right[i] < classes && right[i] !== label));
}

/** Returns how many pixels are wrong of those with a true class, in *box* or in all. */
export function countWrong(
  wrong: Uint8Array,
  {width, truth}: LensData,
  classes: number,
  box: LensBox | null = null
): Count {
  let [some, of] = [0, 0];
  const height = wrong.length / width;
  const {x, y, size} = box ?? {x: 0, y: 0, size: Infinity};
  for (let row = y; row < Math.min(height, y + size); ++row)
    for (let i = row * width + x, n = Math.min(width - x, size); n > 0; ++i, --n) {
      some += wrong[i];
      of += Number(truth === null || truth[i] < classes);
    }
  return {some, of};
}

/**
 * Returns the place of a lens of *size* within which *map*, of *width* × *height*, has the largest
 * sum; of equals the first, row by row.
 */
export function fullestPlace(
  map: Uint8Array,
  {width, height}: {width: number; height: number},
  size: number
): {x: number; y: number} {
  // Sums of all that lies above and to the left.
  const sums = new Float64Array((width + 1) * (height + 1));
  const at = (x: number, y: number) => sums[y * (width + 1) + x];
  for (let y = 0; y < height; ++y)
    for (let x = 0; x < width; ++x)
      sums[(y + 1) * (width + 1) + x + 1] =
        map[y * width + x] + at(x, y + 1) + at(x + 1, y) - at(x, y);
  let most = -1;
  let best = {x: 0, y: 0};
  for (let y = 0; y + size <= height; ++y)
    for (let x = 0; x + size <= width; ++x) {
      const sum = at(x + size, y + size) - at(x, y + size) - at(x + size, y) + at(x, y);
      if (sum > most) [most, best] = [sum, {x, y}];
    }
  return best;
}

/** Returns the labels, of 0 to *classes* − 1, that any of *maps* has in *box*, in their order. */
export function labelsIn(
  maps: readonly (Labels | null)[],
  width: number,
  {x, y, size}: LensBox,
  classes: number
): number[] {
  const seen = new Set<number>();
  for (const labels of maps)
    if (labels !== null)
      for (let row = y; row < y + size; ++row)
        for (let i = row * width + x, n = size; n > 0; ++i, --n) seen.add(labels[i]);
  return [...seen].filter((label) => label < classes).sort((a, b) => a - b);
}

/** Returns *box* as far within *width* × *height* as it can be. */
export function within(
  {x, y, size}: LensBox,
  {width, height}: {width: number; height: number}
): LensBox {
  const side = Math.min(size, width, height);
  const inside = (place: number, length: number) => Math.max(0, Math.min(length - side, place));
  return {x: inside(x, width), y: inside(y, height), size: side};
}

/**
 * Draws into *path* the lines between pixels of different labels in *box*, each pixel being *scale*
 * wide. Lines along the box's own sides are left out.
 */
export function traceBoundaries(
  path: Pick<Path2D, "moveTo" | "lineTo">,
  labels: Labels,
  width: number,
  {x, y, size}: LensBox,
  scale: number
): void {
  for (let row = 0; row < size; ++row)
    for (let column = 0; column < size; ++column) {
      const i = (y + row) * width + x + column;
      const [left, top] = [column * scale, row * scale];
      if (column > 0 && labels[i] !== labels[i - 1]) {
        path.moveTo(left, top);
        path.lineTo(left, top + scale);
      }
      if (row > 0 && labels[i] !== labels[i - width]) {
        path.moveTo(left, top);
        path.lineTo(left + scale, top);
      }
    }
}

/** How right each way is. */
export interface LensComparison {
  /** A map of 1 where the labels of that way are wrong; see {@link wrongMap}. */
  readonly wrong: {encoder: Uint8Array; decoder: Uint8Array; crf?: Uint8Array};
  /** Returns how many pixels are wrong in *box*, or in all for null. */
  counts(box: LensBox | null): WrongCounts;
  /** Returns where the encoder is most wrong; nobody knowing that, where the decoder differs most. */
  worst(size: number): {x: number; y: number};
}

/** The wrong pixels by each way; null while they are computed. */
export interface WrongCounts {
  readonly encoder: Count;
  readonly decoder: Count;
  readonly crf: Count | null;
}

/** Compares the labels of each way, those of a *crf* if there are any, with the truth. */
export function lensComparison(
  data: LensData,
  crf: Labels | null,
  classes: number
): LensComparison {
  const {truth, encoder, decoder} = data;
  const map = (labels: Labels) => wrongMap(labels, {truth, others: encoder, classes});
  const wrong = {encoder: map(encoder), decoder: map(decoder), ...(crf && {crf: map(crf)})};
  return {
    wrong,
    counts(box) {
      const of = (map: Uint8Array) => countWrong(map, data, classes, box);
      const [one, other] = [of(wrong.encoder), of(wrong.decoder)];
      return {encoder: one, decoder: other, crf: wrong.crf ? of(wrong.crf) : null};
    },
    worst(size) {
      const side = Math.min(size, data.width, data.height);
      return fullestPlace(truth ? wrong.encoder : wrong.decoder, data, side);
    }
  };
}
