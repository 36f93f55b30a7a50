import {availableParallelism} from "node:os";
import {isCamVid} from "../src/model/classes.ts";
import {GROUP} from "../src/model/train/group.ts";
import {parseInputSize, shippedNetwork, type TrainedNetwork} from "../src/model/trainedNetwork.ts";
import {BATCH} from "./crew.ts";
import {InputError} from "./inputError.ts";
import {choiceOption, integerOption, parseOptions} from "./options.ts";
import {readCheckpoint, type Checkpoint, type Settings} from "./trainFiles.ts";
import {trainingClasses} from "./trainPictures.ts";

export const trainHelp = `deeplab train [--data DIR…] --minutes M | --steps N [options]

Trains the shipped network on labeled pictures, of any classes, and on procedural streets. Shows
the loss and the mIoU of the latest pictures, and saves a checkpoint every two minutes and when it
is interrupted.

Options:
  --data DIR               a folder with images/ and labels/, and classes.json if its classes are
                           not CamVid's; may be given more than once
  --scenes FRACTION        share of procedural streets (default: 0.5; 1 without --data; 0, the
                           only one that is legal, with classes.json)
  --minutes M              how long to train, earlier minutes of a resumed run included, or
  --steps N                how many steps of ${BATCH} pictures
  --size WIDTHxHEIGHT      of the network's input, each side 32 k + 1 (default: 257x193)
  --no-decoder             train the encoder alone
  --learning-rate X        its peak (default: 0.003)
  --least-scale X          pictures are seen at random scales from this (default: 0.7)
  --most-scale X           to this (default: 2), 1 being the whole picture in the input
  --class-power P          classes weigh (1 / frequency)^P in the loss (default: 0.2)
  --paste P                share of pictures that get another's rare things (default: 0.5)
  --smoothing E            share of each target that all classes have alike (default: 0)
  --lovasz W               weight of the Lovász loss beside the cross-entropy (default: 1)
  --averaging A            share of the old in the averaged weights, a step (default: 0.998)
  --auxiliary W            weight of the encoder-only head's loss (default: 0.4)
  --seed S                 of all that is random (default: 1)
  --threads N              worker threads, which change no result (default: one a core)
  --from FILE              weights to start from, instead of random ones
  --resume FILE            a checkpoint to go on from, exactly, with its options
  --allow-change           go on from it though --data or an option differs
  --out FILE               the weights (default: out/street.safetensors, or those beside the
                           checkpoint); the checkpoint is FILE.checkpoint
  --overwrite              replace what is there
  --precision half|full    of the weights (default: half)
  --save-every SECONDS     how often to save (default: 120)
  --backend wasm|webgpu|cpu
                           what computes (default: wasm); webgpu needs a GPU, in Node or in an
                           installed Chromium; cpu is for comparison, and slow
  --software-gpu           let a GPU that is emulated in software do, slower than wasm
  --help                   print this`;

/** Numbers that decide a run's result, by option: default, least and most. */
const numbers = {
  "learning-rate": [0.003, 1e-7, 1],
  "least-scale": [0.7, 0.1, 1],
  "most-scale": [2, 1, 8],
  "class-power": [0.2, 0, 1],
  paste: [0.5, 0, 1],
  smoothing: [0, 0, 0.5],
  lovasz: [1, 0, 10],
  averaging: [0.998, 0, 0.99999],
  auxiliary: [0.4, 0, 10]
} as const satisfies Record<string, readonly [standard: number, least: number, most: number]>;

type NumberName = keyof typeof numbers;

const numberNames = Object.keys(numbers) as NumberName[];

/** What `deeplab train` is asked for. */
export interface TrainOptions {
  readonly data: readonly string[];
  readonly network: TrainedNetwork;
  readonly sceneShare: number;
  readonly seed: number;
  readonly numbers: Readonly<Record<NumberName, number>>;
  /** When to stop; the other is Infinity. */
  readonly minutes: number;
  readonly steps: number;
  readonly threads: number;
  readonly backend: "wasm" | "webgpu" | "cpu";
  /** Whether WebGPU may be emulated in software. */
  readonly softwareGpu: boolean;
  readonly from: string | undefined;
  readonly resumed: Checkpoint | undefined;
  readonly allowChange: boolean;
  readonly out: string;
  readonly overwrite: boolean;
  readonly precision: "half" | "full";
  /** Seconds between checkpoints. */
  readonly saveEvery: number;
  /** Those to keep in a checkpoint, so that going on from it is exact. */
  readonly settings: Settings;
}

/**
 * Returns what *args* ask for, undefined if for help. A run that is resumed keeps the options of its
 * checkpoint where *args* give no others. Throws an InputError that names the first option that is
 * not legal.
 */
export function trainOptions(args: string[]): TrainOptions | undefined {
  const {values, positionals} = parseOptions("train", args, {
    data: {type: "string", multiple: true, default: []},
    scenes: {type: "string"},
    minutes: {type: "string"},
    steps: {type: "string"},
    size: {type: "string"},
    "no-decoder": {type: "boolean", default: false},
    "learning-rate": {type: "string"},
    "least-scale": {type: "string"},
    "most-scale": {type: "string"},
    "class-power": {type: "string"},
    paste: {type: "string"},
    smoothing: {type: "string"},
    lovasz: {type: "string"},
    averaging: {type: "string"},
    auxiliary: {type: "string"},
    seed: {type: "string"},
    threads: {type: "string"},
    from: {type: "string"},
    resume: {type: "string"},
    "allow-change": {type: "boolean", default: false},
    out: {type: "string"},
    overwrite: {type: "boolean", default: false},
    precision: {type: "string", default: "half"},
    "save-every": {type: "string", default: "120"},
    backend: {type: "string", default: "wasm"},
    "software-gpu": {type: "boolean", default: false},
    help: {type: "boolean", default: false}
  });
  if (values.help) return undefined;
  if (positionals.length > 0)
    throw new InputError(`unexpected argument: ${positionals[0]}; see train --help`);
  const {data, from, resume} = values;
  if (from !== undefined && resume !== undefined)
    throw new InputError("--from starts anew and --resume goes on: give one of them");
  const resumed = resume === undefined ? undefined : readCheckpoint(resume);
  const given = {...resumed?.settings};
  if (values.minutes !== undefined || values.steps !== undefined) {
    delete given.minutes;
    delete given.steps;
  }
  for (const name of ["minutes", "steps", "scenes", "size", "seed", ...numberNames] as const)
    if (values[name] !== undefined) given[name] = values[name];
  if ((given.minutes === undefined) === (given.steps === undefined))
    throw new InputError("train needs either --minutes M or --steps N");

  const decoder = resumed ? resumed.network.decoder : !values["no-decoder"];
  const size = given.size === undefined ? shippedNetwork.size : parseInputSize(given.size);
  const network: TrainedNetwork = {classes: trainingClasses(data), decoder, size};
  if (resumed) checkNetwork(resumed, network, values["no-decoder"]);
  const sceneShare = sceneOption(given.scenes, data, network);
  const seed = integerOption("seed", given.seed ?? "1", 0, 2 ** 31 - 1);
  const chosen = {} as Record<NumberName, number>;
  for (const name of numberNames) {
    const [standard, least, most] = numbers[name];
    chosen[name] = realOption(name, given[name] ?? String(standard), least, most);
  }
  const minutes =
    given.minutes === undefined ? Infinity : realOption("minutes", given.minutes, 0.01, 1e6);
  const steps =
    given.steps === undefined ? Infinity : integerOption("--steps", given.steps, 1, 1e9);
  const groups = BATCH / GROUP;
  const cores = Math.min(groups, availableParallelism());
  const settings = {
    ...chosen,
    scenes: sceneShare,
    seed,
    size: `${size[1]}x${size[0]}`,
    ...(minutes < Infinity ? {minutes} : {steps})
  };
  return {
    data,
    network,
    sceneShare,
    seed,
    numbers: chosen,
    minutes,
    steps,
    threads: integerOption("number of threads", values.threads ?? String(cores), 1, groups),
    backend: choiceOption("backend", values.backend, ["wasm", "webgpu", "cpu"]),
    softwareGpu: values["software-gpu"],
    from,
    resumed,
    allowChange: values["allow-change"],
    out: values.out ?? /^(.+)\.checkpoint$/.exec(resume ?? "")?.[1] ?? "out/street.safetensors",
    overwrite: values.overwrite,
    precision: choiceOption("precision", values.precision, ["half", "full"]),
    saveEvery: realOption("save-every", values["save-every"], 0, 86_400),
    settings: Object.fromEntries(Object.entries(settings).map(([name, n]) => [name, String(n)]))
  };
}

/** Throws an InputError if a checkpoint's network is not that of the data and of `--no-decoder`. */
function checkNetwork({path, network: saved}: Checkpoint, now: TrainedNetwork, bare: boolean) {
  const names = ({classes}: TrainedNetwork) => classes.map(({name}) => name).join(", ");
  if (names(saved) !== names(now))
    throw new InputError(
      `${path}: its classes are ${names(saved)}, but those of the pictures are ${names(now)}`
    );
  if (bare && saved.decoder)
    throw new InputError(`${path}: a network with decoder: --no-decoder cannot go on from it`);
}

function sceneOption(
  text: string | undefined,
  {length: folders}: readonly string[],
  {classes}: TrainedNetwork
): number {
  const streets = isCamVid(classes);
  const share = realOption("scenes", text ?? (!streets ? "0" : folders > 0 ? "0.5" : "1"), 0, 1);
  if (folders === 0 && share < 1)
    throw new InputError(`invalid --scenes: ${share}; without --data, only 1 is legal`);
  if (share > 0 && !streets)
    throw new InputError(
      `invalid --scenes: ${share}; streets have CamVid's classes, the pictures have others: ` +
        `only 0 is legal`
    );
  return share;
}

function realOption(name: string, text: string, least: number, most: number): number {
  const value = text.trim() === "" ? NaN : Number(text);
  if (!(value >= least && value <= most))
    throw new InputError(
      `invalid --${name}: ${text || "nothing"}; a number from ${least} to ${most} is legal`
    );
  return value;
}
