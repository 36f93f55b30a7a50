import {describe, expect, it} from "vitest";
import {checkPictureSize, inputSize, resizePicture, type Picture} from "../../src/model/picture.ts";
import {mulberry32} from "../../src/model/random.ts";

function picture(width: number, height: number, color: (x: number, y: number) => number[]) {
  const data = new Uint8ClampedArray(width * height * 4);
  for (let y = 0, o = 0; y < height; ++y) {
    for (let x = 0; x < width; ++x, o += 4) {
      const [r, g, b, a = 255] = color(x, y);
      data.set([r, g, b, a], o);
    }
  }
  return {width, height, data};
}

const gray = (width: number, height: number, values: number[]) =>
  picture(width, height, (x, y) => Array<number>(3).fill(values[y * width + x]));

const reds = ({data}: Picture) => Array.from({length: data.length / 4}, (_, i) => data[4 * i]);

/** The definition, in the plainest words: the integral over the area, or the lerp of centers. */
function slowAxis(from: number, to: number): number[][] {
  return Array.from({length: to}, (_, i) => {
    const row = Array<number>(from).fill(0);
    if (to > from) {
      const center = Math.min(Math.max(((i + 0.5) * from) / to - 0.5, 0), from - 1);
      const left = Math.floor(center);
      row[left] += 1 - (center - left);
      if (left + 1 < from) row[left + 1] += center - left;
    } else {
      for (let j = 0; j < from; ++j) {
        const covered = Math.min(((i + 1) * from) / to, j + 1) - Math.max((i * from) / to, j);
        row[j] = Math.max(covered, 0) / (from / to);
      }
    }
    return row;
  });
}

describe("resizePicture", () => {
  it("averages the area it covers, with exact fractions", () => {
    // 3 → 2: each new pixel covers one whole and half of the middle one.
    expect(reds(resizePicture(gray(3, 1, [0, 90, 240]), 2, 1))).toEqual([30, 190]);
    expect(reds(resizePicture(gray(2, 2, [0, 100, 200, 40]), 1, 1))).toEqual([85]);
    expect(reds(resizePicture(gray(1, 3, [0, 90, 240]), 1, 2))).toEqual([30, 190]);
  });

  it("interpolates between centers when it grows, and repeats the edge", () => {
    expect(reds(resizePicture(gray(2, 1, [0, 200]), 4, 1))).toEqual([0, 50, 150, 200]);
    expect(reds(resizePicture(gray(1, 1, [77]), 3, 2))).toEqual(Array(6).fill(77));
  });

  it("agrees with its definition at awkward sizes, each axis for itself", () => {
    const random = mulberry32(1);
    for (const [w, h, W, H] of [
      [17, 13, 5, 4],
      [17, 13, 40, 29],
      [31, 9, 10, 33],
      [9, 31, 33, 10],
      [480, 360, 257, 193],
      [16, 16, 16, 16]
    ]) {
      const source = picture(w, h, () => [0, 0, 0].map(() => Math.floor(random() * 256)));
      const resized = resizePicture(source, W, H);
      const columns = slowAxis(w, W);
      const rows = slowAxis(h, H);
      for (let n = 0; n < 200; ++n) {
        const x = Math.floor(random() * W);
        const y = Math.floor(random() * H);
        for (let c = 0; c < 3; ++c) {
          let sum = 0;
          rows[y].forEach((v, j) => {
            if (v === 0) return;
            columns[x].forEach((u, i) => (sum += u * v * source.data[(j * w + i) * 4 + c]));
          });
          expect(Math.abs(resized.data[(y * W + x) * 4 + c] - sum)).toBeLessThan(0.5 + 1e-6);
        }
      }
    }
  });

  it("keeps a plain color exactly, at any size", () => {
    for (const value of [0, 1, 127, 128, 254, 255]) {
      const source = picture(37, 23, () => [value, 255 - value, value]);
      for (const [w, h] of [
        [1, 1],
        [7, 22],
        [36, 24],
        [257, 193]
      ]) {
        const {data} = resizePicture(source, w, h);
        const expected = picture(w, h, () => [value, 255 - value, value]).data;
        expect(Buffer.compare(Buffer.from(data.buffer), Buffer.from(expected.buffer))).toBe(0);
      }
    }
  });

  it("is the identity at the picture's own size, and copies", () => {
    const random = mulberry32(2);
    const source = picture(19, 21, () => [0, 0, 0].map(() => Math.floor(random() * 256)));
    const same = resizePicture(source, 19, 21);
    expect(same.data).toEqual(source.data);
    expect(same.data).not.toBe(source.data);
  });

  it("leaves no alias of a fine checkerboard", () => {
    const checkers = picture(480, 360, (x, y) => Array<number>(3).fill((x + y) % 2 ? 255 : 0));
    for (const value of reds(resizePicture(checkers, 240, 180))) expect(value).toBe(128);
    const odd = reds(resizePicture(checkers, 257, 193));
    expect(Math.max(...odd) - Math.min(...odd)).toBeLessThan(80);
  });

  it("lays what is transparent over white, in proportion", () => {
    const clear = picture(4, 4, () => [10, 20, 30, 0]);
    expect([...resizePicture(clear, 1, 1).data]).toEqual([255, 255, 255, 255]);
    const half = picture(2, 1, (x) => (x ? [0, 0, 0, 255] : [100, 100, 100, 51]));
    // 100 · 0.2 + 255 · 0.8 = 224; with black, 112.
    expect([...resizePicture(half, 1, 1).data]).toEqual([112, 112, 112, 255]);
    expect([...resizePicture(half, 2, 1).data]).toEqual([224, 224, 224, 255, 0, 0, 0, 255]);
  });

  it("names what is wrong", () => {
    const source = gray(2, 2, [1, 2, 3, 4]);
    expect(() => resizePicture(source, 0, 5)).toThrow(new RangeError("invalid width: 0"));
    expect(() => resizePicture(source, 5, NaN)).toThrow(new RangeError("invalid height: NaN"));
    expect(() => resizePicture({...source, width: 3}, 1, 1)).toThrow(/16 values for 3×2/);
  });
});

describe("checkPictureSize", () => {
  it("takes 16×16 to 50 megapixels", () => {
    for (const [w, h] of [
      [16, 16],
      [10000, 5000],
      [16, 3125000]
    ]) {
      expect(() => checkPictureSize(w, h)).not.toThrow();
    }
  });

  it("names the size and the limit otherwise", () => {
    expect(() => checkPictureSize(1, 1)).toThrow("picture too small: 1×1; at least 16×16");
    expect(() => checkPictureSize(15, 400)).toThrow("15×400");
    expect(() => checkPictureSize(12000, 9000)).toThrow(
      "picture too large: 12000×9000 (108 megapixels); at most 50 megapixels are legal"
    );
    expect(() => checkPictureSize(10001, 5000)).toThrow("50.1 megapixels");
    expect(() => checkPictureSize(NaN, 20)).toThrow("NaN×20");
    expect(() => checkPictureSize(20.5, 20)).toThrow("20.5×20");
  });
});

describe("inputSize", () => {
  it("gives the sizes that training saw", () => {
    expect(inputSize(480, 360)).toEqual([193, 257]);
    expect(inputSize(257, 193)).toEqual([193, 257]);
    expect(inputSize(1920, 1080)).toEqual([161, 289]);
    expect(inputSize(1080, 1920)).toEqual([289, 161]);
    expect(inputSize(3000, 2000)).toEqual([193, 289]);
    expect(inputSize(500, 500)).toEqual([225, 225]);
  });

  it("is 32k + 1 on both sides, near in aspect and area, for every ordinary shape", () => {
    for (let aspect = 0.4; aspect < 2.5; aspect *= 1.01) {
      const [h, w] = inputSize(1000 * aspect, 1000);
      expect([h % 32, w % 32]).toEqual([1, 1]);
      expect(Math.abs(Math.log(w / h / aspect))).toBeLessThan(0.12);
      expect(Math.abs(Math.log((w * h) / (257 * 193)))).toBeLessThan(0.2);
    }
  });

  it("stays within bounds for the longest pictures", () => {
    expect(inputSize(3125000, 16)).toEqual([65, 769]);
    expect(inputSize(16, 3125000)).toEqual([769, 65]);
    expect(inputSize(96, 64, 97 * 65)).toEqual([65, 97]);
    expect(inputSize(1000, 1000, 513 * 513)).toEqual([513, 513]);
    expect(() => inputSize(0, 10)).toThrow("0×10");
    expect(() => inputSize(NaN, 10)).toThrow("NaN×10");
  });
});
