import type {NetworkBuilder} from "../network.ts";
import type {Backbone, BackboneOptions} from "./backbone.ts";
import {atrousStrides, BACKBONE_EPSILON, scaledChannels} from "./backbone.ts";

/** Sandler 2018, Table 2, up to 320 channels, where DeepLab stops. */
const STAGES: readonly {channels: number; strides: readonly number[]}[] = [
  {channels: 16, strides: [1]},
  {channels: 24, strides: [2, 1]},
  {channels: 32, strides: [2, 1, 1]},
  {channels: 64, strides: [2, 1, 1, 1]},
  {channels: 96, strides: [1, 1, 1]},
  {channels: 160, strides: [2, 1, 1]},
  {channels: 320, strides: [1]}
];

/**
 * Appends MobileNetV2 (Sandler 2018) as DeepLab uses it and returns its features and low-level
 * features. Strides past **outputStride** become atrous rates of the layers after the strided
 * one. **widthMultiplier** scales channels, rounded half up, at least 1.
 */
export function mobilenetV2(
  builder: NetworkBuilder,
  input: string,
  {widthMultiplier, outputStride}: BackboneOptions
): Backbone {
  const depth = (channels: number) => scaledChannels(channels, widthMultiplier);
  const nextStride = atrousStrides(outputStride);
  const batchNorm = BACKBONE_EPSILON;

  let last = builder.conv("MobilenetV2/Conv", input, depth(32), {
    kernelSize: 3,
    ...nextStride(2),
    batchNorm,
    activation: "relu6"
  });
  let from = depth(32);
  let lowLevel = "";
  let block = 0;

  for (const {channels, strides} of STAGES) {
    const to = depth(channels);
    for (const asked of strides) {
      const scope = `MobilenetV2/expanded_conv${block === 0 ? "" : `_${block}`}`;
      let inner = last;
      if (block > 0)
        inner = builder.conv(`${scope}/expand`, last, from * 6, {batchNorm, activation: "relu6"});
      inner = builder.depthwise(`${scope}/depthwise`, inner, {
        ...nextStride(asked),
        batchNorm,
        activation: "relu6"
      });
      if (block === 2) lowLevel = inner;
      inner = builder.conv(`${scope}/project`, inner, to, {batchNorm});
      last = asked === 1 && from === to ? builder.add(`${scope}/add`, last, inner) : inner;
      from = to;
      block++;
    }
  }
  return {features: last, lowLevel};
}
