import type {Kernels, Term} from "../model/groupedConvolution.ts";
import {scientific} from "./numberWords.ts";
import {percent} from "./percent.ts";
import type {Comparison} from "./twoStepsState.ts";
import {oneStepCost, PLACES, twoStepsCost, twoStepsSize} from "./twoStepsSchedule.ts";

const {channels, filters, kernel} = twoStepsSize;

const withCommas = new Intl.NumberFormat("en-US");

/** Returns a count with commas: "1,296". */
export function count(n: number): string {
  return withCommas.format(n);
}

/** Returns *value* in at most four characters or so: ".45", "−.45", "1.2", "12", and 0 for zero. */
export function cellText(value: number): string {
  if (value === 0) return "0";
  const size = Math.abs(value);
  const digits = size < 0.995 ? 2 : size < 9.95 ? 1 : 0;
  const text = size.toFixed(digits).replace(/^0\./, ".");
  return `${value < 0 ? "−" : ""}${text}`;
}

/** Returns *value* with *digits* behind the point, and a minus that is one. */
export function decimal(value: number, digits = 4): string {
  const text = Math.abs(value).toFixed(digits);
  return `${value < 0 && Number(text) !== 0 ? "−" : ""}${text}`;
}

/** Returns products as a sum, each number with two digits behind the point. */
export function termsText(terms: readonly Term[]): string {
  return terms.map(({value, weight}) => `${decimal(value, 2)}·${decimal(weight, 2)}`).join(" + ");
}

/** Returns what the products of a sum add up to. */
export function sumOf(terms: readonly Term[]): number {
  return terms.reduce((sum, {value, weight}) => sum + value * weight, 0);
}

/** Returns where a number is in its card: "row 1, column 3". */
export function placeText({row, column}: {row: number; column: number}): string {
  return `row ${row + 1}, column ${column + 1}`;
}

/** What a number of groups makes of the one step. */
export function formOf(groups: number): string {
  if (groups === 1) return "standard convolution";
  return groups === channels ? "depthwise only" : "grouped convolution";
}

/** Says how the numbers that both sides have made compare. */
export function verdictOf(groups: number, {compared, difference, differing}: Comparison): string {
  if (compared === 0)
    return `Nothing to compare yet: the second step begins at step ${PLACES + 1}.`;
  const all = compared === PLACES * filters ? `all ${compared}` : `the ${compared}`;
  if (groups === 1)
    return (
      `The same result: ${all} outputs that both have made agree ` +
      `(largest difference ${scientific(difference)}).`
    );
  return (
    `Not the same any more: of ${all} outputs that both have made, ${differing} differ. ` +
    `No filter of one group sees what the other ${groups === 2 ? "reads" : "groups read"}.`
  );
}

/** The caption: what is shown, and what either side costs. */
export function twoStepsSentences({
  source,
  groups,
  kernels
}: {
  source: string;
  groups: number;
  kernels: Kernels;
}): string {
  const one = oneStepCost(groups);
  const [depthwise, pointwise] = twoStepsCost;
  const two = depthwise + pointwise;
  const flat = kernel * kernel * channels;
  const mix = channels * filters;
  const standard = kernel * kernel * channels * filters;
  const inGroups = groups === 1 ? "" : `, ${groups} groups`;
  const against =
    groups === 1
      ? `That is ${percent(two / one.multiplyAdds)}, 1/N + 1/Dk² = 1/${filters} + 1/${kernel ** 2}, ` +
        `of either.`
      : `Of the one step’s ${standard} weights, ${standard - kernels.weights.length} are gone.`;
  return (
    `A step is ${kernel * kernel * channels} multiply-adds on either side. ` +
    `One step${inGroups}: ${count(one.multiplyAdds)} multiply-adds, ` +
    `${kernels.weights.length} weights. Two steps: ${depthwise} + ${pointwise} = ${two} ` +
    `multiply-adds, ${flat} + ${mix} = ${flat + mix} weights. ${against} ${source}`
  );
}
