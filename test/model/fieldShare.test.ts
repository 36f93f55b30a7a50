import {describe, expect, it} from "vitest";
import {boxArea, clipBox, fewestPixels, fieldBox} from "../../src/model/fieldShare.ts";
import {mulberry32} from "../../src/model/random.ts";

describe("fewestPixels", () => {
  it("takes the greatest first, until they hold the share", () => {
    const {count, mask} = fewestPixels(Float32Array.of(1, 5, 0, 3, 1), 0.8);
    expect([count, ...mask]).toEqual([2, 0, 1, 0, 1, 0]);
    expect(fewestPixels(Float32Array.of(1, 5, 0, 3, 1), 0.81).count).toBe(3);
    expect([...fewestPixels(Float32Array.of(2, 2, 2, 2), 0.5).mask]).toEqual([1, 1, 0, 0]);
  });

  it("takes what no smaller set could hold, of 100 random fields", () => {
    const random = mulberry32(3);
    for (let n = 0; n < 100; n++) {
      const values = Float32Array.from({length: 200}, () => Math.floor(random() ** 4 * 50));
      const share = 0.05 + 0.95 * random();
      const sum = values.reduce((a, b) => a + b, 0);
      const {count, mask} = fewestPixels(values, share);
      const chosen = values.filter((_, i) => mask[i]);
      const others = values.filter((_, i) => !mask[i]);
      expect(chosen).toHaveLength(count);
      expect(Math.min(...chosen)).toBeGreaterThanOrEqual(Math.max(...others, 0));
      const held = chosen.reduce((a, b) => a + b, 0);
      expect(held).toBeGreaterThanOrEqual(share * sum);
      expect(held - Math.min(...chosen)).toBeLessThan(share * sum);
    }
  });

  it("takes all that is not 0 for the whole, and nothing of nothing", () => {
    expect(fewestPixels(Float32Array.of(0.1, 0, 0.2, 0.3), 1).count).toBe(3);
    expect(fewestPixels(new Float32Array(4)).count).toBe(0);
  });

  it("refuses shares and values that are none", () => {
    for (const share of [0, -1, 1.01, NaN])
      expect(() => fewestPixels(Float32Array.of(1), share)).toThrow("above 0, up to 1");
    for (const value of [-1, NaN, Infinity])
      expect(() => fewestPixels(Float32Array.of(1, value))).toThrow(`invalid value: ${value}`);
  });
});

describe("fieldBox", () => {
  it("lies around the unit, and is cut where the picture ends", () => {
    const box = fieldBox({size: 19, stride: 4, padding: 9}, {x: 1, y: 20});
    expect(box).toEqual({left: -5, top: 71, right: 14, bottom: 90});
    const inside = clipBox(box, 257, 80);
    expect(inside).toEqual({left: 0, top: 71, right: 14, bottom: 80});
    expect(boxArea(inside)).toBe(14 * 9);
  });

  it("is the picture where it has no bounds", () => {
    const box = fieldBox({size: Infinity, stride: 16, padding: Infinity}, {x: 3, y: 2});
    expect(clipBox(box, 257, 193)).toEqual({left: 0, top: 0, right: 257, bottom: 193});
  });
});
