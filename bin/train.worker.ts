import {parentPort, workerData} from "node:worker_threads";
import {useBackend} from "../src/model/backend.ts";
import {deeplabV3Plus} from "../src/model/deeplab.ts";
import {composedKernels} from "../src/model/gradients.ts";
import {wasmKernels} from "../src/model/kernels/wasmKernels.ts";
import {mulberry32} from "../src/model/random.ts";
import {computeGroup, GROUP} from "../src/model/train/group.ts";
import {layoutOf} from "../src/model/train/parameters.ts";
import {dropoutSeed, groupSampler} from "./groupSamples.ts";
import type {GroupPlace, GroupReply, GroupRequest, ThreadData} from "./trainProtocol.ts";

const data = workerData as ThreadData;
const [height, width] = data.size;
const trained = new Float32Array(data.trained);
const gradients = data.gradients.map((buffer) => new Float32Array(buffer));
const statistics = data.statistics.map((buffer) => new Float32Array(buffer));
const samples = {
  height,
  width,
  pixels: new Float32Array(GROUP * height * width * 3),
  labels: new Uint8Array(GROUP * height * width)
};
const fill = await groupSampler(data);

await useBackend(data.backend);
const network = deeplabV3Plus(data.network);
const options = {
  network,
  layout: layoutOf(network),
  kernels: data.backend === "wasm" ? await wasmKernels(data.kernels) : composedKernels,
  classWeights: data.classWeights,
  ...data.loss
};

/** What `samples` holds, if anything. */
let filled: GroupPlace | undefined;

function prepare({step, group}: GroupPlace): void {
  if (filled?.step === step && filled.group === group) return;
  fill(samples, {step, group});
  filled = {step, group};
}

async function compute({step, group, next}: GroupRequest): Promise<void> {
  prepare({step, group});
  const random = mulberry32(dropoutSeed(data.sampling.seed, {step, group}));
  const [gradient, seen] = [gradients[group], statistics[group]];
  const result = await computeGroup(options, samples, trained, gradient, seen, random);
  parentPort!.postMessage({group, ...result} satisfies GroupReply);
  // While the weights are updated elsewhere.
  prepare(next);
}

// One request at a time; what fails in one is an error of the worker's.
parentPort!.on("message", (request: GroupRequest) => void compute(request));
