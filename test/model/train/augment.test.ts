import {describe, expect, it} from "vitest";
import {VOID} from "../../../src/model/classes.ts";
import {mulberry32} from "../../../src/model/random.ts";
import {augment, paste, type Labeled} from "../../../src/model/train/augment.ts";

/** A picture whose gray tells its label: 20 · label + 10, in blocks of a third. */
function blocks(width: number, height: number): Labeled {
  const labels = new Uint8Array(width * height);
  const data = new Uint8ClampedArray(width * height * 4).fill(255);
  for (let i = 0; i < labels.length; i++) {
    const [y, x] = [Math.floor(i / width), i % width];
    labels[i] = Math.floor((3 * y) / height) * 3 + Math.floor((3 * x) / width);
    data.fill(20 * labels[i] + 10, i * 4, i * 4 + 3);
  }
  return {picture: {width, height, data}, labels};
}

const size = [33, 65] as const;
const area = size[0] * size[1];

function sample(source: Labeled, seed: number, scales: [number, number], color?: number) {
  const pixels = new Float32Array(area * 3).fill(7);
  const labels = new Uint8Array(area).fill(200);
  const options = {size, scales, ...(color === undefined ? {} : {color})};
  augment(source, pixels, labels, options, mulberry32(seed));
  return {pixels, labels};
}

/** The label that a pixel's gray tells. */
const told = (value: number) => ((value + 1) * 127.5 - 10) / 20;

describe("augment", () => {
  it("moves labels with their pixels, whatever scale, crop and mirroring", () => {
    for (let seed = 0; seed < 20; seed++) {
      const {pixels, labels} = sample(blocks(90, 60), seed, [0.5, 2], 0);
      let [right, labeled] = [0, 0];
      labels.forEach((label, i) => {
        const value = pixels[3 * i];
        if (label === VOID) return expect(value).toBe(0); // mid-gray, uncovered
        labeled++;
        expect(label).toBeLessThan(9);
        if (Math.abs(told(value) - label) < 0.2) right++; // but where the resize mixes two blocks
      });
      expect(labeled).toBeGreaterThan(area / 8);
      expect(right / labeled).toBeGreaterThan(0.8);
    }
  });

  it("mirrors half of the time, and crops anywhere", () => {
    const source = blocks(65, 33);
    let mirrored = 0;
    const corners = new Set<number>();
    for (let seed = 0; seed < 60; seed++) {
      const {labels} = sample(source, seed, [1.6, 1.6], 0);
      const row = labels.subarray(0, 65);
      if (row[0] > row[64]) mirrored++;
      corners.add(labels[0]);
    }
    expect(mirrored).toBeGreaterThan(15);
    expect(mirrored).toBeLessThan(45);
    expect(corners.size).toBeGreaterThan(2);
  });

  it("leaves void around a picture that is too small, and none where it is large", () => {
    const voids = (scale: number) =>
      sample(blocks(90, 60), 3, [scale, scale]).labels.filter((label) => label === VOID).length;
    expect(voids(0.5)).toBeGreaterThan(area / 2);
    expect(voids(1.3)).toBe(0);
  });

  it("recolors within bounds, and repeats itself given the same seed", () => {
    const source = blocks(90, 60);
    const looks = new Set<number>();
    for (let seed = 0; seed < 10; seed++) {
      const {pixels, labels} = sample(source, seed, [1.3, 1.3]);
      expect(pixels.every((value) => value >= -1 && value <= 1)).toBe(true);
      expect(sample(source, seed, [1.3, 1.3])).toEqual({pixels, labels});
      looks.add(pixels[0]);
    }
    expect(looks.size).toBeGreaterThan(5);
  });

  it("shows the whole picture as it is where the scale is 1", () => {
    const source = blocks(65, 33);
    for (let seed = 0; seed < 8; seed++) {
      const {labels} = sample(source, seed, [1, 1], 0);
      const mirrored = labels[0] > labels[64];
      labels.forEach((label, i) => {
        const column = i % 65;
        const at = mirrored ? i - column + 64 - column : i;
        expect(label).toBe(source.labels[at]);
      });
    }
  });
});

describe("paste", () => {
  it("takes the chosen classes' pixels with their labels, and nothing else", () => {
    const from = {
      pixels: Float32Array.from({length: 12}, (_, i) => i),
      labels: Uint8Array.of(0, 1, 2, 1)
    };
    const to = {pixels: new Float32Array(12).fill(-1), labels: Uint8Array.of(5, 5, 11, 11)};
    paste(from, to, [false, true, false]);
    expect([...to.labels]).toEqual([5, 1, 11, 1]);
    expect([...to.pixels]).toEqual([-1, -1, -1, 3, 4, 5, -1, -1, -1, 9, 10, 11]);
  });
});
