import {describe, expect, it} from "vitest";
import {
  denseCrf,
  unaryFromProbabilities,
  type DenseCrfOptions
} from "../../../src/model/crf/index.ts";
import {fieldModule} from "../../../src/model/crf/field.ts";
import {checkOptions} from "../../../src/model/crf/options.ts";
import {plainMeanField} from "../../../src/model/crf/plainMeanField.ts";
import {wasmMeanField} from "../../../src/model/crf/wasmMeanField.ts";
import {mulberry32} from "../../../src/model/random.ts";
import {largestDifference, noise, noiseProblem, streetProblem} from "./problems.ts";

async function after(steps: number, options: DenseCrfOptions) {
  const crf = await denseCrf(options);
  for (let i = 0; i < steps; i++) crf.step();
  return crf;
}

describe("a step of mean field", () => {
  it("is as worked by hand for four pixels and two labels", async () => {
    // Four pixels at (0, 0), (1, 0), (0, 1), (1, 1), smoothness of range 1 alone: the kernel is
    // 1, e^−½ = a and e^−1 = b for no, one and two steps, so every row sums to s = 1 + 2a + b.
    const [a, b] = [Math.exp(-0.5), Math.exp(-1)];
    const s = 1 + 2 * a + b;
    const p = [0.9, 0.6, 0.6, 0.3]; // of label 0
    const crf = await denseCrf({
      ...{width: 2, height: 2, labels: 2, filter: "exact"},
      image: new Uint8ClampedArray(16),
      unary: Float32Array.from(p.flatMap((q) => [-Math.log(q), -Math.log(1 - q)])),
      smoothness: {sxy: 1, weight: 2},
      appearance: {sxy: 1, srgb: 1, weight: 0}
    });
    expect(
      largestDifference(
        crf.Q,
        p.flatMap((q) => [q, 1 - q])
      )
    ).toBeLessThan(1e-6);
    const heard = [
      (p[0] + a * (p[1] + p[2]) + b * p[3]) / s,
      (p[1] + a * (p[0] + p[3]) + b * p[2]) / s,
      (p[2] + a * (p[0] + p[3]) + b * p[1]) / s,
      (p[3] + a * (p[1] + p[2]) + b * p[0]) / s
    ];
    expect(crf.messages(0).smoothness[0]).toBeCloseTo(2 * heard[0], 5);
    crf.step();
    heard.forEach((sum, i) => {
      const [zero, one] = [p[i] * Math.exp(2 * sum), (1 - p[i]) * Math.exp(2 * (1 - sum))];
      expect(crf.Q[2 * i]).toBeCloseTo(zero / (zero + one), 5);
    });
    expect(crf.iteration).toBe(1);
  });

  it("adds the messages to the scores, which its parts recompute", async () => {
    for (const filter of ["lattice", "exact"] as const) {
      const problem = streetProblem(1_000_007, {width: 40, height: 30, labels: 5});
      const crf = await after(2, {...problem, filter});
      const pixel = 617;
      const {smoothness, appearance} = crf.messages(pixel);
      const scores = smoothness.map(
        (message, l) => message + appearance[l] - problem.unary[5 * pixel + l]
      );
      const total = scores.reduce((sum, score) => sum + Math.exp(score), 0);
      crf.step();
      const belief = crf.Q.subarray(5 * pixel, 5 * pixel + 5);
      expect(
        largestDifference(
          belief,
          scores.map((score) => Math.exp(score) / total)
        )
      ).toBeLessThan(1e-5);
    }
  });
});

describe("the lattice's beliefs", () => {
  it("are the same in WebAssembly and in plain TypeScript, whatever the number of labels", async () => {
    const module = await fieldModule();
    expect(module).not.toBeNull();
    for (const labels of [1, 2, 3, 4, 11, 12, 13, 21, 255]) {
      const size = labels === 255 ? {width: 20, height: 15} : {width: 61, height: 47};
      const options = checkOptions(streetProblem(1_000_004, {...size, labels}));
      const compatibility =
        labels === 11
          ? Float32Array.from({length: 121}, (_, i) => Math.abs((i % 11) - Math.floor(i / 11)) / 5)
          : null;
      const plain = plainMeanField({...options, compatibility});
      const fast = await wasmMeanField(module!, {...options, compatibility});
      for (let i = 0; i < 4; i++) {
        expect(largestDifference(fast.Q, plain.Q), `${labels} labels`).toBeLessThan(1e-4);
        const [one, other] = [fast.messages(100), plain.messages(100)];
        expect(largestDifference(one.smoothness, other.smoothness)).toBeLessThan(1e-4);
        expect(largestDifference(one.appearance, other.appearance)).toBeLessThan(1e-4);
        expect(fast.freeEnergy() / plain.freeEnergy()).toBeCloseTo(1, 5);
        fast.step();
        plain.step();
      }
    }
  });

  it("are the same in both whatever the kernels' deviations, of odd sizes too", async () => {
    const module = await fieldModule();
    for (const [sxy, srgb] of [
      [1e-9, 1e-9],
      [0.3, 1],
      [3, 300],
      [1e9, 2]
    ]) {
      const options = checkOptions({
        ...noiseProblem(11, {width: 9, height: 7, labels: 5}),
        smoothness: {sxy, weight: 2},
        appearance: {sxy: 2 * sxy, srgb, weight: 3}
      });
      const plain = plainMeanField(options);
      const fast = await wasmMeanField(module!, options);
      for (let i = 0; i < 3; i++) {
        fast.step();
        plain.step();
        expect(largestDifference(fast.Q, plain.Q), `${sxy}, ${srgb}`).toBeLessThan(1e-5);
      }
    }
  });

  it("take no more memory with every step", async () => {
    const module = await fieldModule();
    const options = checkOptions(streetProblem(1_000_004, {width: 160, height: 120}));
    const field = await wasmMeanField(module!, options);
    const {bytes} = field;
    for (let i = 0; i < 30; i++) {
      field.step();
      field.freeEnergy();
      field.messages(i);
    }
    expect(field.bytes).toBe(bytes);
    expect(bytes).toBeLessThan(300 * 160 * 120);
  });

  it("give labels that differ from the exact ones on few pixels", async () => {
    const shares: number[] = [];
    for (const seed of [1_000_011, 1_000_012, 1_000_013]) {
      const problem = streetProblem(seed, {width: 36, height: 27});
      const [lattice, exact] = await Promise.all([
        after(10, problem),
        after(10, {...problem, filter: "exact"})
      ]);
      const truth = exact.labelMap();
      const differ = lattice.labelMap().filter((label, i) => label !== truth[i]).length;
      shares.push(differ / truth.length);
    }
    expect(Math.max(...shares)).toBeLessThan(0.1);
    expect(shares.reduce((sum, share) => sum + share) / shares.length).toBeLessThan(0.06);
  });

  it("correct what noise got wrong", async () => {
    const {truth, ...street} = streetProblem(1_000_020, {width: 96, height: 72});
    const appearance = {sxy: 8, srgb: 20, weight: 4};
    const problem = {...street, appearance, smoothness: {sxy: 1, weight: 2}};
    const right = (labels: Uint8Array) => labels.filter((label, i) => label === truth[i]).length;
    const [before, later] = [await after(0, problem), await after(5, problem)];
    expect(right(later.labelMap())).toBeGreaterThan(right(before.labelMap()) * 1.05);
  });
});

describe("beliefs", () => {
  it("sum to 1, follow the labels when they are renamed, and ignore what is added to a pixel", async () => {
    for (const seed of [1, 2, 3, 4, 5]) {
      const filter = seed % 2 === 0 ? "exact" : "lattice";
      const labels = 4;
      const problem = {...noiseProblem(seed, {width: 12, height: 9, labels}), filter} as const;
      const {Q} = await after(3, problem);
      for (let i = 0; i < Q.length; i += labels)
        expect(Q[i] + Q[i + 1] + Q[i + 2] + Q[i + 3]).toBeCloseTo(1, 5);
      const order = [2, 0, 3, 1];
      const renamed = problem.unary.map(
        (_, i) => problem.unary[i - (i % labels) + order[i % labels]]
      );
      const {Q: other} = await after(3, {...problem, unary: renamed});
      expect(
        largestDifference(
          other,
          Q.map((_, i) => Q[i - (i % labels) + order[i % labels]])
        )
      ).toBeLessThan(2e-5);
      const constant = noise(seed, Q.length / labels);
      const raised = problem.unary.map(
        (energy, i) => energy + 9 * constant[Math.floor(i / labels)]
      );
      const {Q: same} = await after(3, {...problem, unary: raised});
      expect(largestDifference(same, Q)).toBeLessThan(2e-5);
    }
  });
});

describe("free energy", () => {
  it("never rises with the exact filter and the self term, at any weight", async () => {
    const random = mulberry32(7);
    for (let problem = 0; problem < 200; problem++) {
      const labels = 2 + Math.floor(4 * random());
      const crf = await denseCrf({
        ...noiseProblem(problem, {width: 5, height: 4, labels}),
        filter: "exact",
        smoothness: {sxy: 0.5 + 3 * random(), weight: 0.1 * 2000 ** random()},
        appearance: {sxy: 1 + 5 * random(), srgb: 5 + 90 * random(), weight: 0.1 * 2000 ** random()}
      });
      let last = crf.freeEnergy();
      for (let i = 0; i < 12; i++) {
        crf.step();
        const next = crf.freeEnergy();
        expect(next - last, `problem ${problem}, step ${i}`).toBeLessThanOrEqual(
          1e-6 * Math.max(1, Math.abs(last))
        );
        last = next;
      }
    }
  });

  it("rises by no more than 0.1 % with the lattice, on 20 streets", async () => {
    for (let seed = 1_000_100; seed < 1_000_120; seed++) {
      const crf = await denseCrf(streetProblem(seed, {width: 96, height: 72}));
      let last = crf.freeEnergy();
      for (let i = 0; i < 10; i++) {
        crf.step();
        const next = crf.freeEnergy();
        expect(next - last).toBeLessThanOrEqual(1e-3 * Math.abs(last));
        last = next;
      }
    }
  });

  it("and labels swap for ever on a checkerboard without the self term, and settle with it", async () => {
    const [width, height] = [8, 8];
    const unary = Float32Array.from({length: 2 * width * height}, (_, i) => {
      const [x, y] = [(i >> 1) % width, Math.floor((i >> 1) / width)];
      return (x + y) % 2 === i % 2 ? 0.1 : 0;
    });
    const problem = {
      ...{width, height, labels: 2, unary},
      filter: "exact",
      image: new Uint8ClampedArray(4 * width * height),
      smoothness: {sxy: 0.6, weight: 60},
      appearance: {sxy: 1, srgb: 1, weight: 0}
    } as const;
    const swapped = async (subtractSelf: boolean): Promise<number> => {
      const crf = await after(20, {...problem, subtractSelf});
      const labels = crf.labelMap();
      crf.step();
      const next = crf.labelMap();
      return labels.filter((label, i) => label !== next[i]).length;
    };
    expect(await swapped(true)).toBe(width * height);
    expect(await swapped(false)).toBe(0);
  });
});

describe("at the edges", () => {
  const base = () => noiseProblem(5, {width: 7, height: 6, labels: 3});
  it.each<[string, () => DenseCrfOptions]>([
    ["one label", () => noiseProblem(1, {labels: 1})],
    ["one pixel", () => noiseProblem(1, {width: 1, height: 1})],
    ["one column", () => noiseProblem(1, {width: 1, height: 40})],
    ["a flat picture", () => ({...base(), image: new Uint8ClampedArray(168).fill(128)})],
    [
      "no weights",
      () => ({...base(), smoothness: {sxy: 3, weight: 0}, appearance: {sxy: 3, srgb: 3, weight: 0}})
    ],
    [
      "tiny deviations",
      () => ({
        ...base(),
        smoothness: {sxy: 1e-30, weight: 3},
        appearance: {sxy: 1e-30, srgb: 1e-30, weight: 9}
      })
    ],
    [
      "huge deviations",
      () => ({
        ...base(),
        smoothness: {sxy: 1e30, weight: 3},
        appearance: {sxy: 1e30, srgb: 1e30, weight: 9}
      })
    ],
    [
      "the ends of 8 bits",
      () => ({...base(), image: base().image.map((value) => (value > 127 ? 255 : 0))})
    ],
    ["huge unaries", () => ({...base(), unary: base().unary.map((energy) => 1e20 * energy)})]
  ])("is sound for %s", async (_, options) => {
    for (const filter of ["lattice", "exact"] as const) {
      const problem = {...options(), filter};
      const crf = await after(3, problem);
      expect(crf.Q.every((q) => q >= 0 && q <= 1.000001)).toBe(true);
      for (let i = 0; i < crf.Q.length; i += problem.labels)
        expect(crf.Q.subarray(i, i + problem.labels).reduce((sum, q) => sum + q, 0)).toBeCloseTo(
          1,
          5
        );
      expect(Number.isFinite(crf.freeEnergy())).toBe(true);
    }
  });

  it("hears nobody where deviations are tiny, and everybody alike where they are huge", async () => {
    for (const filter of ["lattice", "exact"] as const) {
      const alone = await denseCrf({...base(), filter, smoothness: {sxy: 1e-9, weight: 2}});
      expect(
        largestDifference(
          alone.messages(8).smoothness,
          alone.Q.subarray(24, 27).map((q) => 2 * q)
        )
      ).toBeLessThan(1e-4);
      const all = await denseCrf({...base(), filter, smoothness: {sxy: 1e9, weight: 2}});
      const mean = [0, 1, 2].map(
        (l) => (2 * all.Q.reduce((sum, q, i) => sum + (i % 3 === l ? q : 0), 0)) / 42
      );
      expect(largestDifference(all.messages(8).smoothness, mean)).toBeLessThan(1e-4);
    }
  });

  it("refuses what is not legal, and names the option and its value", async () => {
    const wrong: [Partial<Record<keyof DenseCrfOptions, unknown>>, ErrorConstructor, RegExp][] = [
      [{unary: base().unary.with(4, NaN)}, RangeError, /unary: NaN at 4/],
      [{unary: base().unary.with(4, -Infinity)}, RangeError, /unary: -Infinity at 4/],
      [{unary: new Float32Array(5)}, RangeError, /unary: 5 values \(126/],
      [{unary: [1, 2]}, TypeError, /unary: Array/],
      [{image: new Uint8ClampedArray(5)}, RangeError, /image: 5 values \(168/],
      [{image: null}, TypeError, /image: null/],
      [{labels: 0}, RangeError, /labels: 0/],
      [{labels: 256}, RangeError, /labels: 256/],
      [{labels: 2.5}, RangeError, /labels: 2.5/],
      [{width: 0}, RangeError, /width: 0/],
      [{height: NaN}, RangeError, /height: NaN/],
      [{smoothness: null}, TypeError, /smoothness: null/],
      [{appearance: 3}, TypeError, /appearance: 3/],
      [{appearance: {sxy: 3, srgb: 3}}, RangeError, /appearance\.weight: undefined/],
      [{smoothness: {sxy: 0, weight: 1}}, RangeError, /smoothness\.sxy: 0/],
      [{smoothness: {sxy: 1, weight: -1}}, RangeError, /smoothness\.weight: -1/],
      [{appearance: {sxy: -3, srgb: 1, weight: 1}}, RangeError, /appearance\.sxy: -3/],
      [{appearance: {sxy: 3, srgb: NaN, weight: 1}}, RangeError, /appearance\.srgb: NaN/],
      [
        {appearance: {sxy: 3, srgb: 3, weight: Infinity}},
        RangeError,
        /appearance\.weight: Infinity/
      ],
      [{compatibility: new Float32Array(8)}, RangeError, /compatibility: 8 values \(9/],
      [
        {compatibility: Float32Array.of(0, 1, 1, 2, 0, 1, 1, 1, 0)},
        RangeError,
        /compatibility: 2 for labels 1 and 0, 1/
      ],
      [{filter: "fast"}, RangeError, /filter: fast/],
      [{subtractSelf: true}, RangeError, /subtractSelf: true/]
    ];
    for (const [options, type, message] of wrong) {
      const refused = denseCrf({...base(), ...options} as DenseCrfOptions);
      await expect(refused).rejects.toThrow(type);
      await expect(refused).rejects.toThrow(message);
    }
    const crf = await denseCrf(base());
    expect(() => crf.messages(42)).toThrow(/invalid pixel: 42 \(0 to 41\)/);
    expect(() => unaryFromProbabilities(Float32Array.of(0.5, -0.1))).toThrow(/probability: -0\.1/);
    expect(
      largestDifference(unaryFromProbabilities(Float32Array.of(1, 0.5, 0)), [
        0,
        Math.log(2),
        -Math.log(1e-5)
      ])
    ).toBeLessThan(1e-6);
  });
});
