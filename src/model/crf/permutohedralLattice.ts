import type {Features} from "./features.ts";
import type {Filter} from "./filter.ts";

/**
 * Where a set of points lies in the permutohedral lattice (Adams, Baek & Davis 2010): each point in
 * a simplex of *dimensions* + 1 vertices, and the vertices' neighbors along each of as many axes.
 */
export interface Lattice {
  readonly dimensions: number;
  /** How many vertices some point has. */
  readonly vertices: number;
  /** The first *dimensions* coordinates of each vertex; all sum to 0 with the last. */
  readonly keys: Int32Array;
  /** The vertices of each point's simplex, *dimensions* + 1 a point. */
  readonly corners: Int32Array;
  /** How much each of these vertices counts; they sum to 1 for a point. */
  readonly weights: Float32Array;
  /**
   * The vertices before and after each vertex along each axis, axis by axis, or *vertices* where
   * there is none.
   */
  readonly before: Int32Array;
  readonly after: Int32Array;
}

/** Returns the lattice of *features*. Time and memory grow with the number of points. */
export function permutohedralLattice({dimensions: d, values}: Features): Lattice {
  const points = values.length / d;
  const corners = new Int32Array(points * (d + 1));
  const weights = new Float32Array(points * (d + 1));
  const table = new VertexTable(d, points);
  const scale = featureScale(d);
  const share = 1 / (d + 1);
  const elevated = new Float64Array(d + 1);
  const base = new Int32Array(d + 1);
  const rank = new Int32Array(d + 1);
  const barycentric = new Float64Array(d + 2);
  const key = new Int32Array(d);

  for (let point = 0; point < points; point++) {
    // Onto the hyperplane of d + 1 coordinates that sum to 0.
    let sum = 0;
    for (let i = d; i > 0; i--) {
      const coordinate = values[point * d + i - 1] * scale[i - 1];
      elevated[i] = sum - i * coordinate;
      sum += coordinate;
    }
    elevated[0] = sum;

    // The nearest vertex all of whose coordinates are multiples of d + 1.
    let excess = 0;
    for (let i = 0; i <= d; i++) {
      const nearest = Math.floor(elevated[i] * share + 0.5);
      base[i] = nearest * (d + 1);
      excess += nearest;
    }
    // By how much each coordinate lies above it, in order: the greatest has rank 0.
    rank.fill(0);
    for (let i = 0; i < d; i++)
      for (let j = i + 1; j <= d; j++)
        if (elevated[i] - base[i] < elevated[j] - base[j]) rank[i]++;
        else rank[j]++;
    // A vertex's coordinates sum to 0, too: those that were rounded the farthest give way.
    for (let i = 0; i <= d; i++) {
      rank[i] += excess;
      if (rank[i] < 0) {
        rank[i] += d + 1;
        base[i] += d + 1;
      } else if (rank[i] > d) {
        rank[i] -= d + 1;
        base[i] -= d + 1;
      }
    }

    barycentric.fill(0);
    for (let i = 0; i <= d; i++) {
      const above = (elevated[i] - base[i]) * share;
      barycentric[d - rank[i]] += above;
      barycentric[d + 1 - rank[i]] -= above;
    }
    barycentric[0] += 1 + barycentric[d + 1];

    for (let remainder = 0; remainder <= d; remainder++) {
      for (let i = 0; i < d; i++)
        key[i] = base[i] + remainder - (rank[i] > d - remainder ? d + 1 : 0);
      corners[point * (d + 1) + remainder] = table.add(key);
      weights[point * (d + 1) + remainder] = barycentric[remainder];
    }
  }

  const vertices = table.size;
  const before = new Int32Array((d + 1) * vertices);
  const after = new Int32Array((d + 1) * vertices);
  for (let axis = 0; axis <= d; axis++)
    for (let vertex = 0; vertex < vertices; vertex++)
      for (const [neighbors, step] of [
        [before, -1],
        [after, 1]
      ] as const) {
        for (let i = 0; i < d; i++) key[i] = table.keys[vertex * d + i] + step;
        if (axis < d) key[axis] -= step * (d + 1);
        const found = table.find(key);
        neighbors[axis * vertices + vertex] = found < 0 ? vertices : found;
      }
  const keys = table.keys.slice(0, d * vertices);
  return {dimensions: d, vertices, keys, corners, weights, before, after};
}

/**
 * What features in units of their standard deviation are multiplied by before they are laid onto the
 * hyperplane, where the blur spreads a value by a variance of 2/3 (d + 1)².
 */
function featureScale(d: number): Float64Array {
  return Float64Array.from(
    {length: d},
    (_, i) => (Math.sqrt(2 / 3) * (d + 1)) / Math.sqrt((i + 1) * (i + 2))
  );
}

/** Returns the features of the lattice's vertices, *dimensions* a vertex: where points could lie. */
export function vertexFeatures({
  dimensions: d,
  vertices,
  keys
}: Pick<Lattice, "dimensions" | "vertices" | "keys">): Float64Array {
  const scale = featureScale(d);
  const features = new Float64Array(vertices * d);
  for (let vertex = 0; vertex < vertices; vertex++) {
    const first = vertex * d;
    // The last coordinate first, as points were laid onto the hyperplane.
    let elevated = 0;
    for (let i = 0; i < d; i++) elevated -= keys[first + i];
    let sum = 0;
    for (let i = d; i > 0; i--) {
      const coordinate = (sum - elevated) / i;
      features[first + i - 1] = coordinate / scale[i - 1];
      sum += coordinate;
      if (i > 1) elevated = keys[first + i - 1];
    }
  }
  return features;
}

/**
 * Returns the filter that *lattice* makes of a Gaussian: values are splatted onto the vertices,
 * blurred with (½, 1, ½) along each axis, and sliced where the points are.
 */
export function latticeFilter(lattice: Lattice): Filter {
  return (input, channels) => {
    let blurred = splat(lattice, input, channels);
    let next = new Float32Array(blurred.length);
    for (let axis = 0; axis <= lattice.dimensions; axis++) {
      blur(lattice, axis, blurred, next, channels);
      [blurred, next] = [next, blurred];
    }
    return slice(lattice, blurred, channels);
  };
}

/**
 * Returns values on the vertices: the points' *input*, each shared among its corners by their
 * weights. There is one vertex more, which stays zero: the neighbor of those that have none.
 */
export function splat(
  {dimensions, vertices, corners, weights}: Lattice,
  input: Float32Array,
  channels: number
): Float32Array<ArrayBuffer> {
  const side = dimensions + 1;
  const values = new Float32Array((vertices + 1) * channels);
  for (let point = 0; point < corners.length / side; point++)
    for (let corner = point * side; corner < (point + 1) * side; corner++)
      for (let c = 0, at = corners[corner] * channels; c < channels; c++)
        values[at + c] += weights[corner] * input[point * channels + c];
  return values;
}

/** Writes the vertices' *values*, blurred with (½, 1, ½) along *axis*, to *blurred*. */
export function blur(
  {vertices, before, after}: Lattice,
  axis: number,
  values: Float32Array,
  blurred: Float32Array,
  channels: number
): void {
  for (let vertex = 0; vertex < vertices; vertex++) {
    const one = before[axis * vertices + vertex] * channels;
    const other = after[axis * vertices + vertex] * channels;
    for (let c = 0, at = vertex * channels; c < channels; c++)
      blurred[at + c] = values[at + c] + 0.5 * (values[one + c] + values[other + c]);
  }
}

/** Returns what the points read of the vertices' *values*: {@link sliceGain} times their mean. */
export function slice(
  {dimensions, corners, weights}: Lattice,
  values: Float32Array,
  channels: number
): Float32Array<ArrayBuffer> {
  const side = dimensions + 1;
  const gain = sliceGain(dimensions);
  const output = new Float32Array((corners.length / side) * channels);
  for (let point = 0; point < corners.length / side; point++)
    for (let corner = point * side; corner < (point + 1) * side; corner++)
      for (let c = 0, at = corners[corner] * channels; c < channels; c++)
        output[point * channels + c] += gain * weights[corner] * values[at + c];
  return output;
}

/** What sliced values are multiplied by, so that a point far from all others reads about its own. */
export function sliceGain(dimensions: number): number {
  return 1 / (1 + 2 ** -dimensions);
}

/** Vertices by their first *d* coordinates (the last follows from them), numbered as they come. */
class VertexTable {
  size = 0;
  keys: Int32Array;
  readonly #dimensions: number;
  #slots: Int32Array;

  constructor(dimensions: number, points: number) {
    this.#dimensions = dimensions;
    const slots = 2 ** Math.ceil(Math.log2(Math.max(16, 2 * points)));
    this.#slots = new Int32Array(slots).fill(-1);
    this.keys = new Int32Array((slots / 2) * dimensions);
  }

  /** Returns the number of the vertex at *key*, which it has from now on. */
  add(key: Int32Array): number {
    const slot = this.#slotOf(key);
    if (this.#slots[slot] >= 0) return this.#slots[slot];
    const vertex = this.size++;
    this.#slots[slot] = vertex;
    this.keys.set(key, vertex * this.#dimensions);
    if (2 * this.size >= this.#slots.length) this.#grow();
    return vertex;
  }

  /** Returns the number of the vertex at *key*, or −1. */
  find(key: Int32Array): number {
    return this.#slots[this.#slotOf(key)];
  }

  /** The slot where *key* is, or would be. */
  #slotOf(key: Int32Array): number {
    const d = this.#dimensions;
    let hash = 0;
    for (let i = 0; i < d; i++) hash = Math.imul(hash + key[i], 2531011);
    hash ^= hash >>> 15;
    for (
      let slot = hash & (this.#slots.length - 1);
      ;
      slot = (slot + 1) & (this.#slots.length - 1)
    ) {
      const vertex = this.#slots[slot];
      if (vertex < 0) return slot;
      let i = 0;
      while (i < d && this.keys[vertex * d + i] === key[i]) i++;
      if (i === d) return slot;
    }
  }

  #grow(): void {
    const keys = this.keys;
    this.keys = new Int32Array(2 * keys.length);
    this.keys.set(keys);
    this.#slots = new Int32Array(2 * this.#slots.length).fill(-1);
    for (let vertex = 0; vertex < this.size; vertex++) {
      const key = keys.subarray(vertex * this.#dimensions, (vertex + 1) * this.#dimensions);
      this.#slots[this.#slotOf(key)] = vertex;
    }
  }
}
