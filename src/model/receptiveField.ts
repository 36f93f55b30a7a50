import type {Layer, Network} from "./network.ts";
import type {WindowShape} from "./padding.ts";
import {spanOf, windowPadding} from "./padding.ts";
import type {Shape} from "./shapes.ts";
import {shapes} from "./shapes.ts";

/** The inputs that a layer's units read, along one side: unit *o* from o · stride − padding on. */
export interface Field {
  /** Pixels from the first one read to the last, both counted. */
  readonly size: number;
  /** Pixels between the fields of neighbors. */
  readonly stride: number;
  /** Pixels by which the first unit's field begins before the picture. */
  readonly padding: number;
}

/**
 * The receptive field of a layer. Past a global pooling, every unit reads the whole picture: size
 * and padding are Infinity. So is the stride of a map that has but one unit.
 */
export interface ReceptiveField extends Field {
  /**
   * True past a resize: its units do not all read alike, and the field is the smallest that holds
   * each one's.
   */
  readonly approximate?: true;
  /** Where size is Infinity: the field of the branches that no global pooling is on, if any. */
  readonly finite?: Field;
  /** The field along the width, if **inputSize** is given and it differs from that along the height. */
  readonly columns?: Field & {readonly finite?: Field};
}

export interface ReceptiveFieldOptions {
  /**
   * The picture's height and width, by which SAME padding and resizes are then reckoned exactly;
   * the field is the one along the height. By default every map is taken to have one unit more
   * than a multiple of the stride, as in DeepLab: then SAME padding is half the span less one.
   */
  inputSize?: readonly [height: number, width: number];
}

/**
 * Returns the receptive field of the layer named *layer* (Araujo 2019, Computing receptive fields
 * of convolutional neural networks): the union over all branches that lead to it.
 *
 * ```js
 * receptiveField(deeplabV3Plus(), "MobilenetV2/Conv"); // {size: 3, stride: 2, padding: 1}
 * ```
 *
 * Throws a RangeError if there is no such layer, and as {@link receptiveFields} does.
 */
export function receptiveField(
  network: Network,
  layer: string,
  options: ReceptiveFieldOptions = {}
): ReceptiveField {
  const field = receptiveFields(network, options).get(layer);
  if (!field) throw new RangeError(`no layer named ${layer}`);
  return field;
}

/**
 * Returns the receptive field of every layer, by name, in one walk. Throws a RangeError if branches
 * that are joined have different strides, and what {@link shapes} throws for an **inputSize**.
 */
export function receptiveFields(
  network: Network,
  {inputSize}: ReceptiveFieldOptions = {}
): Map<string, ReceptiveField> {
  const sizes = inputSize && shapes(network, inputSize, {anySize: true});
  const rows = readings(network, sizes, 0);
  const columns = sizes && readings(network, sizes, 1);
  const fields = new Map<string, ReceptiveField>();
  for (const [name, reading] of rows) {
    const along = fieldOf(reading);
    const across = columns && fieldOf(columns.get(name)!);
    fields.set(name, {
      ...along,
      ...((reading.approximate || columns?.get(name)!.approximate) && {approximate: true}),
      ...(across && !isSame(along, across) && {columns: across})
    });
  }
  return fields;
}

/** What unit *o* of a layer reads along one side: from stride · o + low to stride · o + high. */
interface Reading {
  readonly stride: number;
  /** Of the branches that no global pooling is on: +Infinity and −Infinity if there is none. */
  readonly low: number;
  readonly high: number;
  /** Whether a global pooling is on a branch. */
  readonly global: boolean;
  readonly approximate: boolean;
}

const nothing = {low: Infinity, high: -Infinity, approximate: false} as const;

function readings(
  network: Network,
  sizes: ReadonlyMap<string, Shape> | undefined,
  side: 0 | 1
): Map<string, Reading> {
  const all = new Map<string, Reading>();
  const sizeOf = (name: string) => sizes?.get(name)![side];
  for (const layer of network.layers) {
    const inputs = layer.inputs.map((name) => all.get(name)!);
    all.set(layer.name, readingOf(layer, inputs, sizeOf));
  }
  return all;
}

function readingOf(
  layer: Layer,
  inputs: readonly Reading[],
  sizeOf: (name: string) => number | undefined
): Reading {
  const [input] = inputs;
  switch (layer.type) {
    case "input":
      return {stride: 1, low: 0, high: 0, global: false, approximate: false};
    case "conv":
    case "depthwise":
    case "pool":
      return throughWindow(layer, input, sizeOf(layer.inputs[0]));
    case "globalPool":
      return {...nothing, stride: Infinity, global: true};
    case "add":
    case "concat":
      return united(layer, inputs);
    case "resize": {
      const [from, like] = layer.inputs.map(sizeOf);
      return resized(input, inputs[1].stride, from, like);
    }
    case "activation":
    case "dropout":
      return input;
  }
}

function throughWindow(window: WindowShape, input: Reading, size: number | undefined): Reading {
  // A map of one unit is read as it is: there is no neighbor at any stride.
  if (input.stride === Infinity) return input;
  const span = spanOf(window);
  const {padding = "same"} = window;
  const before =
    size !== undefined
      ? windowPadding(size, window).before
      : padding === "same"
        ? Math.floor((span - 1) / 2)
        : padding;
  return {
    ...input,
    stride: input.stride * window.stride,
    low: input.low - input.stride * before,
    high: input.high + input.stride * (span - 1 - before)
  };
}

function united(layer: Layer, inputs: readonly Reading[]): Reading {
  let stride = Infinity;
  let from = "";
  for (const [i, input] of inputs.entries()) {
    // A map of one unit fits any other that has one.
    if (input.stride === Infinity) continue;
    if (stride !== Infinity && input.stride !== stride)
      throw new RangeError(
        `layer ${layer.name}: the stride of input ${layer.inputs[i]} is ${input.stride}, ` +
          `but that of ${from} is ${stride}`
      );
    [stride, from] = [input.stride, layer.inputs[i]];
  }
  return {
    stride,
    low: Math.min(...inputs.map(({low}) => low)),
    high: Math.max(...inputs.map(({high}) => high)),
    global: inputs.some(({global}) => global),
    approximate: inputs.some(({approximate}) => approximate)
  };
}

/**
 * The reading of a map of *from* units resized to *to* units that are *stride* pixels apart, with
 * aligned corners: each reads the two source units that it lies between, or the one that it is on.
 */
function resized(source: Reading, stride: number, from?: number, to?: number): Reading {
  if (source.low > source.high) return {...source, stride};
  if (source.stride === Infinity) {
    // One unit, read by units however far from it: unless there is only one of those too.
    return stride === Infinity ? source : {...nothing, stride, global: true};
  }
  if (stride === Infinity) return {...source, stride};
  const {before, after} =
    from === undefined || to === undefined
      ? reachOnGrid(source.stride, stride)
      : reachBetween(source.stride, stride, from, to);
  return {
    ...source,
    stride,
    low: source.low - before,
    high: source.high + after,
    approximate: source.approximate || before > 0 || after > 0
  };
}

/** How far units *to* pixels apart read past their own place on a grid *from* pixels apart. */
function reachOnGrid(from: number, to: number): {before: number; after: number} {
  // Places are multiples of the greatest common divisor, the farthest of them one short of a step.
  const reach = from - greatestCommonDivisor(from, to);
  return {before: reach, after: reach};
}

/** The same for grids of *fromCount* and *toCount* units whose corners are aligned. */
function reachBetween(
  from: number,
  to: number,
  fromCount: number,
  toCount: number
): {before: number; after: number} {
  let [before, after] = [-Infinity, -Infinity];
  for (let o = 0; o < toCount; o++) {
    const place = toCount > 1 ? (o * (fromCount - 1)) / (toCount - 1) : 0;
    before = Math.max(before, o * to - Math.floor(place) * from);
    after = Math.max(after, Math.ceil(place) * from - o * to);
  }
  return {before, after};
}

function greatestCommonDivisor(a: number, b: number): number {
  return b === 0 ? a : greatestCommonDivisor(b, a % b);
}

function fieldOf({stride, low, high, global}: Reading): Field & {finite?: Field} {
  const isFinite = low <= high;
  const finite = {size: high - low + 1, stride, padding: low === 0 ? 0 : -low};
  if (!global) return finite;
  return {size: Infinity, stride, padding: Infinity, ...(isFinite && {finite})};
}

function isSame(a: Field & {finite?: Field}, b: Field & {finite?: Field}): boolean {
  const alike = a.size === b.size && a.stride === b.stride && a.padding === b.padding;
  return alike && (!a.finite || !b.finite || isSame(a.finite, b.finite));
}
