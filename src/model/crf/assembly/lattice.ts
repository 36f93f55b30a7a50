import {Features, features, writePair} from "./features";
import {keep, mark, take, zeros} from "./memory";
import {hashOf, vertexAt, VertexTable, vertexTable, writeNeighbors} from "./vertexTable";

/**
 * The permutohedral lattice (Adams, Baek & Davis 2010), as permutohedralLattice.ts has it, number
 * for number: positions are computed in double precision there and here.
 */

/** A Gaussian kernel over the pixels: its lattice, and values on the lattice's vertices. */
@unmanaged
export class Kernel {
  dimensions: i32;
  vertices: i32;
  /** What the kernel's messages are multiplied by. */
  weight: f32;
  /** Bytes of a vertex's values. */
  stride: i32;
  /** Vertices of each point's simplex (u32, times *stride*), and how much each counts (f32). */
  corners: usize;
  weights: usize;
  /** Neighbors (u32, times *stride*) of each vertex, axis by axis; or the vertex after the last. */
  before: usize;
  after: usize;
  /** Values on the vertices and on one more, which is 0: of the beliefs, and room to blur them. */
  values: usize;
  room: usize;
}

/** Returns the normalized kernel of *all* features, with *stride* bytes of values a vertex. */
export function kernelOf(
  width: i32,
  height: i32,
  image: usize,
  sxy: f64,
  srgb: f64,
  weight: f32,
  stride: i32
): Kernel {
  const kernel = changetype<Kernel>(take(offsetof<Kernel>()));
  const side = image == 0 ? 3 : 6;
  kernel.dimensions = side - 1;
  kernel.weight = weight;
  kernel.stride = stride;
  // A point more: points are placed two at a time.
  const corners = (<usize>(width * height + 1) * side) << 2;
  kernel.corners = take(corners);
  kernel.weights = take(corners);

  const start = mark();
  const all = features(width, height, image, sxy, srgb);
  const table = vertexTable(side - 1);
  const pairs = (width + 1) >> 1;
  const placement = changetype<Placement>(zeros(offsetof<Placement>()));
  placement.sorted = take(<usize>(pairs * side) << 4);
  placement.keys = zeros((<usize>pairs << 1) * 32);
  placement.orders = take(<usize>pairs << 3);
  placement.elevated = take(<usize>side << 6);
  for (let y = 0; y < height; y++) {
    locate(all, y, placement);
    weigh(kernel, y * width, width, placement);
    connect(kernel, y * width, width, placement, table);
  }
  const vertices = table.size;
  kernel.vertices = vertices;
  const bytes = <usize>(side * vertices) << 2;
  const neighbors = take(2 * bytes);
  writeNeighbors(table, neighbors, neighbors + bytes, stride);
  keep(start, neighbors, 2 * bytes);
  kernel.before = start;
  kernel.after = start + bytes;

  kernel.values = zeros(<usize>(vertices + 1) * stride);
  kernel.room = zeros(<usize>(vertices + 1) * stride);
  normalize(kernel, width, height);
  return kernel;
}

/** Where the points of a row lie, two at a time. */
@unmanaged
class Placement {
  /** Of two points side by side, how far each coordinate lies above the vertex, from the highest. */
  sorted: usize;
  /** Of a point, the nearest vertex's key; and which coordinate is how high: 4 bits for each. */
  keys: usize;
  orders: usize;
  /** Four vectors for each coordinate, while it is computed with. */
  elevated: usize;
}

/** Finds the simplices of row *y*. */
function locate(all: Features, y: i32, placement: Placement): void {
  const d = all.dimensions, side = d + 1, width = all.width;
  const elevated = placement.elevated, vector = <usize>side << 4;
  const base = elevated + vector, above = base + vector, rank = above + vector;
  const sides = f64x2.splat(<f64>side), share = f64x2.splat(1.0 / <f64>side);
  const half = f64x2.splat(0.5), one = i64x2.splat(1), none = i64x2.splat(0);
  const most = i64x2.splat(<i64>d), whole = i64x2.splat(<i64>side);
  let sorted = placement.sorted, key = placement.keys, order = placement.orders;

  for (let x = 0; x < width; x += 2) {
    writePair(all, x, min(x + 1, width - 1), y, above);
    // Onto the hyperplane of d + 1 coordinates that sum to 0.
    let sum = f64x2.splat(0);
    for (let i = d; i > 0; i--) {
      const feature = v128.load(above + (<usize>(i - 1) << 4));
      const scaled = f64x2.mul(f64x2.splat(<f64>i), feature);
      v128.store(elevated + (<usize>i << 4), f64x2.sub(sum, scaled));
      sum = f64x2.add(sum, feature);
    }
    v128.store(elevated, sum);

    // The nearest vertex all of whose coordinates are multiples of d + 1.
    let excess = f64x2.splat(0);
    for (let at: usize = 0; at < vector; at += 16) {
      const coordinate = v128.load(elevated + at);
      const nearest = f64x2.floor(f64x2.add(f64x2.mul(coordinate, share), half));
      const multiple = f64x2.mul(nearest, sides);
      excess = f64x2.add(excess, nearest);
      v128.store(base + at, multiple);
      v128.store(above + at, f64x2.sub(coordinate, multiple));
      v128.store(rank + at, none);
    }
    // By how much each coordinate lies above it, in order: the greatest has rank 0.
    for (let i: usize = 0; i < vector; i += 16) {
      const own = v128.load(above + i);
      let ownRank = v128.load(rank + i);
      for (let j = i + 16; j < vector; j += 16) {
        const lower = f64x2.lt(own, v128.load(above + j));
        ownRank = i64x2.sub(ownRank, lower);
        v128.store(rank + j, i64x2.add(v128.load(rank + j), i64x2.add(one, lower)));
      }
      v128.store(rank + i, ownRank);
    }
    // A vertex's coordinates sum to 0, too: those that were rounded the farthest give way.
    const surplus = i64x2.extend_low_i32x4_s(i32x4.trunc_sat_f64x2_s_zero(excess));
    let firstOrder = 0, secondOrder = 0;
    for (let i = 0, at: usize = 0; i < side; i++, at += 16) {
      let r = i64x2.add(v128.load(rank + at), surplus);
      const under = i64x2.lt_s(r, none), over = i64x2.gt_s(r, most);
      r = i64x2.sub(i64x2.add(r, v128.and(under, whole)), v128.and(over, whole));
      const step = f64x2.sub(v128.and(under, sides), v128.and(over, sides));
      const vertex = f64x2.add(v128.load(base + at), step);
      const distance = f64x2.mul(f64x2.sub(v128.load(elevated + at), vertex), share);
      const first = <i32>i64x2.extract_lane(r, 0), second = <i32>i64x2.extract_lane(r, 1);
      v128.store64_lane(sorted + (<usize>first << 4), distance, 0);
      v128.store64_lane(sorted + (<usize>second << 4), distance, 1, 8);
      firstOrder |= i << (first << 2);
      secondOrder |= i << (second << 2);
      if (i == d) break; // the last of a key's coordinates follows from the others
      const whole = i32x4.trunc_sat_f64x2_s_zero(vertex);
      v128.store32_lane(key + (<usize>i << 2), whole, 0);
      v128.store32_lane(key + (<usize>i << 2), whole, 1, 32);
    }
    store<i32>(order, firstOrder);
    store<i32>(order, secondOrder, 4);
    sorted += vector;
    key += 64;
    order += 8;
  }
}

/** Writes the barycentric weights of a row. */
function weigh(kernel: Kernel, start: i32, width: i32, placement: Placement): void {
  const d = kernel.dimensions;
  const row = <usize>(d + 1) << 2;
  let weight = kernel.weights + <usize>start * row, from = placement.sorted;
  for (let x = 0; x < width; x += 2) {
    let last = v128.load(from + (<usize>d << 4));
    let next = f64x2.add(last, f64x2.sub(f64x2.splat(1), v128.load(from)));
    for (let i = 0; ; i++) {
      const pair = f32x4.demote_f64x2_zero(next);
      v128.store32_lane(weight + (<usize>i << 2), pair, 0);
      v128.store32_lane(weight + (<usize>i << 2) + row, pair, 1);
      if (i == d) break;
      const higher = v128.load(from + (<usize>(d - i - 1) << 4));
      next = f64x2.sub(higher, last);
      last = higher;
    }
    weight += 2 * row;
    from += row << 2;
  }
}

/** Finds the vertices of a row's simplices, and makes those that there are not. */
function connect(
  kernel: Kernel,
  start: i32,
  width: i32,
  placement: Placement,
  table: VertexTable
): void {
  const d = kernel.dimensions, stride = kernel.stride;
  const row = <usize>(d + 1) << 2;
  let corner = kernel.corners + <usize>start * row;
  let key = placement.keys, order = placement.orders;
  let lastLow = i32x4.splat(0), lastHigh = i32x4.splat(0), lastAxes = -1;
  for (let x = 0; x < width; x++, key += 32, order += 4) {
    let low = v128.load(key), high = v128.load(key, 16);
    let axes = load<i32>(order);
    // Many pixels lie in their left neighbor's simplex.
    const differ = v128.or(v128.xor(low, lastLow), v128.xor(high, lastHigh));
    if (axes == lastAxes && !v128.any_true(differ)) {
      for (let at: usize = 0; at < row; at += 4)
        store<i32>(corner + at, load<i32>(corner + at - row));
      corner += row;
      continue;
    }
    lastLow = low;
    lastHigh = high;
    lastAxes = axes;
    // From the nearest vertex, a step along each axis but one leads through the others.
    let hash = hashOf(table, key);
    for (let i = d; ; i--, corner += 4) {
      store<i32>(corner, vertexAt(table, low, high, hash) * stride);
      if (i == 0) break;
      const axis = <usize>((axes >> (i << 2)) & 15);
      const step = table.steps + (axis << 5);
      low = i32x4.add(low, v128.load(step));
      high = i32x4.add(high, v128.load(step, 16));
      hash += load<i32>(table.hashSteps + (axis << 2));
    }
    corner += 4;
  }
}

/**
 * Blurs the values of each vertex with (½, 1, ½) along each axis, by way of the room beside them.
 */
export function blur(kernel: Kernel): void {
  const vertices = kernel.vertices, stride = <usize>kernel.stride;
  const half = f32x4.splat(0.5);
  let before = kernel.before, after = kernel.after;
  for (let axis = 0; axis <= kernel.dimensions; axis++) {
    const values = kernel.values;
    let own = values, to = kernel.room;
    for (let vertex = 0; vertex < vertices; vertex++) {
      let one = values + <usize>load<u32>(before);
      let other = values + <usize>load<u32>(after);
      const end = own + stride;
      while (own < end) {
        const neighbors = f32x4.add(v128.load(one), v128.load(other));
        v128.store(to, f32x4.add(v128.load(own), f32x4.mul(half, neighbors)));
        one += 16;
        other += 16;
        own += 16;
        to += 16;
      }
      before += 4;
      after += 4;
    }
    swap(kernel);
  }
}

/**
 * Filters rows of values, *stride* bytes for each of *points*, in place: D^−½ K D^−½, whatever the
 * kernel's weight.
 */
export function filterRows(kernel: Kernel, rows: usize, points: i32): void {
  const stride = <usize>kernel.stride;
  const side = <usize>(kernel.dimensions + 1) << 2;
  const end = rows + <usize>points * stride;
  memory.fill(kernel.values, 0, <usize>(kernel.vertices + 1) * stride);
  let corner = kernel.corners, weight = kernel.weights;
  for (let row = rows; row < end; row += stride) {
    for (let at: usize = 0; at < side; at += 4) {
      const share = v128.load32_splat(weight + at);
      const to = kernel.values + <usize>load<u32>(corner + at);
      for (let v: usize = 0; v < stride; v += 16) {
        const part = f32x4.mul(share, v128.load(row + v));
        v128.store(to + v, f32x4.add(v128.load(to + v), part));
      }
    }
    corner += side;
    weight += side;
  }
  blur(kernel);
  corner = kernel.corners;
  weight = kernel.weights;
  for (let row = rows; row < end; row += stride) {
    memory.fill(row, 0, stride);
    for (let at: usize = 0; at < side; at += 4) {
      const share = v128.load32_splat(weight + at);
      const from = kernel.values + <usize>load<u32>(corner + at);
      for (let v: usize = 0; v < stride; v += 16) {
        const part = f32x4.mul(share, v128.load(from + v));
        v128.store(row + v, f32x4.add(v128.load(row + v), part));
      }
    }
    corner += side;
    weight += side;
  }
}

/** Makes the values room, and the room the values. */
export function swap(kernel: Kernel): void {
  const values = kernel.values;
  kernel.values = kernel.room;
  kernel.room = values;
}

/**
 * Multiplies the weights of each point by D^−½, where D are the sums of the lattice's filter of
 * ones: splatted and sliced with them, values are filtered with D^−½ K D^−½.
 */
function normalize(kernel: Kernel, width: i32, height: i32): void {
  for (let y = 0; y < height; y++) splatOnes(kernel, y * width, width);
  blur(kernel);
  for (let y = 0; y < height; y++) divide(kernel, y * width, width);
}

/** Adds ones, of a row of points, to the first of the values of their vertices. */
function splatOnes(kernel: Kernel, start: i32, count: i32): void {
  const row = <usize>(kernel.dimensions + 1) << 2;
  const values = kernel.values;
  let weight = kernel.weights + <usize>start * row, corner = kernel.corners + <usize>start * row;
  const end = weight + <usize>count * row;
  for (; weight < end; weight += 4, corner += 4) {
    const value = values + <usize>load<u32>(corner);
    store<f32>(value, load<f32>(value) + load<f32>(weight));
  }
}

/** Divides the weights of a row of points by the root of the sum that is sliced with them. */
function divide(kernel: Kernel, start: i32, count: i32): void {
  const row = <usize>(kernel.dimensions + 1) << 2;
  const values = kernel.values;
  let weight = kernel.weights + <usize>start * row, corner = kernel.corners + <usize>start * row;
  for (let point = 0; point < count; point++, weight += row, corner += row) {
    let sum: f32 = 0;
    for (let at: usize = 0; at < row; at += 4)
      sum += load<f32>(weight + at) * load<f32>(values + <usize>load<u32>(corner + at));
    const scale: f32 = 1 / Mathf.sqrt(sum);
    for (let at: usize = 0; at < row; at += 4)
      store<f32>(weight + at, load<f32>(weight + at) * scale);
  }
}
