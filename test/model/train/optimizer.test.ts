import {describe, expect, it} from "vitest";
import {adamW, clipNorm, polySchedule} from "../../../src/model/train/optimizer.ts";
import type {Layout} from "../../../src/model/train/parameters.ts";

describe("adamW", () => {
  const layout: Layout = {
    trained: [
      {name: "a/weights", shape: [1], offset: 0, size: 1, decays: true},
      {name: "a/biases", shape: [1], offset: 1, size: 1, decays: false}
    ],
    trainedSize: 2,
    statistics: [],
    statisticsSize: 0
  };

  it("takes the steps that one takes by hand", () => {
    const values = Float32Array.of(1, 1);
    const state = {first: new Float32Array(2), second: new Float32Array(2)};
    adamW(layout, values, Float32Array.of(0.5, 0.5), state, 1, 0.1);
    // First step: m̂ = 0.5, v̂ = 0.25, so 0.1 · 0.5 / 0.5 = 0.1; decay 1 − 0.1 · 0.05.
    expect(values[0]).toBeCloseTo(0.995 - 0.1, 6);
    expect(values[1]).toBeCloseTo(0.9, 6);
    expect(state.first[0]).toBeCloseTo(0.05, 6);
    expect(state.second[0]).toBeCloseTo(2.5e-4, 8);
    adamW(layout, values, Float32Array.of(-0.5, -0.5), state, 2, 0.1);
    // Second: m = 0.045 − 0.05 = −0.005, m̂ = −0.005 / 0.19; v̂ = 0.25 still.
    const step = (0.1 * (0.005 / 0.19)) / 0.5;
    expect(values[0]).toBeCloseTo(0.895 * 0.995 + step, 6);
    expect(values[1]).toBeCloseTo(0.9 + step, 6);
  });

  it("decays even where there is no gradient, and only then what asks for it", () => {
    const values = Float32Array.of(2, 2);
    const state = {first: new Float32Array(2), second: new Float32Array(2)};
    adamW(layout, values, new Float32Array(2), state, 1, 0.5, {weightDecay: 0.1});
    expect(values[0]).toBeCloseTo(1.9, 6);
    expect(values[1]).toBe(2);
  });
});

describe("polySchedule", () => {
  it("warms up, then falls as (1 − progress)^0.9, to nothing", () => {
    expect(polySchedule(1, 0)).toBeCloseTo(0.005, 6); // never 0, or the first step would be lost
    expect(polySchedule(1, 0.01)).toBeCloseTo(0.99 ** 0.9 * 0.505, 6);
    expect(polySchedule(0.003, 0.5)).toBeCloseTo(0.003 * 0.5 ** 0.9, 8);
    expect(polySchedule(1, 0.5, {power: 2})).toBeCloseTo(0.25, 6);
    expect(polySchedule(1, 1)).toBe(0);
    expect(polySchedule(1, 1.5)).toBe(0);
  });
});

describe("clipNorm", () => {
  it("shortens what is too long, and tells how long it was", () => {
    const gradient = Float32Array.of(3, 4);
    expect(clipNorm(gradient, 10)).toBe(5);
    expect([...gradient]).toEqual([3, 4]);
    expect(clipNorm(gradient, 1)).toBe(5);
    expect(gradient[0]).toBeCloseTo(0.6, 6);
    expect(gradient[1]).toBeCloseTo(0.8, 6);
    expect(clipNorm(Float32Array.of(1, NaN), 1)).toBeNaN();
  });
});
