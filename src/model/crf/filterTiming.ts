import {stepOfClock} from "../clockStep.ts";
import {resizePicture, type Picture} from "../picture.ts";
import {mulberry32} from "../random.ts";
import {exactFilter} from "./exactFilter.ts";
import {appearanceFeatures} from "./features.ts";
import {fieldModule} from "./field.ts";
import {inverseRootSums, normalizedFilter, type Filter} from "./filter.ts";
import {filterError} from "./filterError.ts";
import {latticeFilter, permutohedralLattice} from "./permutohedralLattice.ts";
import {wasmFilter} from "./wasmFilter.ts";

/** The deviations of the appearance kernel: *sxy* in pixels, *srgb* in 8-bit levels. */
export interface AppearanceKernel {
  readonly sxy: number;
  readonly srgb: number;
}

/** What is known of a picture's lattice without a clock. */
export interface FilterFacts {
  /** How many vertices the lattice of the whole picture has. */
  readonly vertices: number;
  /** The size at which the lattice is compared with the exact sums, in pixels. */
  readonly comparedAt: readonly [width: number, height: number];
  /** How far it is from them there; see {@link filterError}. */
  readonly error: number;
}

/** What is timed: the exact sum, the making of the lattice, and a filter pass through it. */
export type FilterForm = "exact" | "build" | "filter";

/** Times of one form at one size. */
export interface FilterTimes {
  readonly form: FilterForm;
  /** Of the picture that is filtered, in pixels. */
  readonly width: number;
  readonly height: number;
  /** The lattice's; null for the exact sum. */
  readonly vertices: number | null;
  /** Milliseconds of one pass over one value a pixel, a sample each, in order. */
  readonly samples: readonly number[];
}

/** What has been measured so far. */
export interface FilterTiming {
  /** Whether the lattice ran in WebAssembly; else in plain JavaScript. The exact sum never does. */
  readonly wasm: boolean;
  /** Of all samples, in [0, 1]. */
  readonly share: number;
  readonly times: readonly FilterTimes[];
}

/** Where the lattice is compared with the exact sums. */
const COMPARED = [64, 48] as const;
/** Sides of the crops, in pixels across; 4 : 3 as streets are. The last are larger than a street. */
const WIDTHS = {
  exact: [16, 24, 32, 48, 64, 96, 128, 192, 257],
  lattice: [16, 32, 64, 128, 257, 514]
};
/** A sample takes at least as many steps of the clock, or milliseconds; and at most so many passes. */
const LEAST = {steps: 50, milliseconds: 5, most: 60};
const PASSES = 1000;

/** Returns how many vertices the lattice of *picture* has, and how far it is from the exact sums. */
export async function filterFacts(
  picture: Picture,
  kernel: AppearanceKernel,
  {compiled = fieldModule()} = {}
): Promise<FilterFacts> {
  const small = resizePicture(picture, ...COMPARED);
  const lattice = await latticeRun(picture, kernel, await compiled);
  lattice.build(1)();
  return {
    vertices: lattice.vertices,
    comparedAt: COMPARED,
    error: filterError(featuresOf(small, kernel))
  };
}

/**
 * Measures the exact filter and the lattice's on growing crops of *picture*, one value a pixel, and
 * yields what it has found after each sample, so that the caller can listen in between, and leave.
 * First all forms warm up; then there are **rounds** of samples, in shuffled order. The exact filter
 * grows until its next pass would take more than **longest** milliseconds. **compiled** is what
 * fieldModule returns; with null in it, all runs in plain TypeScript.
 */
export async function* timeFilters(
  picture: Picture,
  kernel: AppearanceKernel,
  {rounds = 5, longest = 1500, widths = WIDTHS, compiled = fieldModule()} = {}
): AsyncGenerator<FilterTiming, void, undefined> {
  const random = mulberry32(1);
  const least = Math.min(LEAST.most, Math.max(LEAST.milliseconds, LEAST.steps * stepOfClock()));
  const module = await compiled;
  const wasm = module !== null;
  const runs: TimedRun[] = [];
  const times = () =>
    runs.map(({form, width, height, vertices, samples}) => ({
      ...{form, width, height, vertices},
      samples: [...samples]
    }));
  const state = (share: number): FilterTiming => ({wasm, share, times: times()});

  for (const width of widths.lattice) {
    const crop = sized(picture, width);
    const lattice = await latticeRun(crop, kernel, module);
    runs.push(warmedUp("build", crop, lattice.build, least));
    runs.push(warmedUp("filter", crop, lattice.filter, least));
    for (const run of runs.slice(-2)) run.vertices = lattice.vertices;
    yield state(0);
  }
  let last: {pixels: number; took: number} | null = null;
  for (const width of widths.exact) {
    const crop = sized(picture, width);
    const pixels = crop.width * crop.height;
    if (last && last.took * (pixels / last.pixels) ** 2 > longest) break;
    const filter = exactFilter(featuresOf(crop, kernel));
    const input = Float32Array.from({length: pixels}, random);
    const passes = (count: number) => () => {
      for (let i = 0; i < count; i++) filter(input, 1);
    };
    const run = warmedUp("exact", crop, passes, least);
    last = {pixels, took: run.estimate};
    runs.push(run);
    yield state(0);
  }
  for (let round = 0, done = 0; round < rounds; round++)
    for (const run of shuffled(runs, random)) {
      run.samples.push(sample(run));
      yield state(++done / (rounds * runs.length));
    }
}

/** Something that can be timed: *prepare* returns what does a number of passes. */
type Prepare = (passes: number) => () => void;

interface TimedRun {
  readonly form: FilterForm;
  readonly width: number;
  readonly height: number;
  readonly prepare: Prepare;
  readonly passes: number;
  /** Milliseconds of a pass, by the last warm-up. */
  readonly estimate: number;
  vertices: number | null;
  readonly samples: number[];
}

/** Returns a form at a size, run until it is known how many passes make a sample. */
function warmedUp(
  form: FilterForm,
  {width, height}: Picture,
  prepare: Prepare,
  least: number
): TimedRun {
  let [passes, estimate] = [1, 0];
  for (let tries = 0; tries < 4; tries++) {
    estimate = sample({prepare, passes});
    if (passes * estimate >= least || passes === PASSES) break;
    passes = Math.min(PASSES, Math.ceil(Math.min(8 * passes, least / estimate)));
  }
  return {form, width, height, prepare, passes, estimate, vertices: null, samples: []};
}

function sample({prepare, passes}: Pick<TimedRun, "prepare" | "passes">): number {
  const run = prepare(passes);
  const start = performance.now();
  run();
  return (performance.now() - start) / passes;
}

/** The lattice of *picture*: to be built anew, and to filter with what was built last. */
async function latticeRun(
  picture: Picture,
  kernel: AppearanceKernel,
  module: WebAssembly.Module | null
) {
  const input = Float32Array.from({length: picture.width * picture.height}, mulberry32(1));
  const lattice = module
    ? await wasmFilter(module, picture, kernel, 1)
    : plainFilter(picture, kernel, input);
  const times = (act: () => void) => (passes: number) => () => {
    for (let i = 0; i < passes; i++) act();
  };
  if ("write" in lattice) lattice.write(input);
  return {
    build: times(() => lattice.build()),
    filter: times(() => lattice.filter()),
    get vertices() {
      return lattice.vertices;
    }
  };
}

/** What {@link wasmFilter} does of *input*, in plain TypeScript. */
function plainFilter(picture: Picture, kernel: AppearanceKernel, input: Float32Array) {
  let filter: Filter = () => input;
  return {
    vertices: 0,
    build() {
      const lattice = permutohedralLattice(featuresOf(picture, kernel));
      const sums = latticeFilter(lattice);
      filter = normalizedFilter(sums, inverseRootSums(sums, input.length));
      this.vertices = lattice.vertices;
    },
    filter: () => filter(input, 1)
  };
}

function featuresOf({width, height, data}: Picture, {sxy, srgb}: AppearanceKernel) {
  return appearanceFeatures({width, height, image: data, appearance: {sxy, srgb, weight: 1}});
}

/** Returns the middle of *picture*, *width* pixels across and in its shape; or it, enlarged. */
function sized(picture: Picture, width: number): Picture {
  const height = Math.round((width * picture.height) / picture.width);
  if (width > picture.width) return resizePicture(picture, width, height);
  const left = Math.floor((picture.width - width) / 2);
  const top = Math.floor((picture.height - height) / 2);
  const data = new Uint8ClampedArray(4 * width * height);
  for (let y = 0; y < height; y++) {
    const start = 4 * ((top + y) * picture.width + left);
    data.set(picture.data.subarray(start, start + 4 * width), 4 * y * width);
  }
  return {width, height, data};
}

function shuffled<T>(values: readonly T[], random: () => number): T[] {
  return values
    .map((value) => ({value, at: random()}))
    .sort((a, b) => a.at - b.at)
    .map(({value}) => value);
}
