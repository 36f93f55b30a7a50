import * as tf from "@tensorflow/tfjs-core";
import {execute, foldWeights} from "../../src/model/execute.ts";
import {runPlain} from "./plainExecutor.ts";
import {randomNetwork} from "./randomNetworks.ts";

/** A layer that comes out otherwise than by definition. */
export interface Disagreement {
  readonly seed: number;
  /** The layer, as in the network's list. */
  readonly layer: string;
  /** The largest difference, as a share of the layer's largest value. */
  readonly difference: number;
}

/**
 * Returns the layers of the random network of *seed* whose outputs, executed on the current
 * backend, differ from the plain executor's by more than *tolerance*, and how many tensors the
 * execution left behind. Runs in Node and in browsers.
 */
export async function disagreements(
  seed: number,
  tolerance = 1e-4
): Promise<{found: Disagreement[]; left: number}> {
  const {network, weights, picture} = randomNetwork(seed);
  const plain = runPlain(network, weights, picture);
  const before = tf.memory().numTensors;
  const folded = foldWeights(network, weights);
  const input = tf.tensor4d(Float32Array.from(picture.data), [...picture.shape]);
  const taps = network.layers.map(({name}) => name);
  const outputs = execute(network, folded, input, {taps});
  const found: Disagreement[] = [];
  for (const layer of network.layers) {
    const {shape, data} = plain.get(layer.name)!;
    const output = outputs.get(layer.name)!;
    const values = await output.data();
    const scale = data.reduce((most, value) => Math.max(most, Math.abs(value)), 1e-3);
    const off = data.reduce((most, value, i) => worse(most, Math.abs(values[i] - value)), 0);
    const difference = String(output.shape) === String(shape) ? off / scale : NaN;
    if (!(difference <= tolerance)) found.push({seed, layer: JSON.stringify(layer), difference});
  }
  tf.dispose([input, ...outputs.values()]);
  folded.dispose();
  return {found, left: tf.memory().numTensors - before};
}

/** The larger of two differences; NaN is the largest. */
function worse(a: number, b: number): number {
  return a > b || Number.isNaN(a) ? a : b;
}
