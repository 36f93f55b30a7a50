import * as tf from "@tensorflow/tfjs-core";
import {beforeAll, describe, expect, it} from "vitest";
import {useBackend} from "../../src/model/backend.ts";
import {execute, foldWeights} from "../../src/model/execute.ts";
import {composedKernels} from "../../src/model/gradients.ts";
import {
  coverage,
  hdc,
  pathCounts,
  reads,
  stackFields,
  unitsRead,
  type StackLayer
} from "../../src/model/layerStack.ts";
import {NetworkBuilder, weightShapes, type Network} from "../../src/model/network.ts";
import {mulberry32} from "../../src/model/random.ts";
import {receptiveField, receptiveFields} from "../../src/model/receptiveField.ts";

const stack = (rates: readonly number[], kernelSize = 3): StackLayer[] =>
  rates.map((rate) => ({kernelSize, stride: 1, rate}));

/** A stack of 1 to 5 layers, kernels of 1 to 5 taps, even ones too, whose field is not too large. */
function randomStack(random: () => number, most: number): StackLayer[] {
  const whole = (least: number, most: number) => least + Math.floor((most - least + 1) * random());
  for (;;) {
    const layers = Array.from({length: whole(1, 5)}, () => ({
      kernelSize: whole(1, 5),
      stride: random() < 0.6 ? 1 : whole(2, 4),
      rate: random() < 0.4 ? 1 : whole(2, 9)
    }));
    if (stackFields(layers).at(-1).size <= most) return layers;
  }
}

/** Where in a picture, just large enough, lies an output whose field is inside it. */
function placeOf(layers: readonly StackLayer[]): {output: number; length: number} {
  const {size, stride, padding} = stackFields(layers).at(-1) ?? {size: 1, stride: 1, padding: 0};
  const output = Math.ceil(padding / stride);
  return {output, length: (output + Math.ceil((size - padding) / stride)) * stride + 1};
}

/** Convolves a line with ones, with TensorFlow's SAME padding. */
function convolveWithOnes(line: Float64Array, {kernelSize, stride, rate}: StackLayer) {
  const outputs = Math.ceil(line.length / stride);
  const lacking = (outputs - 1) * stride + (kernelSize - 1) * rate + 1 - line.length;
  const before = Math.floor(Math.max(0, lacking) / 2);
  return Float64Array.from({length: outputs}, (_, o) => {
    let sum = 0;
    for (let t = 0; t < kernelSize; t++) sum += line[o * stride - before + t * rate] ?? 0;
    return sum;
  });
}

/** The gradient of one output of a stack of ones: how it answers to each input by itself. */
function bruteForce(layers: readonly StackLayer[]): {gradient: Float64Array; output: number} {
  const {output, length} = placeOf(layers);
  const gradient = Float64Array.from({length}, (_, i) => {
    const impulse = new Float64Array(length);
    impulse[i] = 1;
    return layers.reduce(convolveWithOnes, impulse)[output];
  });
  return {gradient, output};
}

function networkOf(layers: readonly StackLayer[]): Network {
  const builder = new NetworkBuilder();
  let last = builder.input(1);
  for (const [i, layer] of layers.entries()) last = builder.conv(`layer${i}`, last, 1, layer);
  return {layers: builder.layers, endpoints: {features: last}};
}

describe("200 random stacks", () => {
  const random = mulberry32(41);
  const stacks = Array.from({length: 200}, () => randomStack(random, 150));

  it("have even kernels, strides and rates together, and holes", () => {
    const layers = stacks.flat();
    expect(layers.some((l) => l.kernelSize % 2 === 0 && l.stride > 1 && l.rate > 1)).toBe(true);
    expect(stacks.filter((layers) => coverage(layers).holes.length > 0).length).toBeGreaterThan(40);
    expect(stacks.filter((layers) => coverage(layers).holes.length === 0).length).toBeGreaterThan(
      40
    );
  });

  it("have the box, the holes and the path counts of their gradient by brute force", () => {
    for (const layers of stacks) {
      const {gradient, output} = bruteForce(layers);
      const {size, stride, padding} = stackFields(layers).at(-1);
      const start = output * stride - padding;
      const field = gradient.slice(start, start + size);
      const message = JSON.stringify(layers);
      const isRead = (paths: number) => paths > 0;
      expect(gradient.findIndex(isRead), message).toBe(start);
      expect(gradient.findLastIndex(isRead), message).toBe(start + size - 1);
      expect(pathCounts(layers), message).toEqual(field);
      const found = coverage(layers);
      expect([...found.read].map(Boolean), message).toEqual([...field].map(isRead));
      const holes = [...field].flatMap((paths, i) => (paths ? [] : [i - padding]));
      expect(found.holes, message).toEqual(holes);
      const read = [...gradient.keys()].filter((i) => gradient[i] > 0);
      expect(found.share).toBe(read.length / size);
      expect(reads(layers, output)[0], message).toEqual(read);
    }
  });

  it("read the same of every map in between", () => {
    for (const layers of stacks.slice(0, 60)) {
      const maps = reads(layers);
      for (const [depth, units] of maps.entries()) {
        const above = layers.slice(depth);
        const {gradient, output} = bruteForce(above);
        const center = output * above.reduce((product, {stride}) => product * stride, 1);
        const read = [...gradient.keys()].filter((i) => gradient[i] > 0);
        expect(units).toEqual(read.map((i) => i - center));
      }
    }
  });

  it("are read as networks are", () => {
    for (const layers of stacks) {
      const network = networkOf(layers);
      const fields = receptiveFields(network);
      for (const [i, field] of stackFields(layers).entries())
        expect(fields.get(`layer${i}`)).toEqual(field);
      const {length} = placeOf(layers);
      expect(
        receptiveField(network, network.endpoints.features!, {inputSize: [length, length]})
      ).toEqual(stackFields(layers).at(-1));
    }
  });
});

describe("all-ones networks in two dimensions", () => {
  beforeAll(() => useBackend("wasm"));

  it.each([1, 2, 3, 4, 5, 6, 7, 8])("have a product of path counts as gradient (%i)", (seed) => {
    const layers = randomStack(mulberry32(seed), 40);
    const network = networkOf(layers);
    const {output, length} = placeOf(layers);
    const ones = new Map(
      [...weightShapes(network)].map(([name, shape]) => [
        name,
        {shape, data: new Float32Array(shape.reduce((a, b) => a * b)).fill(1)}
      ])
    );
    const weights = foldWeights(network, ones);
    const gradient = tf.tidy(() => {
      const picture: tf.Tensor4D = tf.zeros([1, length, length, 1]);
      const taps = network.layers.map(({name}) => name);
      const maps = execute(network, weights, picture, {taps});
      const [, rows, columns] = maps.get(taps.at(-1))!.shape;
      const seedOf = tf.buffer<tf.Rank.R4>([1, rows, columns, 1]);
      seedOf.set(1, 0, output, output, 0);
      let flowing = seedOf.toTensor();
      for (const [i, layer] of [...layers.entries()].toReversed()) {
        const {shape} = maps.get(taps[i])!;
        const kernel = weights.kernels.get(`layer${i}`)!;
        flowing = composedKernels.convInput(flowing, kernel, shape, layer);
      }
      return flowing.dataSync();
    });
    weights.dispose();
    const {size, stride, padding} = stackFields(layers).at(-1);
    const counts = pathCounts(layers);
    const start = output * stride - padding;
    const along = (i: number) => (i >= start && i < start + size ? counts[i - start] : 0);
    const expected = Float32Array.from(
      {length: length * length},
      (_, i) => along(Math.floor(i / length)) * along(i % length)
    );
    expect(gradient).toEqual(expected);
    const read = expected.filter((paths) => paths > 0).length / size ** 2;
    expect(coverage(layers).share2d).toBeCloseTo(read, 12);
  });
});

describe("stacks of known rates", () => {
  it.each([
    [[1, 2, 4], 15],
    [[1, 2, 4, 8], 31],
    [[1, 1, 1, 1], 9],
    [[2, 2, 2, 2], 17]
  ])("%j read %i inputs at most (Yu & Koltun 2015)", (rates, size) => {
    expect(stackFields(stack(rates)).at(-1)).toEqual({size, stride: 1, padding: (size - 1) / 2});
  });

  it.each([
    [[1, 2, 5], 2, true, []],
    [[1, 2, 9], 5, false, [-5, -4, 4, 5]],
    [[2, 4, 8], 4, false, Array.from({length: 14}, (_, i) => 2 * i - 13)],
    // The rule asks more than is needed here, and less than is needed there.
    [[1, 3, 1], 5, false, []],
    [[2, 2, 2], 2, true, [-5, -3, -1, 1, 3, 5]]
  ] as const)("%j: HDC's M₂ is %i", (rates, asks, satisfied, holes) => {
    expect(hdc(rates, 3)).toMatchObject({asks, satisfied});
    expect(coverage(stack(rates)).holes).toEqual(holes);
  });

  it("has one term of HDC for each layer", () => {
    expect(hdc([1, 2, 5], 3).terms).toEqual([1, 2, 5]);
    expect(hdc([1, 2, 9], 3).terms).toEqual([3, 5, 9]);
    expect(hdc([7], 3)).toEqual({terms: [7], asks: null, satisfied: null});
    expect(hdc([], 3)).toEqual({terms: [], asks: null, satisfied: null});
  });

  it("leaves no hole where HDC's rule holds and the first rate is 1", () => {
    for (let second = 1; second <= 12; second++)
      for (let third = 1; third <= 12; third++) {
        const rates = [1, second, third];
        if (hdc(rates, 3).satisfied) expect(coverage(stack(rates)).holes, `${rates}`).toEqual([]);
      }
  });

  it("counts exactly up to 2^53 and no further, and covers without counting", () => {
    const deep = (layers: number) => stack(new Array<number>(layers).fill(1));
    expect(Math.max(...pathCounts(deep(30)))).toBe(18252025766941); // central trinomial, OEIS A002426
    expect(() => pathCounts(deep(40))).toThrow("more than 2^53 − 1");
    expect(coverage(deep(40))).toMatchObject({size: 81, share: 1, share2d: 1, holes: []});
    expect(coverage([])).toMatchObject({size: 1, share: 1, holes: []});
    expect(pathCounts([])).toEqual(Float64Array.of(1));
    expect(reads([], 5)).toEqual([[5]]);
  });

  it("takes a layer of kernel 5, stride 2, rate 3 like any other", () => {
    const layer = {kernelSize: 5, stride: 2, rate: 3};
    expect(unitsRead(layer, 0)).toEqual([-6, -3, 0, 3, 6]);
    expect(unitsRead(layer, 4)).toEqual([2, 5, 8, 11, 14]);
    expect(stackFields([layer, layer]).at(-1)).toEqual({size: 37, stride: 4, padding: 18});
    expect(reads([layer, layer])[1]).toEqual([-6, -3, 0, 3, 6]);
  });
});

describe("what is refused", () => {
  const layer = {kernelSize: 3, stride: 1, rate: 1};
  it.each([0, -1, 1.5, NaN, Infinity])("kernel size, stride and rate of %d", (value) => {
    for (const [option, name] of [
      ["kernelSize", "kernel size"],
      ["stride", "stride"],
      ["rate", "rate"]
    ])
      for (const of of [stackFields, reads, pathCounts, coverage])
        expect(() => of([layer, {...layer, [option]: value}])).toThrow(
          `invalid ${name}: ${value} (a whole number from 1 up)`
        );
    expect(() => hdc([value], 3)).toThrow(`invalid rate: ${value}`);
    expect(() => hdc([1], value)).toThrow(`invalid kernel size: ${value}`);
  });

  it("fields too large to list or to count", () => {
    const wide = {kernelSize: 9, stride: 8, rate: 1000};
    for (const of of [reads, pathCounts, coverage])
      expect(() => of(new Array<StackLayer>(6).fill(wide))).toThrow("too large to list");
    expect(() => stackFields(new Array<StackLayer>(20).fill(wide))).toThrow("too large to count");
  });
});
