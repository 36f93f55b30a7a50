import {parseArgs} from "node:util";
import {availableParallelism} from "node:os";
import {Worker} from "node:worker_threads";
import {classes} from "../src/model/classes.ts";
import {deeplabV3Plus, shippedOptions} from "../src/model/deeplab.ts";
import {mulberry32} from "../src/model/random.ts";
import {GROUP} from "../src/model/train/group.ts";
import {classWeights} from "../src/model/train/loss.ts";
import {Trainer} from "../src/model/train/trainer.ts";
import {readSafetensors, writeSafetensors} from "../src/model/weights.ts";
import {readInputFile, writeOutputFile} from "./files.ts";
import {InputError, messageOf} from "./inputError.ts";
import {compileKernels} from "./trainKernels.ts";
import {readTrainingPictures} from "./trainPictures.ts";
import type {GroupReply, GroupRequest, SharedPicture, ThreadData} from "./trainProtocol.ts";
import {TrainProgress} from "./trainProgress.ts";

export const trainHelp = `Usage: deeplab train [options]

Trains the shipped network on folders of labeled pictures and on procedural streets.

  --data DIR            a folder with images/ and labels/; may be repeated
  --scenes FRACTION     share of samples that are procedural streets, 0 to 1
                        (default: 0.5, or 1 without --data)
  --minutes M           how long to train; or
  --steps N             how many steps to take
  --learning-rate X     after warm-up (default: 0.003)
  --seed S              of all that is random (default: 1)
  --threads N           worker threads (default: one a core, at most two)
  --from FILE           weights to start from, instead of random ones
  --resume FILE         a checkpoint to go on from, exactly
  --out FILE            where the weights go, half precision (default: out/street.safetensors);
                        the checkpoint lies beside them, FILE.checkpoint
`;

/** Pictures in a step. */
const BATCH = 8;
/** Height and width of the network's input in training. */
const SIZE = [193, 257] as const;
/** Seconds between checkpoints. */
const CHECKPOINT_SECONDS = 120;

/** Runs `deeplab train`. Throws an InputError for options that are not legal. */
export async function trainCommand(args: string[]): Promise<void> {
  const {values} = parseArgs({
    args,
    options: {
      data: {type: "string", multiple: true, default: []},
      scenes: {type: "string"},
      minutes: {type: "string"},
      steps: {type: "string"},
      "learning-rate": {type: "string", default: "0.003"},
      seed: {type: "string", default: "1"},
      threads: {type: "string"},
      from: {type: "string"},
      resume: {type: "string"},
      out: {type: "string", default: "out/street.safetensors"},
      help: {type: "boolean", default: false}
    }
  });
  if (values.help) return void process.stdout.write(trainHelp);

  const sceneShare = option("scenes", values.scenes ?? (values.data.length ? "0.5" : "1"), 0, 1);
  if (values.data.length === 0 && sceneShare < 1)
    throw new InputError(`invalid --scenes: ${sceneShare} (without --data it must be 1)`);
  if ((values.minutes === undefined) === (values.steps === undefined))
    throw new InputError("give either --minutes or --steps");
  const minutes = values.minutes === undefined ? Infinity : option("minutes", values.minutes, 0.01);
  const steps = values.steps === undefined ? Infinity : whole("steps", values.steps, 1);
  const seed = whole("seed", values.seed, 0);
  const learningRate = option("learning-rate", values["learning-rate"], 1e-7, 1);
  const groups = BATCH / GROUP;
  const cores = Math.min(groups, availableParallelism());
  const threads = values.threads === undefined ? cores : whole("threads", values.threads, 1);
  if (threads > groups)
    throw new InputError(`invalid --threads: ${threads} (1 to ${groups}, one a group of ${GROUP})`);

  const {pictures, counts} = await readTrainingPictures(values.data);
  const network = deeplabV3Plus(shippedOptions);
  const trained = shared(new Trainer(network, mulberry32(seed)).layout.trainedSize);
  const trainer = new Trainer(network, mulberry32(seed), {learningRate}, trained);
  let secondsBefore = 0;
  if (values.from !== undefined) trainer.startFrom(readWeights(values.from).tensors);
  if (values.resume !== undefined) {
    const {tensors, metadata} = readWeights(values.resume);
    const step = Number(metadata.step);
    if (!Number.isInteger(step)) throw new InputError(`${values.resume}: not a checkpoint`);
    trainer.restore(tensors, step);
    secondsBefore = Number(metadata.seconds);
  }

  const weights =
    counts.some((count) => count > 0) && sceneShare < 1
      ? classWeights(counts)
      : new Float32Array(classes.length).fill(1);
  const crew = await Crew.start(threads, {
    kernels: await compileKernels(),
    pictures,
    sceneShare,
    seed,
    classWeights: weights,
    trainer
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

/** The threads that compute gradients. */
class Crew {
  readonly gradients: {gradient: Float32Array; statistics: Float32Array}[];
  readonly #workers: Worker[];

  private constructor(workers: Worker[], gradients: Crew["gradients"]) {
    this.#workers = workers;
    this.gradients = gradients;
  }

  static async start(
    threads: number,
    {
      trainer,
      ...rest
    }: {trainer: Trainer} & Pick<ThreadData, "kernels" | "sceneShare" | "seed" | "classWeights"> & {
        pictures: SharedPicture[];
      }
  ): Promise<Crew> {
    const {trainedSize, statisticsSize} = trainer.layout;
    const gradients = Array.from({length: BATCH / GROUP}, () => {
      return {gradient: shared(trainedSize), statistics: shared(statisticsSize)};
    });
    const workerData: ThreadData = {
      ...rest,
      batch: BATCH,
      size: SIZE,
      trained: trainer.trained.buffer as SharedArrayBuffer,
      gradients: gradients.map(({gradient}) => gradient.buffer),
      statistics: gradients.map(({statistics}) => statistics.buffer)
    };
    const url = new URL("./train.worker.mjs", import.meta.url);
    const workers = Array.from({length: threads}, () => new Worker(url, {workerData}));
    return new Crew(workers, gradients);
  }

  /** Computes every group of a step; group g is thread g mod threads' to do. */
  async step(step: number): Promise<GroupReply[]> {
    const threads = this.#workers.length;
    const replies = this.#workers.map(async (worker, thread) => {
      const done: GroupReply[] = [];
      for (let group = thread; group < this.gradients.length; group += threads)
        done.push(await ask(worker, {step, group}));
      return done;
    });
    return (await Promise.all(replies)).flat().sort((a, b) => a.group - b.group);
  }

  async stop(): Promise<void> {
    await Promise.all(this.#workers.map((worker) => worker.terminate()));
  }
}

function ask(worker: Worker, request: GroupRequest): Promise<GroupReply> {
  return new Promise((resolve, reject) => {
    const settle = () => worker.off("message", done).off("error", fail);
    const done = (reply: GroupReply) => (settle(), resolve(reply));
    const fail = (error: Error) => (settle(), reject(error));
    worker.on("message", done).on("error", fail);
    worker.postMessage(request);
  });
}

function shared(length: number): Float32Array<SharedArrayBuffer> {
  return new Float32Array(new SharedArrayBuffer(length * 4));
}

function readWeights(path: string): ReturnType<typeof readSafetensors> {
  try {
    return readSafetensors(readInputFile(path, 1e8));
  } catch (error) {
    throw error instanceof InputError ? error : new InputError(`${path}: ${messageOf(error)}`);
  }
}

function option(name: string, text: string, least: number, most = Infinity): number {
  const value = text.trim() === "" ? NaN : Number(text);
  if (!(value >= least && value <= most && Number.isFinite(value)))
    throw new InputError(
      `invalid --${name}: ${text} (a number from ${least}${most < Infinity ? ` to ${most}` : ""})`
    );
  return value;
}

function whole(name: string, text: string, least: number): number {
  const value = option(name, text, least);
  if (!Number.isSafeInteger(value))
    throw new InputError(`invalid --${name}: ${text} (a whole number from ${least})`);
  return value;
}
