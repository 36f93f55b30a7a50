import {describe, expect, test} from "vitest";
import {
  defaultSize,
  drawScene,
  lights,
  moveObject,
  objectBox,
  randomScene,
  setLight
} from "../../src/scenes/index.ts";
import {createContext, pixelsOf} from "./canvas.ts";

describe("randomScene", () => {
  test("is the same for the same seed, and plain JSON", () => {
    for (const seed of [0, 1, 42, 1e6, 2 ** 32 - 1]) {
      const scene = randomScene(seed);
      expect(scene).toEqual(randomScene(seed));
      expect(JSON.parse(JSON.stringify(scene))).toEqual(scene);
    }
    expect(randomScene(1)).not.toEqual(randomScene(2));
  });

  test("gives every object an id of its own", () => {
    for (let seed = 0; seed < 50; ++seed) {
      const {objects} = randomScene(seed);
      expect(new Set(objects.map((o) => o.id)).size).toBe(objects.length);
    }
  });

  test.each([-1, 1.5, NaN, Infinity, 2 ** 32])("refuses seed %d", (seed) => {
    expect(() => randomScene(seed)).toThrow(`invalid seed: ${seed}`);
  });
});

describe("drawScene", {timeout: 60_000}, () => {
  test("paints the same pixels every time, in every light", () => {
    for (const [i, light] of lights.entries()) {
      const scene = setLight(randomScene(7 + i), light);
      const pixels = pixelsOf(scene);
      const again = pixelsOf(JSON.parse(JSON.stringify(scene)) as typeof scene);
      expect(pixels.every((value, p) => value === again[p])).toBe(true);
      expect(pixels.every((value, p) => p % 4 !== 3 || value === 255)).toBe(true);
    }
  });

  test("leaves all else as it is when an object moves", () => {
    const scene = setLight(randomScene(42), "overcast");
    const car = scene.objects.find((o) => o.kind === "car" && o.depth > 8)!;
    const moved = moveObject(scene, car.id, {x: car.x - 1, depth: car.depth - 1});
    const boxes = [objectBox(scene, car.id, defaultSize), objectBox(moved, car.id, defaultSize)];
    const [before, after] = [pixelsOf(scene), pixelsOf(moved)];
    let outside = 0;
    let inside = 0;
    for (let y = 0, i = 0; y < defaultSize.height; ++y) {
      for (let x = 0; x < defaultSize.width; ++x, i += 4) {
        if (before[i] === after[i]) continue;
        const near = boxes.some(
          (b) => x > b.x - 8 && x < b.x + b.width + 8 && y > b.y - 8 && y < b.y + b.height + 8
        );
        if (near) ++inside;
        else ++outside;
      }
    }
    expect(inside).toBeGreaterThan(100);
    expect(outside).toBe(0);
  });

  test("scales: a larger picture, averaged, is the smaller one", () => {
    const scene = setLight(randomScene(3), "overcast");
    const large = pixelsOf(scene, {width: 771, height: 579});
    const small = pixelsOf(scene);
    let difference = 0;
    for (let y = 0; y < 193; ++y) {
      for (let x = 0; x < 257; ++x) {
        let sum = 0;
        for (let j = 0; j < 3; ++j) {
          for (let i = 0; i < 3; ++i) sum += large[((3 * y + j) * 771 + 3 * x + i) * 4 + 1];
        }
        difference += Math.abs(sum / 9 - small[(y * 257 + x) * 4 + 1]);
      }
    }
    expect(difference / (193 * 257)).toBeLessThan(6);
  });

  test("refuses a size that is none, and an unknown light", () => {
    const context = createContext(4, 4);
    expect(() => drawScene(context, randomScene(1), {width: 0})).toThrow("invalid size: 0×193");
    expect(() => drawScene(context, randomScene(1), {height: NaN})).toThrow("invalid size");
    const dark = {...randomScene(1), light: "eclipse"};
    expect(() => drawScene(context, dark)).toThrow("invalid light: eclipse");
  });
});
