import {dilatedConvolution, type FeatureMap, type Filter} from "./atrousForms.ts";
import type {Kernels, SeparableTerm} from "./separableTerms.ts";

/**
 * Computes the first steps of separable *terms* on *map*, one after another: yields for each term
 * the responses to its depthwise kernels of *size* × *size*, `[height, width]` a channel. SAME
 * padding, with zeros. They serve every filter of the bank: see {@link pointwiseSum}.
 *
 * Throws a RangeError if a term's kernels do not have the map's channels.
 */
export function* depthwiseSteps(
  map: FeatureMap,
  terms: readonly SeparableTerm[],
  size: number
): Generator<Float32Array[], undefined> {
  const {width, height, channels} = map;
  const planes = Array.from({length: channels}, (_, m) => ({
    width,
    height,
    channels: 1,
    data: Float32Array.from({length: width * height}, (_, i) => map.data[i * channels + m])
  }));
  for (const {depthwise} of terms) {
    if (depthwise.length !== size * size * channels)
      throw new RangeError(
        `invalid term: ${depthwise.length} weights for ${size}×${size}×${channels}`
      );
    yield planes.map((plane, m) => {
      const weights = depthwise.filter((_, i) => i % channels === m);
      return dilatedConvolution(plane, {size, channels: 1, weights}, 1).response;
    });
  }
}

/**
 * Returns the response of one *filter*, of *filters*, rebuilt from terms: the sum of their first
 * *steps* by their pointwise weights. Throws a RangeError if there are not as many steps as terms.
 */
export function pointwiseSum(
  steps: readonly (readonly Float32Array[])[],
  terms: readonly SeparableTerm[],
  {filter, filters, length}: {filter: number; filters: number; length: number}
): Float32Array {
  if (steps.length !== terms.length)
    throw new RangeError(`${steps.length} first steps for ${terms.length} terms`);
  const sum = new Float32Array(length);
  steps.forEach((planes, i) =>
    planes.forEach((plane, m) => {
      const weight = terms[i].pointwise[m * filters + filter];
      for (let at = 0; at < length; ++at) sum[at] += weight * plane[at];
    })
  );
  return sum;
}

/** Returns filter number *n* of a bank of *kernels* by itself. */
export function filterOf({size, channels, filters, weights}: Kernels, n: number): Filter {
  return {size, channels, weights: weights.filter((_, i) => i % filters === n)};
}
