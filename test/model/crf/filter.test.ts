import {describe, expect, it} from "vitest";
import {exactFilter} from "../../../src/model/crf/exactFilter.ts";
import {appearanceFeatures, smoothnessFeatures} from "../../../src/model/crf/features.ts";
import {inverseRootSums, normalizedFilter, type Filter} from "../../../src/model/crf/filter.ts";
import {checkOptions} from "../../../src/model/crf/options.ts";
import {latticeFilter, permutohedralLattice} from "../../../src/model/crf/permutohedralLattice.ts";
import {largestDifference, noise, noiseProblem, relativeRms, streetProblem} from "./problems.ts";

const normalized = (filter: Filter, pixels: number) =>
  normalizedFilter(filter, inverseRootSums(filter, pixels));

describe("the exact filter", () => {
  it("is the double loop over all pairs, in double precision", () => {
    const options = checkOptions({
      ...noiseProblem(1, {width: 13, height: 9}),
      appearance: {sxy: 4, srgb: 60, weight: 1}
    });
    const {width, image} = options;
    const pixels = 13 * 9;
    const input = noise(2, 2 * pixels);
    const output = exactFilter(appearanceFeatures(options))(input, 2);
    const expected = new Float64Array(2 * pixels);
    for (let i = 0; i < pixels; i++)
      for (let j = 0; j < pixels; j++) {
        const place = [i % width, Math.floor(i / width)];
        const other = [j % width, Math.floor(j / width)];
        const far = (place[0] - other[0]) ** 2 + (place[1] - other[1]) ** 2;
        const color = [0, 1, 2].reduce(
          (sum, c) => sum + (image[4 * i + c] - image[4 * j + c]) ** 2,
          0
        );
        const k = Math.exp(-far / (2 * 4 ** 2) - color / (2 * 60 ** 2));
        for (const c of [0, 1]) expected[2 * i + c] += k * input[2 * j + c];
      }
    for (const [i, value] of expected.entries()) expect(output[i] / value).toBeCloseTo(1, 5);
  });

  it("leaves the pixel itself out if asked", () => {
    const features = smoothnessFeatures(checkOptions(noiseProblem(1)));
    const input = noise(3, 30);
    const whole = exactFilter(features)(input, 1);
    const others = exactFilter(features, {subtractSelf: true})(input, 1);
    expect(
      largestDifference(
        others,
        whole.map((sum, i) => sum - input[i])
      )
    ).toBeLessThan(1e-5);
  });

  it("filters √D to itself, normalized", () => {
    for (const seed of [1, 2, 3]) {
      const filter = exactFilter(
        appearanceFeatures(
          checkOptions({...noiseProblem(seed), appearance: {sxy: 3, srgb: 90, weight: 1}})
        )
      );
      const scale = inverseRootSums(filter, 30);
      const roots = scale.map((value) => 1 / value);
      expect(largestDifference(normalizedFilter(filter, scale)(roots, 1), roots)).toBeLessThan(
        1e-5
      );
    }
  });
});

describe("the lattice's filter", () => {
  it("is within 3 % of the exact one in 2-D and 9 % in 5-D, by RMS, on streets", () => {
    for (const seed of [1_000_001, 1_000_002]) {
      const problem = streetProblem(seed, {width: 56, height: 42, labels: 3});
      const options = checkOptions(problem);
      const pixels = problem.width * problem.height;
      const input = noise(seed, pixels);
      for (const [features, most] of [
        [smoothnessFeatures(options), 0.03],
        [appearanceFeatures(options), 0.09]
      ] as const) {
        const exact = normalized(exactFilter(features), pixels)(input, 1);
        const lattice = normalized(latticeFilter(permutohedralLattice(features)), pixels)(input, 1);
        expect(relativeRms(lattice, exact)).toBeLessThan(most);
      }
    }
  });

  it("takes features of any number of dimensions", () => {
    for (let dimensions = 1; dimensions <= 8; dimensions++) {
      const points = 300;
      const values = noise(dimensions, points * dimensions).map((value) => 2 * value);
      const input = noise(9, points);
      const exact = normalized(exactFilter({dimensions, values}), points)(input, 1);
      const lattice = permutohedralLattice({dimensions, values});
      const close = normalized(latticeFilter(lattice), points)(input, 1);
      expect(relativeRms(close, exact), `${dimensions} dimensions`).toBeLessThan(0.09);
      for (let point = 0; point < points; point++) {
        const own = lattice.weights.subarray(
          point * (dimensions + 1),
          (point + 1) * (dimensions + 1)
        );
        expect(Math.min(...own)).toBeGreaterThan(-1e-6);
        expect(own.reduce((sum, weight) => sum + weight)).toBeCloseTo(1, 6);
      }
    }
  });

  it("names the vertices around a point by hand-worked coordinates", () => {
    // The origin is a vertex, and a little to one side of it the three around are these.
    const {vertices, corners, weights} = permutohedralLattice({
      dimensions: 2,
      values: Float32Array.of(0, 0, 0.1, 0)
    });
    expect(weights[0]).toBe(1);
    expect(corners[0]).toBe(corners[3]);
    expect(vertices).toBeGreaterThanOrEqual(3);
    // x = 0.1 is elevated to (√3 · 0.1, −√3 · 0.1, 0), which lies between three vertices.
    const step = (Math.sqrt(3) * 0.1) / 3;
    const expected = [1 - 2 * step, step, step];
    expect(largestDifference(weights.subarray(3), expected)).toBeLessThan(1e-6);
  });
});
