import {availableParallelism} from "node:os";
import {dirname} from "node:path";
import {VOID} from "../src/model/classes.ts";
import {deeplabV3Plus, shippedOptions} from "../src/model/deeplab.ts";
import {mulberry32} from "../src/model/random.ts";
import {GROUP} from "../src/model/train/group.ts";
import {classWeights} from "../src/model/train/loss.ts";
import {layoutOf} from "../src/model/train/parameters.ts";
import {Trainer} from "../src/model/train/trainer.ts";
import {readSafetensors, writeSafetensors} from "../src/model/weights.ts";
import {BATCH, Crew, shared} from "./crew.ts";
import {makeFolder, readInputFile, writeOutputFile} from "./files.ts";
import {InputError, messageOf} from "./inputError.ts";
import {choiceOption, integerOption, parseOptions} from "./options.ts";
import {readWeights} from "./segmenter.ts";
import {compileKernels} from "./trainKernels.ts";
import {readTrainingPictures} from "./trainPictures.ts";
import {TrainProgress} from "./trainProgress.ts";

const help = `deeplab train [--data DIR…] --minutes M | --steps N [options]

Trains the shipped network on labeled pictures and on procedural streets. Shows the loss and
the mIoU of the latest pictures, and saves a checkpoint every two minutes and when it is
interrupted.

Options:
  --data DIR               a folder with images/ and labels/; may be given more than once
  --scenes FRACTION        share of procedural streets (default: 0.5; 1 without --data)
  --minutes M              how long to train, earlier minutes of a resumed run included, or
  --steps N                how many steps of 8 pictures
  --learning-rate X        its peak (default: 0.003)
  --class-power P          classes weigh (1 / frequency)^P in the loss (default: 0.4)
  --seed S                 of all that is random (default: 1)
  --threads N              worker threads, which change no result (default: one a core)
  --from FILE              weights to start from, instead of random ones
  --resume FILE            a checkpoint to go on from, exactly
  --out FILE               the weights, in half precision (default: out/street.safetensors);
                           the checkpoint is FILE.checkpoint
  --backend wasm|cpu       what computes (default: wasm; cpu is for comparison, and slow)
  --help                   print this`;

/** Seconds between checkpoints. */
const CHECKPOINT_SECONDS = 120;

/** Runs `deeplab train`. Throws an InputError for options that are not legal. */
export async function trainCommand(args: string[]): Promise<void> {
  const {values, positionals} = parseOptions("train", args, {
    data: {type: "string", multiple: true, default: []},
    scenes: {type: "string"},
    minutes: {type: "string"},
    steps: {type: "string"},
    "learning-rate": {type: "string", default: "0.003"},
    "class-power": {type: "string", default: "0.4"},
    seed: {type: "string", default: "1"},
    threads: {type: "string"},
    from: {type: "string"},
    resume: {type: "string"},
    out: {type: "string", default: "out/street.safetensors"},
    backend: {type: "string", default: "wasm"},
    help: {type: "boolean", default: false}
  });
  if (values.help) return console.log(help);
  if (positionals.length > 0)
    throw new InputError(`unexpected argument: ${positionals[0]}; see train --help`);
  const run = checkOptions(values);

  const {pictures, counts} = await readTrainingPictures(values.data);
  const network = deeplabV3Plus(shippedOptions);
  const trained = shared(layoutOf(network).trainedSize);
  const trainer = new Trainer(network, mulberry32(run.seed), run, trained);
  let secondsBefore = 0;
  if (values.from !== undefined) trainer.startFrom(readWeights(values.from).tensors);
  if (values.resume !== undefined) secondsBefore = resume(trainer, values.resume);

  const weights = classWeights(await sampledCounts(counts, run.sceneShare), run.classPower);
  makeFolder(dirname(values.out));
  const {sceneShare, seed, threads, backend, steps, minutes} = run;
  const crew = new Crew(threads, trainer, {
    backend,
    kernels: await compileKernels(),
    pictures,
    sceneShare,
    seed,
    classWeights: weights
  });
  const progress = new TrainProgress({pictures: pictures.length, threads, batch: BATCH});
  const begun = performance.now();
  const seconds = () => secondsBefore + (performance.now() - begun) / 1000;
  const fraction = () => Math.min(1, Math.max(trainer.step / steps, seconds() / 60 / minutes));
  const save = () => {
    const metadata = {step: String(trainer.step), seconds: seconds().toFixed(1)};
    const checkpoint = writeSafetensors(trainer.checkpoint(), {dtype: "F32", metadata});
    writeOutputFile(`${values.out}.checkpoint`, checkpoint);
    writeOutputFile(values.out, writeSafetensors(trainer.averaged(), {dtype: "F16", metadata}));
  };

  let interrupted = false;
  const interrupt = () => (interrupted = true);
  process.once("SIGINT", interrupt).once("SIGTERM", interrupt);
  let saved = performance.now();
  try {
    while (fraction() < 1 && !interrupted) {
      const replies = await crew.step(trainer.step);
      trainer.update(crew.gradients, fraction());
      progress.step(trainer.step, replies, fraction(), seconds());
      if (performance.now() - saved > CHECKPOINT_SECONDS * 1000) {
        save();
        saved = performance.now();
      }
    }
    save();
    progress.end(`${values.out} written after ${trainer.step} steps`);
  } finally {
    process.off("SIGINT", interrupt).off("SIGTERM", interrupt);
    await crew.stop();
  }
}

/**
 * Returns how many of a million pixels each class has in what is sampled: in the labeled pictures, by their
 * *counts*, and in a share of procedural streets, by those of the first few.
 */
async function sampledCounts(counts: Float64Array, sceneShare: number): Promise<Float64Array> {
  const drawn = new Float64Array(counts.length);
  if (sceneShare > 0) {
    const {drawStreet} = await import("./streets.ts");
    for (let seed = 0; seed < 32; seed++)
      for (const label of drawStreet(seed).truth.labels) if (label !== VOID) drawn[label]++;
  }
  const sum = (values: Float64Array) =>
    Math.max(
      1,
      values.reduce((a, b) => a + b)
    );
  const [pictures, streets] = [sum(counts), sum(drawn)];
  return counts.map(
    (n, c) => 1e6 * (((1 - sceneShare) * n) / pictures + (sceneShare * drawn[c]) / streets)
  );
}

/** Sets *trainer* to the checkpoint in a file; returns the seconds that had been trained. */
function resume(trainer: Trainer, path: string): number {
  try {
    const {tensors, metadata} = readSafetensors(readInputFile(path, 1e9));
    const [step, seconds] = [Number(metadata.step ?? NaN), Number(metadata.seconds ?? NaN)];
    if (!(Number.isInteger(step) && seconds >= 0)) throw new Error("not a training checkpoint");
    trainer.restore(tensors, step);
    return seconds;
  } catch (error) {
    throw new InputError(`${path}: ${messageOf(error)}`, {cause: error});
  }
}

/** Returns the options of a run; throws an InputError that names the first that is not legal. */
function checkOptions(values: {
  data: string[];
  scenes?: string;
  minutes?: string;
  steps?: string;
  "learning-rate": string;
  "class-power": string;
  seed: string;
  threads?: string;
  from?: string;
  resume?: string;
  backend: string;
}) {
  const {data, from, resume} = values;
  const sceneShare = realOption("scenes", values.scenes ?? (data.length > 0 ? "0.5" : "1"), 0, 1);
  if (data.length === 0 && sceneShare < 1)
    throw new InputError(`invalid --scenes: ${sceneShare}; without --data, only 1 is legal`);
  if ((values.minutes === undefined) === (values.steps === undefined))
    throw new InputError("train needs either --minutes M or --steps N");
  if (from !== undefined && resume !== undefined)
    throw new InputError("--from starts anew and --resume goes on: give one of them");
  const groups = BATCH / GROUP;
  const cores = Math.min(groups, availableParallelism());
  return {
    sceneShare,
    minutes: realOption("minutes", values.minutes ?? "Infinity", 0.01, Infinity),
    steps: values.steps === undefined ? Infinity : integerOption("--steps", values.steps, 1, 1e9),
    classPower: realOption("class-power", values["class-power"], 0, 1),
    learningRate: realOption("learning-rate", values["learning-rate"], 1e-7, 1),
    seed: integerOption("seed", values.seed, 0, 2 ** 31 - 1),
    threads: integerOption("number of threads", values.threads ?? String(cores), 1, groups),
    backend: choiceOption("backend", values.backend, ["wasm", "cpu"])
  };
}

function realOption(name: string, text: string, least: number, most: number): number {
  const value = text.trim() === "" ? NaN : Number(text);
  if (!(value >= least && value <= most))
    throw new InputError(
      `invalid --${name}: ${text || "nothing"}; a number from ${least} to ${most} is legal`
    );
  return value;
}
