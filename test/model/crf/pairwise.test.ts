import {describe, expect, it} from "vitest";
import {VOID} from "../../../src/model/classes.ts";
import {exactFilter} from "../../../src/model/crf/exactFilter.ts";
import {appearanceFeatures, smoothnessFeatures} from "../../../src/model/crf/features.ts";
import {
  clearestPixel,
  countAbove,
  heardByLabel,
  heardHalf,
  nearestOther
} from "../../../src/model/crf/heard.ts";
import {checkOptions} from "../../../src/model/crf/options.ts";
import {
  emptyKernels,
  kernelSums,
  pairKernels,
  pairwiseKernels
} from "../../../src/model/crf/pairwise.ts";
import {noiseProblem, streetProblem} from "./problems.ts";

const [width, height] = [257, 193];
const widthsOf = (sxy: number, srgb: number, gamma = 3) => ({
  smoothness: {sxy: gamma},
  appearance: {sxy, srgb}
});

function street(seed: number) {
  const {image, truth} = streetProblem(seed, {width, height, labels: 1});
  return {picture: {width, height, data: image}, truth};
}

describe("the kernels of a pixel with all others", () => {
  it("are their definition at every pixel, at any settings", () => {
    const {picture} = street(1);
    const {data} = picture;
    const into = emptyKernels(picture);
    for (const [pixel, sxy, srgb, gamma] of [
      [0, 67, 3, 1],
      [100 * width + 77, 30, 10, 3],
      [52 * width + 256, 256, 128, 64],
      [width * height - 1, 1, 1, 8]
    ]) {
      const widths = widthsOf(sxy, srgb, gamma);
      const {appearance, smoothness} = pairwiseKernels(picture, pixel, widths, into);
      expect(appearance).toBe(into.appearance);
      let worst = 0;
      for (let j = 0; j < width * height; j++) {
        const place =
          ((j % width) - (pixel % width)) ** 2 +
          (Math.floor(j / width) - Math.floor(pixel / width)) ** 2;
        const color =
          (data[4 * j] - data[4 * pixel]) ** 2 +
          (data[4 * j + 1] - data[4 * pixel + 1]) ** 2 +
          (data[4 * j + 2] - data[4 * pixel + 2]) ** 2;
        const one = Math.exp(-place / (2 * sxy ** 2) - color / (2 * srgb ** 2));
        const two = Math.exp(-place / (2 * gamma ** 2));
        // A seventh digit, and the least number that single precision has.
        const off = (k: number, exact: number) => Math.abs(k - exact) / (1e-7 * exact + 2e-45);
        worst = Math.max(worst, off(appearance[j], one), off(smoothness[j], two));
      }
      expect(worst).toBeLessThan(1);
      expect([appearance[pixel], smoothness[pixel]]).toEqual([1, 1]);
    }
  });

  it("and their sums are those that the exact filter has", () => {
    const options = checkOptions({
      ...noiseProblem(3, {width: 23, height: 17}),
      smoothness: {sxy: 2, weight: 1},
      appearance: {sxy: 6, srgb: 70, weight: 1}
    });
    const picture = {width: 23, height: 17, data: options.image};
    const ones = new Float32Array(23 * 17).fill(1);
    const sums = {
      appearance: exactFilter(appearanceFeatures(options))(ones, 1),
      smoothness: exactFilter(smoothnessFeatures(options))(ones, 1)
    };
    for (const pixel of [0, 200, 390]) {
      const found = kernelSums(picture, pixel, options);
      expect(found.appearance / sums.appearance[pixel]).toBeCloseTo(1, 5);
      expect(found.smoothness / sums.smoothness[pixel]).toBeCloseTo(1, 5);
      const all = pairwiseKernels(picture, pixel, options);
      for (const other of [0, 71, 390]) {
        const k = pairKernels(picture, pixel, other, options);
        expect(all.appearance[other]).toBeCloseTo(k.appearance, 6);
        expect(all.smoothness[other]).toBeCloseTo(k.smoothness, 6);
      }
    }
  });

  it("are refused for a pixel that is not there", () => {
    const picture = {width: 2, height: 2, data: new Uint8ClampedArray(16)};
    for (const bad of [-1, 4, 0.5, NaN])
      expect(() => pairwiseKernels(picture, bad, widthsOf(1, 1))).toThrow(
        new RangeError(`invalid pixel: ${bad} (0 to 3)`)
      );
    expect(() => kernelSums(picture, 4, widthsOf(1, 1))).toThrow(RangeError);
    expect(() => pairKernels(picture, 0, 4, widthsOf(1, 1))).toThrow(RangeError);
  });
});

describe("whom a pixel hears", () => {
  it("counts others, the pixel itself never", () => {
    const weights = Float32Array.of(0.5, 4, 1, 0.25, 0, 0.25);
    expect(countAbove(weights, 1, 0.2)).toBe(4);
    expect(countAbove(weights, 4, 0.25)).toBe(3);
    // Three across: of 2 in all, the pixel on the right holds 1.
    expect(heardHalf(weights, 1, 3)).toEqual({count: 1, farthest: 1});
    expect(heardHalf(Float32Array.of(0, 0, 1, 0, 0, 0.9), 0, 3)).toEqual({count: 1, farthest: 2});
    expect(heardHalf(Float32Array.of(1, 0, 0, 0.5, 0, 0.4), 0, 3)).toEqual({count: 1, farthest: 1});
    expect(heardHalf(Float32Array.of(1, 0, 0, 0.4, 0.4, 0.4), 0, 3)).toEqual({
      count: 2,
      farthest: Math.SQRT2
    });
    expect(heardHalf(Float32Array.of(1, 0, 0, 0), 0, 2)).toEqual({count: 0, farthest: 0});
  });

  it("shares the weights out by label", () => {
    const truth = Uint8Array.of(8, 8, 3, VOID, 8, 3);
    const shares = heardByLabel(Float32Array.of(1, 9, 2, 1, 0, 4), truth, 1);
    expect([shares[8], shares[3], shares[VOID]]).toEqual([1 / 8, 6 / 8, 1 / 8]);
    expect(heardByLabel(null, truth, 1)[8]).toBe(2 / 5);
    expect([...heardByLabel(new Float32Array(6), truth, 1)].every((share) => share === 0)).toBe(
      true
    );
  });

  it("finds the nearest pixel of another label, void being none", () => {
    const truth = Uint8Array.of(8, VOID, 3, 8, 8, 8);
    expect(nearestOther(truth, 0, 3)).toBe(2);
    expect(nearestOther(truth, 2, 3)).toBe(5);
    expect(nearestOther(Uint8Array.of(1, 1, VOID, 1), 0, 2)).toBeNull();
  });

  it("begins, in any street, where much of one label is heard and blindness to color shows", () => {
    for (let seed = 1; seed <= 5; seed++) {
      const {picture, truth} = street(seed);
      const pixel = clearestPixel(picture, truth, widthsOf(30, 10));
      const own = (sxy: number, srgb: number) => {
        const {appearance} = pairwiseKernels(picture, pixel, widthsOf(sxy, srgb));
        return heardByLabel(appearance, truth, pixel)[truth[pixel]];
      };
      expect(truth[pixel], `street ${seed}`).toBeGreaterThanOrEqual(8);
      expect(own(30, 10), `street ${seed}`).toBeGreaterThan(0.75);
      expect(own(30, 64), `street ${seed}`).toBeLessThan(0.9);
      expect(own(2, 64), `street ${seed}`).toBeGreaterThan(0.95);
    }
  });

  it("begins anywhere inside where there are no things, in the middle where there is nothing", () => {
    const picture = {width: 40, height: 30, data: new Uint8ClampedArray(40 * 30 * 4)};
    const sky = new Uint8Array(40 * 30).fill(VOID);
    expect(clearestPixel(picture, sky, widthsOf(30, 10))).toBe(14 * 40 + 20);
    for (let y = 4; y < 16; y++) sky.fill(0, y * 40 + 6, y * 40 + 20);
    expect(sky[clearestPixel(picture, sky, widthsOf(30, 10))]).toBe(0);
  });
});
