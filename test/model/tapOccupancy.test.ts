import {describe, expect, it} from "vitest";
import {largestWholeRate, tapOccupancy} from "../../src/model/tapOccupancy.ts";

describe("tapOccupancy", () => {
  it.each([
    [6, [0.665, 0.301, 0.034]],
    [12, [0.398, 0.466, 0.136]],
    [24, [0.068, 0.386, 0.545]],
    [48, [0, 0, 0.274]]
  ])("has v3's shares of 9, 6 and 4 taps on 65×65 at rate %d", (rate, shares) => {
    const {positions} = tapOccupancy([65, 65], rate);
    for (const [i, taps] of [9, 6, 4].entries())
      expect(positions[taps - 1] / 65 ** 2).toBeCloseTo(shares[i], 3);
    expect(positions.reduce((a, b) => a + b)).toBe(65 ** 2);
  });

  it("leaves one tap from a rate as large as the map on", () => {
    for (const rate of [65, 66, 1000])
      expect(tapOccupancy([65, 65], rate).positions).toEqual([65 ** 2, 0, 0, 0, 0, 0, 0, 0, 0]);
  });

  it("is what counting taps one by one gives, and ends at the largest whole rate", () => {
    for (const [height, width] of [
      [33, 33],
      [13, 17],
      [1, 5],
      [6, 4]
    ] as const) {
      for (let rate = 1; rate <= 20; rate++) {
        const {taps, positions} = tapOccupancy([height, width], rate);
        const counted = Array.from({length: height * width}, (_, i) => {
          const [y, x] = [Math.floor(i / width), i % width];
          let on = 0;
          for (const dy of [-rate, 0, rate])
            for (const dx of [-rate, 0, rate])
              on += Number(y + dy >= 0 && y + dy < height && x + dx >= 0 && x + dx < width);
          return on;
        });
        expect([...taps]).toEqual(counted);
        expect(positions[8] > 0).toBe(rate <= largestWholeRate([height, width]));
      }
    }
    expect(tapOccupancy([33, 33], 18).positions[8]).toBe(0);
  });

  it("refuses what is no size and no rate", () => {
    expect(() => tapOccupancy([0, 5], 1)).toThrow("invalid height: 0");
    expect(() => tapOccupancy([5, 2.5], 1)).toThrow("invalid width: 2.5");
    expect(() => tapOccupancy([5, 5], NaN)).toThrow("invalid rate: NaN");
  });
});
