import {describe, expect, it} from "vitest";
import {
  checkerboardFate,
  checkerboardReadings,
  standing,
  type CheckerboardOptions
} from "../../../src/model/crf/checkerboard.ts";
import {denseCrf} from "../../../src/model/crf/index.ts";
import {largestDifference} from "./problems.ts";

/** What figure 5.4 begins with. */
const board = {side: 11, preference: 1, weight: 20, sxy: 0.7};
const read = (options: CheckerboardOptions, last = 20) =>
  checkerboardReadings(options, {last, tolerance: 1e-3});

describe("a checkerboard", () => {
  it("has the beliefs and the free energy of denseCrf with all pairs", async () => {
    for (const subtractSelf of [true, false]) {
      const {side, preference, weight, sxy} = {...board, side: 6};
      const crf = await denseCrf({
        ...{width: side, height: side, labels: 2, filter: "exact", subtractSelf},
        image: new Uint8ClampedArray(4 * side ** 2),
        unary: Float32Array.from({length: 2 * side ** 2}, (_, i) => {
          const pixel = i >> 1;
          const even = ((pixel % side) + Math.floor(pixel / side)) % 2 === 0;
          return (i % 2 === 0) === even ? 0 : preference; // label 0 is the dark one
        }),
        smoothness: {sxy, weight},
        appearance: {sxy: 1, srgb: 1, weight: 0}
      });
      // Few: on an even board, rounding alone decides who wins in the end.
      for (const {dark, freeEnergy} of read({side, preference, weight, sxy, subtractSelf}, 4)) {
        const Q = crf.Q.filter((_, i) => i % 2 === 0);
        expect(largestDifference(Q, Float32Array.from(dark))).toBeLessThan(1e-4);
        expect(freeEnergy).toBeCloseTo(crf.freeEnergy(), 2);
        crf.step();
      }
    }
  });

  it("swaps for ever without the self term; with it, falls and settles", () => {
    const apart = read({...board, subtractSelf: true});
    const kept = read({...board, subtractSelf: false});
    expect(apart[20].standing).toBe("swapping");
    expect(apart[20].dark.every((q, i) => q > 0.5 !== apart[19].dark[i] > 0.5)).toBe(true);
    expect(apart[3].freeEnergy - apart[2].freeEnergy).toBeGreaterThan(100);
    expect(kept[20].standing).toBe("settled");
    for (let i = 1; i <= 20; i++)
      expect(kept[i].freeEnergy).toBeLessThanOrEqual(kept[i - 1].freeEnergy + 1e-9);
    expect(checkerboardFate({...board, subtractSelf: true}).standing).toBe("swapping");
    expect(checkerboardFate({...board, subtractSelf: false}).standing).toBe("settled");
  });

  it("swaps from one weight on, for deviations from 0.5 to 1.2; with the self term, never", () => {
    const smallest = [5, 7, 12].map((tenths) => {
      const fates = Array.from({length: 60}, (_, i) => {
        const options = {...board, sxy: tenths / 10, weight: i + 1};
        if (i % 6 === 0)
          expect(checkerboardFate({...options, subtractSelf: false}).standing).toBe("settled");
        return checkerboardFate({...options, subtractSelf: true}).standing;
      });
      expect(fates).not.toContain("moving");
      const first = fates.indexOf("swapping");
      expect(fates.slice(first).every((fate) => fate === "swapping")).toBe(true);
      return first + 1;
    });
    expect(smallest).toEqual([9, 11, 39]);
  });
});

describe("how a run stands", () => {
  const [a, b] = [
    [0, 1],
    [1, 0]
  ];
  it.each([
    ["moving", a, undefined, undefined],
    ["moving", a, b, undefined],
    ["settled", a, a, undefined],
    ["settled", a, a, b],
    ["settled", a, [0.0005, 1], b],
    ["swapping", a, b, a],
    ["swapping", a, b, [0.0005, 1]],
    ["moving", a, [0.5, 0.5], b],
    ["moving", [0, NaN], a, b]
  ] as const)("is %s", (is, now, before, beforeThat) => {
    expect(standing(now, before, beforeThat, 1e-3)).toBe(is);
  });
});
