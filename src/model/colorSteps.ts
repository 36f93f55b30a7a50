import type {Picture} from "./picture.ts";

/** How much the color of a picture changes from pixel to pixel, one value a pixel, row-major. */
export interface ColorSteps {
  /** To the pixel on the right; 0 in the last column. */
  readonly across: Float32Array;
  /** To the pixel below; 0 in the last row. */
  readonly down: Float32Array;
  /** The magnitude of the gradient that these two make. */
  readonly magnitude: Float32Array;
}

/**
 * Returns the color steps of *picture*: the distance between two neighbors' colors, as the CRF's
 * appearance kernel has it, Euclidean in red, green and blue, in 8-bit levels: 0 to 441.7.
 *
 * Differences are of neighbors and not of pixels two apart, so that a sharp edge is one step wide.
 */
export function colorSteps({width, height, data}: Picture): ColorSteps {
  const [across, down, magnitude] = [0, 1, 2].map(() => new Float32Array(width * height));
  for (let y = 0, i = 0; y < height; ++y)
    for (let x = 0; x < width; ++x, ++i) {
      if (x + 1 < width) across[i] = colorDistance(data, i, i + 1);
      if (y + 1 < height) down[i] = colorDistance(data, i, i + width);
      magnitude[i] = Math.sqrt(across[i] ** 2 + down[i] ** 2);
    }
  return {across, down, magnitude};
}

/** Not Math.hypot, which takes several times as long. */
function colorDistance(data: Uint8ClampedArray, i: number, j: number): number {
  const red = data[4 * i] - data[4 * j];
  const green = data[4 * i + 1] - data[4 * j + 1];
  const blue = data[4 * i + 2] - data[4 * j + 2];
  return Math.sqrt(red * red + green * green + blue * blue);
}
