import {table} from "../bin/table.ts";
import {denseCrf} from "../src/model/crf/index.ts";
import {fieldModule} from "../src/model/crf/field.ts";
import type {MeanField} from "../src/model/crf/meanField.ts";
import {checkOptions, type DenseCrfOptions} from "../src/model/crf/options.ts";
import {plainMeanField} from "../src/model/crf/plainMeanField.ts";
import {wasmMeanField} from "../src/model/crf/wasmMeanField.ts";
import {streetProblem} from "../test/model/crf/problems.ts";
import {median, REFERENCE} from "./machine.ts";

const STEPS = 10;
const LABELS = 12;
const ROUNDS = 25;
const GROWTH_ROUNDS = 7;
const SEED = 1_000_003;
/** What native C++ takes at 320×240, in milliseconds, at the reference speed. */
const NATIVE = {build: 33, inference: 130};
/** The share of the plain path's time that WebAssembly may take. */
const SHARE = 0.25;
/** The largest exponent with which time and memory may grow in pixels. */
const EXPONENT = 1.15;

interface Time {
  build: number;
  inference: number;
}

/** Prints how long the fully connected CRF takes, on one thread, and how that grows. */
export async function benchCrf(speed: number): Promise<void> {
  const module = await fieldModule();
  if (module === null) throw new Error("no WebAssembly SIMD here");
  const open = {
    wasm: (options: DenseCrfOptions) => wasmMeanField(module, checkOptions(options)),
    plain: (options: DenseCrfOptions) => plainMeanField(checkOptions(options))
  };
  const ms = (value: number) => value.toFixed(value < 100 ? 1 : 0);

  console.log(
    `\nCRF, ${STEPS} iterations, ${LABELS} labels, a street, one thread (ms; ${ROUNDS} rounds)`
  );
  const rows: string[][] = [];
  let [least, share]: [Time, number] = [{build: Infinity, inference: Infinity}, NaN];
  for (const [width, height] of [
    [240, 180],
    [320, 240],
    [480, 360]
  ]) {
    const problem = streetProblem(SEED, {width, height, labels: LABELS});
    const times = await timed(ROUNDS, () => open.wasm(problem));
    const [plain] = await timed(1, () => open.plain(problem));
    const best = fastest(times);
    if (width === 320) {
      least = best;
      share = total(best) / total(plain);
    }
    rows.push([
      `${width}×${height}`,
      ms(median(times.map(({build}) => build))),
      ms(best.build),
      ms(median(times.map(({inference}) => inference))),
      ms(best.inference),
      ms(plain.build),
      ms(plain.inference),
      (total(best) / total(plain)).toFixed(3)
    ]);
  }
  const head = ["build", "least", "inference", "least", "plain build", "plain inference", "ratio"];
  console.log(table([["", ...head], ...rows]));
  const says = (what: keyof Time) => {
    const budget = (NATIVE[what] * REFERENCE) / speed;
    return (
      `${what} at 320×240: ${NATIVE[what]} ms at ${REFERENCE} GFLOP/s, so ${budget.toFixed(1)} ms ` +
      `here; the least takes ${((100 * least[what]) / budget).toFixed(0)} % of it: ` +
      (least[what] <= budget ? "within budget" : "OVER BUDGET")
    );
  };
  console.log(says("build"));
  console.log(says("inference"));
  console.log(
    `of the plain path's time at 320×240: ${share.toFixed(3)} (at most ${SHARE}): ` +
      (share <= SHARE ? "within budget" : "OVER BUDGET")
  );

  const small = streetProblem(SEED, {width: 64, height: 48, labels: LABELS});
  const crf = await denseCrf({...small, filter: "exact"});
  const start = performance.now();
  for (let i = 0; i < STEPS; i++) crf.step();
  const exact = performance.now() - start;
  const {inference} = fastest(await timed(ROUNDS, () => open.wasm(small)));
  console.log(
    `at 64×48: exact ${ms(exact)} ms, WebAssembly ${ms(inference)} ms, ` +
      `${(exact / inference).toFixed(0)} times as fast`
  );
  await benchGrowth(open.wasm);
}

async function benchGrowth(
  open: (options: DenseCrfOptions) => ReturnType<typeof wasmMeanField>
): Promise<void> {
  const sizes = [1, 2, 4, 8].map((scale) => [160 * scale, 120 * scale] as const);
  const found = sizes.map(([width, height]) => ({
    ...{width, height, pixels: width * height, bytes: 0},
    problem: streetProblem(SEED, {width, height, labels: LABELS}),
    times: [] as Time[]
  }));
  // Sizes take turns: what else runs on the machine slows all of them alike.
  for (let round = 0; round < GROWTH_ROUNDS; round++)
    for (const size of found) {
      const [time] = await timed(1, async () => {
        const field = await open(size.problem);
        size.bytes = field.bytes;
        return field;
      });
      size.times.push(time);
    }
  console.log(`\nGrowth (least of ${GROWTH_ROUNDS})`);
  console.log(
    table([
      ["", "build, ms", "inference, ms", "memory, MB"],
      ...found.map(({width, height, times, bytes}) => [
        `${width}×${height}`,
        fastest(times).build.toFixed(1),
        fastest(times).inference.toFixed(1),
        (bytes / 1e6).toFixed(1)
      ])
    ])
  );
  const pixels = found.map(({pixels}) => pixels);
  for (const [what, values] of [
    ["time", found.map(({times}) => total(fastest(times)))],
    ["memory", found.map(({bytes}) => bytes)]
  ] as const) {
    const exponent = exponentOf(pixels, values);
    console.log(
      `${what} grows with pixels to the power of ${exponent.toFixed(2)} (at most ${EXPONENT}): ` +
        (exponent <= EXPONENT ? "within budget" : "OVER BUDGET")
    );
  }
}

async function timed(rounds: number, open: () => MeanField | Promise<MeanField>): Promise<Time[]> {
  const times: Time[] = [];
  for (let round = 0; round < rounds; round++) {
    const start = performance.now();
    const field = await open();
    const built = performance.now();
    for (let i = 0; i < STEPS; i++) field.step();
    times.push({build: built - start, inference: performance.now() - built});
  }
  return times;
}

function fastest(times: readonly Time[]): Time {
  return {
    build: Math.min(...times.map(({build}) => build)),
    inference: Math.min(...times.map(({inference}) => inference))
  };
}

function total({build, inference}: Time): number {
  return build + inference;
}

/** Returns the slope of log y over log x, by least squares. */
function exponentOf(x: readonly number[], y: readonly number[]): number {
  const [a, b] = [x.map(Math.log), y.map(Math.log)];
  const mean = (values: readonly number[]) => values.reduce((p, q) => p + q) / values.length;
  const [meanA, meanB] = [mean(a), mean(b)];
  const sum = (f: (i: number) => number) => a.reduce((all, _, i) => all + f(i), 0);
  return sum((i) => (a[i] - meanA) * (b[i] - meanB)) / sum((i) => (a[i] - meanA) ** 2);
}
