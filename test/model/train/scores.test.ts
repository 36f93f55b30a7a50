import {describe, expect, it} from "vitest";
import {mulberry32} from "../../../src/model/random.ts";
import {ConfusionMatrix} from "../../../src/model/train/metrics.ts";
import {Evaluation, trimapRings} from "../../../src/model/train/scores.ts";
import {trimapBands} from "../../../src/model/train/trimap.ts";

/** Adds a picture of two or more classes to *evaluation*. */
function add(
  evaluation: Evaluation,
  names: readonly string[],
  [truth, prediction]: [number[], number[]],
  [width, height]: [number, number]
) {
  return evaluation.add(truth, prediction, trimapRings(truth, width, height, names.length));
}

const names = ["road", "car", "tree"];

describe("Evaluation", () => {
  it("scores each band over all of its pixels, the narrower ones included, by hand", () => {
    const evaluation = new Evaluation(names);
    const truth = [...Array<number>(20).fill(0), ...Array<number>(20).fill(1)];
    const prediction = truth.slice();
    prediction[19] = 1; // at distance 1 of the boundary
    prediction[17] = 1; // at distance 3: in band 4, not in 2
    add(evaluation, names, [truth, prediction], [40, 1]);
    const scores = evaluation.scores();
    expect(scores.images).toBe(1);
    expect(scores.pixelAccuracy).toBe(38 / 40);
    expect(scores.perClass).toEqual({road: 18 / 20, car: 20 / 22, tree: null});
    expect(scores.mIoU).toBe((18 / 20 + 20 / 22) / 2);
    expect(scores.frequencyWeightedIoU).toBeCloseTo((18 / 20 + 20 / 22) / 2, 12);
    expect(scores.confusion).toEqual({
      classes: names,
      counts: [
        [18, 2, 0],
        [0, 20, 0],
        [0, 0, 0]
      ]
    });

    expect(scores.trimap.map(({band}) => band)).toEqual([1, 2, 4, 8, 16, 32]);
    // Band b holds b pixels of either class; the car has as many false alarms as the road misses.
    const expected = [
      [0, 1 / 2], // 1 px: the only road pixel is wrong; one car pixel, one false alarm
      [1 / 2, 2 / 3],
      [2 / 4, 4 / 6],
      [6 / 8, 8 / 10],
      [14 / 16, 16 / 18],
      [18 / 20, 20 / 22] // 32 px: all 20 of each
    ];
    scores.trimap.forEach(({mIoU, perClass}, b) => {
      const [road, car] = expected[b];
      expect(perClass).toEqual({road, car, tree: null});
      expect(mIoU).toBe((road + car) / 2);
    });
  });

  it("is one matrix over all pictures, and tells each picture's own", () => {
    const evaluation = new Evaluation(names);
    const own = [
      add(evaluation, names, [[0, 0, 1, 1], [0, 0, 1, 1]], [2, 2]), // prettier-ignore
      add(evaluation, names, [[0, 3, 0, 0], [1, 1, 1, 0]], [4, 1]) // prettier-ignore
    ];
    expect(own.map(({mIoU}) => mIoU)).toEqual([1, 1 / 3]);
    const {perClass, mIoU, images} = evaluation.scores();
    expect(perClass).toEqual({road: 3 / 5, car: 2 / 4, tree: null});
    expect(mIoU).toBe((3 / 5 + 2 / 4) / 2);
    expect(images).toBe(2);
    expect(evaluation.matrix.mIoU).toBe(mIoU);
  });

  it("has no score where all is void", () => {
    const evaluation = new Evaluation(names);
    expect(add(evaluation, names, [[3, 3, 3, 3], [0, 1, 2, 0]], [2, 2]).mIoU).toBeNull(); // prettier-ignore
    const {mIoU, pixelAccuracy, frequencyWeightedIoU, trimap, images} = evaluation.scores();
    expect([mIoU, pixelAccuracy, frequencyWeightedIoU, images]).toEqual([null, null, null, 1]);
    expect(trimap.map(({mIoU}) => mIoU)).toEqual(trimapBands.map(() => null));
  });

  it("a band as wide as the picture is the whole, if another class is in it", () => {
    const random = mulberry32(4);
    const draw = (n: number) => Array.from({length: 30 * 30}, () => Math.floor(random() * n));
    const [truth, prediction] = [draw(4), draw(3)];
    const evaluation = new Evaluation(names);
    const own = add(evaluation, names, [truth, prediction], [30, 30]);
    const matrix = new ConfusionMatrix(3);
    matrix.add(truth, prediction);
    expect(own.counts).toEqual(matrix.counts);
    const {trimap, mIoU, perClass} = evaluation.scores();
    expect(trimap.at(-1)).toEqual({band: 32, mIoU, perClass});
    expect(mIoU).toBe(matrix.mIoU);
  });

  it("adds nothing of a picture that it refuses", () => {
    const evaluation = new Evaluation(names);
    const rings = new Uint8Array(2);
    expect(() => evaluation.add([0, 1], [0, 3], rings)).toThrow("invalid prediction: 3");
    expect(() => evaluation.add([0, 4], [0, 0], rings)).toThrow("invalid label: 4");
    expect(evaluation.scores()).toMatchObject({mIoU: null, images: 0});
  });
});
