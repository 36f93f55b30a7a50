import type {FeatureMap} from "./atrousForms.ts";
import {positiveInteger} from "./network.ts";

/**
 * Kernels `[size, size, channels, filters]`, the filter fastest, as TensorFlow.js has them. The
 * filters are dealt out into **groups** of equal size, in order: a filter of group g reads the
 * input's channels g · channels to (g + 1) · channels − 1. With one group that is a standard
 * convolution; with as many groups as there are input channels and filters, a depthwise one.
 */
export interface Kernels {
  /** Taps along a side. */
  readonly size: number;
  /** How many channels each filter reads. */
  readonly channels: number;
  readonly filters: number;
  readonly groups: number;
  readonly weights: Float32Array;
}

/** One product of a sum: the input's value at a channel, row and column, by the filter's weight. */
export interface Term {
  readonly channel: number;
  readonly row: number;
  readonly column: number;
  readonly value: number;
  readonly weight: number;
}

/** Where an output is in its map `[height, width, filters]`. */
export interface OutputPlace {
  readonly row: number;
  readonly column: number;
  readonly filter: number;
}

/**
 * Returns the convolution of *map* by *kernels* without padding, stride 1:
 * `[height − size + 1, width − size + 1, filters]`. Each output is summed in double precision and
 * rounded once.
 *
 * Throws a RangeError if the map or the kernels have not the size that they state, if the groups do
 * not divide the filters and the map's channels, or if the kernels are larger than the map.
 */
export function groupedConvolution(map: FeatureMap, kernels: Kernels): FeatureMap {
  check(map, kernels);
  const {size, filters} = kernels;
  const [height, width] = [map.height - size + 1, map.width - size + 1];
  const data = new Float32Array(height * width * filters);
  let at = 0;
  for (let row = 0; row < height; ++row)
    for (let column = 0; column < width; ++column)
      for (let filter = 0; filter < filters; ++filter) {
        let sum = 0;
        for (const {value, weight} of terms(map, kernels, {row, column, filter}))
          sum += value * weight;
        data[at++] = sum;
      }
  return {width, height, channels: filters, data};
}

/**
 * Returns the products that one output of {@link groupedConvolution} is the sum of: channel by
 * channel, each row by row. Throws as it does, and if there is no such output.
 */
export function outputTerms(map: FeatureMap, kernels: Kernels, output: OutputPlace): Term[] {
  check(map, kernels);
  const {row, column, filter} = output;
  for (const [name, is, end] of [
    ["row", row, map.height - kernels.size + 1],
    ["column", column, map.width - kernels.size + 1],
    ["filter", filter, kernels.filters]
  ] as const)
    if (!(Number.isInteger(is) && is >= 0 && is < end))
      throw new RangeError(`invalid ${name}: ${is} (0 to ${end - 1})`);
  return terms(map, kernels, output);
}

function terms(
  {width, channels: depth, data}: FeatureMap,
  {size, channels, filters, groups, weights}: Kernels,
  {row: top, column: left, filter}: OutputPlace
): Term[] {
  const first = Math.floor(filter / (filters / groups)) * channels;
  const products: Term[] = [];
  for (let c = 0; c < channels; ++c)
    for (let i = 0; i < size; ++i)
      for (let j = 0; j < size; ++j) {
        const [channel, row, column] = [first + c, top + i, left + j];
        const value = data[(row * width + column) * depth + channel];
        const weight = weights[((i * size + j) * channels + c) * filters + filter];
        products.push({channel, row, column, value, weight});
      }
  return products;
}

/**
 * Returns what is left of the kernels of a standard convolution when its filters are dealt out into
 * *groups*, and each gives up the weights for channels of other groups. Throws a RangeError if the
 * kernels are in groups already, or if *groups* does not divide their channels and filters.
 */
export function inGroups(kernels: Kernels, groups: number): Kernels {
  checkKernels(kernels);
  const {size, channels: depth, filters, weights: all} = kernels;
  if (kernels.groups !== 1)
    throw new RangeError(`kernels in ${kernels.groups} groups; a standard convolution has 1`);
  checkGroups(groups, depth, filters);
  const channels = depth / groups;
  const weights = new Float32Array(size * size * channels * filters);
  let to = 0;
  for (let tap = 0; tap < size * size; ++tap)
    for (let c = 0; c < channels; ++c)
      for (let n = 0; n < filters; ++n) {
        const channel = Math.floor(n / (filters / groups)) * channels + c;
        weights[to++] = all[(tap * depth + channel) * filters + n];
      }
  return {size, channels, filters, groups, weights};
}

/**
 * Returns the kernels of the standard convolution that does in one step what *depthwise* and then
 * *pointwise* do in two, with nothing between them: W[n, m, ·] = p[n, m] · d[m, ·], rounded to
 * single precision. Throws a RangeError if the first is not depthwise, the second is not of size 1
 * and in one group, or if their channels differ.
 */
export function composedKernels(depthwise: Kernels, pointwise: Kernels): Kernels {
  checkKernels(depthwise);
  checkKernels(pointwise);
  const {size, filters: channels, weights: flat} = depthwise;
  if (!(depthwise.channels === 1 && depthwise.groups === channels))
    throw new RangeError(
      `not depthwise: ${channels} filters of ${depthwise.channels} channels in ` +
        `${depthwise.groups} groups`
    );
  const {filters, weights: mix} = pointwise;
  if (!(pointwise.size === 1 && pointwise.groups === 1 && pointwise.channels === channels))
    throw new RangeError(
      `not pointwise over ${channels} channels: size ${pointwise.size}, ` +
        `${pointwise.channels} channels, ${pointwise.groups} groups`
    );
  const weights = Float32Array.from(
    {length: size * size * channels * filters},
    (_, i) => flat[Math.floor(i / filters)] * mix[i % (channels * filters)]
  );
  return {size, channels, filters, groups: 1, weights};
}

/**
 * Returns how many weights there are in *filters* kernels of *size* × *size* over *channels*
 * channels that are dealt out into **groups** (1 by default): each output place takes as many
 * multiply-adds. Throws a RangeError if one is not a whole number from 1 up, or if the groups do not
 * divide channels and filters.
 */
export function weightCount(
  {size, channels, filters}: {size: number; channels: number; filters: number},
  groups = 1
): number {
  positiveInteger("kernel size", size);
  positiveInteger("channels", channels);
  positiveInteger("filters", filters);
  checkGroups(groups, channels, filters);
  return (size * size * channels * filters) / groups;
}

function check({width, height, channels, data}: FeatureMap, kernels: Kernels): void {
  if (!(data.length === width * height * channels && data.length > 0))
    throw new RangeError(`invalid map: ${data.length} values for ${width}×${height}×${channels}`);
  checkKernels(kernels);
  const {size, groups, channels: read} = kernels;
  if (channels !== read * groups)
    throw new RangeError(`${groups} groups of ${read} channels on a map of ${channels}`);
  if (size > width || size > height)
    throw new RangeError(`a kernel of size ${size} does not fit a map of ${width}×${height}`);
}

function checkKernels({size, channels, filters, groups, weights}: Kernels): void {
  if (weights.length !== weightCount({size, channels: channels * groups, filters}, groups))
    throw new RangeError(
      `invalid kernels: ${weights.length} weights for ${size}×${size}×${channels}×${filters}`
    );
}

function checkGroups(groups: number, channels: number, filters: number): void {
  positiveInteger("groups", groups);
  if (channels % groups !== 0 || filters % groups !== 0)
    throw new RangeError(
      `invalid groups: ${groups} (a divisor of ${channels} channels and ${filters} filters)`
    );
}
