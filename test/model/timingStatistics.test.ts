import {expect, it} from "vitest";
import {mulberry32} from "../../src/model/random.ts";
import {medianRatio, quantile, quartiles} from "../../src/model/timingStatistics.ts";

it("takes quantiles with a straight line between neighbors, in any order", () => {
  expect(quartiles([4, 1, 3, 2])).toEqual({lower: 1.75, median: 2.5, upper: 3.25});
  expect(quartiles([7])).toEqual({lower: 7, median: 7, upper: 7});
  expect(quantile([10, 20], 1)).toBe(20);
  expect(() => quantile([], 0.5)).toThrow("no values");
});

it("gives the ratio of medians exactly where there is no spread", () => {
  expect(medianRatio([6, 6, 6], [2, 2, 2])).toEqual({ratio: 3, low: 3, high: 3});
  expect(() => medianRatio([1, 2], [1])).toThrow("2 and 1 of the same rounds");
});

it("holds the true ratio in about 95 of 100 intervals, the same for the same seed", () => {
  const random = mulberry32(5);
  const noisy = (value: number) => Array.from({length: 30}, () => value * (1 + 0.2 * random()));
  let held = 0;
  for (let trial = 0; trial < 200; trial++) {
    const {ratio, low, high} = medianRatio(noisy(8), noisy(2), {draws: 200, seed: trial});
    expect(low <= ratio && ratio <= high).toBe(true);
    if (low <= 4 && 4 <= high) held++;
  }
  expect(held / 200).toBeGreaterThan(0.88);
  expect(held / 200).toBeLessThan(0.995);
  const [above, below] = [noisy(8), noisy(2)];
  expect(medianRatio(above, below, {seed: 3})).toEqual(medianRatio(above, below, {seed: 3}));
});
