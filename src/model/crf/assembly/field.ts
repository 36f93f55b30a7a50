import {blur, Kernel, normalize, place, zeros} from "./lattice";

/**
 * Mean field (Krähenbühl & Koltun 2011, algorithm 1) over two kernels. Rows of beliefs, unaries and
 * messages are padded to *vectors* × 4 labels; the padding's belief is 0.
 */
let points: i32 = 0;
let labels: i32 = 0;
let vectors: i32 = 0;
let unary: usize = 0;
let beliefs: usize = 0;
let row: usize = 0;
let sums: usize = 0;
let smoothness: Kernel = changetype<Kernel>(0);
let appearance: Kernel = changetype<Kernel>(0);
/** −μ, a row of *vectors* × 4 for each label; 0 for Potts. */
let compatibility: usize = 0;
/** Whether the values on the vertices are blurred. */
let blurred: bool = false;

/** Returns room for *bytes*. */
export function allocate(bytes: i32): usize {
  return zeros(<usize>bytes);
}

/** Returns a normalized kernel over *features*. */
export function addKernel(features: usize, count: i32, dimensions: i32, weight: f32): usize {
  const kernel = place(features, count, dimensions);
  kernel.weight = weight;
  normalize(kernel);
  return changetype<usize>(kernel);
}

/** Takes the field's parts, and believes in softmax(−unary). */
export function open(
  count: i32,
  ofLabels: i32,
  unaries: usize,
  q: usize,
  smooth: usize,
  alike: usize,
  compatible: usize
): void {
  points = count;
  labels = ofLabels;
  vectors = (ofLabels + 3) >> 2;
  unary = unaries;
  beliefs = q;
  smoothness = changetype<Kernel>(smooth);
  appearance = changetype<Kernel>(alike);
  compatibility = compatible;
  row = zeros(<usize>vectors << 4);
  sums = zeros(<usize>vectors << 4);
  makeRoom(smoothness);
  makeRoom(appearance);
  blurred = true; // of nothing: no messages
  step();
}

function makeRoom(kernel: Kernel): void {
  const bytes = (<usize>(kernel.vertices + 1) * vectors) << 4;
  kernel.values = zeros(bytes);
  kernel.room = zeros(bytes);
}

/** Blurs the beliefs on the vertices, if that is still to be done. */
export function settle(): void {
  if (blurred) return;
  blurred = true;
  settleKernel(smoothness);
  settleKernel(appearance);
}

function settleKernel(kernel: Kernel): void {
  const result = blur(kernel, kernel.values, kernel.room, vectors);
  if (result == kernel.values) return;
  kernel.room = kernel.values;
  kernel.values = result;
}

/** Adds *weight* times what the kernel's vertices send to *point* to the sums at *to*. */
// @ts-ignore: decorator
@inline
function slice(kernel: Kernel, point: i32, to: usize): void {
  const side = kernel.dimensions + 1;
  const at = (<usize>point * side) << 2;
  const stride = <usize>vectors << 4;
  const corners = kernel.corners + at, weights = kernel.weights + at;
  const end = <usize>side << 2;
  const scale = f32x4.splat(kernel.weight);
  let v: i32 = 0;
  for (; v + 3 <= vectors; v += 3) {
    const values = kernel.values + (<usize>v << 4);
    let a = f32x4.splat(0), b = a, c = a;
    for (let i: usize = 0; i < end; i += 4) {
      const value = values + <usize>load<i32>(corners + i) * stride;
      const w = v128.load32_splat(weights + i);
      a = f32x4.add(a, f32x4.mul(w, v128.load(value)));
      b = f32x4.add(b, f32x4.mul(w, v128.load(value, 16)));
      c = f32x4.add(c, f32x4.mul(w, v128.load(value, 32)));
    }
    const sum = to + (<usize>v << 4);
    v128.store(sum, f32x4.add(v128.load(sum), f32x4.mul(scale, a)));
    v128.store(sum, f32x4.add(v128.load(sum, 16), f32x4.mul(scale, b)), 16);
    v128.store(sum, f32x4.add(v128.load(sum, 32), f32x4.mul(scale, c)), 32);
  }
  for (; v < vectors; v++) {
    const values = kernel.values + (<usize>v << 4);
    let a = f32x4.splat(0);
    for (let i: usize = 0; i < end; i += 4)
      a = f32x4.add(
        a,
        f32x4.mul(
          v128.load32_splat(weights + i),
          v128.load(values + <usize>load<i32>(corners + i) * stride)
        )
      );
    const sum = to + (<usize>v << 4);
    v128.store(sum, f32x4.add(v128.load(sum), f32x4.mul(scale, a)));
  }
}

/** Adds the beliefs at *q* of *point* to its vertices' next values, which are at *room*. */
// @ts-ignore: decorator
@inline
function splat(kernel: Kernel, point: i32, q: usize): void {
  const side = kernel.dimensions + 1;
  const at = (<usize>point * side) << 2;
  const stride = <usize>vectors << 4;
  const corners = kernel.corners + at, weights = kernel.weights + at;
  const end = <usize>side << 2;
  let v: i32 = 0;
  for (; v + 3 <= vectors; v += 3) {
    const room = kernel.room + (<usize>v << 4);
    const own = q + (<usize>v << 4);
    const a = v128.load(own), b = v128.load(own, 16), c = v128.load(own, 32);
    for (let i: usize = 0; i < end; i += 4) {
      const to = room + <usize>load<i32>(corners + i) * stride;
      const w = v128.load32_splat(weights + i);
      v128.store(to, f32x4.add(v128.load(to), f32x4.mul(w, a)));
      v128.store(to, f32x4.add(v128.load(to, 16), f32x4.mul(w, b)), 16);
      v128.store(to, f32x4.add(v128.load(to, 32), f32x4.mul(w, c)), 32);
    }
  }
  for (; v < vectors; v++) {
    const room = kernel.room + (<usize>v << 4);
    const a = v128.load(q + (<usize>v << 4));
    for (let i: usize = 0; i < end; i += 4) {
      const to = room + <usize>load<i32>(corners + i) * stride;
      v128.store(to, f32x4.add(v128.load(to), f32x4.mul(v128.load32_splat(weights + i), a)));
    }
  }
}

/** Puts the messages to *point*, both kernels' together, into *row*. */
// @ts-ignore: decorator
@inline
function receive(point: i32): void {
  const bytes = <usize>vectors << 4;
  const to = compatibility == 0 ? row : sums;
  memory.fill(to, 0, bytes);
  slice(smoothness, point, to);
  slice(appearance, point, to);
  if (compatibility == 0) return;
  for (let v: usize = 0; v < bytes; v += 16) {
    let total = f32x4.splat(0);
    for (let other = 0; other < labels; other++)
      total = f32x4.add(
        total,
        f32x4.mul(
          v128.load32_splat(sums + (<usize>other << 2)),
          v128.load(compatibility + <usize>other * bytes + v)
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
  x = f32x4.max(x, f32x4.splat(-87.3));
  const n = f32x4.nearest(f32x4.mul(x, f32x4.splat(1.44269504088896341)));
  let r = f32x4.sub(x, f32x4.mul(n, f32x4.splat(0.693359375)));
  r = f32x4.add(r, f32x4.mul(n, f32x4.splat(2.12194440e-4)));
  let p = f32x4.splat(1.9875691500e-4);
  p = f32x4.add(f32x4.mul(p, r), f32x4.splat(1.3981999507e-3));
  p = f32x4.add(f32x4.mul(p, r), f32x4.splat(8.3334519073e-3));
  p = f32x4.add(f32x4.mul(p, r), f32x4.splat(4.1665795894e-2));
  p = f32x4.add(f32x4.mul(p, r), f32x4.splat(1.6666665459e-1));
  p = f32x4.add(f32x4.mul(p, r), f32x4.splat(5.0000001201e-1));
  p = f32x4.add(f32x4.add(f32x4.mul(f32x4.mul(r, r), p), r), f32x4.splat(1));
  const power = i32x4.shl(i32x4.add(i32x4.trunc_sat_f32x4_s(n), i32x4.splat(127)), 23);
  return f32x4.mul(p, power);
}

/** One iteration: from the blurred values of the last beliefs to the next beliefs, splatted. */
export function step(): void {
  settle();
  const bytes = <usize>vectors << 4;
  memory.fill(smoothness.room, 0, <usize>(smoothness.vertices + 1) * bytes);
  memory.fill(appearance.room, 0, <usize>(appearance.vertices + 1) * bytes);
  let energies = unary, q = beliefs;
  for (let point = 0; point < points; point++) {
    receive(point);
    let most = f32x4.splat(-Infinity);
    for (let v: usize = 0; v < bytes; v += 16) {
      const score = f32x4.sub(v128.load(row + v), v128.load(energies + v));
      v128.store(row + v, score);
      most = f32x4.max(most, score);
    }
    most = f32x4.max(most, i32x4.shuffle(most, most, 2, 3, 0, 1));
    most = f32x4.max(most, i32x4.shuffle(most, most, 1, 0, 3, 2));
    let total = f32x4.splat(0);
    for (let v: usize = 0; v < bytes; v += 16) {
      // What is far below is nothing: so the padding is, whose energy is the largest there is.
      const score = f32x4.sub(v128.load(row + v), most);
      const e = v128.and(exp(score), f32x4.gt(score, f32x4.splat(-87)));
      v128.store(q + v, e);
      total = f32x4.add(total, e);
    }
    total = f32x4.add(total, i32x4.shuffle(total, total, 2, 3, 0, 1));
    total = f32x4.add(total, i32x4.shuffle(total, total, 1, 0, 3, 2));
    const share = f32x4.div(f32x4.splat(1), total);
    for (let v: usize = 0; v < bytes; v += 16) v128.store(q + v, f32x4.mul(v128.load(q + v), share));
    splat(smoothness, point, q);
    splat(appearance, point, q);
    energies += bytes;
    q += bytes;
  }
  swap(smoothness);
  swap(appearance);
  blurred = false;
}

function swap(kernel: Kernel): void {
  const values = kernel.values;
  kernel.values = kernel.room;
  kernel.room = values;
}

/** Σ Q log Q + Σ Q · unary − ½ Σ Q · messages. */
export function freeEnergy(): f64 {
  settle();
  const bytes = <usize>vectors << 4;
  let energies = unary, q = beliefs;
  let sum: f64 = 0;
  for (let point = 0; point < points; point++) {
    receive(point);
    for (let l = 0; l < labels; l++) {
      const at = <usize>l << 2;
      const belief = <f64>load<f32>(q + at);
      if (belief > 0)
        sum +=
          belief * (Math.log(belief) + <f64>load<f32>(energies + at) - 0.5 * <f64>load<f32>(row + at));
    }
    energies += bytes;
    q += bytes;
  }
  return sum;
}

/** The messages of one kernel to *point*, at the address returned; valid until the next call. */
export function messages(kernel: usize, point: i32): usize {
  settle();
  const other = changetype<usize>(smoothness) == kernel ? appearance : smoothness;
  const weight = other.weight;
  other.weight = 0;
  receive(point);
  other.weight = weight;
  return row;
}
