import {readFileSync} from "node:fs";
import * as tf from "@tensorflow/tfjs-core";
import {afterAll, beforeAll, describe, expect, it} from "vitest";
import {useBackend} from "../../src/model/backend.ts";
import {logitShares, projectionShares} from "../../src/model/branchShares.ts";
import {deeplabV3Plus, shippedOptions, type DeepLabOptions} from "../../src/model/deeplab.ts";
import {execute, foldLayer, foldWeights, type FoldedWeights} from "../../src/model/execute.ts";
import type {WeightedLayer} from "../../src/model/network.ts";
import {toTensor} from "../../src/model/segment.ts";
import {
  steeredExecution,
  type SteeredExecution,
  type SteeredPicture
} from "../../src/model/steeredExecution.ts";
import {readSafetensors, type Weights} from "../../src/model/weights.ts";
import {randomScene} from "../../src/scenes/index.ts";
import {pixelsOf} from "../scenes/canvas.ts";

const BRANCHES = [
  "image_pooling/resize",
  "aspp0",
  "aspp1_pointwise",
  "aspp2_pointwise",
  "aspp3_pointwise"
];
const HEADS = ["logits/semantic", "encoder_logits/semantic"];
const network = deeplabV3Plus(shippedOptions);
const {features, lowLevel} = network.endpoints;
const kept = new Set([
  features!,
  lowLevel!,
  "decoder/feature_projection0",
  "image_pooling",
  ...BRANCHES
]);

let tensors: Weights;
let weights: FoldedWeights;
let steered: SteeredExecution;
const street = (seed: number): SteeredPicture => ({
  key: String(seed),
  tensor: () => toTensor(pixelsOf(randomScene(seed)), [193, 257])
});
const [one, other] = [street(17), street(4)];

beforeAll(async () => {
  await useBackend("wasm");
  const file = new URL("../../notebooks/weights/street.safetensors", import.meta.url);
  ({tensors} = readSafetensors(readFileSync(file)));
  weights = foldWeights(network, tensors);
  steered = steeredExecution(weights, kept);
});
afterAll(() => {
  steered.dispose();
  weights.dispose();
});

/** What a network without anything steered makes of a picture. */
function plain(picture: SteeredPicture, taps: string[], options: DeepLabOptions = {}) {
  const input = picture.tensor();
  const maps = execute(deeplabV3Plus({...shippedOptions, ...options}), weights, input, {taps});
  input.dispose();
  return taps.map((name) => {
    const data = maps.get(name)!.dataSync().slice();
    maps.get(name)!.dispose();
    return data;
  });
}

function gap(a: ArrayLike<number>, b: ArrayLike<number>): number {
  expect(a.length).toBe(b.length);
  let most = 0;
  for (let i = 0; i < a.length; i++) most = Math.max(most, Math.abs(a[i] - b[i]));
  return most;
}

describe("steeredExecution", () => {
  it("gives what execute gives, and computes nothing twice", () => {
    const first = steered.run({network, picture: one}, HEADS);
    expect(first.computed.length).toBe(network.layers.length);
    plain(one, HEADS).forEach((logits, i) =>
      expect(gap(first.taps.get(HEADS[i])!.dataSync(), logits)).toBe(0)
    );
    expect(steered.run({network, picture: one}, HEADS).computed).toEqual([]);
  });

  it("runs projection and what follows alone when a branch's gain moves", () => {
    steered.run({network, picture: one}, HEADS);
    const {computed} = steered.run({network, picture: one, gains: {aspp2_pointwise: 0.5}}, HEADS);
    expect(computed[0]).toBe("aspp/concat");
    expect(computed).toContain("logits/semantic");
    expect(
      computed.filter((name) => !/^aspp\/concat|concat_projection|decoder|logits/.test(name))
    ).toEqual([]);
    expect(computed).not.toContain("decoder/feature_projection0");
  });

  it("runs a branch and what follows when its rate changes, and so for image pooling", () => {
    steered.run({network, picture: one}, HEADS);
    const rates = deeplabV3Plus({...shippedOptions, rates: [3, 8, 9]});
    const {computed, taps} = steered.run({network: rates, picture: one}, HEADS);
    expect(computed.slice(0, 3)).toEqual(["aspp2_depthwise", "aspp2_pointwise", "aspp/concat"]);
    const [logits] = plain(one, [HEADS[0]], {rates: [3, 8, 9]});
    expect(gap(taps.get(HEADS[0])!.dataSync(), logits)).toBe(0);

    const pooled = steered.run({network, picture: one, from: {image_pooling: other}}, HEADS);
    expect(pooled.computed).toContain("image_pooling/pool");
    const [vector] = plain(other, ["image_pooling"]);
    const {taps: alone} = steered.run({network, picture: one, from: {image_pooling: other}}, [
      "image_pooling"
    ]);
    expect(gap(alone.get("image_pooling")!.dataSync(), vector)).toBe(0);
  });

  it("with all branches muted but one is the network of that branch with the same weights", () => {
    for (const alone of BRANCHES) {
      const gains = Object.fromEntries(
        BRANCHES.filter((name) => name !== alone).map((name) => [name, 0])
      );
      const {taps} = steered.run({network, picture: one, gains}, ["encoder_logits/semantic"]);
      // The same by hand: that branch's rows of the projection, its bias, ReLU, and the head.
      const [values] = plain(one, [alone]);
      const channels = shippedOptions.asppChannels;
      const first = BRANCHES.indexOf(alone) * channels * channels;
      const projection = folded("concat_projection");
      const rows = projection.weights.subarray(first, first + channels * channels);
      const expected = tf.tidy(() => {
        const [, height, width] = taps.get("encoder_logits/semantic")!.shape;
        const x = tf.tensor2d(values, [height * width, channels]);
        const projected = tf.relu(
          tf.add(
            tf.matMul(x, tf.tensor2d(rows, [channels, channels])),
            tf.tensor1d(projection.bias)
          )
        );
        const head = folded("encoder_logits/semantic");
        const classes = head.bias.length;
        return tf
          .add(
            tf.matMul(projected as tf.Tensor2D, tf.tensor2d(head.weights, [channels, classes])),
            tf.tensor1d(head.bias)
          )
          .dataSync();
      });
      expect(gap(taps.get("encoder_logits/semantic")!.dataSync(), expected)).toBeLessThan(1e-4);
    }
  });

  it("frees what it no longer needs", () => {
    const own = steeredExecution(weights, kept);
    const before = tf.memory().numTensors;
    own.run({network, picture: one}, HEADS);
    const held = tf.memory().numTensors - before;
    for (const picture of [other, one, other]) own.run({network, picture}, HEADS);
    for (const gain of [0, 0.5, 2]) own.run({network, picture: other, gains: {aspp0: gain}}, HEADS);
    own.run({network, picture: other}, HEADS);
    expect(tf.memory().numTensors - before).toBe(held);
    own.dispose();
    expect(tf.memory().numTensors).toBe(before);
  });

  it("refuses layers that are not there", () => {
    expect(() => steered.run({network, picture: one}, ["aspp9"])).toThrow("no layer named aspp9");
    expect(() => steered.run({network, picture: one, gains: {aspp9: 0}}, HEADS)).toThrow(
      RangeError
    );
  });
});

/** A 1×1 convolution with its batch normalization folded in. */
function folded(name: string): {weights: Float32Array; bias: Float32Array} {
  const layer = network.layers.find((one) => one.name === name) as WeightedLayer;
  const {kernel, bias} = foldLayer(layer, tensors);
  return {weights: kernel, bias};
}

describe("branchShares", () => {
  it("sum, with the bias, to the projection before its ReLU, and to the encoder's logits", () => {
    const taps = [...BRANCHES, "concat_projection", "encoder_logits/semantic"];
    const maps = plain(one, taps);
    const channels = shippedOptions.asppChannels;
    for (const place of [0, 37, 110, 220]) {
      const at = (i: number, width: number) => maps[i].subarray(place * width, (place + 1) * width);
      const branches = BRANCHES.map((name, i) => ({name, values: at(i, channels)}));
      const projection = projectionShares(branches, folded("concat_projection"));
      const relu = projection.total.map((value) => Math.max(0, value));
      expect(gap(relu, at(5, channels))).toBeLessThan(1e-4);
      projection.total.forEach((total, k) => {
        const sum = projection.branches.reduce((a, {shares}) => a + shares[k], projection.bias[k]);
        expect(Math.abs(sum - total)).toBeLessThan(1e-9);
      });
      const logits = logitShares(projection, folded("encoder_logits/semantic"));
      expect(gap(logits.total, at(6, 11))).toBeLessThan(1e-4);
      logits.total.forEach((total, c) => {
        const sum = logits.branches.reduce((a, {shares}) => a + shares[c], logits.bias[c]);
        expect(Math.abs(sum - total)).toBeLessThan(1e-9);
      });
    }
  });

  it("refuses channels that do not fit", () => {
    const layer = {weights: new Float32Array(6), bias: new Float32Array(2)};
    expect(() => projectionShares([{name: "a", values: [1, 2]}], layer)).toThrow(
      "invalid branches: 2 channels together (3 are read)"
    );
    const shares = projectionShares([{name: "a", values: [1, 2, 3]}], layer);
    expect(() => logitShares(shares, layer)).toThrow("invalid head: reads 3 channels (2 are made)");
  });
});
