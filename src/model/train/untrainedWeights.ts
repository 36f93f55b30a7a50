import * as tf from "@tensorflow/tfjs-core";
import {read} from "../backend.ts";
import {composedKernels} from "../gradients.ts";
import type {Network} from "../network.ts";
import {batchNormName, isWeighted} from "../network.ts";
import type {Weights} from "../weights.ts";
import {initialize, layoutOf, toWeights} from "./parameters.ts";
import {forward} from "./tape.ts";

/**
 * Returns the weights of *network* as they are when training begins: kernels and biases drawn by
 * {@link initialize} from *random*; and as the statistics of batch normalization, those of the batch
 * *pictures*, `[batch, height, width, channels]`, as the first step sees them, layer after layer
 * (without dropout). At their initial 0 and 1 they would fit no layer's values.
 *
 * No tensor outlives the call, and each is freed after the last layer that reads it. **isLost**
 * tells whether the device was lost; then the promise is rejected.
 */
export async function untrainedWeights(
  network: Network,
  pictures: tf.Tensor4D,
  {random, isLost = () => false}: {random: () => number; isLost?: () => boolean}
): Promise<Weights> {
  const layout = layoutOf(network);
  const trained = new Float32Array(layout.trainedSize);
  const statistics = new Float32Array(layout.statisticsSize);
  initialize(network, layout, trained, statistics, random);
  const weights = toWeights(layout, trained, statistics);

  const lastReader = new Map<string, string>();
  for (const {name, inputs} of network.layers)
    for (const input of inputs) lastReader.set(input, name);
  const outputs = new Map<string, tf.Tensor4D>();
  const parameters = new Map<string, tf.Tensor>();
  const measured = new Map<string, tf.Tensor>();
  try {
    for (const [name, {data, shape}] of weights) parameters.set(name, tf.tensor(data, shape));
    for (const layer of network.layers) {
      const inputs = layer.inputs.map((name) => outputs.get(name)!);
      const dropless = layer.type === "dropout" ? {...layer, keep: 1} : layer;
      const {output, z, normalized, mask} = forward(
        dropless,
        inputs,
        pictures,
        parameters,
        composedKernels,
        random
      );
      outputs.set(layer.name, output);
      if (normalized && isWeighted(layer)) {
        measured.set(batchNormName(layer, "moving_mean"), normalized.mean);
        measured.set(batchNormName(layer, "moving_variance"), normalized.variance);
      }
      tf.dispose([z, mask].filter((tensor) => tensor !== undefined));
      for (const name of new Set(layer.inputs))
        if (lastReader.get(name) === layer.name) outputs.get(name)!.dispose();
    }
    for (const [name, tensor] of measured) weights.get(name)!.data.set(await read(tensor, isLost));
  } finally {
    tf.dispose([...outputs.values(), ...parameters.values(), ...measured.values()]);
  }
  return weights;
}
