import type {Coverage, Hdc} from "../model/layerStack.ts";
import {count, integer} from "./fieldWords.ts";
import {percent} from "./percent.ts";
import {and} from "./rateWords.ts";

/**
 * Returns what layers of *rates* read of their field, in sentences; *middle* paths lead from the
 * middle of a row.
 */
export function coverageSentences(
  rates: readonly number[],
  kernelSize: number,
  {coverage, middle}: {coverage: Coverage; middle: number}
): string {
  const {size, share, share2d, holes} = coverage;
  const read = size - holes.length;
  const layers = `${rates.length} layers of ${kernelSize}×${kernelSize}, rates ${rates.join(", ")}, span ${size}×${size} pixels`;
  const paths =
    `The middle pixel reaches the output by ${count(middle)} × ${count(middle)} = ${count(middle * middle)} ` +
    `${middle === 1 ? "path" : "paths"}, each corner by 1.`;
  if (holes.length === 0) return `${layers} and read every one. ${paths}`;
  return (
    `${layers}. In a row they read ${read} of ${size} (${percent(share)}); in the picture, ` +
    `${count(read * read)} of ${count(size * size)} pixels (${percent(share2d)}). ` +
    `Never read (hatched): rows and columns ${holeList(holes)} from the middle. ${paths}`
  );
}

/** Returns holes, which lie the same on both sides of the middle, as a list: "±1, ±3 and ±5". */
export function holeList(holes: readonly number[], most = 8): string {
  const positive = holes.filter((hole) => hole > 0);
  const middle = holes.includes(0) ? ["0"] : [];
  const all = [...middle, ...positive.map((hole) => `±${hole}`)];
  if (all.length <= most) return and(all);
  return `${all.slice(0, most - 1).join(", ")} and ${all.length - most + 1} more`;
}

/** One term of HDC's rule, with the numbers in it. */
export interface HdcTerm {
  /** The layer whose term it is, from 1. */
  layer: number;
  /** What it is the maximum of; a single number for the last layer. */
  of: string[];
  value: number;
}

/**
 * Returns the terms that HDC's rule evaluates, from the last layer's to the second's, which it is
 * about: M_n = r_n, M_i = max(M_{i+1} − 2 r_i, M_{i+1} − 2 (M_{i+1} − r_i), r_i).
 */
export function hdcTerms(rates: readonly number[], {terms}: Hdc): HdcTerm[] {
  const steps: HdcTerm[] = [];
  for (let i = rates.length - 1; i >= 1; --i) {
    const [next, rate] = [terms[i + 1], rates[i]];
    const of =
      i === rates.length - 1
        ? [String(rate)]
        : [`${next} − 2·${rate}`, `${next} − 2(${next} − ${rate})`, String(rate)];
    steps.push({layer: i + 1, of, value: terms[i]});
  }
  return steps;
}

/** Returns HDC's verdict, and whether what is so agrees with it. */
export function verdictSentences(
  rates: readonly number[],
  kernelSize: number,
  {hdc, holes}: {hdc: Hdc; holes: number}
): string {
  const {asks, satisfied} = hdc;
  const term = `M₂ = ${asks} ${satisfied ? "≤" : ">"} ${kernelSize}`;
  if (satisfied && holes === 0) return `The rule is met: ${term}. And there are no holes.`;
  if (satisfied)
    return (
      `The rule is met: ${term}. Yet there are holes. Its promise needs a layer of rate 1 next to ` +
      `the input; here that rate is ${rates[0]}.`
    );
  if (holes === 0)
    return (
      `The rule is not met: ${term}. Yet there are no holes: the rule asks for more than is ` +
      `needed.`
    );
  return `The rule is not met: ${term}. And there are holes.`;
}

/** Returns how many paths lead from the pixel at an offset, as the product that it is. */
export function pixelWords(
  {x, y}: {x: number; y: number},
  [across, down]: readonly [number, number]
): string {
  const product = across * down;
  const paths =
    product === 0 ? "no path: a hole" : `${count(product)} ${product === 1 ? "path" : "paths"}`;
  return `Pixel (${integer(x)}, ${integer(y)}): ${count(across)} × ${count(down)} = ${paths}.`;
}
