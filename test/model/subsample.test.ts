import {describe, expect, it} from "vitest";
import {convolution, dilatedConvolution, type Filter} from "../../src/model/atrousForms.ts";
import {mulberry32} from "../../src/model/random.ts";
import {
  compareSubsampled,
  lostResponses,
  select,
  subsample,
  upsample
} from "../../src/model/subsample.ts";

const random = mulberry32(5);
const values = (length: number) => Float32Array.from({length}, () => 2 * random() - 1);
const ramp = (width: number, height: number) => ({
  width,
  height,
  channels: 1,
  data: Float32Array.from(
    {length: width * height},
    (_, i) => (i % width) - 3 * Math.floor(i / width)
  )
});

describe("downsampling, against a convolution with holes", () => {
  it("gives the same responses at every stride-th pixel, to the last bit", () => {
    const map = {width: 33, height: 26, channels: 2, data: values(33 * 26 * 2)};
    for (const size of [3, 5])
      for (const stride of [1, 2, 3, 4, 8]) {
        const filter: Filter = {size, channels: 2, weights: values(size * size * 2)};
        const full = dilatedConvolution(map, filter, stride).response;
        const small = convolution(subsample(map, stride), filter).response;
        const whole = {width: 33, height: 26, channels: 1, data: full};
        expect(small).toEqual(subsample(whole, stride).data);
      }
  });

  it("brings a ramp back exactly where corners meet corners", () => {
    const map = ramp(17, 9);
    for (const stride of [1, 2, 4, 8]) {
      const small = subsample(map, stride).data;
      expect(upsample(small, {width: 17, height: 9, stride, by: "bilinear"})).toEqual(map.data);
      const holes = upsample(small, {width: 17, height: 9, stride, by: "zeros"});
      expect(holes.filter((value) => value !== 0).length).toBe(small.filter((v) => v !== 0).length);
      expect(holes[stride * 17]).toBe(map.data[stride * 17]);
    }
  });

  it("loses a line that falls between the pixels kept, and none that lies on them", () => {
    const data = new Float32Array(65 * 33);
    for (let y = 0; y < 33; ++y) data[y * 65 + 30] = data[y * 65 + 48] = 1;
    const map = {width: 65, height: 33, channels: 1, data};
    const filter = {size: 3, channels: 1, weights: Float32Array.of(0, 0, 0, 0, 1, 0, 0, 0, 0)};
    const {small, full, restored, difference, lost} = compareSubsampled(map, filter, 4, "bilinear");
    expect([small.width, small.height, difference]).toEqual([17, 9, 0]);
    expect([full[30], restored[30], full[48], restored[48]]).toEqual([1, 0, 1, 1]);
    expect([lost.strong, lost.lost]).toEqual([2 * 25, 25]);
    expect([lost.fate[10 * 65 + 30], lost.fate[10 * 65 + 48]]).toEqual([2, 1]);
    const holes = compareSubsampled(map, filter, 4, "zeros");
    expect(holes.lost.lost).toBe(25 + 25 - 7); // of 25 rows, every fourth from 4 to 28 is kept
  });

  it("repeats the last value beyond its place", () => {
    const small = Float32Array.of(1, 5);
    const full = upsample(small, {width: 4, height: 1, stride: 2, by: "bilinear"});
    expect([...full]).toEqual([1, 3, 5, 5]);
  });
});

describe("select", () => {
  it("finds what sorting would", () => {
    for (const length of [1, 2, 7, 1000]) {
      const sizes = values(length).map((value, i) => (i % 5 === 0 ? 0 : Math.abs(value) * 1e3));
      const sorted = sizes.toSorted();
      for (let k = 0; k < length; k += 1 + (k >> 2)) expect(select(sizes, k)).toBe(sorted[k]);
      expect(select(sizes, length - 1)).toBe(sorted[length - 1]);
    }
  });
});

describe("lostResponses", () => {
  it("counts the strong ones that come back weak or with the other sign, away from the sides", () => {
    const full = new Float32Array(100);
    const other = new Float32Array(100);
    [full[0], full[22], full[33], full[44], full[55]] = [99, 4, -6, 8, -10];
    [other[22], other[33], other[44], other[55]] = [4, -2.9, -8, -5];
    const {threshold, fate, strong, lost} = lostResponses(full, other, {
      width: 10,
      height: 10,
      margin: 1,
      share: 0.08
    });
    expect([threshold, strong, lost]).toEqual([0, 4, 2]);
    expect([fate[0], fate[22], fate[33], fate[44], fate[55]]).toEqual([0, 1, 2, 2, 1]);
  });

  it("takes the share that was asked for, and none of a response that is zero", () => {
    const size = {width: 100, height: 50, margin: 5};
    const full = values(5000);
    expect(lostResponses(full, full, size)).toMatchObject({lost: 0});
    expect(lostResponses(full, full, size).strong / (90 * 40)).toBeCloseTo(0.05, 3);
    expect(lostResponses(new Float32Array(5000), full, size)).toMatchObject({strong: 0, lost: 0});
    expect(lostResponses(full, full, {...size, margin: 60})).toMatchObject({strong: 0, lost: 0});
  });

  it("refuses what is not legal, by value", () => {
    const size = {width: 5, height: 2, margin: 0};
    const map = new Float32Array(10);
    for (const share of [0, 1, NaN])
      expect(() => lostResponses(map, map, {...size, share})).toThrow(`invalid share: ${share}`);
    expect(() => lostResponses(map, new Float32Array(9), size)).toThrow("9 values for 5×2");
    expect(() => subsample(ramp(3, 3), 0)).toThrow("invalid stride: 0");
    expect(() => upsample(map, {width: 9, height: 9, stride: 2, by: "zeros"})).toThrow(
      "invalid response: 10 values for 5×5"
    );
  });
});
