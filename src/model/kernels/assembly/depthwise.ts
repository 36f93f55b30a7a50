import {at, multiplyAdd} from "./simd";

/**
 * Depthwise convolutions of 3 × 3 taps, their gradients, and the same for other sizes.
 *
 * Along either side of a map, output o reads input o · stride + tap · rate − before; the gradient
 * of the input turns this round: input i is read by output (i + before − tap · rate) / stride where
 * that is whole. Both walk a row in runs of positions for which the same taps lie in the map, so
 * that a run has no condition in it: taps outside have weight zero and read any input that is there.
 */

/** Positions in a run at most: three rows of so many, at 288 channels, about fill the first cache. */
const RUN: i32 = 12;

/** The input that a tap reads for an output, or −1. */
// @ts-ignore: decorator
@inline
function readBy(o: i32, tap: i32, stride: i32, rate: i32, before: i32, size: i32): i32 {
  const i = o * stride + tap * rate - before;
  return i >= 0 && i < size ? i : -1;
}

/** The output that reads an input by a tap, or −1. */
// @ts-ignore: decorator
@inline
function readOf(i: i32, tap: i32, stride: i32, rate: i32, before: i32, outputs: i32): i32 {
  const o = i + before - tap * rate;
  return o >= 0 && o % stride == 0 && o / stride < outputs ? o / stride : -1;
}

/** What a tap reads on the way forwards, {@link readBy}, or *backward*, {@link readOf}; or −1. */
// @ts-ignore: decorator
@inline
function reads(
  position: i32,
  tap: i32,
  stride: i32,
  rate: i32,
  before: i32,
  size: i32,
  backward: bool
): i32 {
  return backward
    ? readOf(position, tap, stride, rate, before, size)
    : readBy(position, tap, stride, rate, before, size);
}

/** y[…, c] = Σ_taps x[…, c] w[i, j, c]; *scratch* has room for 9 · channels float32. */
export function depthwise(
  x: usize,
  filter: usize,
  y: usize,
  scratch: usize,
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
  sweep(
    x, filter, y, scratch, batch, height, width, outHeight, outWidth,
    channels, k, stride, rate, top, left, false
  );
}

/** dx[…, c] = Σ_taps dy[…, c] w[i, j, c] over the outputs that read it; *scratch* likewise. */
export function depthwiseInput(
  dy: usize,
  filter: usize,
  dx: usize,
  scratch: usize,
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
  sweep(
    dy, filter, dx, scratch, batch, outHeight, outWidth, height, width,
    channels, k, stride, rate, top, left, true
  );
}

/**
 * Writes the map *to*, of toHeight × toWidth, as sums over taps of the map *from*: forwards, or
 * *backward* from the outputs' gradient to the inputs'.
 */
function sweep(
  from: usize,
  filter: usize,
  to: usize,
  scratch: usize,
  batch: i32,
  height: i32,
  width: i32,
  toHeight: i32,
  toWidth: i32,
  channels: i32,
  k: i32,
  stride: i32,
  rate: i32,
  top: i32,
  left: i32,
  backward: bool
): void {
  if (k != 3) {
    sweepAny(
      from, filter, to, batch, height, width, toHeight, toWidth,
      channels, k, stride, rate, top, left, backward
    );
    return;
  }
  const pixel = <usize>channels << 2;
  // Positions of a run are this far apart in either map.
  const apart = backward ? stride : 1;
  const stepFrom = pixel * <usize>(backward ? 1 : stride);
  const stepTo = pixel * <usize>apart;
  let masked = -1; // the taps that scratch holds, a bit for each row and each column
  for (let b = 0; b < batch; b++) {
    for (let y = 0; y < toHeight; y++) {
      const r0 = reads(y, 0, stride, rate, top, height, backward);
      const r1 = reads(y, 1, stride, rate, top, height, backward);
      const r2 = reads(y, 2, stride, rate, top, height, backward);
      const rows = (r0 >= 0 ? 1 : 0) | (r1 >= 0 ? 2 : 0) | (r2 >= 0 ? 4 : 0);
      const map = b * height;
      const row0 = at(from, (map + max(r0, 0)) * width * channels);
      const row1 = at(from, (map + max(r1, 0)) * width * channels);
      const row2 = at(from, (map + max(r2, 0)) * width * channels);
      const line = at(to, (b * toHeight + y) * toWidth * channels);
      for (let residue = 0; residue < apart; residue++) {
        let x = residue;
        while (x < toWidth) {
          const c0 = reads(x, 0, stride, rate, left, width, backward);
          const c1 = reads(x, 1, stride, rate, left, width, backward);
          const c2 = reads(x, 2, stride, rate, left, width, backward);
          let count = 1;
          while (count < RUN && x + count * apart < toWidth) {
            const next = x + count * apart;
            const n0 = reads(next, 0, stride, rate, left, width, backward);
            const n1 = reads(next, 1, stride, rate, left, width, backward);
            const n2 = reads(next, 2, stride, rate, left, width, backward);
            if (n0 >= 0 != c0 >= 0 || n1 >= 0 != c1 >= 0 || n2 >= 0 != c2 >= 0) break;
            count++;
          }
          const columns = (c0 >= 0 ? 1 : 0) | (c1 >= 0 ? 2 : 0) | (c2 >= 0 ? 4 : 0);
          const mask = rows << 3 | columns;
          if (mask != masked) {
            maskWeights(filter, scratch, rows, columns, pixel);
            masked = mask;
          }
          const o0 = pixel * <usize>max(c0, 0);
          const o1 = pixel * <usize>max(c1, 0);
          const o2 = pixel * <usize>max(c2, 0);
          const out = line + pixel * <usize>x;
          run(row0, row1, row2, o0, o1, o2, scratch, out, count, stepFrom, stepTo, pixel);
          x += count * apart;
        }
      }
    }
  }
}

/** Copies the 3 × 3 weights, zeros for the taps outside the map. */
function maskWeights(filter: usize, scratch: usize, rows: i32, columns: i32, pixel: usize): void {
  for (let i = 0; i < 3; i++) {
    for (let j = 0; j < 3; j++) {
      const tap = pixel * <usize>(3 * i + j);
      if (rows >> i & 1 && columns >> j & 1) memory.copy(scratch + tap, filter + tap, pixel);
      else memory.fill(scratch + tap, 0, pixel);
    }
  }
}

/** Writes *count* outputs, *stepTo* apart, from nine inputs each that move by *stepFrom*. */
function run(
  row0: usize,
  row1: usize,
  row2: usize,
  o0: usize,
  o1: usize,
  o2: usize,
  weights: usize,
  out: usize,
  count: i32,
  stepFrom: usize,
  stepTo: usize,
  pixel: usize
): void {
  let c: usize = 0;
  for (; c + 16 <= pixel; c += 16) {
    let w = weights + c;
    const w0 = v128.load(w), w1 = v128.load(w + pixel), w2 = v128.load(w + 2 * pixel);
    w += 3 * pixel;
    const w3 = v128.load(w), w4 = v128.load(w + pixel), w5 = v128.load(w + 2 * pixel);
    w += 3 * pixel;
    const w6 = v128.load(w), w7 = v128.load(w + pixel), w8 = v128.load(w + 2 * pixel);
    let offset = c;
    let q = out + c;
    for (let n = 0; n < count; n++) {
      let p = row0 + offset;
      let a = f32x4.mul(v128.load(p + o0), w0);
      let b = f32x4.mul(v128.load(p + o1), w1);
      a = multiplyAdd(v128.load(p + o2), w2, a);
      p = row1 + offset;
      b = multiplyAdd(v128.load(p + o0), w3, b);
      a = multiplyAdd(v128.load(p + o1), w4, a);
      b = multiplyAdd(v128.load(p + o2), w5, b);
      p = row2 + offset;
      a = multiplyAdd(v128.load(p + o0), w6, a);
      b = multiplyAdd(v128.load(p + o1), w7, b);
      a = multiplyAdd(v128.load(p + o2), w8, a);
      v128.store(q, f32x4.add(a, b));
      offset += stepFrom;
      q += stepTo;
    }
  }
  for (; c < pixel; c += 4) {
    let offset = c;
    for (let n = 0; n < count; n++) {
      let sum: f32 = 0;
      for (let i = 0; i < 3; i++) {
        const p = (i == 0 ? row0 : i == 1 ? row1 : row2) + offset;
        const w = weights + c + 3 * pixel * <usize>i;
        sum += load<f32>(p + o0) * load<f32>(w);
        sum += load<f32>(p + o1) * load<f32>(w + pixel);
        sum += load<f32>(p + o2) * load<f32>(w + 2 * pixel);
      }
      store<f32>(out + c + stepTo * <usize>n, sum);
      offset += stepFrom;
    }
  }
}

/** {@link sweep} for any size of kernel, tap by tap. */
function sweepAny(
  from: usize,
  filter: usize,
  to: usize,
  batch: i32,
  height: i32,
  width: i32,
  toHeight: i32,
  toWidth: i32,
  channels: i32,
  k: i32,
  stride: i32,
  rate: i32,
  top: i32,
  left: i32,
  backward: bool
): void {
  const pixel = <usize>channels << 2;
  let out = to;
  for (let b = 0; b < batch; b++) {
    for (let y = 0; y < toHeight; y++) {
      for (let x = 0; x < toWidth; x++) {
        memory.fill(out, 0, pixel);
        for (let i = 0; i < k; i++) {
          const row = reads(y, i, stride, rate, top, height, backward);
          if (row < 0) continue;
          for (let j = 0; j < k; j++) {
            const col = reads(x, j, stride, rate, left, width, backward);
            if (col < 0) continue;
            const p = at(from, ((b * height + row) * width + col) * channels);
            const w = filter + pixel * <usize>(i * k + j);
            let c: usize = 0;
            for (; c + 16 <= pixel; c += 16)
              v128.store(
                out + c,
                multiplyAdd(v128.load(p + c), v128.load(w + c), v128.load(out + c))
              );
            for (; c < pixel; c += 4)
              store<f32>(out + c, load<f32>(out + c) + load<f32>(p + c) * load<f32>(w + c));
          }
        }
        out += pixel;
      }
    }
  }
}
