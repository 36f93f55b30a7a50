import {convolution, dilatedConvolution, type FeatureMap, type Filter} from "./atrousForms.ts";

/** How a small response is brought back to full size; see {@link upsample}. */
export type Upsampling = "bilinear" | "zeros";

/**
 * Returns every *stride*-th pixel of every *stride*-th row of *map*, from the first on: plain
 * subsampling, with no low-pass filter before it. Throws a RangeError if **stride** is not a whole
 * number from 1 up.
 */
export function subsample(map: FeatureMap, stride: number): FeatureMap {
  checkStride(stride);
  const {channels, data} = map;
  const [width, height] = [Math.ceil(map.width / stride), Math.ceil(map.height / stride)];
  const small = new Float32Array(width * height * channels);
  for (let y = 0, to = 0; y < height; ++y)
    for (let x = 0; x < width; ++x)
      for (let c = 0; c < channels; ++c)
        small[to++] = data[(y * stride * map.width + x * stride) * channels + c];
  return {width, height, channels, data: small};
}

/**
 * Returns the response *small*, made of a map that {@link subsample} took every *stride*-th pixel
 * of, at the full size *width* × *height*: each value goes back to where its pixel was, and the
 * pixels between are interpolated, `"bilinear"` (with sides of stride · k + 1 corner meets corner;
 * else the last value is repeated beyond its place), or stay `"zeros"`, as in DeepLab v2's
 * comparison (Chen 2016, arXiv 1606.00915, Figure 3).
 *
 * Throws a RangeError if **stride** is not a whole number from 1 up, or if *small* has not the
 * number of values that the full size subsampled would have.
 */
export function upsample(
  small: Float32Array,
  {width, height, stride, by}: {width: number; height: number; stride: number; by: Upsampling}
): Float32Array {
  checkStride(stride);
  const [columns, rows] = [Math.ceil(width / stride), Math.ceil(height / stride)];
  if (small.length !== columns * rows)
    throw new RangeError(`invalid response: ${small.length} values for ${columns}×${rows}`);
  const full = new Float32Array(width * height);
  if (by === "zeros") {
    for (let y = 0, from = 0; y < height; y += stride)
      for (let x = 0; x < width; x += stride) full[y * width + x] = small[from++];
    return full;
  }
  for (let y = 0, to = 0; y < height; ++y) {
    const top = Math.floor(y / stride);
    const down = (y % stride) / stride;
    const upper = top * columns;
    const lower = Math.min(top + 1, rows - 1) * columns;
    for (let x = 0; x < width; ++x) {
      const left = Math.floor(x / stride);
      const right = Math.min(left + 1, columns - 1);
      const across = (x % stride) / stride;
      const above = small[upper + left] + across * (small[upper + right] - small[upper + left]);
      const below = small[lower + left] + across * (small[lower + right] - small[lower + left]);
      full[to++] = above + down * (below - above);
    }
  }
  return full;
}

/** Which strong responses of a map another map has lost. */
export interface LostResponses {
  /** A response is strong if its absolute value is above this. */
  readonly threshold: number;
  /** For each pixel: 0 not strong, 1 strong and kept, 2 strong and lost. */
  readonly fate: Uint8Array;
  readonly strong: number;
  readonly lost: number;
}

/**
 * Returns which of the strong responses of *full* the map *other* has lost: of those whose absolute
 * value is among the largest *share*, the ones that come back at less than half their strength or
 * with the other sign. Only pixels at least **margin** from every side count, since taps that reach
 * past the side respond to padding.
 *
 * Throws a RangeError if the maps are not as large as stated, or if **share** is not above 0 and
 * below 1.
 */
export function lostResponses(
  full: Float32Array,
  other: Float32Array,
  {
    width,
    height,
    margin,
    share = 0.05
  }: {
    width: number;
    height: number;
    margin: number;
    share?: number;
  }
): LostResponses {
  for (const {length} of [full, other])
    if (length !== width * height)
      throw new RangeError(`invalid response: ${length} values for ${width}×${height}`);
  if (!(share > 0 && share < 1))
    throw new RangeError(`invalid share: ${share} (above 0 and below 1)`);
  const fate = new Uint8Array(width * height);
  const [columns, rows] = [Math.max(0, width - 2 * margin), Math.max(0, height - 2 * margin)];
  const sizes = new Float32Array(columns * rows);
  for (let y = 0; y < rows; ++y)
    for (let x = 0; x < columns; ++x)
      sizes[y * columns + x] = Math.abs(full[(y + margin) * width + x + margin]);
  const threshold = sizes.length > 0 ? select(sizes, Math.floor((1 - share) * sizes.length)) : 0;
  let strong = 0;
  let lost = 0;
  for (let y = margin; y < margin + rows; ++y)
    for (let x = margin; x < margin + columns; ++x) {
      const i = y * width + x;
      const size = Math.abs(full[i]);
      if (size <= threshold) continue;
      const gone = Math.sign(full[i]) * other[i] < size / 2;
      fate[i] = gone ? 2 : 1;
      ++strong;
      if (gone) ++lost;
    }
  return {threshold, fate, strong, lost};
}

/**
 * Returns the value that would be at index *k* if *values*, none of them negative, were sorted. As
 * whole numbers the bits of such floats have the same order, so two counts, by their upper and by
 * their lower half, find it in a tenth of the time that sorting takes.
 */
export function select(values: Float32Array, k: number): number {
  const bits = new Uint32Array(values.buffer, values.byteOffset, values.length);
  const counts = new Uint32Array(2 ** 16);
  for (let i = 0; i < bits.length; ++i) ++counts[bits[i] >>> 16];
  let upper = 0;
  for (; k >= counts[upper]; ++upper) k -= counts[upper];
  counts.fill(0);
  for (let i = 0; i < bits.length; ++i) if (bits[i] >>> 16 === upper) ++counts[bits[i] & 0xffff];
  let lower = 0;
  for (; k >= counts[lower]; ++lower) k -= counts[lower];
  return new Float32Array(Uint32Array.of((upper << 16) | lower).buffer)[0];
}

/** A convolution of a subsampled picture beside one with holes of the whole picture. */
export interface SubsampledComparison {
  /** The picture, subsampled. */
  readonly small: FeatureMap;
  /** The response of the small picture, at full size again. */
  readonly restored: Float32Array;
  /** The response of the whole picture to the kernel with holes. */
  readonly full: Float32Array;
  /** The largest difference between the two at the pixels that the subsampling kept. */
  readonly difference: number;
  /** What of *full* is lost in *restored*, where no tap reads padding. */
  readonly lost: LostResponses;
}

/**
 * Returns DeepLab v2's comparison (Figure 3): *map* subsampled by *stride*, convolved by *filter* and
 * upsampled, beside *map* convolved by the same filter at rate *stride*. Both see the same part of
 * the picture with the same weights. Throws as {@link dilatedConvolution} does.
 */
export function compareSubsampled(
  map: FeatureMap,
  filter: Filter,
  stride: number,
  by: Upsampling
): SubsampledComparison {
  const {width, height} = map;
  const full = dilatedConvolution(map, filter, stride).response;
  const small = subsample(map, stride);
  const {response} = convolution(small, filter);
  const restored = upsample(response, {width, height, stride, by});
  const kept = subsample({width, height, channels: 1, data: full}, stride).data;
  const difference = kept.reduce(
    (largest, value, i) => Math.max(largest, Math.abs(value - response[i])),
    0
  );
  const margin = ((filter.size - 1) / 2) * stride;
  return {
    small,
    restored,
    full,
    difference,
    lost: lostResponses(full, restored, {width, height, margin})
  };
}

function checkStride(stride: number): void {
  if (!(Number.isSafeInteger(stride) && stride > 0))
    throw new RangeError(`invalid stride: ${stride} (a whole number from 1 up)`);
}
