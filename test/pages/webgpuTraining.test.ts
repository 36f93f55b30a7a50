import {afterAll, beforeAll, describe, expect, it} from "vitest";
import {openBrowserGpu} from "../../bin/browserGpu.ts";
import type {GroupComputer} from "../../bin/gpuCrew.ts";
import {compileKernels} from "../../bin/trainKernels.ts";
import {useBackend} from "../../src/model/backend.ts";
import {wasmKernels} from "../../src/model/kernels/wasmKernels.ts";
import {mulberry32} from "../../src/model/random.ts";
import type {TrainingKernels} from "../../src/model/train/loss.ts";
import {Trainer} from "../../src/model/train/trainer.ts";
import {
  computeTiny,
  distance,
  smoothWeights,
  tinyJob,
  tinyNetwork,
  tinyTask,
  worstSlot
} from "../model/train/tinyTask.ts";

let gpu: GroupComputer;
let kernels: TrainingKernels;
beforeAll(async () => {
  gpu = await openBrowserGpu(tinyTask, true);
  await useBackend("wasm");
  kernels = await wasmKernels(await compileKernels());
});
afterAll(async () => gpu?.close());

/** Returns the losses of three steps on one group. */
async function curve(compute: GroupComputer["compute"]) {
  const trainer = new Trainer(tinyNetwork, mulberry32(1), {learningRate: 0.01});
  const losses: number[] = [];
  const job = tinyJob(trainer.trained, 1);
  for (let step = 0; step < 3; step++) {
    losses.push((await compute(job)).loss);
    trainer.update([job], 0.2);
  }
  return losses;
}

describe("training on WebGPU in a page", () => {
  it("gives WebAssembly's loss, gradients and statistics, and the same bits again", async () => {
    const [wasm, webgpu, again] = [0, 1, 2].map(() => tinyJob(smoothWeights(), 1));
    const expected = await computeTiny(wasm, kernels);
    const result = await gpu.compute(webgpu);
    expect(result.loss).toBeCloseTo(expected.loss, 5);
    expect(result.auxiliaryLoss).toBeCloseTo(expected.auxiliaryLoss, 5);
    expect(result.confusion).toEqual(expected.confusion);
    expect(distance(wasm.gradient, webgpu.gradient)).toBeLessThan(1e-4);
    expect(worstSlot(wasm.gradient, webgpu.gradient).share).toBeLessThan(1e-3);
    expect(distance(wasm.statistics, webgpu.statistics)).toBeLessThan(1e-5);
    expect(await gpu.compute(again)).toEqual(result);
    expect(Buffer.from(again.gradient.buffer).equals(Buffer.from(webgpu.gradient.buffer))).toBe(
      true
    );
  });

  it("learns along the same curve", async () => {
    const expected = await curve((job) => computeTiny(job, kernels));
    const losses = await curve((job) => gpu.compute(job));
    expect(losses[2]).toBeLessThan(0.96 * losses[0]);
    // Adam's first steps take a gradient's sign, however small it is: rounding grows.
    for (const [step, loss] of losses.entries()) {
      const difference = Math.abs(loss - expected[step]) / expected[step];
      expect(difference, `step ${step}`).toBeLessThan(step === 0 ? 1e-6 : 1e-2);
    }
  });
});
