import type {Layer, Network} from "../network.ts";
import {isWeighted, kernelName, weightShapes} from "../network.ts";
import {randomNormal} from "../random.ts";
import type {Weights} from "../weights.ts";

/** Where one weight lies in a flat array. */
export interface Slot {
  readonly name: string;
  readonly shape: readonly number[];
  readonly offset: number;
  readonly size: number;
  /** Whether weight decay applies: to kernels, but not depthwise ones (v3+'s training). */
  readonly decays: boolean;
}

/**
 * How a network's weights lie in two flat arrays, so that threads can share them and an optimizer
 * can walk them: `trained` by gradients, and `statistics` of batch normalization.
 */
export interface Layout {
  readonly trained: readonly Slot[];
  readonly trainedSize: number;
  readonly statistics: readonly Slot[];
  readonly statisticsSize: number;
}

/** Returns the layout of a network's weights, in the order of its layers. */
export function layoutOf(network: Network): Layout {
  const trained: Slot[] = [];
  const statistics: Slot[] = [];
  let trainedSize = 0;
  let statisticsSize = 0;
  for (const [name, shape] of weightShapes(network)) {
    const size = shape.reduce((product, d) => product * d, 1);
    if (name.includes("/moving_")) {
      statistics.push({name, shape, offset: statisticsSize, size, decays: false});
      statisticsSize += size;
    } else {
      trained.push({name, shape, offset: trainedSize, size, decays: name.endsWith("/weights")});
      trainedSize += size;
    }
  }
  return {trained, trainedSize, statistics, statisticsSize};
}

/** Returns a view of one weight in a flat array. */
export function slotOf(values: Float32Array, {offset, size}: Slot): Float32Array {
  return values.subarray(offset, offset + size);
}

/**
 * Fills *trained* and *statistics* with what training starts from: kernels normal with variance
 * 2 / fan-in (He 2015), those of the logits a tenth as wide so that the first loss is that of an
 * even guess; gamma 1, beta and biases 0; mean 0, variance 1.
 */
export function initialize(
  network: Network,
  layout: Layout,
  trained: Float32Array,
  statistics: Float32Array,
  random: () => number
): void {
  const heads = new Set(Object.values(network.endpoints));
  const kernels = new Map<string, Layer>();
  for (const layer of network.layers) if (isWeighted(layer)) kernels.set(kernelName(layer), layer);
  for (const slot of layout.trained) {
    const values = slotOf(trained, slot);
    const layer = kernels.get(slot.name);
    if (layer) {
      const [height, width, from] = slot.shape;
      const fanIn = height * width * (layer.type === "depthwise" ? 1 : from);
      const isLogits = heads.has(layer.name) && layer.type === "conv" && layer.bias;
      const deviation = Math.sqrt(2 / fanIn) * (isLogits ? 0.1 : 1);
      for (let i = 0; i < values.length; i++) values[i] = deviation * randomNormal(random);
    } else {
      values.fill(slot.name.endsWith("/gamma") ? 1 : 0);
    }
  }
  for (const slot of layout.statistics)
    slotOf(statistics, slot).fill(slot.name.endsWith("/moving_variance") ? 1 : 0);
}

/** Returns the weights in two flat arrays as named tensors; the data is copied. */
export function toWeights(
  layout: Layout,
  trained: Float32Array,
  statistics: Float32Array
): Weights {
  const weights: Weights = new Map();
  for (const [slots, values] of [
    [layout.trained, trained],
    [layout.statistics, statistics]
  ] as const) {
    for (const slot of slots)
      weights.set(slot.name, {shape: slot.shape.slice(), data: slotOf(values, slot).slice()});
  }
  return weights;
}

/** Fills two flat arrays from named tensors, which must fit the layout. */
export function fromWeights(
  layout: Layout,
  weights: Weights,
  trained: Float32Array,
  statistics: Float32Array
): void {
  for (const slot of layout.trained) slotOf(trained, slot).set(weights.get(slot.name)!.data);
  for (const slot of layout.statistics) slotOf(statistics, slot).set(weights.get(slot.name)!.data);
}
