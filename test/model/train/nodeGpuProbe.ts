import {openNodeGpu} from "../../../bin/nodeGpu.ts";
import {compileKernels} from "../../../bin/trainKernels.ts";
import {loseDevice, useBackend} from "../../../src/model/backend.ts";
import {wasmKernels} from "../../../src/model/kernels/wasmKernels.ts";
import {computeTiny, distance, smoothWeights, tinyJob, tinyTask, worstSlot} from "./tinyTask.ts";

/** What the probe prints: why there is no GPU in Node, or how far it is from WebAssembly. */
export type NodeGpuReport =
  | {readonly missing: string}
  | {
      readonly losses: readonly [webgpu: number, wasm: number];
      readonly gradient: number;
      readonly worst: {readonly name: string; readonly share: number};
      readonly statistics: number;
      /** What a group ends with whose device is lost meanwhile. */
      readonly lost: string;
    };

async function report(): Promise<NodeGpuReport> {
  const [gpuJob, wasmJob] = [0, 1].map(() => tinyJob(smoothWeights(), 1));
  let gpu;
  try {
    gpu = await openNodeGpu(tinyTask, true);
  } catch (error) {
    return {missing: String(error)};
  }
  const webgpu = await gpu.compute(gpuJob);
  const cut = gpu.compute(tinyJob(smoothWeights(), 2));
  loseDevice();
  const lost = await cut.then(() => "nothing", String);
  await gpu.close();
  await useBackend("wasm");
  const wasm = await computeTiny(wasmJob, await wasmKernels(await compileKernels()));
  return {
    losses: [webgpu.loss, wasm.loss],
    gradient: distance(wasmJob.gradient, gpuJob.gradient),
    worst: worstSlot(wasmJob.gradient, gpuJob.gradient),
    statistics: distance(wasmJob.statistics, gpuJob.statistics),
    lost
  };
}

process.stdout.write(`${JSON.stringify(await report())}\n`);
