import {readFileSync} from "node:fs";
import {createCanvas} from "@napi-rs/canvas";
import {afterAll, beforeAll, describe, expect, it} from "vitest";
import {openSegmenter, type Segmenter} from "../../src/model/segment.ts";
import {asppReading, type AsppRequest} from "../../src/notebook/asppReading.ts";
import type {CreateContext} from "../../src/notebook/predict.ts";
import {randomScene} from "../../src/scenes/index.ts";
import {labelsOf, pixelsOf} from "../scenes/canvas.ts";

const createContext: CreateContext = (width, height) =>
  createCanvas(width, height).getContext("2d");
const scene = {key: "scene 23", scene: randomScene(23)};

let segmenter: Segmenter;
beforeAll(async () => {
  const file = new URL("../../notebooks/weights/street.safetensors", import.meta.url);
  segmenter = await openSegmenter(readFileSync(file), {backends: ["wasm"]});
});
afterAll(() => segmenter.dispose());
const ask = (request: Partial<AsppRequest>) =>
  asppReading(segmenter, {source: scene, ...request}, createContext);

describe("asppReading", () => {
  it.each<Partial<AsppRequest>>([
    {},
    {gains: {aspp0: 0.35, "image_pooling/resize": 2}},
    {rates: [1, 4, 24], gains: {aspp2_pointwise: 0}},
    {outputStride: 8}
  ])("gives votes that sum to the encoder's logits at every unit, with %j", async (request) => {
    const {votes, encoderLogits, maps} = await ask({...request, votes: true});
    expect(maps).toBeNull();
    const {width, height, classes, branches, bias} = votes!;
    expect([width, height, classes]).toEqual([
      encoderLogits.width,
      encoderLogits.height,
      encoderLogits.classes
    ]);
    let gap = 0;
    for (let i = 0; i < bias.length; i++) {
      const sum = branches.reduce((all, {votes: own}) => all + own[i], bias[i]);
      gap = Math.max(gap, Math.abs(sum - encoderLogits.data[i]));
    }
    expect(gap).toBeLessThan(1e-4);
    expect(branches.some(({votes: own}) => own.some((vote) => Math.abs(vote) > 1))).toBe(true);
  });

  it("says the same of a scene and of its picture, and knows the scene's truth", async () => {
    const data = Uint8ClampedArray.from(pixelsOf(scene.scene));
    const source = {key: "picture 23", picture: {width: 257, height: 193, data}};
    const [drawn, given] = [await ask({}), await ask({source})];
    expect(drawn.decoder).toEqual(given.decoder);
    expect(drawn.truth).toEqual(Uint8Array.from(labelsOf(scene.scene)));
    expect(given.truth).toBeNull();
  });

  it("hands out what may be given away: the next reading is whole", async () => {
    const first = await ask({maps: true});
    for (const {map} of first.maps!) structuredClone(map.data, {transfer: [map.data.buffer]});
    structuredClone(first.truth, {transfer: [first.truth!.buffer as ArrayBuffer]});
    expect(first.maps![1].map.data.length).toBe(0);
    const again = await ask({maps: true});
    expect(again.computed).toEqual([]);
    expect(again.maps![1].map.data.some((value) => value > 0)).toBe(true);
    expect(again.truth!.length).toBe(257 * 193);
  });
});
