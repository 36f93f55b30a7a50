import type {OutputStride} from "../deeplab.ts";

/** The layers that ASPP and decoder read of a backbone. */
export interface Backbone {
  /** The last layer, at the output stride. */
  readonly features: string;
  /** The layer at stride 4 whose detail the decoder joins. */
  readonly lowLevel: string;
}

/** What every backbone is made by. */
export interface BackboneOptions {
  /** Scales the channels of every layer; see {@link scaledChannels}. */
  readonly widthMultiplier: number;
  readonly outputStride: OutputStride;
}

/** The epsilon of batch normalization in the backbones. */
export const BACKBONE_EPSILON = 1e-3;

/** Returns *channels* times *widthMultiplier*, rounded half up, at least 1. */
export function scaledChannels(channels: number, widthMultiplier: number): number {
  return Math.max(1, Math.floor(channels * widthMultiplier + 0.5));
}

/**
 * Returns a function that is asked for the stride of one unit after another and says with which
 * stride and rate it runs: as asked until the product of strides is *outputStride*; from then on
 * with stride 1 and the rate so far, which the stride that was not taken multiplies for the units
 * after it (Chen 2017, arXiv 1706.05587, section 3.1).
 *
 * ```js
 * const next = atrousStrides(8);
 * [2, 2, 2, 2, 1].map(next); // stride 2, 2, 2, 1, 1 at rate 1, 1, 1, 1, 2
 * ```
 */
export function atrousStrides(
  outputStride: OutputStride
): (asked: number) => {readonly stride: number; readonly rate: number} {
  let strideSoFar = 1;
  let rateSoFar = 1;
  return (asked) => {
    const stride = strideSoFar === outputStride ? 1 : asked;
    const rate = rateSoFar;
    strideSoFar *= stride;
    rateSoFar *= asked / stride;
    return {stride, rate};
  };
}

/** Returns the explicit padding of a strided window, which does not depend on the map's size. */
export function stridedPadding(kernelSize: number, stride: number): "same" | number {
  return stride === 1 ? "same" : (kernelSize - 1) / 2;
}
