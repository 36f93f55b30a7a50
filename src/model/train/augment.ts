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
  for (let y = 0; y < height; y++) {
    const sy = y - rows.before;
    const ly = rows.first + Math.floor(((sy + 0.5) * rows.count) / rows.covered);
    for (let x = 0; x < width; x++) {
      const to = y * width + (mirrored ? width - 1 - x : x);
      const sx = x - columns.before;
      if (sy < 0 || sy >= rows.covered || sx < 0 || sx >= columns.covered) {
        pixels.fill(0, to * 3, to * 3 + 3);
        labels[to] = none;
        continue;
      }
      const lx = columns.first + Math.floor(((sx + 0.5) * columns.count) / columns.covered);
      labels[to] = sourceLabels[ly * picture.width + lx];
      recolor(scaled.data, (sy * columns.covered + sx) * 4, pixels, to * 3);
    }
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

/** Returns a function that copies a pixel, recolored in one random way, to [−1, 1]. */
function coloring(strength: number, random: () => number) {
  const vary = () => 1 + strength * (2 * random() - 1);
  const [brightness, contrast, saturation] = [vary(), vary(), vary()];
  const tint = [0, 1, 2].map(() => 1 + (strength / 4) * (2 * random() - 1));
  return (from: Uint8ClampedArray, i: number, to: Float32Array, o: number) => {
    const gray = 0.299 * from[i] + 0.587 * from[i + 1] + 0.114 * from[i + 2];
    for (let c = 0; c < 3; c++) {
      const saturated = gray + (from[i + c] - gray) * saturation;
      const value = ((saturated - 127.5) * contrast + 127.5) * brightness * tint[c];
      to[o + c] = Math.min(1, Math.max(-1, (value * 2) / 255 - 1));
    }
  };
}
