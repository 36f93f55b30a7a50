import {factor} from "./numberWords.ts";
import {
  backbones,
  kindTotals,
  paddingOf,
  sectionTotals,
  type BarLayer,
  type NetworkReading,
  type NetworkSetting,
  type PublishedReading
} from "./networkBarsData.ts";
import {percent} from "./percent.ts";
import {and} from "./rateWords.ts";

/** Returns *count* in billions, to two digits behind the point: "54.17". */
export function billions(count: number): string {
  return (count / 1e9).toFixed(2);
}

/** Returns *count* with the word for its size: "86.68 billion", "577 million", "864". */
export function large(count: number): string {
  const units: [number, string][] = [
    [1e9, "billion"],
    [1e6, "million"],
    [1e3, "thousand"]
  ];
  for (const [unit, word] of units)
    if (count >= 0.9995 * unit)
      return `${unit === 1e9 ? billions(count) : (count / unit).toPrecision(3)}\u00a0${word}`;
  return String(Math.round(count));
}

/** Returns *count* bytes: "1.07 GB". */
export function bytes(count: number): string {
  const [unit, word] = count >= 0.9995e9 ? [1e9, "GB"] : [1e6, "MB"];
  return `${(count / unit).toPrecision(3)}\u00a0${word}`;
}

/** Returns a share with its sign: "−3.4 %", "+0.02 %". */
export function signedPercent(share: number): string {
  return `${share < 0 ? "−" : "+"}${smallPercent(Math.abs(share))}`;
}

/** Returns a share in words, with two digits where it is less than one percent: "0.03 %". */
function smallPercent(share: number): string {
  return share >= 0.01 || share === 0
    ? percent(share)
    : `${Number((100 * share).toPrecision(2))} %`;
}

export function backboneName({backbone}: NetworkSetting): string {
  return backbones.find(({value}) => value === backbone)!.name;
}

/** "standard ASPP and decoder", "separable ASPP and no decoder": what the head is made of. */
export function headWords({aspp, decoder}: NetworkSetting): string {
  if (aspp === decoder && aspp !== "none") return `${aspp} ASPP and decoder`;
  const branches = aspp === "none" ? "no atrous branches" : `${aspp} ASPP`;
  return `${branches} and ${decoder === "none" ? "no decoder" : `${decoder} decoder`}`;
}

/** Returns what is to be known of a layer, as its name, what it does, and what it costs. */
export function layerWords(
  layer: BarLayer,
  total: number
): [name: string, shape: string, cost: string] {
  const {kernelSize: k, kind, rate, stride, from, to, rows, columns, grid} = layer;
  const kernel = {
    standard: `${k}×${k} over all channels`,
    pointwise: "1×1",
    depthwise: `${k}×${k} depthwise`
  }[kind];
  const steps = [rate > 1 ? `rate ${rate}` : "", stride > 1 ? `stride ${stride}` : ""];
  const shape = [
    kernel,
    ...steps.filter(Boolean),
    `${from} → ${to} channels`,
    `map ${columns}×${rows}`
  ];
  return [
    layer.name,
    shape.join(", "),
    `${large(layer.parameters)} parameters; ${large(layer.multiplyAdds)} multiply-adds` +
      `${grid ? `, counted on ${grid[1]}×${grid[0]}` : ""}; ${percent(layer.multiplyAdds / total)} of all`
  ];
}

/**
 * Returns what the chart shows, with its numbers. *other* is the same network with its separable
 * convolutions in ASPP and decoder exchanged for standard ones, or the other way round; null where
 * it has neither.
 */
export function barsCaption(
  setting: NetworkSetting,
  {layers, multiplyAdds}: NetworkReading,
  other: {readonly setting: NetworkSetting; readonly multiplyAdds: number} | null
): string {
  const {size, outputStride, decoder} = setting;
  const sections = sectionTotals(layers);
  const kinds = kindTotals(layers);
  const depthwise = layers.filter(({kind}) => kind === "depthwise").length;
  const places = [
    `${billions(sections.backbone)} in the backbone`,
    `${billions(sections.aspp)} in ASPP`,
    ...(decoder === "none" ? [] : [`${billions(sections.decoder)} in the decoder`])
  ];
  const spatial =
    depthwise === 0
      ? "None is depthwise."
      : `${depthwise} of them are depthwise and take ${percent(kinds.depthwise / multiplyAdds)}.`;
  return (
    `${backboneName(setting)} at output stride ${outputStride} with ${headWords(setting)} needs ` +
    `${billions(multiplyAdds)} billion multiply-adds for ${size}×${size} pixels: ` +
    `${and(places)}. Each of the ${layers.length} convolutions is a bar, as tall as its map, ` +
    `whose area is its multiply-adds. ${spatial}` +
    (other
      ? ` With ${headWords(other.setting)} it would be ${billions(other.multiplyAdds)}, ` +
        `${comparedWords(other.multiplyAdds / multiplyAdds)}.`
      : "")
  );
}

/** A ratio in words: "38 % less", "19 % more", "2.1 times as much". */
function comparedWords(ratio: number): string {
  if (ratio < 1) return `${percent(1 - ratio)} less`;
  return ratio < 2 ? `${percent(ratio - 1)} more` : `${factor(ratio)} times as much`;
}

/** Returns what space-to-batch adds to the network that *padded* counts on its grid. */
export function paddingSentences(
  setting: NetworkSetting,
  {layers, multiplyAdds}: NetworkReading
): string {
  const atrous = layers.filter(({rate, kernelSize}) => rate > 1 && kernelSize > 1);
  const branches = atrous.filter(({part}) => part === "ASPP");
  const more = layers.reduce((sum, layer) => sum + paddingOf(layer), 0);
  const how =
    "TensorFlow runs a convolution of rate r as r × r small ones without holes, and first pads the " +
    "map until r divides its sides. Counts on that grid agree with the papers’.";
  if (more === 0) return `${how} Here it adds nothing: every rate divides its map, or is 1.`;
  const once = multiplyAdds - more;
  const whole =
    `The true count of the whole network, ${billions(once)} billion, is ` +
    `${smallPercent(more / multiplyAdds)} below the padded one, ${billions(multiplyAdds)}.`;
  if (branches.length === 0) return `${how} ${whole}`;
  const rates = and(branches.map(({rate}) => String(rate)));
  const [{rows, columns}] = branches;
  const grids = branches.map(({grid}) => (grid ?? [rows, columns]).toReversed().join("×"));
  const cost = branches.reduce((sum, layer) => sum + layer.multiplyAdds, 0);
  const own = cost - branches.reduce((sum, layer) => sum + paddingOf(layer), 0);
  return (
    `${how} At rates ${rates}, ${columns}×${rows} becomes ${and([...new Set(grids)])}, and ASPP’s ` +
    `${setting.aspp === "standard" ? "standard" : "depthwise"} branches cost ${large(cost)} rather ` +
    `than ${large(own)}, ${comparedWords(cost / own)}. ${whole}`
  );
}

/** Returns how the papers' rows agree with our counts on the padded grid. */
export function agreementWords(rows: readonly PublishedReading[]): string {
  const off = ({published, padded}: PublishedReading) => Math.abs(padded / published - 1);
  const [worst, second] = rows.toSorted((a, b) => off(b) - off(a));
  const {outputStride} = worst.setting;
  const others = decoderCosts(rows);
  const own = others.find(({row}) => row === worst);
  const rest = others.filter(({row}) => row !== worst).map(({cost}) => cost);
  return (
    `On the padded grid all rows but one agree with the papers within ${smallPercent(off(second))}. The ` +
    `odd one is ${backboneName(worst.setting)} with decoder at output stride ${outputStride}, ` +
    `${percent(off(worst))} off.` +
    (own
      ? ` There the paper’s own rows put the decoder at ${billions(own.cost)} billion; the other ` +
        `pairs put the same decoder at ${[...new Set([Math.min(...rest), Math.max(...rest)].map(billions))].join(" to ")}.`
      : "")
  );
}

/** Returns where the rows are from. */
export function sourceWords(rows: readonly PublishedReading[]): string {
  return `Papers: ${[...new Set(rows.map(({source}) => source))].join("; ")}. mIoU is on PASCAL VOC’s validation set.`;
}

/** What the decoder costs, by the papers' rows with it and without. */
function decoderCosts(rows: readonly PublishedReading[]): {row: PublishedReading; cost: number}[] {
  return rows.flatMap((row) => {
    const {backbone, outputStride, aspp, decoder} = row.setting;
    const without = rows.find(
      ({setting}) =>
        setting.backbone === backbone &&
        setting.outputStride === outputStride &&
        setting.aspp === aspp &&
        setting.decoder === "none"
    );
    return without && decoder !== "none" ? [{row, cost: row.published - without.published}] : [];
  });
}

/** Whether the decoder, though separable, costs more than the backbone; and how they stand. */
export function decoderTask(
  {decoder}: NetworkSetting,
  {layers}: NetworkReading
): {solved: boolean; note: string} {
  if (decoder === "none") return {solved: false, note: "Now there is no decoder."};
  const {backbone, decoder: cost} = sectionTotals(layers);
  return {
    solved: decoder === "separable" && cost > backbone,
    note:
      `Now the ${decoder} decoder costs ${billions(cost)} billion, the backbone ` +
      `${billions(backbone)}.`
  };
}
