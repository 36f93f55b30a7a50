import {fileURLToPath} from "node:url";
import {deeplabV3Plus} from "../src/model/deeplab.ts";
import type {Segmenter} from "../src/model/segment.ts";
import {optionsOf, trainedNetwork, type TrainedNetwork} from "../src/model/trainedNetwork.ts";
import {checkWeights, readSafetensors, type Weights} from "../src/model/weights.ts";
import {readInputFile} from "./files.ts";
import {InputError, messageOf} from "./inputError.ts";

/** The weights that ship with the project. */
export const shippedWeights = fileURLToPath(
  new URL("../notebooks/weights/street.safetensors", import.meta.url)
);

/** The shipped architecture has 0.64 M parameters; no file of it comes near this. */
const maxWeightsBytes = 64e6;

/** Weights, and what their file says of their network. */
export interface WeightsFile {
  readonly tensors: Weights;
  readonly metadata: Readonly<Record<string, string>>;
  readonly network: TrainedNetwork;
}

/**
 * Returns the weights in a safetensors file. Throws an InputError that names the file if it is
 * not one, or if its tensors are not those of the shipped architecture with the classes, and with
 * or without the decoder, that its metadata say.
 */
export function readWeights(path: string): WeightsFile {
  const bytes = readInputFile(path, maxWeightsBytes);
  try {
    const {tensors, metadata} = readSafetensors(bytes);
    const network = trainedNetwork(metadata);
    checkWeights(deeplabV3Plus(optionsOf(network)), tensors);
    return {tensors, metadata, network};
  } catch (error) {
    throw new InputError(`${path}: ${messageOf(error)}`, {cause: error});
  }
}

/** Returns a segmenter on WebAssembly. TensorFlow.js is loaded only now: bad input fails fast. */
export async function openNodeSegmenter({tensors, metadata}: WeightsFile): Promise<Segmenter> {
  const {openSegmenter} = await import("../src/model/segment.ts");
  return openSegmenter(tensors, {metadata, backends: ["wasm"]});
}
