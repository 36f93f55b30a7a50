import type {ColorSteps} from "./colorSteps.ts";

/** Along a row, or along a column. */
export type Direction = "across" | "down";

/** A row or a column of a picture. */
export interface PictureLine {
  /** The index of its first pixel, and how far the next one lies. */
  readonly start: number;
  readonly stride: number;
  /** How many pixels it has. */
  readonly length: number;
}

/** How a probability passes ½ along a line. Places are in pixels, between which it is linear. */
export interface Ramp {
  /** Where it is ½. */
  readonly middle: number;
  /** Where it comes to 10 % and to 90 %; null where it turns back, or the picture ends, before. */
  readonly low: number | null;
  readonly high: number | null;
  /** The pixels between the two, or null. */
  readonly width: number | null;
}

/** The strongest color step of a stretch of a line. */
export interface ColorEdge {
  /** Where it is: between pixel *at* − ½ and pixel *at* + ½. */
  readonly at: number;
  /** In 8-bit levels. */
  readonly levels: number;
  /** How many steps side by side, it among them, are at least half as strong. */
  readonly width: number;
}

/** A place where a row or a column passes from one thing to another. */
export interface BoundaryPlace {
  /** The pixel before the color edge. */
  readonly x: number;
  readonly y: number;
  readonly direction: Direction;
  /** The class that begins, or that ends, there. */
  readonly label: number;
}

/** The ramps of a picture at its true boundaries. */
export interface BoundaryRamps {
  /** How often a row or a column enters a thing. */
  readonly entries: number;
  /** At how many of them the thing's probability passes from 10 % to 90 %. */
  readonly ramps: number;
  /** The medians, over those, of the ramp's width and of the color edge's; null without any. */
  readonly rampWidth: number | null;
  readonly edgeWidth: number | null;
  /** Where a wide ramp stands on a strong, narrow edge; null without any ramp. */
  readonly clearest: BoundaryPlace | null;
}

/** What a network says of a picture, and what is to be seen in it. */
export interface BoundaryPicture {
  readonly width: number;
  readonly height: number;
  readonly classes: number;
  /** A probability for each pixel and class, class fastest. */
  readonly probabilities: Float32Array;
  readonly steps: ColorSteps;
}

/** A ramp whose middle is farther off, in pixels, is another boundary's. */
const RAMP_REACH = 16;
/** Boundaries are a thin line of void, up to so many pixels wide. */
const VOID_LINE = 4;
/** What is clear to see: nothing else so near, a ramp no wider, its edge no farther, in pixels. */
const [ALONE, WIDE, APART] = [10, 24, 4];

/** Returns the row or the column through a pixel, and where on it the pixel is. */
export function lineThrough(
  {x, y, direction}: Omit<BoundaryPlace, "label">,
  {width, height}: {width: number; height: number}
): PictureLine & {at: number} {
  return direction === "across"
    ? {start: y * width, stride: 1, length: width, at: x}
    : {start: x, stride: width, length: height, at: y};
}

/**
 * Returns the ramp of *value*, a probability for each of *length* pixels, whose middle is nearest to
 * *at* and within *reach* pixels of it; null if there is none.
 */
export function rampNear(
  value: (pixel: number) => number,
  length: number,
  at: number,
  reach = RAMP_REACH
): Ramp | null {
  let left = -1;
  let middle = Infinity;
  const from = Math.max(0, Math.floor(at - reach) - 1);
  for (let i = from; i < Math.min(length - 1, at + reach + 1); ++i) {
    if (value(i) < 0.5 === value(i + 1) < 0.5) continue;
    const place = passes(value, i, i + 1, 0.5);
    if (Math.abs(place - at) > reach || Math.abs(place - at) >= Math.abs(middle - at)) continue;
    [left, middle] = [i, place];
  }
  if (left < 0) return null;
  const rises = value(left + 1) >= 0.5;
  const high = rises ? follow(left + 1, 1, 0.9) : follow(left, -1, 0.9);
  const low = rises ? follow(left, -1, 0.1) : follow(left + 1, 1, 0.1);
  const width = high === null || low === null ? null : Math.abs(high - low);
  return {middle, low, high, width};

  /** Goes on from pixel *i* until the value comes to *level*, but not back over ½. */
  function follow(i: number, by: number, level: number): number | null {
    const above = level > 0.5;
    for (; i >= 0 && i < length && value(i) >= 0.5 === above; i += by)
      if (above ? value(i) >= level : value(i) <= level) return passes(value, i - by, i, level);
    return null;
  }
}

/** Returns where between pixels *i* and *j* the value is *level*. */
function passes(value: (pixel: number) => number, i: number, j: number, level: number): number {
  return i + ((level - value(i)) / (value(j) - value(i))) * (j - i);
}

/**
 * Returns the strongest of the *steps* on *line* between the places *from* and *to* (step i is that
 * from pixel i to pixel i + 1), and how wide it is; null if no color changes there.
 */
export function edgeBetween(
  steps: Float32Array,
  {start, stride, length}: PictureLine,
  from: number,
  to: number
): ColorEdge | null {
  const step = (i: number) => steps[start + i * stride];
  let strongest = -1;
  for (let i = Math.max(0, Math.ceil(from - 0.5)); i <= Math.min(length - 2, to - 0.5); ++i)
    if (step(i) > (strongest < 0 ? 0 : step(strongest))) strongest = i;
  if (strongest < 0) return null;
  const levels = step(strongest);
  let [first, last] = [strongest, strongest];
  while (first > 0 && step(first - 1) >= levels / 2) --first;
  while (last < length - 2 && step(last + 1) >= levels / 2) ++last;
  return {at: strongest + 0.5, levels, width: last - first + 1};
}

/**
 * Returns how wide, along every row and every column, the ramps of the network's probabilities are
 * where the *truth* has a boundary, and how wide the color's edges there. Labels that are no class
 * are void.
 */
export function boundaryRamps(picture: BoundaryPicture, truth: Uint8Array): BoundaryRamps {
  const {width, height, classes} = picture;
  const widths: number[] = [];
  const edges: number[] = [];
  const areas = new Float64Array(256);
  for (const label of truth) ++areas[label];
  let entries = 0;
  let best = 0;
  let clearest: BoundaryPlace | null = null;

  for (const direction of ["across", "down"] as const) {
    const lines = direction === "across" ? height : width;
    for (let n = 0; n < lines; ++n) {
      const place = direction === "across" ? {x: 0, y: n} : {x: n, y: 0};
      const line = lineThrough({...place, direction}, picture);
      for (const {before, after} of crossings(truth, line, classes)) {
        ++entries;
        const found = measure(line, direction, before, after);
        if (found === null) continue;
        const {ramp, width: wide, edge, label} = found;
        widths.push(wide);
        edges.push(edge.width);
        if (wide > WIDE || Math.abs(ramp.middle - edge.at) > APART) continue;
        if (!isAlone(line, before, after)) continue;
        // Of a large thing, more of the picture is to be seen.
        const score =
          (Math.sqrt(areas[label]) * wide * (edge.levels - otherSteps(line, direction, edge))) /
          edge.width;
        if (score <= best) continue;
        best = score;
        const at = Math.floor(edge.at);
        clearest =
          direction === "across"
            ? {x: at, y: n, direction, label}
            : {x: n, y: at, direction, label};
      }
    }
  }
  return {
    entries,
    ramps: widths.length,
    rampWidth: median(widths),
    edgeWidth: median(edges),
    clearest
  };

  function measure(line: PictureLine, direction: Direction, before: number, after: number) {
    const {start, stride, length} = line;
    const label = truth[start + after * stride];
    const ramp = rampNear(
      (i) => picture.probabilities[(start + i * stride) * classes + label],
      length,
      (before + after) / 2
    );
    const edge = edgeBetween(picture.steps[direction], line, before - 1.5, after + 1.5);
    if (ramp?.width == null || edge === null) return null;
    return {ramp, width: ramp.width, edge, label};
  }

  /** The strongest step near an edge that is none of its own, in levels. */
  function otherSteps(
    {start, stride, length}: PictureLine,
    direction: Direction,
    {at, width}: ColorEdge
  ) {
    const steps = picture.steps[direction];
    let most = 0;
    for (let i = Math.max(0, Math.floor(at) - WIDE); i < Math.min(length - 1, at + WIDE); ++i)
      if (Math.abs(i + 0.5 - at) > width) most = Math.max(most, steps[start + i * stride]);
    return most;
  }

  /** Whether there is one thing, and one only, on either side. */
  function isAlone({start, stride, length}: PictureLine, before: number, after: number): boolean {
    const same = (from: number, by: number) => {
      for (let i = 1, at = from; i <= ALONE; ++i) {
        at += by;
        if (at < 0 || at >= length || truth[start + at * stride] !== truth[start + from * stride])
          return false;
      }
      return true;
    };
    return same(before, -1) && same(after, 1);
  }
}

/** Returns the pixels before and after each boundary that *line* crosses. */
function crossings(
  truth: Uint8Array,
  {start, stride, length}: PictureLine,
  classes: number
): {before: number; after: number}[] {
  const found: {before: number; after: number}[] = [];
  let before = -1;
  for (let i = 0; i < length; ++i) {
    const label = truth[start + i * stride];
    if (label >= classes) continue;
    const other = before >= 0 && truth[start + before * stride] !== label;
    if (other && i - before <= VOID_LINE + 1) found.push({before, after: i});
    before = i;
  }
  return found;
}

function median(values: readonly number[]): number | null {
  if (values.length === 0) return null;
  const sorted = Float64Array.from(values).sort();
  const half = sorted.length >> 1;
  return sorted.length % 2 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
}
