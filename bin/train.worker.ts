import {parentPort, workerData} from "node:worker_threads";
import {useBackend} from "../src/model/backend.ts";
import {deeplabV3Plus} from "../src/model/deeplab.ts";
import {composedKernels} from "../src/model/gradients.ts";
import {wasmKernels} from "../src/model/kernels/wasmKernels.ts";
import {mulberry32} from "../src/model/random.ts";
import type {Labeled} from "../src/model/train/augment.ts";
import {augment} from "../src/model/train/augment.ts";
import {computeGroup, GROUP} from "../src/model/train/group.ts";
import {layoutOf} from "../src/model/train/parameters.ts";
import type {GroupReply, GroupRequest, ThreadData} from "./trainProtocol.ts";

const data = workerData as ThreadData;
const [height, width] = data.size;
const none = data.classWeights.length;
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
const drawStreet = data.sceneShare > 0 ? (await import("./streets.ts")).drawStreet : undefined;

await useBackend(data.backend);
const network = deeplabV3Plus(data.network);
const options = {
  network,
  layout: layoutOf(network),
  kernels: data.backend === "wasm" ? await wasmKernels(data.kernels) : composedKernels,
  classWeights: data.classWeights
};

/**
 * Fills one place of the group with a sample. All that is random in it follows from the seed and
 * the sample's number, so that neither threads nor a resumption change it.
 */
function fill(place: number, sample: number): void {
  const random = mulberry32(Math.imul(sample + 1, 0x9e3779b1) ^ data.seed);
  for (let i = 0; i < 4; i++) random();
  const area = height * width;
  const pixels = samples.pixels.subarray(place * area * 3, (place + 1) * area * 3);
  const labels = samples.labels.subarray(place * area, (place + 1) * area);
  if (random() < data.sceneShare || pictures.length === 0) {
    const scene = street(Math.floor(random() * STREETS));
    const variety = {size: data.size, none, scales: [0.95, 1.3], color: 0.15} as const;
    augment(scene, pixels, labels, variety, random);
  } else {
    const picture = pictures[Math.floor(random() * pictures.length)];
    augment(picture, pixels, labels, {size: data.size, none, scales: [0.7, 2]}, random);
  }
}

/**
 * How many streets a run trains on: seeds 0 to this, all below 10⁶, which evaluation never uses.
 * Drawing one takes about half as long as learning from it, so each is drawn once a thread and
 * comes again mirrored, scaled and recolored.
 */
const STREETS = 2000;
const drawn = new Map<number, Labeled>();

/** Returns the street of a seed as it is drawn for the network. */
function street(seed: number): Labeled {
  const kept = drawn.get(seed);
  if (kept) return kept;
  const {picture, truth} = drawStreet!(seed);
  const sample = {picture, labels: truth.labels};
  drawn.set(seed, sample);
  return sample;
}

async function compute({step, group}: GroupRequest): Promise<GroupReply> {
  for (let i = 0; i < GROUP; i++) fill(i, step * data.batch + group * GROUP + i);
  const random = mulberry32(Math.imul(step + 1, 0x85ebca6b) ^ (group + data.seed));
  const [gradient, seen] = [gradients[group], statistics[group]];
  return {group, ...(await computeGroup(options, samples, trained, gradient, seen, random))};
}

// One request at a time; what fails in one is an error of the worker's.
parentPort!.on("message", (request: GroupRequest) => {
  void compute(request).then((reply) => parentPort!.postMessage(reply));
});
