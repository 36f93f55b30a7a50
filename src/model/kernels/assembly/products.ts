import {at, multiplyAdd} from "./simd";

/**
 * Matrix products behind convolutions. A map is a matrix of positions × channels.
 *
 * The inner tile is 4 positions × 8 channels: its eight sums, two loads and one splat are what
 * V8 keeps in sixteen registers.
 */

/** Positions in a block of {@link productFilter}: four of 300 channels fill the first cache. */
const FILTER_BLOCK: i32 = 64;

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
      // Pointers that step, and one test at the end: V8 makes a third more of it than of indices.
      let r0 = x0, r1 = x1, r2 = x2, r3 = x3;
      const end = x0 + stepX;
      do {
        const w0 = v128.load(w), w1 = v128.load(w, 16);
        let s = v128.load32_splat(r0);
        a0 = multiplyAdd(s, w0, a0);
        a1 = multiplyAdd(s, w1, a1);
        s = v128.load32_splat(r1);
        b0 = multiplyAdd(s, w0, b0);
        b1 = multiplyAdd(s, w1, b1);
        s = v128.load32_splat(r2);
        c0 = multiplyAdd(s, w0, c0);
        c1 = multiplyAdd(s, w1, c1);
        s = v128.load32_splat(r3);
        d0 = multiplyAdd(s, w0, d0);
        d1 = multiplyAdd(s, w1, d1);
        w += 32;
        r0 += 4;
        r1 += 4;
        r2 += 4;
        r3 += 4;
      } while (r0 < end);
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
      for (; o < to; o += 4) filterNarrowTile(blockX, blockY, filter, count, from, to, i, o);
    }
    for (; i < from; i++)
      for (let o = 0; o < to; o += 8) filterRow(blockX, blockY, filter, count, from, to, i, o);
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

/** Four outputs or, at the end of a row, fewer: the lanes past it are summed and not kept. */
function filterNarrowTile(
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
  let a = f32x4.splat(0), b = a, c = a, d = a;
  let px = at(x, i);
  let py = at(dy, o);
  const end = px + <usize>count * stepX;
  while (px < end) {
    const y = v128.load(py);
    a = multiplyAdd(v128.load32_splat(px), y, a);
    b = multiplyAdd(v128.load32_splat(px, 4), y, b);
    c = multiplyAdd(v128.load32_splat(px, 8), y, c);
    d = multiplyAdd(v128.load32_splat(px, 12), y, d);
    px += stepX;
    py += stepY;
  }
  const lanes = min(4, to - o);
  addSome(out, a, lanes);
  addSome(out + stepY, b, lanes);
  addSome(out + 2 * stepY, c, lanes);
  addSome(out + 3 * stepY, d, lanes);
}

/** Adds the first *lanes* of four sums. */
function addSome(to: usize, sums: v128, lanes: i32): void {
  store<f32>(to, load<f32>(to) + f32x4.extract_lane(sums, 0));
  if (lanes > 1) store<f32>(to, load<f32>(to, 4) + f32x4.extract_lane(sums, 1), 4);
  if (lanes > 2) store<f32>(to, load<f32>(to, 8) + f32x4.extract_lane(sums, 2), 8);
  if (lanes > 3) store<f32>(to, load<f32>(to, 12) + f32x4.extract_lane(sums, 3), 12);
}

/** One input's weights for eight outputs or, at the end of a row, fewer. */
function filterRow(
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
  let low = f32x4.splat(0), high = low;
  let px = at(x, i);
  let py = at(dy, o);
  const end = px + <usize>count * stepX;
  while (px < end) {
    const s = v128.load32_splat(px);
    low = multiplyAdd(s, v128.load(py), low);
    high = multiplyAdd(s, v128.load(py, 16), high);
    px += stepX;
    py += stepY;
  }
  addSome(out, low, min(4, to - o));
  if (to - o > 4) addSome(out + 16, high, min(4, to - o - 4));
}
