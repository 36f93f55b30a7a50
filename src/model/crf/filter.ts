/**
 * A linear filter over pixels: of *channels* values for each pixel, channel fastest, it returns as
 * many filtered ones.
 */
export type Filter = (input: Float32Array, channels: number) => Float32Array;

/**
 * Returns D^−½ of a filter K, one value for each of *pixels*, where D = diag(K · 1): what a pixel's
 * values are multiplied by, before and after, to normalize it symmetrically.
 */
export function inverseRootSums(filter: Filter, pixels: number): Float32Array {
  return filter(new Float32Array(pixels).fill(1), 1).map((sum) => 1 / Math.sqrt(sum));
}

/** Returns D^−½ K D^−½ for a filter K, and *scale*, D^−½ as a diagonal. */
export function normalizedFilter(filter: Filter, scale: Float32Array): Filter {
  return (input, channels) => {
    const scaled = (values: Float32Array) =>
      values.map((value, i) => value * scale[Math.floor(i / channels)]);
    return scaled(filter(scaled(input), channels));
  };
}
