import {paddingOf, partsOf, type BarLayer, type NetworkPart} from "./networkBarsData.ts";

/** A bar that stands on the base line: its area is the layer's multiply-adds. */
export interface Bar {
  /** What keeps its place when a standard convolution becomes separable: the pointwise step. */
  readonly key: string;
  readonly kind: BarLayer["kind"];
  readonly x: number;
  readonly width: number;
  readonly height: number;
  /** How much of its width, at the right, is multiply-adds in padding. */
  readonly padding: number;
}

/** Where a part of the network is: among the bars, in the lane below them, and its label. */
export interface PlacedPart extends NetworkPart {
  readonly bars: readonly [from: number, to: number];
  readonly lane: readonly [from: number, to: number];
  readonly label: number;
  readonly text: string;
  /** Its multiply-adds as a share of all. */
  readonly share: number;
  /** The height of its tallest bar, and the rows of that layer's map. */
  readonly height: number;
  readonly rows: number;
}

export interface BarsLayout {
  readonly width: number;
  readonly height: number;
  /** What the bars stand on; the lane's top; the labels' first line. */
  readonly base: number;
  readonly lane: number;
  readonly labels: number;
  readonly bars: readonly Bar[];
  readonly parts: readonly PlacedPart[];
  /** The left end and the width of each layer's cell in the lane. */
  readonly cells: readonly (readonly [x: number, width: number])[];
  /** Square pixels for one multiply-add. */
  readonly area: number;
}

/** Pixels: the lane's height, how far below the bars it is, and room for labels below it. */
export const LANE = 14;
const FAN = 34;
const LABELS = 46;
/** Room for a number above the tallest bar. */
const TOP = 16;
/** From this width on, labels are at length. */
const ROOMY = 620;
/** A bar wide enough to be told from the next by a gap. */
const APART = 4;
/** About how wide a letter of a label is. */
const LETTER = 6.6;

/**
 * Returns where the bars of *layers* are on a chart that is *width* pixels wide. A bar is as tall as
 * its map has rows, as a share of a picture of *size*, and as wide as makes its area proportional
 * to its multiply-adds. *reference*, the layers that need the most room, sets the scale: bars of
 * any network that needs less are comparable with it.
 */
export function barsLayout(
  layers: readonly BarLayer[],
  {reference, size, width}: {reference: readonly BarLayer[]; size: number; width: number}
): BarsLayout {
  const roomy = width >= ROOMY;
  const tall = roomy ? 190 : 140;
  const rowHeight = tall / Math.ceil(size / 2);
  const gaps = {part: roomy ? 14 : 6, unit: roomy ? 1.5 : 0.5, layer: roomy ? 0.75 : 0};
  const extent = (layer: BarLayer) => layer.multiplyAdds / layer.rows;
  const gapBefore = (of: readonly BarLayer[], i: number): number =>
    i === 0
      ? 0
      : of[i].part !== of[i - 1].part
        ? gaps.part
        : of[i].unit !== of[i - 1].unit
          ? gaps.unit
          : 0;
  // Neither has more gaps than the two of them.
  const room = [layers, reference].map((of) =>
    of.reduce((sum, _, i) => sum + gapBefore(of, i) + gaps.layer, 0)
  );
  const columns = (width - Math.max(...room)) / sum(reference.map(extent));

  let right = 0;
  const bars = layers.map((layer, i): Bar => {
    const x = right + gapBefore(layers, i);
    const wide = extent(layer) * columns;
    right = x + wide + (wide >= APART ? gaps.layer : 0);
    return {
      key: barKey(layer.name),
      kind: layer.kind,
      x,
      width: wide,
      height: layer.rows * rowHeight,
      padding: (paddingOf(layer) / layer.rows) * columns
    };
  });

  const parts = partsOf(layers);
  const apart = roomy ? 4 : 2;
  const cell = (width - apart * (parts.length - 1)) / layers.length;
  const cells = parts.flatMap(({start, end}, p) =>
    Array.from({length: end - start}, (_, i) => [(start + i) * cell + p * apart, cell] as const)
  );
  const total = sum(layers.map(({multiplyAdds}) => multiplyAdds));
  const texts = parts.map(({name, shortName}) => (roomy ? name : shortName));
  const lanes = parts.map(({start, end}) => [cells[start][0], cells[end - 1][0] + cell] as const);
  const labels = spread(
    lanes.map(([from, to]) => (from + to) / 2),
    texts.map((text) => Math.max(text.length, 4) * LETTER + 8),
    width
  );
  const base = TOP + tall;
  return {
    width,
    height: base + FAN + LANE + LABELS,
    base,
    lane: base + FAN,
    labels: base + FAN + LANE + 24,
    bars,
    parts: parts.map((part, p) => ({
      ...part,
      bars: [bars[part.start].x, bars[part.end - 1].x + bars[part.end - 1].width],
      lane: lanes[p],
      label: labels[p],
      text: texts[p],
      share: part.multiplyAdds / total,
      height: Math.max(...bars.slice(part.start, part.end).map(({height}) => height)),
      rows: Math.max(...layers.slice(part.start, part.end).map(({rows}) => rows))
    })),
    cells,
    area: columns * rowHeight
  };
}

/** Returns what a layer's bar is known by when other settings replace the network. */
export function barKey(name: string): string {
  return name.replace(/_pointwise$/, "");
}

/** Returns *centers*, moved as little as keeps labels of these *widths* apart, in 0 to *room*. */
export function spread(
  centers: readonly number[],
  widths: readonly number[],
  room: number
): number[] {
  const placed = [...centers];
  let left = 0;
  for (const [i, width] of widths.entries()) {
    placed[i] = Math.max(placed[i], left + width / 2);
    left = placed[i] + width / 2;
  }
  let right = room;
  for (let i = widths.length - 1; i >= 0; i--) {
    placed[i] = Math.min(placed[i], right - widths[i] / 2);
    right = placed[i] - widths[i] / 2;
  }
  return placed;
}

/**
 * Returns a function of a share, 0 to 1, that brings the bars of one network to those of another.
 * A bar that is in one alone opens, or closes, where the next one that both have is.
 */
export function barsBetween(
  before: readonly Bar[],
  after: readonly Bar[]
): (share: number) => Bar[] {
  const old = new Map(before.map((bar) => [bar.key, bar]));
  const known = new Map(after.map((bar) => [bar.key, bar]));
  const pairs: {from: Bar; to: Bar}[] = [];
  for (const [i, bar] of before.entries())
    if (!known.has(bar.key)) pairs.push({from: bar, to: closed(bar, before, i, known)});
  for (const [i, bar] of after.entries())
    pairs.push({from: old.get(bar.key) ?? closed(bar, after, i, old), to: bar});
  return (share) => {
    if (share >= 1) return [...after];
    const mix = (a: number, b: number) => a + (b - a) * share;
    return pairs.map(({from, to}) => ({
      key: to.key,
      kind: to.kind,
      x: mix(from.x, to.x),
      width: mix(from.width, to.width),
      height: mix(from.height, to.height),
      padding: mix(from.padding, to.padding)
    }));
  };
}

/** A bar of no width, where in the *other* network the next bar stands that is in both. */
function closed(bar: Bar, among: readonly Bar[], i: number, other: ReadonlyMap<string, Bar>): Bar {
  const next = among.slice(i + 1).find(({key}) => other.has(key));
  const last = [...other.values()].at(-1);
  const x = next ? other.get(next.key)!.x : last ? last.x + last.width : bar.x;
  return {...bar, x, width: 0, padding: 0};
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
