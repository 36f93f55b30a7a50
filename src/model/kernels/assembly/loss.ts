import {at, multiplyAdd} from "./simd";

/**
 * The loss of one picture, as `addCrossEntropy` of train/loss.ts defines it: adds to *gradient*
 * (`[height, width, classes]`) and to *confusion* (truth-major counts), and writes Σ weight ·
 * cross-entropy and Σ weight, two float64, to *sums*. *labels* are bytes, *none* the one that does
 * not count, and *smoothing* the share of each target that all classes have alike.
 *
 * Pixels of a row are taken four at a time, which needs them class by class, and interpolated a
 * pixel at a time, which needs them pixel by pixel: blocks of 4 × 4 are transposed between the two.
 * With w = 4 · ⌈classes / 4⌉ and n = 4 · ⌈columns / every / 4⌉, *scratch* has room for
 * (2 · width + n) · w + 3 · n + 16 float32, zeros at first.
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
  none: i32,
  smoothing: f32
): void {
  const rowLength = width * classes;
  const count = (columns + every - 1) / every;
  const lanes = (count + 3) & ~3;
  const wide = (classes + 3) & ~3;
  const mixed = scratch;
  const back = at(mixed, width * wide);
  const planes = at(back, width * wide);
  const places = at(planes, lanes * wide);
  const lane4 = at(places, 3 * lanes);
  const stepY: f32 = rows > 1 ? <f32>(height - 1) / <f32>(rows - 1) : 0;
  const even = smoothing / <f32>classes;
  let loss: f64 = 0;
  let weight: f64 = 0;
  locate(places, width, columns, every, lanes, wide);

  for (let y = 0; y < rows; y += every) {
    const fy = <f32>y * stepY;
    const y0 = min(<i32>fy, height - 1);
    const y1 = min(y0 + 1, height - 1);
    const v = fy - <f32>y0;
    const top = at(logits, y0 * rowLength);
    const bottom = at(logits, y1 * rowLength);
    let to = mixed;
    for (let x = 0; x < width; x++) {
      for (let c = 0; c < classes; c++) {
        const i = x * classes + c;
        const a = load<f32>(at(top, i));
        store<f32>(at(to, c), a + (load<f32>(at(bottom, i)) - a) * v);
      }
      to = at(to, wide);
    }
    for (let k = 0; k < lanes; k += 4) {
      const place = at(places, 3 * k);
      for (let c = 0; c < wide; c += 4) {
        const p0 = between(mixed, place, c);
        const p1 = between(mixed, place + 12, c);
        const p2 = between(mixed, place + 24, c);
        const p3 = between(mixed, place + 36, c);
        transposed(at(planes, c * lanes + k), lanes, p0, p1, p2, p3);
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
      let all = f32x4.splat(0);
      for (let c = 0; c < classes; c++) {
        const plane = at(planes, c * lanes + k);
        const shifted = f32x4.sub(v128.load(plane), most);
        all = f32x4.add(all, shifted);
        own = v128.bitselect(shifted, own, i32x4.eq(truth, i32x4.splat(c)));
        const e = exponential(shifted);
        sum = f32x4.add(sum, e);
        v128.store(plane, e);
      }
      const aim = multiplyAdd(all, f32x4.splat(even), f32x4.mul(own, f32x4.splat(1 - smoothing)));
      const nats = f32x4.mul(w, f32x4.sub(logarithm(sum), aim));
      loss += <f64>(f32x4.extract_lane(nats, 0) + f32x4.extract_lane(nats, 1));
      loss += <f64>(f32x4.extract_lane(nats, 2) + f32x4.extract_lane(nats, 3));
      weight += <f64>(f32x4.extract_lane(w, 0) + f32x4.extract_lane(w, 1));
      weight += <f64>(f32x4.extract_lane(w, 2) + f32x4.extract_lane(w, 3));
      const scale = f32x4.div(w, sum);
      const least = f32x4.mul(w, f32x4.splat(even));
      const certain = f32x4.mul(w, f32x4.splat(1 - smoothing));
      for (let c = 0; c < classes; c++) {
        const plane = at(planes, c * lanes + k);
        const target = f32x4.add(v128.and(certain, i32x4.eq(truth, i32x4.splat(c))), least);
        v128.store(plane, f32x4.sub(f32x4.mul(v128.load(plane), scale), target));
      }
    }

    memory.fill(back, 0, <usize>(width * wide) << 2);
    for (let k = 0; k < lanes; k += 4) {
      const place = at(places, 3 * k);
      for (let c = 0; c < wide; c += 4) {
        const plane = at(planes, c * lanes + k);
        const c0 = v128.load(plane);
        const c1 = v128.load(at(plane, lanes));
        const c2 = v128.load(at(plane, 2 * lanes));
        const c3 = v128.load(at(plane, 3 * lanes));
        transposed(at(lane4, 0), 4, c0, c1, c2, c3);
        for (let lane = 0; lane < 4; lane++)
          share(back, place + 12 * lane, c, v128.load(at(lane4, 4 * lane)));
      }
    }
    const gradientTop = at(gradient, y0 * rowLength);
    const gradientBottom = at(gradient, y1 * rowLength);
    for (let x = 0; x < width; x++) {
      const from = at(back, x * wide);
      for (let c = 0; c < classes; c++) {
        const i = x * classes + c;
        const g = load<f32>(at(from, c));
        store<f32>(at(gradientTop, i), load<f32>(at(gradientTop, i)) + g * (1 - v));
        store<f32>(at(gradientBottom, i), load<f32>(at(gradientBottom, i)) + g * v);
      }
    }
  }
  store<f64>(sums, loss);
  store<f64>(sums + 8, weight);
}

/**
 * Writes, for each pixel of a row, between which two logits it lies and where: their offsets from
 * the row's first, in bytes, and the share of the second. Pixels past the row are at its start.
 */
function locate(
  places: usize,
  width: i32,
  columns: i32,
  every: i32,
  lanes: i32,
  wide: i32
): void {
  const step: f32 = columns > 1 ? <f32>(width - 1) / <f32>(columns - 1) : 0;
  for (let k = 0; k < lanes; k++) {
    const fx: f32 = k * every < columns ? <f32>(k * every) * step : 0;
    const left = min(<i32>fx, width - 1);
    const place = at(places, 3 * k);
    store<u32>(place, <u32>(left * wide) << 2);
    store<u32>(place, <u32>(min(left + 1, width - 1) * wide) << 2, 4);
    store<f32>(place, fx - <f32>left, 8);
  }
}

/** Four classes, from *c*, of the row *mixed* at a place of {@link locate}. */
// @ts-ignore: decorator
@inline
function between(mixed: usize, place: usize, c: i32): v128 {
  const left = v128.load(at(mixed + load<u32>(place), c));
  const right = v128.load(at(mixed + load<u32>(place, 4), c));
  return multiplyAdd(f32x4.sub(right, left), v128.load32_splat(place, 8), left);
}

/** The transpose of {@link between}: adds a pixel's four values to the row *back*. */
// @ts-ignore: decorator
@inline
function share(back: usize, place: usize, c: i32, values: v128): void {
  const right = f32x4.mul(values, v128.load32_splat(place, 8));
  const left = f32x4.sub(values, right);
  const a = at(back + load<u32>(place), c);
  v128.store(a, f32x4.add(v128.load(a), left));
  const b = at(back + load<u32>(place, 4), c);
  v128.store(b, f32x4.add(v128.load(b), right));
}

/** Writes the transpose of four vectors to four rows, *step* float32 apart. */
// @ts-ignore: decorator
@inline
function transposed(to: usize, step: i32, a: v128, b: v128, c: v128, d: v128): void {
  const low = i32x4.shuffle(a, b, 0, 4, 1, 5);
  const high = i32x4.shuffle(a, b, 2, 6, 3, 7);
  const low2 = i32x4.shuffle(c, d, 0, 4, 1, 5);
  const high2 = i32x4.shuffle(c, d, 2, 6, 3, 7);
  v128.store(to, i64x2.shuffle(low, low2, 0, 2));
  v128.store(at(to, step), i64x2.shuffle(low, low2, 1, 3));
  v128.store(at(to, 2 * step), i64x2.shuffle(high, high2, 0, 2));
  v128.store(at(to, 3 * step), i64x2.shuffle(high, high2, 1, 3));
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
  p = multiplyAdd(p, r, f32x4.splat(1.0 / 120));
  p = multiplyAdd(p, r, f32x4.splat(1.0 / 24));
  p = multiplyAdd(p, r, f32x4.splat(1.0 / 6));
  p = multiplyAdd(p, r, f32x4.splat(0.5));
  p = multiplyAdd(p, r, f32x4.splat(1));
  p = multiplyAdd(p, r, f32x4.splat(1));
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
  p = multiplyAdd(p, s2, f32x4.splat(1.0 / 9));
  p = multiplyAdd(p, s2, f32x4.splat(1.0 / 7));
  p = multiplyAdd(p, s2, f32x4.splat(0.2));
  p = multiplyAdd(p, s2, f32x4.splat(1.0 / 3));
  p = multiplyAdd(p, s2, one);
  const fraction = f32x4.mul(f32x4.mul(p, s), f32x4.splat(2));
  return f32x4.add(fraction, f32x4.mul(f32x4.convert_i32x4_s(exponent), f32x4.splat(0.69314718)));
}
