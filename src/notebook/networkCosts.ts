import {cost} from "../model/cost.ts";
import {deeplabV3Plus, type DeepLabOptions} from "../model/deeplab.ts";
import {isWeighted, type Network, type WeightedLayer} from "../model/network.ts";
import {PUBLISHED_SIZE, publishedCosts} from "../model/publishedCosts.ts";
import type {BarLayer, NetworkReading, NetworkSetting, PublishedReading} from "../viz/index.ts";
import {paddingOf} from "../viz/networkBarsData.ts";

/**
 * Returns what DeepLab v3+ with *setting* and the 21 classes of PASCAL VOC costs, as read off the
 * network. Throws a RangeError for what `deeplabV3Plus` or `cost` refuses. The last readings are
 * kept, so that asking again for one takes no time.
 */
export function networkReading(setting: NetworkSetting): NetworkReading {
  const {backbone, outputStride, aspp, decoder, size, spaceToBatch} = setting;
  const network = [backbone, outputStride, aspp, decoder].join();
  return remembered(readings, `${network},${size},${spaceToBatch}`, () =>
    read(
      remembered(networks, network, () => deeplabV3Plus(optionsOf(setting))),
      size,
      spaceToBatch
    )
  );
}

/** Returns the papers' rows, in their order, each beside what we count of the same network. */
export function publishedReadings(): PublishedReading[] {
  return publishedCosts.map((row): PublishedReading => {
    const {options, multiplyAdds: published, parameters, spaceToBatch} = row;
    const {source, printed, meanIoU} = row;
    const setting: NetworkSetting = {
      backbone: options.backbone,
      outputStride: options.outputStride,
      aspp: formOf(options.atrousBranches, options.separableAspp),
      decoder: formOf(options.decoder, options.separableDecoder),
      size: PUBLISHED_SIZE,
      spaceToBatch
    };
    const {layers, ...padded} = networkReading({...setting, spaceToBatch: true});
    const padding = layers.reduce((sum, layer) => sum + paddingOf(layer), 0);
    return {
      ...{setting, source, meanIoU, published, printed},
      counted: Math.round(padded.multiplyAdds - padding),
      padded: padded.multiplyAdds,
      parameters: parameters === null ? null : {published: parameters, counted: padded.parameters}
    };
  });
}

const networks = new Map<string, Network>();
const readings = new Map<string, NetworkReading>();
/** More than there are networks (81), and than a figure asks for at any one setting. */
const REMEMBERED = 128;

function remembered<V>(known: Map<string, V>, key: string, make: () => V): V {
  const found = known.get(key) ?? make();
  // Asked for last, forgotten last.
  known.delete(key);
  known.set(key, found);
  if (known.size > REMEMBERED) known.delete(known.keys().next().value!);
  return found;
}

function formOf(there = true, separable = true): NetworkSetting["aspp"] {
  return !there ? "none" : separable ? "separable" : "standard";
}

function optionsOf({backbone, outputStride, aspp, decoder}: NetworkSetting): DeepLabOptions {
  return {
    ...{backbone, outputStride},
    atrousBranches: aspp !== "none",
    separableAspp: aspp !== "standard",
    decoder: decoder !== "none",
    separableDecoder: decoder !== "standard"
  };
}

function read(network: Network, size: number, spaceToBatch: boolean): NetworkReading {
  const {layers, ...totals} = cost(network, [size, size], {spaceToBatch});
  const costs = new Map(layers.map((layer) => [layer.name, layer]));
  const bars = network.layers.filter(isWeighted).map((layer): BarLayer => {
    const {name, inputs, kernelSize, stride, rate} = layer;
    const {shape, parameters, multiplyAdds, grid = null} = costs.get(name)!;
    const [rows, columns, to] = shape;
    const [part, shortPart] = partOf(name, network.endpoints.decoder !== undefined);
    // One literal: spread out of several, a reading takes more than twice as long.
    return {
      name,
      kind: kindOf(layer),
      part,
      shortPart,
      unit: unitOf(name),
      kernelSize,
      stride,
      rate,
      from: costs.get(inputs[0])!.shape[2],
      to,
      rows,
      columns,
      parameters,
      multiplyAdds,
      grid
    };
  });
  return {layers: bars, ...totals};
}

function kindOf({type, kernelSize}: WeightedLayer): BarLayer["kind"] {
  return type === "depthwise" ? "depthwise" : kernelSize === 1 ? "pointwise" : "standard";
}

/** MobileNetV2's blocks by the stride of a network that has all of its strides: the last of each. */
const STAGES = [2, 5, 12, 16];

/** Returns the part of the network that a layer belongs to, at length and in short. */
function partOf(name: string, hasDecoder: boolean): [part: string, short: string] {
  if (/^(image_pooling|aspp\d|concat_projection)/.test(name)) return ["ASPP", "ASPP"];
  // Without decoder, the logits are made of ASPP's output.
  if (name.startsWith("decoder/") || name.startsWith("logits/"))
    return hasDecoder ? ["Decoder", "Decoder"] : ["ASPP", "ASPP"];
  const [, flow] = /^xception_65\/(entry|middle|exit)_flow\//.exec(name) ?? [];
  if (flow !== undefined) {
    const short = flow[0].toUpperCase() + flow.slice(1);
    return [`${short} flow`, short];
  }
  if (name.startsWith("resnet_v1_101/")) {
    const [, block] = /\/block(\d)\//.exec(name) ?? [];
    return block === undefined ? ["Stem", "Stem"] : [`Block ${block}`, `B${block}`];
  }
  const [, block = name === "MobilenetV2/Conv" ? "-1" : "0"] =
    /^MobilenetV2\/expanded_conv_(\d+)\//.exec(name) ?? [];
  const stage = STAGES.findIndex((last) => Number(block) <= last);
  const range = `${stage === 0 ? 0 : STAGES[stage - 1] + 1}–${STAGES[stage]}`;
  return [`${stage === 0 ? "Stem, blocks" : "Blocks"} ${range}`, range];
}

/** Returns the name of the unit, or of the separable convolution, that a layer belongs to. */
function unitOf(name: string): string {
  const [unit] =
    /^.*\/unit_\d+(?=\/)|^MobilenetV2\/expanded_conv[^/]*/.exec(name) ??
    /^.*?(?=_depthwise$|_pointwise$|$)/.exec(name)!;
  return unit;
}
