import * as tf from "@tensorflow/tfjs-core";
import {afterEach, describe, expect, it} from "vitest";
import type {Backend} from "../../src/model/backend.ts";
import {
  openTimingDevice,
  timeConvolutions,
  TooLargeError,
  type ConvolutionTiming
} from "../../src/model/convolutionTiming.ts";
import {convolutionForms, timedForms, timePasses} from "../../src/model/timedPasses.ts";

const size = {kernelSize: 3, height: 9, width: 7, channels: 4, filters: 6};
const never = () => false;

afterEach(() => {
  expect(tf.memory().numTensors).toBe(0);
});

async function measured(
  backend: Backend,
  options: {seed?: number; mostRounds?: number}
): Promise<ConvolutionTiming[]> {
  const device = await openTimingDevice(backend);
  const found: ConvolutionTiming[] = [];
  for await (const timing of timeConvolutions(size, device, options))
    if (timing !== null) found.push(timing);
  return found;
}

describe.each(["wasm", "cpu"] as const)("on %s", (backend) => {
  it("gives every form's shape, and the two steps what they are", async () => {
    await openTimingDevice(backend);
    const forms = convolutionForms(size);
    const [standard, separable, depthwise] = timedForms.map((form) => forms[form]());
    expect(standard.shape).toEqual([1, 9, 7, 6]);
    expect(separable.shape).toEqual([1, 9, 7, 6]);
    expect(depthwise.shape).toEqual([1, 9, 7, 4]);
    const values = await separable.data();
    expect(values.some((value) => value !== 0)).toBe(true);
    tf.dispose([standard, separable, depthwise]);
    forms.dispose();
  });

  it("tells after every round what is known, and leaves no tensor", async () => {
    const found = await measured(backend, {mostRounds: 6});
    expect(found.map(({rounds}) => rounds.length)).toEqual([1, 2, 3, 4, 5, 6]);
    for (const {rounds, planned, passes, milliseconds, speedUp} of found) {
      expect(planned).toBe(6);
      for (const form of timedForms) {
        expect(rounds.every((round) => round[form] > 0)).toBe(true);
        expect(passes[form]).toBeGreaterThanOrEqual(1);
        const {lower, median, upper} = milliseconds[form];
        expect(0 < lower && lower <= median && median <= upper).toBe(true);
      }
      const {ratio, low, high} = speedUp;
      expect(ratio).toBeCloseTo(milliseconds.standard.median / milliseconds.separable.median, 9);
      expect(low <= ratio && ratio <= high).toBe(true);
    }
    // A pass of so small a size is far below what a clock can be trusted with.
    expect(found[0].passes.standard).toBeGreaterThan(1);
  });
});

it("repeats passes until a coarse clock sees them", async () => {
  const {isLost} = await openTimingDevice("wasm");
  const passesAt = async (clockStep: number) => {
    for await (const timing of timeConvolutions(size, {isLost, clockStep}, {mostRounds: 1}))
      if (timing !== null) return timing.passes.standard;
    throw new Error("no round");
  };
  expect(await passesAt(1)).toBeGreaterThan(2 * (await passesAt(0.001)));
});

it("frees every tensor when it is stopped between samples", async () => {
  const device = await openTimingDevice("wasm");
  for (const after of [1, 3, 8]) {
    let seen = 0;
    for await (const timing of timeConvolutions(size, device)) {
      expect(timing === null || timing.rounds.length > 0).toBe(true);
      expect(tf.memory().numTensors).toBeLessThanOrEqual(5);
      if (++seen === after) break;
    }
    expect(tf.memory().numTensors).toBe(0);
  }
});

it("refuses what is too large or takes too long before it computes it", async () => {
  const {clockStep, isLost} = await openTimingDevice("cpu");
  const first = (wanted: typeof size) => timeConvolutions(wanted, {isLost, clockStep}).next();
  await expect(first({...size, height: 4096, width: 4096, channels: 3})).rejects.toThrow(
    new TooLargeError("its largest tensor has 384 MiB, more than 128")
  );
  await expect(first({...size, height: 0})).rejects.toThrow(RangeError);
  // 42 billion multiply-adds, of which plain JavaScript does one in a second at best.
  const slow = {kernelSize: 5, height: 513, width: 513, channels: 64, filters: 100};
  const start = performance.now();
  const all = async () => {
    for await (const timing of timeConvolutions(slow, {isLost, clockStep}))
      expect(timing).toBe(null);
  };
  await expect(all()).rejects.toThrow(
    /^one standard convolution would take about \d+ s here, more than the 4 s that are waited for$/
  );
  expect(performance.now() - start).toBeLessThan(20_000);
});

it("says when the device is lost, and frees what it held", async () => {
  const {clockStep} = await openTimingDevice("wasm");
  let lost = false;
  const timing = timeConvolutions(size, {isLost: () => lost, clockStep});
  await timing.next();
  lost = true;
  await expect(timing.next()).rejects.toThrow("the device was lost");
  const forms = convolutionForms(size);
  await expect(timePasses(forms.standard, 2, () => true)).rejects.toThrow("the device was lost");
  expect(await timePasses(forms.standard, 2, never)).toBeGreaterThan(0);
  forms.dispose();
});
