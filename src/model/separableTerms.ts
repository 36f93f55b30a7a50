import {Matrix, SingularValueDecomposition} from "ml-matrix";

/** The kernels of a convolution, `[size, size, channels, filters]`, the filter fastest. */
export interface Kernels {
  readonly size: number;
  /** Input channels M. */
  readonly channels: number;
  /** Filters N: the output channels. */
  readonly filters: number;
  readonly weights: Float32Array;
}

/** One depthwise convolution and the pointwise one after it. */
export interface SeparableTerm {
  /** `[size, size, channels]`, the channel fastest. */
  readonly depthwise: Float32Array;
  /** `[channels, filters]`, the filter fastest. */
  readonly pointwise: Float32Array;
}

/** Kernels rebuilt from the first so many terms. */
export interface Rebuilt {
  /** As the kernels are laid out. */
  readonly weights: Float32Array;
  /** The Frobenius norm of what is missing, as a share of the kernels'; 0 for kernels of zeros. */
  readonly error: number;
  /** The same for each filter. */
  readonly filterErrors: Float64Array;
  /** Weights, hence multiply-adds, as a share of the standard convolution's. */
  readonly cost: number;
}

/** The kernels of a convolution as a sum of separable terms, the heaviest first. */
export interface KernelTerms {
  readonly kernels: Kernels;
  /** The singular values of each input channel's slice, falling: min(N, size²) a channel. */
  readonly singularValues: readonly Float64Array[];
  /** The largest numerical rank of a slice: with so many terms, only rounding is missing. */
  readonly rank: number;
  /** min(N, size²): the rank of kernels in general, and the most terms that any kernels need. */
  readonly most: number;
  /** Fewer terms than this are cheaper than the standard convolution. */
  readonly breakEven: number;
  /** As many as the rank. */
  readonly terms: readonly SeparableTerm[];
  /** From 0 terms, which are zeros, to as many as the rank. */
  readonly rebuilt: readonly Rebuilt[];
}

/** What a weight of 32 bits is rounded to, relative to it. */
const SINGLE = 2 ** -23;

/**
 * Returns *kernels* as a sum of terms, each a depthwise convolution followed by a pointwise one.
 *
 * For input channel m, the weights are a matrix N × size², its *slice*. Its singular value
 * decomposition Σ σᵢ uᵢ vᵢᵀ gives term i the depthwise kernel vᵢ and the pointwise weights σᵢ uᵢ for
 * that channel. By Eckart and Young no other sum of as many terms comes nearer to the kernels.
 *
 * The weights being 32-bit numbers, a singular value counts for the rank if it exceeds
 * max(N, size²) · 2⁻²³ times the largest of its slice. Throws a RangeError if the kernels have not
 * the size that they state, or a weight is not finite.
 */
export function separableTerms(kernels: Kernels): KernelTerms {
  const {size, channels, filters, weights} = kernels;
  check(kernels);
  const taps = size * size;
  const most = Math.min(filters, taps);
  const slices = Array.from({length: channels}, (_, m) => {
    const at = (n: number, tap: number) => weights[(tap * channels + m) * filters + n];
    const slice = Array.from({length: filters}, (_, n) =>
      Array.from({length: taps}, (_, tap) => at(n, tap))
    );
    return new SingularValueDecomposition(new Matrix(slice), {autoTranspose: true});
  });
  const singularValues = slices.map((slice) => Float64Array.from(slice.diagonal.slice(0, most)));
  const rank = Math.max(...singularValues.map((values) => numericalRank(values, filters, taps)));
  const terms = Array.from({length: rank}, (_, i): SeparableTerm => {
    const depthwise = new Float32Array(taps * channels);
    const pointwise = new Float32Array(channels * filters);
    slices.forEach(({leftSingularVectors: u, rightSingularVectors: v}, m) => {
      for (let tap = 0; tap < taps; ++tap) depthwise[tap * channels + m] = v.get(tap, i);
      for (let n = 0; n < filters; ++n)
        pointwise[m * filters + n] = singularValues[m][i] * u.get(n, i);
    });
    return {depthwise, pointwise};
  });
  const rebuilt = Array.from({length: rank + 1}, (_, r): Rebuilt => {
    const sum = rebuild(kernels, terms.slice(0, r));
    return {
      weights: sum,
      error: relativeError(weights, sum),
      filterErrors: Float64Array.from({length: filters}, (_, n) =>
        relativeError(weights, sum, n, filters)
      ),
      cost: termsWeights(kernels, r) / standardWeights(kernels)
    };
  });
  const breakEven = breakEvenTerms(size, filters);
  return {kernels, singularValues, rank, most, breakEven, terms, rebuilt};
}

function numericalRank(values: Float64Array, filters: number, taps: number): number {
  const tolerance = Math.max(filters, taps) * SINGLE * values[0];
  return values.filter((value) => value > tolerance).length;
}

/** Returns the sum of *terms*, laid out as the kernels they are of. */
export function rebuild(
  {size, channels, filters}: Omit<Kernels, "weights">,
  terms: readonly SeparableTerm[]
): Float32Array {
  const sum = new Float64Array(size * size * channels * filters);
  for (const {depthwise, pointwise} of terms)
    for (let at = 0, to = 0; at < depthwise.length; ++at)
      for (let n = 0; n < filters; ++n, ++to)
        sum[to] += depthwise[at] * pointwise[(at % channels) * filters + n];
  return Float32Array.from(sum);
}

/**
 * Returns the norm of *rebuilt* − *weights* as a share of that of *weights*, over every *step*-th
 * number from number *from* on; 0 where there is nothing to rebuild.
 */
export function relativeError(
  weights: ArrayLike<number>,
  rebuilt: ArrayLike<number>,
  from = 0,
  step = 1
): number {
  let [missing, whole] = [0, 0];
  for (let i = from; i < weights.length; i += step) {
    missing += (weights[i] - rebuilt[i]) ** 2;
    whole += weights[i] ** 2;
  }
  return whole === 0 ? 0 : Math.sqrt(missing / whole);
}

/** Returns how many weights a standard convolution has: size² · M · N. */
export function standardWeights({size, channels, filters}: Omit<Kernels, "weights">): number {
  return size ** 2 * channels * filters;
}

/**
 * Returns how many weights *terms* separable convolutions have: of each, size² · M depthwise and
 * M · N pointwise. Each weight is multiplied once for an output position, so multiply-adds are in
 * the same proportion.
 */
export function termsWeights(
  {size, channels, filters}: Omit<Kernels, "weights">,
  terms: number
): number {
  return terms * (size ** 2 * channels + channels * filters);
}

/**
 * Returns the number of terms, not whole in general, that cost as much as a standard convolution
 * with *filters* filters N of *size* × *size*: size² · N / (size² + N), for any number of input
 * channels. Throws a RangeError if either is not a whole number from 1 up.
 */
export function breakEvenTerms(size: number, filters: number): number {
  for (const [name, value] of [["size", size] as const, ["number of filters", filters] as const])
    if (!(Number.isSafeInteger(value) && value > 0))
      throw new RangeError(`invalid ${name}: ${value} (a whole number from 1 up)`);
  return (size ** 2 * filters) / (size ** 2 + filters);
}

function check({size, channels, filters, weights}: Kernels): void {
  for (const value of [size, channels, filters])
    if (!(Number.isSafeInteger(value) && value > 0))
      throw new RangeError(`invalid kernels: ${size}×${size}×${channels}×${filters}`);
  if (weights.length !== size * size * channels * filters)
    throw new RangeError(
      `invalid kernels: ${weights.length} weights for ${size}×${size}×${channels}×${filters}`
    );
  const wrong = weights.findIndex((weight) => !Number.isFinite(weight));
  if (wrong >= 0) throw new RangeError(`invalid weight: ${weights[wrong]} at ${wrong}`);
}
