import type {ConvolutionSizes, FormCost} from "../model/separableCost.ts";
import {factor, inThousands} from "./numberWords.ts";

/** What the two forms of one convolution cost. */
export interface FormCosts {
  readonly standard: FormCost;
  readonly separable: FormCost & {readonly depthwise: FormCost; readonly pointwise: FormCost};
  /** The separable form's cost over the standard one's. */
  readonly ratio: {readonly numerator: number; readonly denominator: number};
  /** (N − 1)(D_k² − 1). */
  readonly term: number;
}

/** Returns a whole number with its thousands apart: "802,897,920". */
export const whole = new Intl.NumberFormat("en-US").format;

const shareOf = ({numerator, denominator}: FormCosts["ratio"]) => numerator / denominator;

/** Returns how a ratio of costs is said: "8.7 times cheaper", "2.0 times as dear". */
export function comparison(ratio: FormCosts["ratio"]): string {
  const share = shareOf(ratio);
  return share < 1 ? `${times(1 / share)} times cheaper` : `${times(share)} times as dear`;
}

/** A factor near 1 keeps the digits that tell it from 1. */
function times(ratio: number): string {
  return ratio < 1.095 ? String(Number(ratio.toPrecision(4))) : factor(ratio);
}

/** Returns the formulas as HTML, each with its numbers in it. */
export function formulas(
  {kernelSize: k, size, channels: m, filters: n}: ConvolutionSizes,
  {standard, separable, ratio}: FormCosts
): {standard: string; separable: string; ratio: string; weights: string} {
  const [dk, df] = ["D<sub>k</sub>", "D<sub>f</sub>"].map((name) => `<var>${name}</var>`);
  const {numerator, denominator} = ratio;
  const share = Number(shareOf(ratio).toPrecision(4));
  const {depthwise, pointwise} = separable;
  return {
    standard:
      `${dk}² · <var>M</var> · <var>N</var> · ${df}² = ${k}² · ${m} · ${n} · ${size}² = ` +
      `<strong>${whole(standard.multiplyAdds)}</strong>`,
    separable:
      `${dk}² · <var>M</var> · ${df}² + <var>M</var> · <var>N</var> · ${df}² = ` +
      `${whole(depthwise.multiplyAdds)} + ${whole(pointwise.multiplyAdds)} = ` +
      `<strong>${whole(separable.multiplyAdds)}</strong>`,
    ratio:
      `1/<var>N</var> + 1/${dk}² = 1/${n} + 1/${k ** 2} = ${numerator}/${denominator} ` +
      `${share === shareOf(ratio) ? "=" : "≈"} <strong>${share}</strong>`,
    weights:
      `and of weights, without ${df}²: <strong>${whole(standard.weights)}</strong> and ` +
      `${whole(depthwise.weights)} + ${whole(pointwise.weights)} = ` +
      `<strong>${whole(separable.weights)}</strong>, the same ratio`
  };
}

/** Returns the exact answer for these numbers, in a sentence. */
export function verdict(
  {kernelSize, filters}: Pick<ConvolutionSizes, "kernelSize" | "filters">,
  {term}: Pick<FormCosts, "term">
): string {
  const product = `(N − 1)(Dₖ² − 1) = ${whole(filters - 1)} · ${kernelSize ** 2 - 1} = ${whole(term)}`;
  if (term > 1) return `${product}, which is above 1: two steps cost less.`;
  const why =
    filters === 1
      ? "with one filter, nothing shares the first step"
      : "a kernel of 1×1 has nothing to look around at";
  return `${product}, which is not above 1: two steps cost more, since ${why}.`;
}

/** Returns what is counted, in sentences. */
export function costSentences(
  {kernelSize: k, size, channels, filters}: ConvolutionSizes,
  {standard, separable, ratio}: FormCosts,
  layer: string | null
): string {
  const kind = `${k}×${k} over a map of ${size}×${size}, from ${channels} to ${filters} channels`;
  const share = shareOf(ratio);
  return (
    `${layer === null ? "A layer" : `The layer ${layer}`} of ${kind}: ` +
    `${inThousands(standard.multiplyAdds)} multiply-adds in one step, ` +
    `${inThousands(separable.multiplyAdds)} in two, ` +
    `${Math.round((100 * separable.depthwise.multiplyAdds) / separable.multiplyAdds)} % of them depthwise. ` +
    `Of weights, ${inThousands(standard.weights)} and ${inThousands(separable.weights)}: ` +
    `${share < 1 ? "the same saving" : "as much more"}.`
  );
}
