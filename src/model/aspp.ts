import type {NetworkBuilder} from "./network.ts";
import {positiveInteger} from "./network.ts";

/** Batch-norm epsilon in DeepLab's ASPP and decoder. */
export const HEAD_EPSILON = 1e-5;

/**
 * Appends a 3×3 convolution and returns its last layer: in one step (`name`), or, if **separable**,
 * depthwise and then pointwise (`name_depthwise`, `name_pointwise`), each with batch norm and ReLU.
 */
export function conv3x3(
  builder: NetworkBuilder,
  name: string,
  input: string,
  filters: number,
  {separable, rate = 1}: {separable: boolean; rate?: number}
): string {
  const normalized = {batchNorm: HEAD_EPSILON, activation: "relu"} as const;
  if (!separable) return builder.conv(name, input, filters, {kernelSize: 3, rate, ...normalized});
  const depthwise = builder.depthwise(`${name}_depthwise`, input, {rate, ...normalized});
  return builder.conv(`${name}_pointwise`, depthwise, filters, normalized);
}

/**
 * Appends atrous spatial pyramid pooling (v3, section 3.3) over *features* and returns its
 * projection: image pooling, a 1×1 convolution and one 3×3 convolution for each of **rates**,
 * **channels** each, concatenated and projected to **channels**, with dropout in training.
 */
export function aspp(
  builder: NetworkBuilder,
  features: string,
  {
    rates,
    channels,
    separable,
    imagePooling
  }: {rates: readonly number[]; channels: number; separable: boolean; imagePooling: boolean}
): string {
  const normalized = {batchNorm: HEAD_EPSILON, activation: "relu"} as const;
  const branches: string[] = [];
  if (imagePooling) {
    const pooled = builder.globalPool("image_pooling/pool", features);
    const projected = builder.conv("image_pooling", pooled, channels, normalized);
    branches.push(builder.resize("image_pooling/resize", projected, features));
  }
  branches.push(builder.conv("aspp0", features, channels, normalized));
  for (const [i, rate] of rates.entries()) {
    positiveInteger("rate", rate);
    branches.push(conv3x3(builder, `aspp${i + 1}`, features, channels, {separable, rate}));
  }
  const joined = builder.concat("aspp/concat", branches);
  const projection = builder.conv("concat_projection", joined, channels, normalized);
  return builder.dropout("concat_projection/dropout", projection, 0.9);
}
