import type {OutputStride} from "../src/model/deeplab.ts";
import {labelsFromLogits} from "../src/model/logits.ts";
import type {Head, Segmenter} from "../src/model/segment.ts";
import type {ConfusionMatrix} from "../src/model/train/metrics.ts";
import {Evaluation, trimapRings} from "../src/model/train/scores.ts";
import {refinedLabels, type CrfRefinement} from "./crfRefinement.ts";
import type {LabeledPicture, LabeledPictures} from "./labeledPictures.ts";

/** One way to predict every picture: a pass of a network, and which of its heads to score. */
export interface Reading {
  readonly segmenter: Segmenter;
  readonly outputStride: OutputStride;
  readonly heads: readonly Head[];
  /** What the heads' predictions are refined by. Default: nothing. */
  readonly crf?: CrfRefinement | null;
}

/** What one head predicted of one picture. */
export interface Prediction {
  readonly labels: Uint8Array;
  /** The confusion matrix of this picture alone. */
  readonly matrix: ConfusionMatrix;
  /** The scores of this head on all pictures so far. */
  readonly evaluation: Evaluation;
}

/**
 * Scores every one of *readings* on *pictures*, whose labels are those of the classes called
 * *names*; each picture is read once, and a network passes once over it for both of its heads.
 * Returns an evaluation for each head of each reading, in their order.
 *
 * After each picture **seen** is told what was predicted, in the same order.
 */
export async function evaluatePictures(
  pictures: LabeledPictures,
  names: readonly string[],
  readings: readonly Reading[],
  seen: (sample: LabeledPicture, predictions: readonly Prediction[][]) => void = () => undefined
): Promise<Evaluation[][]> {
  const evaluations = readings.map(({heads}) => heads.map(() => new Evaluation(names)));
  for await (const sample of pictures.each()) {
    const {width, height, labels: truth} = sample.truth;
    const rings = trimapRings(truth, width, height, names.length);
    const predictions: Prediction[][] = [];
    for (const [r, {segmenter, outputStride, heads, crf = null}] of readings.entries()) {
      const head = heads.length > 1 ? "both" : heads[0];
      const {logits, encoderLogits} = await segmenter.segment(sample.picture, {outputStride, head});
      const own: Prediction[] = [];
      for (const [h, head] of heads.entries()) {
        const scores = head === "encoder" ? (encoderLogits ?? logits) : logits;
        const labels =
          crf === null
            ? labelsFromLogits(scores, width, height)
            : await refinedLabels(sample.picture, scores, crf);
        const evaluation = evaluations[r][h];
        own.push({labels, matrix: evaluation.add(truth, labels, rings), evaluation});
      }
      predictions.push(own);
    }
    seen(sample, predictions);
  }
  return evaluations;
}
