import * as tf from "@tensorflow/tfjs-core";
import {useBackend} from "../backend.ts";
import {webgpuKernels} from "../kernels/webgpuKernels.ts";
import {mulberry32} from "../random.ts";
import {computeGroup, type GroupOptions, type GroupResult, type Samples} from "./group.ts";

/** A group to compute, and where its gradient and its statistics go: see {@link computeGroup}. */
export interface GroupJob {
  readonly samples: Samples;
  readonly trained: Float32Array;
  readonly gradient: Float32Array;
  readonly statistics: Float32Array;
  /** The seed of what is random in it. */
  readonly seed: number;
}

/** The part of the WebGPU backend that says what went wrong. */
interface Device {
  readonly lost: Promise<{message: string}>;
  pushErrorScope(filter: "validation" | "out-of-memory"): void;
  popErrorScope(): Promise<{message: string} | null>;
}

/**
 * Returns a function that computes groups on WebGPU, one at a time. Throws an Error if there is
 * no GPU, or, unless *software* will do, only one that is emulated.
 *
 * WebGPU raises no exceptions: what it cannot do leaves zeros. So every group asks the device what
 * went wrong, and rejects with that, as it does once the device is lost.
 */
export async function openWebgpu(
  options: Omit<GroupOptions, "kernels">,
  {software = false}: {software?: boolean} = {}
): Promise<(job: GroupJob) => Promise<GroupResult>> {
  await useBackend("webgpu", {software});
  const {device} = tf.backend() as unknown as {device: Device};
  const lost = device.lost.then(({message}): never => {
    throw new Error(`the GPU was lost: ${message}`);
  });
  lost.catch(() => {}); // whoever computes hears of it

  return async ({samples, trained, gradient, statistics, seed}) => {
    device.pushErrorScope("validation");
    device.pushErrorScope("out-of-memory");
    const group = {...options, kernels: webgpuKernels};
    const computed = computeGroup(group, samples, trained, gradient, statistics, mulberry32(seed));
    const result = await Promise.race([computed, lost]);
    const memory = device.popErrorScope();
    const errors = await Promise.race([Promise.all([memory, device.popErrorScope()]), lost]);
    for (const error of errors) if (error) throw new Error(`the GPU failed: ${error.message}`);
    return result;
  };
}
