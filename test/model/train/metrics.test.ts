import {describe, expect, it} from "vitest";
import {classes, VOID} from "../../../src/model/classes.ts";
import {mulberry32} from "../../../src/model/random.ts";
import {
  ConfusionMatrix,
  Evaluation,
  trimap,
  trimapBands
} from "../../../src/model/train/metrics.ts";

describe("ConfusionMatrix", () => {
  it("counts truth by prediction, and scores, by hand", () => {
    const matrix = new ConfusionMatrix(3);
    matrix.add([0, 0, 0, 0, 1, 1, 2, VOID], [0, 0, 0, 1, 1, 2, 2, 0]);
    expect([...matrix.counts]).toEqual([3, 1, 0, 0, 1, 1, 0, 0, 1]);
    expect(matrix.perClass).toEqual([3 / 4, 1 / 3, 1 / 2]);
    expect(matrix.mIoU).toBeCloseTo((3 / 4 + 1 / 3 + 1 / 2) / 3, 12);
    expect(matrix.pixelAccuracy).toBe(5 / 7);
  });

  it("averages over the classes present in the truth; a false alarm costs only its victim", () => {
    const matrix = new ConfusionMatrix(3);
    matrix.add([0, 0, 1, 1], [0, 2, 1, 1]);
    expect(matrix.perClass).toEqual([1 / 2, 1, null]);
    expect(matrix.mIoU).toBe(0.75);
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
    matrix.add([VOID, VOID], [0, 1]);
    expect([matrix.mIoU, matrix.pixelAccuracy]).toEqual([null, null]);
    expect(matrix.perClass).toEqual([null, null]);
  });

  it("refuses labels that are none, and adds nothing then", () => {
    const matrix = new ConfusionMatrix();
    expect(() => matrix.add([0, 12], [0, 0])).toThrow("invalid label: 12; 0 to 10 are legal");
    expect(() => matrix.add([0, 1], [0, 11])).toThrow("invalid prediction: 11; 0 to 10");
    expect(() => matrix.add([0, 1], [0])).toThrow("1 labels for 2");
    expect(matrix.pixelAccuracy).toBeNull();
    expect(() => new ConfusionMatrix(NaN)).toThrow("NaN");
  });
});

/** The definition: is a pixel of another class within the square? */
function slowTrimap(truth: number[], width: number, bands: readonly number[]) {
  return truth.map((label, i) => {
    const [x, y] = [i % width, Math.floor(i / width)];
    const found = bands.findIndex((b) =>
      truth.some((other, j) => {
        const distance = Math.max(Math.abs((j % width) - x), Math.abs(Math.floor(j / width) - y));
        return distance <= b && other !== label && other !== VOID;
      })
    );
    return label === VOID || found < 0 ? bands.length : found;
  });
}

describe("trimap", () => {
  it("measures from the pixel across the boundary, by hand", () => {
    //           distance:  4  3  2  1  1  2  3
    expect([...trimap([0, 0, 0, 0, 5, 5, 5], 7, 1, [1, 2, 3])]).toEqual([3, 2, 1, 0, 0, 1, 2]);
    expect([...trimap([0, 0, 0, 0, 5, 5, 5], 1, 7, [1, 3])]).toEqual([2, 1, 1, 0, 0, 1, 1]);
  });

  it("sees a boundary across a line of void, and none between a class and void", () => {
    expect([...trimap([0, 0, VOID, 5, 5], 5, 1, [1, 2])]).toEqual([2, 1, 2, 1, 2]);
    expect([...trimap([3, 3, VOID, VOID], 2, 2, [1, 2])]).toEqual([2, 2, 2, 2]);
  });

  it("is a square around a lone pixel", () => {
    const truth = Array<number>(49).fill(1);
    truth[3 * 7 + 3] = 0;
    const inside = [...trimap(truth, 7, 7, [2])].filter((band) => band === 0);
    expect(inside.length).toBe(25);
  });

  it("agrees with the definition on random maps, to the edges", () => {
    const random = mulberry32(3);
    for (const [w, h, fill] of [
      [13, 9, 0.02],
      [9, 13, 0.1],
      [1, 20, 0.2],
      [20, 1, 0.2],
      [12, 12, 0.9]
    ]) {
      const truth = Array.from({length: w * h}, () =>
        random() < fill ? Math.floor(random() * 12) : 4
      );
      for (const bands of [[1], [1, 2, 4], [3, 5], [16]]) {
        expect([...trimap(truth, w, h, bands)]).toEqual(slowTrimap(truth, w, bands));
      }
    }
  });

  it("refuses bands that do not ascend, and sizes that do not fit", () => {
    expect(() => trimap([0, 1], 2, 1, [2, 2])).toThrow("invalid bands: 2, 2");
    expect(() => trimap([0, 1], 2, 1, [0])).toThrow("invalid bands: 0");
    expect(() => trimap([0, 1], 2, 1, [1.5])).toThrow("invalid bands: 1.5");
    expect(() => trimap([0, 1], 3, 1, [1])).toThrow("2 labels for 3×1");
  });
});

describe("Evaluation", () => {
  it("scores each band over all of its pixels, the narrower ones included", () => {
    const evaluation = new Evaluation();
    const truth = [...Array<number>(20).fill(0), ...Array<number>(20).fill(3)];
    const prediction = truth.slice();
    prediction[19] = 3; // in band 1
    prediction[17] = 3; // in band 4, not in 2
    evaluation.add(truth, prediction, 40, 1);
    const scores = evaluation.scores();
    expect(scores.images).toBe(1);
    expect(scores.pixelAccuracy).toBe(38 / 40);
    expect(scores.perClass.sky).toBe(18 / 20);
    expect(scores.perClass.road).toBe(20 / 22);
    expect(scores.perClass.car).toBeNull();
    expect(Object.keys(scores.perClass)).toEqual(classes.map(({name}) => name));
    expect(scores.trimap.map(({band}) => band)).toEqual(trimapBands);
    const mean = (a: number, b: number) => (a + b) / 2;
    expect(scores.trimap[0].mIoU).toBe(mean(0, 1 / 2));
    expect(scores.trimap[1].mIoU).toBe(mean(1 / 2, 2 / 3));
    expect(scores.trimap[2].mIoU).toBe(mean(2 / 4, 4 / 6));
    expect(scores.trimap[4].mIoU).toBe(mean(14 / 16, 16 / 18));
  });

  it("is one matrix over all pictures", () => {
    const evaluation = new Evaluation();
    evaluation.add([0, 0, 1, 1], [0, 0, 1, 1], 2, 2);
    evaluation.add([0, VOID, 0, 0], [1, 1, 1, 0], 4, 1);
    const {perClass, mIoU, images} = evaluation.scores();
    expect([perClass.sky, perClass.building]).toEqual([3 / 5, 2 / 4]);
    expect(mIoU).toBe((3 / 5 + 2 / 4) / 2);
    expect(images).toBe(2);
  });
});
