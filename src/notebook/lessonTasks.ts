import {boundaryRamps} from "../model/boundaryRamps.ts";
import {classes} from "../model/classes.ts";
import {colorSteps} from "../model/colorSteps.ts";
import {clearestPixel} from "../model/crf/heard.ts";
import type {KernelWidths} from "../model/crf/pairwise.ts";
import type {Picture} from "../model/picture.ts";
import {trimap} from "../model/train/trimap.ts";
import {defaultSize, drawScene, labelScene, randomScene} from "../scenes/index.ts";
import type {BlurData} from "../viz/index.ts";
import type {CrfStreet} from "./crfStreet.ts";
import type {LessonStreet} from "./lessonStreet.ts";

/** Returns a 2-D context of its own, whose pixels are read back if **read**. */
export type NewContext = (
  width: number,
  height: number,
  read: boolean
) => CanvasRenderingContext2D | OffscreenCanvasRenderingContext2D;

/** A street's pixels, as {@link LessonStreet} has them. */
export type StreetPixels = Pick<LessonStreet, "pixels" | "luminance">;

/** Draws the street of *seed* for the network, and returns its pixels. */
export function streetPixels(seed: number, newContext: NewContext): StreetPixels {
  const {width, height} = defaultSize;
  const context = newContext(width, height, true);
  drawScene(context, randomScene(seed), defaultSize);
  const {data: pixels} = context.getImageData(0, 0, width, height);
  const luminance = Float32Array.from(
    {length: width * height},
    (_, i) => (0.299 * pixels[4 * i] + 0.587 * pixels[4 * i + 1] + 0.114 * pixels[4 * i + 2]) / 255
  );
  return {pixels, luminance};
}

/** Draws the street of *seed* at twice its size, to be looked at, and returns where. */
export function largeStreet(seed: number, newContext: NewContext): ReturnType<NewContext> {
  const [width, height] = [2 * defaultSize.width, 2 * defaultSize.height];
  const context = newContext(width, height, false);
  drawScene(context, randomScene(seed), {width, height});
  return context;
}

/** What is near a true boundary, in pixels: a quarter of a cell of the encoder's map. */
const BAND = 4;

/** Returns what figure 5.1 shows of a street, but for its picture. */
export function blurOf({
  data: {width, height, image, unary, labels},
  encoder,
  truth
}: Pick<CrfStreet, "data" | "encoder" | "truth">): Omit<BlurData, "picture"> {
  const size = {width, height};
  const pixels = new Uint8ClampedArray(image);
  const probabilities = unary.map((cost) => Math.exp(-cost));
  const steps = colorSteps({...size, data: pixels});
  const ramps = boundaryRamps({...size, classes: labels, probabilities, steps}, truth);
  const wrong = wrongPixels(encoder, truth, size);
  return {...size, pixels, probabilities, steps, ramps, wrong};
}

/** Returns how many *labels* are not the *truth*, in all and near its boundaries. */
function wrongPixels(
  labels: Uint8Array,
  truth: Uint8Array,
  {width, height}: {width: number; height: number}
): BlurData["wrong"] {
  const near = trimap(truth, width, height, [BAND], classes.length);
  const counts = {labeled: 0, wrong: 0, band: BAND, labeledNear: 0, wrongNear: 0};
  truth.forEach((label, i) => {
    if (label >= classes.length) return;
    const wrong = Number(labels[i] !== label);
    const inside = Number(near[i] === 0);
    counts.labeled += 1;
    counts.wrong += wrong;
    counts.labeledNear += inside;
    counts.wrongNear += inside * wrong;
  });
  return counts;
}

/** Returns a street's truth, and the pixel on which figure 5.2 begins; see {@link clearestPixel}. */
export function pairsOf(
  {seed, picture, widths}: {seed: number; picture: Picture; widths: KernelWidths},
  newContext: NewContext
): {truth: Uint8Array; clearest: number} {
  const {width, height} = picture;
  const truth = labelScene((width, height) => newContext(width, height, true), randomScene(seed), {
    width,
    height
  });
  return {truth, clearest: clearestPixel(picture, truth, widths)};
}
