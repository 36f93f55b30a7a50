import {median} from "d3";
import type {FilterForm, FilterTimes} from "../model/crf/filterTiming.ts";

/** A measured size: pixels, and the median of its samples in milliseconds. */
export interface TimedPixels {
  readonly pixels: number;
  readonly milliseconds: number;
}

/** Sizes below are measured, and drawn, but not fitted: what a call costs by itself is felt there. */
const LEAST_FITTED = 700;

/** Returns the sizes of a *form* that have samples, smallest first. */
export function timesOf(times: readonly FilterTimes[], form: FilterForm): TimedPixels[] {
  return times
    .filter((one) => one.form === form && one.samples.length > 0)
    .map(({width, height, samples}) => ({
      pixels: width * height,
      milliseconds: median(samples) ?? NaN
    }))
    .sort((a, b) => a.pixels - b.pixels);
}

/**
 * Returns e of the law time ∝ pixels^e that fits best, by least squares of logarithms, over sizes of
 * 700 pixels and more; null for fewer than two of them.
 */
export function fittedExponent(sizes: readonly TimedPixels[]): number | null {
  const fitted = sizes.filter(({pixels}) => pixels >= LEAST_FITTED);
  if (fitted.length < 2) return null;
  const points = fitted.map(({pixels, milliseconds}) => [Math.log(pixels), Math.log(milliseconds)]);
  const mean = (of: 0 | 1) => points.reduce((sum, point) => sum + point[of], 0) / points.length;
  const [x, y] = [mean(0), mean(1)];
  const squares = points.reduce((sum, point) => sum + (point[0] - x) ** 2, 0);
  return points.reduce((sum, point) => sum + (point[0] - x) * (point[1] - y), 0) / squares;
}

/** Returns what *pixels* would take, where time grows as their square, by the largest size there is. */
export function bySquare(sizes: readonly TimedPixels[], pixels: number): number | null {
  const last = sizes.at(-1);
  return last ? last.milliseconds * (pixels / last.pixels) ** 2 : null;
}

/** Returns the number of pairs of *count* things. */
export function pairs(count: number): number {
  return (count * (count - 1)) / 2;
}
