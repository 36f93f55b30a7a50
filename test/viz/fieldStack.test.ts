import {describe, expect, it} from "vitest";
import {reads, stackFields, type StackLayer} from "../../src/model/layerStack.ts";
import {mulberry32} from "../../src/model/random.ts";
import {dodge} from "../../src/viz/fieldPlot.ts";
import {fieldSentences, fieldSum, growthSentences, stackWeights} from "../../src/viz/fieldWords.ts";
import {runsOf} from "../../src/viz/unitRuns.ts";

const ofRates = (...rates: number[]): StackLayer[] =>
  rates.map((rate) => ({kernelSize: 3, stride: 1, rate}));

describe("the words of a stack's field", () => {
  it("writes the sum of the field, with the strides below where there are any", () => {
    expect(fieldSum(ofRates(1, 2, 4))).toBe("1 + 2·1 + 2·2 + 2·4 = 15");
    const strided = [{kernelSize: 5, stride: 2, rate: 3}, ...ofRates(2)];
    expect(fieldSum(strided)).toBe("1 + 4·3·1 + 2·2·2 = 21");
  });

  it("sums to the field of any stack", () => {
    const random = mulberry32(7);
    const upTo = (n: number) => 1 + Math.floor(random() * n);
    for (let i = 0; i < 100; ++i) {
      const layers = Array.from({length: upTo(6)}, () => ({
        kernelSize: 2 * upTo(5) - 1,
        stride: upTo(4),
        rate: upTo(16)
      }));
      expect(fieldSum(layers)).toMatch(new RegExp(` = ${stackFields(layers).at(-1)?.size}$`));
    }
  });

  it("counts weights, which rates do not change, and what is read", () => {
    expect(stackWeights(ofRates(1, 2, 4, 8))).toEqual({row: 12, square: 36});
    const words = fieldSentences(ofRates(2, 2), {size: 9, dense: 5, read: 5});
    expect(words).toContain("spans 9 inputs, and reads 5 of them");
    expect(words).toContain("6 weights (18 in two dimensions");
    expect(words).toContain("With every rate at 1, the same weights see 5.");
    expect(fieldSentences(ofRates(1), {size: 3, dense: 3, read: 3})).toMatch(
      /^One output of this layer sees 3 inputs/
    );
  });

  it("states how three schedules grow, as their fields do", () => {
    for (let depth = 1; depth <= 8; ++depth) {
      const words = growthSentences(depth);
      for (const rate of [() => 1, () => 2, (i: number) => 2 ** i]) {
        const layers = ofRates(...Array.from({length: depth}, (_, i) => rate(i)));
        expect(words).toContain(`= ${stackFields(layers)[depth - 1].size}`);
      }
    }
  });
});

describe("runsOf", () => {
  it("joins what is no more than the gap apart", () => {
    expect(runsOf([], 1)).toEqual([]);
    expect(runsOf([-3, -2, 0, 1, 5], 1)).toEqual([
      [-3, -2],
      [0, 1],
      [5, 5]
    ]);
    expect(runsOf([-3, -2, 0, 1, 5], 2)).toEqual([
      [-3, 1],
      [5, 5]
    ]);
    expect(runsOf(reads(ofRates(1, 2, 4))[0], 1)).toEqual([[-7, 7]]);
    expect(() => runsOf([1], NaN)).toThrow("invalid gap: NaN");
  });
});

describe("dodge", () => {
  it("gives each label its room, in order, and keeps it in the picture", () => {
    for (const heights of [
      [10, 10, 10, 10],
      [200, 190, 100, 20],
      [9, 30, 12, 200]
    ]) {
      const placed = dodge(heights, {room: 15, least: 8}).sort((a, b) => a - b);
      expect(placed[0]).toBeGreaterThanOrEqual(8);
      for (let i = 1; i < placed.length; ++i)
        expect(placed[i] - placed[i - 1]).toBeGreaterThanOrEqual(15);
    }
    expect(dodge([100, 50])).toEqual([100, 50]);
  });
});
