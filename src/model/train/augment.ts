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
 * uncovered is mid-gray and void. Pictures go through the project's one resize; labels are read at
 * the nearest pixel.
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
  const stretch = 1.1 ** (2 * random() - 1);
  const scaledHeight = Math.max(1, Math.round(height * scale));
  const scaledWidth = Math.max(1, Math.round(width * scale * stretch));
  const mirrored = random() < 0.5;
  const top = offset(height, scaledHeight, random);
  const left = offset(width, scaledWidth, random);
  const recolor = coloring(color, random);

  const scaled = resizePicture(picture, scaledWidth, scaledHeight);
  for (let y = 0; y < height; y++) {
    const sy = y + top;
    const ly = Math.floor(((sy + 0.5) * picture.height) / scaledHeight);
    for (let x = 0; x < width; x++) {
      const to = y * width + (mirrored ? width - 1 - x : x);
      const sx = x + left;
      if (sy < 0 || sy >= scaledHeight || sx < 0 || sx >= scaledWidth) {
        pixels.fill(0, to * 3, to * 3 + 3);
        labels[to] = none;
        continue;
      }
      const lx = Math.floor(((sx + 0.5) * picture.width) / scaledWidth);
      labels[to] = sourceLabels[ly * picture.width + lx];
      recolor(scaled.data, (sy * scaledWidth + sx) * 4, pixels, to * 3);
    }
  }
}

/** Returns where a window begins in a side of *available*: negative if it is wider. */
function offset(wanted: number, available: number, random: () => number): number {
  return Math.round((available - wanted) * random());
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
