/** A map `[height, width, channels]`, row-major, the channel fastest. */
export interface FeatureMap {
  readonly width: number;
  readonly height: number;
  readonly channels: number;
  readonly data: Float32Array;
}

/** A kernel `[size, size, channels]`, the channel fastest, that makes one output map. */
export interface Filter {
  /** Taps along a side: odd, so that there is one in the middle. */
  readonly size: number;
  readonly channels: number;
  readonly weights: Float32Array;
}

/** What a filter makes of a map, and at what price. */
export interface Response {
  /** `[height, width]`, as large as the map. */
  readonly response: Float32Array;
  /** Multiply-adds as the field counts them: each output takes the whole kernel, padding or not. */
  readonly multiplyAdds: number;
  /** Those that were done: a product of which one factor is sure to be padding is left out. */
  readonly done: number;
}

/**
 * Returns the convolution of *map* by *filter* with its taps *rate* apart: each output reads as many
 * values as the kernel has taps. SAME padding, with zeros.
 *
 * Like the two forms below it sums each output in double precision, tap by tap in the kernel's
 * order, and rounds it once. Products by zero add nothing, so the three agree to the last bit.
 *
 * Throws a RangeError if the map or the filter has not the size that it states, if their channels
 * differ, or if **rate** is not a whole number from 1 up.
 */
export function dilatedConvolution(map: FeatureMap, filter: Filter, rate: number): Response {
  check(map, filter, rate);
  const {width, height, channels, data} = map;
  const {size, weights} = filter;
  const half = (size - 1) / 2;
  const response = new Float32Array(width * height);
  const sums = new Float64Array(width);
  let done = 0;
  for (let y = 0; y < height; ++y) {
    sums.fill(0);
    for (let i = 0; i < size; ++i) {
      const row = y + (i - half) * rate;
      if (row < 0 || row >= height) continue;
      for (let j = 0; j < size; ++j) {
        const shift = (j - half) * rate;
        const from = Math.max(0, -shift);
        const to = Math.min(width, width - shift);
        for (let c = 0; c < channels; ++c) {
          const weight = weights[(i * size + j) * channels + c];
          let at = (row * width + from + shift) * channels + c;
          for (let x = from; x < to; ++x, at += channels) sums[x] += weight * data[at];
        }
        done += Math.max(0, to - from) * channels;
      }
    }
    response.set(sums, y * width);
  }
  return {response, multiplyAdds: size ** 2 * channels * width * height, done};
}

/**
 * Returns the kernel of *filter* with *rate* − 1 zeros between any two taps: of side
 * k + (k − 1)(rate − 1). Throws a RangeError if **rate** is not a whole number from 1 up.
 */
export function zeroFilled(filter: Filter, rate: number): Filter {
  checkRate(rate);
  const {size: taps, channels} = filter;
  const size = taps + (taps - 1) * (rate - 1);
  const weights = new Float32Array(size * size * channels);
  for (let i = 0; i < taps; ++i)
    for (let j = 0; j < taps; ++j)
      for (let c = 0; c < channels; ++c)
        weights[(i * rate * size + j * rate) * channels + c] =
          filter.weights[(i * taps + j) * channels + c];
  return {size, channels, weights};
}

/**
 * Computes the ordinary convolution of *map* by *filter*, whatever zeros it holds, row by row:
 * yields the share of rows that are done, so that who asked may report it or give up, and returns
 * the response. SAME padding, with zeros. Throws as {@link dilatedConvolution} does.
 *
 * Where the kernel reaches past the picture, the rows and columns of it that lie outside are left
 * out. That changes no sum: all they meet is padding.
 */
export function* convolutionByRows(map: FeatureMap, filter: Filter): Generator<number, Response> {
  check(map, filter, 1);
  const {width, height, channels} = map;
  const response = new Float32Array(width * height);
  const sums = new Float64Array(width);
  let done = 0;
  for (let y = 0; y < height; ++y) {
    done += sumRow(sums, map, 0, y, filter);
    response.set(sums, y * width);
    yield (y + 1) / height;
  }
  return {response, multiplyAdds: filter.size ** 2 * channels * width * height, done};
}

/** Returns what {@link convolutionByRows} computes, at once. */
export function convolution(map: FeatureMap, filter: Filter): Response {
  const rows = convolutionByRows(map, filter);
  for (;;) {
    const {value, done} = rows.next();
    if (done) return value;
  }
}

/**
 * Returns *map*, padded with zeros at its right and bottom to multiples of *rate*, as rate² small
 * maps `[batch, height, width, channels]`: the one at row i, column j of the batch (i · rate + j)
 * has every rate-th pixel of every rate-th row, from (j, i) on. TensorFlow's `spaceToBatchND`.
 * Throws a RangeError if **rate** is not a whole number from 1 up.
 */
export function spaceToBatch(map: FeatureMap, rate: number): FeatureMap & {batch: number} {
  checkRate(rate);
  const {channels, data} = map;
  const [width, height] = [Math.ceil(map.width / rate), Math.ceil(map.height / rate)];
  const batches = new Float32Array(rate * rate * width * height * channels);
  for (let y = 0, from = 0; y < map.height; ++y)
    for (let x = 0; x < map.width; ++x) {
      const small = (y % rate) * rate + (x % rate);
      const pixel = Math.floor(y / rate) * width + Math.floor(x / rate);
      let to = (small * width * height + pixel) * channels;
      for (let c = 0; c < channels; ++c) batches[to++] = data[from++];
    }
  return {batch: rate * rate, width, height, channels, data: batches};
}

/**
 * Returns the convolution of *map* by *filter* at *rate* by way of an ordinary one: the picture is
 * taken apart into rate² small ones ({@link spaceToBatch}), each is convolved by the kernel as it
 * is, with SAME padding, and the results are put back in their places (`batchToSpaceND`), without
 * the padding to a multiple of the rate, on which multiply-adds are spent all the same.
 *
 * Throws as {@link dilatedConvolution} does.
 */
export function shuffledConvolution(map: FeatureMap, filter: Filter, rate: number): Response {
  check(map, filter, rate);
  const small = spaceToBatch(map, rate);
  const {batch, width, height, channels} = small;
  const response = new Float32Array(map.width * map.height);
  const sums = new Float64Array(width);
  let done = 0;
  for (let n = 0; n < batch; ++n) {
    const [top, left] = [Math.floor(n / rate), n % rate];
    for (let y = 0; y < height; ++y) {
      done += sumRow(sums, small, n * width * height * channels, y, filter);
      const row = top + y * rate;
      if (row >= map.height) continue;
      for (let x = 0, column = left; column < map.width; ++x, column += rate)
        response[row * map.width + column] = sums[x];
    }
  }
  return {response, multiplyAdds: filter.size ** 2 * channels * batch * width * height, done};
}

/**
 * Sums row *y* of an ordinary convolution of the map that begins at *start* in the data, and
 * returns how many multiply-adds that took.
 */
function sumRow(
  sums: Float64Array,
  {width, height, channels, data}: FeatureMap,
  start: number,
  y: number,
  {size, weights}: Filter
): number {
  const half = (size - 1) / 2;
  const [top, bottom] = [Math.max(0, half - y), Math.min(size, height + half - y)];
  let done = 0;
  sums.fill(0);
  for (let i = top; i < bottom; ++i) {
    const tap = i * size * channels;
    const row = start + ((y + i - half) * width - half) * channels;
    let x = 0;
    // Four outputs at a time, for the taps that meet the picture at all four: a weight that is
    // loaded is then used four times.
    for (; x + 3 < width; x += 4) {
      const left = Math.max(0, half - x) * channels;
      const right = Math.min(size, width + half - x - 3) * channels;
      if (right <= left) break;
      for (let k = 0; k < 4; ++k) {
        const own = Math.max(0, half - x - k) * channels;
        sums[x + k] = dot(sums[x + k], weights, tap, data, row + (x + k) * channels, own, left);
      }
      let [a, b, c, d] = [sums[x], sums[x + 1], sums[x + 2], sums[x + 3]];
      let at = row + x * channels + left;
      for (let q = left; q < right; ++q, ++at) {
        const weight = weights[tap + q];
        a += weight * data[at];
        b += weight * data[at + channels];
        c += weight * data[at + 2 * channels];
        d += weight * data[at + 3 * channels];
      }
      sums[x] = a;
      sums[x + 1] = b;
      sums[x + 2] = c;
      sums[x + 3] = d;
      for (let k = 0; k < 4; ++k) {
        const own = Math.min(size, width + half - x - k) * channels;
        sums[x + k] = dot(sums[x + k], weights, tap, data, row + (x + k) * channels, right, own);
        done += own - Math.max(0, half - x - k) * channels;
      }
    }
    for (; x < width; ++x) {
      const left = Math.max(0, half - x) * channels;
      const right = Math.min(size, width + half - x) * channels;
      sums[x] = dot(sums[x], weights, tap, data, row + x * channels, left, right);
      done += right - left;
    }
  }
  return done;
}

/** Returns *sum* plus the products of weights and data from *from* to *to*, one after another. */
function dot(
  sum: number,
  weights: Float32Array,
  tap: number,
  data: Float32Array,
  at: number,
  from: number,
  to: number
): number {
  for (let q = from; q < to; ++q) sum += weights[tap + q] * data[at + q];
  return sum;
}

function check({width, height, channels, data}: FeatureMap, filter: Filter, rate: number): void {
  if (!(data.length === width * height * channels && data.length > 0))
    throw new RangeError(`invalid map: ${data.length} values for ${width}×${height}×${channels}`);
  const {size, weights} = filter;
  if (!(size % 2 === 1 && weights.length === size * size * filter.channels))
    throw new RangeError(
      `invalid filter: ${weights.length} weights for ${size}×${size}×${filter.channels} ` +
        `(an odd number of taps a side)`
    );
  if (filter.channels !== channels)
    throw new RangeError(`a filter of ${filter.channels} channels on a map of ${channels}`);
  checkRate(rate);
}

function checkRate(rate: number): void {
  if (!(Number.isSafeInteger(rate) && rate > 0))
    throw new RangeError(`invalid rate: ${rate} (a whole number from 1 up)`);
}
