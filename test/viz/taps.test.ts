import {describe, expect, it} from "vitest";
import {taps, tapShares} from "../../src/viz/taps.ts";

describe("tapShares", () => {
  // facts: 65×65 map, share of positions with all 9, 6 and 4 taps inside (v3's Figure 4).
  it.each([
    [6, 0.665, 0.301, 0.034],
    [12, 0.398, 0.466, 0.136],
    [24, 0.068, 0.386, 0.545],
    [48, 0, 0, 0.274]
  ])("has the published shares at rate %i", (rate, nine, six, four) => {
    const shares = tapShares(rate, 65, 65);
    expect(shares[9]).toBeCloseTo(nine, 3);
    expect(shares[6]).toBeCloseTo(six, 3);
    expect(shares[4]).toBeCloseTo(four, 3);
  });

  it("is a 1×1 convolution everywhere once the rate reaches the map's size", () => {
    expect(tapShares(65, 65, 65)[1]).toBe(1);
    expect(tapShares(1000, 17, 13)[1]).toBe(1);
  });

  it("counts what taps() places, on the maps of every output stride", () => {
    for (const [width, height] of [
      [9, 7],
      [17, 13],
      [33, 25],
      [1, 1]
    ])
      for (let rate = 1; rate <= 40; ++rate) {
        const counted = new Array<number>(10).fill(0);
        for (let y = 0; y < height; ++y)
          for (let x = 0; x < width; ++x) {
            const inside = taps(rate, {x, y, width, height}).filter((tap) => tap.inside).length;
            counted[inside] += 1 / (width * height);
          }
        tapShares(rate, width, height).forEach((share, i) =>
          expect(share).toBeCloseTo(counted[i], 9)
        );
      }
  });

  it.each([0, -1, 2.5, NaN, Infinity])("refuses rate %d by name", (rate) => {
    expect(() => tapShares(rate, 65, 65)).toThrow(`invalid rate: ${rate}`);
    expect(() => taps(rate, {x: 0, y: 0, width: 9, height: 7})).toThrow(RangeError);
  });
});

describe("taps", () => {
  it("lists nine taps row by row, the center fifth, and says which read padding", () => {
    const nine = taps(3, {x: 2, y: 4, width: 17, height: 13});
    expect(nine).toHaveLength(9);
    expect(nine[4]).toEqual({x: 2, y: 4, inside: true});
    expect(nine[0]).toEqual({x: -1, y: 1, inside: false});
    expect(nine.map((tap) => tap.inside)).toEqual([0, 1, 1, 0, 1, 1, 0, 1, 1].map(Boolean));
  });
});
