import type {WindowPadding, WindowShape} from "./padding.ts";
import {spanOf} from "./padding.ts";

/**
 * A network as data: a list of layers in an order in which each comes after its inputs. Every
 * reading of it (shapes, weights, execution, gradients) walks this list; none knows DeepLab.
 */

/** What is applied last in a layer. `relu6` is min(max(x, 0), 6). */
export type Activation = "linear" | "relu" | "relu6";

interface Named {
  /** The layer's name, unique in its network, as TF-Slim has it. */
  readonly name: string;
  /** The names of the layers it reads. */
  readonly inputs: readonly string[];
}

/** What convolution, and pooling over windows, have in common. */
type Windowed = Required<WindowShape>;

interface Normalized {
  /** The epsilon of the batch normalization that follows, or null if none does. */
  readonly batchNorm: number | null;
  /** What follows batch normalization. */
  readonly activation: Activation;
}

/** The picture, scaled to [−1, 1]. */
export interface InputLayer extends Named {
  readonly type: "input";
  readonly channels: number;
}

/** A convolution over all channels, with weights `[k, k, in, filters]`. */
export interface ConvLayer extends Named, Windowed, Normalized {
  readonly type: "conv";
  readonly filters: number;
  /** Whether a bias is added (only where no batch normalization follows). */
  readonly bias: boolean;
}

/** A convolution of each channel by itself, with weights `[k, k, channels, 1]`. */
export interface DepthwiseLayer extends Named, Windowed, Normalized {
  readonly type: "depthwise";
}

/**
 * The largest or the average value of a window; the padding does not count, so there is less of
 * it than the window spans.
 */
export interface PoolLayer extends Named, Windowed {
  readonly type: "pool";
  readonly kind: "max" | "average";
}

/** The average over the whole map: `[1, 1, channels]`. */
export interface GlobalPoolLayer extends Named {
  readonly type: "globalPool";
}

/** The sum of inputs of one shape. */
export interface AddLayer extends Named {
  readonly type: "add";
}

/** The channels of all inputs, in order. */
export interface ConcatLayer extends Named {
  readonly type: "concat";
}

/** The first input resized to the second's size: bilinear with aligned corners. */
export interface ResizeLayer extends Named {
  readonly type: "resize";
}

/** An activation on its own, for networks that put it before a convolution. */
export interface ActivationLayer extends Named {
  readonly type: "activation";
  readonly activation: Activation;
}

/** In training, drops values with probability 1 − keep; otherwise does nothing. */
export interface DropoutLayer extends Named {
  readonly type: "dropout";
  readonly keep: number;
}

export type Layer =
  | InputLayer
  | ConvLayer
  | DepthwiseLayer
  | PoolLayer
  | GlobalPoolLayer
  | AddLayer
  | ConcatLayer
  | ResizeLayer
  | ActivationLayer
  | DropoutLayer;

/** The layers that hold weights. */
export type WeightedLayer = ConvLayer | DepthwiseLayer;

export interface Network {
  readonly layers: readonly Layer[];
  /** The layers that a reader of the network looks for, by role: the heads' logits, features. */
  readonly endpoints: Readonly<Partial<Record<Endpoint, string>>>;
}

/**
 * The roles of layers: `decoder` and `encoder` are the two heads' logits, `features` the
 * backbone's last layer, `lowLevel` the feature that the decoder reads, `aspp` the projection.
 */
export type Endpoint = "decoder" | "encoder" | "features" | "lowLevel" | "aspp";

/** Collects layers; each method appends one and returns its name, ready to be an input. */
export class NetworkBuilder {
  readonly layers: Layer[] = [];
  readonly #byName = new Map<string, Layer>();

  /**
   * Appends a layer and returns its name. Throws a RangeError if the name is taken, if an input
   * is not there yet, if kernel size, stride, rate or filters is not a positive integer, or if
   * padding is neither "same" nor a whole number from 0 up (for pooling, less than the span).
   */
  append(layer: Layer): string {
    if (this.#byName.has(layer.name)) throw new RangeError(`layer name is taken: ${layer.name}`);
    for (const input of layer.inputs) {
      if (!this.#byName.has(input))
        throw new RangeError(`layer ${layer.name}: no input named ${input}`);
    }
    if ("kernelSize" in layer) {
      positiveInteger("kernel size", layer.kernelSize);
      positiveInteger("stride", layer.stride);
      positiveInteger("rate", layer.rate);
      checkPadding(layer.padding, layer.type === "pool" ? spanOf(layer) - 1 : Infinity);
    }
    if (layer.type === "conv") positiveInteger("filters", layer.filters);
    this.layers.push(layer);
    this.#byName.set(layer.name, layer);
    return layer.name;
  }

  input(channels = 3): string {
    return this.append({type: "input", name: "input", inputs: [], channels});
  }

  conv(
    name: string,
    input: string,
    filters: number,
    {
      kernelSize = 1,
      stride = 1,
      rate = 1,
      padding = "same",
      batchNorm = null,
      activation = "linear",
      bias = false
    }: Partial<Omit<ConvLayer, "type" | "name" | "inputs" | "filters">> = {}
  ): string {
    const options = {kernelSize, stride, rate, padding, batchNorm, activation, bias};
    return this.append({type: "conv", name, inputs: [input], filters, ...options});
  }

  depthwise(
    name: string,
    input: string,
    {
      kernelSize = 3,
      stride = 1,
      rate = 1,
      padding = "same",
      batchNorm = null,
      activation = "linear"
    }: Partial<Omit<DepthwiseLayer, "type" | "name" | "inputs">> = {}
  ): string {
    const options = {kernelSize, stride, rate, padding, batchNorm, activation};
    return this.append({type: "depthwise", name, inputs: [input], ...options});
  }

  pool(
    name: string,
    input: string,
    {
      kind,
      kernelSize,
      stride = 1,
      rate = 1,
      padding = "same"
    }: Pick<PoolLayer, "kind" | "kernelSize"> & Partial<Windowed>
  ): string {
    const options = {kind, kernelSize, stride, rate, padding};
    return this.append({type: "pool", name, inputs: [input], ...options});
  }

  globalPool(name: string, input: string): string {
    return this.append({type: "globalPool", name, inputs: [input]});
  }

  add(name: string, ...inputs: string[]): string {
    return this.append({type: "add", name, inputs});
  }

  concat(name: string, inputs: readonly string[]): string {
    return this.append({type: "concat", name, inputs});
  }

  /** Appends a resize of *input* to the size of *like*. */
  resize(name: string, input: string, like: string): string {
    return this.append({type: "resize", name, inputs: [input, like]});
  }

  activation(name: string, input: string, activation: Activation): string {
    return this.append({type: "activation", name, inputs: [input], activation});
  }

  dropout(name: string, input: string, keep: number): string {
    if (!(keep > 0 && keep <= 1)) throw new RangeError(`invalid keep: ${keep} (above 0, up to 1)`);
    return this.append({type: "dropout", name, inputs: [input], keep});
  }
}

/** Returns *value*; throws a RangeError that names it if it is not a positive integer. */
export function positiveInteger(what: string, value: number): number {
  if (!(Number.isSafeInteger(value) && value >= 1))
    throw new RangeError(`invalid ${what}: ${value} (a whole number from 1 up)`);
  return value;
}

function checkPadding(padding: WindowPadding, most: number): void {
  if (padding === "same") return;
  if (!(Number.isSafeInteger(padding) && padding >= 0 && padding <= most))
    throw new RangeError(
      `invalid padding: ${padding} ("same" or a whole number from 0 ` +
        `${most === Infinity ? "up" : `to ${most}`})`
    );
}

/** Returns the channels of each layer's output. They do not depend on the input's size. */
export function channelsOf(network: Network): Map<string, number> {
  const channels = new Map<string, number>();
  const of = (name: string) => channels.get(name)!;
  for (const layer of network.layers) {
    switch (layer.type) {
      case "input":
        channels.set(layer.name, layer.channels);
        break;
      case "conv":
        channels.set(layer.name, layer.filters);
        break;
      case "concat":
        channels.set(
          layer.name,
          layer.inputs.reduce((sum, input) => sum + of(input), 0)
        );
        break;
      default:
        channels.set(layer.name, of(layer.inputs[0]));
    }
  }
  return channels;
}

/** Whether a layer holds weights. */
export function isWeighted(layer: Layer): layer is WeightedLayer {
  return layer.type === "conv" || layer.type === "depthwise";
}

/** Returns the name of a layer's kernel: `…/weights`, or `…/depthwise_weights`. */
export function kernelName(layer: WeightedLayer): string {
  return `${layer.name}/${layer.type === "conv" ? "weights" : "depthwise_weights"}`;
}

/** The vectors of batch normalization, in the order TF-Slim stores them. */
export const batchNormVectors = ["gamma", "beta", "moving_mean", "moving_variance"] as const;

/** Returns the name of one vector of a layer's batch normalization. */
export function batchNormName(
  layer: WeightedLayer,
  vector: (typeof batchNormVectors)[number]
): string {
  return `${layer.name}/BatchNorm/${vector}`;
}

/**
 * Returns the shape of every weight that the network needs, by name: kernels `[k, k, in, out]` or
 * `[k, k, channels, 1]`, and vectors of batch normalization and biases `[channels]`.
 */
export function weightShapes(network: Network): Map<string, number[]> {
  const channels = channelsOf(network);
  const shapes = new Map<string, number[]>();
  for (const layer of network.layers) {
    if (!isWeighted(layer)) continue;
    const {kernelSize: k} = layer;
    const from = channels.get(layer.inputs[0])!;
    const to = channels.get(layer.name)!;
    shapes.set(kernelName(layer), layer.type === "conv" ? [k, k, from, to] : [k, k, from, 1]);
    if (layer.batchNorm !== null)
      for (const vector of batchNormVectors) shapes.set(batchNormName(layer, vector), [to]);
    if (layer.type === "conv" && layer.bias) shapes.set(`${layer.name}/biases`, [to]);
  }
  return shapes;
}

/**
 * Returns the number of parameters as the field counts them: kernels, biases, and the gamma and
 * beta of batch normalization, but not its moving statistics.
 */
export function parameterCount(network: Network): number {
  let sum = 0;
  for (const [name, shape] of weightShapes(network)) {
    if (!name.includes("/moving_")) sum += shape.reduce((product, d) => product * d, 1);
  }
  return sum;
}
