import * as tf from "@tensorflow/tfjs-core";
import {activate, pool, resize} from "../execute.ts";
import type {GradientKernels, Normalized} from "../gradients.ts";
import {gate} from "../gradients.ts";
import {poolInput} from "../inputGradients.ts";
import type {Activation, Layer, Network, WeightedLayer} from "../network.ts";
import {batchNormName, kernelName} from "../network.ts";

/** What a layer leaves for its gradient. */
export interface Record4 {
  readonly output: tf.Tensor4D;
  /** The convolution before batch normalization. */
  readonly z?: tf.Tensor4D;
  readonly normalized?: Normalized;
  /** Dropout's mask: 0 or 1 / keep. */
  readonly mask?: tf.Tensor4D;
}

/** A pass forwards whose gradients can be asked for, once. */
export interface Tape {
  /** Returns a layer's output `[batch, height, width, channels]`, owned by the tape. */
  output(layer: string): tf.Tensor4D;
  /** Returns the mean and variance that a layer's batch normalization saw, `[channels]` each. */
  statistics(layer: string): {mean: tf.Tensor1D; variance: tf.Tensor1D} | undefined;
  /**
   * Returns the gradients of the weights, by name, given those of some layers' outputs, which it
   * takes over; with **input**, also that of the picture, by the input layer's name. Frees the
   * tape.
   */
  backward(
    gradients: ReadonlyMap<string, tf.Tensor4D>,
    options?: {input?: boolean}
  ): Map<string, tf.Tensor>;
  /** Frees the tape without gradients. */
  dispose(): void;
}

/**
 * Runs *network* in training: batch normalization takes the batch's own statistics, and dropout
 * drops. *parameters* are its kernels, biases, gammas and betas by name. **random** drives dropout.
 *
 * The tape is explicit, not TensorFlow.js's: it walks the network's own list backwards, frees each
 * activation as soon as its gradient is done, and uses **kernels** for the gradients that
 * TensorFlow.js lacks.
 */
export function record(
  network: Network,
  parameters: ReadonlyMap<string, tf.Tensor>,
  picture: tf.Tensor4D,
  {kernels, random}: {kernels: GradientKernels; random: () => number}
): Tape {
  const records = new Map<string, Record4>();
  for (const layer of network.layers) {
    const inputs = layer.inputs.map((name) => records.get(name)!.output);
    records.set(layer.name, forward(layer, inputs, picture, parameters, kernels, random));
  }

  const free = (name: string) => {
    const {output, z, normalized, mask} = records.get(name)!;
    // A normalized map is the output itself.
    const tensors = [output, z, normalized?.mean, normalized?.variance, mask];
    tf.dispose(tensors.filter((tensor) => tensor !== undefined));
    records.delete(name);
  };

  return {
    output: (name) => records.get(name)!.output,
    statistics: (name) => records.get(name)?.normalized,
    dispose: () => [...records.keys()].forEach(free),
    backward(gradients, {input = false} = {}) {
      const flowing = new Map(gradients);
      const found = new Map<string, tf.Tensor>();
      const give = (name: string, gradient: tf.Tensor4D) => {
        const before = flowing.get(name);
        flowing.set(name, before ? tf.add(before, gradient) : gradient);
        if (before) tf.dispose([before, gradient]);
      };
      for (const layer of network.layers.toReversed()) {
        const dy = flowing.get(layer.name);
        flowing.delete(layer.name);
        if (layer.type === "input") {
          if (dy && input) found.set(layer.name, dy);
          else dy?.dispose();
        } else if (dy) {
          const wants = (name: string) =>
            input || network.layers.find((other) => other.name === name)!.type !== "input";
          backward(layer, dy, records, parameters, kernels, {give, wants, found});
        }
        free(layer.name);
      }
      return found;
    }
  };
}

/** Returns what *layer* gives in training, to be freed by the caller. */
export function forward(
  layer: Layer,
  inputs: readonly tf.Tensor4D[],
  picture: tf.Tensor4D,
  parameters: ReadonlyMap<string, tf.Tensor>,
  kernels: GradientKernels,
  random: () => number
): Record4 {
  const [x] = inputs;
  switch (layer.type) {
    case "input":
      return {output: picture.clone()};
    case "conv":
    case "depthwise":
      return forwardConvolution(layer, x, parameters, kernels);
    case "globalPool":
      return {output: tf.mean(x, [1, 2], true)};
    case "add":
      return {output: tf.addN(inputs.slice())};
    case "concat":
      return {output: tf.concat(inputs.slice(), 3)};
    case "resize":
      return {output: resize(x, inputs[1].shape[1], inputs[1].shape[2])};
    case "activation":
      return {output: tf.tidy(() => activate(x, layer.activation).clone())};
    case "dropout": {
      const values = Float32Array.from({length: x.size}, () =>
        random() < layer.keep ? 1 / layer.keep : 0
      );
      const mask = tf.tensor4d(values, x.shape);
      return {output: tf.mul(x, mask), mask};
    }
    case "pool":
      return {output: tf.tidy(() => pool(layer, x))};
  }
}

function forwardConvolution(
  layer: WeightedLayer,
  x: tf.Tensor4D,
  parameters: ReadonlyMap<string, tf.Tensor>,
  kernels: GradientKernels
): Record4 {
  const {activation, batchNorm: epsilon} = layer;
  const filter = parameters.get(kernelName(layer)) as tf.Tensor4D;
  const z = kernels[layer.type](x, filter, layer);
  if (epsilon === null) {
    const bias = parameters.get(`${layer.name}/biases`);
    const output = tf.tidy(() =>
      activate<tf.Tensor4D>(bias ? tf.add(z, bias) : z, activation).clone()
    );
    z.dispose();
    return {output};
  }
  const gamma = parameters.get(batchNormName(layer, "gamma")) as tf.Tensor1D;
  const beta = parameters.get(batchNormName(layer, "beta")) as tf.Tensor1D;
  const normalized = kernels.normalize(z, gamma, beta, {epsilon, activation});
  return {output: normalized.y, z, normalized};
}

interface Flow {
  give(name: string, gradient: tf.Tensor4D): void;
  wants(name: string): boolean;
  readonly found: Map<string, tf.Tensor>;
}

/** Hands the gradient *dy* of a layer's output, which it takes over, on to inputs and weights. */
function backward(
  layer: Exclude<Layer, {type: "input"}>,
  dy: tf.Tensor4D,
  records: ReadonlyMap<string, Record4>,
  parameters: ReadonlyMap<string, tf.Tensor>,
  kernels: GradientKernels,
  flow: Flow
): void {
  const inputs = layer.inputs.map((name) => records.get(name)!.output);
  const [x] = inputs;
  const [source] = layer.inputs;
  switch (layer.type) {
    case "conv":
    case "depthwise":
      return backwardConvolution(layer, dy, x, records, parameters, kernels, flow);
    case "globalPool":
      flow.give(source, kernels.globalPoolInput(dy, x.shape));
      return dy.dispose();
    case "add":
      // A clone is a copy on WebAssembly: make one fewer than there are inputs.
      for (const name of layer.inputs.slice(1)) flow.give(name, dy.clone());
      return flow.give(source, dy);
    case "concat": {
      const sizes = inputs.map((input) => input.shape[3]);
      const parts = kernels.concatInputs(dy, sizes);
      for (const [i, part] of parts.entries()) flow.give(layer.inputs[i], part);
      return dy.dispose();
    }
    case "resize":
      flow.give(source, kernels.resizeInput(dy, x.shape));
      return dy.dispose();
    case "activation":
      return flow.give(source, passed(dy, records.get(layer.name)!.output, layer.activation));
    case "dropout":
      flow.give(source, tf.mul(dy, records.get(layer.name)!.mask!));
      return dy.dispose();
    case "pool":
      flow.give(source, poolInput(dy, x, records.get(layer.name)!.output, layer));
      return dy.dispose();
  }
}

/** Returns the gradient before an activation, taking over that after it. */
function passed(dy: tf.Tensor4D, output: tf.Tensor4D, activation: Activation): tf.Tensor4D {
  if (activation === "linear") return dy;
  const gated = gate(dy, output, activation);
  dy.dispose();
  return gated;
}

function backwardConvolution(
  layer: WeightedLayer,
  dy: tf.Tensor4D,
  x: tf.Tensor4D,
  records: ReadonlyMap<string, Record4>,
  parameters: ReadonlyMap<string, tf.Tensor>,
  kernels: GradientKernels,
  {give, wants, found}: Flow
): void {
  const {z, normalized} = records.get(layer.name)!;
  const [source] = layer.inputs;
  const filter = parameters.get(kernelName(layer)) as tf.Tensor4D;
  let dz: tf.Tensor4D;
  if (normalized && layer.batchNorm !== null) {
    const [gammaName, betaName] = [batchNormName(layer, "gamma"), batchNormName(layer, "beta")];
    const gamma = parameters.get(gammaName) as tf.Tensor1D;
    const beta = parameters.get(betaName) as tf.Tensor1D;
    const options = {epsilon: layer.batchNorm, activation: layer.activation};
    const result = kernels.normalizeGradient(dy, z!, normalized, gamma, beta, options);
    dz = result.dz;
    dy.dispose();
    found.set(gammaName, result.dgamma);
    found.set(betaName, result.dbeta);
  } else {
    dz = passed(dy, records.get(layer.name)!.output, layer.activation);
    if (parameters.has(`${layer.name}/biases`))
      found.set(`${layer.name}/biases`, kernels.channelSums(dz));
  }
  if (layer.type === "conv") {
    found.set(kernelName(layer), kernels.convFilter(x, dz, layer));
    if (wants(source)) give(source, kernels.convInput(dz, filter, x.shape, layer));
  } else {
    found.set(kernelName(layer), kernels.depthwiseFilter(x, dz, layer));
    if (wants(source)) give(source, kernels.depthwiseInput(dz, filter, x.shape, layer));
  }
  dz.dispose();
}
