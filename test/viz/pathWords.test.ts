import {describe, expect, it} from "vitest";
import {coverage, hdc, pathCounts} from "../../src/model/layerStack.ts";
import {
  coverageSentences,
  hdcTerms,
  holeList,
  pixelWords,
  verdictSentences
} from "../../src/viz/pathWords.ts";

const layersOf = (rates: readonly number[], kernelSize = 3) =>
  rates.map((rate) => ({kernelSize, stride: 1, rate}));
const verdict = (rates: readonly number[], kernelSize = 3) =>
  verdictSentences(rates, kernelSize, {
    hdc: hdc(rates, kernelSize),
    holes: coverage(layersOf(rates, kernelSize)).holes.length
  });

describe("the words of a path map", () => {
  it("states what is read and what is not", () => {
    const say = (rates: readonly number[]) => {
      const counts = pathCounts(layersOf(rates));
      const middle = counts[(counts.length - 1) / 2];
      return coverageSentences(rates, 3, {coverage: coverage(layersOf(rates)), middle});
    };
    expect(say([2, 2, 2])).toBe(
      "3 layers of 3×3, rates 2, 2, 2, span 13×13 pixels. In a row they read 7 of 13 (54 %); in " +
        "the picture, 49 of 169 pixels (29 %). Never read (hatched): rows and columns ±1, ±3 and " +
        "±5 from the middle. The middle pixel reaches the output by 7 × 7 = 49 paths, each corner " +
        "by 1."
    );
    expect(say([1, 2, 9])).toContain("rows and columns ±4 and ±5 from the middle");
    expect(say([1, 2, 9])).toContain("by 1 × 1 = 1 path, each");
    expect(say([1, 2, 5])).toContain("span 17×17 pixels and read every one");
    expect(holeList([-3, -2, -1, 0, 1, 2, 3], 3)).toBe("0, ±1 and 2 more");
  });

  it("evaluates the rule with its numbers, each term the largest of its three", () => {
    expect(hdcTerms([1, 2, 9], hdc([1, 2, 9], 3))).toEqual([
      {layer: 3, of: ["9"], value: 9},
      {layer: 2, of: ["9 − 2·2", "9 − 2(9 − 2)", "2"], value: 5}
    ]);
    /** What "9 − 2·2", "9 − 2(9 − 2)" and "2" come to. */
    const number = (text: string) => {
      const [a, b = 0, c = 0] = (text.match(/\d+/g) ?? []).map(Number).filter((_, i) => i !== 1);
      return text.includes("·") ? a - 2 * b : text.includes("(") ? a - 2 * (b - c) : a;
    };
    for (const rates of [
      [2, 4, 8],
      [1, 3, 1],
      [7, 2, 16, 5, 1, 9]
    ])
      for (const {of, value} of hdcTerms(rates, hdc(rates, 3)))
        expect(Math.max(...of.map(number))).toBe(value);
  });

  it("says where the rule and what is so disagree", () => {
    expect(verdict([1, 2, 5])).toBe("The rule is met: M₂ = 2 ≤ 3. And there are no holes.");
    expect(verdict([1, 2, 9])).toBe("The rule is not met: M₂ = 5 > 3. And there are holes.");
    expect(verdict([1, 3, 1])).toMatch(/not met: M₂ = 5 > 3\. Yet there are no holes/);
    expect(verdict([2, 2, 2])).toMatch(/met: M₂ = 2 ≤ 3\. Yet there are holes.* rate is 2\.$/);
  });

  it("blames the rate next to the input only where that is so", () => {
    const tail = (n: number): number[][] =>
      n === 0
        ? [[]]
        : tail(n - 1).flatMap((t) => Array.from({length: 16}, (_, r) => [...t, r + 1]));
    for (const kernelSize of [3, 5])
      for (const rates of [...tail(1), ...tail(2), ...tail(3)])
        expect(verdict([1, ...rates], kernelSize)).not.toContain("Its promise needs");
  });

  it("multiplies the paths of a row and of a column", () => {
    expect(pixelWords({x: -2, y: 3}, [6, 0])).toBe("Pixel (−2, 3): 6 × 0 = no path: a hole.");
    expect(pixelWords({x: 0, y: 0}, [1, 1])).toBe("Pixel (0, 0): 1 × 1 = 1 path.");
    expect(pixelWords({x: 0, y: 1}, [50, 40])).toBe("Pixel (0, 1): 50 × 40 = 2,000 paths.");
  });
});
