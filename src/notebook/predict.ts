import {labelsFromLogits} from "../model/logits.ts";
import {resizePicture, type Picture} from "../model/picture.ts";
import type {Segmentation, Segmenter, SegmentOptions} from "../model/segment.ts";
import {ConfusionMatrix} from "../model/train/metrics.ts";
import {
  drawScene,
  labelScene,
  randomScene,
  type DrawingContext,
  type Scene
} from "../scenes/index.ts";

/** What the network is shown: a street to draw, or a picture and the size of the labels wanted. */
export type Source = {scene: Scene} | {picture: Picture; labels: {width: number; height: number}};

/** How well a prediction agrees with the labels a scene knows. */
export interface Agreement {
  /** Mean intersection over union of the classes in the scene, in [0, 1]. */
  mIoU: number;
  /** Share of the pixels that are not void whose label is right, in [0, 1]. */
  pixelAccuracy: number;
  /** The intersection over union of each class; null for one that the scene does not show. */
  perClass: (number | null)[];
}

/** The network's answer about one source. */
export interface Prediction {
  /** The size of *labels* and *truth*. */
  width: number;
  height: number;
  /** One label a pixel, row-major. */
  labels: Uint8Array;
  /** The true labels, 11 where void; null for a photograph. */
  truth: Uint8Array | null;
  agreement: Agreement | null;
  segmentation: Segmentation;
}

/** Returns a 2-D context of the given size whose pixels can be read back fast. */
export type CreateContext = (
  width: number,
  height: number
) => DrawingContext & {
  getImageData(x: number, y: number, width: number, height: number): {data: Uint8ClampedArray};
};

/** The size at which a street is drawn for the network: the one that it was trained on. */
const sceneSize = {width: 257, height: 193};

/**
 * Returns what *segmenter* sees in *source*: its labels and, for a street, the truth and how well
 * the two agree.
 */
export async function predict(
  segmenter: Segmenter,
  source: Source,
  options: SegmentOptions,
  createContext: CreateContext
): Promise<Prediction> {
  const picture = "scene" in source ? paintScene(source.scene, createContext) : source.picture;
  const {width, height} = "scene" in source ? sceneSize : source.labels;
  const segmentation = await segmenter.segment(picture, options);
  const labels = labelsFromLogits(segmentation.logits, width, height);
  const truth = "scene" in source ? labelScene(createContext, source.scene, sceneSize) : null;
  const agreement = truth && agreementOf(truth, labels);
  return {width, height, labels, truth, agreement, segmentation};
}

/** Returns the pixels of as many streets as training takes at a time, always the same ones. */
export function firstBatch(createContext: CreateContext): Uint8ClampedArray {
  const {width, height} = sceneSize;
  const pixels = new Uint8ClampedArray(8 * width * height * 4);
  for (let seed = 0; seed < 8; seed++)
    pixels.set(paintScene(randomScene(seed), createContext).data, seed * width * height * 4);
  return pixels;
}

/** Returns the picture of *scene* that the network is shown. */
export function paintScene(scene: Scene, createContext: CreateContext): Picture {
  const {width, height} = sceneSize;
  const context = createContext(width, height);
  drawScene(context, scene, {width, height});
  const {data} = context.getImageData(0, 0, width, height);
  return resizePicture({width, height, data}, width, height); // opaque, whatever the canvas is
}

/** Returns how well *labels* agree with *truth*; void pixels do not count. */
export function agreementOf(truth: Uint8Array, labels: Uint8Array): Agreement {
  const matrix = new ConfusionMatrix();
  matrix.add(truth, labels);
  const {mIoU, pixelAccuracy, perClass} = matrix;
  return {mIoU: mIoU ?? 0, pixelAccuracy: pixelAccuracy ?? 0, perClass};
}
