import type {FeatureMap} from "../model/atrousForms.ts";
import {deeplabV3Plus, shippedOptions} from "../model/deeplab.ts";
import {
  composedKernels,
  groupedConvolution,
  inGroups,
  outputTerms,
  type Kernels
} from "../model/groupedConvolution.ts";
import {layerPatch} from "../model/layerPatch.ts";
import type {ConvLayer} from "../model/network.ts";
import {readSafetensors, type Weights} from "../model/weights.ts";
import {
  twoSteps,
  type TwoSteps,
  type TwoStepsReading,
  type TwoStepsSource,
  type TwoStepsValue
} from "../viz/index.ts";
import {filterPicture} from "./filterPicture.ts";
import type {LessonStreet} from "./lessonStreet.ts";
import {loadBytes} from "./loadBytes.ts";

/** Figure 2.1, on a street. */
export interface TwoStepsFigure extends Omit<TwoSteps, "update"> {
  /** Shows another street. */
  update(street: LessonStreet): void;
}

type Street = Pick<LessonStreet, "width" | "height" | "pixels" | "luminance" | "canvas">;

/** Values along a side of the patch, and channels and filters of the figure. */
const [PATCH, COUNT] = [5, 4];

const first = deeplabV3Plus(shippedOptions).layers.find(
  (layer): layer is ConvLayer => layer.type === "conv"
)!;

/** What the figure calls the sets of channels of the network's first layer: "1–4" and so on. */
export const channelSets: readonly string[] = Array.from(
  {length: first.filters / COUNT},
  (_, set) => `${set * COUNT + 1}–${(set + 1) * COUNT}`
);

/**
 * Returns the figure of a convolution in one step and in two, on *street*. It begins with the
 * picture's own red, green, blue and luminance. When the network's weights have arrived from address
 * **weights**, it goes on with the responses of the network's first layer, computed here, and the
 * learned kernels of the two layers that follow it. **load** is for tests.
 */
export function twoStepsFigure(
  street: LessonStreet,
  {
    weights,
    value,
    save,
    load = fetch
  }: {
    weights: string;
    value?: Partial<TwoStepsValue>;
    save?: (file: Blob, name: string) => void;
    load?: (address: string) => Promise<Response>;
  }
): TwoStepsFigure {
  const [mapWidth, mapHeight] = [street.width, street.height].map((d) =>
    Math.ceil(d / first.stride)
  );
  let tensors: Weights | null = null;
  let failed = false;
  const source = () =>
    tensors ? networkSource(street, tensors) : pictureSource(street, {waiting: !failed});
  const figure = twoSteps({
    source: source(),
    arithmetic: {groupedConvolution, outputTerms, inGroups, composedKernels},
    width: mapWidth,
    height: mapHeight,
    sets: channelSets,
    // A corner of the red van: flat road behind it, and edges of both directions.
    value: {x: 56, y: 42, channels: 2, ...value},
    ...(save && {save})
  });
  const {update} = figure;

  async function open(): Promise<void> {
    try {
      const {tensors: read} = readSafetensors(await loadBytes(await load(weights)));
      checkKernels(read);
      tensors = read;
    } catch (error) {
      failed = true;
      figure.error(
        `The network’s weights are not there: ${(error as Error).message}. ` +
          `The picture’s own channels are shown instead. Reload the page to try again.`
      );
    }
    update(source());
  }
  void open();

  return Object.assign(figure, {
    update(next: LessonStreet) {
      street = next;
      update(source());
    }
  });
}

/**
 * Returns the numbers of the network at work on *street*: what its first layer makes of it, and the
 * kernels of the depthwise layer that reads that and of the pointwise one after it.
 */
export function networkSource(street: Street, weights: Weights): TwoStepsSource {
  const {rgb} = filterPicture(street);
  return {
    picture: street.canvas,
    hasSets: true,
    words:
      "The numbers: what the network’s first layer (3×3, stride 2, batch normalization, ReLU6) " +
      "makes of the picture at the mark, in four of its 16 channels, read by the learned kernels " +
      "of the two layers that follow it, depthwise and pointwise. Between these two, the network " +
      "has a batch normalization and a ReLU6, left out here; with them, no one step does the same.",
    read: (place, set) => ({
      input: channelsFrom(
        layerPatch(first, weights, rgb, {...corner(place), width: PATCH, height: PATCH}),
        set * COUNT
      ),
      ...learnedKernels(weights, set * COUNT),
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
      (waiting ? "Until the network’s weights have loaded, the numbers are " : "The numbers are ") +
      "the picture’s red, green, blue and luminance, from 0 to 1, at the mark; the flat filters " +
      "are a blur, vertical edges, horizontal edges and a sharpening.",
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

const learned = {
  depthwise: ["MobilenetV2/expanded_conv/depthwise/depthwise_weights", [3, 3, first.filters, 1]],
  pointwise: ["MobilenetV2/expanded_conv/project/weights", [1, 1, first.filters, 8]]
} as const;

/** Throws an Error if the kernels that the figure shows are not there, or of other shapes. */
function checkKernels(weights: Weights): void {
  for (const [name, shape] of Object.values(learned)) {
    const found = weights.get(name);
    if (!found) throw new Error(`no ${name} among them`);
    if (found.shape.join() !== shape.join())
      throw new Error(`${name} is of shape [${found.shape.join(", ")}]`);
  }
}

/** Four of the depthwise filters, and the first four pointwise ones, cut to the same channels. */
function learnedKernels(
  weights: Weights,
  from: number
): Pick<TwoStepsReading, "depthwise" | "pointwise"> {
  const flat = weights.get(learned.depthwise[0])!.data;
  const mix = weights.get(learned.pointwise[0])!.data;
  const [, [, , depth, outputs]] = learned.pointwise;
  return {
    depthwise: flatKernels((tap, c) => flat[tap * depth + from + c]),
    pointwise: mixKernels((c, n) => mix[(from + c) * outputs + n])
  };
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
