import {describe, expect, it} from "vitest";
import {mulberry32} from "../../../src/model/random.ts";
import {addLovasz} from "../../../src/model/train/lovasz.ts";
import {finiteDifferences, relativeGap} from "../finiteDifferences.ts";
import {plainMap, resize, type PlainMap} from "../plainExecutor.ts";

const random = mulberry32(5);

/** The loss by definition: sort, and let pixels join those in error one by one. */
function plainLovasz(logits: PlainMap, labels: Uint8Array, [rows, columns]: [number, number]) {
  const classes = logits.shape[3];
  const {data} = resize(logits, rows, columns);
  const pixels = [...labels].flatMap((truth, i) => {
    const scores = Array.from(data.subarray(i * classes, (i + 1) * classes), Math.exp);
    const sum = scores.reduce((a, b) => a + b);
    return truth === classes ? [] : [{truth, p: scores.map((score) => score / sum)}];
  });
  const present = [...new Set(pixels.map(({truth}) => truth))];
  const jaccard = (wrong: typeof pixels, c: number) => {
    const size = pixels.filter(({truth}) => truth === c).length;
    const missed = wrong.filter(({truth}) => truth === c).length;
    return 1 - (size - missed) / (size + wrong.length - missed);
  };
  const ofClass = (c: number) => {
    const error = ({truth, p}: (typeof pixels)[number]) => (truth === c ? 1 - p[c] : p[c]);
    const sorted = pixels.toSorted((a, b) => error(b) - error(a));
    return sorted.reduce((sum, pixel, i) => {
      const grown = jaccard(sorted.slice(0, i + 1), c) - jaccard(sorted.slice(0, i), c);
      return sum + error(pixel) * grown;
    }, 0);
  };
  return present.reduce((sum, c) => sum + ofClass(c), 0) / present.length;
}

describe("addLovasz", () => {
  it("is the loss by definition, and its gradient, where no two errors tie", () => {
    for (const [size, labelSize] of [
      [
        [3, 3],
        [3, 3]
      ],
      [
        [2, 3],
        [3, 5]
      ]
    ] as [[number, number], [number, number]][]) {
      const classes = 3;
      const logits = plainMap([1, ...size, classes], () => 2 * random() - 1);
      const labels = Uint8Array.from({length: labelSize[0] * labelSize[1]}, () =>
        Math.floor((classes + 0.5) * random())
      );
      const gradient = new Float32Array(logits.data.length);
      const options = {size, classes, labelSize, every: 1};
      const loss = addLovasz(Float32Array.from(logits.data), labels, gradient, options);
      expect(loss).toBeCloseTo(plainLovasz(logits, labels, labelSize), 5);
      const expected = finiteDifferences(
        logits.data,
        () => plainLovasz(logits, labels, labelSize),
        1e-5
      );
      expect(relativeGap(gradient, expected)).toBeLessThan(1e-4);
    }
  });

  it("is 1 − IoU for certain answers", () => {
    // Truth 0 0 1 1, answered 0 1 1 1: IoU 1/2 and 2/3.
    const logits = Float32Array.of(50, 0, 0, 50, 0, 50, 0, 50);
    const options = {size: [1, 4], classes: 2, labelSize: [1, 4], every: 1} as const;
    const gradient = new Float32Array(8);
    const loss = addLovasz(logits, Uint8Array.of(0, 0, 1, 1), gradient, options);
    expect(loss).toBeCloseTo((1 / 2 + 1 / 3) / 2, 6);
  });

  it("learns nothing from void, reads every other label, and scales its gradient", () => {
    const logits = Float32Array.from({length: 2 * 2 * 3}, () => random());
    const options = {size: [2, 2], classes: 3, labelSize: [3, 3]} as const;
    const none = new Float32Array(12);
    expect(addLovasz(logits, new Uint8Array(9).fill(3), none, options)).toBe(0);
    expect(none.every((value) => value === 0)).toBe(true);

    const corners = Uint8Array.of(0, 3, 1, 3, 3, 3, 2, 3, 0);
    const [a, b] = [new Float32Array(12), new Float32Array(12)];
    // What lies between them may hold anything.
    const noisy = corners.map((label, i) => (i % 2 === 1 || i === 4 ? 1 : label));
    const loss = addLovasz(logits, corners, a, {...options, every: 1});
    expect(addLovasz(logits, noisy, b, {...options, every: 2, weight: 3})).toBeCloseTo(loss, 6);
    expect(
      relativeGap(
        b,
        Array.from(a, (value) => 3 * value)
      )
    ).toBeLessThan(1e-5);
  });
});
