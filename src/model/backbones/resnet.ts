import type {NetworkBuilder} from "../network.ts";
import {positiveInteger} from "../network.ts";
import type {Backbone, BackboneOptions} from "./backbone.ts";
import {atrousStrides, BACKBONE_EPSILON, scaledChannels, stridedPadding} from "./backbone.ts";

const stems = ["beta", "7x7"] as const;

export interface ResNetOptions {
  /** How it begins: with three 3×3 convolutions, or with one of 7×7. Default `beta`. */
  readonly stem?: (typeof stems)[number];
  /**
   * What multiplies the rate of each of the last block's three units (Chen 2017, arXiv 1706.05587,
   * section 3.1). Default 1, 2, 4.
   */
  readonly multiGrid?: readonly number[];
}

type StemLayer = readonly [name: string, kernelSize: number, channels: number, stride: number];

const BETA_STEM: readonly StemLayer[] = [
  ["conv1_1", 3, 64, 2],
  ["conv1_2", 3, 64, 1],
  ["conv1_3", 3, 128, 1]
];

const PLAIN_STEM: readonly StemLayer[] = [["conv1", 7, 64, 2]];

/** He 2015, Table 1, 101 layers: bottlenecks of so many channels, whose output has four times that. */
const BLOCKS = [
  {width: 64, units: 3, stride: 2},
  {width: 128, units: 4, stride: 2},
  {width: 256, units: 23, stride: 2},
  {width: 512, units: 3, stride: 1}
] as const;

/**
 * Appends ResNet-101 (He 2015) as DeepLab uses it and returns its features and low-level features:
 * the last convolution of block1's second unit, before the sum. A block's stride is in its last
 * unit, as TF-Slim has it. Strides past **outputStride** become atrous rates of the units after the
 * strided one.
 *
 * Throws a RangeError if **stem** is not there or **multiGrid** is not three positive integers.
 */
export function resnet101(
  builder: NetworkBuilder,
  input: string,
  {
    widthMultiplier,
    outputStride,
    stem = "beta",
    multiGrid = [1, 2, 4]
  }: BackboneOptions & ResNetOptions
): Backbone {
  if (!stems.includes(stem))
    throw new RangeError(`invalid stem: ${String(stem)} (${stems.join(" or ")})`);
  if (multiGrid.length !== 3)
    throw new RangeError(`invalid multi-grid: ${multiGrid.join(", ") || "nothing"} (three rates)`);
  for (const rate of multiGrid) positiveInteger("multi-grid rate", rate);

  const depth = (channels: number) => scaledChannels(channels, widthMultiplier);
  const nextStride = atrousStrides(outputStride);
  const batchNorm = BACKBONE_EPSILON;
  const normalized = {batchNorm, activation: "relu"} as const;
  const window = (kernelSize: number, stride: number, rate: number) => ({
    ...{kernelSize, stride, rate},
    padding: stridedPadding(kernelSize, stride)
  });

  let last = input;
  for (const [name, kernelSize, channels, asked] of stem === "beta" ? BETA_STEM : PLAIN_STEM) {
    const {stride, rate} = nextStride(asked);
    const shape = window(kernelSize, stride, rate);
    last = builder.conv(`resnet_v1_101/${name}`, last, depth(channels), {...shape, ...normalized});
  }
  const pooling = {kind: "max", kernelSize: 3, ...nextStride(2)} as const;
  last = builder.pool("resnet_v1_101/pool1", last, pooling);

  let lowLevel = "";
  for (const [b, {width, units, stride: blockStride}] of BLOCKS.entries()) {
    for (let unit = 1; unit <= units; unit++) {
      const scope = `resnet_v1_101/block${b + 1}/unit_${unit}/bottleneck_v1`;
      const asked = unit === units ? blockStride : 1;
      const {stride, rate} = nextStride(asked);
      const unitRate = b === 3 ? multiGrid[unit - 1] : 1;

      let inner = builder.conv(`${scope}/conv1`, last, depth(width), normalized);
      inner = builder.conv(`${scope}/conv2`, inner, depth(width), {
        ...window(3, stride, rate * unitRate),
        ...normalized
      });
      inner = builder.conv(`${scope}/conv3`, inner, depth(4 * width), {batchNorm});
      if (b === 0 && unit === units - 1) lowLevel = inner;

      let beside = last;
      if (unit === 1)
        beside = builder.conv(`${scope}/shortcut`, last, depth(4 * width), {stride, batchNorm});
      else if (asked > 1)
        // A pool over one unit keeps every stride-th; at stride 1, every one: layers keep their
        // names at any output stride.
        beside = builder.pool(`${scope}/shortcut`, last, {kind: "max", kernelSize: 1, stride});
      const sum = builder.add(`${scope}/add`, beside, inner);
      last = builder.activation(scope, sum, "relu");
    }
  }
  return {features: last, lowLevel};
}
