import {describe, expect, it} from "vitest";
import {latticeEdges, latticeSteps} from "../../../src/model/crf/latticeSteps.ts";
import {
  latticeFilter,
  permutohedralLattice,
  vertexFeatures
} from "../../../src/model/crf/permutohedralLattice.ts";
import {largestDifference, noise} from "./problems.ts";

/** As many points as asked for, seeded, in a plane of 120 × 80. */
function somePoints(seed: number, count: number) {
  const random = noise(seed, 3 * count);
  return Array.from({length: count}, (_, i) => ({
    x: Math.round(120 * random[3 * i]),
    y: Math.round(80 * random[3 * i + 1]),
    value: Math.round(9 * random[3 * i + 2])
  }));
}

describe("the lattice's steps in a plane", () => {
  it("end where the plain filter ends, and the exact sums are sums over pairs", () => {
    for (const [seed, deviation] of [
      [1, 12],
      [2, 24],
      [3, 60]
    ]) {
      const points = somePoints(seed, 8);
      const steps = latticeSteps(points, deviation);
      const values = Float32Array.from(points.flatMap(({x, y}) => [x / deviation, y / deviation]));
      const input = Float32Array.from(points, ({value}) => value);
      const lattice = permutohedralLattice({dimensions: 2, values});
      expect([...steps.readings]).toEqual([...latticeFilter(lattice)(input, 1)]);
      const sums = points.map((a) =>
        points.reduce((sum, b) => {
          const far = ((a.x - b.x) ** 2 + (a.y - b.y) ** 2) / deviation ** 2;
          return sum + Math.exp(-far / 2) * b.value;
        }, 0)
      );
      expect(largestDifference(steps.exact, sums)).toBeLessThan(1e-4);
      // Splatting hands out all there is, and no more.
      const total = (of: ArrayLike<number>) => Array.from(of).reduce((a, b) => a + b);
      expect(total(steps.stages[0])).toBeCloseTo(total(input), 4);
    }
  });

  it("have each point where its corners' weights put it, in triangles of one deviation's side", () => {
    const deviation = 20;
    const points = somePoints(4, 8);
    const {vertices, corners, weights} = latticeSteps(points, deviation);
    points.forEach(({x, y}, i) => {
      const own = [0, 1, 2].map((k) => vertices[corners[3 * i + k]]);
      const mean = (axis: "x" | "y") =>
        own.reduce((sum, vertex, k) => sum + weights[3 * i + k] * vertex[axis], 0);
      expect(mean("x")).toBeCloseTo(x, 3);
      expect(mean("y")).toBeCloseTo(y, 3);
      for (let k = 0; k < 3; k++) {
        const [a, b] = [own[k], own[(k + 1) % 3]];
        expect(Math.hypot(a.x - b.x, a.y - b.y)).toBeCloseTo(deviation, 6);
      }
    });
  });

  it("lead along the axes from a vertex to the next, and back", () => {
    const {vertices, before, after, axes} = latticeSteps(somePoints(5, 8), 30);
    let found = 0;
    axes.forEach((way, axis) =>
      vertices.forEach((vertex, i) => {
        const next = after[axis * vertices.length + i];
        if (next === vertices.length) return;
        found++;
        expect(before[axis * vertices.length + next]).toBe(i);
        expect(vertices[next].x - vertex.x).toBeCloseTo(way.x, 6);
        expect(vertices[next].y - vertex.y).toBeCloseTo(way.y, 6);
      })
    );
    expect(found).toBeGreaterThan(8);
  });

  it("hold for vertices of any number of dimensions", () => {
    for (const dimensions of [1, 3, 5]) {
      const values = noise(dimensions, 20 * dimensions).map((value) => 4 * value);
      const lattice = permutohedralLattice({dimensions, values});
      const features = vertexFeatures(lattice);
      for (let i = 0; i < values.length; i++) {
        const [point, axis] = [Math.floor(i / dimensions), i % dimensions];
        let mean = 0;
        for (let k = 0; k <= dimensions; k++) {
          const corner = point * (dimensions + 1) + k;
          mean += lattice.weights[corner] * features[lattice.corners[corner] * dimensions + axis];
        }
        expect(mean).toBeCloseTo(values[i], 5);
      }
    }
  });

  it("cover a part of the plane with edges, each once", () => {
    const edges = latticeEdges(120, 80, 24);
    for (const [x1, y1, x2, y2] of edges) expect(Math.hypot(x1 - x2, y1 - y2)).toBeCloseTo(24, 6);
    const ends = (edge: readonly number[]) => edge.map((end) => end.toFixed(3));
    const keys = edges.map((edge) => {
      const [a, b, c, d] = ends(edge);
      return [`${a},${b}`, `${c},${d}`].sort().join(" ");
    });
    expect(new Set(keys).size).toBe(edges.length);
    // Six edges meet at a vertex inside: three for each vertex, in a plane without an end.
    const meeting = keys.flatMap((key) => key.split(" "));
    const inside = [...new Set(meeting)].filter((key) => {
      const [x, y] = key.split(",").map(Number);
      return x > 0 && x < 120 && y > 0 && y < 80;
    });
    expect(inside.length).toBeGreaterThan(10);
    for (const vertex of inside) expect(meeting.filter((key) => key === vertex)).toHaveLength(6);
  });

  it("refuse a deviation that is none", () => {
    for (const deviation of [0, -1, NaN])
      expect(() => latticeSteps([], deviation)).toThrow(RangeError);
  });
});
