import {labelsFromLogits, type Logits} from "../model/logits.ts";
import {networkProblem} from "../model/crf/networkProblem.ts";
import type {Picture} from "../model/picture.ts";
import type {Segmenter} from "../model/segment.ts";
import {labelScene, randomScene} from "../scenes/index.ts";
import type {CrfData} from "./crfClient.ts";
import type {CreateContext} from "./predict.ts";

/** What is asked: the street of a seed, and the picture of it that is on the page. */
export interface CrfStreetRequest {
  seed: number;
  picture: Picture;
}

/** A street as the fully connected CRF is given it, and what there is to compare with. */
export interface CrfStreet {
  /** The picture, and the encoder-only head's probabilities as unaries. */
  data: CrfData;
  /** The scores of either head, at its own coarser size. */
  encoderLogits: Logits;
  decoderLogits: Logits;
  /** The labels of either head, and the true ones (11 where void): one a pixel, row-major. */
  encoder: Uint8Array;
  decoder: Uint8Array;
  truth: Uint8Array;
}

/** Returns what *segmenter* says of a street by either head, in one pass, and the truth about it. */
export async function crfStreet(
  segmenter: Segmenter,
  {seed, picture}: CrfStreetRequest,
  createContext: CreateContext
): Promise<CrfStreet> {
  const {width, height} = picture;
  const {logits, encoderLogits} = await segmenter.segment(picture, {head: "both"});
  if (encoderLogits === undefined) throw new Error("these weights have no encoder-only head");
  const {labels, image, unary} = networkProblem(picture, encoderLogits);
  return {
    data: {width, height, labels, image, unary},
    encoderLogits,
    decoderLogits: logits,
    encoder: labelsFromLogits(encoderLogits, width, height),
    decoder: labelsFromLogits(logits, width, height),
    truth: labelScene(createContext, randomScene(seed), {width, height})
  };
}
