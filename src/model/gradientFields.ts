import {deeplabV3Plus} from "./deeplab.ts";
import {effectiveReceptiveField, type Unit} from "./effectiveReceptiveField.ts";
import {foldWeights} from "./execute.ts";
import {fewestPixels} from "./fieldShare.ts";
import type {Picture} from "./picture.ts";
import {mulberry32} from "./random.ts";
import {reachedPixels} from "./reachedPixels.ts";
import {toTensor, type Device, type Segmenter} from "./segment.ts";
import {shapes} from "./shapes.ts";
import {optionsOf} from "./trainedNetwork.ts";
import {untrainedWeights} from "./train/untrainedWeights.ts";
import type {Weights} from "./weights.ts";

/** Which weights a gradient is taken with: the segmenter's own, or such as training begins with. */
export type WhichWeights = "trained" | "untrained";

export interface GradientFieldRequest {
  /** The picture, at the size at which the network is to read it: 32k + 1 on each side. */
  readonly picture: Picture;
  readonly unit: Unit;
  readonly weights: WhichWeights;
}

export interface GradientField {
  /** For each pixel, row-major, the unit's absolute gradient, summed over its colors. */
  readonly absolute: Float32Array;
  /** 1 for each of the fewest pixels that hold 90 % of the gradient's sum, or else 0. */
  readonly core: Uint8Array;
  /** How many these are; 0 if the gradient is 0 everywhere. */
  readonly coreCount: number;
  /** 1 for each pixel from which some path leads to the unit, or else 0. */
  readonly reached: Uint8Array;
  /** The channel that was taken, or null if all were summed. */
  readonly channel: number | null;
  /** How long the passes forwards and backwards took. */
  readonly milliseconds: number;
}

/** The seed of the untrained weights: always the same ones. */
const UNTRAINED_SEED = 1;

const untrained = new WeakMap<Segmenter, Weights>();

/**
 * Returns what a unit of the segmenter's network looks at in a picture. *firstBatch* gives
 * pictures of the same size, RGBA one after another, on which untrained weights measure the
 * statistics of their batch normalization; it is called once at most for each segmenter.
 *
 * Throws a RangeError for a size that the network does not read, or a unit that is not there.
 */
export async function gradientField(
  segmenter: Segmenter,
  {picture, unit, weights: which}: GradientFieldRequest,
  firstBatch: () => Uint8ClampedArray
): Promise<GradientField> {
  const network = deeplabV3Plus(optionsOf(segmenter.network));
  const size = [picture.height, picture.width] as const;
  shapes(network, size);
  const reached = reachedPixels(network, unit, size);

  async function startOf({isLost}: Device): Promise<Weights> {
    const known = untrained.get(segmenter);
    if (known) return known;
    const batch = toTensor(firstBatch(), size);
    try {
      const weights = await untrainedWeights(network, batch, {
        random: mulberry32(UNTRAINED_SEED),
        isLost
      });
      untrained.set(segmenter, weights);
      return weights;
    } finally {
      batch.dispose();
    }
  }

  return segmenter.compute(async (device) => {
    const {isLost} = device;
    const start = which === "untrained" ? await startOf(device) : null;
    const weights = start ? foldWeights(network, start) : device.weights;
    const input = toTensor(picture.data, size);
    try {
      const began = performance.now();
      const field = await effectiveReceptiveField(network, weights, [input], unit, {isLost});
      const milliseconds = performance.now() - began;
      const {absolute, channel} = field;
      const {mask: core, count: coreCount} = fewestPixels(absolute);
      return {absolute, core, coreCount, reached, channel, milliseconds};
    } finally {
      input.dispose();
      if (start) weights.dispose();
    }
  });
}
