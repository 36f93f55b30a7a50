import {readFileSync} from "node:fs";
import * as tf from "@tensorflow/tfjs-core";
import {beforeAll, describe, expect, it} from "vitest";
import {useBackend} from "../../src/model/backend.ts";
import {deeplabV3Plus, shippedOptions} from "../../src/model/deeplab.ts";
import {execute, foldWeights} from "../../src/model/execute.ts";
import {layerPatch} from "../../src/model/layerPatch.ts";
import type {ConvLayer} from "../../src/model/network.ts";
import {readSafetensors, type Weights} from "../../src/model/weights.ts";
import {randomScene} from "../../src/scenes/index.ts";
import {pixelsOf} from "../scenes/canvas.ts";

const network = deeplabV3Plus(shippedOptions);
const layer = network.layers.find(({name}) => name === "MobilenetV2/Conv") as ConvLayer;
const [width, height] = [257, 193];
let weights: Weights;
let data: Float32Array;

beforeAll(async () => {
  await useBackend("cpu");
  const file = new URL("../../notebooks/weights/street.safetensors", import.meta.url);
  weights = readSafetensors(readFileSync(file)).tensors;
  const pixels = pixelsOf(randomScene(17));
  data = Float32Array.from({length: 3 * width * height}, (_, i) => {
    const [pixel, channel] = [Math.floor(i / 3), i % 3];
    return pixels[4 * pixel + channel] / 127.5 - 1;
  });
});

describe("layerPatch", () => {
  it("is what the executor makes of a street, at every place of the map", () => {
    const tapped = tf.tidy(() => {
      const picture = tf.tensor4d(data, [1, height, width, 3]);
      const taps = execute(network, foldWeights(network, weights), picture, {taps: [layer.name]});
      return taps.get(layer.name)!;
    });
    expect(tapped.shape).toEqual([1, 97, 129, 16]);
    const executed = tapped.dataSync();
    const input = {width, height, channels: 3, data};
    const all = layerPatch(layer, weights, input, {left: 0, top: 0, width: 129, height: 97});
    let most = 0;
    all.data.forEach((value, i) => (most = Math.max(most, Math.abs(value - executed[i]))));
    expect(all.data).toHaveLength(executed.length);
    expect(most).toBeLessThan(1e-5);
    const patch = layerPatch(layer, weights, input, {left: 124, top: 3, width: 5, height: 2});
    for (let row = 0; row < 2; ++row)
      expect(patch.data.slice(row * 80, row * 80 + 80)).toEqual(
        all.data.slice(((3 + row) * 129 + 124) * 16, ((3 + row) * 129 + 129) * 16)
      );
    tapped.dispose();
  });

  it("refuses a patch that is not there, and weights that are missing or misshapen", () => {
    const input = {width, height, channels: 3, data};
    const patch = {left: 0, top: 0, width: 5, height: 5};
    const at = (change: object) => () => layerPatch(layer, weights, input, {...patch, ...change});
    expect(at({left: 125})).toThrow("invalid left: 125 (0 to 124)");
    expect(at({top: -1})).toThrow("invalid top: -1 (0 to 92)");
    expect(at({left: NaN})).toThrow("invalid left: NaN");
    expect(at({height: 98})).toThrow("invalid patch: 98 long of 97");
    expect(() => layerPatch(layer, weights, {...input, channels: 4}, patch)).toThrow("invalid map");
    expect(() => layerPatch(layer, new Map(), input, patch)).toThrow(
      "no MobilenetV2/Conv/weights in the weights"
    );
    const bad = new Map(weights).set("MobilenetV2/Conv/weights", {shape: [1], data: data.slice(1)});
    expect(() => layerPatch(layer, bad, input, patch)).toThrow("of shape [1], not [3, 3, 3, 16]");
  });
});
