import * as tf from "@tensorflow/tfjs-core";
import plain from "@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm.wasm?url";
import simd from "@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm-simd.wasm?url";
import threaded from "@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm-threaded-simd.wasm?url";
import {loseDevice, useBackend, watchLoss, type Backend} from "../../src/model/backend.ts";
import {disagreements, type Disagreement} from "../model/disagreement.ts";

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

export const probe = {compare, refusal, lose};
Object.assign(globalThis, {probe});
