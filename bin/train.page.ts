import {deeplabV3Plus} from "../src/model/deeplab.ts";
import type {GroupResult} from "../src/model/train/group.ts";
import {layoutOf, type Layout} from "../src/model/train/parameters.ts";
import {openWebgpu} from "../src/model/train/webgpuGroup.ts";
import type {PageGroup, PageTask} from "./trainProtocol.ts";

// Runs in a page: a browser's GPU computes what Node asks for. Numbers by the million go as bytes,
// by requests to the host of the page.

let layout: Layout;
let compute: Awaited<ReturnType<typeof openWebgpu>>;

/** Prepares for groups of a task. Throws an Error if there is no GPU for it. */
async function open({classWeights, loss, software, ...task}: PageTask): Promise<void> {
  const network = deeplabV3Plus(task.network);
  layout = layoutOf(network);
  const options = {network, layout, classWeights: Float32Array.from(classWeights), ...loss};
  compute = await openWebgpu(options, {software});
}

/**
 * Computes the group whose weights, pixels and labels the host has at `input`, and gives it the
 * statistics and the gradient at `output`.
 */
async function computeGroup({
  seed,
  count,
  size: [height, width]
}: PageGroup): Promise<Omit<GroupResult, "confusion"> & {confusion: number[]}> {
  const {trainedSize, statisticsSize} = layout;
  const bytes = await (await fetch("input")).arrayBuffer();
  const area = count * height * width;
  const trained = new Float32Array(bytes, 0, trainedSize);
  const pixels = new Float32Array(bytes, trained.byteLength, area * 3);
  const labels = new Uint8Array(bytes, trained.byteLength + pixels.byteLength, area);
  const found = new Float32Array(statisticsSize + trainedSize);
  const statistics = found.subarray(0, statisticsSize);
  const gradient = found.subarray(statisticsSize);
  const samples = {height, width, pixels, labels};
  const result = await compute({samples, trained, gradient, statistics, seed});
  const answer = await fetch("output", {method: "POST", body: found});
  if (!answer.ok) throw new Error(`the host of the page refuses a gradient: ${answer.status}`);
  return {...result, confusion: [...result.confusion]};
}

/** What Node calls. */
export const gpu = {open, computeGroup};
Object.assign(globalThis, {gpu});
