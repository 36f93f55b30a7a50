import {afterAll, beforeAll, describe, expect, it} from "vitest";
import {openGpuPage, type GpuPage} from "../../bin/gpuPage.ts";
import type {Case, probe as Probe} from "./webgpuProbe.ts";

declare const probe: typeof Probe;

/** Single precision, some thousands of terms. */
const TOLERANCE = 1e-5;

const shut = {kernelSize: 3, stride: 2, rate: 1, padding: 0} as const;
const wide = {kernelSize: 1, stride: 1, rate: 1, padding: 2} as const;

// Odd sizes and channels, so that nothing is a whole number of workgroups or spans.
const cases: Case[] = [
  {shape: [2, 9, 7, 5], to: 6, kernelSize: 1, stride: 1, rate: 1, activation: "linear"},
  {shape: [3, 12, 11, 17], to: 9, kernelSize: 3, stride: 1, rate: 1, activation: "relu6"},
  {shape: [2, 13, 10, 3], to: 16, kernelSize: 3, stride: 2, rate: 1, activation: "relu6"},
  {shape: [4, 9, 9, 20], to: 4, kernelSize: 3, stride: 1, rate: 4, activation: "relu"},
  {shape: [1, 5, 6, 2], to: 3, kernelSize: 3, stride: 1, rate: 9, activation: "linear"},
  {shape: [1, 11, 14, 4], to: 3, kernelSize: 5, stride: 2, rate: 2, activation: "relu"},
  {shape: [2, 7, 8, 3], to: 2, kernelSize: 1, stride: 2, rate: 1, activation: "relu6"},
  {shape: [2, 8, 9, 3], to: 4, ...shut, activation: "relu"},
  {shape: [1, 7, 6, 4], to: 3, ...wide, activation: "relu"}
];

let host: GpuPage;
beforeAll(async () => {
  host = await openGpuPage(new URL("webgpuProbe.ts", import.meta.url), true);
});
afterAll(async () => host?.close());

describe("WebGPU's gradient kernels", () => {
  it("give what the composed ones give on the CPU, and leave nothing behind", async () => {
    const {found, left} = await host.page.evaluate((given) => probe.compare(given), cases);
    expect(found).toHaveLength(cases.length);
    for (const [i, differences] of found.entries()) {
      expect(differences.length).toBeGreaterThan(10);
      for (const {kernel, share} of differences)
        expect(share, `${kernel} of ${JSON.stringify(cases[i])}`).toBeLessThan(TOLERANCE);
    }
    expect(left).toBe(0);
  });
});
