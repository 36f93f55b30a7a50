import {expect, test} from "vitest";
import {classes, VOID} from "../../src/model/classes.ts";
import {mulberry32} from "../../src/model/random.ts";
import {defaultSize, randomScene} from "../../src/scenes/index.ts";
import {labelsOf, pixelsOf} from "./canvas.ts";

const {width, height} = defaultSize;
const features = 8;

interface Samples {
  readonly x: Float32Array; // features a sample
  readonly y: Uint8Array;
}

/** Samples pixels that are not void: their color, sums of its channels, and their position. */
function sample(firstSeed: number, scenes: number, perScene: number): Samples {
  const random = mulberry32(firstSeed);
  const x = new Float32Array(scenes * perScene * features);
  const y = new Uint8Array(scenes * perScene);
  let n = 0;
  for (let scene = 0; scene < scenes; ++scene) {
    const street = randomScene(firstSeed + scene);
    const [pixels, labels] = [pixelsOf(street), labelsOf(street)];
    while (n < (scene + 1) * perScene) {
      const p = Math.floor(random() * width * height);
      if (labels[p] === VOID) continue;
      const [r, g, b] = pixels.subarray(4 * p, 4 * p + 3);
      x.set([r, g, b, r + g + b, r - g, b - g, p % width, Math.floor(p / width)], n * features);
      y[n++] = labels[p];
    }
  }
  return {x, y};
}

type Tree = {feature: number; threshold: number; low: Tree; high: Tree} | {share: Float32Array};

/** Grows an extremely randomized tree (Geurts 2006): the best of *tries* random cuts at each node. */
function grow(
  {x, y}: Samples,
  rows: Int32Array,
  weights: readonly number[],
  random: () => number,
  depth: number,
  tries = 12
): Tree {
  const share = new Float32Array(classes.length);
  for (const row of rows) share[y[row]] += weights[y[row]];
  const total = share.reduce((a, b) => a + b, 0);
  const pure = share.some((s) => s > 0.999 * total);
  if (depth === 0 || rows.length < 12 || pure) return {share: share.map((s) => s / total)};
  let best = {score: -1, feature: 0, threshold: 0};
  const low = new Float64Array(classes.length);
  for (let i = 0; i < tries; ++i) {
    const feature = Math.floor(random() * features);
    const threshold = x[rows[Math.floor(random() * rows.length)] * features + feature];
    low.fill(0);
    for (const row of rows)
      if (x[row * features + feature] < threshold) low[y[row]] += weights[y[row]];
    let sum = 0;
    let squares = 0;
    let rest = 0;
    for (let c = 0; c < low.length; ++c) {
      sum += low[c];
      squares += low[c] ** 2;
      rest += (share[c] - low[c]) ** 2;
    }
    const score = sum > 0 && sum < total ? squares / sum + rest / (total - sum) : -1;
    if (score > best.score) best = {score, feature, threshold};
  }
  const {feature, threshold} = best;
  const below = rows.filter((row) => x[row * features + feature] < threshold);
  if (best.score < 0 || below.length === 0 || below.length === rows.length) {
    return {share: share.map((s) => s / total)};
  }
  const above = rows.filter((row) => x[row * features + feature] >= threshold);
  return {
    feature,
    threshold,
    low: grow({x, y}, below, weights, random, depth - 1, tries),
    high: grow({x, y}, above, weights, random, depth - 1, tries)
  };
}

function meanIoU(trees: readonly Tree[], {x, y}: Samples): number {
  const n = classes.length;
  const confusion = new Float64Array(n * n);
  for (let row = 0; row < y.length; ++row) {
    const vote = new Float32Array(n);
    for (const root of trees) {
      let node = root;
      while ("low" in node) {
        node = x[row * features + node.feature] < node.threshold ? node.low : node.high;
      }
      node.share.forEach((s, c) => (vote[c] += s));
    }
    ++confusion[y[row] * n + vote.indexOf(Math.max(...vote))];
  }
  let sum = 0;
  for (let c = 0; c < n; ++c) {
    let union = -confusion[c * n + c];
    for (let d = 0; d < n; ++d) union += confusion[c * n + d] + confusion[d * n + c];
    sum += confusion[c * n + c] / union / n;
  }
  return sum;
}

test("a forest that sees only color and position stays under 0.45 mIoU", {timeout: 300_000}, () => {
  const training = sample(1000, 100, 600);
  const held = sample(1_000_000, 40, 900);
  const frequency = new Float64Array(classes.length);
  for (const label of training.y) frequency[label] += 1 / training.y.length;
  const rows = Int32Array.from(training.y, (_, i) => i);
  const scores = [0, 0.4].map((power) => {
    const random = mulberry32(11);
    const weights = Array.from(frequency, (f) => (f ? f ** -power : 0));
    const trees = Array.from({length: 8}, () => grow(training, rows, weights, random, 18));
    return meanIoU(trees, held);
  });
  console.log(
    `mIoU of a forest on color and position: ${scores.map((s) => s.toFixed(3)).join(", ")}`
  );
  for (const score of scores) {
    expect(score).toBeGreaterThan(0.1); // It did learn.
    expect(score).toBeLessThan(0.45);
  }
});
