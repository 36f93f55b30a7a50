/** A board whose pixels each prefer the other of two labels than their neighbors do. */
export interface CheckerboardOptions {
  /** Pixels a side. */
  side: number;
  /** By how many nats a pixel prefers its label: dark where column + row is even. */
  preference: number;
  /** The smoothness kernel's weight, and its deviation in pixels. There is no other kernel. */
  weight: number;
  sxy: number;
  /** Whether a pixel's own belief is left out of its sum. */
  subtractSelf: boolean;
}

/** What an iteration has come to. */
export interface BoardStep {
  /** The belief of each pixel, row-major, in the dark label; the rest is in the light one. */
  readonly dark: Float64Array;
  /** In nats, as {@link DenseCrf.freeEnergy}. */
  readonly freeEnergy: number;
}

/**
 * Returns an endless run of mean field on a checkerboard, iteration 0 first. It is that of
 * `denseCrf` with the exact filter (test/model/crf/checkerboard.test.ts compares them), which for
 * so few pixels is quicker with all pairs' kernels in a table: for two labels and m = 2Q − 1, a step
 * is m_i = tanh((±preference + w Σ_j K̃_ij m_j) / 2).
 */
export function* checkerboardRun(options: CheckerboardOptions): Generator<BoardStep, never> {
  const {side, preference, weight, subtractSelf} = options;
  const pixels = side ** 2;
  const kernel = normalizedKernel(options);
  if (subtractSelf) for (let i = 0; i < pixels; i++) kernel[i * pixels + i] = 0;
  const score = Float64Array.from({length: pixels}, (_, i) =>
    ((i % side) + Math.floor(i / side)) % 2 === 0 ? preference : -preference
  );
  const sums = score.map((_, i) =>
    kernel.subarray(i * pixels, (i + 1) * pixels).reduce((a, b) => a + b)
  );
  let m = score.map((nats) => Math.tanh(nats / 2));
  for (;;) {
    const heard = m.map((_, i) => {
      let sum = 0;
      for (let j = 0, at = i * pixels; j < pixels; j++) sum += kernel[at++] * m[j];
      return weight * sum;
    });
    let freeEnergy = 0;
    m.forEach((own, i) => {
      // Q·Q of two labels is (1 + m m) / 2; the other label costs the preference.
      const [dark, light] = [(1 + own) / 2, (1 - own) / 2];
      const unary = preference * (score[i] > 0 ? light : dark);
      freeEnergy += unary + plogp(dark) + plogp(light) - (weight * sums[i] + own * heard[i]) / 4;
    });
    yield {dark: m.map((own) => (1 + own) / 2), freeEnergy};
    m = heard.map((sum, i) => Math.tanh((score[i] + sum) / 2));
  }
}

const plogp = (p: number) => (p > 0 ? p * Math.log(p) : 0);

/** Returns D^−½ K D^−½ of the smoothness kernel, the self term in it, row by row. */
function normalizedKernel({side, sxy}: CheckerboardOptions): Float64Array {
  const pixels = side ** 2;
  const K = Float64Array.from({length: pixels ** 2}, (_, at) => {
    const [i, j] = [Math.floor(at / pixels), at % pixels];
    const [dx, dy] = [(i % side) - (j % side), Math.floor(i / side) - Math.floor(j / side)];
    return Math.exp(-(dx ** 2 + dy ** 2) / (2 * sxy ** 2));
  });
  const scale = Float64Array.from({length: pixels}, (_, i) => {
    const sum = K.subarray(i * pixels, (i + 1) * pixels).reduce((a, b) => a + b);
    return 1 / Math.sqrt(sum);
  });
  return K.map((k, at) => k * scale[Math.floor(at / pixels)] * scale[at % pixels]);
}

/** How a run stands: it stays, it comes back every other iteration, or neither. */
export type Standing = "settled" | "swapping" | "moving";

/**
 * Returns how a run stands by its newest beliefs, those before and those before these: "settled" if
 * no belief changed by more than *tolerance* in the last iteration; "swapping" (a cycle of period
 * two) if some did, and all are back at what they were two iterations ago; or else "moving".
 */
export function standing(
  now: ArrayLike<number>,
  before: ArrayLike<number> | undefined,
  beforeThat: ArrayLike<number> | undefined,
  tolerance: number
): Standing {
  if (before === undefined) return "moving";
  if (largestChange(now, before) <= tolerance) return "settled";
  if (beforeThat !== undefined && largestChange(now, beforeThat) <= tolerance) return "swapping";
  return "moving";
}

/** Returns the largest absolute difference of two arrays. */
export function largestChange(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let most = 0;
  for (let i = 0; i < a.length; i++) most = Math.max(most, Math.abs(a[i] - b[i]));
  return most;
}

/** An iteration, and how the run stands by it. */
export interface BoardReading extends BoardStep {
  readonly standing: Standing;
}

/** Returns iterations 0 to *last* of a board, judged with a *tolerance*; see {@link standing}. */
export function checkerboardReadings(
  options: CheckerboardOptions,
  {last, tolerance}: {last: number; tolerance: number}
): BoardReading[] {
  const readings: BoardReading[] = [];
  const run = checkerboardRun(options);
  for (let i = 0; i <= last; i++) {
    const step = run.next().value;
    const is = standing(step.dark, readings[i - 1]?.dark, readings[i - 2]?.dark, tolerance);
    readings.push({...step, standing: is});
  }
  return readings;
}

/** What becomes of a board, and after how many iterations that is seen. */
export interface BoardFate {
  readonly standing: Standing;
  readonly iterations: number;
}

/**
 * Returns what becomes of a board in the long run, to one part in a million of belief; "moving" if
 * that is not seen in *most* iterations (default 1000).
 */
export function checkerboardFate(
  options: CheckerboardOptions,
  {most = 1000}: {most?: number} = {}
): BoardFate {
  const run = checkerboardRun(options);
  let [before, beforeThat]: (Float64Array | undefined)[] = [];
  for (let iterations = 0; ; iterations++) {
    const {dark} = run.next().value;
    const is = standing(dark, before, beforeThat, 1e-6);
    if (is !== "moving" || iterations === most) return {standing: is, iterations};
    [before, beforeThat] = [dark, before];
  }
}
