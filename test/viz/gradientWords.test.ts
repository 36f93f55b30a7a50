import {describe, expect, it} from "vitest";
import {gradientSentences, shareWords, type GradientFacts} from "../../src/viz/gradientWords.ts";

const facts: GradientFacts = {
  label: "Block 5, stride 8",
  map: [25, 33],
  unit: {x: 3, y: 9},
  size: 59,
  finiteSize: null,
  inside: [54, 59],
  picture: [257, 193],
  holes: 0,
  trained: 1200,
  untrained: 1500
};
const plain = (text: string) => text.replaceAll("\u00a0", " ");

describe("what is said of a unit’s gradient", () => {
  it("names the unit, its box, its holes and both shares", () => {
    expect(plain(gradientSentences(facts))).toBe(
      "Block 5, stride 8: the unit in row 10, column 4 of its 25 × 33 map. Its theoretical field " +
        "is 59 × 59 pixels (blue), of which 54 × 59 lie in the picture. No pixel of the box is a " +
        "hole: from each some path leads to the unit. With the trained weights, the fewest pixels " +
        "that hold 90 % of its gradient are 1,200, 38 % of the box; with untrained ones, 47 %."
    );
  });

  it("says no more than is known", () => {
    const unknown = gradientSentences({...facts, holes: null, trained: null, untrained: null});
    expect(unknown).toMatch(/lie in the picture\.$/);
    expect(plain(gradientSentences({...facts, untrained: null}))).toMatch(/38 % of the box\.$/);
  });

  it("tells a field inside the picture, one larger, and one without end", () => {
    const box = (more: Partial<GradientFacts>) => gradientSentences({...facts, ...more});
    expect(box({inside: [59, 59]})).toContain("59 × 59 pixels (blue), all in the picture.");
    expect(box({size: 1027, inside: [257, 193]})).toContain(
      "1,027 × 1,027 pixels (blue), the whole picture and more."
    );
    expect(box({size: Infinity, finiteSize: 779, inside: [257, 193]})).toContain(
      "Through image pooling its theoretical field is the whole picture, whatever its size; " +
        "without it, 779 × 779 pixels."
    );
    expect(box({size: Infinity, inside: [257, 193], map: [1, 1]})).toMatch(
      /the only unit of its map\. .* whatever its size\. /
    );
  });

  it("tells holes, and a gradient that is 0 everywhere", () => {
    expect(plain(gradientSentences({...facts, holes: 1593}))).toContain(
      "From 50 % of the box no path leads to the unit: holes (hatched)."
    );
    expect(gradientSentences({...facts, trained: 0})).toMatch(
      /With the trained weights its gradient is 0 everywhere: the ReLUs are closed here\.$/
    );
    expect(shareWords(0, [54, 59])).toContain("0 everywhere");
  });
});
