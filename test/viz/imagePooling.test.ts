import {readFileSync} from "node:fs";
import {createCanvas} from "@napi-rs/canvas";
import {describe, expect, it} from "vitest";
import {classes} from "../../src/model/classes.ts";
import type {Logits} from "../../src/model/logits.ts";
import {openSegmenter} from "../../src/model/segment.ts";
import {asppReading, type AsppRequest} from "../../src/notebook/asppReading.ts";
import {poolingSource} from "../../src/notebook/imagePoolingDonors.ts";
import type {CreateContext} from "../../src/notebook/predict.ts";
import {randomScene} from "../../src/scenes/index.ts";
import {
  changedMap,
  cosine,
  iouChanges,
  isSeed,
  labelChanges,
  lengthOf,
  totalVariation,
  type PoolingReading,
  type PoolingStreet
} from "../../src/viz/imagePoolingData.ts";
import {
  changeSentences,
  donorTitle,
  shareText,
  shiftSentence,
  vectorSentence
} from "../../src/viz/imagePoolingWords.ts";

const names = classes.map(({name}) => name);

const logitsOf = (...data: number[]): Logits => ({
  ...{width: data.length / 2, height: 1, classes: 2},
  data: Float32Array.from(data)
});
const reading = (of: Partial<PoolingReading>): PoolingReading => ({
  labels: Uint8Array.of(0, 1, 1, 3),
  logits: logitsOf(0, 0),
  pooled: Float32Array.of(3, 4),
  mIoU: 0.5,
  perClass: [1, null, 0.25],
  ...of
});
const street: PoolingStreet = {
  ...{width: 4, height: 1, seed: 1, columns: 17, rows: 13, own: reading({})},
  picture: {width: 4, height: 1, data: new Uint8ClampedArray(16)}
};

describe("what image pooling changes", () => {
  it("counts labels that changed, and which change is the most frequent", () => {
    const after = Uint8Array.of(0, 4, 4, 1);
    expect([...changedMap(street.own.labels, after)]).toEqual([0, 1, 1, 1]);
    expect(labelChanges(street.own.labels, after, 11)).toEqual({
      ...{changed: 3, of: 4},
      most: {from: 1, to: 4, count: 2}
    });
    expect(labelChanges(after, after, 11).most).toBeNull();
  });

  it("measures how far probabilities and vectors lie apart", () => {
    const far = totalVariation(logitsOf(100, 0, 0, 0), logitsOf(0, 100, 0, Math.log(3)));
    expect(far[0]).toBeCloseTo(1, 6);
    expect(far[1]).toBeCloseTo(0.25, 6);
    expect(totalVariation(logitsOf(1, 2), logitsOf(901, 902))[0]).toBeCloseTo(0, 6);
    expect(() => totalVariation(logitsOf(0, 0), logitsOf(0, 0, 0, 0))).toThrow(
      "invalid logits: 2×1×2 for 1×1×2"
    );
    expect(lengthOf(Float32Array.of(3, 4))).toBe(5);
    expect(cosine(Float32Array.of(1, 0), Float32Array.of(2, 2))).toBeCloseTo(Math.SQRT1_2, 6);
    expect(cosine(Float32Array.of(1, 0), Float32Array.of(0, 0))).toBeNull();
  });

  it("leaves out classes that are not in the street", () => {
    const other = reading({perClass: [0.5, null, 0.75]});
    expect(iouChanges(street.own, other)).toEqual([
      {label: 0, before: 1, change: -0.5},
      {label: 2, before: 0.25, change: 0.5}
    ]);
  });

  it("knows a seed", () => {
    expect(["0", "23", "4294967295"].every(isSeed)).toBe(true);
    expect(["", "-1", "1.5", "01", "4294967296", "own", "1e3"].some(isSeed)).toBe(false);
  });

  it("says better, worse and the same as the numbers have it", () => {
    const say = (mIoU: number, labels: Uint8Array = Uint8Array.of(0, 3, 3, 3)) =>
      changeSentences(street, reading({mIoU, labels}), null, {name: "none", long: "none"}, names);
    expect(say(0.6)).toBe(
      "Without image pooling 50 % of the pixels change label (2), most often from building to road " +
        "(100 % of them); mIoU is better, 60.0\u00a0% (50.0\u00a0% before, +10.0 points)."
    );
    expect(say(0.4)).toContain("mIoU is worse, 40.0\u00a0% (50.0\u00a0% before, −10.0 points).");
    expect(say(0.5001)).toContain("mIoU stays at 50.0\u00a0%.");
    expect(say(0.5, street.own.labels)).toContain("no pixel changes its label; mIoU stays");
    const sky = {name: "sky", long: "a clear sky"};
    expect(changeSentences(street, reading({}), street.own, sky, names)).toMatch(
      /^With the image pooling of a clear sky no pixel .* Removing image pooling changes 0 %\.$/
    );
    expect(
      changeSentences(street, street.own, null, {name: "own", long: "this street"}, names)
    ).toContain("all 17 × 13 places the same 2 numbers, 2 of them above zero");
    expect(donorTitle(sky)).toBe("With that of a clear sky");
    const turned = vectorSentence(street.own, reading({pooled: Float32Array.of(-4, 3)}), sky);
    expect(turned).toMatch(/that of a clear sky is 0\.00 .* lengths are 5\.0 and 5\.0\./);
    expect(shiftSentence(Float32Array.of(0, 0.5))).toBe(
      "25 % of the probability changes class on average, at most 50 %"
    );
    expect([0, 0.0047, 0.08, 0.31].map(shareText)).toEqual([
      ...["0 %", "0.47\u00a0%", "8.00\u00a0%", "31 %"]
    ]);
  });
});

describe("the donors", () => {
  it("refuses a donor that is none", () => {
    expect(() => poolingSource("nobody", 23)).toThrow(RangeError);
    expect(poolingSource("light", 97).short).toBe("it, by day"); // that street is at dusk
    expect(poolingSource("light", 23).short).toBe("it, at dusk");
  });

  it("has the network itself say that a picture of no street harms more than no image pooling", async () => {
    const createContext: CreateContext = (width, height) =>
      createCanvas(width, height).getContext("2d");
    const file = new URL("../../notebooks/weights/street.safetensors", import.meta.url);
    const segmenter = await openSegmenter(readFileSync(file), {backends: ["wasm"]});
    const source = {key: "street 23", scene: randomScene(23)};
    const labels = async (request: Partial<AsppRequest>) =>
      (await asppReading(segmenter, {source, ...request}, createContext)).decoder;
    try {
      const own = await labels({});
      const changed = async (request: Partial<AsppRequest>) =>
        labelChanges(own, await labels(request), classes.length).changed / own.length;
      const none = await changed({gains: {"image_pooling/resize": 0}});
      const green = await changed({pooledFrom: poolingSource("green", 23).source()});
      expect(none).toBeGreaterThan(0.001);
      expect(none).toBeLessThan(0.01);
      expect(green).toBeGreaterThan(5 * none);
      // The task can be solved with the first street that is offered, and is not with the next one.
      expect(await changed({pooledFrom: poolingSource("97", 23).source()})).toBeGreaterThan(none);
      expect(await changed({pooledFrom: poolingSource("12", 23).source()})).toBeLessThan(none);
    } finally {
      segmenter.dispose();
    }
  });
});
