import {expect, it} from "vitest";
import {classes} from "../../src/model/classes.ts";
import {crfRun} from "../../src/model/crf/crfRun.ts";
import {
  beliefParts,
  frameOf,
  mendedAndSpoiled,
  mostMended,
  partsError,
  scoreMap,
  tellingPixel,
  topLabels,
  type Frame
} from "../../src/viz/iterationsData.ts";
import {
  barsCsv,
  frameSentences,
  pixelSentences,
  spoiledNote
} from "../../src/viz/iterationsWords.ts";
import {streetProblem} from "../model/crf/problems.ts";

const size = {width: 40, height: 30};
const labels = classes.length;
const pixels = size.width * size.height;

async function framesOf(weight: number): Promise<{frames: Frame[]; truth: Uint8Array}> {
  const problem = streetProblem(1_000_030, {...size, labels});
  const settings = {smoothness: {sxy: 1, weight}, appearance: {sxy: 67, srgb: 3, weight}};
  const run = await crfRun({...problem, ...settings}, {keepMessages: true});
  const frames: Frame[] = [];
  for (let t = 0; t <= 10; t++) {
    const report = {...run.next(), mIoU: 0.5 + t / 100};
    frames.push(frameOf(report, {first: frames[0] ?? null, settings, unary: problem.unary}));
  }
  return {frames, truth: problem.truth.map((label) => Math.min(label, labels))};
}

it("makes every pixel's next belief from its parts to 1e-5, and the score map's softmax too", async () => {
  for (const weight of [4, 50]) {
    const {frames} = await framesOf(weight);
    for (const frame of frames) {
      let worst = 0;
      for (let pixel = 0; pixel < pixels; pixel++)
        worst = Math.max(worst, partsError(beliefParts(frame, pixel)));
      expect(worst).toBeLessThan(1e-5);
      if (frame.iteration > 1 && frame.iteration < 10) continue;
      const maps = Array.from({length: labels}, (_, label) => scoreMap(frame, label));
      for (const pixel of [0, 617, 1199]) {
        const scores = maps.map((map) => map[pixel]);
        const powers = scores.map(Math.exp);
        const sum = powers.reduce((a, b) => a + b);
        expect(scores.reduce((a, b) => a + b)).toBeCloseTo(0, 3);
        powers.forEach((power, l) =>
          expect(power / sum).toBeCloseTo(frame.Q[pixel * labels + l], 5)
        );
      }
    }
  }
});

it("counts what moved and who is sure, and lists labels by the most they were believed in", async () => {
  const {frames} = await framesOf(4);
  const [first, last] = [frames[0], frames[10]];
  expect(first.moved).toBe(0);
  expect(last.moved).toBe(last.labels.filter((label, i) => label !== first.labels[i]).length);
  const sure = Array.from(last.labels, (label, i) => last.Q[i * labels + label] > 0.9);
  expect(last.sure).toBe(sure.filter(Boolean).length / pixels);
  expect(last.sure).toBeGreaterThan(first.sure);
  const top = topLabels(frames, 617, 5);
  const most = top.map((label) => Math.max(...frames.map(({Q}) => Q[617 * labels + label])));
  expect(most).toEqual([...most].sort((a, b) => b - a));
  expect(new Set(top).size).toBe(5);
});

/** A run of three labels on 100 pixels, of the beliefs given at its ends. */
function ends(before: (pixel: number) => number[], after: (pixel: number) => number[]): Frame[] {
  const settings = {smoothness: {sxy: 1, weight: 3}, appearance: {sxy: 67, srgb: 3, weight: 4}};
  return [before, after].reduce<Frame[]>((frames, beliefs, t) => {
    const rows = Array.from({length: 100}, (_, pixel) => beliefs(pixel));
    const Q = Float32Array.from(rows.flat());
    const found = Uint8Array.from(rows, (row) => row.indexOf(Math.max(...row)));
    const report = {iteration: 10 * t, Q, labels: found, received: null, mIoU: 0.5 - t / 10};
    const unary = Q.map((belief) => -Math.log(belief));
    return [...frames, frameOf(report, {first: frames[0] ?? null, settings, unary})];
  }, []);
}

it("chooses the label and the pixel that are mended most", () => {
  // Label 1 has four pixels and gains on all of them; label 2 has one, too few to be seen.
  const truth = Uint8Array.from({length: 100}, (_, i) => (i === 99 ? 2 : i < 4 ? 1 : 0));
  const [first, last] = ends(
    (i) => (i === 99 ? [0.8, 0.1, 0.1] : i < 4 ? [0.6, 0.3, 0.1] : [0.8, 0.1, 0.1]),
    (i) =>
      i === 99
        ? [0.05, 0.05, 0.9]
        : i < 4
          ? [0.1, 0.8 + i / 100, 0.1 - i / 100]
          : i === 50
            ? [0.2, 0.7, 0.1]
            : [0.9, 0.05, 0.05]
  );
  expect(mostMended(first, last, truth)).toBe(1);
  expect(tellingPixel(first, last, {truth, label: 1, width: 10})).toEqual({x: 3, y: 0});
  expect(tellingPixel(first, last, {truth, label: 0, width: 10})).toEqual({x: 9, y: 9});
  expect(tellingPixel(first, first, {truth, label: 1, width: 10})).toBeNull();
  expect(mendedAndSpoiled(first.labels, last.labels, truth)).toEqual({mended: 5, spoiled: 1});
  const note = (pixel: number | null) => spoiledNote(first, last, {truth}, pixel);
  expect(note(null)).toEqual({
    solved: false,
    note: "By iteration 10, 5\u00a0pixels are put right and 1\u00a0pixel spoiled."
  });
  expect(note(50)).toMatchObject({solved: true, note: /one of the spoiled/});
  expect(note(2)).toMatchObject({solved: false, note: /one of those put right/});
  expect(note(70)).toMatchObject({solved: false, note: /right before and after/});
});

it("says in words which way a score went", async () => {
  const {frames} = await framesOf(4);
  expect(frameSentences(frames[0])).toContain("what the encoder says");
  expect(frameSentences(frames[1])).toMatch(
    /^After 1 iteration, .* has risen from 50.0\s% to 51.0\s%/
  );
  const [, worse] = ends(
    () => [0.6, 0.3, 0.1],
    () => [0.6, 0.3, 0.1]
  );
  const words = frameSentences(worse);
  expect(words).toContain("0\u00a0pixels of 100 have another label");
  expect(words).toContain("has fallen from 50.0\u00a0% to 40.0\u00a0%");
  expect(words).toContain("As many pixels as before are sure");
  const place = {at: {x: 17, y: 15}, pixel: 617, truth: labels};
  expect(pixelSentences(frames[0], place, classes)).toContain("has heard nothing yet");
  expect(pixelSentences(frames[3], place, classes)).not.toContain("in truth");
  const lines = barsCsv(frames, place, classes).trim().split("\n");
  expect(lines).toHaveLength(1 + 11 * labels);
  const [, , t, , unary, smooth, alike, score] = lines.at(-1).split(",").map(Number);
  expect(t).toBe(10);
  expect(unary + smooth + alike).toBeCloseTo(score, 10);
});
