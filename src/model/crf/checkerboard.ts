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
 * Returns an endless run of mean field on a checkerboard, iteration 0 first: that of `denseCrf` with
 * the exact filter (test/model/crf/checkerboard.test.ts compares them). Place alone counts, so the
 * sum over all pairs is one along rows and then one along columns; and for two labels and m = 2Q − 1,
 * a step is m_i = tanh((±preference + w Σ_j K̃_ij m_j) / 2).
 */
export function* checkerboardRun({
  side,
  preference,
  weight,
  sxy,
  subtractSelf
}: CheckerboardOptions): Generator<BoardStep, never> {
  const score = Float64Array.from({length: side ** 2}, (_, i) =>
    ((i % side) + Math.floor(i / side)) % 2 === 0 ? preference : -preference
  );
  const gaussian = gaussianFilter(side, sxy);
  const scale = gaussian(score.map(() => 1)).map((sum) => 1 / Math.sqrt(sum));
  /** K̃ of *values*. */
  const filter = (values: Float64Array) => {
    const scaled = values.map((value, i) => value * scale[i]);
    return gaussian(scaled).map((sum, i) => (subtractSelf ? sum - scaled[i] : sum) * scale[i]);
  };
  const sums = filter(score.map(() => 1));
  for (let m = score.map((nats) => Math.tanh(nats / 2)); ;) {
    const heard = filter(m);
    let freeEnergy = 0;
    for (let i = 0; i < m.length; i++) {
      // Q·Q of two labels is (1 + m m) / 2; the other label costs the preference.
      const [dark, light] = [(1 + m[i]) / 2, (1 - m[i]) / 2];
      freeEnergy +=
        plogp(dark) +
        plogp(light) +
        preference * (score[i] > 0 ? light : dark) -
        (weight * (sums[i] + m[i] * heard[i])) / 4;
    }
    yield {dark: m.map((own) => (1 + own) / 2), freeEnergy};
    m = heard.map((sum, i) => Math.tanh((score[i] + weight * sum) / 2));
  }
}

const plogp = (p: number) => (p > 0 ? p * Math.log(p) : 0);

/** Returns the sum of all pixels of a square, weighted by a Gaussian of their distance. */
function gaussianFilter(side: number, sxy: number): (values: Float64Array) => Float64Array {
  const g = Float64Array.from({length: side}, (_, d) => Math.exp(-(d ** 2) / (2 * sxy ** 2)));
  /** Sums along each run of *side* pixels, and turns rows into columns. */
  const along = (values: Float64Array) => {
    const sums = new Float64Array(values.length);
    for (let own = 0, at = 0; own < side; own++)
      for (let row = 0; row < side; row++, at++)
        for (let i = 0; i < side; i++) sums[at] += g[Math.abs(i - own)] * values[row * side + i];
    return sums;
  };
  return (values) => along(along(values));
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
