import type {NetworkBuilder} from "./network.ts";
import {conv3x3, HEAD_EPSILON} from "./aspp.ts";

/**
 * Appends the decoder of DeepLab v3+ (v3+, section 3.1) and returns its last layer: the low-level
 * feature, projected to **skipChannels** by a 1×1 convolution so that it does not outweigh the
 * encoder's, is concatenated to the encoder output resized to it, and two 3×3 convolutions of
 * **channels** refine the whole.
 */
export function decoder(
  builder: NetworkBuilder,
  encoded: string,
  lowLevel: string,
  {skipChannels, channels, separable}: {skipChannels: number; channels: number; separable: boolean}
): string {
  const skip = builder.conv("decoder/feature_projection0", lowLevel, skipChannels, {
    batchNorm: HEAD_EPSILON,
    activation: "relu"
  });
  const resized = builder.resize("decoder/resize", encoded, skip);
  const joined = builder.concat("decoder/concat", [resized, skip]);
  const first = conv3x3(builder, "decoder/decoder_conv0", joined, channels, {separable});
  return conv3x3(builder, "decoder/decoder_conv1", first, channels, {separable});
}
