import * as tf from "@tensorflow/tfjs-core";
import {beforeAll, describe, expect, it} from "vitest";
import {compileKernels} from "../../bin/trainKernels.ts";
import {useBackend} from "../../src/model/backend.ts";
import {composedKernels, type GradientKernels, type Window} from "../../src/model/gradients.ts";
import {wasmKernels} from "../../src/model/kernels/wasmKernels.ts";
import {NetworkBuilder, type Activation} from "../../src/model/network.ts";
import {spanOf, windowPadding} from "../../src/model/padding.ts";
import {mulberry32} from "../../src/model/random.ts";
import {finiteDifferences, relativeGap} from "./finiteDifferences.ts";
import {plainMap, resize, runPlain, type PlainMap} from "./plainExecutor.ts";

type Shape4 = [number, number, number, number];

const random = mulberry32(11);
const between = (low: number, high: number) => low + (high - low) * random();
const randomMap = (shape: PlainMap["shape"]) => plainMap(shape, () => between(-1, 1));
const toTensor = ({shape, data}: PlainMap) => tf.tensor4d(Float32Array.from(data), [...shape]);
const dot = (a: ArrayLike<number>, b: Float64Array) => b.reduce((sum, v, i) => sum + v * a[i], 0);

/** Frees what *compute* makes, and sees that it makes nothing but what it returns. */
function alone<T>(compute: () => T & tf.TensorContainer, count: number): T {
  const before = tf.memory().numTensors;
  const result = compute();
  expect(tf.memory().numTensors - before).toBe(count);
  return result;
}

describe.each([
  ["composed on cpu", "cpu", async () => composedKernels],
  ["composed on wasm", "wasm", async () => composedKernels],
  ["in WebAssembly", "wasm", async () => wasmKernels(await compileKernels({fused: false}))],
  ["fused in WebAssembly", "wasm", async () => wasmKernels(await compileKernels({fused: true}))]
] as const)("gradients %s", (_, backend, get) => {
  let kernels: GradientKernels;
  beforeAll(async () => {
    await useBackend(backend);
    kernels = await get();
  });

  // Shape of the input, filters, and the window. Rates past the map, even kernels and sizes,
  // windows with gaps between them, stride and rate together.
  it.each<[Shape4, number, Window]>([
    [[2, 5, 4, 3], 4, {kernelSize: 1, stride: 1, rate: 1}],
    [[1, 5, 4, 3], 2, {kernelSize: 1, stride: 2, rate: 1}],
    [[2, 5, 6, 2], 3, {kernelSize: 3, stride: 1, rate: 1}],
    [[1, 7, 6, 2], 3, {kernelSize: 3, stride: 2, rate: 1}],
    [[1, 6, 7, 5], 1, {kernelSize: 3, stride: 1, rate: 2}],
    [[1, 4, 5, 9], 2, {kernelSize: 3, stride: 1, rate: 3}],
    [[1, 3, 4, 2], 2, {kernelSize: 3, stride: 1, rate: 17}],
    [[1, 6, 6, 1], 2, {kernelSize: 2, stride: 1, rate: 1}],
    [[1, 7, 5, 2], 1, {kernelSize: 2, stride: 3, rate: 2}],
    [[1, 8, 6, 2], 2, {kernelSize: 2, stride: 3, rate: 1}],
    [[1, 7, 8, 1], 1, {kernelSize: 5, stride: 2, rate: 2}],
    [[1, 1, 1, 4], 8, {kernelSize: 3, stride: 1, rate: 1}],
    // Channels that fill two vectors and those that do not; more positions than a block.
    [[2, 9, 5, 12], 9, {kernelSize: 1, stride: 1, rate: 1}],
    [[1, 9, 15, 8], 11, {kernelSize: 3, stride: 1, rate: 2}],
    [[1, 8, 17, 9], 16, {kernelSize: 3, stride: 2, rate: 1}],
    // Explicit padding: none, as much as SAME but on the other side, and more than any tap needs.
    [[1, 7, 6, 2], 3, {kernelSize: 3, stride: 2, rate: 1, padding: 1}],
    [[2, 6, 5, 1], 2, {kernelSize: 3, stride: 1, rate: 1, padding: 0}],
    [[1, 9, 10, 2], 2, {kernelSize: 3, stride: 1, rate: 4, padding: 0}],
    [[1, 5, 4, 2], 2, {kernelSize: 3, stride: 1, rate: 1, padding: 4}],
    [[1, 6, 4, 3], 2, {kernelSize: 1, stride: 1, rate: 1, padding: 1}],
    [[1, 6, 4, 3], 2, {kernelSize: 1, stride: 3, rate: 1, padding: 2}],
    [[1, 4, 5, 2], 1, {kernelSize: 2, stride: 3, rate: 2, padding: 2}],
    [[1, 8, 7, 4], 3, {kernelSize: 5, stride: 2, rate: 1, padding: 3}]
  ])("of convolutions of %j to %i channels, %j", (shape, filters, window) => {
    for (const type of ["conv", "depthwise"] as const) {
      const builder = new NetworkBuilder();
      const input = builder.input(shape[3]);
      if (type === "conv") builder.conv("layer", input, filters, window);
      else builder.depthwise("layer", input, window);
      const network = {layers: builder.layers, endpoints: {}};
      const {kernelSize: k} = window;
      const filter = randomMap([k, k, shape[3], type === "conv" ? filters : 1]);
      const name = type === "conv" ? "layer/weights" : "layer/depthwise_weights";
      const weights = new Map([[name, filter]]);
      const x = randomMap(shape);
      const forward = () => runPlain(network, weights, x).get("layer")!;
      const dy = randomMap(forward().shape);
      const loss = () => dot(forward().data, dy.data);

      const [tx, tdy, tfilter] = [x, dy, filter].map(toTensor);
      const y = alone(() => kernels[type](tx, tfilter, window), 1);
      expect(y.shape).toEqual(dy.shape);
      expect(relativeGap(y.dataSync(), forward().data)).toBeLessThan(1e-5);
      const toFilter = alone(() => kernels[`${type}Filter`](tx, tdy, window), 1);
      expect(toFilter.shape).toEqual(filter.shape);
      // The output is linear in either, so that a large step is exact.
      expect(
        relativeGap(toFilter.dataSync(), finiteDifferences(filter.data, loss, 0.5))
      ).toBeLessThan(1e-5);
      const toInput = alone(() => kernels[`${type}Input`](tdy, tfilter, shape, window), 1);
      expect(toInput.shape).toEqual(shape);
      expect(relativeGap(toInput.dataSync(), finiteDifferences(x.data, loss, 0.5))).toBeLessThan(
        1e-5
      );
      tf.dispose([tx, tdy, tfilter, y, toFilter, toInput]);
    }
  });

  it.each<[Shape4, Activation]>([
    [[2, 3, 4, 3], "linear"],
    [[2, 3, 4, 3], "relu"],
    [[2, 3, 3, 5], "relu6"],
    [[1, 1, 2, 4], "relu"],
    [[4, 1, 1, 9], "linear"]
  ])("of batch normalization of %j with %s", (shape, activation) => {
    const channels = shape[3];
    const builder = new NetworkBuilder();
    // A depthwise kernel of ones hands its input on, to be normalized.
    builder.depthwise("layer", builder.input(channels), {
      kernelSize: 1,
      batchNorm: 1e-3,
      activation
    });
    const network = {layers: builder.layers, endpoints: {}};
    const vector = (low: number, high: number) => ({
      shape: [channels],
      data: Float64Array.from({length: channels}, () => between(low, high))
    });
    // Wide enough for some values to reach relu6's upper bound.
    const [gamma, beta] = [vector(2, 6), vector(-2, 4)];
    const weights = new Map([
      [
        "layer/depthwise_weights",
        {shape: [1, 1, channels, 1], data: new Float64Array(channels).fill(1)}
      ],
      ["layer/BatchNorm/gamma", gamma],
      ["layer/BatchNorm/beta", beta]
    ]);
    const z = randomMap(shape);
    const forward = () => runPlain(network, weights, z, {training: true}).get("layer")!;
    const dy = randomMap(shape);
    const loss = () => dot(forward().data, dy.data);

    const [tz, tdy] = [z, dy].map(toTensor);
    const [tgamma, tbeta] = [gamma, beta].map(({data}) => tf.tensor1d(Float32Array.from(data)));
    const options = {epsilon: 1e-3, activation};
    const normalized = alone(
      () => kernels.normalize(tz, tgamma, tbeta, options) as never,
      3
    ) as ReturnType<GradientKernels["normalize"]>;
    expect(relativeGap(normalized.y.dataSync(), forward().data)).toBeLessThan(1e-5);
    const found = alone(
      () => kernels.normalizeGradient(tdy, tz, normalized, tgamma, tbeta, options) as never,
      3
    ) as ReturnType<GradientKernels["normalizeGradient"]>;
    for (const [tensor, values] of [
      [found.dz, z.data],
      [found.dgamma, gamma.data],
      [found.dbeta, beta.data]
    ] as const)
      expect(relativeGap(tensor.dataSync(), finiteDifferences(values, loss))).toBeLessThan(2e-4);
    tf.dispose([tz, tdy, tgamma, tbeta, ...Object.values(normalized), ...Object.values(found)]);
  });

  it.each<[Shape4, [number, number]]>([
    [
      [2, 3, 4, 2],
      [7, 9]
    ],
    [
      [1, 1, 1, 5],
      [4, 3]
    ],
    [
      [1, 1, 3, 1],
      [1, 8]
    ],
    [
      [1, 5, 4, 3],
      [5, 4]
    ],
    [
      [1, 9, 7, 2],
      [4, 3]
    ],
    [
      [1, 6, 5, 4],
      [1, 1]
    ]
  ])("of a resize of %j to %j", (shape, [height, width]) => {
    const x = randomMap(shape);
    const dy = randomMap([shape[0], height, width, shape[3]]);
    const expected = finiteDifferences(
      x.data,
      () => dot(resize(x, height, width).data, dy.data),
      0.5
    );
    const tdy = toTensor(dy);
    const dx = alone(() => kernels.resizeInput(tdy, shape), 1);
    expect(dx.shape).toEqual(shape);
    expect(relativeGap(dx.dataSync(), expected)).toBeLessThan(1e-5);
    tf.dispose([dx, tdy]);
  });

  it("of a concatenation: its parts", () => {
    const sizes = [3, 8, 1, 4];
    const parts = sizes.map((channels) => randomMap([2, 3, 2, channels]));
    const tensors = parts.map(toTensor);
    const whole = tf.concat(tensors, 3);
    const before = tf.memory().numTensors;
    const found = kernels.concatInputs(whole, sizes);
    expect(tf.memory().numTensors - before).toBe(sizes.length);
    for (const [i, part] of found.entries()) {
      expect(part.shape).toEqual(parts[i].shape);
      expect(part.dataSync()).toEqual(tensors[i].dataSync());
    }
    tf.dispose([...tensors, ...found, whole]);
  });

  it("of a global mean: an equal share for each position", () => {
    const dy = randomMap([2, 1, 1, 5]);
    const tdy = toTensor(dy);
    const dx = alone(() => kernels.globalPoolInput(tdy, [2, 3, 4, 5]), 1);
    expect(dx.shape).toEqual([2, 3, 4, 5]);
    const expected = Array.from({length: 120}, (_, i) => dy.data[Math.floor(i / 60) * 5 + (i % 5)]);
    expect(
      relativeGap(
        dx.dataSync(),
        Float64Array.from(expected, (v) => v / 12)
      )
    ).toBeLessThan(1e-6);
    tf.dispose([tdy, dx]);
  });

  it("of a bias: sums over batch, rows and columns", () => {
    for (const channels of [1, 3, 4, 7, 16]) {
      const dy = randomMap([2, 3, 5, channels]);
      const expected = Array.from({length: channels}, (_, c) =>
        dy.data.reduce((sum, value, i) => sum + (i % channels === c ? value : 0), 0)
      );
      const tdy = toTensor(dy);
      const sums = alone(() => kernels.channelSums(tdy), 1);
      expect(sums.shape).toEqual([channels]);
      expect(relativeGap(sums.dataSync(), expected)).toBeLessThan(1e-5);
      tf.dispose([sums, tdy]);
    }
  });
});

describe("the kernels in WebAssembly", () => {
  let kernels: GradientKernels;
  beforeAll(async () => {
    await useBackend("wasm");
    kernels = await wasmKernels(await compileKernels());
  });

  it("agree with the composed ones at 60 shapes that no loop was unrolled for", () => {
    const whole = (least: number, most: number) => Math.floor(between(least, most + 1));
    for (let i = 0; i < 60; i++) {
      const [from, to] = [whole(1, 45), whole(1, 45)];
      const shape: Shape4 = [whole(1, 3), whole(1, 20), whole(1, 20), from];
      const kernelSize = whole(1, 3);
      const rate = random() < 0.3 ? whole(5, 30) : whole(1, 4);
      const short = spanOf({kernelSize, rate}) - Math.min(shape[1], shape[2]);
      const padding = random() < 0.6 ? "same" : Math.max(0, Math.ceil(short / 2)) + whole(0, 2);
      const window = {kernelSize, stride: whole(1, 3), rate, padding} as const;
      const [rows, columns] = [shape[1], shape[2]].map(
        (side) => windowPadding(side, window).outputs
      );
      const message = JSON.stringify({shape, to, window});
      tf.tidy(() => {
        const uniform = (size: Shape4): tf.Tensor4D =>
          tf.randomUniform(size, -1, 1, "float32", whole(1, 1e6));
        const x = uniform(shape);
        const dy = uniform([shape[0], rows, columns, to]);
        const deep = uniform([shape[0], rows, columns, from]);
        const {kernelSize: k} = window;
        const filter = uniform([k, k, from, to]);
        const deepFilter = uniform([k, k, from, 1]);
        const agree = (of: (kernels: GradientKernels) => tf.Tensor, what: string) => {
          const [found, expected] = [kernels, composedKernels].map(of);
          expect(found.shape, message).toEqual(expected.shape);
          const gap = relativeGap(found.dataSync(), expected.dataSync());
          expect(gap, `${what} ${message}`).toBeLessThan(2e-5);
        };
        agree((g) => g.conv(x, filter, window), "conv");
        agree((g) => g.depthwise(x, deepFilter, window), "depthwise");
        agree((g) => g.convFilter(x, dy, window), "convFilter");
        agree((g) => g.convInput(dy, filter, shape, window), "convInput");
        agree((g) => g.depthwiseFilter(x, deep, window), "depthwiseFilter");
        agree((g) => g.depthwiseInput(deep, deepFilter, shape, window), "depthwiseInput");
        agree((g) => g.resizeInput(deep, shape), "resizeInput");
        agree((g) => g.channelSums(x), "channelSums");
        const [gamma, beta] = [0, 1].map(() => tf.randomUniform([from], 0.5, 3)) as tf.Tensor1D[];
        const options = {
          epsilon: 1e-3,
          activation: (["linear", "relu", "relu6"] as const)[whole(0, 2)]
        };
        agree((g) => g.normalize(x, gamma, beta, options).y, "normalize");
        // A mean near zero is exact to the values it averages, not to itself.
        agree((g) => tf.add(g.normalize(x, gamma, beta, options).mean, 1), "mean");
        agree((g) => g.normalize(x, gamma, beta, options).variance, "variance");
        // The same forward pass for both: a value at the bound may round to either side of it.
        const normalized = composedKernels.normalize(x, gamma, beta, options);
        for (const part of ["dz", "dgamma", "dbeta"] as const)
          agree(
            (g) => g.normalizeGradient(dyOf(x), x, normalized, gamma, beta, options)[part],
            part
          );
      });
    }

    function dyOf(x: tf.Tensor4D): tf.Tensor4D {
      return tf.sin(tf.mul(x, 37)); // whatever, but the same for both
    }
  });

  it("refuse another backend", async () => {
    await useBackend("cpu");
    await expect(wasmKernels(await compileKernels())).rejects.toThrow(
      "need the wasm backend, not cpu"
    );
    await useBackend("wasm");
  });
});
