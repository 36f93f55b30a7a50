import * as tf from "@tensorflow/tfjs-core";
import {afterAll, beforeAll, describe, expect, it} from "vitest";
import {namedClasses} from "../../src/model/classes.ts";
import {
  deeplabV3Plus,
  outputStrides,
  shippedOptions,
  type DeepLabOptions
} from "../../src/model/deeplab.ts";
import {execute, foldWeights} from "../../src/model/execute.ts";
import {inputSize, resizePicture, type Picture} from "../../src/model/picture.ts";
import {mulberry32} from "../../src/model/random.ts";
import {openSegmenter, type SegmentOptions, type Segmenter} from "../../src/model/segment.ts";
import {initialize, layoutOf, toWeights} from "../../src/model/train/parameters.ts";
import {metadataOf, optionsOf} from "../../src/model/trainedNetwork.ts";
import {writeSafetensors} from "../../src/model/weights.ts";
import {relativeGap} from "./finiteDifferences.ts";

/** Weights of the shipped architecture, or another, that nobody trained. */
function randomWeights(seed: number, options: DeepLabOptions = shippedOptions) {
  const network = deeplabV3Plus(options);
  const layout = layoutOf(network);
  const trained = new Float32Array(layout.trainedSize);
  const statistics = new Float32Array(layout.statisticsSize);
  initialize(network, layout, trained, statistics, mulberry32(seed));
  return toWeights(layout, trained, statistics);
}

function noise(width: number, height: number, seed: number): Picture {
  const random = mulberry32(seed);
  const data = Uint8ClampedArray.from({length: width * height * 4}, (_, i) =>
    i % 4 === 3 ? 255 : 256 * random()
  );
  return {width, height, data};
}

const weights = randomWeights(1);
const picture = noise(64, 48, 1);
let segmenter: Segmenter;
beforeAll(async () => {
  segmenter = await openSegmenter(weights, {backends: ["wasm"]});
});
afterAll(() => {
  segmenter.dispose();
  expect(tf.memory().numTensors).toBe(0);
});

/** The same by hand: resize, scale to [−1, 1], execute. */
function byHand(
  source: Picture,
  options: Parameters<typeof deeplabV3Plus>[0],
  head: "decoder" | "encoder"
) {
  const network = deeplabV3Plus({...shippedOptions, ...options});
  const [height, width] = inputSize(source.width, source.height);
  const {data} = resizePicture(source, width, height);
  const rgb = data.filter((_, i) => i % 4 < 3);
  return tf.tidy(() => {
    const x = tf.tensor4d(
      Float32Array.from(rgb, (v) => (v * 2) / 255 - 1),
      [1, height, width, 3]
    );
    const folded = foldWeights(network, weights);
    const scores = execute(network, folded, x).get(network.endpoints[head]!)!;
    return {shape: scores.shape, data: scores.dataSync()};
  });
}

describe("a segmenter", () => {
  it("computes on WebAssembly in Node, on one thread", () => {
    expect(segmenter.backend).toBe("wasm");
    expect(segmenter.threads).toBe(1);
  });

  it.each<[SegmentOptions, Parameters<typeof deeplabV3Plus>[0], number[]]>([
    [{}, {}, [3, 6, 9]],
    [{head: "encoder"}, {}, [3, 6, 9]],
    [{outputStride: 8, rateScale: 0.5}, {outputStride: 8, rates: [3, 6, 9]}, [3, 6, 9]],
    [{outputStride: 32}, {outputStride: 32}, [2, 3, 5]],
    [{rates: [1, 40, 7]}, {rates: [1, 40, 7]}, [1, 40, 7]]
  ])("gives with %j what execute gives", async (options, network, rates) => {
    const result = await segmenter.segment(picture, options);
    const expected = byHand(picture, network, options.head === "encoder" ? "encoder" : "decoder");
    const {width, height, classes, data} = result.logits;
    expect([1, height, width, classes]).toEqual(expected.shape);
    expect(relativeGap(data, expected.data)).toBeLessThan(1e-5);
    expect(result.rates).toEqual(rates);
    expect(result.outputStride).toBe(options.outputStride ?? 16);
    expect(result.input).toEqual([193, 257]);
    expect(result.milliseconds).toBeGreaterThan(0);
  });

  it("gives both heads of one pass, each as alone", async () => {
    const before = segmenter.memory();
    const both = await segmenter.segment(picture, {head: "both"});
    const decoder = await segmenter.segment(picture);
    const encoder = await segmenter.segment(picture, {head: "encoder"});
    expect(both.logits).toEqual(decoder.logits);
    expect(both.encoderLogits).toEqual(encoder.logits);
    expect(decoder).not.toHaveProperty("encoderLogits");
    expect(segmenter.memory()).toEqual(before);
  });

  it("reads a wide picture at its own aspect", async () => {
    const wide = noise(160, 90, 2);
    const {input, logits} = await segmenter.segment(wide, {outputStride: 32});
    expect(input).toEqual([161, 289]);
    expect([logits.height, logits.width]).toEqual([41, 73]);
  });

  it("answers calls in order, and goes on after one that failed", async () => {
    const order: string[] = [];
    const note = (what: string) => () => order.push(what);
    await Promise.all([
      segmenter.segment(picture, {outputStride: 32}).then(note("first")),
      segmenter.segment(picture, {rates: [0, 1, 2]}).catch(note("second")),
      segmenter.segment(picture, {outputStride: 32}).then(note("third"))
    ]);
    expect(order).toEqual(["first", "second", "third"]);
  });

  it.each<[SegmentOptions, string]>([
    [{outputStride: 4 as 8}, "invalid output stride: 4 (8, 16 or 32)"],
    [{rates: [3, 0, 9]}, "invalid rate: 0 (a whole number from 1 to 1024)"],
    [{rates: [3, -1, 9]}, "invalid rate: -1"],
    [{rates: [2.5, 6, 9]}, "invalid rate: 2.5"],
    [{rates: [3, 6, 1e9]}, "invalid rate: 1000000000"],
    [{rates: [3, 6, NaN]}, "invalid rate: NaN"],
    [{rateScale: -1}, "invalid rate scale: -1"],
    [{head: "tail" as "decoder"}, "invalid head: tail (decoder or encoder)"],
    [{rates: [3, 6]}, "invalid rates: 3, 6 (3 are needed)"]
  ])("refuses %j by name", async (options, message) => {
    const error = await segmenter.segment(picture, options).catch((error: unknown) => error);
    expect(error).toBeInstanceOf(RangeError);
    expect((error as Error).message).toContain(message);
  });

  it("refuses pictures that are too small or too large", async () => {
    await expect(segmenter.segment(noise(1, 1, 1))).rejects.toThrow(RangeError);
    const vast = {width: 12000, height: 9000, data: new Uint8ClampedArray(4)};
    await expect(segmenter.segment(vast)).rejects.toThrow("12000×9000");
  });

  it("leaves no tensor and no byte behind, at every stride, over rates and heads", async () => {
    const before = segmenter.memory();
    for (const outputStride of outputStrides)
      for (const rateScale of [0.1, 1, 2.5])
        for (const head of ["decoder", "encoder"] as const)
          await segmenter.segment(picture, {outputStride, rateScale, head});
    await segmenter.segment(picture, {rates: [1024, 1, 100]});
    await segmenter.segment(picture, {rates: [0, 0, 0]}).catch(() => undefined);
    expect(segmenter.memory()).toEqual(before);
  });
});

describe("openSegmenter", () => {
  it("takes weights of other classes and input size, without decoder, by their metadata", async () => {
    const network = {
      classes: namedClasses(["cell", "wall"]),
      decoder: false,
      size: [97, 97]
    } as const;
    const file = writeSafetensors(randomWeights(1, optionsOf(network)), {
      metadata: metadataOf(network)
    });
    const other = await openSegmenter(file, {backends: ["wasm"]});
    expect(other.network).toEqual(network);
    const {logits, input} = await other.segment(noise(50, 50, 1));
    expect(input).toEqual([97, 97]);
    expect([logits.height, logits.width, logits.classes]).toEqual([7, 7, 2]);
    await expect(other.segment(picture, {head: "both"})).rejects.toThrow(
      "encoder: these weights have no decoder"
    );
    other.dispose();
    await expect(openSegmenter(file, {metadata: {}, backends: ["wasm"]})).rejects.toThrow(
      "missing decoder/feature_projection0/weights"
    );
  });

  it("takes a safetensors file as well as its tensors", async () => {
    const file = writeSafetensors(weights, {dtype: "F32"});
    const other = await openSegmenter(file, {backends: ["wasm"]});
    const options = {outputStride: 32} as const;
    const found = await other.segment(picture, options);
    const expected = await segmenter.segment(picture, options);
    expect(found.logits).toEqual(expected.logits);
    other.dispose();
  });

  it("says what is wrong with weights, and why no backend could be had", async () => {
    const lacking = new Map([...weights].filter(([name]) => name !== "aspp0/weights"));
    await expect(openSegmenter(lacking, {backends: ["wasm"]})).rejects.toThrow(
      "missing aspp0/weights [1, 1, 160, 96]"
    );
    await expect(openSegmenter(new Uint8Array(20), {backends: ["wasm"]})).rejects.toThrow(Error);
    const none = openSegmenter(weights, {backends: ["webgpu", "webgl"]});
    await expect(none).rejects.toThrow(
      /no backend can compute the network here \(webgpu: .*webgl: /
    );
  });
});
