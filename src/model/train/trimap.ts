/** The chessboard radii, in pixels, at which evaluation scores the boundaries. */
export const trimapBands: readonly number[] = [1, 2, 4, 8, 16, 32];

/**
 * Returns, for each pixel, the index in *bands* of the narrowest band around the true boundaries
 * that holds it; bands.length if none does, or if the pixel is *ignored* (void). *bands* ascend,
 * in pixels.
 *
 * ```js
 * trimap([0, 0, 0, 5, 5], 5, 1, [1, 2], 11); // [2, 1, 0, 0, 1]
 * ```
 *
 * A pixel is in band b if a pixel of another class, void not being one, lies within chessboard
 * distance b of it: in the square of 2b + 1 pixels a side centered there. So boundaries drawn
 * as a thin line of void count as boundaries too.
 *
 * Throws a RangeError if there are not width × height labels, if a label is neither below 255 nor
 * *ignored*, or if the bands do not ascend.
 */
export function trimap(
  truth: ArrayLike<number>,
  width: number,
  height: number,
  bands: readonly number[],
  ignored: number
): Uint8Array {
  if (truth.length !== width * height) {
    throw new RangeError(`invalid truth: ${truth.length} labels for ${width}×${height}`);
  }
  bands.forEach((band, i) => {
    if (!(Number.isSafeInteger(band) && band > (bands[i - 1] ?? 0))) {
      throw new RangeError(`invalid bands: ${bands.join(", ")}; ascending integers are legal`);
    }
  });
  // A square holds another class exactly if the largest or the smallest label in it is not the
  // center's. Both are kept as maxima, with 0 where nothing but void is.
  const size = truth.length;
  const upper = new Uint8Array(size);
  const lower = new Uint8Array(size);
  for (let i = 0; i < size; ++i) {
    const label = truth[i];
    if (label === ignored) continue;
    if (!(label >= 0 && label < 255))
      throw new RangeError(`invalid label: ${label}; 0 to 254 are legal`);
    upper[i] = label + 1;
    lower[i] = 255 - label;
  }
  const [largest, smallest] = [upper.slice(), lower.slice()];
  const scratch = new Uint8Array(size);
  const nearest = new Uint8Array(size).fill(bands.length);
  for (let b = 0, radius = 0; b < bands.length; ++b) {
    while (radius < bands[b]) {
      // Three squares of radius r, side by side, make one of up to 3r + 1.
      const step = Math.min(bands[b], 3 * radius + 1) - radius;
      widen(largest, width, height, step, scratch);
      widen(smallest, width, height, step, scratch);
      radius += step;
    }
    for (let i = 0; i < size; ++i) {
      if (
        nearest[i] === bands.length &&
        upper[i] !== 0 &&
        (largest[i] !== upper[i] || smallest[i] !== lower[i])
      ) {
        nearest[i] = b;
      }
    }
  }
  return nearest;
}

/**
 * Replaces each value by the largest of it and those *step* away along the rows, then likewise
 * along the columns. What would lie outside is taken at the rim: its square reaches no further
 * than the square wanted, and as far inside.
 */
function widen(
  values: Uint8Array,
  width: number,
  height: number,
  step: number,
  scratch: Uint8Array
): void {
  for (let y = 0; y < height; ++y) {
    const start = y * width;
    const end = start + width - 1;
    for (let i = start; i <= end; ++i) {
      const left = values[i - step < start ? start : i - step];
      const right = values[i + step > end ? end : i + step];
      const here = values[i];
      const side = left > right ? left : right;
      scratch[i] = here > side ? here : side;
    }
  }
  for (let y = 0, i = 0; y < height; ++y) {
    const above = Math.max(y - step, 0) * width;
    const below = Math.min(y + step, height - 1) * width;
    for (let x = 0; x < width; ++x, ++i) {
      const up = scratch[above + x];
      const down = scratch[below + x];
      const here = scratch[i];
      const side = up > down ? up : down;
      values[i] = here > side ? here : side;
    }
  }
}
