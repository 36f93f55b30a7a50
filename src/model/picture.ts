/** A picture as a canvas keeps it: 8-bit RGBA, row-major, not premultiplied. */
export interface Picture {
  width: number;
  height: number;
  /** width × height × 4 values. */
  data: Uint8ClampedArray;
}

/** The smallest side of a picture, in pixels. */
export const minPictureSide = 16;

/** The largest picture, in pixels: 50 megapixels. */
export const maxPicturePixels = 50e6;

/** Throws a RangeError unless a picture has at least 16×16 pixels and at most 50 megapixels. */
export function checkPictureSize(width: number, height: number): void {
  if (!(Number.isSafeInteger(width) && Number.isSafeInteger(height))) {
    throw new RangeError(`invalid picture size: ${width}×${height}; whole numbers are legal`);
  }
  if (!(width >= minPictureSide && height >= minPictureSide)) {
    throw new RangeError(
      `picture too small: ${width}×${height}; at least ${minPictureSide}×${minPictureSide} is needed`
    );
  }
  if (!(width * height <= maxPicturePixels)) {
    const megapixels = Math.ceil(width * height * 1e-5) / 10;
    throw new RangeError(
      `picture too large: ${width}×${height} (${megapixels} megapixels); ` +
        `at most ${maxPicturePixels / 1e6} megapixels are legal`
    );
  }
}

/**
 * Returns *picture* resized to *width* × *height*, opaque, whatever was transparent laid over
 * white. This is the one resize of the project: training, command line and pages share it.
 *
 * Along an axis that shrinks, each new pixel is the average of the area it covers, pixels on the
 * rim weighted by the fraction covered. Along an axis that grows, it is the linear interpolation
 * between the two nearest centers, edges repeated. Both weights are whole numbers over a common
 * denominator, so every sum is exact and the result is the same in every engine.
 *
 * Throws a RangeError if **width** or **height** is not a positive integer, or if the picture's
 * data does not have width × height × 4 values.
 */
export function resizePicture(picture: Picture, width: number, height: number): Picture {
  if (!(Number.isSafeInteger(width) && width > 0)) throw new RangeError(`invalid width: ${width}`);
  if (!(Number.isSafeInteger(height) && height > 0)) {
    throw new RangeError(`invalid height: ${height}`);
  }
  if (picture.data.length !== picture.width * picture.height * 4) {
    throw new RangeError(
      `invalid picture: ${picture.data.length} values for ` +
        `${picture.width}×${picture.height} pixels of 4`
    );
  }
  const columns = axisTaps(picture.width, width);
  const rows = axisTaps(picture.height, height);
  const data = new Uint8ClampedArray(width * height * 4);
  const whole = 255 * columns.total * rows.total;

  // Neighboring output rows share at most two source rows, consecutive ones: row y stays in
  // slot y mod 2 until row y + 2 replaces it.
  const resized = [new Float64Array(width * 3), new Float64Array(width * 3)] as const;
  const held = [-1, -1];
  const sums = new Float64Array(width * 3);
  for (let y = 0, o = 0; y < height; ++y) {
    sums.fill(0);
    for (let t = rows.first[y], k = rows.start[y]; k < rows.start[y + 1]; ++t, ++k) {
      const slot = t & 1;
      const row = resized[slot];
      if (held[slot] !== t) {
        resizeRow(picture, t, columns, row);
        held[slot] = t;
      }
      const weight = rows.weights[k];
      for (let i = 0; i < sums.length; ++i) sums[i] += weight * row[i];
    }
    for (let i = 0; i < sums.length; i += 3, o += 4) {
      data[o] = sums[i] / whole;
      data[o + 1] = sums[i + 1] / whole;
      data[o + 2] = sums[i + 2] / whole;
      data[o + 3] = 255;
    }
  }
  return {width, height, data};
}

/** The source pixels that each new pixel of an axis reads, in flat arrays. */
interface Taps {
  /** For each new pixel, the first source pixel it reads; the others follow it. */
  first: Int32Array;
  /** For each new pixel, where its weights start; one more entry than pixels. */
  start: Int32Array;
  /** Whole numbers; those of one new pixel sum to *total*. */
  weights: Float64Array;
  total: number;
}

function axisTaps(from: number, to: number): Taps {
  const first = new Int32Array(to);
  const start = new Int32Array(to + 1);
  const weights: number[] = [];
  for (let i = 0; i < to; ++i) {
    start[i] = weights.length;
    if (to > from) {
      // The center of the new pixel, in units of 1/(2·to) source pixels from the first center.
      const center = Math.min(Math.max((2 * i + 1) * from - to, 0), 2 * to * (from - 1));
      first[i] = Math.floor(center / (2 * to));
      const right = center - first[i] * 2 * to;
      weights.push(2 * to - right);
      if (right > 0) weights.push(right);
    } else {
      // In units of 1/to source pixels, the new pixel is [i·from, (i + 1)·from).
      first[i] = Math.floor((i * from) / to);
      for (let j = first[i]; j * to < (i + 1) * from; ++j) {
        weights.push(Math.min((i + 1) * from, (j + 1) * to) - Math.max(i * from, j * to));
      }
    }
  }
  start[to] = weights.length;
  return {
    first,
    start,
    weights: Float64Array.from(weights),
    total: to > from ? 2 * to : from
  };
}

/** Resizes row *y* horizontally into *row*: RGB over white, times 255 times the taps' total. */
function resizeRow({data, width}: Picture, y: number, taps: Taps, row: Float64Array): void {
  const {first, start, weights} = taps;
  for (let x = 0, o = 0; x < first.length; ++x, o += 3) {
    let r = 0;
    let g = 0;
    let b = 0;
    const end = start[x + 1];
    for (let k = start[x], i = (y * width + first[x]) * 4; k < end; ++k, i += 4) {
      const alpha = data[i + 3];
      const weight = weights[k] * alpha;
      r += weight * data[i];
      g += weight * data[i + 1];
      b += weight * data[i + 2];
      if (alpha === 255) continue;
      const white = weights[k] * (255 - alpha) * 255;
      r += white;
      g += white;
      b += white;
    }
    row[o] = r;
    row[o + 1] = g;
    row[o + 2] = b;
  }
}

/** The area of the shipped model's training input, in pixels. */
const shippedArea = 257 * 193;

/**
 * Returns the size at which a network should see a picture of *width* × *height*: both sides of the
 * form 32k + 1, of nearly the same aspect, and of about the *area* in pixels that it was trained on
 * (default: the shipped network's). There a 4:3 picture gives [193, 257], a 16:9 one [161, 289].
 * Sides stay within 65…769, so a picture longer than about 12:1 is squeezed.
 *
 * Throws a RangeError if the picture has no area.
 */
export function inputSize(
  width: number,
  height: number,
  area = shippedArea
): [height: number, width: number] {
  if (!(width > 0 && height > 0 && width * height < Infinity)) {
    throw new RangeError(`invalid picture size: ${width}×${height}`);
  }
  const aspect = width / height;
  let best: [height: number, width: number] = [193, 257];
  let bestCost = Infinity;
  for (const h of sidesAround(Math.sqrt(area / aspect))) {
    for (const w of sidesAround(Math.sqrt(area * aspect))) {
      // A wrong aspect deforms what the network has learned; a wrong area only rescales it.
      const cost = Math.abs(Math.log(w / h / aspect)) + 0.5 * Math.abs(Math.log((w * h) / area));
      if (cost < bestCost) {
        best = [h, w];
        bestCost = cost;
      }
    }
  }
  return best;
}

function sidesAround(side: number): number[] {
  const k = Math.floor((side - 1) / 32);
  return [k, k + 1].map((k) => 32 * Math.min(Math.max(k, 2), 24) + 1);
}
