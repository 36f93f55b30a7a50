import {at, multiplyAdd} from "./simd";

/**
 * Matrix products behind convolutions. A map is a matrix of positions × channels; a kernel of
 * k × k taps first gathers its taps' inputs, a block of positions at a time, so that gathered
 * inputs are used while they are in the second-level cache.
 *
 * The inner tile is 4 positions × 8 channels: its eight sums, two loads and one splat are what
 * V8 keeps in sixteen registers.
 */

/** Positions in a block of {@link productFilter}: four of 300 channels fill the first cache. */
const FILTER_BLOCK: i32 = 64;
/** Positions in a block of gathered taps. */
const TAP_BLOCK: i32 = 32;

/**
 * Copies a matrix `[from, to]` to panels of eight columns, `[⌈to / 8⌉, from, 8]`, zeros after the
 * last; element (i, o) is at i · rowStep + o · columnStep, so that a transpose is read in place.
 */
export function pack(
  matrix: usize,
  packed: usize,
  from: i32,
  to: i32,
  rowStep: i32,
  columnStep: i32
): void {
  let out = packed;
  for (let o = 0; o < to; o += 8) {
    for (let i = 0; i < from; i++) {
      for (let lane = 0; lane < 8; lane++) {
        const c = o + lane;
        store<f32>(out, c < to ? load<f32>(at(matrix, i * rowStep + c * columnStep)) : 0);
        out += 4;
      }
    }
  }
}

/** out[p, o] = Σ_i x[p, i] w[i, o], with w as {@link pack} leaves it. */
export function product(
  x: usize,
  packed: usize,
  out: usize,
  positions: i32,
  from: i32,
  to: i32
): void {
  const stepX = <usize>from << 2;
  const stepOut = <usize>to << 2;
  for (let p = 0; p < positions; p += 4) {
    const rows = min(4, positions - p);
    // Rows past the end are the first one again, and their sums are not kept.
    const x0 = x + <usize>p * stepX;
    const x1 = rows > 1 ? x0 + stepX : x0;
    const x2 = rows > 2 ? x1 + stepX : x0;
    const x3 = rows > 3 ? x2 + stepX : x0;
    let w = packed;
    let q = out + <usize>p * stepOut;
    for (let o = 0; o < to; o += 8) {
      let a0 = f32x4.splat(0), a1 = a0, b0 = a0, b1 = a0;
      let c0 = a0, c1 = a0, d0 = a0, d1 = a0;
      for (let i: usize = 0; i < stepX; i += 4) {
        const w0 = v128.load(w), w1 = v128.load(w, 16);
        w += 32;
        let s = v128.load32_splat(x0 + i);
        a0 = multiplyAdd(s, w0, a0);
        a1 = multiplyAdd(s, w1, a1);
        s = v128.load32_splat(x1 + i);
        b0 = multiplyAdd(s, w0, b0);
        b1 = multiplyAdd(s, w1, b1);
        s = v128.load32_splat(x2 + i);
        c0 = multiplyAdd(s, w0, c0);
        c1 = multiplyAdd(s, w1, c1);
        s = v128.load32_splat(x3 + i);
        d0 = multiplyAdd(s, w0, d0);
        d1 = multiplyAdd(s, w1, d1);
      }
      const lanes = min(8, to - o);
      keep(q, a0, a1, lanes);
      if (rows > 1) keep(q + stepOut, b0, b1, lanes);
      if (rows > 2) keep(q + 2 * stepOut, c0, c1, lanes);
      if (rows > 3) keep(q + 3 * stepOut, d0, d1, lanes);
      q += 32;
    }
  }
}

/** Stores the first *lanes* of eight sums. */
// @ts-ignore: decorator
@inline
function keep(to: usize, low: v128, high: v128, lanes: i32): void {
  if (lanes == 8) {
    v128.store(to, low);
    v128.store(to, high, 16);
  } else {
    keepSome(to, low, high, lanes);
  }
}

function keepSome(to: usize, low: v128, high: v128, lanes: i32): void {
  let rest = low;
  let left = lanes;
  if (left >= 4) {
    v128.store(to, low);
    to += 16;
    left -= 4;
    rest = high;
  }
  if (left > 0) store<f32>(to, f32x4.extract_lane(rest, 0));
  if (left > 1) store<f32>(to, f32x4.extract_lane(rest, 1), 4);
  if (left > 2) store<f32>(to, f32x4.extract_lane(rest, 2), 8);
}

/** filter[i, o] += Σ_p x[p, i] dy[p, o], for *positions* p, *from* inputs and *to* outputs. */
export function productFilter(
  x: usize,
  dy: usize,
  filter: usize,
  positions: i32,
  from: i32,
  to: i32
): void {
  for (let start = 0; start < positions; start += FILTER_BLOCK) {
    const count = min(FILTER_BLOCK, positions - start);
    const blockX = at(x, start * from);
    const blockY = at(dy, start * to);
    let i = 0;
    for (; i + 4 <= from; i += 4) {
      let o = 0;
      for (; o + 8 <= to; o += 8) filterTile(blockX, blockY, filter, count, from, to, i, o);
      for (let r = i; r < i + 4; r++)
        for (let c = o; c < to; c++) filterOne(blockX, blockY, filter, count, from, to, r, c);
    }
    for (; i < from; i++)
      for (let o = 0; o < to; o++) filterOne(blockX, blockY, filter, count, from, to, i, o);
  }
}

// @ts-ignore: decorator
@inline
function filterTile(
  x: usize,
  dy: usize,
  filter: usize,
  count: i32,
  from: i32,
  to: i32,
  i: i32,
  o: i32
): void {
  const out = at(filter, i * to + o);
  const stepY = <usize>to << 2;
  const stepX = <usize>from << 2;
  let a0 = v128.load(out), a1 = v128.load(out, 16);
  let b0 = v128.load(out + stepY), b1 = v128.load(out + stepY, 16);
  let c0 = v128.load(out + 2 * stepY), c1 = v128.load(out + 2 * stepY, 16);
  let d0 = v128.load(out + 3 * stepY), d1 = v128.load(out + 3 * stepY, 16);
  let px = at(x, i);
  let py = at(dy, o);
  const end = px + <usize>count * stepX;
  while (px < end) {
    const y0 = v128.load(py), y1 = v128.load(py, 16);
    let s = v128.load32_splat(px);
    a0 = multiplyAdd(s, y0, a0);
    a1 = multiplyAdd(s, y1, a1);
    s = v128.load32_splat(px, 4);
    b0 = multiplyAdd(s, y0, b0);
    b1 = multiplyAdd(s, y1, b1);
    s = v128.load32_splat(px, 8);
    c0 = multiplyAdd(s, y0, c0);
    c1 = multiplyAdd(s, y1, c1);
    s = v128.load32_splat(px, 12);
    d0 = multiplyAdd(s, y0, d0);
    d1 = multiplyAdd(s, y1, d1);
    px += stepX;
    py += stepY;
  }
  v128.store(out, a0);
  v128.store(out, a1, 16);
  v128.store(out + stepY, b0);
  v128.store(out + stepY, b1, 16);
  v128.store(out + 2 * stepY, c0);
  v128.store(out + 2 * stepY, c1, 16);
  v128.store(out + 3 * stepY, d0);
  v128.store(out + 3 * stepY, d1, 16);
}

// @ts-ignore: decorator
@inline
function filterOne(
  x: usize,
  dy: usize,
  filter: usize,
  count: i32,
  from: i32,
  to: i32,
  i: i32,
  o: i32
): void {
  const out = at(filter, i * to + o);
  let sum = load<f32>(out);
  for (let p = 0; p < count; p++)
    sum += load<f32>(at(x, p * from + i)) * load<f32>(at(dy, p * to + o));
  store<f32>(out, sum);
}

/**
 * A convolution of k × k taps with SAME padding: *packed* is the kernel `[k · k · channels, to]`
 * as {@link pack} leaves it, *scratch* has room for 32 · k · k · channels float32.
 */
export function convolve(
  x: usize,
  packed: usize,
  out: usize,
  scratch: usize,
  to: i32,
  batch: i32,
  height: i32,
  width: i32,
  channels: i32,
  outHeight: i32,
  outWidth: i32,
  k: i32,
  stride: i32,
  rate: i32,
  top: i32,
  left: i32
): void {
  const rows = k * k * channels;
  const positions = batch * outHeight * outWidth;
  for (let start = 0; start < positions; start += TAP_BLOCK) {
    const count = min(TAP_BLOCK, positions - start);
    for (let p = 0; p < count; p++)
      gather(
        x, at(scratch, p * rows), start + p, height, width,
        channels, outHeight, outWidth, k, stride, rate, top, left
      );
    product(scratch, packed, at(out, start * to), count, rows, to);
  }
}

/** Adds to *filter*, `[k · k · channels, to]`, its gradient; *scratch* as for {@link convolve}. */
export function convolveFilter(
  x: usize,
  dy: usize,
  filter: usize,
  scratch: usize,
  to: i32,
  batch: i32,
  height: i32,
  width: i32,
  channels: i32,
  outHeight: i32,
  outWidth: i32,
  k: i32,
  stride: i32,
  rate: i32,
  top: i32,
  left: i32
): void {
  const rows = k * k * channels;
  const positions = batch * outHeight * outWidth;
  for (let start = 0; start < positions; start += TAP_BLOCK) {
    const count = min(TAP_BLOCK, positions - start);
    for (let p = 0; p < count; p++)
      gather(
        x, at(scratch, p * rows), start + p, height, width,
        channels, outHeight, outWidth, k, stride, rate, top, left
      );
    productFilter(scratch, at(dy, start * to), filter, count, rows, to);
  }
}

/**
 * Adds to *dx* the gradient of its input: *packed* is the kernel's transpose
 * `[to, k · k · channels]` as {@link pack} leaves it; *scratch* as for {@link convolve}.
 */
export function convolveInput(
  dx: usize,
  packed: usize,
  dy: usize,
  scratch: usize,
  to: i32,
  batch: i32,
  height: i32,
  width: i32,
  channels: i32,
  outHeight: i32,
  outWidth: i32,
  k: i32,
  stride: i32,
  rate: i32,
  top: i32,
  left: i32
): void {
  const rows = k * k * channels;
  const positions = batch * outHeight * outWidth;
  for (let start = 0; start < positions; start += TAP_BLOCK) {
    const count = min(TAP_BLOCK, positions - start);
    product(at(dy, start * to), packed, scratch, count, to, rows);
    for (let p = 0; p < count; p++)
      scatter(
        at(scratch, p * rows), dx, start + p, height, width,
        channels, outHeight, outWidth, k, stride, rate, top, left
      );
  }
}

/** Copies what the taps of one output read, `[k, k, channels]`, zeros outside the map. */
function gather(
  x: usize,
  taps: usize,
  position: i32,
  height: i32,
  width: i32,
  channels: i32,
  outHeight: i32,
  outWidth: i32,
  k: i32,
  stride: i32,
  rate: i32,
  top: i32,
  left: i32
): void {
  const bytes = <usize>channels << 2;
  const row = position / outWidth;
  const y0 = (row % outHeight) * stride - top;
  const x0 = (position % outWidth) * stride - left;
  const map = (row / outHeight) * height;
  for (let i = 0; i < k; i++) {
    const y = y0 + i * rate;
    for (let j = 0; j < k; j++) {
      const col = x0 + j * rate;
      if (y >= 0 && y < height && col >= 0 && col < width)
        memory.copy(taps, at(x, ((map + y) * width + col) * channels), bytes);
      else memory.fill(taps, 0, bytes);
      taps += bytes;
    }
  }
}

/** The transpose of {@link gather}: adds what the taps of one output hold to the map. */
function scatter(
  taps: usize,
  dx: usize,
  position: i32,
  height: i32,
  width: i32,
  channels: i32,
  outHeight: i32,
  outWidth: i32,
  k: i32,
  stride: i32,
  rate: i32,
  top: i32,
  left: i32
): void {
  const bytes = <usize>channels << 2;
  const row = position / outWidth;
  const y0 = (row % outHeight) * stride - top;
  const x0 = (position % outWidth) * stride - left;
  const map = (row / outHeight) * height;
  for (let i = 0; i < k; i++) {
    const y = y0 + i * rate;
    for (let j = 0; j < k; j++) {
      const col = x0 + j * rate;
      if (y >= 0 && y < height && col >= 0 && col < width) {
        const to = at(dx, ((map + y) * width + col) * channels);
        let c: usize = 0;
        for (; c + 16 <= bytes; c += 16)
          v128.store(to + c, f32x4.add(v128.load(to + c), v128.load(taps + c)));
        for (; c < bytes; c += 4) store<f32>(to + c, load<f32>(to + c) + load<f32>(taps + c));
      }
      taps += bytes;
    }
  }
}
