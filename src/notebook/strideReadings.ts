import {cost} from "../model/cost.ts";
import {
  deeplabV3Plus,
  outputStrides,
  type DeepLabOptions,
  type OutputStride
} from "../model/deeplab.ts";
import type {Layer, Network} from "../model/network.ts";
import {receptiveFields} from "../model/receptiveField.ts";
import type {StripBlock, StripReading} from "../viz/index.ts";

/** A block of a backbone: its layers go by its name. */
export interface BackboneBlock {
  /** Such as `expanded_conv_13`. */
  readonly name: string;
  /** The last of its layers, which hands on its map. */
  readonly output: string;
  readonly layers: readonly Layer[];
}

/** Returns the blocks of a network's backbone, in order. Throws a RangeError if it has none. */
export function backboneBlocks({layers, endpoints: {features}}: Network): BackboneBlock[] {
  const last = layers.findIndex(({name}) => name === features);
  if (last < 0) throw new RangeError("this network names no features");
  const blocks = new Map<string, Layer[]>();
  for (const layer of layers.slice(0, last + 1)) {
    if (layer.type === "input") continue;
    const [, name] = layer.name.split("/");
    blocks.set(name, [...(blocks.get(name) ?? []), layer]);
  }
  return [...blocks].map(([name, layers]) => ({name, layers, output: layers.at(-1)!.name}));
}

/**
 * Returns the backbone of DeepLab with *options* at each output stride, block by block, as read off
 * the network for a picture of *height* × *width*: its maps, receptive fields and cost.
 */
export function strideReadings(
  options: Omit<DeepLabOptions, "outputStride">,
  size: readonly [height: number, width: number]
): StripReading[] {
  return outputStrides.map((outputStride) => readingAt(outputStride, options, size));
}

function readingAt(
  outputStride: OutputStride,
  options: DeepLabOptions,
  size: readonly [height: number, width: number]
): StripReading {
  const network = deeplabV3Plus({...options, outputStride});
  const fields = receptiveFields(network);
  const costs = new Map(cost(network, size).layers.map((layer) => [layer.name, layer]));
  const blocks = backboneBlocks(network).map(({name, output, layers}): StripBlock => {
    const windows = layers.filter((layer) => "kernelSize" in layer);
    const spatial = windows.find(({kernelSize}) => kernelSize > 1) ?? windows[0];
    const [height, width, channels] = costs.get(output)!.shape;
    const sum = (of: "multiplyAdds" | "activationBytes") =>
      layers.reduce((total, layer) => total + costs.get(layer.name)![of], 0);
    return {
      name,
      label: labelOf(name),
      kernelSize: spatial.kernelSize,
      stride: windows.reduce((product, {stride}) => product * stride, 1),
      rate: spatial.rate,
      width,
      height,
      channels,
      field: fields.get(output)!.size,
      multiplyAdds: sum("multiplyAdds"),
      activationBytes: sum("activationBytes")
    };
  });
  return {outputStride, blocks};
}

/** A block's number: `expanded_conv` is 0 and `expanded_conv_13` is 13. */
function labelOf(name: string): string {
  const [, number] = /^expanded_conv(?:_(\d+))?$/.exec(name) ?? [null, name.toLowerCase()];
  return number ?? "0";
}
