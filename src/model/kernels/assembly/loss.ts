import {at, multiplyAdd} from "./simd";

/**
 * The loss of one picture, as `addCrossEntropy` of train/loss.ts defines it: adds to *gradient*
 * (`[height, width, classes]`) and to *confusion* (truth-major counts), and writes Σ weight ·
 * cross-entropy and Σ weight, two float64, to *sums*. *labels* are bytes, *none* the one that does
 * not count, and *smoothing* the share of each target that all classes have alike.
 *
 * Pixels of a row are taken four at a time, which needs them class by class: *scratch* has room
 * for (2 · width + 4 · ⌈columns / every / 4⌉) · classes + 12 float32.
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
  const mixed = scratch;
  const back = at(mixed, rowLength);
  const planes = at(back, rowLength);
  const lane4 = at(planes, lanes * classes);
  const stepY: f32 = rows > 1 ? <f32>(height - 1) / <f32>(rows - 1) : 0;
  const stepX: f32 = columns > 1 ? <f32>(width - 1) / <f32>(columns - 1) : 0;
  const even = smoothing / <f32>classes;
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
