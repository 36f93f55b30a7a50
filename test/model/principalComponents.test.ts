import {EigenvalueDecomposition, Matrix} from "ml-matrix";
import {describe, expect, it} from "vitest";
import {principalComponents} from "../../src/model/principalComponents.ts";
import {mulberry32} from "../../src/model/random.ts";

function randomMap(seed: number, width: number, height: number, channels: number) {
  const random = mulberry32(seed);
  const mixed = Array.from({length: channels}, (_, c) => 1 / (1 + c));
  const data = Float32Array.from(
    {length: width * height * channels},
    (_, i) => mixed[i % channels] * (random() - 0.5) + 3
  );
  return {width, height, channels, data};
}

describe("principalComponents", () => {
  it("has the variances of the covariance's largest eigenvalues, and is uncorrelated", () => {
    for (const [seed, width, height, channels] of [
      [1, 9, 7, 12],
      [2, 17, 13, 40],
      [3, 5, 4, 60]
    ]) {
      const map = randomMap(seed, width, height, channels);
      const {data, shares} = principalComponents(map);
      const units = new Matrix(
        Array.from({length: width * height}, (_, u) => [
          ...map.data.subarray(u * channels, (u + 1) * channels)
        ])
      );
      const centered = units.subRowVector(units.mean("column"));
      const {realEigenvalues} = new EigenvalueDecomposition(centered.transpose().mmul(centered), {
        assumeSymmetric: true
      });
      const all = realEigenvalues.reduce((a, b) => a + b);
      const largest = realEigenvalues.toSorted((a, b) => b - a).slice(0, 3);
      shares.forEach((share, k) => expect(share).toBeCloseTo(largest[k] / all, 2));
      expect(shares).toEqual(shares.toSorted((a, b) => b - a));
      const dot = (a: number, b: number) => {
        let sum = 0;
        for (let u = 0; u < width * height; u++) sum += data[3 * u + a] * data[3 * u + b];
        return sum / all;
      };
      expect(dot(0, 0)).toBeCloseTo(shares[0], 5);
      expect(Math.abs(dot(0, 1))).toBeLessThan(0.02);
    }
  });

  it("finds a direction hidden in many channels", () => {
    const [units, channels] = [30, 50];
    const data = new Float32Array(units * channels);
    for (let u = 0; u < units; u++)
      for (let c = 0; c < channels; c++) data[u * channels + c] = 7 + (u - 14.5) * (c % 3) * -0.1;
    const found = principalComponents({width: 6, height: 5, channels, data});
    expect(found.shares[0]).toBeCloseTo(1, 6);
    expect(found.shares[1]).toBeCloseTo(0, 6);
    const values = Array.from({length: units}, (_, u) => found.data[3 * u]);
    const step = values[1] - values[0];
    values.forEach((value, u) => expect(value).toBeCloseTo((u - 14.5) * step, 3));
  });

  it("gives as many as there are channels, and zeros for a flat map", () => {
    const flat = {width: 4, height: 3, channels: 2, data: new Float32Array(24).fill(5)};
    const {components, data, shares} = principalComponents(flat);
    expect(components).toBe(2);
    expect(data.every((value) => value === 0)).toBe(true);
    expect(shares).toEqual([0, 0]);
  });

  it.each([0, -1, 1.5, NaN])("refuses %s components", (count) => {
    const map = {width: 1, height: 1, channels: 1, data: new Float32Array(1)};
    expect(() => principalComponents(map, count)).toThrow(
      `invalid number of components: ${count} (a whole number from 1)`
    );
  });
});
