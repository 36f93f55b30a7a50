import {describe, expect, it} from "vitest";
import {VOID} from "../../../src/model/classes.ts";
import {addByRing, ConfusionMatrix} from "../../../src/model/train/metrics.ts";
import {mulberry32} from "../../../src/model/random.ts";

describe("ConfusionMatrix", () => {
  it("counts truth by prediction, and scores, by hand", () => {
    // Class 0: 3 of its 4 pixels right, no false alarm: 3 / 4.
    // Class 1: 1 of 2 right, one false alarm from class 0: 1 / (2 + 1).
    // Class 2: its 1 pixel right, one false alarm from class 1: 1 / (1 + 1).
    const matrix = new ConfusionMatrix(3);
    matrix.add([0, 0, 0, 0, 1, 1, 2, 3], [0, 0, 0, 1, 1, 2, 2, 0]);
    expect([...matrix.counts]).toEqual([3, 1, 0, 0, 1, 1, 0, 0, 1]);
    expect(matrix.perClass).toEqual([3 / 4, 1 / 3, 1 / 2]);
    expect(matrix.mIoU).toBeCloseTo((3 / 4 + 1 / 3 + 1 / 2) / 3, 12);
    expect(matrix.pixelAccuracy).toBe(5 / 7);
    // Of 7 pixels, 4, 2 and 1 are of the three classes: (4 · 3/4 + 2 · 1/3 + 1 · 1/2) / 7.
    expect(matrix.frequencyWeightedIoU).toBeCloseTo((3 + 2 / 3 + 1 / 2) / 7, 12);
  });

  it("scores a picture of two rows by hand", () => {
    // truth   prediction   3 of the 5 pixels that are not void are right
    // 0 0 1   0 1 1        class 0: 1 right, 2 missed, no false alarm: 1 / 3
    // 1 0 v   1 1 0        class 1: 2 right, none missed, 2 false alarms: 2 / 4
    const matrix = new ConfusionMatrix(2);
    matrix.add([0, 0, 1, 1, 0, 2], [0, 1, 1, 1, 1, 0]);
    expect([...matrix.counts]).toEqual([1, 2, 0, 2]);
    expect(matrix.perClass).toEqual([1 / 3, 1 / 2]);
    expect(matrix.pixelAccuracy).toBe(3 / 5);
    expect(matrix.mIoU).toBeCloseTo(5 / 12, 12);
    expect(matrix.frequencyWeightedIoU).toBeCloseTo((3 / 3 + 2 / 2) / 5, 12);
  });

  it("averages over the classes present in the truth; a false alarm costs only its victim", () => {
    const matrix = new ConfusionMatrix(3);
    matrix.add([0, 0, 1, 1], [0, 2, 1, 1]);
    expect(matrix.perClass).toEqual([1 / 2, 1, null]);
    expect(matrix.mIoU).toBe(0.75);
    expect(matrix.frequencyWeightedIoU).toBe(0.75);
  });

  it("adds up over pictures before it divides", () => {
    const matrix = new ConfusionMatrix(2);
    matrix.add([0, 0], [0, 1]);
    matrix.add([1, 1, 1], [1, 1, 1]);
    expect(matrix.perClass).toEqual([1 / 2, 3 / 4]);
    const other = new ConfusionMatrix(2);
    other.add([0], [0]);
    matrix.merge(other);
    expect(matrix.perClass).toEqual([2 / 3, 3 / 4]);
    expect(() => matrix.merge(new ConfusionMatrix(3))).toThrow("3 classes for 2");
  });

  it("has no score without pixels", () => {
    const matrix = new ConfusionMatrix(2);
    matrix.add([2, 2], [0, 1]);
    expect([matrix.mIoU, matrix.pixelAccuracy, matrix.frequencyWeightedIoU]).toEqual([
      null,
      null,
      null
    ]);
    expect(matrix.perClass).toEqual([null, null]);
  });

  it("refuses labels that are none, and adds nothing then", () => {
    const matrix = new ConfusionMatrix();
    expect(() => matrix.add([0, 12], [0, 0])).toThrow("invalid label: 12; 0 to 10 are legal");
    expect(() => matrix.add([0, -1], [0, 0])).toThrow("invalid label: -1");
    expect(() => matrix.add([0, NaN], [0, 0])).toThrow("invalid label: NaN");
    expect(() => matrix.add([0, 1], [0, 11])).toThrow("invalid prediction: 11; 0 to 10");
    expect(() => matrix.add([0, 1], [0])).toThrow("1 labels for 2");
    expect(matrix.pixelAccuracy).toBeNull();
    expect(() => new ConfusionMatrix(NaN)).toThrow("NaN");
    matrix.add([VOID], [200]); // what is predicted where the truth is void does not matter
    expect(matrix.pixelAccuracy).toBeNull();
  });
});

/** *n* classes, and *pixels* of truth, some of them void, and prediction. */
function randomMaps(random: () => number, n: number, pixels: number) {
  const draw = (values: number) =>
    Array.from({length: pixels}, () => Math.floor(random() * values));
  const truth = draw(n + 1);
  const noise = draw(n);
  return {truth, prediction: truth.map((t, i) => (t < n && random() < 0.5 ? t : noise[i]))};
}

describe("properties", () => {
  const random = mulberry32(8);

  it("renaming classes renames the scores", () => {
    for (const n of [2, 5, 11]) {
      const {truth, prediction} = randomMaps(random, n, 300);
      const names = Array.from({length: n}, (_, c) => (c * 3 + 1) % n); // 3 divides no n above
      const rename = (label: number) => (label === n ? n : names[label]);
      const [plain, renamed] = [new ConfusionMatrix(n), new ConfusionMatrix(n)];
      plain.add(truth, prediction);
      renamed.add(truth.map(rename), prediction.map(rename));
      names.forEach((other, c) => expect(renamed.perClass[other]).toBe(plain.perClass[c]));
      expect(renamed.mIoU).toBeCloseTo(plain.mIoU!, 12);
      expect(renamed.frequencyWeightedIoU).toBeCloseTo(plain.frequencyWeightedIoU!, 12);
      expect(renamed.pixelAccuracy).toBe(plain.pixelAccuracy);
    }
  });

  it("matrices of parts, merged, are the matrix of all, in whatever rings the parts are", () => {
    const {truth, prediction} = randomMaps(random, 4, 500);
    const whole = new ConfusionMatrix(4);
    whole.add(truth, prediction);
    const rings = [0, 1, 2].map(() => new ConfusionMatrix(4));
    const ring = Uint8Array.from(truth, () => Math.floor(random() * 3));
    addByRing(rings, ring, truth, prediction);
    for (const [r, matrix] of rings.entries()) {
      const alone = new ConfusionMatrix(4);
      const inside = (_: unknown, i: number) => ring[i] === r;
      alone.add(truth.filter(inside), prediction.filter(inside));
      expect(matrix.counts).toEqual(alone.counts);
    }
    const merged = new ConfusionMatrix(4);
    for (const matrix of rings) merged.merge(matrix);
    expect(merged.counts).toEqual(whole.counts);
  });

  it("is 1 for the truth itself, and never above", () => {
    const {truth, prediction} = randomMaps(random, 6, 400);
    const perfect = new ConfusionMatrix(6);
    perfect.add(truth, truth);
    expect([perfect.mIoU, perfect.pixelAccuracy, perfect.frequencyWeightedIoU]).toEqual([1, 1, 1]);
    const matrix = new ConfusionMatrix(6);
    matrix.add(truth, prediction);
    // Each IoU is at most the class's recall, so their weighted mean at most the accuracy.
    expect(matrix.frequencyWeightedIoU).toBeLessThanOrEqual(matrix.pixelAccuracy!);
    expect(matrix.mIoU).toBeLessThan(1);
  });
});
