import type {StackLayer} from "../model/layerStack.ts";

/**
 * Returns the sum that a stack's field is, with its numbers: "1 + 2·1 + 2·2 = 7", one term a layer,
 * (k − 1) · rate, and times the strides below it where there are any.
 */
export function fieldSum(layers: readonly StackLayer[]): string {
  const strided = layers.slice(0, -1).some(({stride}) => stride > 1);
  let size = 1;
  let below = 1;
  const terms = layers.map(({kernelSize, stride, rate}) => {
    const term = [kernelSize - 1, rate, ...(strided ? [below] : [])];
    size += (kernelSize - 1) * rate * below;
    below *= stride;
    return term.join("·");
  });
  return `1 + ${terms.join(" + ")} = ${size}`;
}

/** Returns how many weights a stack has along one side, and in two dimensions, one channel each. */
export function stackWeights(layers: readonly StackLayer[]): {row: number; square: number} {
  const sum = (of: (k: number) => number) =>
    layers.reduce((total, {kernelSize}) => total + of(kernelSize), 0);
  return {row: sum((k) => k), square: sum((k) => k * k)};
}

/** Returns what a stack sees and costs, in sentences. */
export function fieldSentences(
  layers: readonly StackLayer[],
  {size, dense, read}: {size: number; dense: number; read: number}
): string {
  const {row, square} = stackWeights(layers);
  const one = layers.length === 1;
  const seen =
    read === size
      ? `One output of ${one ? "this layer" : `these ${layers.length} layers`} sees ${count(size)} inputs in a row.`
      : `One output of ${one ? "this layer" : `these ${layers.length} layers`} spans ${count(size)} inputs, and reads ` +
        `${count(read)} of them: the rest are holes (hatched).`;
  const same =
    dense === size
      ? "All rates are 1, or make no difference."
      : `With every rate at 1, the same weights see ${count(dense)}.`;
  return (
    `${seen} ${one ? "It has" : "They have"} ${row} weights (${square} in two dimensions, for each ` +
    `pair of channels), whatever the rates. ${same}`
  );
}

/** Returns how three plain schedules of 3-tap layers grow with *depth*, with the numbers. */
export function growthSentences(depth: number): string {
  const n = depth;
  return (
    `At ${n} ${n === 1 ? "layer" : "layers"} of 3 taps, rates 1, 1, 1, … see 1 + 2·${n} = ${1 + 2 * n} inputs and rates ` +
    `2, 2, 2, … span 1 + 4·${n} = ${1 + 4 * n}: straight lines. Rates 1, 2, 4, … see ` +
    `2<sup>${n} + 1</sup> − 1 = ${2 ** (n + 1) - 1}: each layer doubles the field.`
  );
}

/** Returns what a unit sees, given the *inputs* that feed it, in order. */
export function unitWords(
  {map, unit}: {map: number; unit: number},
  inputs: readonly number[]
): string {
  if (map === 0) return `Input ${integer(unit)}, counted from the middle.`;
  const [first, last] = [inputs[0], inputs[inputs.length - 1]];
  const span = last - first + 1;
  return (
    `Unit ${integer(unit)} after layer ${map} sees inputs ${integer(first)} to ${integer(last)}: ` +
    `${inputs.length === span ? `all ${count(span)}` : `${count(inputs.length)} of ${count(span)}`}.`
  );
}

/** Returns a whole number with a true minus sign. */
export function integer(number: number): string {
  return number < 0 ? `−${count(-number)}` : count(number);
}

/** Returns a whole number as text is read: with commas from a thousand on. */
export function count(number: number): string {
  return number.toLocaleString("en");
}
