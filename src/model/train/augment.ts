import {VOID} from "../classes.ts";
import type {Picture} from "../picture.ts";
import {resizePicture} from "../picture.ts";

/** A picture with a label for each pixel. */
export interface Labeled {
  readonly picture: Picture;
  readonly labels: Uint8Array;
}

export interface AugmentOptions {
  /** Height and width of what comes out. */
  readonly size: readonly [height: number, width: number];
  /** The least and the largest scale, 1 being the whole picture at that size. */
  readonly scales: readonly [least: number, most: number];
  /** How much brightness, contrast and saturation vary: 0.3 is ± 30 %. Default 0.3. */
  readonly color?: number;
  /** The label of what the source does not cover. Default: void among CamVid's classes. */
  readonly none?: number;
}

/**
 * Writes *source*, scaled, cropped, mirrored and recolored at random, to *pixels*
 * (`[height, width, 3]`, in [−1, 1]) and *labels* (`[height, width]`). What a small scale leaves
 * uncovered is mid-gray and void. Pictures go through the project's one resize, of which only what
 * will be seen is computed; labels are read at the nearest pixel.
 */
export function augment(
  {picture, labels: sourceLabels}: Labeled,
  pixels: Float32Array,
  labels: Uint8Array,
  {size: [height, width], scales: [least, most], color = 0.3, none = VOID}: AugmentOptions,
  random: () => number
): void {
  const scale = least * (most / least) ** random();
  // A slight stretch besides: cameras differ.
  const stretch = least === most ? 1 : 1.1 ** (2 * random() - 1);
  const rows = window(height, scale, picture.height, random);
  const columns = window(width, scale * stretch, picture.width, random);
  const mirrored = random() < 0.5;
  const recolor = coloring(color, random);

  const scaled = resizePicture(crop(picture, rows, columns), columns.covered, rows.covered);
  if (rows.covered < height || columns.covered < width) {
    pixels.fill(0);
    labels.fill(none);
  }
  const step = mirrored ? -1 : 1;
  const start = mirrored ? width - 1 - columns.before : columns.before;
  const sources = sourcesOf(columns);
  const sourceRows = sourcesOf(rows);
  for (let y = 0; y < rows.covered; y++) {
    const to = (rows.before + y) * width + start;
    const from = sourceRows[y] * picture.width;
    for (let x = 0; x < columns.covered; x++)
      labels[to + x * step] = sourceLabels[from + sources[x]];
    recolor(scaled, y, pixels, to, step);
  }
}

/**
 * Copies from one sample to another of the same size, pixels and labels, wherever the first shows
 * a class that is *chosen*: rare things turn up more often, and in more places (as in ClassMix,
 * Olsson et al. 2021).
 */
export function paste(
  from: {readonly pixels: Float32Array; readonly labels: Uint8Array},
  to: {readonly pixels: Float32Array; readonly labels: Uint8Array},
  chosen: readonly boolean[]
): void {
  for (let i = 0; i < from.labels.length; i++) {
    const label = from.labels[i];
    if (!chosen[label]) continue;
    to.labels[i] = label;
    for (let c = 3 * i; c < 3 * i + 3; c++) to.pixels[c] = from.pixels[c];
  }
}

/** What one side of a sample shows of its source. */
interface SideWindow {
  /** The source's first pixel and how many are shown. */
  readonly first: number;
  readonly count: number;
  /** The sample's pixels before the source begins, and how many it covers. */
  readonly before: number;
  readonly covered: number;
}

/** Returns a random window: of a source of *available* pixels at *scale*, *wanted* pixels. */
function window(
  wanted: number,
  scale: number,
  available: number,
  random: () => number
): SideWindow {
  if (scale >= 1) {
    const count = Math.max(1, Math.round(available / scale));
    return {first: place(available - count), count, before: 0, covered: wanted};
  }
  const covered = Math.max(1, Math.round(wanted * scale));
  return {first: 0, count: available, before: place(wanted - covered), covered};

  function place(room: number): number {
    return Math.round(room * random());
  }
}

/** Returns, for each pixel of a sample that its source covers, the source pixel nearest to it. */
function sourcesOf({first, count, covered}: SideWindow): Int32Array {
  return Int32Array.from(
    {length: covered},
    (_, i) => first + Math.floor(((i + 0.5) * count) / covered)
  );
}

function crop(picture: Picture, rows: SideWindow, columns: SideWindow): Picture {
  const {width, data} = picture;
  if (rows.count === picture.height && columns.count === width) return picture;
  const part = new Uint8ClampedArray(rows.count * columns.count * 4);
  for (let y = 0; y < rows.count; y++) {
    const from = ((rows.first + y) * width + columns.first) * 4;
    part.set(data.subarray(from, from + columns.count * 4), y * columns.count * 4);
  }
  return {width: columns.count, height: rows.count, data: part};
}

/**
 * Returns a function that copies row *y* of a picture, recolored in one random way, to [−1, 1]: to
 * pixel *first* of a sample and those *step* pixels on.
 */
function coloring(strength: number, random: () => number) {
  const vary = () => 1 + strength * (2 * random() - 1);
  const [brightness, contrast, saturation] = [vary(), vary(), vary()];
  const [red, green, blue] = [0, 1, 2].map(() => 1 + (strength / 4) * (2 * random() - 1));
  /** A value of a pixel as bright as *gray*, in a channel that is tinted. */
  const changed = (value: number, gray: number, tint: number) => {
    const saturated = gray + (value - gray) * saturation;
    const byte = ((saturated - 127.5) * contrast + 127.5) * brightness * tint;
    return Math.min(1, Math.max(-1, (byte * 2) / 255 - 1));
  };
  return ({data, width}: Picture, y: number, to: Float32Array, first: number, step: number) => {
    const end = (y + 1) * width * 4;
    for (let i = y * width * 4, o = first * 3; i < end; i += 4, o += 3 * step) {
      const [r, g, b] = [data[i], data[i + 1], data[i + 2]];
      const gray = 0.299 * r + 0.587 * g + 0.114 * b;
      to[o] = changed(r, gray, red);
      to[o + 1] = changed(g, gray, green);
      to[o + 2] = changed(b, gray, blue);
    }
  };
}
