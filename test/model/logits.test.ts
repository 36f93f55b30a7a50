import {describe, expect, it} from "vitest";
import {
  labelsFromLogits,
  probabilitiesAt,
  probabilitiesFromLogits,
  type Logits
} from "../../src/model/logits.ts";
import {mulberry32, randomNormal} from "../../src/model/random.ts";

function randomLogits(width: number, height: number, classes: number, seed: number): Logits {
  const random = mulberry32(seed);
  const data = Float32Array.from({length: width * height * classes}, () => randomNormal(random));
  return {width, height, classes, data};
}

/** The logit of class *c* at (x, y) of a width × height picture, from the definition. */
function interpolate(logits: Logits, x: number, y: number, c: number, w: number, h: number) {
  const fx = w > 1 ? (x * (logits.width - 1)) / (w - 1) : 0;
  const fy = h > 1 ? (y * (logits.height - 1)) / (h - 1) : 0;
  const at = (i: number, j: number) =>
    logits.data[
      (Math.min(j, logits.height - 1) * logits.width + Math.min(i, logits.width - 1)) *
        logits.classes +
        c
    ];
  const [i, j] = [Math.floor(fx), Math.floor(fy)];
  const [t, u] = [fx - i, fy - j];
  return (
    (1 - u) * ((1 - t) * at(i, j) + t * at(i + 1, j)) +
    u * ((1 - t) * at(i, j + 1) + t * at(i + 1, j + 1))
  );
}

describe("labelsFromLogits", () => {
  it("crosses over where two classes are equal, by hand", () => {
    // Class 0 falls from 3 to 0, class 1 rises from 0 to 1: equal at t = 0.75.
    const logits = {width: 2, height: 1, classes: 2, data: Float32Array.of(3, 0, 0, 1)};
    expect([...labelsFromLogits(logits, 5, 1)]).toEqual([0, 0, 0, 0, 1]); // a tie at the fourth
    expect([...labelsFromLogits(logits, 9, 1)]).toEqual([0, 0, 0, 0, 0, 0, 0, 1, 1]);
  });

  it("agrees with the definition at awkward sizes", () => {
    for (const [lw, lh, w, h] of [
      [65, 49, 257, 193],
      [17, 13, 100, 71],
      [5, 4, 3, 2],
      [1, 1, 4, 3],
      [1, 6, 7, 30],
      [6, 1, 30, 7],
      [9, 9, 1, 1],
      [65, 49, 65, 49]
    ]) {
      const logits = randomLogits(lw, lh, 11, lw * 100 + h);
      const labels = labelsFromLogits(logits, w, h);
      expect(labels.length).toBe(w * h);
      for (let y = 0; y < h; ++y) {
        for (let x = 0; x < w; ++x) {
          const values = Array.from({length: 11}, (_, c) => interpolate(logits, x, y, c, w, h));
          // Near ties may go either way in the last bit.
          expect(Math.max(...values) - values[labels[y * w + x]]).toBeLessThan(1e-6);
        }
      }
    }
  });

  it("gives ties to the lower label", () => {
    const data = new Float32Array(4 * 4 * 5).fill(2);
    expect(new Set(labelsFromLogits({width: 4, height: 4, classes: 5, data}, 31, 17))).toEqual(
      new Set([0])
    );
    for (let i = 0; i < data.length; i += 5) data[i] = 1;
    expect(new Set(labelsFromLogits({width: 4, height: 4, classes: 5, data}, 31, 17))).toEqual(
      new Set([1])
    );
  });

  it("names what is wrong", () => {
    const logits = randomLogits(2, 2, 2, 1);
    expect(() => labelsFromLogits(logits, 0, 1)).toThrow(new RangeError("invalid width: 0"));
    expect(() => labelsFromLogits(logits, 1, 1.5)).toThrow(new RangeError("invalid height: 1.5"));
    expect(() => labelsFromLogits({...logits, classes: 3}, 1, 1)).toThrow(/8 values for 2×2×3/);
  });
});

describe("probabilitiesAt", () => {
  it("is the softmax of the logits, by hand", () => {
    const data = Float32Array.of(0, Math.log(3), Math.log(2), 0);
    const logits = {width: 2, height: 1, classes: 2, data};
    const left = probabilitiesAt(logits, 0, 0, 3, 1);
    expect(left[0]).toBeCloseTo(1 / 4, 6);
    expect(left[1]).toBeCloseTo(3 / 4, 6);
    const middle = probabilitiesAt(logits, 1, 0, 3, 1); // √2 to √3
    expect(middle[0] / middle[1]).toBeCloseTo(Math.sqrt(2 / 3), 6);
    expect(probabilitiesAt(logits, 2, 0, 3, 1)[0]).toBeCloseTo(2 / 3, 6);
  });

  it("sums to 1, does not overflow, and has its maximum at the label", () => {
    const logits = randomLogits(9, 7, 11, 5);
    logits.data.forEach((value, i) => (logits.data[i] = value * 1000));
    const labels = labelsFromLogits(logits, 40, 30);
    for (let y = 0; y < 30; ++y) {
      for (let x = 0; x < 40; ++x) {
        const p = probabilitiesAt(logits, x, y, 40, 30);
        expect(p.reduce((a, b) => a + b)).toBeCloseTo(1, 5);
        expect(p[labels[y * 40 + x]]).toBe(Math.max(...p));
      }
    }
  });

  it("is the same for a whole picture at once", () => {
    for (const [width, height] of [
      [23, 17],
      [1, 5]
    ]) {
      const logits = randomLogits(9, 7, 11, 5);
      const all = probabilitiesFromLogits(logits, width, height);
      for (let y = 0; y < height; ++y)
        for (let x = 0; x < width; ++x) {
          const at = (y * width + x) * 11;
          expect(all.subarray(at, at + 11)).toEqual(probabilitiesAt(logits, x, y, width, height));
        }
    }
    expect(() => probabilitiesFromLogits(randomLogits(3, 3, 2, 1), 0, 4)).toThrow("width: 0");
  });

  it("refuses a pixel outside", () => {
    const logits = randomLogits(3, 3, 2, 1);
    expect(() => probabilitiesAt(logits, 10, 0, 10, 10)).toThrow("(10, 0)");
    expect(() => probabilitiesAt(logits, NaN, 0, 10, 10)).toThrow("(NaN, 0)");
    expect(() => probabilitiesAt(logits, 0, -1, 10, 10)).toThrow("(0, -1)");
  });
});
