import * as tf from "@tensorflow/tfjs-core";
import {beforeAll, describe, expect, it} from "vitest";
import type {FeatureMap} from "../../src/model/atrousForms.ts";
import {useBackend} from "../../src/model/backend.ts";
import {
  composedKernels,
  groupedConvolution,
  inGroups,
  outputTerms,
  weightCount,
  type Kernels
} from "../../src/model/groupedConvolution.ts";
import {mulberry32} from "../../src/model/random.ts";

const random = mulberry32(21);
const values = (length: number) => Float32Array.from({length}, () => 2 * random() - 1);

function randomMap(width: number, height: number, channels: number): FeatureMap {
  return {width, height, channels, data: values(width * height * channels)};
}

function randomKernels(size: number, depth: number, filters: number, groups = 1): Kernels {
  const channels = depth / groups;
  return {size, channels, filters, groups, weights: values(size * size * channels * filters)};
}

const toTensor = ({width, height, channels, data}: FeatureMap) =>
  tf.tensor3d(data, [height, width, channels]);

/** A grouped convolution as TensorFlow.js does it: of each group's channels, side by side. */
function byTensorFlow(map: FeatureMap, kernels: Kernels): tf.Tensor {
  const {size, channels, filters, groups, weights} = kernels;
  return tf.tidy(() => {
    const inputs: tf.Tensor3D[] = tf.split(toTensor(map), groups, 2);
    const filter = tf.tensor4d(weights, [size, size, channels, filters]);
    const filtersOf: tf.Tensor4D[] = tf.split(filter, groups, 3);
    return tf.concat(
      filtersOf.map((own, g) => tf.conv2d(inputs[g], own, 1, "valid")),
      2
    );
  });
}

function difference({data}: FeatureMap, tensor: tf.Tensor): number {
  const other = tensor.dataSync();
  expect(other).toHaveLength(data.length);
  return Math.max(...data.map((value, i) => Math.abs(value - other[i])));
}

beforeAll(() => useBackend("cpu"));

describe("groupedConvolution", () => {
  it("agrees with TensorFlow.js, from dense through grouped to depthwise", () => {
    for (const [width, height, size, depth, filters] of [
      [5, 5, 3, 4, 4],
      [9, 4, 3, 8, 4],
      [3, 7, 1, 4, 8],
      [6, 5, 2, 4, 12]
    ])
      for (const groups of [1, 2, 4]) {
        const map = randomMap(width, height, depth);
        const kernels = randomKernels(size, depth, filters, groups);
        const ours = groupedConvolution(map, kernels);
        const theirs = byTensorFlow(map, kernels);
        expect(theirs.shape).toEqual([ours.height, ours.width, ours.channels]);
        expect(difference(ours, theirs)).toBeLessThan(1e-5);
      }
  });

  it("is TensorFlow.js's depthwise convolution where groups, channels and filters are as many", () => {
    const map = randomMap(7, 6, 5);
    const kernels = randomKernels(3, 5, 5, 5);
    const filter = tf.tensor4d(kernels.weights, [3, 3, 5, 1]);
    const theirs = tf.depthwiseConv2d(toTensor(map), filter, 1, "valid");
    expect(difference(groupedConvolution(map, kernels), theirs)).toBeLessThan(1e-5);
  });

  it("is TensorFlow.js's grouped convolution of a standard one's kernels, cut down to groups", () => {
    const map = randomMap(5, 5, 4);
    const dense = randomKernels(3, 4, 4);
    for (const groups of [1, 2, 4]) {
      const masked = dense.weights.map((weight, i) => {
        const [n, m] = [i % 4, Math.floor(i / 4) % 4];
        return Math.floor((n * groups) / 4) === Math.floor((m * groups) / 4) ? weight : 0;
      });
      const filter = tf.tensor4d(masked, [3, 3, 4, 4]);
      const theirs = tf.conv2d(toTensor(map), filter, 1, "valid");
      const ours = groupedConvolution(map, inGroups(dense, groups));
      expect(difference(ours, theirs)).toBeLessThan(1e-5);
    }
  });

  it("in two steps makes what the composed kernels make in one, here and in TensorFlow.js", () => {
    const map = randomMap(6, 5, 4);
    const [depthwise, pointwise] = [randomKernels(3, 4, 4, 4), randomKernels(1, 4, 6)];
    const two = groupedConvolution(groupedConvolution(map, depthwise), pointwise);
    const one = groupedConvolution(map, composedKernels(depthwise, pointwise));
    expect(difference(two, toTensor(one))).toBeLessThan(1e-6);
    const theirs = tf.separableConv2d(
      toTensor(map),
      tf.tensor4d(depthwise.weights, [3, 3, 4, 1]),
      tf.tensor4d(pointwise.weights, [1, 1, 4, 6]),
      1,
      "valid"
    );
    expect(difference(two, theirs)).toBeLessThan(1e-5);
  });
});

describe("outputTerms", () => {
  it("are as many as a place takes multiply-adds, and sum to the output", () => {
    const map = randomMap(5, 4, 4);
    for (const groups of [1, 2, 4]) {
      const kernels = randomKernels(3, 4, 8, groups);
      const {width, data} = groupedConvolution(map, kernels);
      let products = 0;
      for (let row = 0; row < 2; ++row)
        for (let column = 0; column < 3; ++column)
          for (let filter = 0; filter < 8; ++filter) {
            const terms = outputTerms(map, kernels, {row, column, filter});
            const sum = terms.reduce((total, {value, weight}) => total + value * weight, 0);
            expect(sum).toBeCloseTo(data[(row * width + column) * 8 + filter], 6);
            const group = Math.floor((filter * groups) / 8);
            expect(new Set(terms.map(({channel}) => Math.floor((channel * groups) / 4)))).toEqual(
              new Set([group])
            );
            products += terms.length;
          }
      expect(products).toBe(6 * weightCount({size: 3, channels: 4, filters: 8}, groups));
    }
  });
});

describe("what is not legal", () => {
  it("is refused by value", () => {
    const map = randomMap(5, 5, 4);
    const kernels = randomKernels(3, 4, 4);
    const refused = (work: () => unknown, message: string) => {
      expect(work).toThrow(RangeError);
      expect(work).toThrow(message);
    };
    for (const groups of [0, -1, 1.5, NaN, Infinity])
      refused(() => inGroups(kernels, groups), `invalid groups: ${groups}`);
    refused(
      () => inGroups(kernels, 3),
      "invalid groups: 3 (a divisor of 4 channels and 4 filters)"
    );
    refused(() => inGroups(inGroups(kernels, 2), 2), "kernels in 2 groups");
    refused(() => groupedConvolution({...map, width: 4}, kernels), "invalid map: 100 values");
    refused(() => groupedConvolution(map, {...kernels, filters: 5}), "invalid kernels: 144");
    refused(() => groupedConvolution(map, randomKernels(3, 8, 4, 4)), "4 groups of 2 channels");
    refused(() => groupedConvolution(map, randomKernels(6, 4, 4)), "size 6 does not fit");
    refused(() => outputTerms(map, kernels, {row: 3, column: 0, filter: 0}), "invalid row: 3");
    refused(() => outputTerms(map, kernels, {row: 0, column: NaN, filter: 0}), "invalid column");
    refused(() => outputTerms(map, kernels, {row: 0, column: 0, filter: 4}), "invalid filter: 4");
    refused(() => composedKernels(kernels, randomKernels(1, 4, 4)), "not depthwise");
    const flat = randomKernels(3, 4, 4, 4);
    refused(() => composedKernels(flat, randomKernels(1, 5, 4)), "not pointwise over 4 channels");
    refused(() => weightCount({size: 0, channels: 4, filters: 4}), "invalid kernel size: 0");
    refused(() => weightCount({size: 3, channels: NaN, filters: 4}), "invalid channels: NaN");
  });
});
