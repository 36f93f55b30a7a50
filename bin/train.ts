import {deeplabV3Plus} from "../src/model/deeplab.ts";
import {mulberry32} from "../src/model/random.ts";
import {classWeights} from "../src/model/train/loss.ts";
import {layoutOf} from "../src/model/train/parameters.ts";
import {rareClasses} from "../src/model/train/sampler.ts";
import {Trainer} from "../src/model/train/trainer.ts";
import {optionsOf} from "../src/model/trainedNetwork.ts";
import {BATCH, Crew, shared, type GradientCrew} from "./crew.ts";
import {openGpu} from "./gpu.ts";
import {GpuCrew} from "./gpuCrew.ts";
import {TrainFiles} from "./trainFiles.ts";
import {compileKernels} from "./trainKernels.ts";
import {trainHelp, trainOptions, type TrainOptions} from "./trainOptions.ts";
import {readTrainingPictures} from "./trainPictures.ts";
import {TrainProgress} from "./trainProgress.ts";
import {checkUnchanged, restore, startFrom} from "./trainStart.ts";

/** What ends a run early, but whole: Ctrl-C, a system that shuts down, a terminal that is closed. */
const signals = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

/** Runs `deeplab train`. Throws an InputError for whatever the user can put right. */
export async function trainCommand(args: string[]): Promise<void> {
  const run = trainOptions(args);
  if (!run) return console.log(trainHelp);
  const {pictures, counts, fingerprint} = await readTrainingPictures(
    run.data,
    run.network.classes.length
  );
  const settings = {...run.settings, data: fingerprint};
  if (run.resumed) checkUnchanged(run.resumed, settings, run.allowChange);
  const trainer = openTrainer(run);
  const {out, precision, network, overwrite} = run;
  const files = new TrainFiles(out, {precision, network, settings});
  files.prepare(trainer, {overwrite, resumed: run.resumed?.path});

  const {sceneShare, seed, numbers, threads, backend} = run;
  const sampled = await sampledCounts(counts, sceneShare);
  const never = network.classes.filter((_, label) => sampled[label] === 0);
  if (never.length > 0)
    warn(`no pixel to learn these classes from: ${never.map(({name}) => name).join(", ")}`);
  const data = {
    network: optionsOf(network),
    size: network.size,
    pictures,
    sampling: {
      sceneShare,
      seed,
      scales: [numbers["least-scale"], numbers["most-scale"]] as const,
      pasteShare: numbers.paste,
      rare: rareClasses(counts)
    },
    loss: {
      smoothing: numbers.smoothing,
      lovaszWeight: numbers.lovasz,
      auxiliaryWeight: numbers.auxiliary
    },
    classWeights: classWeights(sampled, numbers["class-power"])
  };
  const crew =
    backend === "webgpu"
      ? new GpuCrew(await openGpu(data, run.softwareGpu), threads, trainer, data)
      : new Crew(threads, trainer, {backend, kernels: await compileKernels(), ...data});
  await trainTo(run, trainer, crew, files, pictures.length);
}

/** Returns the trainer of a run, at its start: random, or where weights or a checkpoint say. */
function openTrainer({network: trained, seed, numbers, from, resumed}: TrainOptions): Trainer {
  const network = deeplabV3Plus(optionsOf(trained));
  const {averaging, "learning-rate": learningRate} = numbers;
  const weights = shared(layoutOf(network).trainedSize);
  const trainer = new Trainer(network, mulberry32(seed), {averaging, learningRate}, weights);
  if (from !== undefined) startFrom(trainer, from, trained);
  if (resumed) restore(trainer, resumed);
  return trainer;
}

/**
 * Takes steps until the end of the run, or until it is interrupted, saving now and then. Throws an
 * Error if a step fails, after saving what there was before it, or if the last save fails.
 */
async function trainTo(
  {minutes, steps, saveEvery, threads, sceneShare, resumed, network, out}: TrainOptions,
  trainer: Trainer,
  crew: GradientCrew,
  files: TrainFiles,
  pictures: number
): Promise<void> {
  const classes = network.classes.length;
  const progress = new TrainProgress({
    pictures,
    scenes: sceneShare > 0,
    threads,
    batch: BATCH,
    classes
  });
  const begun = performance.now();
  const seconds = () => (resumed?.seconds ?? 0) + (performance.now() - begun) / 1000;
  const fraction = () => Math.min(1, Math.max(trainer.step / steps, seconds() / 60 / minutes));
  let saved = performance.now();
  const save = () => {
    if (trainer.step === 0) return; // nothing is learned that is worth replacing a file
    files.save(trainer, seconds());
    saved = performance.now();
  };

  let interrupted = false;
  const interrupt = () => (interrupted = true);
  for (const signal of signals) process.once(signal, interrupt);
  try {
    while (fraction() < 1 && !interrupted) {
      const replies = await crew.step(trainer.step).catch((error: unknown) => {
        // The state is still that of the last whole step.
        save();
        if (files.fault !== undefined) warn(files.fault);
        throw error;
      });
      trainer.update(crew.gradients, fraction());
      progress.step(trainer.step, replies, fraction(), seconds());
      if (performance.now() - saved <= saveEvery * 1000) continue;
      save();
      progress.fault(files.fault);
    }
    save();
    if (files.fault !== undefined) throw new Error(files.fault);
    const done = trainer.step > 0 ? `${out} written` : `${out} not written: interrupted`;
    progress.end(`${done} after ${trainer.step} steps`);
  } finally {
    for (const signal of signals) process.off(signal, interrupt);
    await crew.stop();
  }
}

/**
 * Returns how many of a million pixels each class has in what is sampled: in the labeled pictures,
 * by their *counts*, and in a share of procedural streets, by those of the first few.
 */
async function sampledCounts(counts: Float64Array, sceneShare: number): Promise<Float64Array> {
  const drawn = new Float64Array(counts.length);
  if (sceneShare > 0) {
    const {drawStreet} = await import("./streets.ts");
    for (let seed = 0; seed < 32; seed++)
      for (const label of drawStreet(seed).truth.labels) if (label < drawn.length) drawn[label]++;
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

function warn(message: string): void {
  process.stderr.write(`deeplab: ${message}\n`);
}
