import {exactFilter} from "./exactFilter.ts";
import {normalizedError} from "./filterError.ts";
import {
  blur,
  latticeFilter,
  permutohedralLattice,
  slice,
  sliceGain,
  splat,
  vertexFeatures
} from "./permutohedralLattice.ts";

/** A point of a plane, in any unit, and the value that it has for all others. */
export interface PlanePoint {
  readonly x: number;
  readonly y: number;
  readonly value: number;
}

/** What the lattice makes of points in a plane, step by step, and what the exact sum is. */
export interface LatticeSteps {
  /** Where the vertices that some point has lie, in the points' unit. */
  readonly vertices: readonly {readonly x: number; readonly y: number}[];
  /** The three vertices of each point's triangle, and how much each counts. */
  readonly corners: Int32Array;
  readonly weights: Float32Array;
  /** The vertices before and after each along each axis, axis by axis; as many as there are: none. */
  readonly before: Int32Array;
  readonly after: Int32Array;
  /** The way from a vertex to the one after it along each of the three axes, in the points' unit. */
  readonly axes: readonly {readonly x: number; readonly y: number}[];
  /** The values on the vertices: splatted, then blurred along the first, second and third axis. */
  readonly stages: readonly Float32Array[];
  /** What a slice is multiplied by. */
  readonly gain: number;
  /** What each point reads, and what the Gaussian sum over all points is there. */
  readonly readings: Float32Array;
  readonly exact: Float32Array;
  /** The relative RMS difference of the two, where each is normalized as the CRF's kernels are. */
  readonly normalizedError: number;
}

/** What a step along each axis adds to a vertex's first two coordinates. */
const STEPS = Int32Array.of(-2, 1, 1, -2, 1, 1);

/**
 * Returns the steps by which the lattice filters *points* with a Gaussian of a *deviation*, in the
 * points' unit. Throws a RangeError if the deviation is not above 0.
 */
export function latticeSteps(points: readonly PlanePoint[], deviation: number): LatticeSteps {
  const features = featuresOf(points, deviation);
  const lattice = permutohedralLattice(features);
  const input = Float32Array.from(points, ({value}) => value);
  const exact = exactFilter(features);
  const stages = [splat(lattice, input, 1)];
  for (let axis = 0; axis <= 2; axis++) {
    const blurred = new Float32Array(stages[axis].length);
    blur(lattice, axis, stages[axis], blurred, 1);
    stages.push(blurred);
  }
  return {
    vertices: places(vertexFeatures(lattice), deviation),
    corners: lattice.corners,
    weights: lattice.weights,
    before: lattice.before,
    after: lattice.after,
    axes: places(vertexFeatures({dimensions: 2, vertices: 3, keys: STEPS}), deviation),
    stages,
    gain: sliceGain(2),
    readings: slice(lattice, stages[3], 1),
    exact: exact(input, 1),
    normalizedError: normalizedError(latticeFilter(lattice), exact, input)
  };
}

/** An edge of the lattice: x and y of either end. */
export type LatticeEdge = readonly [x1: number, y1: number, x2: number, y2: number];

/**
 * Returns the edges of all triangles that the lattice has in and around a *width* × *height* part of
 * the plane, for a *deviation* in the same unit. Throws a RangeError if that is not above 0.
 */
export function latticeEdges(width: number, height: number, deviation: number): LatticeEdge[] {
  // Points so close together that no triangle is without one.
  const step = deviation / 5;
  const points: PlanePoint[] = [];
  for (let y = -deviation; y <= height + deviation; y += step)
    for (let x = -deviation; x <= width + deviation; x += step) points.push({x, y, value: 0});
  const lattice = permutohedralLattice(featuresOf(points, deviation));
  const vertices = places(vertexFeatures(lattice), deviation);
  const edges = new Map<number, LatticeEdge>();
  for (let first = 0; first < lattice.corners.length; first += 3)
    for (const [i, j] of [
      [0, 1],
      [1, 2],
      [2, 0]
    ]) {
      const [a, b] = [lattice.corners[first + i], lattice.corners[first + j]];
      const [low, high] = [vertices[Math.min(a, b)], vertices[Math.max(a, b)]];
      const key = Math.min(a, b) * lattice.vertices + Math.max(a, b);
      if (!edges.has(key)) edges.set(key, [low.x, low.y, high.x, high.y]);
    }
  return [...edges.values()];
}

function featuresOf(points: readonly PlanePoint[], deviation: number) {
  if (!(deviation > 0)) throw new RangeError(`invalid deviation: ${deviation} (a number above 0)`);
  const values = Float32Array.from(points.flatMap(({x, y}) => [x / deviation, y / deviation]));
  return {dimensions: 2, values};
}

function places(features: Float64Array, deviation: number): {x: number; y: number}[] {
  return Array.from({length: features.length / 2}, (_, i) => ({
    x: features[2 * i] * deviation,
    y: features[2 * i + 1] * deviation
  }));
}
