import type {FeatureMap} from "../model/atrousForms.ts";
import {deeplabV3Plus, shippedOptions} from "../model/deeplab.ts";
import type {Kernels} from "../model/groupedConvolution.ts";
import {layerPatch, normalizationScale, tensor} from "../model/layerPatch.ts";
import {kernelName, type ConvLayer, type DepthwiseLayer} from "../model/network.ts";
import {windowPadding} from "../model/padding.ts";
import type {Weights} from "../model/weights.ts";
import type {TwoStepsReading, TwoStepsSource} from "../viz/index.ts";
import {filterPicture} from "./filterPicture.ts";
import type {LessonStreet} from "./lessonStreet.ts";

/** What the numbers are read from. */
type Street = Pick<LessonStreet, "width" | "height" | "pixels" | "luminance" | "canvas">;

/** Values along a side of the patch, and channels and filters of the figure. */
const [PATCH, COUNT] = [5, 4];

const {layers} = deeplabV3Plus(shippedOptions);
/** The first layer, and the two that come after it. */
const [first, depthwise, pointwise] = [
  "MobilenetV2/Conv",
  "MobilenetV2/expanded_conv/depthwise",
  "MobilenetV2/expanded_conv/project"
].map((name) => layers.find((layer) => layer.name === name)) as [
  ConvLayer,
  DepthwiseLayer,
  ConvLayer
];

/** What the figure calls the sets of channels of the network's first layer: "1–4" and so on. */
export const channelSets: readonly string[] = Array.from(
  {length: first.filters / COUNT},
  (_, set) => `${set * COUNT + 1}–${(set + 1) * COUNT}`
);

/** Returns the size of the map that the network's first layer makes of a street. */
export function mapSize({width, height}: Pick<Street, "width" | "height">) {
  return {
    width: windowPadding(width, first).outputs,
    height: windowPadding(height, first).outputs
  };
}

/**
 * Returns the numbers of the network at work on *street*: what its first layer makes of it, and the
 * kernels of the depthwise layer that reads that and of the pointwise one after it. Throws an Error if the
 * weights lack these kernels; reading a patch does if they lack those of the first layer.
 */
export function networkSource(street: Street, weights: Weights): TwoStepsSource {
  const {rgb} = filterPicture(street);
  const kernels = learnedKernels(weights);
  return {
    picture: street.canvas,
    hasSets: true,
    words:
      `The patch: four of the ${first.filters} channels that the network’s first layer makes of ` +
      "the picture, at the mark. The filters: what the next two layers have learned for these " +
      `channels (in the second, four of ${pointwise.filters} filters), with batch ` +
      "normalization’s scale. Its offsets, and the ReLU6 between the two, are left out.",
    read: (place, set) => ({
      input: channelsFrom(
        layerPatch(first, weights, rgb, {...corner(place), width: PATCH, height: PATCH}),
        set * COUNT
      ),
      ...kernels(set * COUNT),
      names: Array.from({length: COUNT}, (_, c) => `channel ${set * COUNT + c + 1}`)
    })
  };
}

/** Returns the numbers of the picture itself, with kernels that are plain to see through. */
export function pictureSource(street: Street, {waiting}: {waiting: boolean}): TwoStepsSource {
  const {width, pixels, luminance} = street;
  return {
    picture: street.canvas,
    hasSets: false,
    words:
      (waiting ? "Until the network’s weights have loaded, the patch is " : "The patch: ") +
      "the picture’s red, green, blue and luminance at the mark, from 0 to 1. The flat filters: " +
      "a blur, vertical edges, horizontal edges and a sharpening.",
    read(place) {
      const {left, top} = corner(place);
      const data = Float32Array.from({length: PATCH * PATCH * COUNT}, (_, i) => {
        const [at, channel] = [Math.floor(i / COUNT), i % COUNT];
        const y = (top + Math.floor(at / PATCH)) * first.stride;
        const x = (left + (at % PATCH)) * first.stride;
        const pixel = y * width + x;
        return channel < 3 ? pixels[4 * pixel + channel] / 255 : luminance[pixel];
      });
      return {
        input: {width: PATCH, height: PATCH, channels: COUNT, data},
        ...plainKernels,
        names: ["red", "green", "blue", "luminance"]
      };
    }
  };
}

/** The corner of the patch about a place. */
function corner({x, y}: {x: number; y: number}): {left: number; top: number} {
  return {left: x - (PATCH - 1) / 2, top: y - (PATCH - 1) / 2};
}

function channelsFrom({width, height, channels, data}: FeatureMap, from: number): FeatureMap {
  const kept = Float32Array.from(
    {length: width * height * COUNT},
    (_, i) => data[Math.floor(i / COUNT) * channels + from + (i % COUNT)]
  );
  return {width, height, channels: COUNT, data: kept};
}

/**
 * Returns a function that gives the flat filters of four channels from one on, and the first four
 * filters that mix them. Throws an Error if the weights lack them.
 */
function learnedKernels(
  weights: Weights
): (from: number) => Pick<TwoStepsReading, "depthwise" | "pointwise"> {
  const depth = first.filters;
  const {filters} = pointwise;
  const flat = tensor(weights, kernelName(depthwise), [3, 3, depth, 1]);
  const mix = tensor(weights, kernelName(pointwise), [1, 1, depth, filters]);
  const flatScale = normalizationScale(depthwise, weights, depth);
  const mixScale = normalizationScale(pointwise, weights, filters);
  return (from) => ({
    depthwise: flatKernels((tap, c) => flat[tap * depth + from + c] * flatScale[from + c]),
    pointwise: mixKernels((c, n) => mix[(from + c) * filters + n] * mixScale[n])
  });
}

function flatKernels(weight: (tap: number, channel: number) => number): Kernels {
  const weights = Float32Array.from({length: 9 * COUNT}, (_, i) =>
    weight(Math.floor(i / COUNT), i % COUNT)
  );
  return {size: 3, channels: 1, filters: COUNT, groups: COUNT, weights};
}

function mixKernels(weight: (channel: number, filter: number) => number): Kernels {
  const weights = Float32Array.from({length: COUNT * COUNT}, (_, i) =>
    weight(Math.floor(i / COUNT), i % COUNT)
  );
  return {size: 1, channels: COUNT, filters: COUNT, groups: 1, weights};
}

const flats = [
  [1, 2, 1, 2, 4, 2, 1, 2, 1].map((weight) => weight / 16),
  [-1, 0, 1, -2, 0, 2, -1, 0, 1],
  [-1, -2, -1, 0, 0, 0, 1, 2, 1],
  [0, -1, 0, -1, 5, -1, 0, -1, 0]
];
const mixes = [
  [1, 0.5, 0.5, 0],
  [1, -0.5, 0, 0.5],
  [0.5, 0, -1, 0.5],
  [-0.5, 1, 1, 0.25]
];
const plainKernels = {
  depthwise: flatKernels((tap, channel) => flats[channel][tap]),
  pointwise: mixKernels((channel, filter) => mixes[filter][channel])
};
