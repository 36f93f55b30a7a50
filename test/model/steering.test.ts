import {readFileSync} from "node:fs";
import * as tf from "@tensorflow/tfjs-core";
import {afterAll, beforeAll, describe, expect, it} from "vitest";
import {deeplabV3Plus, shippedOptions} from "../../src/model/deeplab.ts";
import {openSegmenter, type Segmenter} from "../../src/model/segment.ts";
import {branchNames, steer, type SteeringRequest} from "../../src/model/steering.ts";
import {randomScene} from "../../src/scenes/index.ts";
import {pixelsOf} from "../scenes/canvas.ts";

const branches = branchNames(deeplabV3Plus(shippedOptions));
const street = (seed: number) => ({
  ...{key: String(seed), width: 257, height: 193},
  data: Uint8ClampedArray.from(pixelsOf(randomScene(seed)))
});
const picture = street(17);

let segmenter: Segmenter;
beforeAll(async () => {
  const file = new URL("../../notebooks/weights/street.safetensors", import.meta.url);
  segmenter = await openSegmenter(readFileSync(file), {backends: ["wasm"]});
});
afterAll(() => segmenter.dispose());

describe("steer", () => {
  it("says what segment says where nothing is steered", async () => {
    const {decoder, encoder, rates} = await steer(segmenter, {picture});
    const plain = await segmenter.segment(picture, {head: "both"});
    expect(decoder).toEqual(plain.logits);
    expect(encoder).toEqual(plain.encoderLogits);
    expect(rates).toEqual([3, 6, 9]);
    const coarse = await steer(segmenter, {picture, outputStride: 32, rates: [1, 2, 3]});
    const other = await segmenter.segment(picture, {outputStride: 32, rates: [1, 2, 3]});
    expect(coarse.decoder).toEqual(other.logits);
  });

  it("computes only what a fader, a rate or another picture's pooling changes, and frees the rest", async () => {
    await steer(segmenter, {picture});
    const held = tf.memory().numTensors;
    const computed = async (request: Partial<SteeringRequest>) =>
      (await steer(segmenter, {picture, ...request})).computed;
    expect(await computed({})).toEqual([]);
    const fader = await computed({gains: {aspp0: 0.5}});
    expect(fader[0]).toBe("aspp/concat");
    expect(fader.length).toBeLessThan(14);
    expect((await computed({rates: [3, 6, 12]})).slice(0, 2)).toEqual([
      "aspp3_depthwise",
      "aspp3_pointwise"
    ]);
    const pooled = await computed({pooledFrom: street(4)});
    expect(pooled.at(-1)).toBe("encoder_logits/semantic");
    expect(await computed({pooledFrom: street(4), gains: {"image_pooling/resize": 0}})).toContain(
      "aspp/concat"
    );
    await computed({});
    expect(tf.memory().numTensors).toBe(held);
  });

  it("hands out the maps of layers, with their gains", async () => {
    const taps = ["aspp2_pointwise", "concat_projection"];
    const [plain] = (await steer(segmenter, {picture, taps})).taps;
    const [half] = (await steer(segmenter, {picture, taps, gains: {aspp2_pointwise: 0.5}})).taps;
    expect([plain.width, plain.height, plain.channels]).toEqual([17, 13, 96]);
    expect(Math.max(...plain.data)).toBeGreaterThan(0);
    plain.data.forEach((value, i) => expect(half.data[i]).toBeCloseTo(0.5 * value, 5));
  });

  it.each<[Partial<SteeringRequest>, string]>([
    [{rates: [3, 6]}, "invalid rates: 3, 6 (3 are needed)"],
    [{rates: [3, 6, 0]}, "invalid rate: 0"],
    [{gains: {aspp9: 1}}, `invalid branch: aspp9 (${branches.join(", ")})`],
    [{gains: {aspp0: NaN}}, "invalid gain of aspp0: NaN (a number from 0 up)"],
    [{gains: {aspp0: -1}}, "invalid gain of aspp0: -1 (a number from 0 up)"],
    [{taps: ["aspp9"]}, "no layer named aspp9"]
  ])("refuses %j", async (request, message) => {
    await expect(steer(segmenter, {picture, ...request})).rejects.toThrow(message);
  });
});
