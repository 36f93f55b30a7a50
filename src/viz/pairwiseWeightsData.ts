import type {countAbove, heardByLabel, heardHalf, nearestOther, Half} from "../model/crf/heard.ts";
import type {kernelSums, KernelSums, pairKernels, pairwiseKernels} from "../model/crf/pairwise.ts";
import {checkCrfSettings, crfPresets, type CrfSettings} from "./crfSettings.ts";
import type {LegendClass} from "./legend.ts";
import {checkPixel} from "./linkedPixels.ts";
import type {PictureSource} from "./pictureCopy.ts";

export type {Half, KernelSums};

/** What can be shown large: both kernels' weights together, or those of one. */
export const mapNames = ["sum", "appearance", "smoothness"] as const;
export type MapName = (typeof mapNames)[number];

/** What the reader looks at. */
export interface PairwiseValue {
  /** The pixel whose weights are shown; null: the one that the figure chooses. */
  readonly x: number | null;
  readonly y: number | null;
  /** The map that is shown large. */
  readonly map: MapName;
  readonly settings: CrfSettings;
}

/** A picture, and what is true of it. */
export interface PairwiseData {
  readonly width: number;
  readonly height: number;
  /** The picture, of any size, to be looked at. */
  readonly picture: PictureSource;
  /** Its pixels at *width* × *height*, RGBA. */
  readonly pixels: Uint8ClampedArray;
  /** The true label of each pixel, void after the last class. */
  readonly truth: Uint8Array;
  /** The index of the pixel that the figure begins with. */
  readonly clearest: number;
}

/** The arithmetic that the figure is handed. */
export interface PairwiseArithmetic {
  pairwiseKernels: typeof pairwiseKernels;
  pairKernels: typeof pairKernels;
  kernelSums: typeof kernelSums;
  countAbove: typeof countAbove;
  heardHalf: typeof heardHalf;
  heardByLabel: typeof heardByLabel;
  nearestOther: typeof nearestOther;
}

export interface PairwiseWeightsOptions extends PairwiseArithmetic {
  classes: readonly LegendClass[];
  /** The picture's size in pixels. */
  width: number;
  height: number;
  /** What is shown first, to which Reset returns. Default {@link firstPairwise}. */
  value?: Partial<PairwiseValue>;
  /** What is done with a file. Default: the browser's download. */
  save?: (file: Blob, name: string) => void;
}

/** With DeepLab v2's θβ of 3 noise tells the pixels of one thing apart; with 10 it is seen whole. */
export const firstPairwise: PairwiseValue = {
  x: null,
  y: null,
  map: "sum",
  settings: checkCrfSettings(crfPresets[1])
};

/** Returns *value* as a new object; throws a RangeError if it is not legal. */
export function checkPairwise(
  {x, y, map, settings}: PairwiseValue,
  size: {width: number; height: number}
): PairwiseValue {
  if ((x === null) !== (y === null))
    throw new RangeError(`invalid pixel: ${x}, ${y} (both numbers, or both null)`);
  if (x !== null && y !== null) checkPixel({x, y}, size);
  if (!mapNames.includes(map))
    throw new RangeError(`invalid map: ${map} (${mapNames.map((name) => `"${name}"`).join(", ")})`);
  return {x, y, map, settings: checkCrfSettings(settings)};
}

/** Returns the greatest weight that a map can have: that of a pixel with itself. */
export function greatestWeight(map: MapName, {appearance, smoothness}: CrfSettings): number {
  if (map === "appearance") return appearance.weight;
  if (map === "smoothness") return smoothness.weight;
  return appearance.weight + smoothness.weight;
}
