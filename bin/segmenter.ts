import {fileURLToPath} from "node:url";
import {deeplabV3Plus, shippedOptions} from "../src/model/deeplab.ts";
import {checkWeights, readSafetensors, type Weights} from "../src/model/weights.ts";
import type {Segmenter} from "../src/model/segment.ts";
import {readInputFile} from "./files.ts";
import {InputError, messageOf} from "./inputError.ts";

/** The weights that ship with the project. */
export const shippedWeights = fileURLToPath(
  new URL("../notebooks/weights/street.safetensors", import.meta.url)
);

/** The shipped architecture has 0.64 M parameters; no file of it comes near this. */
const maxWeightsBytes = 64e6;

/**
 * Returns the weights in a safetensors file. Throws an InputError that names the file if it is
 * not one, or if its tensors are not those of the shipped architecture.
 */
export function readWeights(path: string): Weights {
  const bytes = readInputFile(path, maxWeightsBytes);
  try {
    const {tensors} = readSafetensors(bytes);
    checkWeights(deeplabV3Plus(shippedOptions), tensors);
    return tensors;
  } catch (error) {
    throw new InputError(`${path}: ${messageOf(error)}`, {cause: error});
  }
}

/** Returns a segmenter on WebAssembly. TensorFlow.js is loaded only now: bad input fails fast. */
export async function openNodeSegmenter(weights: Weights): Promise<Segmenter> {
  const {openSegmenter} = await import("../src/model/segment.ts");
  return openSegmenter(weights, {backends: ["wasm"]});
}
