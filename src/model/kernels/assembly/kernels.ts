/**
 * Inner loops of training, in WebAssembly SIMD. They work in the memory of TensorFlow.js's own
 * WebAssembly backend, on pointers to its tensors, and allocate nothing. Maps are
 * `[batch, height, width, channels]` of float32, channels fastest.
 *
 * Channels are taken four at a time with one at a time for the rest; positions are taken in
 * blocks that fit the second-level cache, so that a map is read from memory once a pass.
 */

/** Positions in a block: at 288 channels a block of two maps is 288 kB. */
const BLOCK: i32 = 128;

// @ts-ignore: decorator
@inline
function at(base: usize, index: i32): usize {
  return base + ((<usize>index) << 2);
}

/** filter[i, o] += Σ_p x[p, i] dy[p, o], for *positions* p, *from* inputs and *to* outputs. */
export function pointwiseFilter(
  x: usize,
  dy: usize,
  filter: usize,
  positions: i32,
  from: i32,
  to: i32
): void {
  for (let start = 0; start < positions; start += BLOCK) {
    const end = min(start + BLOCK, positions);
    let i = 0;
    for (; i + 4 <= from; i += 4) {
      let o = 0;
      for (; o + 8 <= to; o += 8) tile4x8(x, dy, filter, start, end, from, to, i, o);
      for (; o + 4 <= to; o += 4) tile4x4(x, dy, filter, start, end, from, to, i, o);
      for (; o < to; o++) for (let r = 0; r < 4; r++) single(x, dy, filter, start, end, from, to, i + r, o);
    }
    for (; i < from; i++) for (let o = 0; o < to; o++) single(x, dy, filter, start, end, from, to, i, o);
  }
}

// @ts-ignore: decorator
@inline
function tile4x8(
  x: usize,
  dy: usize,
  filter: usize,
  start: i32,
  end: i32,
  from: i32,
  to: i32,
  i: i32,
  o: i32
): void {
  const out = at(filter, i * to + o);
  const row = (<usize>to) << 2;
  let a0 = v128.load(out), a1 = v128.load(out, 16);
  let b0 = v128.load(out + row), b1 = v128.load(out + row, 16);
  let c0 = v128.load(out + 2 * row), c1 = v128.load(out + 2 * row, 16);
  let d0 = v128.load(out + 3 * row), d1 = v128.load(out + 3 * row, 16);
  let px = at(x, start * from + i);
  let py = at(dy, start * to + o);
  const stepX = (<usize>from) << 2;
  for (let p = start; p < end; p++) {
    const y0 = v128.load(py), y1 = v128.load(py, 16);
    const s0 = v128.load32_splat(px);
    a0 = f32x4.add(a0, f32x4.mul(s0, y0));
    a1 = f32x4.add(a1, f32x4.mul(s0, y1));
    const s1 = v128.load32_splat(px, 4);
    b0 = f32x4.add(b0, f32x4.mul(s1, y0));
    b1 = f32x4.add(b1, f32x4.mul(s1, y1));
    const s2 = v128.load32_splat(px, 8);
    c0 = f32x4.add(c0, f32x4.mul(s2, y0));
    c1 = f32x4.add(c1, f32x4.mul(s2, y1));
    const s3 = v128.load32_splat(px, 12);
    d0 = f32x4.add(d0, f32x4.mul(s3, y0));
    d1 = f32x4.add(d1, f32x4.mul(s3, y1));
    px += stepX;
    py += row;
  }
  v128.store(out, a0);
  v128.store(out, a1, 16);
  v128.store(out + row, b0);
  v128.store(out + row, b1, 16);
  v128.store(out + 2 * row, c0);
  v128.store(out + 2 * row, c1, 16);
  v128.store(out + 3 * row, d0);
  v128.store(out + 3 * row, d1, 16);
}

// @ts-ignore: decorator
@inline
function tile4x4(
  x: usize,
  dy: usize,
  filter: usize,
  start: i32,
  end: i32,
  from: i32,
  to: i32,
  i: i32,
  o: i32
): void {
  const out = at(filter, i * to + o);
  const row = (<usize>to) << 2;
  let a = v128.load(out);
  let b = v128.load(out + row);
  let c = v128.load(out + 2 * row);
  let d = v128.load(out + 3 * row);
  let px = at(x, start * from + i);
  let py = at(dy, start * to + o);
  const stepX = (<usize>from) << 2;
  for (let p = start; p < end; p++) {
    const y = v128.load(py);
    a = f32x4.add(a, f32x4.mul(v128.load32_splat(px), y));
    b = f32x4.add(b, f32x4.mul(v128.load32_splat(px, 4), y));
    c = f32x4.add(c, f32x4.mul(v128.load32_splat(px, 8), y));
    d = f32x4.add(d, f32x4.mul(v128.load32_splat(px, 12), y));
    px += stepX;
    py += row;
  }
  v128.store(out, a);
  v128.store(out + row, b);
  v128.store(out + 2 * row, c);
  v128.store(out + 3 * row, d);
}

// @ts-ignore: decorator
@inline
function single(
  x: usize,
  dy: usize,
  filter: usize,
  start: i32,
  end: i32,
  from: i32,
  to: i32,
  i: i32,
  o: i32
): void {
  const out = at(filter, i * to + o);
  let sum = load<f32>(out);
  for (let p = start; p < end; p++)
    sum += load<f32>(at(x, p * from + i)) * load<f32>(at(dy, p * to + o));
  store<f32>(out, sum);
}

/** Writes the k × k patches of x, `[batch, outHeight, outWidth, k, k, channels]`, zeros outside. */
export function patches(
  x: usize,
  out: usize,
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
  const bytes = (<usize>channels) << 2;
  let to = out;
  for (let b = 0; b < batch; b++) {
    for (let oy = 0; oy < outHeight; oy++) {
      for (let ox = 0; ox < outWidth; ox++) {
        for (let i = 0; i < k; i++) {
          const y = oy * stride + i * rate - top;
          for (let j = 0; j < k; j++) {
            const col = ox * stride + j * rate - left;
            if (y >= 0 && y < height && col >= 0 && col < width)
              memory.copy(to, at(x, ((b * height + y) * width + col) * channels), bytes);
            else memory.fill(to, 0, bytes);
            to += bytes;
          }
        }
      }
    }
  }
}

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
  const stepX = <usize>(stride * channels) << 2;
  const stepY = (<usize>channels) << 2;
  for (let b = 0; b < batch; b++) {
    for (let oy = 0; oy < outHeight; oy++) {
      for (let i = 0; i < k; i++) {
        const y = oy * stride + i * rate - top;
        if (y < 0 || y >= height) continue;
        for (let j = 0; j < k; j++) {
          const shift = j * rate - left;
          const lo = firstOutput(shift, stride);
          const hi = min(outWidth, endOutput(shift, stride, width));
          if (lo >= hi) continue;
          const rowX = at(x, ((b * height + y) * width + lo * stride + shift) * channels);
          const rowY = at(dy, ((b * outHeight + oy) * outWidth + lo) * channels);
          const tap = at(filter, (i * k + j) * channels);
          let c = 0;
          for (; c + 4 <= channels; c += 4) {
            let px = at(rowX, c);
            let py = at(rowY, c);
            let sum = v128.load(at(tap, c));
            for (let ox = lo; ox < hi; ox++) {
              sum = f32x4.add(sum, f32x4.mul(v128.load(px), v128.load(py)));
              px += stepX;
              py += stepY;
            }
            v128.store(at(tap, c), sum);
          }
          for (; c < channels; c++) {
            let px = at(rowX, c);
            let py = at(rowY, c);
            let sum = load<f32>(at(tap, c));
            for (let ox = lo; ox < hi; ox++) {
              sum += load<f32>(px) * load<f32>(py);
              px += stepX;
              py += stepY;
            }
            store<f32>(at(tap, c), sum);
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

/** One past the last output whose input, output · stride + shift, is not past the map. */
// @ts-ignore: decorator
@inline
function endOutput(shift: i32, stride: i32, size: i32): i32 {
  return size - shift <= 0 ? 0 : (size - shift + stride - 1) / stride;
}

/** dx[y, x, c] = Σ_taps dy[…, c] filter[i, j, c] over the outputs that read (y, x). */
export function depthwiseInput(
  dy: usize,
  filter: usize,
  dx: usize,
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
  const bytes = (<usize>channels) << 2;
  for (let b = 0; b < batch; b++) {
    for (let y = 0; y < height; y++) {
      for (let col = 0; col < width; col++) {
        const to = at(dx, ((b * height + y) * width + col) * channels);
        memory.fill(to, 0, bytes);
        for (let i = 0; i < k; i++) {
          const down = y + top - i * rate;
          if (down < 0 || down % stride != 0) continue;
          const oy = down / stride;
          if (oy >= outHeight) continue;
          for (let j = 0; j < k; j++) {
            const along = col + left - j * rate;
            if (along < 0 || along % stride != 0) continue;
            const ox = along / stride;
            if (ox >= outWidth) continue;
            const from = at(dy, ((b * outHeight + oy) * outWidth + ox) * channels);
            const tap = at(filter, (i * k + j) * channels);
            let c: usize = 0;
            for (; c + 16 <= bytes; c += 16) {
              const product = f32x4.mul(v128.load(from + c), v128.load(tap + c));
              v128.store(to + c, f32x4.add(v128.load(to + c), product));
            }
            for (; c < bytes; c += 4)
              store<f32>(to + c, load<f32>(to + c) + load<f32>(from + c) * load<f32>(tap + c));
          }
        }
      }
    }
  }
}

/**
 * sums[c] = Σ_p x[p, c]. A block is summed on its own before it joins the total, so that the
 * rounding error grows with the square root of the count at most.
 */
export function channelSums(x: usize, sums: usize, positions: i32, channels: i32): void {
  memory.fill(sums, 0, (<usize>channels) << 2);
  const step = (<usize>channels) << 2;
  for (let start = 0; start < positions; start += BLOCK) {
    const end = min(start + BLOCK, positions);
    let c = 0;
    for (; c + 4 <= channels; c += 4) {
      let px = at(x, start * channels + c);
      let sum = f32x4.splat(0);
      for (let p = start; p < end; p++) {
        sum = f32x4.add(sum, v128.load(px));
        px += step;
      }
      v128.store(at(sums, c), f32x4.add(v128.load(at(sums, c)), sum));
    }
    for (; c < channels; c++) {
      let px = at(x, start * channels + c);
      let sum: f32 = 0;
      for (let p = start; p < end; p++) {
        sum += load<f32>(px);
        px += step;
      }
      store<f32>(at(sums, c), load<f32>(at(sums, c)) + sum);
    }
  }
}

/** Mean and variance (over N) of each channel. */
export function moments(
  x: usize,
  mean: usize,
  variance: usize,
  positions: i32,
  channels: i32
): void {
  channelSums(x, mean, positions, channels);
  const n = <f32>positions;
  for (let c = 0; c < channels; c++) store<f32>(at(mean, c), load<f32>(at(mean, c)) / n);
  memory.fill(variance, 0, (<usize>channels) << 2);
  const step = (<usize>channels) << 2;
  for (let start = 0; start < positions; start += BLOCK) {
    const end = min(start + BLOCK, positions);
    let c = 0;
    for (; c + 4 <= channels; c += 4) {
      let px = at(x, start * channels + c);
      const mu = v128.load(at(mean, c));
      let sum = f32x4.splat(0);
      for (let p = start; p < end; p++) {
        const d = f32x4.sub(v128.load(px), mu);
        sum = f32x4.add(sum, f32x4.mul(d, d));
        px += step;
      }
      v128.store(at(variance, c), f32x4.add(v128.load(at(variance, c)), sum));
    }
    for (; c < channels; c++) {
      let px = at(x, start * channels + c);
      const mu = load<f32>(at(mean, c));
      let sum: f32 = 0;
      for (let p = start; p < end; p++) {
        const d = load<f32>(px) - mu;
        sum += d * d;
        px += step;
      }
      store<f32>(at(variance, c), load<f32>(at(variance, c)) + sum);
    }
  }
  for (let c = 0; c < channels; c++) store<f32>(at(variance, c), load<f32>(at(variance, c)) / n);
}

/** y = min(max(x · scale + shift, low), high), scale and shift by channel. */
export function affineClamp(
  x: usize,
  scale: usize,
  shift: usize,
  y: usize,
  positions: i32,
  channels: i32,
  low: f32,
  high: f32
): void {
  const lo = f32x4.splat(low);
  const hi = f32x4.splat(high);
  for (let p = 0; p < positions; p++) {
    const from = at(x, p * channels);
    const to = at(y, p * channels);
    let c = 0;
    for (; c + 4 <= channels; c += 4) {
      const scaled = f32x4.mul(v128.load(at(from, c)), v128.load(at(scale, c)));
      const v = f32x4.add(scaled, v128.load(at(shift, c)));
      v128.store(at(to, c), f32x4.pmin(f32x4.pmax(v, lo), hi));
    }
    for (; c < channels; c++) {
      const v = load<f32>(at(from, c)) * load<f32>(at(scale, c)) + load<f32>(at(shift, c));
      store<f32>(at(to, c), min<f32>(max<f32>(v, low), high));
    }
  }
}

/**
 * Sums over positions of the gradient that passes the activation, and of it times z:
 * sumDy[c] = Σ g, sumDyZ[c] = Σ g (z − mean[c]), with g = dy where low < y < high and 0 elsewhere.
 */
export function gatedSums(
  dy: usize,
  y: usize,
  z: usize,
  mean: usize,
  sumDy: usize,
  sumDyZ: usize,
  positions: i32,
  channels: i32,
  low: f32,
  high: f32
): void {
  memory.fill(sumDy, 0, (<usize>channels) << 2);
  memory.fill(sumDyZ, 0, (<usize>channels) << 2);
  const lo = f32x4.splat(low);
  const hi = f32x4.splat(high);
  const step = (<usize>channels) << 2;
  for (let start = 0; start < positions; start += BLOCK) {
    const end = min(start + BLOCK, positions);
    let c = 0;
    for (; c + 4 <= channels; c += 4) {
      let offset = (<usize>(start * channels + c)) << 2;
      const mu = v128.load(at(mean, c));
      let s = f32x4.splat(0);
      let t = f32x4.splat(0);
      for (let p = start; p < end; p++) {
        const v = v128.load(y + offset);
        const open = v128.and(f32x4.gt(v, lo), f32x4.lt(v, hi));
        const g = v128.and(v128.load(dy + offset), open);
        s = f32x4.add(s, g);
        t = f32x4.add(t, f32x4.mul(g, f32x4.sub(v128.load(z + offset), mu)));
        offset += step;
      }
      v128.store(at(sumDy, c), f32x4.add(v128.load(at(sumDy, c)), s));
      v128.store(at(sumDyZ, c), f32x4.add(v128.load(at(sumDyZ, c)), t));
    }
    for (; c < channels; c++) {
      let offset = (<usize>(start * channels + c)) << 2;
      const mu = load<f32>(at(mean, c));
      let s: f32 = 0;
      let t: f32 = 0;
      for (let p = start; p < end; p++) {
        const v = load<f32>(y + offset);
        const g = v > low && v < high ? load<f32>(dy + offset) : <f32>0;
        s += g;
        t += g * (load<f32>(z + offset) - mu);
        offset += step;
      }
      store<f32>(at(sumDy, c), load<f32>(at(sumDy, c)) + s);
      store<f32>(at(sumDyZ, c), load<f32>(at(sumDyZ, c)) + t);
    }
  }
}

/** dz = g · a[c] + z · b[c] + d[c], with g = dy where low < y < high and 0 elsewhere. */
export function gatedAffine(
  dy: usize,
  y: usize,
  z: usize,
  a: usize,
  b: usize,
  d: usize,
  dz: usize,
  positions: i32,
  channels: i32,
  low: f32,
  high: f32
): void {
  const lo = f32x4.splat(low);
  const hi = f32x4.splat(high);
  for (let p = 0; p < positions; p++) {
    const row = (<usize>(p * channels)) << 2;
    let c = 0;
    for (; c + 4 <= channels; c += 4) {
      const offset = row + ((<usize>c) << 2);
      const v = v128.load(y + offset);
      const open = v128.and(f32x4.gt(v, lo), f32x4.lt(v, hi));
      const g = f32x4.mul(v128.and(v128.load(dy + offset), open), v128.load(at(a, c)));
      const h = f32x4.mul(v128.load(z + offset), v128.load(at(b, c)));
      v128.store(dz + offset, f32x4.add(f32x4.add(g, h), v128.load(at(d, c))));
    }
    for (; c < channels; c++) {
      const offset = row + ((<usize>c) << 2);
      const v = load<f32>(y + offset);
      const g = v > low && v < high ? load<f32>(dy + offset) * load<f32>(at(a, c)) : <f32>0;
      store<f32>(dz + offset, g + load<f32>(z + offset) * load<f32>(at(b, c)) + load<f32>(at(d, c)));
    }
  }
}

/** The transpose of a bilinear resize with aligned corners: dx += weights · dy, from zero. */
export function resizeInput(
  dy: usize,
  dx: usize,
  batch: i32,
  height: i32,
  width: i32,
  outHeight: i32,
  outWidth: i32,
  channels: i32
): void {
  const bytes = (<usize>channels) << 2;
  memory.fill(dx, 0, <usize>(batch * height * width) * bytes);
  const stepY: f32 = outHeight > 1 ? <f32>(height - 1) / <f32>(outHeight - 1) : 0;
  const stepX: f32 = outWidth > 1 ? <f32>(width - 1) / <f32>(outWidth - 1) : 0;
  for (let b = 0; b < batch; b++) {
    for (let oy = 0; oy < outHeight; oy++) {
      const fy = <f32>oy * stepY;
      const y0 = min(<i32>fy, height - 1);
      const y1 = min(y0 + 1, height - 1);
      const v = fy - <f32>y0;
      for (let ox = 0; ox < outWidth; ox++) {
        const fx = <f32>ox * stepX;
        const x0 = min(<i32>fx, width - 1);
        const x1 = min(x0 + 1, width - 1);
        const u = fx - <f32>x0;
        const from = at(dy, ((b * outHeight + oy) * outWidth + ox) * channels);
        addScaled(from, at(dx, ((b * height + y0) * width + x0) * channels), (1 - v) * (1 - u), bytes);
        addScaled(from, at(dx, ((b * height + y0) * width + x1) * channels), (1 - v) * u, bytes);
        addScaled(from, at(dx, ((b * height + y1) * width + x0) * channels), v * (1 - u), bytes);
        addScaled(from, at(dx, ((b * height + y1) * width + x1) * channels), v * u, bytes);
      }
    }
  }
}

// @ts-ignore: decorator
@inline
function addScaled(from: usize, to: usize, scale: f32, bytes: usize): void {
  if (scale == 0) return;
  const s = f32x4.splat(scale);
  let c: usize = 0;
  for (; c + 16 <= bytes; c += 16)
    v128.store(to + c, f32x4.add(v128.load(to + c), f32x4.mul(v128.load(from + c), s)));
  for (; c < bytes; c += 4) store<f32>(to + c, load<f32>(to + c) + load<f32>(from + c) * scale);
}

/**
 * The loss of one picture, as `addCrossEntropy` of train/loss.ts defines it: adds to *gradient*
 * (`[height, width, classes]`) and to *confusion* (truth-major counts), and writes Σ weight ·
 * cross-entropy and Σ weight, two float64, to *sums*. *labels* are bytes, *none* the one that does
 * not count. Pixels of a row are taken four at a time, which needs them class by class: *scratch*
 * has room for (2 · width + 4 · ⌈columns / every / 4⌉) · classes + 12 float32.
 */
export function crossEntropy(
  logits: usize,
  labels: usize,
  weights: usize,
  gradient: usize,
  confusion: usize,
  sums: usize,
  scratch: usize,
  height: i32,
  width: i32,
  classes: i32,
  rows: i32,
  columns: i32,
  every: i32,
  none: i32
): void {
  const rowLength = width * classes;
  const count = (columns + every - 1) / every;
  const lanes = (count + 3) & ~3;
  const mixed = scratch;
  const back = at(mixed, rowLength);
  const planes = at(back, rowLength);
  const lane4 = at(planes, lanes * classes);
  const stepY: f32 = rows > 1 ? <f32>(height - 1) / <f32>(rows - 1) : 0;
  const stepX: f32 = columns > 1 ? <f32>(width - 1) / <f32>(columns - 1) : 0;
  let loss: f64 = 0;
  let weight: f64 = 0;
  memory.fill(planes, 0, <usize>(lanes * classes) << 2);

  for (let y = 0; y < rows; y += every) {
    const fy = <f32>y * stepY;
    const y0 = min(<i32>fy, height - 1);
    const y1 = min(y0 + 1, height - 1);
    const v = fy - <f32>y0;
    const top = at(logits, y0 * rowLength);
    const bottom = at(logits, y1 * rowLength);
    for (let i = 0; i < rowLength; i++) {
      const a = load<f32>(at(top, i));
      store<f32>(at(mixed, i), a + (load<f32>(at(bottom, i)) - a) * v);
    }
    for (let k = 0; k < count; k++) {
      const fx = <f32>(k * every) * stepX;
      const x0 = min(<i32>fx, width - 1);
      const u = fx - <f32>x0;
      const a = at(mixed, x0 * classes);
      const b = at(mixed, min(x0 + 1, width - 1) * classes);
      for (let c = 0; c < classes; c++) {
        const left = load<f32>(at(a, c));
        store<f32>(at(planes, c * lanes + k), left + (load<f32>(at(b, c)) - left) * u);
      }
    }

    const rowLabels = labels + <usize>(y * columns);
    for (let k = 0; k < lanes; k += 4) {
      let most = v128.load(at(planes, k));
      let best = i32x4.splat(0);
      for (let c = 1; c < classes; c++) {
        const value = v128.load(at(planes, c * lanes + k));
        best = v128.bitselect(i32x4.splat(c), best, f32x4.gt(value, most));
        most = f32x4.pmax(most, value);
      }
      // The lanes' labels and weights go through memory, which takes a lane by its number.
      for (let lane = 0; lane < 4; lane++) {
        const label =
          k + lane < count ? <i32>load<u8>(rowLabels + <usize>((k + lane) * every)) : none;
        const value: f32 = label == none ? 0 : load<f32>(at(weights, label));
        store<i32>(at(lane4, lane), label);
        store<f32>(at(lane4, 4 + lane), value);
      }
      v128.store(lane4, best, 32);
      const truth = v128.load(lane4);
      const w = v128.load(lane4, 16);
      for (let lane = 0; lane < 4; lane++) {
        const label = load<i32>(at(lane4, lane));
        if (label == none) continue;
        const cell = at(confusion, label * classes + load<i32>(at(lane4, 8 + lane)));
        store<u32>(cell, load<u32>(cell) + 1);
      }
      let sum = f32x4.splat(0);
      let own = f32x4.splat(0);
      for (let c = 0; c < classes; c++) {
        const plane = at(planes, c * lanes + k);
        const shifted = f32x4.sub(v128.load(plane), most);
        own = v128.bitselect(shifted, own, i32x4.eq(truth, i32x4.splat(c)));
        const e = exponential(shifted);
        sum = f32x4.add(sum, e);
        v128.store(plane, e);
      }
      const nats = f32x4.mul(w, f32x4.sub(logarithm(sum), own));
      loss += <f64>(f32x4.extract_lane(nats, 0) + f32x4.extract_lane(nats, 1));
      loss += <f64>(f32x4.extract_lane(nats, 2) + f32x4.extract_lane(nats, 3));
      weight += <f64>(f32x4.extract_lane(w, 0) + f32x4.extract_lane(w, 1));
      weight += <f64>(f32x4.extract_lane(w, 2) + f32x4.extract_lane(w, 3));
      const scale = f32x4.div(w, sum);
      for (let c = 0; c < classes; c++) {
        const plane = at(planes, c * lanes + k);
        const target = v128.and(w, i32x4.eq(truth, i32x4.splat(c)));
        v128.store(plane, f32x4.sub(f32x4.mul(v128.load(plane), scale), target));
      }
    }

    memory.fill(back, 0, <usize>rowLength << 2);
    for (let k = 0; k < count; k++) {
      const fx = <f32>(k * every) * stepX;
      const x0 = min(<i32>fx, width - 1);
      const u = fx - <f32>x0;
      const a = at(back, x0 * classes);
      const b = at(back, min(x0 + 1, width - 1) * classes);
      for (let c = 0; c < classes; c++) {
        const g = load<f32>(at(planes, c * lanes + k));
        store<f32>(at(a, c), load<f32>(at(a, c)) + g * (1 - u));
        store<f32>(at(b, c), load<f32>(at(b, c)) + g * u);
      }
    }
    const gradientTop = at(gradient, y0 * rowLength);
    const gradientBottom = at(gradient, y1 * rowLength);
    for (let i = 0; i < rowLength; i++) {
      const g = load<f32>(at(back, i));
      store<f32>(at(gradientTop, i), load<f32>(at(gradientTop, i)) + g * (1 - v));
      store<f32>(at(gradientBottom, i), load<f32>(at(gradientBottom, i)) + g * v);
    }
  }
  store<f64>(sums, loss);
  store<f64>(sums + 8, weight);
}

/** e^x for x ≤ 0, to 2 · 10⁻⁷ of itself: 2^n times a Taylor series over ± ln 2 / 2. */
// @ts-ignore: decorator
@inline
function exponential(x: v128): v128 {
  const bounded = f32x4.pmax(x, f32x4.splat(-87));
  const n = f32x4.nearest(f32x4.mul(bounded, f32x4.splat(1.44269504)));
  // ln 2 in two parts, the first of few bits, so that the difference is exact.
  let r = f32x4.sub(bounded, f32x4.mul(n, f32x4.splat(0.693359375)));
  r = f32x4.sub(r, f32x4.mul(n, f32x4.splat(-2.12194440e-4)));
  let p = f32x4.splat(1.0 / 720);
  p = f32x4.add(f32x4.mul(p, r), f32x4.splat(1.0 / 120));
  p = f32x4.add(f32x4.mul(p, r), f32x4.splat(1.0 / 24));
  p = f32x4.add(f32x4.mul(p, r), f32x4.splat(1.0 / 6));
  p = f32x4.add(f32x4.mul(p, r), f32x4.splat(0.5));
  p = f32x4.add(f32x4.mul(p, r), f32x4.splat(1));
  p = f32x4.add(f32x4.mul(p, r), f32x4.splat(1));
  const power = i32x4.shl(i32x4.add(i32x4.trunc_sat_f32x4_s(n), i32x4.splat(127)), 23);
  return f32x4.mul(p, power);
}

/** ln x for x ≥ 1: the exponent, and the series of artanh over the mantissa in [1, 2). */
// @ts-ignore: decorator
@inline
function logarithm(x: v128): v128 {
  const exponent = i32x4.sub(i32x4.shr_u(x, 23), i32x4.splat(127));
  const mantissa = v128.or(v128.and(x, i32x4.splat(0x7fffff)), i32x4.splat(0x3f800000));
  const one = f32x4.splat(1);
  const s = f32x4.div(f32x4.sub(mantissa, one), f32x4.add(mantissa, one));
  const s2 = f32x4.mul(s, s);
  let p = f32x4.splat(1.0 / 11);
  p = f32x4.add(f32x4.mul(p, s2), f32x4.splat(1.0 / 9));
  p = f32x4.add(f32x4.mul(p, s2), f32x4.splat(1.0 / 7));
  p = f32x4.add(f32x4.mul(p, s2), f32x4.splat(0.2));
  p = f32x4.add(f32x4.mul(p, s2), f32x4.splat(1.0 / 3));
  p = f32x4.add(f32x4.mul(p, s2), one);
  const fraction = f32x4.mul(f32x4.mul(p, s), f32x4.splat(2));
  return f32x4.add(fraction, f32x4.mul(f32x4.convert_i32x4_s(exponent), f32x4.splat(0.69314718)));
}
