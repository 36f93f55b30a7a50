import type {FeatureMap} from "./atrousForms.ts";
import {batchNormName, kernelName, type ConvLayer, type WeightedLayer} from "./network.ts";
import {windowPadding} from "./padding.ts";
import type {Weights} from "./weights.ts";

/** A part of a map, in its units. */
export interface Patch {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

/**
 * Returns the *patch* of what a convolutional *layer* makes of *input*, batch normalization and
 * activation included, and of no more: a few thousand products, for which no backend is needed.
 *
 * Throws a RangeError if the input has not the size that it states or the patch is not part of the
 * layer's map, and an Error if a weight is missing or of another shape.
 */
export function layerPatch(
  layer: ConvLayer,
  weights: Weights,
  input: FeatureMap,
  patch: Patch
): FeatureMap {
  const {kernelSize: k, stride, rate, filters} = layer;
  if (!(input.data.length === input.width * input.height * input.channels))
    throw new RangeError(
      `invalid map: ${input.data.length} values for ${input.width}×${input.height}×${input.channels}`
    );
  const across = windowPadding(input.width, layer);
  const down = windowPadding(input.height, layer);
  checkSide("left", patch.left, patch.width, across.outputs);
  checkSide("top", patch.top, patch.height, down.outputs);
  const kernel = tensor(weights, kernelName(layer), [k, k, input.channels, filters]);
  const bias = layer.bias ? tensor(weights, `${layer.name}/biases`, [filters]) : null;
  const normalize = normalization(layer, weights);

  const data = new Float32Array(patch.width * patch.height * filters);
  let to = 0;
  for (let v = patch.top; v < patch.top + patch.height; ++v)
    for (let u = patch.left; u < patch.left + patch.width; ++u)
      for (let n = 0; n < filters; ++n) {
        let sum = bias ? bias[n] : 0;
        for (let i = 0; i < k; ++i)
          for (let j = 0; j < k; ++j) {
            const y = v * stride - down.before + i * rate;
            const x = u * stride - across.before + j * rate;
            if (y < 0 || y >= input.height || x < 0 || x >= input.width) continue;
            for (let c = 0; c < input.channels; ++c)
              sum +=
                input.data[(y * input.width + x) * input.channels + c] *
                kernel[((i * k + j) * input.channels + c) * filters + n];
          }
        data[to++] = activated(layer, normalize(sum, n));
      }
  return {width: patch.width, height: patch.height, channels: filters, data};
}

function checkSide(name: string, from: number, length: number, size: number): void {
  if (!(Number.isInteger(length) && length >= 1 && length <= size))
    throw new RangeError(`invalid patch: ${length} long of ${size}`);
  if (!(Number.isInteger(from) && from >= 0 && from + length <= size))
    throw new RangeError(`invalid ${name}: ${from} (0 to ${size - length})`);
}

/** Returns the tensor of that *name*; throws an Error if there is none of that *shape*. */
export function tensor(weights: Weights, name: string, shape: readonly number[]): Float32Array {
  const found = weights.get(name);
  if (!found) throw new Error(`no ${name} in the weights`);
  if (found.shape.join() !== shape.join())
    throw new Error(`${name} of shape [${found.shape.join(", ")}], not [${shape.join(", ")}]`);
  return found.data;
}

/**
 * Returns what the batch normalization after a layer multiplies each of its *channels* by,
 * γ / √(σ² + ε): 1 where there is none. Throws an Error if a weight is missing or of another shape.
 */
export function normalizationScale(
  layer: WeightedLayer,
  weights: Weights,
  channels: number
): Float32Array {
  const {batchNorm: epsilon} = layer;
  if (epsilon === null) return new Float32Array(channels).fill(1);
  const variance = tensor(weights, batchNormName(layer, "moving_variance"), [channels]);
  const gamma = tensor(weights, batchNormName(layer, "gamma"), [channels]);
  return gamma.map((g, n) => g / Math.sqrt(variance[n] + epsilon));
}

function normalization(layer: ConvLayer, weights: Weights): (z: number, n: number) => number {
  if (layer.batchNorm === null) return (z) => z;
  const scale = normalizationScale(layer, weights, layer.filters);
  const beta = tensor(weights, batchNormName(layer, "beta"), [layer.filters]);
  const mean = tensor(weights, batchNormName(layer, "moving_mean"), [layer.filters]);
  return (z, n) => scale[n] * (z - mean[n]) + beta[n];
}

function activated({activation}: ConvLayer, z: number): number {
  if (activation === "linear") return z;
  return Math.max(0, activation === "relu6" ? Math.min(z, 6) : z);
}
