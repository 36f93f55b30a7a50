import {at, multiplyAdd} from "./simd";

/** filter[i, j, c] += Σ x[…, c] dy[…, c] over the outputs whose tap (i, j) lies in the map. */
export function depthwiseFilter(
  x: usize,
  dy: usize,
  filter: usize,
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
  const pixel = <usize>channels << 2;
  const step = pixel * <usize>stride;
  const apart = pixel * <usize>rate;
  // The outputs for which all three columns of taps lie in the map; those before and after are
  // summed tap by tap.
  const inner = min(firstOutput(-left, stride), outWidth);
  const outer = k == 3 ? max(inner, endOutput(2 * rate - left, stride, width, outWidth)) : inner;
  for (let b = 0; b < batch; b++) {
    for (let oy = 0; oy < outHeight; oy++) {
      const line = at(dy, (b * outHeight + oy) * outWidth * channels);
      for (let i = 0; i < k; i++) {
        const y = oy * stride + i * rate - top;
        if (y < 0 || y >= height) continue;
        const row = at(x, (b * height + y) * width * channels);
        const taps = filter + pixel * <usize>(i * k);
        if (outer > inner) {
          const from = row + pixel * <usize>(inner * stride - left);
          threeTaps(from, line + pixel * <usize>inner, taps, outer - inner, step, apart, pixel);
        }
        for (let j = 0; j < k; j++) {
          const shift = j * rate - left;
          const lo = firstOutput(shift, stride);
          const hi = endOutput(shift, stride, width, outWidth);
          const tap = taps + pixel * <usize>j;
          const split = min(hi, inner);
          if (split > lo) {
            const from = row + pixel * <usize>(lo * stride + shift);
            oneTap(from, line + pixel * <usize>lo, tap, split - lo, step, pixel);
          }
          const again = max(lo, outer);
          if (hi > again) {
            const from = row + pixel * <usize>(again * stride + shift);
            oneTap(from, line + pixel * <usize>again, tap, hi - again, step, pixel);
          }
        }
      }
    }
  }
}

/** The first output whose input, output · stride + shift, is not before the map. */
// @ts-ignore: decorator
@inline
function firstOutput(shift: i32, stride: i32): i32 {
  return shift >= 0 ? 0 : (-shift + stride - 1) / stride;
}

/** One past the last output, of *outputs*, whose input is not past a side of *size*. */
// @ts-ignore: decorator
@inline
function endOutput(shift: i32, stride: i32, size: i32, outputs: i32): i32 {
  return size - shift <= 0 ? 0 : min(outputs, (size - shift + stride - 1) / stride);
}

/** Adds to one tap's weights the products of *count* inputs, *step* apart, and outputs. */
function oneTap(x: usize, dy: usize, tap: usize, count: i32, step: usize, pixel: usize): void {
  let c: usize = 0;
  for (; c + 16 <= pixel; c += 16) {
    let px = x + c;
    let py = dy + c;
    let sum = v128.load(tap + c);
    for (let n = 0; n < count; n++) {
      sum = multiplyAdd(v128.load(px), v128.load(py), sum);
      px += step;
      py += pixel;
    }
    v128.store(tap + c, sum);
  }
  for (; c < pixel; c += 4) oneChannel(x + c, dy + c, tap + c, count, step, pixel);
}

/** {@link oneTap} for three taps in a row, whose inputs are *apart*. */
function threeTaps(
  x: usize,
  dy: usize,
  taps: usize,
  count: i32,
  step: usize,
  apart: usize,
  pixel: usize
): void {
  let c: usize = 0;
  for (; c + 32 <= pixel; c += 32) {
    let p0 = x + c;
    let p1 = p0 + apart;
    let p2 = p1 + apart;
    let py = dy + c;
    let q = taps + c;
    let a0 = v128.load(q), a1 = v128.load(q, 16);
    q += pixel;
    let b0 = v128.load(q), b1 = v128.load(q, 16);
    q += pixel;
    let c0 = v128.load(q), c1 = v128.load(q, 16);
    for (let n = 0; n < count; n++) {
      const y0 = v128.load(py), y1 = v128.load(py, 16);
      a0 = multiplyAdd(v128.load(p0), y0, a0);
      a1 = multiplyAdd(v128.load(p0, 16), y1, a1);
      b0 = multiplyAdd(v128.load(p1), y0, b0);
      b1 = multiplyAdd(v128.load(p1, 16), y1, b1);
      c0 = multiplyAdd(v128.load(p2), y0, c0);
      c1 = multiplyAdd(v128.load(p2, 16), y1, c1);
      p0 += step;
      p1 += step;
      p2 += step;
      py += pixel;
    }
    v128.store(q, c0);
    v128.store(q, c1, 16);
    q -= pixel;
    v128.store(q, b0);
    v128.store(q, b1, 16);
    q -= pixel;
    v128.store(q, a0);
    v128.store(q, a1, 16);
  }
  for (; c < pixel; c += 4) {
    let px = x + c;
    for (let j = 0; j < 3; j++) {
      oneChannel(px, dy + c, taps + pixel * <usize>j + c, count, step, pixel);
      px += apart;
    }
  }
}

function oneChannel(x: usize, dy: usize, tap: usize, count: i32, step: usize, pixel: usize): void {
  let sum = load<f32>(tap);
  for (let n = 0; n < count; n++) {
    sum += load<f32>(x) * load<f32>(dy);
    x += step;
    dy += pixel;
  }
  store<f32>(tap, sum);
}
