import {parentPort, workerData} from "node:worker_threads";
import {useBackend} from "../src/model/backend.ts";
import {deeplabV3Plus} from "../src/model/deeplab.ts";
import {composedKernels} from "../src/model/gradients.ts";
import {wasmKernels} from "../src/model/kernels/wasmKernels.ts";
import {mulberry32} from "../src/model/random.ts";
import type {Labeled} from "../src/model/train/augment.ts";
import {computeGroup, GROUP} from "../src/model/train/group.ts";
import {layoutOf} from "../src/model/train/parameters.ts";
import {sampler} from "../src/model/train/sampler.ts";
import type {GroupPlace, GroupReply, GroupRequest, ThreadData} from "./trainProtocol.ts";

const data = workerData as ThreadData;
const [height, width] = data.size;
const classes = data.classWeights.length;
const pictures = data.pictures.map(({pixels, labels, ...size}): Labeled => {
  return {
    picture: {...size, data: new Uint8ClampedArray(pixels)},
    labels: new Uint8Array(labels)
  };
});
const trained = new Float32Array(data.trained);
const gradients = data.gradients.map((buffer) => new Float32Array(buffer));
const statistics = data.statistics.map((buffer) => new Float32Array(buffer));
const samples = {
  height,
  width,
  pixels: new Float32Array(GROUP * height * width * 3),
  labels: new Uint8Array(GROUP * height * width)
};

// Training on photographs alone needs neither scenes nor a canvas.
const drawStreet =
  data.sampling.sceneShare > 0 ? (await import("./streets.ts")).drawStreet : undefined;

await useBackend(data.backend);
const network = deeplabV3Plus(data.network);
const options = {
  network,
  layout: layoutOf(network),
  kernels: data.backend === "wasm" ? await wasmKernels(data.kernels) : composedKernels,
  classWeights: data.classWeights,
  ...data.loss
};

const drawn = new Map<number, Labeled>();

/**
 * Returns the street of a seed as it is drawn for the network. Drawing one takes about half as
 * long as learning from it, so each is drawn once a thread, and comes again recolored.
 */
function street(seed: number): Labeled {
  const kept = drawn.get(seed);
  if (kept) return kept;
  const {picture, truth} = drawStreet!(seed);
  const sample = {picture, labels: truth.labels};
  drawn.set(seed, sample);
  return sample;
}

const fill = sampler({...data.sampling, size: data.size, classes, pictures, street});
/** What `samples` holds, if anything. */
let filled: GroupPlace | undefined;

function prepare({step, group}: GroupPlace): void {
  if (filled?.step === step && filled.group === group) return;
  for (let i = 0; i < GROUP; i++) fill(samples, i, step * data.batch + group * GROUP + i);
  filled = {step, group};
}

async function compute({step, group, next}: GroupRequest): Promise<void> {
  prepare({step, group});
  const random = mulberry32(Math.imul(step + 1, 0x85ebca6b) ^ (group + data.sampling.seed));
  const [gradient, seen] = [gradients[group], statistics[group]];
  const result = await computeGroup(options, samples, trained, gradient, seen, random);
  parentPort!.postMessage({group, ...result} satisfies GroupReply);
  // While the weights are updated elsewhere.
  prepare(next);
}

// One request at a time; what fails in one is an error of the worker's.
parentPort!.on("message", (request: GroupRequest) => void compute(request));
