import {exactFilter} from "./exactFilter.ts";
import type {Features} from "./features.ts";
import {inverseRootSums, normalizedFilter, type Filter} from "./filter.ts";
import {latticeFilter, permutohedralLattice} from "./permutohedralLattice.ts";
import {mulberry32} from "../random.ts";

/**
 * Returns how far the lattice's filter of *features* is from the exact sums, both normalized as the
 * CRF normalizes them: the relative RMS difference on noise, one value in [0, 1) a point. Takes time
 * quadratic in the points.
 */
export function filterError(features: Features): number {
  const points = features.values.length / features.dimensions;
  const input = Float32Array.from({length: points}, mulberry32(1));
  return normalizedError(
    latticeFilter(permutohedralLattice(features)),
    exactFilter(features),
    input
  );
}

/**
 * Returns the relative RMS difference of two filters of *input*, one value a point, each normalized
 * by its own sums; 0 where both filter it to nothing.
 */
export function normalizedError(found: Filter, exact: Filter, input: Float32Array): number {
  const [ours, truth] = [found, exact].map((filter) =>
    normalizedFilter(filter, inverseRootSums(filter, input.length))(input, 1)
  );
  let [squares, all] = [0, 0];
  for (let i = 0; i < truth.length; i++) {
    squares += (ours[i] - truth[i]) ** 2;
    all += truth[i] ** 2;
  }
  return all === 0 ? 0 : Math.sqrt(squares / all);
}
