import {describe, expect, it} from "vitest";
import {lossesOf, mostOf, thingPixels, walkDepths} from "../../src/viz/rateDepthsData.ts";
import {branchTitles, depthWords, pointsText} from "../../src/viz/rateDepthsWords.ts";

const titles = branchTitles([3, 6, 9]);
const words = (pixels: number, kept: number, without: number[]) =>
  depthWords("car", "car", 8, {pixels, kept, without}, titles);

describe("what a branch is worth to a thing", () => {
  it("is counted on the pixels that have its class only because of it", () => {
    expect([...thingPixels(Uint8Array.of(8, 8, 3, 8), Uint8Array.of(8, 3, 3, 11), 8)]).toEqual([
      1, 3
    ]);
    expect(() => thingPixels(new Uint8Array(2), new Uint8Array(3), 8)).toThrow(RangeError);
    expect(lossesOf({pixels: 200, kept: 100, without: [100, 60, 100, 120, 98]})).toEqual([
      0, 20, 0, -10, 1
    ]);
    expect(lossesOf({pixels: 0, kept: 0, without: [0, 0, 0, 0, 0]})).toBeNull();
    expect(mostOf([0, 20, 19.5, -10, 1])).toEqual([1, 2]);
    expect(mostOf([0, 1.9, 0, -10, 1])).toEqual([]);
    expect(mostOf([0, 2.5, 1.8, 0, 0])).toEqual([1]);
  });

  it("is told by the numbers: one branch, ties, none, not seen, not there", () => {
    expect(words(100, 80, [80, 46, 80, 90, 80])).toBe(
      "At 8 m the car covers 100 pixels; 80 % are labeled car. Now 1×1 matters most: without it " +
        "46 % are, 34 points fewer. Muting rate 6 does good: 90 % are right without it."
    );
    expect(words(100, 80, [80, 46, 46, 80, 80])).toContain(
      "Now 1×1 and rate 3 matter most, within a point: without one of them 46 % and 46 %"
    );
    expect(words(100, 80, [80, 79, 80, 80, 80])).toMatch(/No branch matters alone: .* 2 points\.$/);
    expect(words(100, 0, [0, 0, 0, 0, 0])).toContain("not seen at all, whichever branch is muted");
    expect(words(100, 0, [0, 0, 0, 18, 0])).toContain("not seen at all; without rate 6, 18 % are");
    expect(words(0, 0, [0, 0, 0, 0, 0])).toContain("no pixel of the car is to be seen");
  });

  it("names equal rates apart, writes signs, and walks whole depths once each", () => {
    expect(branchTitles([3, 6, 6]).slice(2)).toEqual(["rate 3", "rate 6 (2)", "rate 6 (3)"]);
    expect([41.4, -35, -0.2, 0].map(pointsText)).toEqual(["41", "−35", "0", "0"]);
    for (const range of [
      [4, 24],
      [7, 60]
    ] as const) {
      const depths = walkDepths(range);
      expect([depths[0], depths.at(-1)]).toEqual([...range]);
      expect(depths.every((depth, i) => i === 0 || depth > depths[i - 1])).toBe(true);
    }
  });
});
