import {describe, expect, it} from "vitest";
import {appearanceFeatures} from "../../../src/model/crf/features.ts";
import {fieldModule} from "../../../src/model/crf/field.ts";
import {inverseRootSums, normalizedFilter} from "../../../src/model/crf/filter.ts";
import {filterFacts, timeFilters, type FilterTiming} from "../../../src/model/crf/filterTiming.ts";
import {latticeFilter, permutohedralLattice} from "../../../src/model/crf/permutohedralLattice.ts";
import {wasmFilter} from "../../../src/model/crf/wasmFilter.ts";
import {noise, relativeRms, streetProblem} from "./problems.ts";

const kernel = {sxy: 30, srgb: 10};
const {width, height, image} = streetProblem(3, {width: 56, height: 42, labels: 1});
const picture = {width, height, data: image};

describe("the filter that is timed", () => {
  it("is in WebAssembly what the plain one is, for any number of channels, twice in a row", async () => {
    const module = await fieldModule();
    const appearance = {...kernel, weight: 1};
    const lattice = permutohedralLattice(appearanceFeatures({width, height, image, appearance}));
    const plain = latticeFilter(lattice);
    const pixels = width * height;
    const filter = normalizedFilter(plain, inverseRootSums(plain, pixels));
    for (const channels of [1, 4, 11]) {
      const input = noise(channels, channels * pixels);
      const fast = await wasmFilter(module!, picture, kernel, channels);
      fast.build();
      fast.build(); // in the same memory
      expect(fast.vertices).toBe(lattice.vertices);
      fast.write(input);
      fast.filter();
      const once = filter(input, channels);
      expect(relativeRms(fast.read(), once)).toBeLessThan(1e-5);
      fast.filter();
      expect(relativeRms(fast.read(), filter(once, channels))).toBeLessThan(1e-5);
    }
  });

  it("has as many vertices as it says, and an error that is not large", async () => {
    const {vertices, comparedAt, error} = await filterFacts(picture, kernel);
    const appearance = {...kernel, weight: 1};
    const features = appearanceFeatures({width, height, image, appearance});
    expect(vertices).toBe(permutohedralLattice(features).vertices);
    expect(comparedAt).toEqual([64, 48]);
    expect(error).toBeGreaterThan(0.005);
    expect(error).toBeLessThan(0.09);
  });

  it("is timed in rounds, all forms and sizes, the exact sum no longer than is allowed", async () => {
    const states: FilterTiming[] = [];
    const widths = {exact: [8, 16, 56], lattice: [16, 112]};
    for await (const state of timeFilters(picture, kernel, {rounds: 2, longest: 0, widths}))
      states.push(state);
    const {share, times, wasm} = states[states.length - 1];
    expect(share).toBe(1);
    expect(wasm).toBe(true);
    expect(times.map(({form, width, height}) => [form, width, height])).toEqual([
      ["build", 16, 12],
      ["filter", 16, 12],
      ["build", 112, 84],
      ["filter", 112, 84],
      ["exact", 8, 6]
    ]);
    for (const {form, samples, vertices} of times) {
      expect(samples).toHaveLength(2);
      for (const milliseconds of samples) expect(milliseconds).toBeGreaterThan(0);
      if (form === "exact") expect(vertices).toBeNull();
      else expect(vertices).toBeGreaterThan(10);
    }
    const shares = states.map((state) => state.share);
    expect(shares).toEqual(shares.toSorted((a, b) => a - b));
  });

  it("runs without WebAssembly", async () => {
    const compiled = Promise.resolve(null);
    const plain = await filterFacts(picture, kernel, {compiled});
    expect(plain).toEqual(await filterFacts(picture, kernel));
    const widths = {exact: [8], lattice: [16]};
    let last: FilterTiming | null = null;
    for await (const state of timeFilters(picture, kernel, {rounds: 1, widths, compiled}))
      last = state;
    expect(last).toMatchObject({wasm: false, share: 1});
    expect(last?.times.map(({samples}) => samples.length)).toEqual([1, 1, 1]);
  });
});
