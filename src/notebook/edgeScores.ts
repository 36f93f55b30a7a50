import {classes} from "../model/classes.ts";
import {denseCrf, type DenseCrfOptions} from "../model/crf/index.ts";
import {networkProblem} from "../model/crf/networkProblem.ts";
import {labelsFromLogits} from "../model/logits.ts";
import type {Segmenter} from "../model/segment.ts";
import {addByRing, ConfusionMatrix} from "../model/train/metrics.ts";
import {trimapRings} from "../model/train/scores.ts";
import {trimapBands} from "../model/train/trimap.ts";
import {labelScene, randomScene} from "../scenes/index.ts";
import {paintScene, type CreateContext} from "./predict.ts";

/** The street of a seed, and the CRF that the encoder's prediction is refined by. */
export interface EdgeScoresRequest {
  seed: number;
  crf: Pick<DenseCrfOptions, "smoothness" | "appearance"> & {iterations: number};
}

/**
 * What one way to predict got right and wrong on a street: for the pixels that each of
 * {@link trimapBands} adds to the narrower ones, and last for the rest, how many of each true class
 * were predicted as each, `counts[truth * 11 + prediction]`.
 */
export type RingCounts = readonly Float64Array[];

/** The ways that are compared, on one street. */
export interface EdgeScores {
  encoder: RingCounts;
  decoder: RingCounts;
  crf: RingCounts;
}

/** Returns how *segmenter* scores on a street near its true boundaries, as `deeplab evaluate` counts. */
export async function edgeScores(
  segmenter: Segmenter,
  {seed, crf: {iterations, ...kernels}}: EdgeScoresRequest,
  createContext: CreateContext
): Promise<EdgeScores> {
  const scene = randomScene(seed);
  const picture = paintScene(scene, createContext);
  const {width, height} = picture;
  const truth = labelScene(createContext, scene, {width, height});
  const rings = trimapRings(truth, width, height, classes.length);
  const {logits, encoderLogits} = await segmenter.segment(picture, {head: "both"});
  if (encoderLogits === undefined) throw new Error("these weights have no encoder-only head");
  const refined = await denseCrf(networkProblem(picture, encoderLogits, kernels));
  for (let i = 0; i < iterations; i++) refined.step();
  const counts = (prediction: ArrayLike<number>): RingCounts => {
    const matrices = Array.from({length: trimapBands.length + 1}, () => new ConfusionMatrix());
    addByRing(matrices, rings, truth, prediction);
    return matrices.map((matrix) => matrix.counts);
  };
  return {
    encoder: counts(labelsFromLogits(encoderLogits, width, height)),
    decoder: counts(labelsFromLogits(logits, width, height)),
    crf: counts(refined.labelMap())
  };
}
