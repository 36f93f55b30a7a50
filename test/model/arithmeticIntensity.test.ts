import {expect, it} from "vitest";
import {convolutionWork, predictedSpeedUp} from "../../src/model/arithmeticIntensity.ts";

const size = {kernelSize: 3, height: 5, width: 7, channels: 2, filters: 4};

it("counts multiply-adds and bytes as by hand", () => {
  const {standard, depthwise, pointwise} = convolutionWork(size);
  // 35 places; 9 · 2 · 4 weights; 70 numbers come in and 140 go out.
  expect(standard).toEqual({
    multiplyAdds: 2520,
    bytes: 4 * (70 + 72 + 140),
    intensity: 2520 / 1128
  });
  expect(depthwise).toEqual({multiplyAdds: 630, bytes: 4 * (70 + 18 + 70), intensity: 630 / 632});
  expect(pointwise).toEqual({multiplyAdds: 280, bytes: 4 * (70 + 8 + 140), intensity: 280 / 872});
});

it("comes near the bounds of large maps, and never passes them", () => {
  const large = {kernelSize: 3, height: 500, width: 500, channels: 320, filters: 256};
  const {depthwise, pointwise} = convolutionWork(large);
  expect(4 * depthwise.intensity).toBeLessThan(4.5); // for each number, of four bytes
  expect(4 * depthwise.intensity).toBeGreaterThan(4.499);
  const most = (320 * 256) / (320 + 256);
  expect(4 * pointwise.intensity).toBeLessThan(most);
  expect(4 * pointwise.intensity).toBeGreaterThan(0.999 * most);
});

it.each([
  [3, 256, 8.69],
  [3, 8, 4.24],
  [5, 1, 25 / 26],
  [1, 9, 9 / 10]
])("predicts 1 / (1/N + 1/k²) at k = %i, N = %i", (kernelSize, filters, ratio) => {
  for (const channels of [1, 320]) {
    const speedUp = predictedSpeedUp({...size, kernelSize, channels, filters});
    expect(speedUp).toBeCloseTo(1 / (1 / filters + 1 / kernelSize ** 2), 12);
    expect(speedUp).toBeCloseTo(ratio, 2);
  }
});

it.each([
  [{kernelSize: 4}, "invalid kernelSize: 4 (an odd number)"],
  [{width: 0}, "invalid width: 0 (a whole number from 1)"],
  [{channels: NaN}, "invalid channels: NaN (a whole number from 1)"],
  [{filters: 2.5}, "invalid filters: 2.5 (a whole number from 1)"]
])("refuses %j", (wrong, message) => {
  expect(() => convolutionWork({...size, ...wrong})).toThrow(new RangeError(message));
});
