import {at, multiplyAdd} from "./simd";

/**
 * Batch normalization with the batch's own statistics, and its gradient. Channels are taken eight
 * at a time and positions in blocks. A block is summed on its own before it joins the total, so
 * that the rounding error grows with the square root of the count at most.
 */

/** Positions in a block. */
const BLOCK: i32 = 128;

/** sums[c] = Σ_p x[p, c]. */
export function channelSums(x: usize, sums: usize, positions: i32, channels: i32): void {
  const pixel = <usize>channels << 2;
  memory.fill(sums, 0, pixel);
  for (let start = 0; start < positions; start += BLOCK) {
    const count = min(BLOCK, positions - start);
    const block = x + pixel * <usize>start;
    let c: usize = 0;
    for (; c + 16 <= pixel; c += 16) {
      let px = block + c;
      let sum = f32x4.splat(0);
      for (let p = 0; p < count; p++) {
        sum = f32x4.add(sum, v128.load(px));
        px += pixel;
      }
      v128.store(sums + c, f32x4.add(v128.load(sums + c), sum));
    }
    for (; c < pixel; c += 4) {
      let px = block + c;
      let sum: f32 = 0;
      for (let p = 0; p < count; p++) {
        sum += load<f32>(px);
        px += pixel;
      }
      store<f32>(sums + c, load<f32>(sums + c) + sum);
    }
  }
}

/**
 * Mean and variance (over N) of each channel, in one pass: of the distance d to the first
 * position's value, the mean is that value + E d and the variance E d² − (E d)². That value lies
 * among the data, so that little is lost in the difference.
 */
export function moments(
  x: usize,
  mean: usize,
  variance: usize,
  positions: i32,
  channels: i32
): void {
  const pixel = <usize>channels << 2;
  memory.fill(mean, 0, pixel);
  memory.fill(variance, 0, pixel);
  for (let start = 0; start < positions; start += BLOCK) {
    const count = min(BLOCK, positions - start);
    const block = x + pixel * <usize>start;
    let c: usize = 0;
    for (; c + 32 <= pixel; c += 32) {
      const k0 = v128.load(x + c), k1 = v128.load(x + c, 16);
      let px = block + c;
      let s0 = f32x4.splat(0), s1 = s0, t0 = s0, t1 = s0;
      for (let p = 0; p < count; p++) {
        const d0 = f32x4.sub(v128.load(px), k0);
        const d1 = f32x4.sub(v128.load(px, 16), k1);
        s0 = f32x4.add(s0, d0);
        s1 = f32x4.add(s1, d1);
        t0 = multiplyAdd(d0, d0, t0);
        t1 = multiplyAdd(d1, d1, t1);
        px += pixel;
      }
      v128.store(mean + c, f32x4.add(v128.load(mean + c), s0));
      v128.store(mean + c, f32x4.add(v128.load(mean + c, 16), s1), 16);
      v128.store(variance + c, f32x4.add(v128.load(variance + c), t0));
      v128.store(variance + c, f32x4.add(v128.load(variance + c, 16), t1), 16);
    }
    for (; c < pixel; c += 4) {
      const k = load<f32>(x + c);
      let px = block + c;
      let s: f32 = 0;
      let t: f32 = 0;
      for (let p = 0; p < count; p++) {
        const d = load<f32>(px) - k;
        s += d;
        t += d * d;
        px += pixel;
      }
      store<f32>(mean + c, load<f32>(mean + c) + s);
      store<f32>(variance + c, load<f32>(variance + c) + t);
    }
  }
  const n = <f32>positions;
  for (let c: usize = 0; c < pixel; c += 4) {
    const d = load<f32>(mean + c) / n;
    store<f32>(variance + c, max<f32>(0, load<f32>(variance + c) / n - d * d));
    store<f32>(mean + c, load<f32>(x + c) + d);
  }
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
  const pixel = <usize>channels << 2;
  for (let p = 0; p < positions; p++) {
    let c: usize = 0;
    for (; c + 16 <= pixel; c += 16) {
      const v = multiplyAdd(v128.load(x + c), v128.load(scale + c), v128.load(shift + c));
      v128.store(y + c, f32x4.pmin(f32x4.pmax(v, lo), hi));
    }
    for (; c < pixel; c += 4) {
      const v = load<f32>(x + c) * load<f32>(scale + c) + load<f32>(shift + c);
      store<f32>(y + c, min<f32>(max<f32>(v, low), high));
    }
    x += pixel;
    y += pixel;
  }
}

/**
 * Sums over positions of the gradient that passes the activation, and of it times z:
 * sumDy[c] = Σ g, sumDyZ[c] = Σ g (z − mean[c]), with g = dy where low < y < high and 0 elsewhere.
 * y = z · scale + shift is computed again, as {@link affineClamp} did: that is cheaper than to
 * read it.
 */
export function gatedSums(
  dy: usize,
  z: usize,
  scale: usize,
  shift: usize,
  mean: usize,
  sumDy: usize,
  sumDyZ: usize,
  positions: i32,
  channels: i32,
  low: f32,
  high: f32
): void {
  const pixel = <usize>channels << 2;
  memory.fill(sumDy, 0, pixel);
  memory.fill(sumDyZ, 0, pixel);
  const lo = f32x4.splat(low);
  const hi = f32x4.splat(high);
  for (let start = 0; start < positions; start += BLOCK) {
    const count = min(BLOCK, positions - start);
    let c: usize = 0;
    for (; c + 16 <= pixel; c += 16) {
      let offset = pixel * <usize>start + c;
      const mu = v128.load(mean + c);
      const a = v128.load(scale + c);
      const b = v128.load(shift + c);
      let s = f32x4.splat(0);
      let t = s;
      for (let p = 0; p < count; p++) {
        const value = v128.load(z + offset);
        const y = multiplyAdd(value, a, b);
        const open = v128.and(f32x4.gt(y, lo), f32x4.lt(y, hi));
        const g = v128.and(v128.load(dy + offset), open);
        s = f32x4.add(s, g);
        t = multiplyAdd(g, f32x4.sub(value, mu), t);
        offset += pixel;
      }
      v128.store(sumDy + c, f32x4.add(v128.load(sumDy + c), s));
      v128.store(sumDyZ + c, f32x4.add(v128.load(sumDyZ + c), t));
    }
    for (; c < pixel; c += 4) {
      let offset = pixel * <usize>start + c;
      let s: f32 = 0;
      let t: f32 = 0;
      for (let p = 0; p < count; p++) {
        const value = load<f32>(z + offset);
        const y = value * load<f32>(scale + c) + load<f32>(shift + c);
        const g = y > low && y < high ? load<f32>(dy + offset) : <f32>0;
        s += g;
        t += g * (value - load<f32>(mean + c));
        offset += pixel;
      }
      store<f32>(sumDy + c, load<f32>(sumDy + c) + s);
      store<f32>(sumDyZ + c, load<f32>(sumDyZ + c) + t);
    }
  }
}

/**
 * dz = g · a[c] + z · b[c] + d[c], with g = dy where low < y < high and 0 elsewhere, and y as for
 * {@link gatedSums}.
 */
export function gatedAffine(
  dy: usize,
  z: usize,
  scale: usize,
  shift: usize,
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
  const pixel = <usize>channels << 2;
  for (let p = 0; p < positions; p++) {
    let c: usize = 0;
    for (; c + 16 <= pixel; c += 16) {
      const value = v128.load(z + c);
      const y = multiplyAdd(value, v128.load(scale + c), v128.load(shift + c));
      const open = v128.and(f32x4.gt(y, lo), f32x4.lt(y, hi));
      const h = multiplyAdd(value, v128.load(b + c), v128.load(d + c));
      const g = v128.and(v128.load(dy + c), open);
      v128.store(dz + c, multiplyAdd(g, v128.load(a + c), h));
    }
    for (; c < pixel; c += 4) {
      const value = load<f32>(z + c);
      const y = value * load<f32>(scale + c) + load<f32>(shift + c);
      const g = y > low && y < high ? load<f32>(dy + c) * load<f32>(a + c) : <f32>0;
      store<f32>(dz + c, g + value * load<f32>(b + c) + load<f32>(d + c));
    }
    dy += pixel;
    z += pixel;
    dz += pixel;
  }
}
