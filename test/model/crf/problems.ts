import {createContext} from "../../../bin/canvas.ts";
import type {DenseCrfOptions} from "../../../src/model/crf/index.ts";
import {mulberry32} from "../../../src/model/random.ts";
import {drawScene, labelScene, randomScene} from "../../../src/scenes/index.ts";

/** A street, and unaries that are right more often than not: noise added to the truth's score. */
export function streetProblem(
  seed: number,
  {width = 80, height = 60, labels = 12} = {}
): DenseCrfOptions & {truth: Uint8Array} {
  const scene = randomScene(seed);
  const context = createContext(width, height);
  drawScene(context, scene, {width, height});
  const truth = labelScene(createContext, scene, {width, height});
  const random = mulberry32(seed);
  const unary = new Float32Array(width * height * labels);
  for (let i = 0; i < unary.length; i++) {
    const right = truth[Math.floor(i / labels)] % labels === i % labels;
    unary[i] = 4 * random() - (right ? 3 : 0);
  }
  const image = Uint8ClampedArray.from(context.getImageData(0, 0, width, height).data);
  return {width, height, labels, image, unary, truth};
}

/** A picture and unaries of noise. */
export function noiseProblem(
  seed: number,
  {width = 6, height = 5, labels = 3} = {}
): DenseCrfOptions {
  const random = mulberry32(seed);
  return {
    ...{width, height, labels},
    image: Uint8ClampedArray.from({length: width * height * 4}, () => 256 * random()),
    unary: Float32Array.from({length: width * height * labels}, () => 6 * random())
  };
}

/** Numbers in [0, 1). */
export function noise(seed: number, length: number): Float32Array {
  const random = mulberry32(seed);
  return Float32Array.from({length}, random);
}

/** The root of the mean square of the differences, over that of *b*. */
export function relativeRms(a: Float32Array, b: Float32Array): number {
  const squares = (f: (i: number) => number) => b.reduce((sum, _, i) => sum + f(i) ** 2, 0);
  return Math.sqrt(squares((i) => a[i] - b[i]) / squares((i) => b[i]));
}

export function largestDifference(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let most = 0;
  for (let i = 0; i < b.length; i++) most = Math.max(most, Math.abs(a[i] - b[i]));
  return most;
}
