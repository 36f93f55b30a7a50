import {expect, it} from "vitest";
import {colorSteps} from "../../src/model/colorSteps.ts";

/** A picture of gray *levels*, row by row. */
function gray(width: number, height: number, levels: readonly number[]) {
  const data = Uint8ClampedArray.from(levels.flatMap((level) => [level, level, level, 255]));
  return {width, height, data};
}

it("is the distance between neighbors' colors, in levels of all three channels", () => {
  const data = Uint8ClampedArray.of(10, 20, 30, 255, 13, 16, 42, 0);
  const {across, down, magnitude} = colorSteps({width: 2, height: 1, data});
  expect([...across]).toEqual([13, 0]); // 3, 4, 12
  expect([...down]).toEqual([0, 0]);
  expect([...magnitude]).toEqual([13, 0]);
});

it("takes a sharp edge for one step wide, and nothing past the last row and column", () => {
  const levels = [0, 0, 90, 90, 0, 0, 90, 90, 30, 30, 90, 90];
  const {across, down, magnitude} = colorSteps(gray(4, 3, levels));
  const root = Math.sqrt(3);
  const rounded = (values: Float32Array) => [...values].map((value) => Math.round(value / root));
  expect(rounded(across)).toEqual([0, 90, 0, 0, 0, 90, 0, 0, 0, 60, 0, 0]);
  expect(rounded(down)).toEqual([0, 0, 0, 0, 30, 30, 0, 0, 0, 0, 0, 0]);
  expect(magnitude[5]).toBeCloseTo(root * Math.hypot(90, 30), 3);
});

it("is the same from left and from right, and from black to white the most", () => {
  const {across} = colorSteps(gray(3, 1, [0, 255, 0]));
  expect(across[0]).toBe(across[1]);
  expect(across[0]).toBeCloseTo(441.673, 3);
});
