import {describe, expect, it} from "vitest";
import {nearestBox} from "../../src/viz/nearestBox.ts";
import {pixelDensity} from "../../src/viz/pixelDensity.ts";

/** Draws *frames* times on a machine that takes *cost*(density) ms; returns the last density. */
function settle(cost: (density: number) => number, wanted: number, budget: number, frames = 30) {
  const density = pixelDensity();
  let by = 0;
  for (let i = 0; i < frames; ++i) {
    by = density.choose(wanted, budget);
    density.took(by, cost(by));
  }
  return by;
}

describe("pixelDensity", () => {
  it("starts coarse", () => {
    expect(pixelDensity().choose(3, 1000)).toBe(1);
  });

  it("reaches what is wanted where drawing is cheap, and no more than 3", () => {
    expect(settle(() => 2, 1.9, 28)).toBe(1.9);
    expect(settle(() => 2, 3.7, 28)).toBe(3);
    expect(settle(() => 2, 0.6, 28)).toBe(1);
  });

  it("stays within its budget where drawing costs by the pixel", () => {
    expect(settle((d) => 10 * d * d, 3, 28)).toBeLessThanOrEqual(1.5);
    expect(settle((d) => 100 * d * d, 3, 28)).toBe(1);
  });

  it("comes back after a slow spell", () => {
    const density = pixelDensity();
    let by = 1;
    for (let i = 0; i < 600; ++i) {
      by = density.choose(2, 28);
      density.took(by, i < 20 ? 80 : 5);
    }
    expect(by).toBe(2);
  });
});

describe("nearestBox", () => {
  const boxes = new Map([
    [1, {x: 10, y: 10, width: 4, height: 6}],
    [2, {x: 24, y: 10, width: 4, height: 6}],
    [3, {x: 100, y: 0, width: 80, height: 90}]
  ]);

  it("grows small boxes for a finger, and takes the nearer of two", () => {
    expect(nearestBox(boxes, {x: 16, y: 13}, 10)).toBe(1);
    expect(nearestBox(boxes, {x: 22, y: 13}, 10)).toBe(2);
    expect(nearestBox(boxes, {x: 12, y: 40}, 10)).toBeNull();
  });

  it("leaves large boxes to be pressed on exactly", () => {
    expect(nearestBox(boxes, {x: 140, y: 45}, 10)).toBeNull();
  });
});
