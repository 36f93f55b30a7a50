/** One tap of a 1-D kernel: the sample it reads, its weight, and whether it hits padding. */
export interface RowTap {
  /** The index of the sample read; below 0 or past the end, it is padding and reads 0. */
  index: number;
  weight: number;
  inside: boolean;
}

/** The filters on offer for a row. */
export type RowFilter = "blur" | "edges";

export const rowFilters: readonly RowFilter[] = ["blur", "edges"];

/**
 * Returns how many samples a kernel of *kernelSize* taps that lie *rate* apart spans:
 * k + (k − 1)(r − 1).
 */
export function kernelSpan(kernelSize: number, rate: number): number {
  checkPositive("kernelSize", kernelSize);
  checkPositive("rate", rate);
  return kernelSize + (kernelSize - 1) * (rate - 1);
}

/**
 * Returns the weights of a filter of *kernelSize* taps, an odd number: "blur" is the mean of what
 * they read; "edges" is what the middle one reads, less the mean of the others. No weight is zero,
 * so that every zero in a kernel with holes is one of the holes.
 */
export function filterWeights(filter: RowFilter, kernelSize: number): number[] {
  checkPositive("kernelSize", kernelSize);
  if (kernelSize % 2 === 0) throw new RangeError(`invalid kernelSize: ${kernelSize} (odd)`);
  if (!rowFilters.includes(filter))
    throw new RangeError(`invalid filter: ${String(filter)} (${rowFilters.join(", ")})`);
  if (filter === "blur") return new Array<number>(kernelSize).fill(1 / kernelSize);
  const middle = (kernelSize - 1) / 2;
  return Array.from({length: kernelSize}, (_, i) => (i === middle ? 1 : -1 / (kernelSize - 1)));
}

/** Returns the taps that output *index* reads of a row of *length* samples, from left to right. */
export function rowTaps(
  index: number,
  length: number,
  {weights, rate}: {weights: readonly number[]; rate: number}
): RowTap[] {
  const first = index - ((weights.length - 1) / 2) * rate;
  return weights.map((weight, i) => {
    const at = first + i * rate;
    return {index: at, weight, inside: at >= 0 && at < length};
  });
}

/**
 * Returns the atrous convolution of *signal* (really a correlation, as networks have it): one
 * output for each sample, zeros being read beyond the ends. An odd number of weights, *rate* apart.
 */
export function convolveRow(
  signal: ArrayLike<number>,
  {weights, rate}: {weights: readonly number[]; rate: number}
): Float64Array {
  checkPositive("rate", rate);
  if (weights.length % 2 === 0)
    throw new RangeError(`invalid weights: ${weights.length} of them (an odd number)`);
  const {length} = signal;
  const out = new Float64Array(length);
  const reach = ((weights.length - 1) / 2) * rate;
  weights.forEach((weight, i) => {
    const shift = i * rate - reach;
    const end = Math.min(length, length - shift);
    for (let x = Math.max(0, -shift); x < end; ++x) out[x] += weight * signal[x + shift];
  });
  return out;
}

function checkPositive(name: string, value: number): void {
  if (!(Number.isInteger(value) && value > 0))
    throw new RangeError(`invalid ${name}: ${value} (a positive integer)`);
}
