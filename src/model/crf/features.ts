import type {CheckedOptions} from "./options.ts";

/**
 * A Gaussian kernel over pixels: exp(−|f_i − f_j|² / 2), of *dimensions* features a pixel, row-major,
 * in units of their standard deviations.
 */
export interface Features {
  readonly dimensions: number;
  readonly values: Float32Array;
}

/** Returns the features of the smoothness kernel: place, in units of *sxy*. */
export function smoothnessFeatures({
  width,
  height,
  smoothness: {sxy}
}: Pick<CheckedOptions, "width" | "height" | "smoothness">): Features {
  const values = new Float32Array(2 * width * height);
  for (let y = 0, at = 0; y < height; y++)
    for (let x = 0; x < width; x++) {
      values[at++] = x / sxy;
      values[at++] = y / sxy;
    }
  return {dimensions: 2, values};
}

/** Returns the features of the appearance kernel: place in units of *sxy*, color of *srgb*. */
export function appearanceFeatures({
  width,
  height,
  image,
  appearance: {sxy, srgb}
}: Pick<CheckedOptions, "width" | "height" | "image" | "appearance">): Features {
  const values = new Float32Array(5 * width * height);
  for (let y = 0, at = 0, pixel = 0; y < height; y++)
    for (let x = 0; x < width; x++, pixel += 4) {
      values[at++] = x / sxy;
      values[at++] = y / sxy;
      for (let c = 0; c < 3; c++) values[at++] = image[pixel + c] / srgb;
    }
  return {dimensions: 5, values};
}
