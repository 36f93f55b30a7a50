import * as tf from "@tensorflow/tfjs-core";
import plain from "@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm.wasm?url";
import simd from "@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm-simd.wasm?url";
import threaded from "@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm-threaded-simd.wasm?url";
import {loseDevice, useBackend, watchLoss, type Backend} from "../../src/model/backend.ts";
import {inputGradient} from "../../src/model/effectiveReceptiveField.ts";
import {foldWeights} from "../../src/model/execute.ts";
import {disagreements, type Disagreement} from "../model/disagreement.ts";
import {randomNetwork} from "../model/randomNetworks.ts";

/** What a page does for the tests of backends: it is bundled and served, and called from Node. */
const wasmPaths = {
  "tfjs-backend-wasm.wasm": plain,
  "tfjs-backend-wasm-simd.wasm": simd,
  "tfjs-backend-wasm-threaded-simd.wasm": threaded
};
const options = {wasmPaths, software: true};

/** Returns the layers of random networks that come out otherwise than by definition. */
async function compare(
  backend: Backend,
  seeds: readonly number[]
): Promise<{backend: string; found: Disagreement[]; left: number}> {
  await useBackend(backend, options);
  const found: Disagreement[] = [];
  let left = 0;
  for (const seed of seeds) {
    const result = await disagreements(seed);
    found.push(...result.found);
    left += result.left;
  }
  return {backend: tf.getBackend(), found, left};
}

/**
 * Returns how far the gradients of units of random networks, with respect to the picture, are off
 * on *backend* from those in plain JavaScript, as a share of the largest, which these are, and how
 * many tensors they left behind.
 */
async function compareGradients(
  backend: Backend,
  seeds: readonly number[]
): Promise<{largest: number[]; off: number[]; left: number}> {
  const expected = await gradients("cpu", seeds);
  const found = await gradients(backend, seeds);
  const largest = expected.all.map((values) =>
    values.reduce((a, b) => Math.max(a, Math.abs(b)), 0)
  );
  const off = found.all.map((values, i) => {
    const most = values.reduce((a, b, j) => Math.max(a, Math.abs(b - expected.all[i][j])), 0);
    return most / largest[i];
  });
  return {largest, off, left: found.left + expected.left};
}

async function gradients(backend: Backend, seeds: readonly number[]) {
  await useBackend(backend, options);
  const all: Float32Array[] = [];
  const before = tf.memory().numTensors;
  for (const seed of seeds) {
    const {network, weights, picture} = randomNetwork(seed);
    const folded = foldWeights(network, weights);
    const input = tf.tensor4d(Float32Array.from(picture.data), [...picture.shape]);
    const unit = {layer: network.layers.at(-1)!.name, x: 0, y: 0};
    const {gradient, at} = inputGradient(network, folded, input, unit);
    all.push((await gradient.data()) as Float32Array);
    tf.dispose([gradient, at, input]);
    folded.dispose();
  }
  return {all, left: tf.memory().numTensors - before};
}

/** Returns why *backend* cannot be had if software does not count as a GPU, or null if it can. */
async function refusal(backend: Backend): Promise<string | null> {
  return useBackend(backend).then(
    () => null,
    (error: unknown) => String(error)
  );
}

/** Takes the device away from *backend* and tells how it took it, and what the next one computes. */
async function lose(backend: Backend) {
  await useBackend(backend, options);
  const isLost = watchLoss();
  const before = {lost: isLost(), found: (await disagreements(1)).found.length};
  loseDevice();
  await new Promise((resolve) => setTimeout(resolve, 100)); // WebGPU tells of it by a promise
  const lost = isLost();
  await useBackend("wasm", options);
  const after = {lost: watchLoss()(), found: (await disagreements(1)).found.length};
  return {before, lost, after};
}

export const probe = {compare, compareGradients, refusal, lose};
Object.assign(globalThis, {probe});
