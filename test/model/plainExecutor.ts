import type {
  Activation,
  Layer,
  Network,
  PoolLayer,
  WeightedLayer
} from "../../src/model/network.ts";
import {batchNormName, isWeighted, kernelName} from "../../src/model/network.ts";

/** A map `[batch, height, width, channels]` in double precision, channel fastest. */
export interface PlainMap {
  readonly shape: readonly [batch: number, height: number, width: number, channels: number];
  readonly data: Float64Array;
}

/** Weights in either precision: finite differences need the double. */
export type PlainWeights = ReadonlyMap<
  string,
  {readonly shape: readonly number[]; readonly data: ArrayLike<number>}
>;

/**
 * Returns every layer's output, straight from the definitions: loops over plain arrays, nothing
 * folded, fused or shared with the executor under test, padding included. With **training**,
 * batch normalization takes the batch's own statistics. Dropout does nothing.
 */
export function runPlain(
  network: Network,
  weights: PlainWeights,
  picture: PlainMap,
  {training = false} = {}
): Map<string, PlainMap> {
  const maps = new Map<string, PlainMap>();
  for (const layer of network.layers) {
    const inputs = layer.inputs.map((name) => maps.get(name)!);
    maps.set(layer.name, runLayer(layer, inputs, picture, weights, training));
  }
  return maps;
}

/** Returns a map of *value* at each place. */
export function plainMap(
  shape: PlainMap["shape"],
  value: (n: number, y: number, x: number, c: number) => number
): PlainMap {
  const [batch, height, width, channels] = shape;
  const data = new Float64Array(batch * height * width * channels);
  let i = 0;
  for (let n = 0; n < batch; n++)
    for (let y = 0; y < height; y++)
      for (let x = 0; x < width; x++)
        for (let c = 0; c < channels; c++) data[i++] = value(n, y, x, c);
  return {shape, data};
}

function at({shape: [, height, width, channels], data}: PlainMap, n: number, y: number, x: number) {
  const start = ((n * height + y) * width + x) * channels;
  return (c: number) => data[start + c];
}

function runLayer(
  layer: Layer,
  inputs: readonly PlainMap[],
  picture: PlainMap,
  weights: PlainWeights,
  training: boolean
): PlainMap {
  const [input] = inputs;
  switch (layer.type) {
    case "input":
      return picture;
    case "conv":
    case "depthwise": {
      const sums = convolve(layer, input, weights.get(kernelName(layer))!.data);
      return activated(normalize(layer, sums, weights, training), layer.activation);
    }
    case "pool":
      return pool(layer, input);
    case "globalPool": {
      const [batch, height, width, channels] = input.shape;
      return plainMap([batch, 1, 1, channels], (n, _y, _x, c) => {
        let sum = 0;
        for (let y = 0; y < height; y++)
          for (let x = 0; x < width; x++) sum += at(input, n, y, x)(c);
        return sum / (height * width);
      });
    }
    case "add":
      return {
        shape: input.shape,
        data: input.data.map((_, i) => inputs.reduce((sum, {data}) => sum + data[i], 0))
      };
    case "concat": {
      const [batch, height, width] = input.shape;
      const sources = inputs.flatMap((map) =>
        Array.from({length: map.shape[3]}, (_, c) => ({map, c}))
      );
      return plainMap([batch, height, width, sources.length], (n, y, x, c) =>
        at(sources[c].map, n, y, x)(sources[c].c)
      );
    }
    case "resize":
      return resize(input, inputs[1].shape[1], inputs[1].shape[2]);
    case "activation":
      return activated(input, layer.activation);
    case "dropout":
      return input;
  }
}

interface PlainWindow {
  kernelSize: number;
  stride: number;
  rate: number;
  padding: "same" | number;
}

/** Where tap *tap* of output *i* falls, which may be in the padding. */
function tapPlace(
  size: number,
  {kernelSize, stride, rate, padding}: PlainWindow
): {outputs: number; place: (i: number, tap: number) => number} {
  const reach = (kernelSize - 1) * rate;
  let [outputs, before] = [0, 0];
  if (padding === "same") {
    outputs = Math.ceil(size / stride);
    const needed = (outputs - 1) * stride + reach + 1 - size;
    before = Math.floor(Math.max(0, needed) / 2);
  } else {
    before = padding;
    while (outputs * stride - before + reach < size + padding) outputs++;
  }
  return {outputs, place: (i, tap) => i * stride + tap * rate - before};
}

/** Calls *visit* for every tap of the window at output (y, x) that lies in the map. */
function eachTap(
  window: PlainWindow,
  [, height, width]: PlainMap["shape"],
  y: number,
  x: number,
  visit: (row: number, column: number, i: number, j: number) => void
): void {
  const rows = tapPlace(height, window);
  const columns = tapPlace(width, window);
  for (let i = 0; i < window.kernelSize; i++) {
    const row = rows.place(y, i);
    if (row < 0 || row >= height) continue;
    for (let j = 0; j < window.kernelSize; j++) {
      const column = columns.place(x, j);
      if (column >= 0 && column < width) visit(row, column, i, j);
    }
  }
}

function convolve(layer: WeightedLayer, input: PlainMap, kernel: ArrayLike<number>): PlainMap {
  const [batch, height, width, from] = input.shape;
  const {kernelSize: k} = layer;
  const to = layer.type === "conv" ? layer.filters : from;
  const outRows = tapPlace(height, layer).outputs;
  const outColumns = tapPlace(width, layer).outputs;
  const output = new Float64Array(batch * outRows * outColumns * to);
  let start = 0;
  for (let n = 0; n < batch; n++) {
    for (let y = 0; y < outRows; y++) {
      for (let x = 0; x < outColumns; x++, start += to) {
        eachTap(layer, input.shape, y, x, (row, column, i, j) => {
          const value = at(input, n, row, column);
          const tap = (i * k + j) * from;
          for (let c = 0; c < from; c++) {
            if (layer.type === "depthwise") output[start + c] += value(c) * kernel[tap + c];
            else
              for (let o = 0; o < to; o++)
                output[start + o] += value(c) * kernel[(tap + c) * to + o];
          }
        });
      }
    }
  }
  return {shape: [batch, outRows, outColumns, to], data: output};
}

function normalize(
  layer: WeightedLayer,
  {shape, data}: PlainMap,
  weights: PlainWeights,
  training: boolean
): PlainMap {
  const channels = shape[3];
  if (layer.batchNorm === null) {
    const bias = weights.get(`${layer.name}/biases`)?.data;
    return {shape, data: data.map((z, i) => z + (bias ? bias[i % channels] : 0))};
  }
  const {batchNorm: epsilon} = layer;
  const vector = (name: Parameters<typeof batchNormName>[1]) =>
    weights.get(batchNormName(layer, name))!.data;
  const [gamma, beta] = [vector("gamma"), vector("beta")];
  const {mean, variance} = training
    ? momentsOf({shape, data})
    : {mean: vector("moving_mean"), variance: vector("moving_variance")};
  return {
    shape,
    data: data.map((z, i) => {
      const c = i % channels;
      return (gamma[c] * (z - mean[c])) / Math.sqrt(variance[c] + epsilon) + beta[c];
    })
  };
}

/** Returns mean and (population) variance of each channel over batch, rows and columns. */
export function momentsOf({shape, data}: PlainMap): {mean: number[]; variance: number[]} {
  const channels = shape[3];
  const positions = data.length / channels;
  const mean = Array<number>(channels).fill(0);
  const variance = Array<number>(channels).fill(0);
  data.forEach((z, i) => (mean[i % channels] += z / positions));
  data.forEach((z, i) => (variance[i % channels] += (z - mean[i % channels]) ** 2 / positions));
  return {mean, variance};
}

function activated({shape, data}: PlainMap, activation: Activation): PlainMap {
  if (activation === "linear") return {shape, data};
  const most = activation === "relu6" ? 6 : Infinity;
  return {shape, data: data.map((x) => Math.min(Math.max(x, 0), most))};
}

function pool(layer: PoolLayer, input: PlainMap): PlainMap {
  const [batch, height, width, channels] = input.shape;
  const outRows = tapPlace(height, layer).outputs;
  const outColumns = tapPlace(width, layer).outputs;
  return plainMap([batch, outRows, outColumns, channels], (n, y, x, c) => {
    const values: number[] = [];
    eachTap(layer, input.shape, y, x, (row, column) => values.push(at(input, n, row, column)(c)));
    if (layer.kind === "max") return Math.max(...values);
    return values.reduce((a, b) => a + b, 0) / values.length;
  });
}

/** Returns *input* resized to *height* × *width*: bilinear, aligned corners. */
export function resize(input: PlainMap, height: number, width: number): PlainMap {
  const [batch, fromHeight, fromWidth, channels] = input.shape;
  const mix = (i: number, from: number, to: number) => {
    const place = to > 1 ? (i * (from - 1)) / (to - 1) : 0; // corners on corners
    const low = Math.floor(place);
    return {low, high: Math.min(low + 1, from - 1), share: place - low};
  };
  return plainMap([batch, height, width, channels], (n, y, x, c) => {
    const row = mix(y, fromHeight, height);
    const column = mix(x, fromWidth, width);
    const along = (r: number) =>
      at(input, n, r, column.low)(c) * (1 - column.share) +
      at(input, n, r, column.high)(c) * column.share;
    return along(row.low) * (1 - row.share) + along(row.high) * row.share;
  });
}

/** Returns random weights for *network* under which values keep their size from layer to layer. */
export function plainWeights(
  shapes: ReadonlyMap<string, readonly number[]>,
  network: Network,
  random: () => number
): Map<string, {shape: number[]; data: Float32Array}> {
  const kernels = new Set(network.layers.filter(isWeighted).map(kernelName));
  const between = (low: number, high: number) => low + (high - low) * random();
  return new Map(
    [...shapes].map(([name, shape]) => {
      const size = shape.reduce((a, b) => a * b, 1);
      const fanIn = name.endsWith("/depthwise_weights") ? size / shape[2] : size / shape[3];
      const value = () => {
        if (kernels.has(name)) return between(-2, 2) / Math.sqrt(fanIn);
        return /gamma|variance/.test(name) ? between(0.5, 2) : between(-0.5, 0.5);
      };
      return [name, {shape: [...shape], data: Float32Array.from({length: size}, value)}];
    })
  );
}
