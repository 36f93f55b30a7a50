import {readFileSync} from "node:fs";
import {createCanvas} from "@napi-rs/canvas";
import {afterAll, beforeAll, expect, it} from "vitest";
import {evaluatePictures} from "../../bin/evaluation.ts";
import {classes} from "../../src/model/classes.ts";
import {openSegmenter, type Segmenter} from "../../src/model/segment.ts";
import {ConfusionMatrix} from "../../src/model/train/metrics.ts";
import {edgeScores, type EdgeScores, type RingCounts} from "../../src/notebook/edgeScores.ts";
import {randomScene} from "../../src/scenes/index.ts";
import {labelsOf, pixelsOf} from "../scenes/canvas.ts";

const crf = {
  ...{smoothness: {sxy: 1, weight: 3}, appearance: {sxy: 67, srgb: 3, weight: 4}},
  iterations: 5
};
const size = {width: 257, height: 193};

let segmenter: Segmenter;
beforeAll(async () => {
  const file = new URL("../../notebooks/weights/street.safetensors", import.meta.url);
  segmenter = await openSegmenter(readFileSync(file), {backends: ["wasm"]});
});
afterAll(() => segmenter.dispose());

it("counts as deeplab evaluate does, in every band", async () => {
  const seeds = [3, 4];
  const samples = seeds.map((seed) => ({
    name: String(seed),
    picture: {...size, data: Uint8ClampedArray.from(pixelsOf(randomScene(seed)))},
    truth: {...size, labels: Uint8Array.from(labelsOf(randomScene(seed)))}
  }));
  const pictures = {
    count: seeds.length,
    async *each() {
      yield* samples;
    }
  };
  const reading = {segmenter, outputStride: 16} as const;
  const evaluations = await evaluatePictures(
    pictures,
    classes.map(({name}) => name),
    [
      {...reading, heads: ["encoder", "decoder"]},
      {...reading, heads: ["encoder"], crf}
    ]
  );
  const [encoder, decoder, refined] = evaluations.flat().map((one) => one.scores());

  const streets: EdgeScores[] = [];
  for (const seed of seeds)
    streets.push(
      await edgeScores(segmenter, {seed, crf}, (width, height) =>
        createCanvas(width, height).getContext("2d")
      )
    );
  for (const [way, scores] of [
    ["encoder", encoder],
    ["decoder", decoder],
    ["crf", refined]
  ] as const) {
    const within = new ConfusionMatrix();
    scores.trimap.forEach(({mIoU}, band) => {
      for (const street of streets) within.merge(matrix(street[way], band));
      expect(within.mIoU).toBe(mIoU);
    });
    for (const street of streets) within.merge(matrix(street[way], scores.trimap.length));
    expect(within.mIoU).toBe(scores.mIoU);
  }
  expect(decoder.trimap[0].mIoU).toBeGreaterThan(encoder.trimap[0].mIoU!);
});

function matrix(rings: RingCounts, ring: number): ConfusionMatrix {
  const one = new ConfusionMatrix();
  one.counts.set(rings[ring]);
  return one;
}
