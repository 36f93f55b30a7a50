import type {FeatureMap, Filter, Response} from "../model/atrousForms.ts";
import type {Kernels, KernelTerms, SeparableTerm} from "../model/separableTerms.ts";
import {afterPaint} from "./afterPaint.ts";
import type {FilterPicture} from "./filters.ts";
import type {Outputs} from "./separableTermsPanels.ts";

/** What computes the outputs of kernels and of their terms. */
export interface TermArithmetic {
  /** One filter of a bank, by itself. */
  filterOf(this: void, kernels: Kernels, n: number): Filter;
  /** The standard convolution, at rate 1. */
  convolve(this: void, map: FeatureMap, filter: Filter, rate: number): Response;
  /** The terms' depthwise steps, one term after another. */
  depthwiseSteps(
    this: void,
    map: FeatureMap,
    terms: readonly SeparableTerm[],
    size: number
  ): Iterable<Float32Array[], undefined>;
  /** Their pointwise steps for one filter, summed. */
  pointwiseSum(
    this: void,
    steps: readonly (readonly Float32Array[])[],
    terms: readonly SeparableTerm[],
    of: {filter: number; filters: number; length: number}
  ): Float32Array;
}

/** The outputs of one picture's filters, standard and from terms. */
export interface TermOutputs {
  /** Forgets what was computed, and begins with other kernels or another picture. */
  start(of: KernelTerms, picture: FilterPicture): void;
  /** Returns the outputs of filter *n* from so many *terms*, or null if they are not there yet. */
  at(terms: number, n: number): Outputs | null;
  stop(): void;
}

/**
 * Returns what keeps the depthwise steps of terms, which serve every filter, so that an output is a
 * sum. They are computed a term at a time, between which the page answers; *arrived* is told how
 * many are there.
 */
export function termOutputs(
  {filterOf, convolve, depthwiseSteps, pointwiseSum}: TermArithmetic,
  arrived: (terms: number) => void
): TermOutputs {
  let subject: {of: KernelTerms; map: FeatureMap} | null = null;
  let steps: Float32Array[][] = [];
  let standards: Float32Array[] = [];
  let job = 0;

  return {
    start(of, {luminance, rgb}) {
      const map = of.kernels.channels === 1 ? luminance : rgb;
      const own = ++job;
      [subject, steps, standards] = [{of, map}, [], []];
      const coming = depthwiseSteps(map, of.terms, of.kernels.size)[Symbol.iterator]();
      const next = () => {
        if (own !== job) return;
        const {value: planes, done} = coming.next();
        if (done === true) return;
        steps.push(planes);
        arrived(steps.length);
        setTimeout(next);
      };
      afterPaint(next)();
    },
    at(terms, n) {
      if (!subject || steps.length < terms) return null;
      const {of, map} = subject;
      standards[n] ??= convolve(map, filterOf(of.kernels, n), 1).response;
      const place = {filter: n, filters: of.kernels.filters, length: standards[n].length};
      const sum = pointwiseSum(steps.slice(0, terms), of.terms.slice(0, terms), place);
      return {standard: standards[n], sum};
    },
    stop() {
      ++job;
    }
  };
}
