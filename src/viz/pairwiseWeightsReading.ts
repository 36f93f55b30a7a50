import type {LegendClass} from "./legend.ts";
import {
  greatestWeight,
  type MapName,
  type PairwiseArithmetic,
  type PairwiseData,
  type PairwiseValue
} from "./pairwiseWeightsData.ts";
import type {Pair} from "./pairwiseWeightsReadout.ts";
import type {PairwiseFacts} from "./pairwiseWeightsWords.ts";
import type {Pixel} from "./pixelPointer.ts";

/** The weights of one pixel, and what they were computed from. */
export interface ShownWeights {
  readonly data: PairwiseData;
  readonly pixel: Pixel;
  readonly value: PairwiseValue;
  readonly kernels: Readonly<Record<"appearance" | "smoothness", Float32Array>>;
  readonly weights: Readonly<Record<MapName, Float32Array>>;
  /** The maps that look otherwise than those computed before: each as a share of its greatest. */
  readonly changed: ReadonlySet<MapName>;
}

export interface PairwiseReader {
  /** Computes the weights of *pixel*, in the arrays of the time before. */
  compute(data: PairwiseData, pixel: Pixel, value: PairwiseValue): ShownWeights;
  /** Returns what the words need, and which share of each map belongs to each label. */
  readMaps(shown: ShownWeights): {
    facts: PairwiseFacts;
    shares: Record<MapName | "picture", Float64Array>;
  };
  /** Returns what there is to read of the pixel and an *other*. */
  readPair(shown: ShownWeights, other: Pixel): Pair;
  /** Returns the pixel nearest to *pixel* that has another label, if there is one. */
  nearest(data: PairwiseData, pixel: Pixel): Pixel | null;
  /** Returns what *pixel* is, or null where two labels mix. */
  nameOf(data: PairwiseData, pixel: Pixel): string | null;
}

/** Returns what reads a figure's numbers for pictures of *width* × *height*. */
export function pairwiseReader(
  {width, height}: {width: number; height: number},
  classes: readonly LegendClass[],
  arithmetic: PairwiseArithmetic
): PairwiseReader {
  const {pairwiseKernels, pairKernels, kernelSums} = arithmetic;
  const {countAbove, heardHalf, heardByLabel, nearestOther} = arithmetic;
  const [sum, appearance, smoothness, ...empty] = Array.from(
    {length: 5},
    () => new Float32Array(width * height)
  );
  const weights = {sum, appearance, smoothness};
  const kernels = {appearance: empty[0], smoothness: empty[1]};
  let last: Pick<ShownWeights, "data" | "pixel" | "value"> | null = null;
  const index = ({x, y}: Pixel) => y * width + x;
  const picture = ({pixels}: PairwiseData) => ({width, height, data: pixels});
  const apart = (a: Pixel, b: Pixel) => Math.hypot(a.x - b.x, a.y - b.y);

  function nameOf({truth}: PairwiseData, pixel: Pixel): string | null {
    const label = truth[index(pixel)];
    return label < classes.length ? classes[label].name : null;
  }

  function nearest({truth}: PairwiseData, pixel: Pixel): Pixel | null {
    const found = nearestOther(truth, index(pixel), width);
    return found === null ? null : {x: found % width, y: Math.floor(found / width)};
  }

  /** Which kernels are others than the last, and which maps look otherwise. */
  function differences(data: PairwiseData, pixel: Pixel, {settings}: PairwiseValue) {
    const changed = new Set<MapName>();
    const before = last?.value.settings;
    const moved = last?.data !== data || apart(last.pixel, pixel) > 0;
    const [a, s] = [settings.appearance, settings.smoothness];
    const [a0, s0] = [before?.appearance, before?.smoothness];
    const farther = moved || a.sxy !== a0?.sxy || a.srgb !== a0.srgb;
    const wider = moved || s.sxy !== s0?.sxy;
    // A weight leaves a kernel's shares of its greatest as they are, but 0 leaves none.
    if (farther || (a.weight === 0) !== (a0?.weight === 0)) changed.add("appearance");
    if (wider || (s.weight === 0) !== (s0?.weight === 0)) changed.add("smoothness");
    if (changed.size > 0 || a.weight !== a0?.weight || s.weight !== s0?.weight) changed.add("sum");
    return {kernelsDiffer: farther || wider, changed};
  }

  return {
    compute(data, pixel, value) {
      const {settings} = value;
      const {kernelsDiffer, changed} = differences(data, pixel, value);
      last = {data, pixel, value};
      if (kernelsDiffer) pairwiseKernels(picture(data), index(pixel), settings, kernels);
      if (changed.size > 0)
        for (let i = 0; i < sum.length; i++) {
          appearance[i] = settings.appearance.weight * kernels.appearance[i];
          smoothness[i] = settings.smoothness.weight * kernels.smoothness[i];
          sum[i] = appearance[i] + smoothness[i];
        }
      return {data, pixel, value, kernels, weights, changed};
    },
    readMaps({data, pixel, value: {map, settings}}) {
      const i = index(pixel);
      const shares = (of: Float32Array | null) => heardByLabel(of, data.truth, i);
      const byLabel = {
        picture: shares(null),
        sum: shares(sum),
        appearance: shares(appearance),
        smoothness: shares(smoothness)
      };
      const greatest = greatestWeight(map, settings);
      const other = nearest(data, pixel);
      const facts = {
        ...{pixel, map, greatest, settings, name: nameOf(data, pixel), pixels: width * height},
        strong: countAbove(weights[map], i, 0.01 * greatest),
        half: heardHalf(kernels.appearance, i, width),
        own: byLabel.appearance[data.truth[i]],
        nearest: other && {
          name: nameOf(data, other) ?? "",
          distance: apart(pixel, other),
          appearance: pairKernels(picture(data), i, index(other), settings).appearance
        }
      };
      return {facts, shares: byLabel};
    },
    readPair({data, pixel, value: {settings}}, other) {
      const [i, j] = [index(pixel), index(other)];
      const level = (c: number) => data.pixels[4 * i + c] - data.pixels[4 * j + c];
      const name = (at: Pixel) => nameOf(data, at) ?? "two labels mix";
      return {
        ...{pixel, other, settings},
        names: {pixel: name(pixel), other: name(other)},
        distance: apart(pixel, other),
        levels: Math.hypot(level(0), level(1), level(2)),
        k: pairKernels(picture(data), i, j, settings),
        sums: {
          pixel: kernelSums(picture(data), i, settings),
          other: kernelSums(picture(data), j, settings)
        }
      };
    },
    nearest,
    nameOf
  };
}
