import {blur, filterRows, Kernel, kernelOf, swap} from "./lattice";
import {release, reserve, take, zeros} from "./memory";

/**
 * Mean field (Krähenbühl & Koltun 2011, algorithm 1) over two kernels. Rows of beliefs, unaries and
 * messages are padded to whole vectors of 4 labels; the padding's belief is 0.
 */
let width: i32 = 0;
let height: i32 = 0;
let points: i32 = 0;
let labels: i32 = 0;
/** Bytes of a row. */
let stride: i32 = 0;
let unary: usize = 0;
let beliefs: usize = 0;
let row: usize = 0;
let sums: usize = 0;
let smoothness: Kernel = changetype<Kernel>(0);
let appearance: Kernel = changetype<Kernel>(0);
/** −μ, a row for each label; 0 for Potts. */
let compatibility: usize = 0;
/** Whether there are beliefs, and whether their values on the vertices are blurred. */
let begun: bool = false;
let blurred: bool = false;

/** Returns room for *bytes*. */
export function room(bytes: usize): usize {
  return take(bytes);
}

/** Gives back all room that was taken after that at *address*, which was of no bytes. */
export function giveBack(address: usize): void {
  release(address);
}

/** Begins a field, and returns the address of its beliefs, *stride* bytes for each pixel. */
export function open(ofWidth: i32, ofHeight: i32, ofLabels: i32): usize {
  width = ofWidth;
  height = ofHeight;
  points = width * height;
  labels = ofLabels;
  stride = ((ofLabels + 3) >> 2) << 4;
  // Unaries and beliefs, the picture, and corners and weights; vertices are few beside them.
  reserve(<usize>points * (2 * stride + 4 + 8 * 9));
  beliefs = take(<usize>points * stride);
  row = zeros(stride);
  sums = zeros(stride);
  return beliefs;
}

/** Makes the kernel of place and of color, the colors of the RGBA picture at *image*. */
export function openAppearance(image: usize, sxy: f64, srgb: f64, weight: f32): void {
  appearance = kernelOf(width, height, image, sxy, srgb, weight, stride);
}

/** Makes the kernel of place alone. */
export function openSmoothness(sxy: f64, weight: f32): void {
  smoothness = kernelOf(width, height, 0, sxy, 1, weight, stride);
}

/** Forgets all beliefs, for kernels of other weights or built anew. */
export function restart(smooth: f32, alike: f32): void {
  smoothness.weight = smooth;
  appearance.weight = alike;
  begun = false;
  memory.fill(row, 0, stride); // to begin with, nothing was heard
}

/** Takes the energies, rows of *stride* bytes, and what labels cost each other, or 0. */
export function setCosts(unaries: usize, compatible: usize): void {
  unary = unaries;
  compatibility = compatible;
}

/** Believes in softmax(−unary), if nothing is believed in yet. */
export function begin(): void {
  if (begun) return;
  begun = true;
  believe(false);
}

/** Blurs the beliefs on the vertices, if that is still to be done. */
function settle(): void {
  begin();
  if (blurred) return;
  blurred = true;
  blur(smoothness);
  blur(appearance);
}

// @ts-ignore: decorator
@inline
function vertex(base: usize, corners: usize, i: usize): usize {
  return base + <usize>load<u32>(corners + (i << 2));
}

// @ts-ignore: decorator
@inline
function share(weights: usize, i: usize, value: v128): v128 {
  return f32x4.mul(v128.load32_splat(weights + (i << 2)), value);
}

/** Puts what the kernels' vertices send to *point*, each times a weight, to the row at *to*. */
// @ts-ignore: decorator
@inline
function slice(point: i32, smooth: f32, alike: f32, to: usize): void {
  const two = <usize>point * 12, five = <usize>point * 24;
  const a = smoothness.corners + two, w = smoothness.weights + two, from = smoothness.values;
  const b = appearance.corners + five, u = appearance.weights + five, other = appearance.values;
  const a0 = vertex(from, a, 0), a1 = vertex(from, a, 1), a2 = vertex(from, a, 2);
  const b0 = vertex(other, b, 0), b1 = vertex(other, b, 1), b2 = vertex(other, b, 2);
  const b3 = vertex(other, b, 3), b4 = vertex(other, b, 4), b5 = vertex(other, b, 5);
  const few = f32x4.splat(smooth), many = f32x4.splat(alike);
  for (let v: usize = 0; v < <usize>stride; v += 16) {
    const place = f32x4.add(
      f32x4.add(share(w, 0, v128.load(a0 + v)), share(w, 1, v128.load(a1 + v))),
      share(w, 2, v128.load(a2 + v))
    );
    const color = f32x4.add(
      f32x4.add(
        f32x4.add(share(u, 0, v128.load(b0 + v)), share(u, 1, v128.load(b1 + v))),
        f32x4.add(share(u, 2, v128.load(b2 + v)), share(u, 3, v128.load(b3 + v)))
      ),
      f32x4.add(share(u, 4, v128.load(b4 + v)), share(u, 5, v128.load(b5 + v)))
    );
    v128.store(to + v, f32x4.add(f32x4.mul(few, place), f32x4.mul(many, color)));
  }
}

// @ts-ignore: decorator
@inline
function accumulate(to: usize, part: v128): void {
  v128.store(to, f32x4.add(v128.load(to), part));
}

/** Adds the beliefs at *q* of *point* to its vertices' next values. */
// @ts-ignore: decorator
@inline
function splat(point: i32, q: usize): void {
  const two = <usize>point * 12, five = <usize>point * 24;
  const a = smoothness.corners + two, w = smoothness.weights + two, to = smoothness.room;
  const b = appearance.corners + five, u = appearance.weights + five, other = appearance.room;
  const a0 = vertex(to, a, 0), a1 = vertex(to, a, 1), a2 = vertex(to, a, 2);
  const b0 = vertex(other, b, 0), b1 = vertex(other, b, 1), b2 = vertex(other, b, 2);
  const b3 = vertex(other, b, 3), b4 = vertex(other, b, 4), b5 = vertex(other, b, 5);
  for (let v: usize = 0; v < <usize>stride; v += 16) {
    const belief = v128.load(q + v);
    accumulate(a0 + v, share(w, 0, belief));
    accumulate(a1 + v, share(w, 1, belief));
    accumulate(a2 + v, share(w, 2, belief));
    accumulate(b0 + v, share(u, 0, belief));
    accumulate(b1 + v, share(u, 1, belief));
    accumulate(b2 + v, share(u, 2, belief));
    accumulate(b3 + v, share(u, 3, belief));
    accumulate(b4 + v, share(u, 4, belief));
    accumulate(b5 + v, share(u, 5, belief));
  }
}

/** Puts the messages to *point* into *row*: those of the kernels, times their weights given. */
// @ts-ignore: decorator
@inline
function receive(point: i32, smooth: f32, alike: f32): void {
  if (compatibility == 0) return slice(point, smooth, alike, row);
  slice(point, smooth, alike, sums);
  for (let v: usize = 0; v < <usize>stride; v += 16) {
    let total = f32x4.splat(0);
    for (let other = 0; other < labels; other++)
      total = f32x4.add(
        total,
        f32x4.mul(
          v128.load32_splat(sums + (<usize>other << 2)),
          v128.load(compatibility + <usize>other * stride + v)
        )
      );
    v128.store(row + v, total);
  }
}

/**
 * exp(x) for x ≤ 0, to a relative error below 1e-6 (Cephes' polynomial on the part of x that no
 * power of two accounts for), and 0 far below.
 */
// @ts-ignore: decorator
@inline
function exp(x: v128): v128 {
  x = f32x4.pmax(x, f32x4.splat(-87.3));
  // Added to this, a number is rounded to a whole one, in the lowest bits.
  const whole = f32x4.splat(12582912);
  const shifted = f32x4.add(f32x4.mul(x, f32x4.splat(1.44269504088896341)), whole);
  const n = f32x4.sub(shifted, whole);
  let r = f32x4.sub(x, f32x4.mul(n, f32x4.splat(0.693359375)));
  r = f32x4.add(r, f32x4.mul(n, f32x4.splat(2.12194440e-4)));
  let p = f32x4.splat(1.9875691500e-4);
  p = f32x4.add(f32x4.mul(p, r), f32x4.splat(1.3981999507e-3));
  p = f32x4.add(f32x4.mul(p, r), f32x4.splat(8.3334519073e-3));
  p = f32x4.add(f32x4.mul(p, r), f32x4.splat(4.1665795894e-2));
  p = f32x4.add(f32x4.mul(p, r), f32x4.splat(1.6666665459e-1));
  p = f32x4.add(f32x4.mul(p, r), f32x4.splat(5.0000001201e-1));
  p = f32x4.add(f32x4.add(f32x4.mul(f32x4.mul(r, r), p), r), f32x4.splat(1));
  const power = i32x4.shl(i32x4.add(shifted, i32x4.splat(127)), 23);
  return f32x4.mul(p, power);
}

/** One iteration: from the blurred values of the last beliefs to the next beliefs, splatted. */
export function step(): void {
  settle();
  believe(true);
}

function believe(heard: bool): void {
  memory.fill(smoothness.room, 0, <usize>(smoothness.vertices + 1) * stride);
  memory.fill(appearance.room, 0, <usize>(appearance.vertices + 1) * stride);
  for (let y = 0; y < height; y++) believeRow(y * width, heard);
  swap(smoothness);
  swap(appearance);
  blurred = false;
}

/** The next beliefs of a row of pixels: softmax(−unary), or with the messages *heard*. */
function believeRow(start: i32, heard: bool): void {
  const bytes = <usize>stride;
  const smooth = smoothness.weight, alike = appearance.weight;
  let energies = unary + <usize>start * bytes, q = beliefs + <usize>start * bytes;
  for (let point = start; point < start + width; point++) {
    if (heard) receive(point, smooth, alike);
    let most = f32x4.splat(-Infinity);
    for (let v: usize = 0; v < bytes; v += 16) {
      const score = f32x4.sub(v128.load(row + v), v128.load(energies + v));
      v128.store(q + v, score);
      most = f32x4.pmax(most, score);
    }
    most = f32x4.pmax(most, i32x4.shuffle(most, most, 2, 3, 0, 1));
    most = f32x4.pmax(most, i32x4.shuffle(most, most, 1, 0, 3, 2));
    let total = f32x4.splat(0);
    for (let v: usize = 0; v < bytes; v += 16) {
      // What is far below is nothing: so the padding is, whose energy is the largest there is.
      const score = f32x4.sub(v128.load(q + v), most);
      const e = v128.and(exp(score), f32x4.gt(score, f32x4.splat(-87)));
      v128.store(q + v, e);
      total = f32x4.add(total, e);
    }
    total = f32x4.add(total, i32x4.shuffle(total, total, 2, 3, 0, 1));
    total = f32x4.add(total, i32x4.shuffle(total, total, 1, 0, 3, 2));
    const part = f32x4.div(f32x4.splat(1), total);
    for (let v: usize = 0; v < bytes; v += 16)
      v128.store(q + v, f32x4.mul(v128.load(q + v), part));
    splat(point, q);
    energies += bytes;
    q += bytes;
  }
}

/** Σ Q log Q + Σ Q · unary − ½ Σ Q · messages. */
export function freeEnergy(): f64 {
  settle();
  const smooth = smoothness.weight, alike = appearance.weight;
  let energies = unary, q = beliefs;
  let sum: f64 = 0;
  for (let point = 0; point < points; point++) {
    receive(point, smooth, alike);
    for (let l = 0; l < labels; l++) {
      const at = <usize>l << 2;
      const belief = <f64>load<f32>(q + at);
      if (belief > 0)
        sum +=
          belief * (Math.log(belief) + <f64>load<f32>(energies + at) - 0.5 * <f64>load<f32>(row + at));
    }
    energies += stride;
    q += stride;
  }
  return sum;
}

/** The messages of the smoothness kernel to *point*; at the address until the next call. */
export function smoothnessMessages(point: i32): usize {
  settle();
  receive(point, smoothness.weight, 0);
  return row;
}

/** The messages of the appearance kernel to *point*; at the address until the next call. */
export function appearanceMessages(point: i32): usize {
  settle();
  receive(point, 0, appearance.weight);
  return row;
}

/**
 * Writes the messages of either kernel to all points to the rows at *smooth* and at *alike*, *labels*
 * values each, one after the other. What follows the last row is written over, up to 12 bytes.
 */
export function allMessages(smooth: usize, alike: usize): void {
  settle();
  for (let point = 0; point < points; point++) {
    receive(point, smoothness.weight, 0);
    for (let v: usize = 0; v < <usize>stride; v += 16) v128.store(smooth + v, v128.load(row + v));
    receive(point, 0, appearance.weight);
    for (let v: usize = 0; v < <usize>stride; v += 16) v128.store(alike + v, v128.load(row + v));
    smooth += <usize>labels << 2;
    alike += <usize>labels << 2;
  }
}

/** How many vertices the lattice of the appearance kernel has. */
export function appearanceVertices(): i32 {
  return appearance.vertices;
}

/** Filters what is where beliefs are by the normalized appearance kernel alone, in place. */
export function filterAppearance(): void {
  filterRows(appearance, beliefs, points);
}
