import {readFileSync} from "node:fs";
import * as tf from "@tensorflow/tfjs-core";
import {beforeAll, describe, expect, it} from "vitest";
import {useBackend} from "../../src/model/backend.ts";
import {deeplabV3Plus, shippedOptions} from "../../src/model/deeplab.ts";
import {execute, foldWeights, type FoldedWeights} from "../../src/model/execute.ts";
import {groupedConvolution} from "../../src/model/groupedConvolution.ts";
import {readSafetensors, type Weights} from "../../src/model/weights.ts";
import {filterPicture} from "../../src/notebook/filterPicture.ts";
import {
  channelSets,
  mapSize,
  networkSource,
  pictureSource
} from "../../src/notebook/twoStepsSource.ts";
import {randomScene} from "../../src/scenes/index.ts";
import {pixelsOf} from "../scenes/canvas.ts";

const [width, height] = [257, 193];
const network = deeplabV3Plus(shippedOptions);
const pixels = pixelsOf(randomScene(17));
const luminance = Float32Array.from({length: width * height}, (_, i) => pixels[4 * i] / 255);
// The figure draws the canvas; no number is read from it.
const street = {width, height, pixels, luminance, canvas: null as unknown as HTMLCanvasElement};
let weights: Weights;
let folded: FoldedWeights;
let executed: tf.Tensor4D;

beforeAll(async () => {
  await useBackend("cpu");
  const file = new URL("../../notebooks/weights/street.safetensors", import.meta.url);
  weights = readSafetensors(readFileSync(file)).tensors;
  folded = foldWeights(network, weights);
  const picture = tf.tensor4d(filterPicture(street).rgb.data, [1, height, width, 3]);
  const name = "MobilenetV2/Conv";
  executed = execute(network, folded, picture, {taps: [name]}).get(name)!;
});

describe("networkSource", () => {
  it("reads what the executor makes of the street, at any place and of any channels", () => {
    const {read, hasSets} = networkSource(street, weights);
    expect([hasSets, mapSize(street)]).toEqual([true, {width: 129, height: 97}]);
    expect(channelSets).toEqual(["1–4", "5–8", "9–12", "13–16"]);
    for (const [x, y, set] of [
      [2, 2, 0],
      [126, 94, 3],
      [56, 42, 2]
    ]) {
      const {input, names} = read({x, y}, set);
      const there = tf.slice(executed, [0, y - 2, x - 2, 4 * set], [1, 5, 5, 4]).dataSync();
      expect(input.data).toHaveLength(100);
      input.data.forEach((value, i) => expect(Math.abs(value - there[i])).toBeLessThan(1e-5));
      expect(names[0]).toBe(`channel ${4 * set + 1}`);
    }
  });

  it("has the kernels that the executor runs, of the same channels", () => {
    const {input, depthwise, pointwise} = networkSource(street, weights).read({x: 56, y: 42}, 2);
    const scope = "MobilenetV2/expanded_conv";
    const flat = tf.slice(folded.kernels.get(`${scope}/depthwise`)!, [0, 0, 8, 0], [3, 3, 4, 1]);
    const mix = tf.slice(folded.kernels.get(`${scope}/project`)!, [0, 0, 8, 0], [1, 1, 4, 4]);
    const map = tf.tensor3d(input.data, [5, 5, 4]);
    const theirs = tf.separableConv2d(map, flat, mix, 1, "valid").dataSync();
    const ours = groupedConvolution(groupedConvolution(input, depthwise), pointwise).data;
    ours.forEach((value, i) => expect(Math.abs(value - theirs[i])).toBeLessThan(1e-5));
  });

  it("throws at weights that lack what it needs", () => {
    const lacks = (name: string) => {
      const left = new Map(weights);
      left.delete(name);
      return () => networkSource(street, left).read({x: 2, y: 2}, 0);
    };
    for (const name of [
      "MobilenetV2/Conv/weights",
      "MobilenetV2/expanded_conv/depthwise/depthwise_weights",
      "MobilenetV2/expanded_conv/project/BatchNorm/gamma"
    ])
      expect(lacks(name)).toThrow(`no ${name} in the weights`);
  });
});

describe("pictureSource", () => {
  it("reads the pixels at the middles of the same places", () => {
    const {read, words} = pictureSource(street, {waiting: true});
    const {input, names} = read({x: 56, y: 42}, 3);
    expect(names).toEqual(["red", "green", "blue", "luminance"]);
    const pixel = 2 * 41 * width + 2 * 58; // row 2, column 5 of the patch
    const at = (1 * 5 + 4) * 4;
    for (let c = 0; c < 3; ++c)
      expect(input.data[at + c]).toBeCloseTo(pixels[4 * pixel + c] / 255, 6);
    expect(input.data[at + 3]).toBeCloseTo(luminance[pixel], 6);
    expect(words).toContain("Until the network’s weights have loaded");
    expect(pictureSource(street, {waiting: false}).words).not.toContain("Until");
  });
});
