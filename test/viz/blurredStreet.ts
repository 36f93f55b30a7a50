/* What a network might say of a street: the truth, blurred to the size of the heads' maps. */
import {classes} from "../../src/model/classes.ts";
import {networkProblem} from "../../src/model/crf/networkProblem.ts";
import {labelsFromLogits, type Logits} from "../../src/model/logits.ts";
import type {CrfStreet} from "../../src/notebook/crfStreet.ts";
import type {LessonStreet} from "../../src/notebook/lessonStreet.ts";
import type {CreateContext} from "../../src/notebook/predict.ts";
import {labelScene, randomScene} from "../../src/scenes/index.ts";

/** Returns a canvas of the browser's, to draw labels on. */
export const createContext: CreateContext = (width, height) =>
  new OffscreenCanvas(width, height).getContext("2d", {willReadFrequently: true})!;

/**
 * Returns logits of *columns* × *rows*: the logarithm of each class's share of the true labels around
 * a unit, as far as the next one.
 */
export function blurredLogits(
  truth: Uint8Array,
  size: {width: number; height: number},
  columns: number,
  rows: number
): Logits {
  const data = new Float32Array(columns * rows * classes.length);
  const reach = (size.width - 1) / (columns - 1);
  for (let row = 0, o = 0; row < rows; ++row)
    for (let column = 0; column < columns; ++column) {
      const [cx, cy] = [column * reach, (row * (size.height - 1)) / (rows - 1)];
      const shares = new Float64Array(classes.length).fill(0.5);
      for (let y = Math.max(0, Math.ceil(cy - reach)); y < Math.min(size.height, cy + reach); ++y)
        for (
          let x = Math.max(0, Math.ceil(cx - reach));
          x < Math.min(size.width, cx + reach);
          ++x
        ) {
          const label = truth[y * size.width + x];
          if (label < classes.length) ++shares[label];
        }
      const sum = shares.reduce((a, b) => a + b);
      for (const share of shares) data[o++] = Math.log(share / sum);
    }
  return {width: columns, height: rows, classes: classes.length, data};
}

/** Returns *street* as the network's worker gives it, with {@link blurredLogits} for its logits. */
export function blurredStreet({seed, width, height, pixels}: LessonStreet): CrfStreet {
  const size = {width, height};
  const truth = labelScene(createContext, randomScene(seed), size);
  const encoderLogits = blurredLogits(truth, size, 17, 13);
  const decoderLogits = blurredLogits(truth, size, 65, 49);
  const problem = networkProblem({...size, data: pixels}, encoderLogits);
  return {
    data: {...size, labels: problem.labels, image: problem.image, unary: problem.unary},
    encoderLogits,
    decoderLogits,
    encoder: labelsFromLogits(encoderLogits, width, height),
    decoder: labelsFromLogits(decoderLogits, width, height),
    truth
  };
}
