import * as tf from "@tensorflow/tfjs-core";
import type {Activation, Layer, Network, PoolLayer, WeightedLayer} from "./network.ts";
import {batchNormName, isWeighted, kernelName} from "./network.ts";
import type {WindowShape} from "./padding.ts";
import {windowPadding} from "./padding.ts";
import type {Weights} from "./weights.ts";
import {checkWeights} from "./weights.ts";

/** Kernels and biases on the device, with batch normalization folded into them. */
export interface FoldedWeights {
  readonly kernels: ReadonlyMap<string, tf.Tensor4D>;
  readonly biases: ReadonlyMap<string, tf.Tensor1D>;
  /** Frees every tensor. */
  dispose(): void;
}

/**
 * Returns *weights* folded for inference and put on the current backend: batch normalization
 * γ (z − μ) / √(σ² + ε) + β of a convolution z is a convolution with kernel scaled by
 * γ / √(σ² + ε) and bias β − μ γ / √(σ² + ε). Networks that differ only in rates or output stride
 * share the result. Throws an Error that lists every missing, extra or misshapen tensor by name.
 */
export function foldWeights(network: Network, weights: Weights): FoldedWeights {
  checkWeights(network, weights);
  const kernels = new Map<string, tf.Tensor4D>();
  const biases = new Map<string, tf.Tensor1D>();
  for (const layer of network.layers) {
    if (!isWeighted(layer)) continue;
    const {kernel, bias} = foldLayer(layer, weights);
    const {shape} = weights.get(kernelName(layer))!;
    kernels.set(layer.name, tf.tensor4d(kernel, shape as [number, number, number, number]));
    biases.set(layer.name, tf.tensor1d(bias));
  }
  return {
    kernels,
    biases,
    dispose() {
      for (const tensor of [...kernels.values(), ...biases.values()]) tensor.dispose();
    }
  };
}

/** Returns one layer's kernel and bias with its batch normalization folded in. */
export function foldLayer(
  layer: WeightedLayer,
  weights: Weights
): {kernel: Float32Array; bias: Float32Array} {
  const {data: kernel, shape} = weights.get(kernelName(layer))!;
  // A depthwise kernel is [k, k, channels, 1]: in both kinds the channel normalized varies fastest.
  const channels = layer.type === "conv" ? shape[3] : shape[2];
  if (layer.batchNorm === null) {
    const bias = weights.get(`${layer.name}/biases`)?.data ?? new Float32Array(channels);
    return {kernel, bias};
  }
  const vector = (name: Parameters<typeof batchNormName>[1]) =>
    weights.get(batchNormName(layer, name))!.data;
  const [gamma, beta, mean, variance] = [
    vector("gamma"),
    vector("beta"),
    vector("moving_mean"),
    vector("moving_variance")
  ];
  const {batchNorm: epsilon} = layer;
  const scale = gamma.map((g, c) => g / Math.sqrt(variance[c] + epsilon));
  return {
    kernel: kernel.map((w, i) => w * scale[i % channels]),
    bias: beta.map((b, c) => b - mean[c] * scale[c])
  };
}

/**
 * Runs *network* on *picture* `[batch, height, width, channels]`, scaled to [−1, 1], and returns
 * the activation of each layer named in **taps** (the heads' logits by default), each
 * `[batch, height, width, channels]`, to be freed by the caller. Layers that no tap depends on are
 * not run, and no tensor but the result outlives the call.
 *
 * Throws a RangeError if a tap names no layer.
 */
export function execute(
  network: Network,
  {kernels, biases}: FoldedWeights,
  picture: tf.Tensor4D,
  {taps = heads(network)}: {taps?: readonly string[]} = {}
): Map<string, tf.Tensor4D> {
  const uses = countUses(network, taps);
  const activations = new Map<string, tf.Tensor4D>();
  const tapped = new Set(taps);

  const release = (name: string) => {
    const left = uses.get(name)! - 1;
    uses.set(name, left);
    if (left === 0 && !tapped.has(name)) {
      activations.get(name)!.dispose();
      activations.delete(name);
    }
  };

  for (const layer of network.layers) {
    if (!uses.has(layer.name)) continue;
    const inputs = layer.inputs.map((name) => activations.get(name)!);
    const output =
      layer.type === "input"
        ? picture.clone()
        : tf.tidy(() => runLayer(layer, inputs, kernels.get(layer.name), biases.get(layer.name)));
    activations.set(layer.name, output);
    layer.inputs.forEach(release);
  }
  return new Map(taps.map((name) => [name, activations.get(name)!]));
}

function heads({endpoints: {decoder, encoder}}: Network): string[] {
  return [decoder, encoder].filter((name) => name !== undefined);
}

/** Returns how many layers that *taps* depend on read each layer; those not read are left out. */
function countUses(network: Network, taps: readonly string[]): Map<string, number> {
  const byName = new Map(network.layers.map((layer) => [layer.name, layer]));
  const uses = new Map<string, number>();
  for (const tap of taps) {
    if (!byName.has(tap)) throw new RangeError(`no layer named ${tap}`);
    uses.set(tap, 0);
  }
  for (const layer of network.layers.toReversed()) {
    if (!uses.has(layer.name)) continue;
    for (const input of layer.inputs) uses.set(input, (uses.get(input) ?? 0) + 1);
  }
  return uses;
}

/** Returns one layer's output, `[batch, height, width, channels]`. */
export function runLayer(
  layer: Exclude<Layer, {type: "input"}>,
  inputs: readonly tf.Tensor4D[],
  kernel: tf.Tensor4D | undefined,
  bias: tf.Tensor1D | undefined
): tf.Tensor4D {
  const [x] = inputs;
  switch (layer.type) {
    case "conv":
    case "depthwise":
      return convolve(layer, x, kernel!, bias!);
    case "pool":
      return pool(layer, x);
    case "globalPool":
      return tf.mean(x, [1, 2], true); // [batch, 1, 1, channels]
    case "add":
      return sum(inputs);
    case "concat":
      return tf.concat(inputs.slice(), 3);
    case "resize":
      return resize(x, inputs[1].shape[1], inputs[1].shape[2]);
    case "activation":
      // The input may be freed before the output is: they must not be one tensor.
      return layer.activation === "linear" ? x.clone() : activate(x, layer.activation);
    case "dropout":
      return x.clone();
  }
}

function convolve(
  layer: WeightedLayer,
  x: tf.Tensor4D,
  filter: tf.Tensor4D,
  bias: tf.Tensor1D
): tf.Tensor4D {
  const {stride, rate, kernelSize, padding, activation} = layer;
  const convolution = layer.type === "conv" ? tf.fused.conv2d : tf.fused.depthwiseConv2d;
  // XNNPACK's SAME padding goes wrong where windows leave gaps between them.
  const gaps = rate === 1 && kernelSize > 1 && stride > kernelSize;
  if (stride === 1 || rate === 1 || kernelSize === 1) {
    const dilations = kernelSize === 1 ? 1 : rate;
    const options = {filter, strides: stride, dilations, bias, activation};
    return padding === "same" && !gaps
      ? convolution({x, pad: "same", ...options})
      : convolution({x: pad(x, layer), pad: "valid", ...options});
  }
  // TensorFlow.js takes a stride or a rate, not both: keep every stride-th of the dense outputs.
  const dense = convolution({
    x: pad(x, layer),
    filter,
    strides: 1,
    pad: "valid",
    dilations: rate,
    bias,
    activation
  });
  return everyNth(dense, stride);
}

/** Returns *x* with the padding of *window*, of zeros or of *value*. */
function pad(x: tf.Tensor4D, window: WindowShape, value = 0): tf.Tensor4D {
  const rows = windowPadding(x.shape[1], window);
  const columns = windowPadding(x.shape[2], window);
  return tf.pad(
    x,
    [
      [0, 0],
      [rows.before, rows.after],
      [columns.before, columns.after],
      [0, 0]
    ],
    value
  );
}

/** Returns every *stride*-th row and column, from the first. */
function everyNth(x: tf.Tensor4D, stride: number): tf.Tensor4D {
  const end = x.shape.slice() as [number, number, number, number];
  return tf.stridedSlice(x, [0, 0, 0, 0], end, [1, stride, stride, 1]) as tf.Tensor4D;
}

/** Returns *x* pooled over the windows of *layer*. */
export function pool(layer: PoolLayer, x: tf.Tensor4D): tf.Tensor4D {
  const {kind, kernelSize, stride, rate, padding} = layer;
  if (rate === 1 && padding === "same")
    return kind === "max"
      ? tf.maxPool(x, kernelSize, stride, "same")
      : tf.avgPool(x, kernelSize, stride, "same");
  return poolByTaps(layer, x);
}

/**
 * Pools from shifted copies of the padded map: with a rate, which no backend's kernels take, or
 * with explicit padding, which backends do not agree on whether to count.
 */
function poolByTaps(layer: PoolLayer, x: tf.Tensor4D): tf.Tensor4D {
  const {kind, kernelSize, stride, rate} = layer;
  const [batch, height, width] = x.shape;
  const rows = windowPadding(height, layer).outputs;
  const columns = windowPadding(width, layer).outputs;
  const shifted = (map: tf.Tensor4D) => {
    const parts: tf.Tensor4D[] = [];
    for (let i = 0; i < kernelSize; i++) {
      for (let j = 0; j < kernelSize; j++) {
        const [top, left] = [i * rate, j * rate];
        const [bottom, right] = [top + (rows - 1) * stride + 1, left + (columns - 1) * stride + 1];
        const end: [number, number, number, number] = [batch, bottom, right, map.shape[3]];
        parts.push(
          tf.stridedSlice(map, [0, top, left, 0], end, [1, stride, stride, 1]) as tf.Tensor4D
        );
      }
    }
    return parts; // kernelSize² × [batch, rows, columns, channels]
  };
  if (kind === "max") {
    // A finite stand-in for −∞: −Infinity survives neither WebGL's half floats nor its padding.
    return shifted(pad(x, layer, -6e4)).reduce((a, b) => tf.maximum(a, b));
  }
  const counts = shifted(pad(tf.ones([1, height, width, 1]), layer));
  return tf.div(sum(shifted(pad(x, layer))), sum(counts));
}

/** Returns the sum of any number of maps; WebGPU's addN binds more buffers than a GPU need have. */
function sum([first, ...others]: readonly tf.Tensor4D[]): tf.Tensor4D {
  return others.reduce((a, b) => tf.add(a, b), first.clone());
}

/** Returns *x* resized to *height* × *width*: bilinear, aligned corners. */
export function resize(x: tf.Tensor4D, height: number, width: number): tf.Tensor4D {
  return tf.image.resizeBilinear(x, [height, width], true);
}

/** Returns *activation* of *x*. */
export function activate<T extends tf.Tensor>(x: T, activation: Activation): T {
  return activation === "linear" ? x : activation === "relu" ? tf.relu(x) : tf.relu6(x);
}
