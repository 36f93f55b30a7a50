import * as tf from "@tensorflow/tfjs-core";
import {describe, expect, it} from "vitest";
import {compileKernels} from "../../../bin/trainKernels.ts";
import {useBackend} from "../../../src/model/backend.ts";
import {wasmKernels} from "../../../src/model/kernels/wasmKernels.ts";
import {mulberry32} from "../../../src/model/random.ts";
import {addCrossEntropy, classWeights, crossEntropy} from "../../../src/model/train/loss.ts";
import {finiteDifferences, relativeGap} from "../finiteDifferences.ts";
import {plainMap, resize, type PlainMap} from "../plainExecutor.ts";

/** The loss by definition: upsample, softmax, −log of the truth, weigh. */
function plainLoss(
  logits: PlainMap,
  labels: Uint8Array,
  [rows, columns]: readonly [number, number],
  weights: ArrayLike<number>,
  every: number,
  smoothing = 0
): {loss: number; weight: number} {
  const classes = logits.shape[3];
  const {data} = resize(logits, rows, columns);
  let [loss, weight] = [0, 0];
  labels.forEach((truth, i) => {
    const [y, x] = [Math.floor(i / columns) % rows, i % columns];
    if (truth === classes || y % every !== 0 || x % every !== 0) return;
    const scores = Array.from(data.subarray(i * classes, (i + 1) * classes));
    const sum = scores.reduce((total, score) => total + Math.exp(score), 0);
    scores.forEach((score, c) => {
      const target = (c === truth ? 1 - smoothing : 0) + smoothing / classes;
      loss -= weights[truth] * target * Math.log(Math.exp(score) / sum);
    });
    weight += weights[truth];
  });
  return {loss, weight};
}

const random = mulberry32(21);

function example(
  size: [number, number],
  labelSize: [number, number],
  {classes = 4, count = 1, voids = 0.2, spread = 3} = {}
) {
  const logits = plainMap([count, ...size, classes], () => spread * (2 * random() - 1));
  const labels = Uint8Array.from({length: count * labelSize[0] * labelSize[1]}, () =>
    random() < voids ? classes : Math.floor(classes * random())
  );
  const weights = Float32Array.from({length: classes}, () => 0.5 + 2 * random());
  return {logits, labels, weights};
}

const sizes: [[number, number], [number, number], number][] = [
  [[3, 4], [9, 13], 1],
  [[5, 3], [17, 9], 2],
  [[1, 1], [4, 5], 1],
  [[4, 4], [4, 4], 1],
  [[6, 5], [3, 2], 1],
  [[2, 3], [1, 7], 3]
];

describe("addCrossEntropy", () => {
  it.each(sizes)(
    "of logits %j at labels %j, every %i: value and gradient",
    (size, labelSize, every) => {
      const {logits, labels, weights} = example(size, labelSize);
      const gradient = new Float32Array(logits.data.length);
      const smoothing = size[0] % 2 === 0 ? 0.1 : 0;
      const options = {size, classes: 4, labelSize, classWeights: weights, every, smoothing};
      const sums = addCrossEntropy(Float32Array.from(logits.data), labels, gradient, options);
      const loss = () => plainLoss(logits, labels, labelSize, weights, every, smoothing);
      expect(sums.loss).toBeCloseTo(loss().loss, 3);
      expect(sums.weight).toBeCloseTo(loss().weight, 4);
      const expected = finiteDifferences(logits.data, () => loss().loss);
      expect(relativeGap(gradient, expected)).toBeLessThan(1e-4);
    }
  );

  it("adds to the gradient, and counts truth and prediction", () => {
    const {logits, labels, weights} = example([3, 3], [3, 3], {voids: 0});
    const confusion = new Uint32Array(16);
    const options = {classes: 4, labelSize: [3, 3], classWeights: weights, confusion} as const;
    const gradient = new Float32Array(36);
    const values = Float32Array.from(logits.data);
    addCrossEntropy(values, labels, gradient, {...options, size: [3, 3]});
    const once = gradient.slice();
    addCrossEntropy(values, labels, gradient, {...options, size: [3, 3]});
    once.forEach((value, i) => expect(gradient[i]).toBeCloseTo(2 * value, 4));
    const expected = new Uint32Array(16);
    labels.forEach((truth, i) => {
      const scores = [...values.subarray(4 * i, 4 * i + 4)];
      expected[4 * truth + scores.indexOf(Math.max(...scores))] += 2;
    });
    expect(confusion).toEqual(expected);
  });

  it("learns nothing from void", () => {
    const {logits, weights} = example([3, 3], [5, 5]);
    const gradient = new Float32Array(36);
    const sums = addCrossEntropy(
      Float32Array.from(logits.data),
      new Uint8Array(25).fill(4),
      gradient,
      {size: [3, 3], classes: 4, labelSize: [5, 5], classWeights: weights}
    );
    expect(sums).toEqual({loss: 0, weight: 0});
    expect(gradient.every((value) => value === 0)).toBe(true);
  });

  it("bears scores that e cannot be raised to", () => {
    const gradient = new Float32Array(2);
    const options = {size: [1, 1], classes: 2, labelSize: [1, 1]} as const;
    const sums = addCrossEntropy(Float32Array.of(1000, -1000), Uint8Array.of(1), gradient, {
      ...options,
      classWeights: Float32Array.of(1, 1)
    });
    expect(sums.loss).toBeCloseTo(2000);
    expect([...gradient]).toEqual([1, -1]);
  });
});

describe("crossEntropy in WebAssembly", () => {
  it.each<(typeof sizes)[number]>([...sizes, [[13, 17], [49, 65], 1], [[13, 17], [49, 65], 2]])(
    "agrees with the TypeScript at logits %j, labels %j, every %i",
    async (size, labelSize, every) => {
      await useBackend("wasm");
      const kernels = await wasmKernels(await compileKernels());
      for (const [classes, spread] of [
        [4, 3],
        [11, 1],
        [11, 40],
        [2, 0]
      ]) {
        const {logits, labels, weights} = example(size, labelSize, {classes, spread, count: 3});
        const scores = tf.tensor4d(Float32Array.from(logits.data), [3, ...size, classes]);
        const before = tf.memory().numTensors;
        const run = (lossOf: typeof crossEntropy) => {
          const confusion = new Uint32Array(classes ** 2).fill(1);
          const options = {labelSize, classWeights: weights, every, confusion};
          const {gradient, ...sums} = lossOf(scores, labels, options);
          const values = gradient.dataSync();
          gradient.dispose();
          return {...sums, values, confusion};
        };
        const expected = run(crossEntropy);
        const found = run(kernels.crossEntropy!);
        expect(found.loss / expected.loss).toBeCloseTo(1, 4);
        expect(found.weight / expected.weight).toBeCloseTo(1, 5);
        expect(relativeGap(found.values, expected.values)).toBeLessThan(1e-4);
        // Two scores that nearly tie may change places with the order of summation, and no more.
        const moved = found.confusion.reduce(
          (sum, n, i) => sum + Math.abs(n - expected.confusion[i]),
          0
        );
        expect(moved).toBeLessThanOrEqual(labels.length / 200);
        expect(tf.memory().numTensors).toBe(before);
        scores.dispose();
      }
    }
  );
});

describe("classWeights", () => {
  it("are (1 / frequency)^power, weighing 1 at the average pixel", () => {
    const counts = [100, 300, 500, 100];
    const weights = classWeights(counts, 0.5);
    expect(weights[0] / weights[1]).toBeCloseTo(Math.sqrt(3), 5);
    expect(weights[0]).toBe(weights[3]);
    const average = counts.reduce((sum, n, c) => sum + n * weights[c], 0) / 1000;
    expect(average).toBeCloseTo(1, 5);
  });

  it("weigh a class that never occurs as one of a single pixel, and need one pixel", () => {
    const [common, never] = classWeights([100, 0], 0.4);
    expect(never / common).toBeCloseTo(100 ** 0.4, 4);
    expect(() => classWeights([0, 0])).toThrow("no labeled pixel");
  });
});
