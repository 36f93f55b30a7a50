import {describe, expect, test} from "vitest";
import {classes, VOID} from "../../src/model/classes.ts";
import {addObject, labelAgreement, randomScene} from "../../src/scenes/index.ts";
import {labelsOf} from "./canvas.ts";

const names = [...classes.map((c) => c.name), "void"];

/** Returns the names of the labels that occur, void apart. */
function present(labels: Uint8Array): Set<string> {
  return new Set([...new Set(labels)].filter((l) => l !== VOID).map((l) => names[l]));
}

describe("labelScene", {timeout: 120_000}, () => {
  test("over 100 streets: valid, little void, every class often and large enough", () => {
    const scenes = 100;
    const pixels = new Float64Array(12);
    const seen = new Float64Array(12);
    for (let seed = 0; seed < scenes; ++seed) {
      const labels = labelsOf(randomScene(seed));
      expect(labels.length).toBe(257 * 193);
      const count = new Float64Array(256);
      for (const label of labels) ++count[label];
      expect(count.subarray(12).every((n) => n === 0)).toBe(true);
      for (let l = 0; l < 12; ++l) {
        pixels[l] += count[l] / labels.length / scenes;
        if (count[l] > 20) seen[l] += 1 / scenes;
      }
    }
    const report = names.map(
      (name, l) => `${name} ${pixels[l].toFixed(4)} in ${seen[l].toFixed(2)}`
    );
    console.log(report.join("\n"));
    expect(pixels[VOID]).toBeLessThan(0.08);
    for (let l = 0; l < VOID; ++l) expect(seen[l], report[l]).toBeGreaterThan(0.35);
    expect(pixels.subarray(0, VOID).filter((share) => share > 0.005).length).toBeGreaterThan(8);
  });

  test("names only classes that are there: blends are void, never a third class", () => {
    const ground = ["sky", "building", "road", "pavement", "tree"];
    for (let seed = 0; seed < 20; ++seed) {
      const empty = {...randomScene(seed), objects: []};
      const open = present(labelsOf(empty));
      for (const name of open) expect(ground).toContain(name);
      const signs = addObject(addObject(empty, "sign", {x: 9, depth: 7}), "car", {x: 0, depth: 9});
      const allowed = [...ground, "sign", "pole", "car"];
      for (const name of present(labelsOf(signs))) expect(allowed).toContain(name);
    }
  });

  test("agrees with the labels of a picture four times as large", () => {
    let void_ = 0;
    let wrong = 0;
    let all = 0;
    for (let seed = 0; seed < 6; ++seed) {
      const scene = randomScene(seed);
      const small = labelsOf(scene);
      const large = labelsOf(scene, {width: 1028, height: 772});
      for (let p = 0; p < small.length; ++p) {
        const x = p % 257;
        const y = (p - x) / 257;
        if (small[p] === VOID) {
          ++void_;
          continue;
        }
        ++all;
        const here = large[(4 * y + 1) * 1028 + 4 * x + 1];
        if (here !== VOID && here !== small[p]) ++wrong;
      }
    }
    expect(void_ / (all + void_)).toBeLessThan(0.08);
    expect(wrong / all).toBeLessThan(0.002);
  });
});

describe("labelAgreement", () => {
  test("counts pixels that are void in neither", () => {
    const a = Uint8Array.of(0, 1, VOID, 3, 4);
    const b = Uint8Array.of(0, 2, 2, VOID, 4);
    expect(labelAgreement(a, b)).toBeCloseTo(2 / 3);
    expect(labelAgreement(Uint8Array.of(VOID), Uint8Array.of(0))).toBe(1);
    expect(() => labelAgreement(a, Uint8Array.of(1))).toThrow("5 and 1 pixels");
  });
});
