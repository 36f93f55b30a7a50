import {describe, expect, it} from "vitest";
import {
  convolution,
  convolutionByRows,
  dilatedConvolution,
  shuffledConvolution,
  spaceToBatch,
  zeroFilled,
  type FeatureMap,
  type Filter
} from "../../src/model/atrousForms.ts";
import {mulberry32} from "../../src/model/random.ts";

const random = mulberry32(4);
const values = (length: number) => Float32Array.from({length}, () => 2 * random() - 1);

function randomMap(width: number, height: number, channels: number): FeatureMap {
  return {width, height, channels, data: values(width * height * channels)};
}

function randomFilter(size: number, channels: number): Filter {
  return {size, channels, weights: values(size * size * channels)};
}

/** The definition, pixel by pixel, with nothing left out: the padding is read as zero. */
function defined(map: FeatureMap, {size, weights}: Filter, rate: number) {
  const {width, height, channels, data} = map;
  let multiplyAdds = 0;
  let done = 0;
  const response = Array.from({length: width * height}, (_, at) => {
    let sum = 0;
    for (let i = 0; i < size; ++i)
      for (let j = 0; j < size; ++j)
        for (let c = 0; c < channels; ++c) {
          const y = Math.floor(at / width) + (i - (size - 1) / 2) * rate;
          const x = (at % width) + (j - (size - 1) / 2) * rate;
          const inside = y >= 0 && y < height && x >= 0 && x < width;
          const value = inside ? data[(y * width + x) * channels + c] : 0;
          sum += weights[(i * size + j) * channels + c] * value;
          ++multiplyAdds;
          if (inside) ++done;
        }
    return sum;
  });
  return {response, multiplyAdds, done};
}

function difference(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let largest = 0;
  for (let i = 0; i < a.length; ++i) largest = Math.max(largest, Math.abs(a[i] - b[i]));
  return a.length === b.length ? largest : NaN;
}

describe("the three forms of a convolution with holes", () => {
  it("agree with the definition, on awkward sizes", () => {
    for (const [width, height, channels, size, rate] of [
      [1, 1, 1, 3, 1],
      [1, 9, 2, 3, 2],
      [13, 2, 1, 5, 3],
      [8, 6, 3, 3, 4],
      [7, 7, 1, 1, 5],
      [11, 5, 2, 5, 2],
      [6, 6, 1, 3, 40]
    ]) {
      const [map, filter] = [randomMap(width, height, channels), randomFilter(size, channels)];
      const {response, multiplyAdds, done} = defined(map, filter, rate);
      const dilated = dilatedConvolution(map, filter, rate);
      expect(difference(dilated.response, response)).toBeLessThan(1e-6);
      expect([dilated.multiplyAdds, dilated.done]).toEqual([multiplyAdds, done]);
      const filled = zeroFilled(filter, rate);
      const dense = convolution(map, filled);
      expect(difference(dense.response, response)).toBeLessThan(1e-6);
      const honest = defined(map, filled, 1);
      expect([dense.multiplyAdds, dense.done]).toEqual([honest.multiplyAdds, honest.done]);
      const shuffled = shuffledConvolution(map, filter, rate);
      expect(difference(shuffled.response, response)).toBeLessThan(1e-6);
    }
  });

  it("agree to the last bit at every rate from 1 to 300", () => {
    const [map, filter] = [randomMap(23, 14, 1), randomFilter(3, 1)];
    for (let rate = 1; rate <= 300; ++rate) {
      const {response} = dilatedConvolution(map, filter, rate);
      expect(convolution(map, zeroFilled(filter, rate)).response).toEqual(response);
      expect(shuffledConvolution(map, filter, rate).response).toEqual(response);
    }
  });

  it("agree on the lessons' picture, up to a rate that exceeds it", () => {
    const [map, filter] = [randomMap(257, 193, 1), randomFilter(3, 1)];
    for (const rate of [1, 2, 4, 17, 64, 260]) {
      const {response} = dilatedConvolution(map, filter, rate);
      const dense = convolution(map, zeroFilled(filter, rate));
      const shuffled = shuffledConvolution(map, filter, rate);
      expect(difference(dense.response, response)).toBeLessThanOrEqual(1e-5);
      expect(difference(shuffled.response, response)).toBeLessThanOrEqual(1e-5);
    }
    const [color, learned] = [randomMap(257, 193, 3), randomFilter(3, 3)];
    const {response} = dilatedConvolution(color, learned, 9);
    const dense = convolution(color, zeroFilled(learned, 9));
    expect(difference(dense.response, response)).toBeLessThanOrEqual(1e-5);
  });

  it("cost what their definitions say", () => {
    const map = randomMap(10, 7, 2);
    const filter = randomFilter(3, 2);
    expect(dilatedConvolution(map, filter, 4).multiplyAdds).toBe(9 * 2 * 70);
    expect(convolution(map, zeroFilled(filter, 4)).multiplyAdds).toBe(81 * 2 * 70);
    // Padded to 12 × 8.
    expect(shuffledConvolution(map, filter, 4).multiplyAdds).toBe(9 * 2 * 96);
  });
});

describe("the parts", () => {
  it("zero-filled kernels have the taps a rate apart and zeros between", () => {
    const filter = {size: 3, channels: 1, weights: Float32Array.of(1, 2, 3, 4, 5, 6, 7, 8, 9)};
    const {size, weights} = zeroFilled(filter, 2);
    expect(size).toBe(5);
    expect([...weights].join("")).toBe("1020300000405060000070809");
  });

  it("space-to-batch takes every rate-th pixel of every rate-th row, padding to a multiple", () => {
    const map = {
      width: 3,
      height: 3,
      channels: 1,
      data: Float32Array.of(1, 2, 3, 4, 5, 6, 7, 8, 9)
    };
    const {batch, width, height, data} = spaceToBatch(map, 2);
    expect([batch, width, height]).toEqual([4, 2, 2]);
    expect([...data]).toEqual([1, 3, 7, 9, 2, 0, 8, 0, 4, 6, 0, 0, 5, 0, 0, 0]);
  });

  it("says after each row how far it is, and may be left at any", () => {
    const rows = convolutionByRows(randomMap(5, 4, 1), randomFilter(3, 1));
    expect([rows.next(), rows.next()]).toEqual([
      {value: 0.25, done: false},
      {value: 0.5, done: false}
    ]);
  });

  it("refuses what is not legal, by value", () => {
    const [map, filter] = [randomMap(5, 4, 1), randomFilter(3, 1)];
    for (const rate of [0, -1, 1.5, NaN, Infinity])
      for (const call of [dilatedConvolution, shuffledConvolution])
        expect(() => call(map, filter, rate)).toThrow(`invalid rate: ${rate}`);
    expect(() => zeroFilled(filter, NaN)).toThrow("invalid rate: NaN");
    expect(() => spaceToBatch(map, 0)).toThrow("invalid rate: 0");
    expect(() => convolution({...map, width: 6}, filter)).toThrow(
      "invalid map: 20 values for 6×4×1"
    );
    expect(() => convolution(map, {...filter, size: 2})).toThrow(
      "invalid filter: 9 weights for 2×2"
    );
    expect(() => convolution(map, randomFilter(3, 3))).toThrow("3 channels on a map of 1");
  });
});
