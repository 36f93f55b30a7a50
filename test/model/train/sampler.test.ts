import {describe, expect, it} from "vitest";
import type {Labeled} from "../../../src/model/train/augment.ts";
import {rareClasses, sampler, type SamplerOptions} from "../../../src/model/train/sampler.ts";

const size = [33, 65] as const;
const area = size[0] * size[1];

/** A picture of one gray, labeled with one class; its right half with another, if given. */
function plain(gray: number, label: number, right = label): Labeled {
  const [width, height] = [90, 60];
  const data = new Uint8ClampedArray(width * height * 4).fill(gray);
  const labels = Uint8Array.from({length: width * height}, (_, i) =>
    i % width < width / 2 ? label : right
  );
  return {picture: {width, height, data}, labels};
}

function take(options: Partial<SamplerOptions>, sample: number) {
  const samples = {
    height: size[0],
    width: size[1],
    pixels: new Float32Array(2 * area * 3).fill(9),
    labels: new Uint8Array(2 * area).fill(99)
  };
  sampler({size, classes: 4, pictures: [], seed: 1, ...options})(samples, 1, sample);
  return samples;
}

describe("sampler", () => {
  it("fills one place, and a sample follows from the seed and its number alone", () => {
    const pictures = [plain(10, 0, 1), plain(200, 1, 2)];
    const first = take({pictures}, 5);
    expect(first.labels.subarray(0, area).every((label) => label === 99)).toBe(true);
    expect(first.labels.subarray(area).every((label) => label <= 4)).toBe(true);
    expect(take({pictures}, 5)).toEqual(first);
    expect(take({pictures}, 6)).not.toEqual(first);
    expect(take({pictures, seed: 2}, 5)).not.toEqual(first);
  });

  it("takes its share of streets, of the seeds asked for", () => {
    const seeds = new Set<number>();
    const street = (seed: number) => (seeds.add(seed), plain(10, 3));
    let drawn = 0;
    for (let i = 0; i < 200; i++) {
      const options = {pictures: [plain(10, 0)], street, sceneShare: 0.3, streets: 20};
      if (take(options, i).labels[area + Math.floor(area / 2)] === 3) drawn++;
    }
    expect(drawn).toBeGreaterThan(40);
    expect(drawn).toBeLessThan(80);
    expect(Math.max(...seeds)).toBeLessThan(20);
    expect(seeds.size).toBeGreaterThan(15);
  });

  it("pastes rare classes from other pictures, and never others", () => {
    const pictures = [plain(10, 0), plain(200, 1, 2)];
    const rare = [false, false, true, false];
    const mixed = (pasteShare: number) => {
      let [both, wrong] = [0, 0];
      for (let i = 0; i < 100; i++) {
        const labels = new Set(take({pictures, rare, pasteShare, scales: [1, 1]}, i).labels);
        if (labels.has(0) && labels.has(2)) both++;
        if (labels.has(0) && labels.has(1)) wrong++;
      }
      return [both, wrong];
    };
    expect(mixed(0)).toEqual([0, 0]);
    const [both, wrong] = mixed(1);
    expect(both).toBeGreaterThan(5);
    expect(wrong).toBe(0);
  });
});

describe("rareClasses", () => {
  it("have less than half of an even share", () => {
    expect(rareClasses([70, 13, 12, 5])).toEqual([false, false, true, true]);
  });
});
