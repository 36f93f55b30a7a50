import {BATCH, Crew, shared, SIZE} from "../bin/crew.ts";
import {table} from "../bin/table.ts";
import {compileKernels} from "../bin/trainKernels.ts";
import type {SharedPicture} from "../bin/trainProtocol.ts";
import {useBackend} from "../src/model/backend.ts";
import {classes} from "../src/model/classes.ts";
import {deeplabV3Plus, shippedOptions} from "../src/model/deeplab.ts";
import {wasmKernels} from "../src/model/kernels/wasmKernels.ts";
import {mulberry32} from "../src/model/random.ts";
import {computeGroup, GROUP} from "../src/model/train/group.ts";
import type {TrainingKernels} from "../src/model/train/loss.ts";
import {layoutOf} from "../src/model/train/parameters.ts";
import {Trainer} from "../src/model/train/trainer.ts";
import {REFERENCE} from "./machine.ts";

/** Steps that are timed, after as many that are not: V8 compiles the loops twice, as they warm up. */
const STEPS = 8;
/** Images a second that training must reach on two cores at the reference speed. */
const LEAST = 14;

const network = deeplabV3Plus(shippedOptions);
const even = new Float32Array(classes.length).fill(1);

/** Prints how many images a second training takes in, and what takes the time. */
export async function benchTraining(speed: number): Promise<void> {
  const kernels = await compileKernels();
  const rows: string[][] = [];
  let reached = 0;
  for (const [what, sceneShare, threads] of [
    ["photographs", 0, 1],
    ["photographs", 0, 2],
    ["streets, drawn anew", 1, 2]
  ] as const) {
    const rate = await throughput(kernels, threads, sceneShare);
    if (sceneShare === 0) reached = rate;
    rows.push([what, String(threads), rate.toFixed(2)]);
  }
  console.log(`\nTraining, batch ${BATCH} at 257×193, ${STEPS} steps (images/s)`);
  console.log(table([["samples", "threads", "images/s"], ...rows]));
  const least = (LEAST * speed) / REFERENCE;
  console.log(
    `asked on two threads: ${LEAST} images/s at ${REFERENCE} GFLOP/s, so ${least.toFixed(2)} here: ` +
      (reached >= least ? "reached" : "NOT REACHED")
  );
  console.log("\nOne group's gradient, by kernel (ms)");
  console.log(table([["kernel", "ms", "share"], ...(await shares(kernels))]));
}

/** Returns the images a second of whole steps, in worker threads as `deeplab train` runs them. */
async function throughput(
  kernels: WebAssembly.Module,
  threads: number,
  sceneShare: number
): Promise<number> {
  const {trainedSize} = layoutOf(network);
  const trainer = new Trainer(network, mulberry32(1), {}, shared(trainedSize));
  const crew = new Crew(threads, trainer, {
    backend: "wasm",
    kernels,
    pictures: sceneShare < 1 ? [noise(480, 360)] : [],
    sampling: {sceneShare, seed: 1},
    loss: {},
    classWeights: even
  });
  const step = async (number: number) => {
    await crew.step(number);
    trainer.update(crew.gradients, number / 1000);
  };
  for (let i = 0; i < STEPS; i++) await step(i); // compiles, and grows the memory
  const start = performance.now();
  for (let i = STEPS; i < 2 * STEPS; i++) await step(i);
  const seconds = (performance.now() - start) / 1000;
  await crew.stop();
  return (STEPS * BATCH) / seconds;
}

/** A picture of noise with random labels: time does not depend on what is in it. */
function noise(width: number, height: number): SharedPicture {
  const random = mulberry32(3);
  const pixels = new SharedArrayBuffer(width * height * 4);
  const labels = new SharedArrayBuffer(width * height);
  new Uint8Array(pixels).forEach((_, i, all) => (all[i] = 256 * random()));
  new Uint8Array(labels).forEach((_, i, all) => (all[i] = classes.length * random()));
  return {width, height, pixels, labels};
}

/** Returns what each kernel takes of one group's gradient: rows of name, milliseconds, share. */
async function shares(module: WebAssembly.Module): Promise<string[][]> {
  await useBackend("wasm");
  let spent = new Map<string, number>();
  const kernels = new Proxy(await wasmKernels(module), {
    get(target, name: keyof TrainingKernels) {
      const kernel = target[name] as (...values: unknown[]) => unknown;
      return (...values: unknown[]) => {
        const start = performance.now();
        const result = kernel(...values);
        spent.set(name, (spent.get(name) ?? 0) + performance.now() - start);
        return result;
      };
    }
  });
  const trainer = new Trainer(network, mulberry32(1));
  const {layout} = trainer;
  const [height, width] = SIZE;
  const random = mulberry32(4);
  const samples = {
    height,
    width,
    pixels: Float32Array.from({length: GROUP * height * width * 3}, () => 2 * random() - 1),
    labels: Uint8Array.from({length: GROUP * height * width}, () => classes.length * random())
  };
  const gradient = new Float32Array(layout.trainedSize);
  const statistics = new Float32Array(layout.statisticsSize);
  const options = {network, layout, kernels, classWeights: even};
  // The fastest of several: the others met something else that ran.
  let total = Infinity;
  let least = spent;
  for (let i = 0; i < 2 * STEPS; i++) {
    spent = new Map();
    const start = performance.now();
    await computeGroup(options, samples, trainer.trained, gradient, statistics, mulberry32(1));
    const took = performance.now() - start;
    if (took < total) [total, least] = [took, spent];
  }
  const known = [...least.values()].reduce((a, b) => a + b, 0);
  return [...least, ["all else", total - known] as const]
    .sort((a, b) => b[1] - a[1])
    .map(([name, ms]) => [name, ms.toFixed(1), `${((100 * ms) / total).toFixed(1)} %`]);
}
