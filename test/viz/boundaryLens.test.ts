import {describe, expect, it} from "vitest";
import {
  countWrong,
  fullestPlace,
  labelsIn,
  traceBoundaries,
  within,
  wrongMap
} from "../../src/viz/boundaryLensData.ts";
import {lensSentences, paneText} from "../../src/viz/boundaryLensWords.ts";

const [width, height] = [4, 3];
const labels = Uint8Array.of(0, 0, 1, 1, 0, 2, 1, 1, 0, 0, 0, 1);
const truth = Uint8Array.of(0, 1, 1, 1, 0, 0, 1, 1, 3, 3, 1, 1); // 3 is void
const data = {
  width,
  height,
  pixels: new Uint8ClampedArray(48),
  truth,
  encoder: labels,
  decoder: labels
};

describe("what is wrong", () => {
  const wrong = wrongMap(labels, {truth, others: labels, classes: 3});

  it("is another label than the true one, where there is one", () => {
    expect([...wrong]).toEqual([0, 1, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0]);
    expect(countWrong(wrong, data, 3)).toEqual({some: 3, of: 10});
  });

  it("is counted in a lens, and never past the picture", () => {
    expect(countWrong(wrong, data, 3, {x: 1, y: 0, size: 2})).toEqual({some: 2, of: 4});
    expect(countWrong(wrong, data, 3, {x: 2, y: 2, size: 2})).toEqual({some: 1, of: 2});
    expect(countWrong(wrong, data, 3, {x: 0, y: 2, size: 1})).toEqual({some: 0, of: 0});
  });

  it("is a difference where nobody knows the truth", () => {
    const others = labels.slice();
    others[7] = 2;
    const map = wrongMap(labels, {truth: null, others, classes: 3});
    expect(countWrong(map, {...data, truth: null}, 3)).toEqual({some: 1, of: 12});
  });
});

describe("the lens", () => {
  it("goes to where the most is", () => {
    const map = Uint8Array.of(1, 0, 0, 0, 0, 0, 1, 0, 0, 1, 1, 0);
    expect(fullestPlace(map, {width, height}, 2)).toEqual({x: 1, y: 1});
    expect(fullestPlace(map, {width, height}, 1)).toEqual({x: 0, y: 0});
    expect(fullestPlace(map, {width, height}, 3)).toEqual({x: 0, y: 0});
    for (let size = 1; size <= 3; ++size) {
      const sum = ({x, y}: {x: number; y: number}) =>
        map.reduce((sum, one, i) => {
          const [dx, dy] = [(i % width) - x, Math.floor(i / width) - y];
          return sum + (dx >= 0 && dx < size && dy >= 0 && dy < size ? one : 0);
        }, 0);
      let most = 0;
      for (let y = 0; y + size <= height; ++y)
        for (let x = 0; x + size <= width; ++x) most = Math.max(most, sum({x, y}));
      expect(sum(fullestPlace(map, {width, height}, size))).toBe(most);
    }
  });

  it("stays in the picture, however large it is", () => {
    expect(within({x: 3, y: -2, size: 2}, {width, height})).toEqual({x: 2, y: 0, size: 2});
    expect(within({x: 3, y: 3, size: 9}, {width, height})).toEqual({x: 1, y: 0, size: 3});
  });

  it("knows the classes under it, and no void", () => {
    expect(labelsIn([labels, null], width, {x: 0, y: 1, size: 2}, 3)).toEqual([0, 2]);
    expect(labelsIn([labels, truth], width, {x: 0, y: 1, size: 2}, 3)).toEqual([0, 2]);
  });

  it("has a line wherever neighbors in it have different labels", () => {
    const lines: string[] = [];
    let from = "";
    const path = {
      moveTo: (x: number, y: number) => void (from = `${x},${y}`),
      lineTo: (x: number, y: number) => void lines.push(`${from} ${x},${y}`)
    };
    traceBoundaries(path, labels, width, {x: 1, y: 0, size: 2}, 10);
    expect(lines).toEqual(["10,0 10,10", "0,10 10,10", "10,10 10,20"]);
    lines.length = 0;
    traceBoundaries(path, labels, width, {x: 2, y: 0, size: 2}, 10);
    expect(lines).toEqual([]);
  });
});

describe("in words", () => {
  const box = {x: 3, y: 4, size: 48};
  const counts = (some: number, of: number) => ({
    encoder: {some, of},
    decoder: {some: 7, of},
    crf: null
  });

  it("says how many are wrong, in the lens and in all", () => {
    const crf = {some: 9, of: 2000};
    expect(lensSentences(box, {...counts(812, 2000), crf}, counts(4363, 47540), true)).toBe(
      "In the lens, 48 × 48 pixels from 3, 4, 812 of 2,000 are wrong with the encoder alone, 7 with " +
        "the decoder, 9 with the CRF. In the whole picture, 4,363 of 47,540 are: 7 with the decoder. " +
        "Pixels that mix two things have no true class, and are not counted."
    );
  });

  it("says that nobody knows, for a photograph", () => {
    expect(lensSentences(box, counts(0, 2304), counts(0, 49601), false)).toBe(
      "In the lens, 48 × 48 pixels from 3, 4, the decoder’s label is another than the encoder’s in " +
        "7. In the whole photograph it is in 7 of 49,601. Which of them is right, nobody has said: " +
        "a photograph comes without its true labels."
    );
    expect(paneText({some: 7, of: 2304}, false)).toBe("7 differ");
    expect(paneText({some: 0, of: 0}, true)).toBe("no true class here");
    expect(paneText({some: 1, of: 4}, true)).toBe("25 % wrong");
  });
});
