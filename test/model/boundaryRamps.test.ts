import {describe, expect, it} from "vitest";
import {boundaryRamps, edgeBetween, lineThrough, rampNear} from "../../src/model/boundaryRamps.ts";
import {colorSteps} from "../../src/model/colorSteps.ts";

const ramp = (values: readonly number[], at: number, reach?: number) =>
  rampNear((i) => values[i], values.length, at, reach);

describe("rampNear", () => {
  it("measures from 10 % to 90 %, between pixels, whichever way it goes", () => {
    const values = [0, 0, 0.2, 0.4, 0.6, 0.8, 1, 1];
    const rising = ramp(values, 3)!;
    expect(rising.middle).toBeCloseTo(3.5);
    expect(rising.low).toBeCloseTo(1.5);
    expect(rising.high).toBeCloseTo(5.5);
    expect(rising.width).toBeCloseTo(4);
    const falling = ramp([...values].reverse(), 3)!;
    expect(falling.low).toBeCloseTo(5.5);
    expect(falling.high).toBeCloseTo(1.5);
    expect(falling.width).toBeCloseTo(4);
  });

  it("is narrower than a pixel where one step does it all", () => {
    const {middle, width} = ramp([0, 0, 1, 1], 1)!;
    expect(middle).toBeCloseTo(1.5);
    expect(width).toBeCloseTo(0.8);
  });

  it("has no width where the probability turns back, or the line ends, before", () => {
    expect(ramp([0, 0.3, 0.7, 0.3, 0], 1)).toMatchObject({high: null, width: null});
    expect(ramp([0.4, 0.6, 1], 0)).toMatchObject({low: null, width: null});
    expect(ramp([0, 0.6, 0.4, 1], 0)!.width).toBeNull();
  });

  it("is none where nothing passes ½ within reach", () => {
    const far = [...Array<number>(40).fill(0), 1];
    expect(ramp(far, 0)).toBeNull();
    expect(ramp(far, 0, 40)).not.toBeNull();
    expect(ramp([0.1, 0.2, 0.4], 1)).toBeNull();
    expect(ramp([1], 0)).toBeNull();
  });

  it("takes the nearest of several", () => {
    const twice = [0, 1, 1, 1, 1, 1, 1, 0, 0];
    expect(ramp(twice, 1)!.middle).toBeCloseTo(0.5);
    expect(ramp(twice, 5)!.middle).toBeCloseTo(6.5);
  });
});

describe("edgeBetween", () => {
  const line = {start: 0, stride: 1, length: 7};
  const steps = Float32Array.of(2, 30, 100, 60, 10, 90, 0);

  it("finds the strongest step, and counts those at least half as strong beside it", () => {
    expect(edgeBetween(steps, line, 0, 6)).toEqual({at: 2.5, levels: 100, width: 2});
    expect(edgeBetween(steps, line, 3, 6)).toEqual({at: 5.5, levels: 90, width: 1});
    expect(edgeBetween(steps, line, 3, 4)).toEqual({at: 3.5, levels: 60, width: 3});
  });

  it("is none where no color changes, or nothing is between", () => {
    expect(edgeBetween(new Float32Array(7), line, 0, 6)).toBeNull();
    expect(edgeBetween(steps, line, 3, 3)).toBeNull();
  });

  it("reads a column by its stride", () => {
    const column = {...lineThrough({x: 1, y: 0, direction: "down"}, {width: 2, height: 3})};
    expect(column).toEqual({start: 1, stride: 2, length: 3, at: 0});
    const down = Float32Array.of(9, 1, 9, 7, 0, 0);
    expect(edgeBetween(down, column, -5, 9)).toEqual({at: 1.5, levels: 7, width: 1});
  });
});

describe("boundaryRamps", () => {
  // The left half is class 0, black; the right half class 1, white; void lies between.
  const [width, height] = [40, 5];
  const truth = Uint8Array.from({length: width * height}, (_, i) =>
    i % width === 20 ? 2 : Number(i % width > 20)
  );
  const levels = [...truth].map((label) => 255 * Number(label > 0));
  const data = Uint8ClampedArray.from(levels.flatMap((level) => [level, level, level, 255]));
  const steps = colorSteps({width, height, data});
  const picture = (probability: (x: number) => number) => ({
    ...{width, height, classes: 2, steps},
    probabilities: Float32Array.from({length: 2 * width * height}, (_, i) => {
      const p = probability((i >> 1) % width);
      return i % 2 === 1 ? p : 1 - p;
    })
  });

  it("tells, in the median, how wide ramps and edges are, and where it is clearest", () => {
    const soft = picture((x) => Math.max(0, Math.min(1, (x - 10) / 20)));
    const {entries, ramps, rampWidth, edgeWidth, clearest} = boundaryRamps(soft, truth);
    expect([entries, ramps, edgeWidth]).toEqual([5, 5, 1]);
    expect(rampWidth).toBeCloseTo(16);
    expect(clearest).toEqual({x: 19, y: 0, direction: "across", label: 1});
  });

  it("counts where the network does not see the boundary, and has no medians of nothing", () => {
    const blind = boundaryRamps(
      picture(() => 0.3),
      truth
    );
    expect(blind).toEqual({
      entries: 5,
      ramps: 0,
      rampWidth: null,
      edgeWidth: null,
      clearest: null
    });
    const one = boundaryRamps(
      picture(() => 0.3),
      new Uint8Array(width * height)
    );
    expect(one.entries).toBe(0);
  });

  it("does not take wide void for a boundary", () => {
    const apart = truth.map((label, i) => (Math.abs((i % width) - 20) < 3 ? 2 : label));
    expect(
      boundaryRamps(
        picture((x) => x / width),
        apart
      ).entries
    ).toBe(0);
  });
});
