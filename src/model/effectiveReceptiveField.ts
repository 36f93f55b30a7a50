import * as tf from "@tensorflow/tfjs-core";
import {read} from "./backend.ts";
import {execute, type FoldedWeights} from "./execute.ts";
import {composedKernels, gate} from "./gradients.ts";
import {convInput, depthwiseInput, poolInput} from "./inputGradients.ts";
import type {Layer, Network} from "./network.ts";
import {shapes, type Shape} from "./shapes.ts";

/** A unit of a network: a place on a layer's map, and what is taken of its channels. */
export interface Unit {
  readonly layer: string;
  /** Row and column on the layer's own map, from the top left. */
  readonly y: number;
  readonly x: number;
  /** A channel's number; `sum` (the default) of all; or the `greatest`, whichever that is. */
  readonly channel?: number | "sum" | "greatest";
}

type Shape4 = [batch: number, height: number, width: number, channels: number];

/** What a unit depends on. */
export interface EffectiveField {
  /** The picture's size. */
  readonly width: number;
  readonly height: number;
  /**
   * For each pixel, row-major, the absolute gradient of the unit with respect to its colors (in the
   * network's units, x · 2/255 − 1), summed over them, averaged over the pictures.
   */
  readonly absolute: Float32Array;
  /** The channels' values at the unit in the first picture. */
  readonly values: Float32Array;
  /** The channel that was taken of the first picture, or null if all were summed. */
  readonly channel: number | null;
}

/**
 * Returns the effective receptive field of a unit (Luo 2016): the gradient of its value with respect
 * to *pictures*, each `[1, height, width, channels]`, of any size. The network is as it is in use:
 * batch normalization is folded and nothing drops out, so that it is linear wherever no ReLU
 * switches, and a pixel's gradient is what one more unit of its color would add.
 *
 * ```js
 * const {absolute} = await effectiveReceptiveField(network, weights, [picture], {
 *   layer: "concat_projection", y: 6, x: 8
 * });
 * ```
 *
 * Only layers that the unit depends on run, and no tensor outlives the call. **isLost** tells
 * whether the device was lost, by {@link watchLoss}. Throws a RangeError for a layer, place or
 * channel that is not there, or no pictures; an Error if the device is lost meanwhile.
 */
export async function effectiveReceptiveField(
  network: Network,
  weights: FoldedWeights,
  pictures: readonly tf.Tensor4D[],
  unit: Unit,
  {isLost = () => false}: {isLost?: () => boolean} = {}
): Promise<EffectiveField> {
  if (pictures.length === 0) throw new RangeError("no pictures to take a gradient of");
  const [, height, width] = pictures[0].shape;
  const absolute = new Float32Array(height * width);
  let values: Float32Array | undefined;
  for (const picture of pictures) {
    const {gradient, at} = inputGradient(network, weights, picture, unit);
    const summed = tf.tidy(() => tf.sum(tf.abs(gradient), [0, 3])); // [height, width]
    try {
      if (summed.size !== absolute.length)
        throw new RangeError(`pictures of different sizes: ${summed.shape.join("×")}`);
      const data = await read(summed, isLost);
      for (let i = 0; i < absolute.length; i++) absolute[i] += data[i] / pictures.length;
      values ??= await read(at, isLost);
    } finally {
      tf.dispose([gradient, at, summed]);
    }
  }
  const {channel = "sum"} = unit;
  return {
    width,
    height,
    absolute,
    values: values!,
    channel: channel === "sum" ? null : channel === "greatest" ? greatest(values!) : channel
  };
}

function greatest(values: Float32Array): number {
  return values.reduce((best, value, i) => (value > values[best] ? i : best), 0);
}

/**
 * Returns the gradient of a unit with respect to *picture*, `[batch, height, width, channels]`, the
 * same unit in each picture of the batch; and its channels' values, `[batch, 1, 1, channels]`.
 * Throws as {@link effectiveReceptiveField} does.
 */
export function inputGradient(
  network: Network,
  weights: FoldedWeights,
  picture: tf.Tensor4D,
  unit: Unit
): {gradient: tf.Tensor4D; at: tf.Tensor4D} {
  const layers = upstream(network, unit.layer);
  const [, height, width] = picture.shape;
  const sizes = shapes({layers, endpoints: {}}, [height, width], {anySize: true});
  checkUnit(unit, sizes.get(unit.layer)!);
  const kept = new Set([unit.layer]);
  for (const layer of layers) {
    if ("activation" in layer && layer.activation !== "linear") kept.add(layer.name);
    if (layer.type === "pool") kept.add(layer.name).add(layer.inputs[0]);
  }
  return tf.tidy(() => {
    const outputs = execute(network, weights, picture, {taps: [...kept]});
    const shapeOf = (name: string): Shape4 => [picture.shape[0], ...sizes.get(name)!];
    const {at, seed} = seedOf(outputs.get(unit.layer)!, unit);
    const flowing = new Map([[unit.layer, seed]]);
    const give = (name: string, gradient: tf.Tensor4D) => {
      const before = flowing.get(name);
      flowing.set(name, before ? tf.add(before, gradient) : gradient);
      if (before) tf.dispose([before, gradient]);
    };
    for (const layer of layers.toReversed()) {
      if (layer.type === "input") continue;
      const dy = flowing.get(layer.name); // none if the layer only lends a resize its size
      flowing.delete(layer.name);
      if (dy) backward(layer, dy, {weights, outputs, shapeOf, give});
      // Whoever reads this layer comes after it, and so has had its turn.
      outputs.get(layer.name)?.dispose();
    }
    const {name} = layers.find(({type}) => type === "input")!;
    return {gradient: flowing.get(name)!, at};
  });
}

/** Returns the layers on which *layer* depends, itself included. */
function upstream(network: Network, layer: string): Layer[] {
  const wanted = new Set([layer]);
  const layers = network.layers.toReversed().filter(({name, inputs}) => {
    if (!wanted.has(name)) return false;
    for (const input of inputs) wanted.add(input);
    return true;
  });
  if (layers.length === 0) throw new RangeError(`no layer named ${layer}`);
  return layers.reverse();
}

function checkUnit({layer, x, y, channel = "sum"}: Unit, [height, width, channels]: Shape): void {
  const inside = (i: number, size: number) => Number.isInteger(i) && i >= 0 && i < size;
  if (!inside(y, height) || !inside(x, width))
    throw new RangeError(
      `no unit at row ${y}, column ${x} of ${layer}, whose map is ${height}×${width}`
    );
  if (typeof channel === "number" && !inside(channel, channels))
    throw new RangeError(`no channel ${channel} in ${layer}, which has ${channels}`);
}

/** Returns a map that is 0 but at the unit, whose gradient with respect to itself it is. */
function seedOf(
  output: tf.Tensor4D,
  {x, y, channel = "sum"}: Unit
): {at: tf.Tensor4D; seed: tf.Tensor4D} {
  const [batch, height, width, channels] = output.shape;
  const at = tf.slice(output, [0, y, x, 0], [batch, 1, 1, channels]);
  const chosen = () =>
    channel === "greatest" ? tf.argMax(at, 3) : tf.fill([batch, 1, 1], Number(channel), "int32");
  // WebAssembly's oneHot writes integers, whatever type it is asked for; none takes a depth of 1.
  const taken =
    channel === "sum" || channels === 1
      ? tf.onesLike(at)
      : tf.cast(tf.oneHot(chosen(), channels), "float32");
  const seed = tf.pad(taken as tf.Tensor4D, [
    [0, 0],
    [y, height - 1 - y],
    [x, width - 1 - x],
    [0, 0]
  ]);
  return {at, seed};
}

/** Hands the gradient *dy* of a layer's output, which it takes over, on to the layer's inputs. */
function backward(
  layer: Exclude<Layer, {type: "input"}>,
  dy: tf.Tensor4D,
  {
    weights,
    outputs,
    shapeOf,
    give
  }: {
    weights: FoldedWeights;
    outputs: ReadonlyMap<string, tf.Tensor4D>;
    shapeOf: (layer: string) => Shape4;
    give: (layer: string, gradient: tf.Tensor4D) => void;
  }
): void {
  const {inputs} = layer;
  const [source] = inputs;
  const shape = shapeOf(source);
  switch (layer.type) {
    case "conv":
    case "depthwise": {
      const gated = gate(dy, outputs.get(layer.name) ?? dy, layer.activation);
      const toInput = layer.type === "conv" ? convInput : depthwiseInput;
      give(source, toInput(gated, weights.kernels.get(layer.name)!, shape, layer));
      return tf.dispose([dy, gated]);
    }
    case "pool":
      give(source, poolInput(dy, outputs.get(source)!, outputs.get(layer.name)!, layer));
      return dy.dispose();
    case "globalPool":
      give(source, composedKernels.globalPoolInput(dy, shape));
      return dy.dispose();
    case "add":
      // A clone is a copy on WebAssembly: make one fewer than there are inputs.
      for (const name of inputs.slice(1)) give(name, dy.clone());
      return give(source, dy);
    case "concat": {
      const sizes = inputs.map((name) => shapeOf(name)[3]);
      for (const [i, part] of composedKernels.concatInputs(dy, sizes).entries())
        give(inputs[i], part);
      return dy.dispose();
    }
    case "resize":
      give(source, composedKernels.resizeInput(dy, shape));
      return dy.dispose();
    case "activation": {
      const gated = gate(dy, outputs.get(layer.name)!, layer.activation);
      give(source, gated);
      if (gated !== dy) dy.dispose();
      return;
    }
    case "dropout":
      return give(source, dy);
  }
}
