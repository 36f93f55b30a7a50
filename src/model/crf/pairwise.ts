import type {Picture} from "../picture.ts";

/** The deviations of the two kernels: in pixels, and in 8-bit levels. */
export interface KernelWidths {
  readonly smoothness: {readonly sxy: number};
  readonly appearance: {readonly sxy: number; readonly srgb: number};
}

/** The kernels between one pixel and each, in [0, 1], row-major; 1 with itself. */
export interface PairwiseKernels {
  /** exp(−|Δp|²/2θα² − |ΔI|²/2θβ²) */
  readonly appearance: Float32Array;
  /** exp(−|Δp|²/2θγ²) */
  readonly smoothness: Float32Array;
}

/** What the kernels of a pixel with all pixels, itself included, sum to: D in D^−½ K D^−½. */
export interface KernelSums {
  readonly appearance: number;
  readonly smoothness: number;
}

/**
 * Returns the kernels of Krähenbühl & Koltun 2011 between *pixel* (its index) and every pixel of
 * *picture*, before weights and normalization, in the arrays of **into** if they are given.
 *
 * A Gaussian of a squared distance is the product of those of its terms, so that a pixel takes
 * products and no exponential of its own: half a millisecond for 257×193.
 */
export function pairwiseKernels(
  picture: Picture,
  pixel: number,
  widths: KernelWidths,
  into?: PairwiseKernels
): PairwiseKernels {
  const {width, height} = picture;
  checkIndex(pixel, width * height);
  const {appearance, smoothness} = into ?? emptyKernels(picture);
  fillAppearance(appearance, picture, pixel, widths);
  const [across, down] = placeTerms(picture, pixel, widths.smoothness.sxy);
  for (let y = 0, i = 0; y < height; y++)
    for (let x = 0; x < width; x++, i++) smoothness[i] = down[y] * across[x];
  return {appearance, smoothness};
}

/**
 * Returns the kernels between pixels *i* and *j* (their indices) as they are defined, in double
 * precision, in which a narrow one may still be 0.
 */
export function pairKernels(
  {width, height, data}: Picture,
  i: number,
  j: number,
  {smoothness, appearance}: KernelWidths
): {appearance: number; smoothness: number} {
  checkIndex(i, width * height);
  checkIndex(j, width * height);
  const [dx, dy] = [(i % width) - (j % width), Math.floor(i / width) - Math.floor(j / width)];
  const place = dx ** 2 + dy ** 2;
  let color = 0;
  for (let c = 0; c < 3; c++) color += (data[4 * i + c] - data[4 * j + c]) ** 2;
  return {
    appearance: Math.exp(-place / (2 * appearance.sxy ** 2) - color / (2 * appearance.srgb ** 2)),
    smoothness: Math.exp(-place / (2 * smoothness.sxy ** 2))
  };
}

/** Returns arrays for the kernels of a pixel with all of a picture. */
export function emptyKernels({width, height}: Pick<Picture, "width" | "height">): PairwiseKernels {
  const pixels = width * height;
  return {appearance: new Float32Array(pixels), smoothness: new Float32Array(pixels)};
}

/** Returns the exact sums of the kernels of *pixel* (its index), which the lattice approximates. */
export function kernelSums(picture: Picture, pixel: number, widths: KernelWidths): KernelSums {
  checkIndex(pixel, picture.width * picture.height);
  const [across, down] = placeTerms(picture, pixel, widths.smoothness.sxy);
  return {
    appearance: fillAppearance(null, picture, pixel, widths),
    smoothness: sumOf(across) * sumOf(down)
  };
}

/** Fills *out*, if it is given, with the appearance kernels of *pixel*, and returns their sum. */
function fillAppearance(
  out: Float32Array | null,
  picture: Picture,
  pixel: number,
  {appearance: {sxy, srgb}}: KernelWidths
): number {
  const {width, height, data} = picture;
  const [across, down] = placeTerms(picture, pixel, sxy);
  const [red, green, blue] = [0, 1, 2].map((c) => gaussian(256, data[4 * pixel + c], srgb));
  let sum = 0;
  for (let y = 0, i = 0; y < height; y++)
    for (let x = 0; x < width; x++, i++) {
      const color = red[data[4 * i]] * green[data[4 * i + 1]] * blue[data[4 * i + 2]];
      const k = down[y] * across[x] * color;
      sum += k;
      if (out !== null) out[i] = k;
    }
  return sum;
}

/** The Gaussian's factors for each column, and for each row. */
function placeTerms(
  {width, height}: Picture,
  pixel: number,
  sxy: number
): [across: Float64Array, down: Float64Array] {
  return [gaussian(width, pixel % width, sxy), gaussian(height, Math.floor(pixel / width), sxy)];
}

/** Returns exp(−(i − at)²/2 deviation²) for i from 0 to *length* − 1. */
function gaussian(length: number, at: number, deviation: number): Float64Array {
  return new Float64Array(length).map((_, i) => Math.exp(-((i - at) ** 2) / (2 * deviation ** 2)));
}

const sumOf = (values: Float64Array) => values.reduce((a, b) => a + b, 0);

function checkIndex(pixel: number, pixels: number): void {
  if (!(Number.isInteger(pixel) && pixel >= 0 && pixel < pixels))
    throw new RangeError(`invalid pixel: ${pixel} (0 to ${pixels - 1})`);
}
