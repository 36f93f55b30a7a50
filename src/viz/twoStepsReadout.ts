import type {Term} from "../model/groupedConvolution.ts";
import type {TwoStepsArithmetic} from "./twoStepsData.ts";
import type {Cell} from "./twoStepsShown.ts";
import {
  madeInOne,
  oneStepCost,
  PLACES,
  twoStepsAt,
  twoStepsLast,
  twoStepsSize
} from "./twoStepsSchedule.ts";
import {isMade, numberOf, workOf, type TwoStepsState, type Work} from "./twoStepsState.ts";
import {decimal, placeText, sumOf, termsText} from "./twoStepsWords.ts";

const {map, channels, kernel} = twoStepsSize;

/**
 * Returns what is said below the drawing, in lines: the sum that made the number that the reader
 * looks at, or what the step does.
 */
export function readingOf(
  state: TwoStepsState,
  outputTerms: TwoStepsArithmetic["outputTerms"]
): string[] {
  const {inspected: cell, value, numbers} = state;
  const work = workOf(state);
  if (!cell) return stepLines(value.step, work, numbers.names);
  if (!isMade(state, cell))
    return [`${nameOf(cell)}: not made yet. Step ${stepOf(cell, value.groups)} makes it.`];
  const {input, between, depthwise, pointwise, kernels, names} = numbers;
  const {side, role, lane: filter, row, column} = cell;
  const output = {row, column, filter};
  const number = decimal(numberOf(numbers, cell, work));
  if (role === "input") return [`${capital(names[filter])}, ${placeText(cell)}: ${number}.`];
  if (role === "output" && side === "one") {
    const terms = outputTerms(input, kernels, output);
    return [
      `${nameOf(cell)}, in one step: ${terms.length} products add up to ${number}.`,
      ...byChannel(terms, names)
    ];
  }
  if (role === "output") {
    const terms = outputTerms(between, pointwise, output);
    return [
      `${nameOf(cell)}, in the second step: ${terms.length} products of the maps between add up ` +
        `to ${number}.`,
      `${termsText(terms)} ≈ ${decimal(sumOf(terms), 2)}`
    ];
  }
  if (role === "between" || role === "again") {
    const terms = outputTerms(input, depthwise, output);
    return [
      `${nameOf(cell)}: ${terms.length} products of ${names[filter]} alone add up to ${number}.`,
      ...byChannel(terms, names)
    ];
  }
  const {one, two} = work;
  if (role === "mix")
    return [`Filter ${two.filter + 1} of 1×1×${channels}: weight ${number} for ${names[filter]}.`];
  if (side === "two")
    return [`The flat filter of ${names[filter]}, ${placeText(cell)}: weight ${number}.`];
  const own = one.filters[Math.floor((filter * one.groups) / channels)];
  const flat = depthwise.weights[(row * kernel + column) * channels + filter];
  const mix = pointwise.weights[filter * pointwise.filters + own];
  return [
    `Filter ${own + 1}, ${names[filter]}, ${placeText(cell)}: weight ${number}, which is ` +
      `${decimal(flat)} of the flat filter times ${decimal(mix)} of the 1×1 filter.`
  ];
}

/** What a step does, on either side. */
function stepLines(step: number, {one}: Work, names: readonly string[]): string[] {
  const hint = "Point at a number for the sum that made it.";
  if (step === 0) return ["Nothing is computed yet. Press play.", hint];
  const {steps} = oneStepCost(one.groups);
  const products = kernel * kernel * channels;
  const spot = placeText({row: Math.floor(one.place / map), column: one.place % map});
  const sums =
    one.groups === 1
      ? `one number: map ${one.filters[0] + 1}, ${spot}`
      : `${one.groups} numbers: maps ${one.filters.map((n) => n + 1).join(", ")}, ${spot}`;
  const left =
    step > steps
      ? `One step: done since step ${steps}.`
      : `One step: ${products} products make ${sums}.`;
  const phase = twoStepsAt(step);
  let right = `Two steps: done since step ${twoStepsLast}.`;
  if (phase?.phase === "depthwise")
    right =
      `Two steps, the first: ${products} products make ${channels} numbers, one of each channel ` +
      `(${names[0]} to ${names[names.length - 1]}), which are not mixed yet.`;
  if (phase?.phase === "pointwise")
    right =
      `Two steps, the second: ${products} products make ${PLACES} numbers, all of map ` +
      `${phase.filter + 1}. Each mixes the ${channels} maps at one place.`;
  return [left, right, hint];
}

/** The products of each channel on a line of their own. */
function byChannel(terms: readonly Term[], names: readonly string[]): string[] {
  const read = [...new Set(terms.map(({channel}) => channel))];
  return read.map((channel) => {
    const own = terms.filter((term) => term.channel === channel);
    return `${names[channel]}: ${termsText(own)} ≈ ${decimal(sumOf(own), 2)}`;
  });
}

function nameOf({role, lane, row, column}: Cell): string {
  const map = role === "output" ? "Output map" : "Map";
  const between = role === "output" ? "" : " between";
  return `${map} ${lane + 1}${between}, ${placeText({row, column})}`;
}

/** Returns the step that makes a number. */
export function stepOf({side, role, lane, row, column}: Cell, groups: number): number {
  const at = row * map + column;
  if (role !== "output") return at + 1;
  return side === "one" ? madeInOne(lane, at, groups) : PLACES + 1 + lane;
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
