import {parentPort, workerData} from "node:worker_threads";
import * as tf from "@tensorflow/tfjs-core";
import "@tensorflow/tfjs-backend-wasm";
import {deeplabV3Plus, shippedOptions} from "../src/model/deeplab.ts";
import {wasmKernels} from "../src/model/kernels/wasmKernels.ts";
import {mulberry32} from "../src/model/random.ts";
import type {Labeled} from "../src/model/train/augment.ts";
import {augment} from "../src/model/train/augment.ts";
import {computeGroup, GROUP} from "../src/model/train/group.ts";
import {layoutOf} from "../src/model/train/parameters.ts";
import type {GroupReply, GroupRequest, ThreadData} from "./trainProtocol.ts";

const data = workerData as ThreadData;
const [height, width] = data.size;
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
const painting =
  data.sceneShare > 0
    ? {...(await import("../src/scenes/index.ts")), ...(await import("./canvas.ts"))}
    : undefined;

await tf.setBackend("wasm");
const network = deeplabV3Plus(shippedOptions);
const options = {
  network,
  layout: layoutOf(network),
  kernels: await wasmKernels(data.kernels),
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
    const scene = sceneSample(Math.floor(random() * 1e6));
    augment(scene, pixels, labels, {size: data.size, scales: [0.95, 1.3], color: 0.15}, random);
  } else {
    const picture = pictures[Math.floor(random() * pictures.length)];
    augment(picture, pixels, labels, {size: data.size, scales: [0.7, 2]}, random);
  }
}

/** Returns a scene of a training seed (below 10⁶) as it is drawn for the network. */
function sceneSample(seed: number): Labeled {
  const {createContext, drawScene, labelScene, paintPicture, randomScene} = painting!;
  const scene = randomScene(seed);
  const size = {width, height};
  return {
    picture: paintPicture(width, height, (context) => drawScene(context, scene, size)),
    labels: labelScene(createContext, scene, size)
  };
}

parentPort!.on("message", ({step, group}: GroupRequest) => {
  for (let i = 0; i < GROUP; i++) fill(i, step * data.batch + group * GROUP + i);
  const random = mulberry32(Math.imul(step + 1, 0x85ebca6b) ^ (group + data.seed));
  const result = computeGroup(
    options,
    samples,
    trained,
    gradients[group],
    statistics[group],
    random
  );
  parentPort!.postMessage({group, ...result} satisfies GroupReply);
});
