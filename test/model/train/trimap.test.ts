import {describe, expect, it} from "vitest";
import {VOID} from "../../../src/model/classes.ts";
import {mulberry32} from "../../../src/model/random.ts";
import {trimap, trimapBands} from "../../../src/model/train/trimap.ts";

/** The definition: is a pixel of another class within the square? */
function slowTrimap(truth: number[], width: number, bands: readonly number[], ignored: number) {
  return truth.map((label, i) => {
    const [x, y] = [i % width, Math.floor(i / width)];
    let nearest = Infinity;
    truth.forEach((other, j) => {
      if (other === label || other === ignored) return;
      const distance = Math.max(Math.abs((j % width) - x), Math.abs(Math.floor(j / width) - y));
      nearest = Math.min(nearest, distance);
    });
    const found = bands.findIndex((band) => nearest <= band);
    return label === ignored || found < 0 ? bands.length : found;
  });
}

describe("trimap", () => {
  it("measures from the pixel across the boundary, by hand", () => {
    //                  distance:  4  3  2  1  1  2  3
    const row = [0, 0, 0, 0, 5, 5, 5];
    expect([...trimap(row, 7, 1, [1, 2, 3], VOID)]).toEqual([3, 2, 1, 0, 0, 1, 2]);
    expect([...trimap(row, 1, 7, [1, 3], VOID)]).toEqual([2, 1, 1, 0, 0, 1, 1]);
  });

  it("measures diagonals as rows, by hand", () => {
    // The 7 in the corner is 1, 2 and 3 squares from the rest, along either axis.
    //   7 1 1 1
    //   1 1 1 1
    //   1 1 1 1
    const corner = [7, ...Array<number>(11).fill(1)];
    expect([...trimap(corner, 4, 3, [1, 2], VOID)]).toEqual([0, 0, 1, 2, 0, 0, 1, 2, 1, 1, 1, 2]);
  });

  it("sees a boundary across a line of void, and none between a class and void", () => {
    expect([...trimap([0, 0, VOID, 5, 5], 5, 1, [1, 2], VOID)]).toEqual([2, 1, 2, 1, 2]);
    expect([...trimap([3, 3, VOID, VOID], 2, 2, [1, 2], VOID)]).toEqual([2, 2, 2, 2]);
    expect([...trimap([VOID, VOID], 2, 1, [1], VOID)]).toEqual([1, 1]);
  });

  it("is a square around a lone pixel", () => {
    const truth = Array<number>(49).fill(1);
    truth[3 * 7 + 3] = 0;
    const inside = [...trimap(truth, 7, 7, [2], VOID)].filter((band) => band === 0);
    expect(inside.length).toBe(25);
  });

  it("agrees with the definition on random maps, to the edges, with few classes and many", () => {
    const random = mulberry32(3);
    const sizes: [width: number, height: number, fill: number, classes: number][] = [
      [13, 9, 0.02, 11],
      [9, 13, 0.1, 11],
      [1, 40, 0.05, 2],
      [40, 1, 0.05, 2],
      [12, 12, 0.9, 254],
      [45, 30, 0.003, 3],
      [37, 41, 0.001, 60]
    ];
    for (const [w, h, fill, classes] of sizes) {
      const truth = Array.from({length: w * h}, () =>
        random() < fill ? Math.floor(random() * (classes + 1)) : 1
      );
      for (const bands of [[1], [1, 2, 4], [3, 5], [16], [7, 30], trimapBands]) {
        const found = [...trimap(truth, w, h, bands, classes)];
        expect(found).toEqual(slowTrimap(truth, w, bands, classes));
      }
    }
  });

  it("refuses bands that do not ascend, sizes that do not fit, labels that no byte holds", () => {
    expect(() => trimap([0, 1], 2, 1, [2, 2], VOID)).toThrow("invalid bands: 2, 2");
    expect(() => trimap([0, 1], 2, 1, [0], VOID)).toThrow("invalid bands: 0");
    expect(() => trimap([0, 1], 2, 1, [1.5], VOID)).toThrow("invalid bands: 1.5");
    expect(() => trimap([0, 1], 3, 1, [1], VOID)).toThrow("2 labels for 3×1");
    expect(() => trimap([0, 255], 2, 1, [1], VOID)).toThrow("invalid label: 255");
    expect(() => trimap([0, NaN], 2, 1, [1], VOID)).toThrow("invalid label: NaN");
  });
});
