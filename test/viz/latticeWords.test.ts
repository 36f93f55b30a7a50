import {describe, expect, it} from "vitest";
import {latticeEdges, latticeSteps} from "../../src/model/crf/latticeSteps.ts";
import {bySquare, fittedExponent, pairs, timesOf} from "../../src/viz/filterTimes.ts";
import {durationWords, powerWords, timesCsv} from "../../src/viz/filterWords.ts";
import {checkLatticeSteps, freePlace, plane} from "../../src/viz/latticeData.ts";
import {
  latticeSentences,
  offBy,
  offWords,
  pointSentence,
  stepSentence,
  valueWords,
  vertexSentence,
  worstPoint
} from "../../src/viz/latticeWords.ts";

const value = {
  step: 1,
  points: [
    {x: 40, y: 30, value: 2},
    {x: 60, y: 50, value: 0}
  ],
  deviation: 20,
  sxy: 67,
  srgb: 3
};
const steps = latticeSteps(value.points, value.deviation);

describe("times", () => {
  const exact = [100, 1000, 4000].map((pixels) => ({pixels, milliseconds: 3e-6 * pixels ** 2}));

  it("are fitted by a power, small sizes left out, and drawn on by the square", () => {
    expect(fittedExponent(exact)).toBeCloseTo(2, 9);
    expect(fittedExponent([{pixels: 100, milliseconds: 1e9}, ...exact.slice(1)])).toBeCloseTo(2, 9);
    expect(fittedExponent(exact.slice(0, 2))).toBeNull();
    expect(bySquare(exact, 8000)).toBeCloseTo(3e-6 * 8000 ** 2, 9);
    expect(bySquare([], 8000)).toBeNull();
    expect(pairs(257 * 193)).toBe(1_230_104_800);
  });

  it("are medians of samples by size", () => {
    const of = (form: "exact" | "build", width: number, samples: number[]) => ({
      ...{form, width, height: 10, vertices: null, samples}
    });
    const times = [of("exact", 20, [3, 1, 2]), of("build", 7, [1]), of("exact", 9, [])];
    expect(timesOf(times, "exact")).toEqual([{pixels: 200, milliseconds: 2}]);
    const csv = timesCsv({wasm: true, share: 1, times}, value, 'a "device"').trim().split("\n");
    expect(csv).toHaveLength(5);
    expect(csv[1]).toBe('exact,20,10,200,,67,3,1,3,plain JavaScript,"a ""device"""');
    expect(csv[4]).toBe('build,7,10,70,,67,3,1,1,WebAssembly SIMD,"a ""device"""');
  });

  it("and their laws have words", () => {
    expect([0.031, 62, 996, 48_000, 142_000, 720_000].map(durationWords)).toEqual(
      ["0.031 ms", "62 ms", "1 s", "48 s", "142 s", "12 min"].map((is) => is.replace(" ", "\u00a0"))
    );
    expect(powerWords(1.98)).toBe("∝ pixels¹·⁹⁸");
    expect(powerWords(null)).toBe("");
  });
});

describe("words of the lattice", () => {
  it("add up as they say", () => {
    const numbers = (text: string) =>
      [...text.matchAll(/\d+(\.\d+)?/g)].map(([number]) => Number(number));
    const [own] = steps.corners;
    const [weight, said, sum] = numbers(vertexSentence(own, value, steps));
    expect(weight * said).toBeCloseTo(sum, 1);
    for (const step of [2, 3, 4]) {
      const words = vertexSentence(own, {...value, step}, steps).replaceAll("nobody", "0");
      const [, was, one, other, is] = numbers(words);
      expect(was + (one + other) / 2, words).toBeCloseTo(is, 1);
    }
    const words = pointSentence(0, value, steps);
    const [says, gain, a, b, c, d, e, f, reads, exact] = numbers(words);
    expect(says).toBe(2);
    expect(gain * (a * b + c * d + e * f), words).toBeCloseTo(reads, 1);
    expect(exact).toBe(2);
  });

  it("say what each step does, and what all cost", () => {
    const all = [0, 1, 2, 3, 4, 5].map((step) => stepSentence({...value, step}, steps));
    expect(all[0]).toContain("exp(−distance² / (2 · 20²))");
    expect(all[0]).toContain("Here A says 2, those drawn hollow only listen.");
    expect(all[1]).toContain(`${steps.vertices.length} corners`);
    expect(all[5]).toContain("= 0.8.");
    for (const [axis, words] of all.slice(2, 5).entries()) {
      const {length} = steps.vertices;
      const missing = [steps.before, steps.after]
        .flatMap((neighbors) => [...neighbors.subarray(axis * length, (axis + 1) * length)])
        .filter((at) => at === length).length;
      expect(words).toContain(`${missing} neighbor`);
    }
    expect(latticeSentences(value, steps)).toMatch(/2 points and \d corners take 6 products/);
    const silent = value.points.map((point) => ({...point, value: 0}));
    const nothing = latticeSteps(silent, 20);
    expect(latticeSentences({...value, points: silent}, nothing)).toContain("Nobody hears");
    expect(worstPoint(silent, nothing)).toBeNull();
  });

  it("write numbers with as many digits as matter", () => {
    expect([0, 0.0002, 0.71349, 1.5, 12.34].map(valueWords)).toEqual([
      "0",
      "< 0.001",
      "0.713",
      "1.50",
      "12.3"
    ]);
    expect([null, 0, -0.287, 0.0371].map(offWords)).toEqual(
      ["–", "0 %", "−29 %", "+3.7 %"].map((is) => is.replace(" ", "\u00a0"))
    );
    expect(offBy(0.2, 0)).toBeNull();
  });
});

describe("the value", () => {
  it("is refused if it is not legal", () => {
    expect(checkLatticeSteps(value)).toEqual(value);
    for (const wrong of [
      {step: 6},
      {step: NaN},
      {points: []},
      {points: new Array(9).fill({x: 1, y: 1, value: 1})},
      {points: [{x: 121, y: 0, value: 1}]},
      {points: [{x: 1, y: 0.5, value: 1}]},
      {points: [{x: 1, y: 1, value: 10}]},
      {deviation: 11},
      {sxy: 0},
      {srgb: 129}
    ])
      expect(() => checkLatticeSteps({...value, ...wrong}), JSON.stringify(wrong)).toThrow(
        RangeError
      );
  });

  it("gets new points where there is room", () => {
    const points = [...value.points];
    while (points.length < 8) {
      const place = freePlace(points);
      for (const {x, y} of points) expect(Math.hypot(x - place.x, y - place.y)).toBeGreaterThan(20);
      points.push({...place, value: 0});
    }
    expect(checkLatticeSteps({...value, points}).points).toHaveLength(8);
    expect(latticeEdges(plane.width, plane.height, 60).length).toBeGreaterThan(10);
  });
});
