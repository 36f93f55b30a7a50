import type {FeatureMap} from "../model/atrousForms.ts";
import type {Kernels, OutputPlace, Term} from "../model/groupedConvolution.ts";
import type {PictureSource} from "./pictureCopy.ts";

/** What the reader has set. */
export interface TwoStepsValue {
  /** 1, 2 or 4: how many groups the one step deals its filters out into. */
  groups: number;
  /** How far both sides are: each step is 36 multiply-adds. */
  step: number;
  /** The middle of the patch, in units of the map it is taken from. */
  x: number;
  y: number;
  /** Which of the sets of four channels. */
  channels: number;
}

/** The numbers that both sides start from. */
export interface TwoStepsReading {
  /** The patch, 5×5×4. */
  readonly input: FeatureMap;
  /** Four flat 3×3 filters. */
  readonly depthwise: Kernels;
  /** Four filters of 1×1×4. */
  readonly pointwise: Kernels;
  /** What the channels are called, such as "channel 9". */
  readonly names: readonly string[];
}

/** Where the numbers are from. */
export interface TwoStepsSource {
  readonly picture: PictureSource;
  /** What the numbers are, in a sentence or two. */
  readonly words: string;
  /** Whether there are sets of channels to choose from. */
  readonly hasSets: boolean;
  /** Reads the patch about a place, of the channels of a set. */
  read(this: void, place: {x: number; y: number}, set: number): TwoStepsReading;
}

/** The arithmetic that the figure shows: see src/model/groupedConvolution.ts. */
export interface TwoStepsArithmetic {
  readonly groupedConvolution: (map: FeatureMap, kernels: Kernels) => FeatureMap;
  readonly outputTerms: (map: FeatureMap, kernels: Kernels, output: OutputPlace) => Term[];
  readonly inGroups: (kernels: Kernels, groups: number) => Kernels;
  readonly composedKernels: (depthwise: Kernels, pointwise: Kernels) => Kernels;
}

/** All the numbers of the figure. */
export interface TwoStepsNumbers extends TwoStepsReading {
  /** The one step's kernels, in groups, and what they make. */
  readonly kernels: Kernels;
  readonly one: FeatureMap;
  /** What the depthwise step makes, and the pointwise step of that. */
  readonly between: FeatureMap;
  readonly two: FeatureMap;
}

/** Returns what both sides make of a reading. */
export function twoStepsNumbers(
  reading: TwoStepsReading,
  groups: number,
  {groupedConvolution, inGroups, composedKernels}: TwoStepsArithmetic
): TwoStepsNumbers {
  const {input, depthwise, pointwise} = reading;
  const kernels = inGroups(composedKernels(depthwise, pointwise), groups);
  const between = groupedConvolution(input, depthwise);
  return {
    ...reading,
    kernels,
    one: groupedConvolution(input, kernels),
    between,
    two: groupedConvolution(between, pointwise)
  };
}
