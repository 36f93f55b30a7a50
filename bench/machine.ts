import * as tf from "@tensorflow/tfjs-core";
import {useBackend} from "../src/model/backend.ts";

/** GFLOP/s of a large WebAssembly convolution on one core for which the project's budgets hold. */
export const REFERENCE = 20;

/** Returns the GFLOP/s of a large WebAssembly convolution on one core here: the best of many. */
export async function machineSpeed(): Promise<number> {
  await useBackend("wasm");
  const [size, channels, kernelSize] = [65, 128, 3];
  const shape: [number, number, number, number] = [1, size, size, channels];
  const x: tf.Tensor4D = tf.randomUniform(shape, -1, 1);
  const filter: tf.Tensor4D = tf.randomUniform([kernelSize, kernelSize, channels, channels], -1, 1);
  const milliseconds = times(20, () => tf.conv2d(x, filter, 1, "same").dispose());
  tf.dispose([x, filter]);
  const flops = 2 * size ** 2 * channels ** 2 * kernelSize ** 2;
  return flops / Math.min(...milliseconds) / 1e6;
}

/** Returns the milliseconds of each of *count* runs, after one that does not count. */
export function times(count: number, run: () => void): number[] {
  run();
  return Array.from({length: count}, () => {
    const start = performance.now();
    run();
    return performance.now() - start;
  });
}

/** Returns the median of some numbers. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  return (sorted[(sorted.length - 1) >> 1] + sorted[sorted.length >> 1]) / 2;
}
