import {read} from "./backend.ts";
import {deeplabV3Plus, type OutputStride} from "./deeplab.ts";
import {execute} from "./execute.ts";
import {resizePicture, type Picture} from "./picture.ts";
import {free, toTensor, type Device, type Segmenter} from "./segment.ts";
import {shapes} from "./shapes.ts";
import {optionsOf, type TrainedNetwork} from "./trainedNetwork.ts";

export interface LayerFeaturesRequest {
  /** Resized to the size that the network was trained on. */
  readonly picture: Picture;
  /** The names of the layers, which the network must have. */
  readonly layers: readonly string[];
}

/** What a layer says of a picture: `data[(y * width + x) * channels + channel]`. */
export interface FeatureMap {
  readonly width: number;
  readonly height: number;
  readonly channels: number;
  readonly data: Float32Array;
}

/** How far a fine map, subsampled, is from a coarse one. */
export interface Agreement {
  /** Of the fine map's units, every how many-th along each side is a unit of the coarse one. */
  readonly step: number;
  /** How many numbers were compared: all units and channels of the coarse map. */
  readonly compared: number;
  /** The largest absolute difference. */
  readonly difference: number;
  /** The largest absolute value of the coarse map. */
  readonly largest: number;
}

/** One layer's output at each output stride, and how the finer two agree with that at 32. */
export interface LayerFeatures {
  readonly layer: string;
  readonly maps: Readonly<Record<OutputStride, FeatureMap>>;
  readonly agreement: Readonly<Record<8 | 16, Agreement>>;
}

/**
 * Returns what each of *layers* says of *picture* at output strides 32, 16 and 8, with the
 * segmenter's weights, and how far the denser maps, subsampled, are from the one at 32. Those of the
 * backbone differ by rounding alone, if that (Chen 2015, section 3.1): a stride that is traded for a
 * rate computes the same features, and more of them.
 *
 * ```js
 * const [{agreement}] = await layerFeatures(segmenter, {picture, layers: [features]});
 * agreement[8].difference / agreement[8].largest;
 * ```
 *
 * No tensor outlives the call. Throws a RangeError for a layer that is not there.
 */
export function layerFeatures(
  {network, compute}: Pick<Segmenter, "network" | "compute">,
  {picture, layers}: LayerFeaturesRequest
): Promise<LayerFeatures[]> {
  const [height, width] = network.size;
  const {data: pixels} = resizePicture(picture, width, height);
  return compute(async (device) => {
    const [coarse, middle, fine] = [
      await mapsAt(32, network, device, pixels, layers),
      await mapsAt(16, network, device, pixels, layers),
      await mapsAt(8, network, device, pixels, layers)
    ];
    return layers.map((layer, i) => ({
      layer,
      maps: {8: fine[i], 16: middle[i], 32: coarse[i]},
      agreement: {8: compareMaps(fine[i], coarse[i]), 16: compareMaps(middle[i], coarse[i])}
    }));
  });
}

async function mapsAt(
  outputStride: OutputStride,
  trained: TrainedNetwork,
  {weights, isLost}: Device,
  pixels: Uint8ClampedArray,
  layers: readonly string[]
): Promise<FeatureMap[]> {
  const network = deeplabV3Plus({...optionsOf(trained), outputStride});
  const sizes = shapes(network, trained.size);
  const input = toTensor(pixels, trained.size);
  const maps: FeatureMap[] = [];
  const tensors: {dispose(): void}[] = [input];
  try {
    const taps = execute(network, weights, input, {taps: layers});
    tensors.push(...taps.values());
    for (const layer of layers) {
      const [height, width, channels] = sizes.get(layer)!;
      maps.push({width, height, channels, data: await read(taps.get(layer)!, isLost)});
    }
  } finally {
    for (const tensor of tensors) free(tensor, isLost);
  }
  return maps;
}

/**
 * Returns how far every step-th unit of *fine*, from the first one on, is from *coarse*, over all
 * channels. Throws a RangeError unless *coarse* has as many channels, and as many units along each
 * side as every step-th of *fine* leaves.
 */
export function compareMaps(fine: FeatureMap, coarse: FeatureMap): Agreement {
  const {width, height, channels, data} = coarse;
  const step = height > 1 ? (fine.height - 1) / (height - 1) : (fine.width - 1) / (width - 1 || 1);
  if (
    !(Number.isInteger(step) && step >= 1) ||
    fine.width !== (width - 1) * step + 1 ||
    fine.height !== (height - 1) * step + 1 ||
    fine.channels !== channels
  )
    throw new RangeError(
      `a map of ${fine.height}×${fine.width}×${fine.channels}, subsampled, is not one of ` +
        `${height}×${width}×${channels}`
    );
  let [difference, largest] = [0, 0];
  for (let y = 0, i = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      let j = (y * fine.width + x) * step * channels;
      for (let c = 0; c < channels; c++, i++, j++) {
        difference = Math.max(difference, Math.abs(fine.data[j] - data[i]));
        largest = Math.max(largest, Math.abs(data[i]));
      }
    }
  }
  return {step, compared: data.length, difference, largest};
}
