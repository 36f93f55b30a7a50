/** Made on first use. */
let halves: Float32Array | undefined;

/** Returns each of the 65536 half-precision numbers as a single, by its bits. Do not change it. */
export function halfTable(): Float32Array {
  return (halves ??= Float32Array.from({length: 65536}, (_, bits) => halfToSingle(bits)));
}

/** Returns the number whose half-precision (IEEE 754 binary16) bits are *bits*. */
export function halfToSingle(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 31;
  const fraction = bits & 1023;
  if (exponent === 31) return fraction ? NaN : sign * Infinity;
  // Subnormal numbers have no hidden bit, and the exponent of the least normal ones.
  return sign * (exponent ? 1024 + fraction : fraction) * 2 ** (Math.max(exponent, 1) - 25);
}

/**
 * Returns the half-precision bits nearest to the single whose bits are *single*, ties to even;
 * numbers of 65520 and more become infinite.
 */
export function singleToHalf(single: number): number {
  const sign = (single >>> 16) & 0x8000;
  const magnitude = single & 0x7fffffff;
  if (magnitude > 0x7f800000) return sign | 0x7e00; // NaN
  if (magnitude >= 0x477ff000) return sign | 0x7c00; // 65520, halfway to the first that overflows
  if (magnitude >= 0x38800000) {
    // 2⁻¹⁴, the least normal half. A carry out of the fraction increments the exponent, rightly.
    const rounded = magnitude + 0xfff + ((magnitude >>> 13) & 1);
    return sign | ((rounded - 0x38000000) >>> 13);
  }
  if (magnitude < 0x33000000) return sign; // less than 2⁻²⁵, half of the least subnormal
  const shift = 126 - (magnitude >>> 23);
  const significand = (magnitude & 0x7fffff) | 0x800000;
  const half = significand >>> shift;
  const rest = significand & ((1 << shift) - 1);
  const tie = 1 << (shift - 1);
  return sign | (half + (rest > tie || (rest === tie && half & 1) ? 1 : 0));
}
