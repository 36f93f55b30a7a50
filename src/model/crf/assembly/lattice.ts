/**
 * The permutohedral lattice (Adams, Baek & Davis 2010), as permutohedralLattice.ts has it, number
 * for number: positions are computed in double precision there and here.
 */

/** A Gaussian kernel over the pixels: its lattice, and values on the lattice's vertices. */
@unmanaged
export class Kernel {
  dimensions: i32;
  points: i32;
  vertices: i32;
  /** What the kernel's messages are multiplied by. */
  weight: f32;
  /** Vertices of each point's simplex (i32), and how much each counts (f32), normalized. */
  corners: usize;
  weights: usize;
  /** Neighbors (i32) of each vertex, axis by axis; where there is none, the vertex after the last. */
  before: usize;
  after: usize;
  /** Values on the vertices: of the beliefs, and room to blur them. */
  values: usize;
  room: usize;
  /** The table of vertices: keys (i32) by number, and slots (i32) that hold a number plus one. */
  keys: usize;
  slots: usize;
  mask: i32;
}

/** Zeroed memory. */
export function zeros(bytes: usize): usize {
  const start = heap.alloc(bytes);
  memory.fill(start, 0, bytes);
  return start;
}

// @ts-ignore: decorator
@inline
function word(base: usize, index: i32): usize {
  return base + ((<usize>index) << 2);
}

// @ts-ignore: decorator
@inline
function double(base: usize, index: i32): usize {
  return base + ((<usize>index) << 3);
}

/** The slot where the vertex of *key* is, or would be. */
function slotOf(kernel: Kernel, key: usize): usize {
  const d = kernel.dimensions;
  let hash: i32 = 0;
  for (let i = 0; i < d; i++) hash = (hash + load<i32>(word(key, i))) * 2531011;
  hash ^= hash >>> 15;
  let slot = word(kernel.slots, hash & kernel.mask);
  while (load<i32>(slot) > 0) {
    const other = word(kernel.keys, (load<i32>(slot) - 1) * d);
    let i = 0;
    while (i < d && load<i32>(word(key, i)) == load<i32>(word(other, i))) i++;
    if (i == d) break;
    hash++;
    slot = word(kernel.slots, hash & kernel.mask);
  }
  return slot;
}

/** The number of the vertex at *key*, which it has from now on. */
function vertexAt(kernel: Kernel, key: usize): i32 {
  const slot = slotOf(kernel, key);
  const found = load<i32>(slot);
  if (found > 0) return found - 1;
  const d = kernel.dimensions;
  const vertex = kernel.vertices++;
  store<i32>(slot, vertex + 1);
  memory.copy(word(kernel.keys, vertex * d), key, <usize>d << 2);
  if (2 * kernel.vertices > kernel.mask) grow(kernel);
  return vertex;
}

/** Doubles the table. */
function grow(kernel: Kernel): void {
  const d = kernel.dimensions;
  const slots = 2 * (kernel.mask + 1);
  const keys = heap.alloc((<usize>(slots >> 1) * d) << 2);
  memory.copy(keys, kernel.keys, (<usize>kernel.vertices * d) << 2);
  kernel.keys = keys;
  kernel.slots = zeros(<usize>slots << 2);
  kernel.mask = slots - 1;
  for (let vertex = 0; vertex < kernel.vertices; vertex++)
    store<i32>(slotOf(kernel, word(keys, vertex * d)), vertex + 1);
}

/** Places the points of *features* (f32, *dimensions* a point) in a lattice, and returns it. */
export function place(features: usize, points: i32, dimensions: i32): Kernel {
  const d = dimensions;
  const side = d + 1;
  const kernel = changetype<Kernel>(zeros(offsetof<Kernel>()));
  kernel.dimensions = d;
  kernel.points = points;
  kernel.corners = heap.alloc((<usize>points * side) << 2);
  kernel.weights = heap.alloc((<usize>points * side) << 2);
  let slots = 1024;
  while (slots < points) slots <<= 1;
  kernel.keys = heap.alloc((<usize>(slots >> 1) * d) << 2);
  kernel.slots = zeros(<usize>slots << 2);
  kernel.mask = slots - 1;

  const scale = heap.alloc(<usize>d << 3);
  for (let i = 0; i < d; i++)
    store<f64>(double(scale, i), (Math.sqrt(2.0 / 3.0) * <f64>side) / Math.sqrt(<f64>((i + 1) * (i + 2))));
  const elevated = heap.alloc(<usize>side << 3);
  const barycentric = heap.alloc(<usize>(side + 1) << 3);
  const key = heap.alloc(<usize>d << 2);
  // Nearest vertex and ranks of this point, and of the one before it.
  const bytes = <usize>side << 2;
  let base = zeros(bytes), rank = zeros(bytes), lastBase = zeros(bytes), lastRank = zeros(bytes);
  let corner = kernel.corners, weight = kernel.weights;

  for (let point = 0; point < points; point++) {
    let sum = 0.0;
    for (let i = d; i > 0; i--) {
      const coordinate =
        <f64>load<f32>(word(features, point * d + i - 1)) * load<f64>(double(scale, i - 1));
      store<f64>(double(elevated, i), sum - <f64>i * coordinate);
      sum += coordinate;
    }
    store<f64>(elevated, sum);

    let excess = 0;
    for (let i = 0; i <= d; i++) {
      const nearest = <i32>Math.floor(load<f64>(double(elevated, i)) / <f64>side + 0.5);
      store<i32>(word(base, i), nearest * side);
      excess += nearest;
      store<i32>(word(rank, i), 0);
    }
    for (let i = 0; i < d; i++) {
      const above = load<f64>(double(elevated, i)) - <f64>load<i32>(word(base, i));
      for (let j = i + 1; j <= d; j++) {
        const lower = above < load<f64>(double(elevated, j)) - <f64>load<i32>(word(base, j));
        const loser = word(rank, lower ? i : j);
        store<i32>(loser, load<i32>(loser) + 1);
      }
    }
    if (excess != 0)
      for (let i = 0; i <= d; i++) {
        let r = load<i32>(word(rank, i)) + excess;
        const step = r < 0 ? side : r > d ? -side : 0;
        store<i32>(word(rank, i), r + step);
        store<i32>(word(base, i), load<i32>(word(base, i)) + step);
      }

    for (let i = 0; i <= side; i++) store<f64>(double(barycentric, i), 0);
    for (let i = 0; i <= d; i++) {
      const above =
        (load<f64>(double(elevated, i)) - <f64>load<i32>(word(base, i))) / <f64>side;
      const r = d - load<i32>(word(rank, i));
      store<f64>(double(barycentric, r), load<f64>(double(barycentric, r)) + above);
      store<f64>(double(barycentric, r + 1), load<f64>(double(barycentric, r + 1)) - above);
    }
    store<f64>(
      barycentric,
      load<f64>(barycentric) + (1.0 + load<f64>(double(barycentric, side)))
    );
    for (let i = 0; i <= d; i++) store<f32>(word(weight, i), <f32>load<f64>(double(barycentric, i)));

    // Most pixels lie in their left neighbor's simplex.
    if (
      point > 0 &&
      memory.compare(base, lastBase, bytes) == 0 &&
      memory.compare(rank, lastRank, bytes) == 0
    )
      memory.copy(corner, corner - bytes, bytes);
    else
      for (let remainder = 0; remainder <= d; remainder++) {
        for (let i = 0; i < d; i++)
          store<i32>(
            word(key, i),
            load<i32>(word(base, i)) +
              remainder -
              (load<i32>(word(rank, i)) > d - remainder ? side : 0)
          );
        store<i32>(word(corner, remainder), vertexAt(kernel, key));
      }
    let swap = base;
    base = lastBase;
    lastBase = swap;
    swap = rank;
    rank = lastRank;
    lastRank = swap;
    corner += bytes;
    weight += bytes;
  }
  findNeighbors(kernel, key);
  return kernel;
}

function findNeighbors(kernel: Kernel, key: usize): void {
  const d = kernel.dimensions, vertices = kernel.vertices;
  const bytes = (<usize>vertices * (d + 1)) << 2;
  kernel.before = heap.alloc(bytes);
  kernel.after = heap.alloc(bytes);
  for (let axis = 0; axis <= d; axis++)
    for (let step = -1; step <= 1; step += 2) {
      const neighbors = step < 0 ? kernel.before : kernel.after;
      for (let vertex = 0; vertex < vertices; vertex++) {
        for (let i = 0; i < d; i++)
          store<i32>(word(key, i), load<i32>(word(kernel.keys, vertex * d + i)) + step);
        if (axis < d) store<i32>(word(key, axis), load<i32>(word(key, axis)) - step * (d + 1));
        const found = load<i32>(slotOf(kernel, key)) - 1;
        store<i32>(word(neighbors, axis * vertices + vertex), found < 0 ? vertices : found);
      }
    }
}

/**
 * Blurs *vectors* × 4 values of each vertex with (½, 1, ½) along each axis, from and with *values*,
 * by way of *room*, and returns which of the two holds the result. Both have a vertex more than the
 * lattice, all of it 0.
 */
export function blur(kernel: Kernel, values: usize, room: usize, vectors: i32): usize {
  const vertices = kernel.vertices;
  const bytes = <usize>vectors << 4;
  const half = f32x4.splat(0.5);
  for (let axis = 0; axis <= kernel.dimensions; axis++) {
    let before = word(kernel.before, axis * vertices);
    let after = word(kernel.after, axis * vertices);
    let own = values, to = room;
    for (let vertex = 0; vertex < vertices; vertex++) {
      let one = values + <usize>load<i32>(before) * bytes;
      let other = values + <usize>load<i32>(after) * bytes;
      for (let v = 0; v < vectors; v++) {
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
    const swap = values;
    values = room;
    room = swap;
  }
  return values;
}

/**
 * Multiplies the weights of each point by D^−½, where D are the sums of the lattice's filter of
 * ones: splatted and sliced with them, values are filtered with D^−½ K D^−½.
 */
export function normalize(kernel: Kernel): void {
  const side = kernel.dimensions + 1;
  const bytes = <usize>(kernel.vertices + 1) << 4;
  const values = zeros(bytes);
  const count = kernel.points * side;
  for (let i = 0; i < count; i++) {
    const value = values + (<usize>load<i32>(word(kernel.corners, i)) << 4);
    store<f32>(value, load<f32>(value) + load<f32>(word(kernel.weights, i)));
  }
  const sums = blur(kernel, values, zeros(bytes), 1);
  let weight = kernel.weights, corner = kernel.corners;
  for (let point = 0; point < kernel.points; point++) {
    let sum: f32 = 0;
    for (let i = 0; i < side; i++)
      sum +=
        load<f32>(word(weight, i)) * load<f32>(sums + (<usize>load<i32>(word(corner, i)) << 4));
    const scale: f32 = 1 / Mathf.sqrt(sum);
    for (let i = 0; i < side; i++)
      store<f32>(word(weight, i), load<f32>(word(weight, i)) * scale);
    weight += <usize>side << 2;
    corner += <usize>side << 2;
  }
}
