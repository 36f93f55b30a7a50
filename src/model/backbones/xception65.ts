import type {NetworkBuilder} from "../network.ts";
import type {Backbone, BackboneOptions} from "./backbone.ts";
import {atrousStrides, BACKBONE_EPSILON, scaledChannels, stridedPadding} from "./backbone.ts";

/** One or more units of three separable convolutions each, alike in everything. */
interface Block {
  readonly name: string;
  readonly depths: readonly [number, number, number];
  /** What is added to the third convolution: the input convolved 1×1, the input itself, nothing. */
  readonly shortcut: "conv" | "sum" | "none";
  /** Of the third convolution. */
  readonly stride: 1 | 2;
  readonly units: number;
  /** Whether ReLU comes after both steps of each convolution rather than before the first. */
  readonly reluAfter?: true;
}

/** Chen 2018, Fig. 4. */
const BLOCKS: readonly Block[] = [
  {name: "entry_flow/block1", depths: [128, 128, 128], shortcut: "conv", stride: 2, units: 1},
  {name: "entry_flow/block2", depths: [256, 256, 256], shortcut: "conv", stride: 2, units: 1},
  {name: "entry_flow/block3", depths: [728, 728, 728], shortcut: "conv", stride: 2, units: 1},
  {name: "middle_flow/block1", depths: [728, 728, 728], shortcut: "sum", stride: 1, units: 16},
  {name: "exit_flow/block1", depths: [728, 1024, 1024], shortcut: "conv", stride: 2, units: 1},
  {
    ...{
      name: "exit_flow/block2",
      depths: [1536, 1536, 2048],
      shortcut: "none",
      stride: 1,
      units: 1
    },
    reluAfter: true
  }
];

/**
 * Appends Xception-65, the modified aligned Xception of Chen 2018 (arXiv 1802.02611, Fig. 4), and
 * returns its features and low-level features: the second separable convolution of entry_flow's
 * second block, after batch normalization. As in the released code, and other than in the paper's
 * figure, a separable convolution is ReLU → depthwise → batch norm → pointwise → batch norm, but
 * in the last block, where a ReLU follows each batch norm. Strides past **outputStride** become
 * atrous rates of the units after the strided one.
 */
export function xception65(
  builder: NetworkBuilder,
  input: string,
  {widthMultiplier, outputStride}: BackboneOptions
): Backbone {
  const depth = (channels: number) => scaledChannels(channels, widthMultiplier);
  const nextStride = atrousStrides(outputStride);
  const batchNorm = BACKBONE_EPSILON;

  let last = input;
  for (const [name, channels, asked] of [
    ["conv1_1", 32, 2],
    ["conv1_2", 64, 1]
  ] as const) {
    const {stride, rate} = nextStride(asked);
    last = builder.conv(`xception_65/entry_flow/${name}`, last, depth(channels), {
      ...{kernelSize: 3, stride, rate, padding: stridedPadding(3, stride)},
      batchNorm,
      activation: "relu"
    });
  }

  let lowLevel = "";
  for (const {name, depths, shortcut, stride: asked, units, reluAfter = false} of BLOCKS) {
    for (let unit = 1; unit <= units; unit++) {
      const scope = `xception_65/${name}/unit_${unit}/xception_module`;
      const {stride, rate} = nextStride(asked);
      const activation = reluAfter ? "relu" : "linear";
      let inner = last;
      for (const [i, channels] of depths.entries()) {
        const step = `${scope}/separable_conv${i + 1}`;
        const ownStride = i === 2 ? stride : 1;
        if (!reluAfter) inner = builder.activation(`${step}_relu`, inner, "relu");
        inner = builder.depthwise(`${step}_depthwise`, inner, {
          ...{stride: ownStride, rate, padding: stridedPadding(3, ownStride)},
          batchNorm,
          activation
        });
        inner = builder.conv(`${step}_pointwise`, inner, depth(channels), {batchNorm, activation});
        if (name === "entry_flow/block2" && i === 1) lowLevel = inner;
      }
      if (shortcut === "none") {
        last = inner;
        continue;
      }
      const beside =
        shortcut === "sum"
          ? last
          : builder.conv(`${scope}/shortcut`, last, depth(depths[2]), {stride, batchNorm});
      last = builder.add(`${scope}/add`, beside, inner);
    }
  }
  return {features: last, lowLevel};
}
