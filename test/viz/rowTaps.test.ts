import {describe, expect, it} from "vitest";
import {mulberry32} from "../../src/model/random.ts";
import {convolveRow, filterWeights, kernelSpan, rowTaps} from "../../src/viz/rowTaps.ts";
import {kernelSentences, signed, sumWords} from "../../src/viz/rowWords.ts";

const signal = Float32Array.of(0, 0.25, 0.5, 0.75, 1);

describe("rowTaps", () => {
  it("puts the taps at their rate around the output, and knows which are padding", () => {
    const taps = rowTaps(1, 5, {weights: [1, 2, 3], rate: 2});
    expect(taps.map(({index}) => index)).toEqual([-1, 1, 3]);
    expect(taps.map(({inside}) => inside)).toEqual([false, true, true]);
    expect(taps.map(({weight}) => weight)).toEqual([1, 2, 3]);
  });

  it("spans from the first tap to the last", () => {
    for (const size of [1, 3, 5, 7, 9])
      for (let rate = 1; rate <= 16; ++rate) {
        const taps = rowTaps(50, 99, {weights: filterWeights("blur", size), rate});
        expect(kernelSpan(size, rate)).toBe(taps[size - 1].index - taps[0].index + 1);
      }
    expect(kernelSpan(3, 8)).toBe(17);
  });
});

describe("convolveRow", () => {
  it("is the sum over the taps of each output, at any rate, past the row's ends as well", () => {
    const random = mulberry32(4);
    const row = Float64Array.from({length: 40}, random);
    for (const rate of [1, 2, 7, 16, 60]) {
      const weights = [random(), random(), random(), random(), random()];
      const out = convolveRow(row, {weights, rate});
      out.forEach((value, x) => {
        let sum = 0;
        for (const {index, weight, inside} of rowTaps(x, 40, {weights, rate}))
          if (inside) sum += weight * row[index];
        expect(value).toBeCloseTo(sum, 12);
      });
    }
  });

  it("blurs a flat row to itself, and finds no edge in it", () => {
    const flat = new Float32Array(30).fill(0.5);
    for (const size of [3, 5, 9]) {
      expect(convolveRow(flat, {weights: filterWeights("blur", size), rate: 2})[15]).toBeCloseTo(
        0.5
      );
      expect(convolveRow(flat, {weights: filterWeights("edges", size), rate: 2})[15]).toBeCloseTo(
        0
      );
      expect(filterWeights("edges", size)).not.toContain(0);
    }
  });

  it("says what is illegal", () => {
    expect(() => kernelSpan(0, 1)).toThrow("invalid kernelSize: 0");
    expect(() => kernelSpan(3, NaN)).toThrow("invalid rate: NaN");
    expect(() => filterWeights("blur", 4)).toThrow("invalid kernelSize: 4 (odd)");
    expect(() => filterWeights("sharpen" as any, 3)).toThrow("invalid filter: sharpen");
    expect(() => convolveRow(signal, {weights: [1, 1], rate: 1})).toThrow("invalid weights: 2");
  });
});

describe("the words of a row", () => {
  it("counts weights, span and holes, and what falls into the padding", () => {
    const words = kernelSentences(3, 4, {filter: "blur", padded: 1});
    expect(words).toContain("3 weights (orange) reach over 9 samples; the 6 between (hatched)");
    expect(words).toContain("1 of its taps falls beyond the row");
    expect(kernelSentences(5, 1, {filter: "edges", padded: 0})).toContain("ordinary convolution");
    expect(kernelSentences(1, 9, {filter: "blur", padded: 0})).toContain(
      "the rate changes nothing"
    );
  });

  it("writes the sum with its numbers", () => {
    const taps = (size: number, x: number) =>
      rowTaps(x, 5, {weights: filterWeights("blur", size), rate: 1});
    expect(sumWords(taps(3, 0), signal, "blur")).toBe("(0 + 0.00 + 0.25) / 3");
    expect(sumWords(taps(3, 2), signal, "edges")).toBe("0.50 − (0.25 + 0.75) / 2");
    expect(sumWords(taps(1, 4), signal, "edges")).toBe("1.00");
    expect([signed(-0.126, 2), signed(-0.001, 2), signed(0.5, 2)]).toEqual([
      "−0.13",
      "0.00",
      "0.50"
    ]);
  });
});
