/** How a group of 3×3 convolutions is made, or that it is left out. */
export type Form = "standard" | "separable" | "none";

/** A network, and the picture that it is given. */
export interface NetworkSetting {
  backbone: "mobilenetv2" | "xception65" | "resnet101";
  outputStride: 8 | 16 | 32;
  /** ASPP's three atrous 3×3 branches; the rest of ASPP is always there. */
  aspp: Form;
  /** The decoder's two 3×3 convolutions; without them, no decoder at all. */
  decoder: Form;
  /** The side of the picture in pixels, 32k + 1. */
  size: number;
  /** Whether atrous convolutions are counted on the grid that space-to-batch pads to. */
  spaceToBatch: boolean;
}

/** What a convolution sums over: space and channels, channels, or space. */
export type BarKind = "standard" | "pointwise" | "depthwise";

/** A convolution, as read off the network. */
export interface BarLayer {
  readonly name: string;
  readonly kind: BarKind;
  /** The part of the network that it belongs to, and its name where there is little room. */
  readonly part: string;
  readonly shortPart: string;
  /** What it forms a block with: neighbors that share it are drawn close together. */
  readonly unit: string;
  readonly kernelSize: number;
  readonly stride: number;
  readonly rate: number;
  /** Channels that it reads, and its output. */
  readonly from: number;
  readonly to: number;
  readonly rows: number;
  readonly columns: number;
  readonly parameters: number;
  readonly multiplyAdds: number;
  /** The outputs that are counted, where they are more than it has. */
  readonly grid: readonly [rows: number, columns: number] | null;
}

/** What a network costs, layer by layer and in all. */
export interface NetworkReading {
  /** Its convolutions in order. */
  readonly layers: readonly BarLayer[];
  readonly parameters: number;
  readonly multiplyAdds: number;
  /** The bytes of the outputs of all layers, in single precision. */
  readonly activationBytes: number;
}

/** A row of a paper's table beside our counts of the same network. */
export interface PublishedReading {
  readonly setting: NetworkSetting;
  readonly source: string;
  readonly meanIoU: number;
  readonly published: number;
  /** The same in billions, with the digits that the paper gives. */
  readonly printed: string;
  /** With each output counted once, and on the grid that space-to-batch pads to. */
  readonly counted: number;
  readonly padded: number;
  readonly parameters: {readonly published: number; readonly counted: number} | null;
}

export const backbones = [
  {value: "mobilenetv2", name: "MobileNetV2"},
  {value: "xception65", name: "Xception-65"},
  {value: "resnet101", name: "ResNet-101"}
] as const;
export const strides = [8, 16, 32] as const;
export const forms: readonly Form[] = ["standard", "separable", "none"];
export const sizes = {min: 65, max: 1025, step: 32} as const;

/** Returns a copy of *setting*; throws a RangeError that names what is not legal. */
export function checkSetting(setting: NetworkSetting): NetworkSetting {
  const {backbone, outputStride, aspp, decoder, size, spaceToBatch} = setting;
  const legal = backbones.map(({value}) => value);
  if (!legal.includes(backbone))
    throw new RangeError(`invalid backbone: ${String(backbone)} (${legal.join(", ")})`);
  if (!strides.includes(outputStride))
    throw new RangeError(`invalid output stride: ${String(outputStride)} (${strides.join(", ")})`);
  for (const [part, form] of Object.entries({aspp, decoder}))
    if (!forms.includes(form))
      throw new RangeError(`invalid ${part}: ${String(form)} (${forms.join(", ")})`);
  const {min, max, step} = sizes;
  if (!(size >= min && size <= max && (size - min) % step === 0))
    throw new RangeError(`invalid size: ${String(size)} (${min} to ${max} by ${step})`);
  if (typeof spaceToBatch !== "boolean")
    throw new RangeError(`invalid spaceToBatch: ${String(spaceToBatch)} (true, false)`);
  return {backbone, outputStride, aspp, decoder, size, spaceToBatch};
}

/** Whether two settings are of one network and picture, however it is counted. */
export function sameNetwork(a: NetworkSetting, b: NetworkSetting): boolean {
  return (["backbone", "outputStride", "aspp", "decoder", "size"] as const).every(
    (key) => a[key] === b[key]
  );
}

/** Returns the multiply-adds of a layer that its map's padding adds to those that it needs. */
export function paddingOf({multiplyAdds, rows, columns, grid}: BarLayer): number {
  return grid === null ? 0 : multiplyAdds * (1 - (rows * columns) / (grid[0] * grid[1]));
}

/** A run of layers of one part. */
export interface NetworkPart {
  readonly name: string;
  readonly shortName: string;
  /** The numbers of its first layer, and of the first after it. */
  readonly start: number;
  readonly end: number;
  readonly multiplyAdds: number;
}

/** Returns the parts of a network in order. */
export function partsOf(layers: readonly BarLayer[]): NetworkPart[] {
  const parts: NetworkPart[] = [];
  for (const [i, {part: name, shortPart: shortName, multiplyAdds}] of layers.entries()) {
    const last = parts.at(-1);
    if (last?.name === name)
      parts.splice(-1, 1, {
        ...last,
        end: i + 1,
        multiplyAdds: last.multiplyAdds + multiplyAdds
      });
    else parts.push({name, shortName, start: i, end: i + 1, multiplyAdds});
  }
  return parts;
}

/** Returns the multiply-adds of each kind of convolution, and those of padding, which is in none. */
export function kindTotals(layers: readonly BarLayer[]): Record<BarKind | "padding", number> {
  const totals = {standard: 0, pointwise: 0, depthwise: 0, padding: 0};
  for (const layer of layers) {
    const padding = paddingOf(layer);
    totals[layer.kind] += layer.multiplyAdds - padding;
    totals.padding += padding;
  }
  return totals;
}

/** Returns the multiply-adds of backbone, ASPP and decoder; logits count to what they read. */
export function sectionTotals(
  layers: readonly BarLayer[]
): Record<"backbone" | "aspp" | "decoder", number> {
  const totals = {backbone: 0, aspp: 0, decoder: 0};
  for (const {part, multiplyAdds} of layers)
    totals[part === "ASPP" ? "aspp" : part === "Decoder" ? "decoder" : "backbone"] += multiplyAdds;
  return totals;
}

/** Returns the layers as a table of comma-separated values. */
export function layersCsv(layers: readonly BarLayer[]): string {
  const head =
    "name,part,kind,kernel,stride,rate,rows,columns,counted rows,counted columns," +
    "channels in,channels out,parameters,multiply-adds";
  const lines = layers.map((layer) => {
    const {name, part, kind, kernelSize, stride, rate, rows, columns, from, to} = layer;
    const counted = layer.grid ?? [rows, columns];
    const shape = [kernelSize, stride, rate, rows, columns, ...counted, from, to];
    return [name, `"${part}"`, kind, ...shape, layer.parameters, layer.multiplyAdds].join();
  });
  return [head, ...lines].join("\n") + "\n";
}
