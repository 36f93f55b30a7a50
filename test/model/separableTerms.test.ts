import {describe, expect, it} from "vitest";
import {dilatedConvolution} from "../../src/model/atrousForms.ts";
import {orientedEdges} from "../../src/model/orientedEdges.ts";
import {mulberry32, randomNormal} from "../../src/model/random.ts";
import {
  breakEvenTerms,
  rebuild,
  relativeError,
  separableTerms,
  standardWeights,
  termsWeights,
  type Kernels
} from "../../src/model/separableTerms.ts";
import {depthwiseSteps, filterOf, pointwiseSum} from "../../src/model/termResponses.ts";

const random = mulberry32(25);
const normals = (length: number) => Float32Array.from({length}, () => randomNormal(random));
const whole = (from: number, to: number) => from + Math.floor(random() * (to - from + 1));

function randomKernels(): Kernels {
  const [size, channels, filters] = [2 * whole(0, 3) + 1, whole(1, 4), whole(1, 20)];
  return {size, channels, filters, weights: normals(size * size * channels * filters)};
}

/** Kernels composed of *count* random terms. */
function composed(count: number, shape: Omit<Kernels, "weights">): Kernels {
  const {size, channels, filters} = shape;
  const terms = Array.from({length: count}, () => ({
    depthwise: normals(size * size * channels),
    pointwise: normals(channels * filters)
  }));
  return {...shape, weights: rebuild(shape, terms)};
}

const longEdges = (size: number, orientations: number) =>
  orientedEdges({size, orientations, across: size / 8, along: size / 2});

describe("separableTerms", () => {
  it("rebuilds random kernels, with an error that falls to nothing, as the singular values say", () => {
    for (let i = 0; i < 40; ++i) {
      const kernels = randomKernels();
      const {rank, most, terms, rebuilt, singularValues} = separableTerms(kernels);
      expect(most).toBe(Math.min(kernels.filters, kernels.size ** 2));
      expect(rank).toBe(most);
      expect(terms).toHaveLength(rank);
      expect(rebuilt).toHaveLength(rank + 1);
      const squares = (from: number) =>
        singularValues.reduce(
          (sum, values) => sum + values.slice(from).reduce((a, value) => a + value ** 2, 0),
          0
        );
      rebuilt.forEach(({error, weights, filterErrors, cost}, r) => {
        expect(error).toBeCloseTo(Math.sqrt(squares(r) / squares(0)), 6);
        expect(error).toBe(relativeError(kernels.weights, weights));
        if (r > 0) expect(error).toBeLessThan(rebuilt[r - 1].error);
        expect(Math.max(...filterErrors)).toBeGreaterThanOrEqual(error - 1e-9);
        expect(cost).toBeCloseTo(r / breakEvenTerms(kernels.size, kernels.filters), 12);
      });
      expect(rebuilt[0].error).toBe(1);
      expect(rebuilt[rank].error).toBeLessThan(1e-6);
    }
  });

  it("finds the terms that kernels were composed of, and that one is enough for one", () => {
    for (let i = 0; i < 20; ++i) {
      const shape = {size: 3, channels: whole(1, 5), filters: whole(6, 20)};
      for (const count of [1, 2, 5]) {
        const {rank, rebuilt} = separableTerms(composed(count, shape));
        expect(rank).toBe(count);
        expect(rebuilt[count].error).toBeLessThan(1e-6);
      }
    }
  });

  it("comes nearer than fifty sums of as many random terms, each weighed as well as can be", () => {
    const kernels = {size: 5, channels: 2, filters: 7, weights: normals(350)};
    const {rebuilt} = separableTerms(kernels);
    for (let attempt = 0; attempt < 50; ++attempt) {
      const terms = whole(1, 6);
      // Orthonormal depthwise kernels, and the slices' projections on them.
      const attempts = Array.from({length: 2}, (_, m) => {
        const basis: Float64Array[] = [];
        for (let i = 0; i < terms; ++i) {
          const vector = Float64Array.from(normals(25));
          for (const other of basis) {
            const along = vector.reduce((sum, value, t) => sum + value * other[t], 0);
            vector.forEach((value, t) => (vector[t] = value - along * other[t]));
          }
          const norm = Math.hypot(...vector);
          basis.push(vector.map((value) => value / norm));
        }
        return basis.map((depthwise) =>
          Array.from({length: 7}, (_, n) => ({
            depthwise,
            weight: depthwise.reduce((a, v, t) => a + v * kernels.weights[(t * 2 + m) * 7 + n], 0)
          }))
        );
      });
      const sum = new Float64Array(350);
      attempts.forEach((bases, m) =>
        bases.forEach((filters) =>
          filters.forEach(({depthwise, weight}, n) =>
            depthwise.forEach((v, t) => (sum[(t * 2 + m) * 7 + n] += v * weight))
          )
        )
      );
      expect(relativeError(kernels.weights, sum)).toBeGreaterThan(rebuilt[terms].error);
    }
  });

  it("breaks even where the algebra does, to the term", () => {
    for (let size = 1; size <= 11; ++size)
      for (let filters = 1; filters <= 64; ++filters) {
        const shape = {size, channels: whole(1, 300), filters};
        const even = breakEvenTerms(size, filters);
        for (let r = 0; r <= Math.min(filters, size ** 2) + 1; ++r)
          expect(termsWeights(shape, r) < standardWeights(shape)).toBe(r < even);
      }
    expect(breakEvenTerms(3, 16)).toBe(144 / 25);
    const {rebuilt, breakEven} = separableTerms(longEdges(7, 16));
    expect(breakEven).toBe((49 * 16) / 65);
    expect(rebuilt[12].cost).toBeLessThan(1);
    expect(rebuilt[13].cost).toBeGreaterThan(1);
  });

  it("needs no term for zeros, and gives zeros to a channel of zeros", () => {
    const none = separableTerms({size: 3, channels: 2, filters: 4, weights: new Float32Array(72)});
    expect(none).toMatchObject({rank: 0, terms: [], rebuilt: [{error: 0, cost: 0}]});
    const weights = normals(72).map((weight, i) => (Math.floor(i / 4) % 2 === 0 ? weight : 0));
    const {rank, rebuilt, singularValues} = separableTerms({
      size: 3,
      channels: 2,
      filters: 4,
      weights
    });
    expect(rank).toBe(4);
    expect([...singularValues[1]]).toEqual([0, 0, 0, 0]);
    expect(rebuilt[4].error).toBeLessThan(1e-6);
  });

  it("refuses kernels that are none", () => {
    const kernels = {size: 3, channels: 1, filters: 2, weights: normals(18)};
    expect(() => separableTerms({...kernels, filters: 3})).toThrow("18 weights for 3×3×1×3");
    expect(() => separableTerms({...kernels, size: 0})).toThrow(RangeError);
    expect(() => separableTerms({...kernels, channels: NaN})).toThrow(RangeError);
    const wrong = Float32Array.from(kernels.weights);
    wrong[5] = NaN;
    expect(() => separableTerms({...kernels, weights: wrong})).toThrow("invalid weight: NaN at 5");
    expect(() => breakEvenTerms(2.5, 4)).toThrow("invalid size: 2.5");
    expect(() => breakEvenTerms(3, 0)).toThrow("invalid number of filters: 0");
  });
});

describe("orientedEdges", () => {
  it("needs two terms for edges that are round, whatever their size and number", () => {
    for (const size of [3, 5, 7])
      for (const orientations of [2, 4, 8, 16])
        expect(separableTerms(orientedEdges({size, orientations})).rank).toBe(2);
  });

  it("needs more for long ones: of odd kernels there are (size² − 1) / 2 at most", () => {
    for (const [size, orientations] of [3, 5, 7].flatMap((s) => [4, 8, 16].map((n) => [s, n])))
      expect(separableTerms(longEdges(size, orientations)).rank).toBe(
        Math.min(orientations, (size ** 2 - 1) / 2)
      );
  });

  it("answers an ideal step with 1, and turns counterclockwise", () => {
    const {weights, filters} = orientedEdges({size: 5, orientations: 4});
    const at = (n: number, row: number, column: number) =>
      weights[(row * 5 + column) * filters + n];
    let right = 0;
    for (let row = 0; row < 5; ++row) for (let x = 3; x < 5; ++x) right += at(0, row, x);
    expect(right).toBeCloseTo(1, 6);
    expect(at(1, 0, 4)).toBeGreaterThan(0); // 45°: brighter towards the top right
    expect(at(1, 4, 0)).toBeCloseTo(-at(1, 0, 4), 7);
    expect(at(2, 0, 2)).toBeGreaterThan(0); // 90°: brighter towards the top
  });

  it("refuses what is no bank", () => {
    expect(() => orientedEdges({size: 4, orientations: 4})).toThrow("invalid size: 4");
    expect(() => orientedEdges({size: 3, orientations: 0})).toThrow("invalid orientations: 0");
    expect(() => orientedEdges({size: 3, orientations: 2, along: NaN})).toThrow(
      "invalid along: NaN"
    );
  });
});

describe("responses of terms", () => {
  it("sum to the response of the rebuilt kernel", () => {
    const shape = {size: 3, channels: 3, filters: 5};
    const kernels = {...shape, weights: normals(135)};
    const {terms, rebuilt} = separableTerms(kernels);
    const map = {width: 19, height: 13, channels: 3, data: normals(19 * 13 * 3)};
    const steps = [...depthwiseSteps(map, terms, 3)];
    for (const r of [0, 1, 3, terms.length])
      for (let n = 0; n < 5; ++n) {
        const sum = pointwiseSum(steps.slice(0, r), terms.slice(0, r), {
          filter: n,
          filters: 5,
          length: 19 * 13
        });
        const of = {...kernels, weights: rebuilt[r].weights};
        const {response} = dilatedConvolution(map, filterOf(of, n), 1);
        response.forEach((value, i) => expect(Math.abs(sum[i] - value)).toBeLessThan(1e-5));
      }
  });

  it("are refused where the terms do not fit", () => {
    const {terms} = separableTerms({size: 3, channels: 1, filters: 2, weights: normals(18)});
    const map = {width: 2, height: 2, channels: 2, data: normals(8)};
    expect(() => [...depthwiseSteps(map, terms, 3)]).toThrow("9 weights for 3×3×2");
    const place = {filter: 0, filters: 2, length: 4};
    expect(() => pointwiseSum([], terms, place)).toThrow("0 first steps for 2 terms");
  });
});
