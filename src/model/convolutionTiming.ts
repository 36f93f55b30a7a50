import type {ConvolutionSize} from "./arithmeticIntensity.ts";
import {checkSize} from "./arithmeticIntensity.ts";
import type {Backend, BackendOptions} from "./backend.ts";
import {
  backends as allBackends,
  gpuName,
  openFastest,
  threadCount,
  useBackend,
  watchLoss
} from "./backend.ts";
import {stepOfClock} from "./clockStep.ts";
import {mulberry32} from "./random.ts";
import type {TimedForm} from "./timedPasses.ts";
import {convolutionForms, leastSample, timedForms, timePasses} from "./timedPasses.ts";
import type {Quartiles, RatioInterval} from "./timingStatistics.ts";
import {medianRatio, quartiles} from "./timingStatistics.ts";

type PerForm<T> = Readonly<Record<TimedForm, T>>;

/** Milliseconds of one pass of each form, one sample each. */
export type TimedRound = PerForm<number>;

/** How long the forms of one size take, as far as it is known. */
export interface ConvolutionTiming {
  /** Of each round, in the order in which they were measured. */
  readonly rounds: readonly TimedRound[];
  /** How many rounds are to be measured. */
  readonly planned: number;
  /** How many passes of each form are timed together, since the clock is too coarse for one. */
  readonly passes: PerForm<number>;
  /** Milliseconds of one pass. */
  readonly milliseconds: PerForm<Quartiles>;
  /** How many times faster the two steps are. */
  readonly speedUp: RatioInterval;
}

/** Where convolutions are timed. */
export interface TimingDevice {
  readonly backend: Backend;
  readonly threads: number;
  /** What the backend says of its GPU, or null if it computes on none. */
  readonly gpu: string | null;
  /** The steps of the clock, in milliseconds. */
  readonly clockStep: number;
  /** Whether the device was lost: then nothing that it computes is right. */
  isLost(): boolean;
}

/** A size that cannot be measured here; its message says why, in words for the reader. */
export class TooLargeError extends Error {}

/** Rounds of each size: the most, and the fewest, if they take longer than {@link BUDGET}. */
const ROUNDS = {most: 30, fewest: 5};
/** Milliseconds that the rounds of one size should take at most. */
const BUDGET = 8000;
/** Milliseconds that a pass of the standard convolution may take. */
const LONGEST_PASS = 4000;
/** Milliseconds of a part of a pass from which the whole of it is judged. */
const TELLING = 150;
/** Multiply-adds that the first look at a size may take. */
const FIRST_LOOK = 5e7;
/** Bytes of the largest tensor: what every WebGPU device takes as one buffer. */
const LARGEST_TENSOR = 2 ** 27;
const MOST_PASSES = 4096;
const SEED = 1;

/**
 * Returns *backend*, or else the fastest one at a convolution of middling size, as the place to time
 * convolutions, made the current backend. Throws an Error that says why there is none.
 */
export async function openTimingDevice(
  backend: Backend | null,
  options: BackendOptions = {}
): Promise<TimingDevice> {
  const open = async (name: Backend) => {
    await useBackend(name, options);
    return {backend: name, isLost: watchLoss(), dispose: () => undefined};
  };
  const trial = {kernelSize: 3, height: 33, width: 33, channels: 96, filters: 96};
  const {backend: chosen, isLost} =
    backend === null
      ? await openFastest(allBackends, "compute convolutions", open, async ({isLost}) => {
          const forms = convolutionForms(trial);
          try {
            await timePasses(forms.standard, 1, isLost); // compiles what there is to compile
            return await timePasses(forms.standard, 3, isLost);
          } finally {
            forms.dispose();
          }
        })
      : await open(backend);
  const clockStep = stepOfClock();
  return {backend: chosen, threads: await threadCount(), gpu: gpuName(), clockStep, isLost};
}

/**
 * Times a standard convolution of that *size* against a depthwise and a pointwise one on *device*,
 * on seeded random numbers, without bias or activation. Each form is warmed up; then come rounds,
 * in each of which every form has one sample, in an order that is shuffled by **seed**. A sample is
 * the time of as many passes as the clock needs, until their result is there. Yields what is known
 * after every round, and null between the samples, so that whoever reads it may show it or stop;
 * returning early or not, it frees every tensor.
 *
 * There are 30 rounds, or as many as fit into 8 s, but at least 5. Throws a RangeError for a size
 * that is not legal; a TooLargeError for one with a tensor of more than 128 MiB, or whose standard
 * convolution would take more than 4 s; an Error if the device is lost.
 */
export async function* timeConvolutions(
  size: ConvolutionSize,
  {isLost, clockStep}: Pick<TimingDevice, "isLost" | "clockStep">,
  {seed = SEED, mostRounds = ROUNDS.most}: {seed?: number; mostRounds?: number} = {}
): AsyncGenerator<ConvolutionTiming | null, void, undefined> {
  checkBytes(checkSize(size));
  yield* checkDuration(size, isLost);
  const forms = convolutionForms(size);
  try {
    const passes = {standard: 1, separable: 1, depthwise: 1};
    let roundTakes = 0;
    const least = await leastSample(forms.depthwise, clockStep, isLost);
    for (const form of timedForms) {
      await timePasses(forms[form], 1, isLost); // compiles what there is to compile
      // The faster of two: whatever else runs on the machine makes one slow now and then.
      const again = () => fasterOfTwo(forms[form], passes[form], isLost);
      let taken = await again();
      while (taken < least && passes[form] < MOST_PASSES) {
        // Tenfold at most: a first sample that the clock hardly sees says little.
        const wanted = Math.ceil((passes[form] * 1.2 * least) / Math.max(taken, clockStep));
        passes[form] = Math.min(MOST_PASSES, 10 * passes[form], wanted);
        taken = await again();
        yield null;
      }
      roundTakes += taken;
    }
    const fitting = Math.max(ROUNDS.fewest, Math.floor(BUDGET / roundTakes));
    const planned = Math.min(mostRounds, fitting);
    const rounds: TimedRound[] = [];
    const random = mulberry32(seed);
    while (rounds.length < planned) {
      const round = {standard: 0, separable: 0, depthwise: 0};
      for (const form of shuffled(timedForms, random)) {
        yield null;
        round[form] = (await timePasses(forms[form], passes[form], isLost)) / passes[form];
      }
      rounds.push(round);
      yield summary({rounds: [...rounds], planned, passes}, seed);
    }
  } finally {
    forms.dispose();
  }
}

async function fasterOfTwo(...of: Parameters<typeof timePasses>): Promise<number> {
  return Math.min(await timePasses(...of), await timePasses(...of));
}

/** Throws a TooLargeError if a tensor of that *size* is larger than a GPU need take. */
function checkBytes({kernelSize, height, width, channels, filters}: ConvolutionSize): void {
  const most = Math.max(
    height * width * Math.max(channels, filters),
    kernelSize ** 2 * channels * filters
  );
  const bytes = most * Float32Array.BYTES_PER_ELEMENT;
  if (bytes > LARGEST_TENSOR)
    throw new TooLargeError(
      `its largest tensor has ${Math.ceil(bytes / 2 ** 20)} MiB, more than ${LARGEST_TENSOR / 2 ** 20}`
    );
}

/**
 * Throws a TooLargeError if the standard convolution of that *size* takes too long, which it judges
 * from a part of the rows, and from more of them as long as they are computed in no time.
 */
async function* checkDuration(
  size: ConvolutionSize,
  isLost: () => boolean
): AsyncGenerator<null, void, undefined> {
  const {kernelSize, height, width, channels, filters} = size;
  const rowMultiplyAdds = kernelSize ** 2 * width * channels * filters;
  let rows = Math.min(height, Math.max(1, Math.floor(FIRST_LOOK / rowMultiplyAdds)));
  for (;;) {
    const forms = convolutionForms({...size, height: rows});
    let taken: number;
    try {
      await timePasses(forms.standard, 1, isLost); // compiles what there is to compile
      taken = await timePasses(forms.standard, 1, isLost);
    } finally {
      forms.dispose();
    }
    yield null;
    const whole = (taken * height) / rows;
    if (whole <= LONGEST_PASS) return;
    if (taken > TELLING || rows === height)
      throw new TooLargeError(
        `one standard convolution would take about ${Math.round(whole / 1000)} s here, ` +
          `more than the ${LONGEST_PASS / 1000} s that are waited for`
      );
    rows = Math.min(height, 4 * rows);
  }
}

function summary(
  {rounds, planned, passes}: Pick<ConvolutionTiming, "rounds" | "planned" | "passes">,
  seed: number
): ConvolutionTiming {
  const samples = (form: TimedForm) => rounds.map((round) => round[form]);
  return {
    ...{rounds, planned, passes},
    milliseconds: {
      standard: quartiles(samples("standard")),
      separable: quartiles(samples("separable")),
      depthwise: quartiles(samples("depthwise"))
    },
    speedUp: medianRatio(samples("standard"), samples("separable"), {seed})
  };
}

/** Returns *items* in a random order (Fisher–Yates). */
function shuffled<T>(items: readonly T[], random: () => number): T[] {
  const result = [...items];
  for (let i = result.length - 1; i > 0; i--) {
    const j = Math.floor(random() * (i + 1));
    [result[i], result[j]] = [result[j], result[i]];
  }
  return result;
}
