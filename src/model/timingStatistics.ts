import {mulberry32} from "./random.ts";

/** The middle of some numbers, and of each half of them. */
export interface Quartiles {
  readonly lower: number;
  readonly median: number;
  readonly upper: number;
}

/** A ratio, and an interval that says how far it can be trusted. */
export interface RatioInterval {
  readonly ratio: number;
  readonly low: number;
  readonly high: number;
}

/**
 * Returns the *share* quantile of *values*, in [0, 1], with a straight line between neighbors.
 * Throws a RangeError if there are no values.
 */
export function quantile(values: readonly number[], share: number): number {
  if (values.length === 0) throw new RangeError("no values to take a quantile of");
  const sorted = values.toSorted((a, b) => a - b);
  const at = (sorted.length - 1) * share;
  const below = sorted[Math.floor(at)];
  return below + (sorted[Math.ceil(at)] - below) * (at - Math.floor(at));
}

export function quartiles(values: readonly number[]): Quartiles {
  const [lower, median, upper] = [0.25, 0.5, 0.75].map((share) => quantile(values, share));
  return {lower, median, upper};
}

/**
 * Returns the ratio of the median of *above* to that of *below*, with a 95 % interval by the
 * percentile bootstrap: the two are samples of the same rounds, in order, and rounds are drawn anew,
 * with replacement, **draws** times (default 1000) from a generator of that **seed**.
 *
 * Throws a RangeError if there are not equally many of both, or none.
 */
export function medianRatio(
  above: readonly number[],
  below: readonly number[],
  {draws = 1000, seed = 1}: {draws?: number; seed?: number} = {}
): RatioInterval {
  const {length} = above;
  if (length !== below.length)
    throw new RangeError(`invalid samples: ${length} and ${below.length} of the same rounds`);
  const random = mulberry32(seed);
  const ratios = Array.from({length: draws}, () => {
    const rounds = Array.from({length}, () => Math.floor(random() * length));
    return median(rounds.map((i) => above[i])) / median(rounds.map((i) => below[i]));
  });
  return {
    ratio: median(above) / median(below),
    low: quantile(ratios, 0.025),
    high: quantile(ratios, 0.975)
  };
}

function median(values: readonly number[]): number {
  return quantile(values, 0.5);
}
