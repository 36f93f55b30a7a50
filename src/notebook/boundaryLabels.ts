import {networkProblem} from "../model/crf/networkProblem.ts";
import {labelsFromLogits} from "../model/logits.ts";
import type {Segmenter} from "../model/segment.ts";
import {labelScene} from "../scenes/index.ts";
import type {CrfData} from "./crfClient.ts";
import {paintScene, type CreateContext, type Source} from "./predict.ts";

/** The labels that the network gives to each pixel of a picture with and without its decoder. */
export interface BoundaryLabels {
  /** The picture as the network reads it, and the encoder's probabilities as unaries for a CRF. */
  data: CrfData;
  /** One label a pixel, row-major. */
  encoder: Uint8Array;
  decoder: Uint8Array;
  /** The true labels, 11 where void; null for a photograph. */
  truth: Uint8Array | null;
}

/** Returns what *segmenter* says of *source* by either head, in one pass. */
export async function boundaryLabels(
  segmenter: Segmenter,
  {source}: {source: Source},
  createContext: CreateContext
): Promise<BoundaryLabels> {
  const isScene = "scene" in source;
  const picture = isScene ? paintScene(source.scene, createContext) : source.picture;
  const {width, height} = picture;
  const {logits, encoderLogits} = await segmenter.segment(picture, {head: "both"});
  if (encoderLogits === undefined) throw new Error("these weights have no encoder-only head");
  const {labels, image, unary} = networkProblem(picture, encoderLogits);
  return {
    data: {width, height, labels, image, unary},
    encoder: labelsFromLogits(encoderLogits, width, height),
    decoder: labelsFromLogits(logits, width, height),
    truth: isScene ? labelScene(createContext, source.scene, {width, height}) : null
  };
}
