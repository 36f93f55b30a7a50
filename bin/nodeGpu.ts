import {deeplabV3Plus} from "../src/model/deeplab.ts";
import {layoutOf} from "../src/model/train/parameters.ts";
import {openWebgpu} from "../src/model/train/webgpuGroup.ts";
import type {GroupComputer} from "./gpuCrew.ts";
import type {TaskData} from "./trainProtocol.ts";

/** The part of the `webgpu` package that is used. Its types need not be there: it is optional. */
interface WebgpuPackage {
  create(options: readonly string[]): {
    requestAdapter(): Promise<{readonly info: {readonly isFallbackAdapter?: boolean}} | null>;
  };
  readonly globals: object;
}

/**
 * Returns what computes groups on a GPU in Node, through the `webgpu` package. Throws an Error that
 * says why it cannot be had: the package is not installed, or there is no GPU, or only one that is
 * emulated where *software* will not do.
 */
export async function openNodeGpu(
  {network: networkOptions, loss, classWeights}: TaskData,
  software: boolean
): Promise<GroupComputer> {
  const gpu = await nodeGpu();
  const adapter = await gpu.requestAdapter();
  if (!adapter) throw new Error("no driver for WebGPU (on Linux, Vulkan's)");
  if (!software && adapter.info.isFallbackAdapter)
    throw new Error("only a GPU that is emulated in software");
  const network = deeplabV3Plus(networkOptions);
  const options = {network, layout: layoutOf(network), classWeights, ...loss};
  const compute = await openWebgpu(options, {software});
  return {compute, close: () => Promise.resolve()};
}

async function nodeGpu(): Promise<ReturnType<WebgpuPackage["create"]>> {
  const name: string = "webgpu";
  let webgpu: WebgpuPackage;
  try {
    webgpu = (await import(name)) as WebgpuPackage;
  } catch (error) {
    throw new Error("the webgpu package is not installed, or does not run here", {cause: error});
  }
  const gpu = webgpu.create([]);
  // Where TensorFlow.js looks for it; Node 20 has no navigator of its own.
  Object.assign(globalThis, webgpu.globals);
  if (!("navigator" in globalThis))
    Object.defineProperty(globalThis, "navigator", {value: {}, configurable: true});
  Object.defineProperty(navigator, "gpu", {value: gpu, configurable: true});
  return gpu;
}
