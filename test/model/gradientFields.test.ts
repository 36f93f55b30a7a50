import {readFileSync} from "node:fs";
import * as tf from "@tensorflow/tfjs-core";
import {afterAll, beforeAll, describe, expect, it} from "vitest";
import {useBackend} from "../../src/model/backend.ts";
import {shippedOptions} from "../../src/model/deeplab.ts";
import {fewestPixels} from "../../src/model/fieldShare.ts";
import {gradientField, type GradientFieldRequest} from "../../src/model/gradientFields.ts";
import {NetworkBuilder} from "../../src/model/network.ts";
import {mulberry32} from "../../src/model/random.ts";
import {openSegmenter, type Segmenter} from "../../src/model/segment.ts";
import {untrainedWeights} from "../../src/model/train/untrainedWeights.ts";
import {relativeGap} from "./finiteDifferences.ts";
import {plainMap, runPlain} from "./plainExecutor.ts";

const random = mulberry32(4);
const noise = (pictures: number) =>
  Uint8ClampedArray.from({length: pictures * 33 * 65 * 4}, (_, i) =>
    i % 4 === 3 ? 255 : 256 * random()
  );

describe("untrained weights", () => {
  beforeAll(() => useBackend("wasm"));

  it("give in use what the first step of training gives, on the same pictures", async () => {
    const b = new NetworkBuilder();
    const stem = b.conv("stem", b.input(3), 6, {
      kernelSize: 3,
      stride: 2,
      batchNorm: 1e-3,
      activation: "relu6"
    });
    const deep = b.depthwise("deep", stem, {rate: 2, batchNorm: 1e-3, activation: "relu"});
    const sum = b.add("sum", stem, deep, stem);
    const peak = b.pool("peak", sum, {kind: "max", kernelSize: 3});
    const pooled = b.resize("pooled", b.globalPool("pool", peak), deep);
    const kept = b.dropout("kept", b.concat("joined", [pooled, deep]), 0.5);
    b.conv("scores", b.conv("last", kept, 4, {batchNorm: 1e-5}), 2, {bias: true});
    const network = {layers: b.layers, endpoints: {}};
    const batch = plainMap([3, 9, 8, 3], () => 2 * random() - 1);
    const input = tf.tensor4d(Float32Array.from(batch.data), [3, 9, 8, 3]);
    const before = tf.memory().numTensors;
    const weights = await untrainedWeights(network, input, {random: mulberry32(1)});
    expect(tf.memory().numTensors).toBe(before);
    input.dispose();
    const inTraining = runPlain(network, weights, batch, {training: true});
    const inUse = runPlain(network, weights, batch);
    for (const {name} of network.layers)
      expect(relativeGap(inUse.get(name)!.data, inTraining.get(name)!.data), name).toBeLessThan(
        1e-4
      );
  });
});

describe("gradientField", () => {
  let segmenter: Segmenter;
  let batches = 0;
  const firstBatch = () => {
    batches++;
    return noise(3);
  };
  const picture = {width: 65, height: 33, data: noise(1)};
  const ask = (asked: Partial<GradientFieldRequest["unit"]>, more = {}) =>
    gradientField(
      segmenter,
      {
        picture,
        unit: {layer: "aspp2_pointwise", x: 3, y: 1, ...asked},
        weights: "trained",
        ...more
      },
      firstBatch
    );
  beforeAll(async () => {
    const path = new URL("../../notebooks/weights/street.safetensors", import.meta.url);
    segmenter = await openSegmenter(readFileSync(path), {backends: ["wasm"]});
  });
  afterAll(() => {
    segmenter.dispose();
    expect(tf.memory().numTensors).toBe(0);
  });

  it("answers with the core, and with what any path reaches", async () => {
    const field = await ask({layer: "MobilenetV2/expanded_conv_2/add", x: 8, y: 4});
    const {absolute, core, coreCount, reached, channel} = field;
    expect(channel).toBeNull();
    const {count, mask} = fewestPixels(absolute);
    expect([coreCount, ...core]).toEqual([count, ...mask]);
    expect(reached.reduce((a, b) => a + b, 0)).toBe(19 * 19);
    absolute.forEach((value, i) => {
      if (value > 0) expect(reached[i]).toBe(1);
    });
  });

  it("takes the class that is likeliest, and says which", async () => {
    const {channel} = await ask({layer: "logits/semantic", channel: "greatest"});
    expect(channel).toBeGreaterThanOrEqual(0);
    expect(channel).toBeLessThan(shippedOptions.classes);
  });

  it("keeps untrained weights, the same in each session, and leaves no tensor behind", async () => {
    const first = await ask({}, {weights: "untrained"});
    const {numTensors} = segmenter.memory();
    const again = await ask({}, {weights: "untrained"});
    const trained = await ask({});
    expect(batches).toBe(1);
    expect(segmenter.memory().numTensors).toBe(numTensors);
    expect(again.absolute).toEqual(first.absolute);
    expect(trained.absolute).not.toEqual(first.absolute);
    expect(first.reached).toEqual(trained.reached);
  });

  it("refuses units and sizes that are not there", async () => {
    await expect(ask({x: 5})).rejects.toThrow("column 5 of aspp2_pointwise");
    const odd = {width: 64, height: 33, data: new Uint8ClampedArray(64 * 33 * 4)};
    await expect(ask({}, {picture: odd})).rejects.toThrow("invalid width: 64");
  });
});
