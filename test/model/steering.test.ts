import {readFileSync} from "node:fs";
import * as tf from "@tensorflow/tfjs-core";
import {afterAll, beforeAll, describe, expect, it} from "vitest";
import {deeplabV3Plus, shippedOptions} from "../../src/model/deeplab.ts";
import {openSegmenter, type Segmenter} from "../../src/model/segment.ts";
import {branchNames, SKIP, steer, type SteeringRequest} from "../../src/model/steering.ts";
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

  it("mutes channels of the skip: none is the plain network, all a skip of zeros", async () => {
    const head = async (gain: number | number[]) =>
      (await steer(segmenter, {picture, gains: {[SKIP]: gain}})).decoder!.data;
    const plain = (await steer(segmenter, {picture})).decoder!.data;
    expect(await head(Array<number>(48).fill(1))).toEqual(plain);
    const none = await head(Array<number>(48).fill(0));
    expect(none).toEqual(await head(0));
    expect(none).not.toEqual(plain);
    const one = Array.from({length: 48}, (_, channel) => Number(channel !== 5));
    const {computed, taps} = await steer(segmenter, {picture, gains: {[SKIP]: one}, taps: [SKIP]});
    expect(computed[0]).toBe("concat_projection/dropout");
    expect(computed.slice(1).filter((name) => !/^(decoder|logits)\//.test(name))).toEqual([]);
    taps[0].data.forEach((value, i) => {
      if (i % 48 === 5) expect(value).toBe(0);
    });
    expect(taps[0].data.some((value) => value > 0)).toBe(true);
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
    [{gains: {aspp9: 1}}, `invalid branch: aspp9 (${branches.join(", ")}, ${SKIP})`],
    [{gains: {aspp0: NaN}}, "invalid gain of aspp0: NaN (a number from 0 up)"],
    [{gains: {[SKIP]: [1, 0]}}, `invalid gains of ${SKIP}: 2 (it has 48 channels)`],
    [{gains: {[SKIP]: Array(48).fill(Infinity)}}, `invalid gain of ${SKIP}: Infinity`],
    [{gains: {aspp0: -1}}, "invalid gain of aspp0: -1 (a number from 0 up)"],
    [{taps: ["aspp9"]}, "no layer named aspp9"]
  ])("refuses %j", async (request, message) => {
    await expect(steer(segmenter, {picture, ...request})).rejects.toThrow(message);
  });
});
