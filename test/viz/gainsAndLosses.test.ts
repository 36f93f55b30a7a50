import {describe, expect, it} from "vitest";
import {
  classChanges,
  rightPixels,
  thingsOf,
  type HarmData,
  type LabelScores
} from "../../src/viz/gainsAndLossesData.ts";
import {
  eraseSentence,
  harmSentences,
  points,
  preyOf,
  wholePercents
} from "../../src/viz/gainsAndLossesWords.ts";

const names = ["sky", "pole", "pedestrian", "car"];
const size = {width: 60, height: 50};

/** Labels with a rectangle of each kind. */
function labelsWith(...rects: [label: number, x: number, y: number, w: number, h: number][]) {
  const labels = new Uint8Array(size.width * size.height);
  for (const [label, x, y, w, h] of rects)
    for (let v = y; v < y + h; v++) labels.fill(label, v * size.width + x, v * size.width + x + w);
  return labels;
}

describe("thingsOf", () => {
  it("finds what hangs together, largest first, with a crop about it", () => {
    const truth = labelsWith(
      [3, 0, 0, 10, 6],
      [2, 30, 10, 4, 20],
      [2, 50, 5, 5, 40],
      [1, 20, 0, 1, 30]
    );
    const things = thingsOf(truth, size, names);
    expect(things.map(({name, pixels}) => [name, pixels.length])).toEqual([
      ["pedestrian 1", 200],
      ["pedestrian 2", 80],
      ["car", 60]
    ]);
    for (const {box, pixels, label} of things) {
      expect(box.size).toBeGreaterThanOrEqual(40);
      for (const at of pixels) {
        const [x, y] = [at % size.width, Math.floor(at / size.width)];
        expect(x >= box.x && x < box.x + box.size && y >= box.y && y < box.y + box.size).toBe(true);
        expect(truth[at]).toBe(label);
      }
    }
    const [first] = things;
    expect(rightPixels(first, truth)).toBe(200);
    expect(rightPixels(first, labelsWith([2, 50, 5, 5, 10]))).toBe(50);
  });

  it("joins pixels across a corner, and leaves specks out", () => {
    const stairs = labelsWith([2, 5, 5, 5, 5], [2, 10, 10, 5, 5]);
    expect(thingsOf(stairs, size, names).map(({pixels}) => pixels.length)).toEqual([50]);
    expect(thingsOf(labelsWith([2, 0, 0, 6, 6]), size, names)).toEqual([]);
  });
});

const scores = (perClass: (number | null)[], right: number[] = [0, 0, 0, 0]): LabelScores => {
  const known = perClass.filter((iou) => iou !== null);
  return {perClass, right, mIoU: known.reduce((a, b) => a + b, 0) / known.length};
};
const data = (encoder: LabelScores, decoder: LabelScores): HarmData => {
  const labels = labelsWith();
  const maps = {encoder: labels, decoder: labels, truth: labels};
  const pixels = new Uint8ClampedArray(4 * labels.length);
  return {...size, ...maps, pixels, total: [100, 0, 100, 100], scores: {encoder, decoder}};
};

describe("the words", () => {
  const street = data(scores([0.9, null, 0.4, 0.5]), scores([0.95, null, 0.8, 0.8]));

  it("follow the sign of every number", () => {
    const loses = harmSentences(street, scores([0.95, null, 0.1, 0.6]), names);
    expect(loses).toBe(
      "On this street the encoder alone has 60.0\u00a0% mIoU. The CRF lowers it to 55.0\u00a0% (−5.0 points). " +
        "2 of 3 classes gain, most of all car (+10.0); 1 loses, most of all pedestrian (−30.0). " +
        "The decoder has 85.0\u00a0%, 30.0 points more than the CRF."
    );
    const gains = harmSentences(street, scores([0.97, null, 0.9, 0.95]), names);
    expect(gains).toContain("raises it to 94.0\u00a0% (+34.0 points). 3 of 3 classes gain");
    expect(gains).toContain(
      "; none loses. The decoder has 85.0\u00a0%, 9.0 points less than the CRF."
    );
    const same = harmSentences(street, street.scores.encoder, names);
    expect(same).toContain("leaves it at 60.0\u00a0% (0.0 points). No class gains; none loses.");
    expect(harmSentences(street, street.scores.decoder, names)).toContain("as much as the CRF.");
    expect(points(-0.0004)).toBe("0.0");
    expect([0, 0.004, 0.054, 0.996, 1].map(wholePercents)).toEqual(["0", "<1", "5", "99", "100"]);
    expect(
      classChanges(street, scores([0.95, null, 0.1, 0.6])).map(({label}) => names[label])
    ).toEqual(["car", "sky", "pedestrian"]);
  });

  it("name what can be erased: the pedestrian, else the least of what the encoder finds", () => {
    const all = ["road", "pole", "pedestrian", "car"];
    const street = (total: number[], right: number[]) => ({
      ...data(scores([0.9], right), scores([0.9])),
      total
    });
    const asked = (of: HarmData) => {
      const prey = preyOf(of, all);
      return [prey?.name ?? null, eraseSentence(of, prey, all)];
    };
    expect(asked(street([900, 50, 100, 80], [900, 50, 40, 80]))).toEqual([
      "pedestrian",
      "Find settings that erase the pedestrian."
    ]);
    expect(asked(street([900, 50, 100, 80], [900, 50, 20, 80]))).toEqual([
      "pole",
      "The encoder finds too little of a pedestrian here: find settings that erase every pole."
    ]);
    expect(asked(street([900, 90, 0, 80], [900, 50, 0, 80]))).toEqual([
      "car",
      "There is no pedestrian here: find settings that erase every car."
    ]);
    expect(asked(street([900, 90, 0, 80], [900, 20, 0, 10]))).toEqual([
      null,
      "There is no pedestrian here, nor anything else as small: take another street."
    ]);
  });
});
