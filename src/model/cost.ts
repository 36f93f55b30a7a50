import type {Layer, Network, WeightedLayer} from "./network.ts";
import {isWeighted} from "./network.ts";
import type {Shape} from "./shapes.ts";
import {shapes} from "./shapes.ts";

/** What something costs, in the conventions of the field's published tables. */
export interface Cost {
  /** Kernels, biases, and batch normalization's gamma and beta; not its moving statistics. */
  readonly parameters: number;
  /**
   * Products in convolutions for one picture, each with the addition that follows it; taps in the
   * padding count like any other, and nothing but convolutions counts.
   */
  readonly multiplyAdds: number;
  /** Bytes of outputs for one picture, in single precision. */
  readonly activationBytes: number;
}

export interface LayerCost extends Cost {
  readonly name: string;
  readonly type: Layer["type"];
  /** Of its output: height, width, channels. */
  readonly shape: Shape;
  /** The outputs that its multiply-adds are counted for, where they are more than it has. */
  readonly grid?: Grid;
}

/** Rows and columns of outputs. */
export type Grid = readonly [rows: number, columns: number];

export interface NetworkCost extends Cost {
  /** One entry for each layer, in the network's order; the sums above are theirs. */
  readonly layers: LayerCost[];
}

export interface CostOptions {
  /** Whether sizes need not be 32k + 1. Default false. */
  anySize?: boolean;
  /**
   * Whether atrous convolutions, dense and depthwise alike, are counted as TensorFlow runs them: it
   * parts the padded map into rate × rate smaller ones without holes (space to batch), for which
   * each side must be a multiple of the rate. So each side of the outputs is rounded up to one: at
   * rates 6, 12 and 18, 33×33 to 36×36. Default false: each output counts once.
   */
  spaceToBatch?: boolean;
}

/**
 * Returns what *network* costs for a picture of *height* × *width*, layer by layer and in all.
 *
 * ```js
 * cost(deeplabV3Plus({atrousBranches: false, decoder: false}), [513, 513]).parameters; // 2113557
 * ```
 *
 * With **spaceToBatch** it is within 0.3 % of what Chen 2018 (arXiv 1802.02611, Tables 3 and 5) gives
 * for ResNet-101 and Xception-65 at 513×513, but for one row (ResNet-101 with decoder at output
 * stride 16, 1.3 %); without it, the rows with standard ASPP come out 3 to 9 % lower.
 *
 * Throws a RangeError for sizes that {@link shapes} refuses: those that are not 32k + 1, unless
 * **anySize** is true.
 */
export function cost(
  network: Network,
  [height, width]: readonly [height: number, width: number],
  {anySize = false, spaceToBatch = false}: CostOptions = {}
): NetworkCost {
  const sizes = shapes(network, [height, width], {anySize});
  const layers = network.layers.map((layer): LayerCost => {
    const {name, type, inputs} = layer;
    const shape = sizes.get(name)!;
    const [rows, columns, channels] = shape;
    const activationBytes = rows * columns * channels * Float32Array.BYTES_PER_ELEMENT;
    if (!isWeighted(layer))
      return {name, type, shape, parameters: 0, multiplyAdds: 0, activationBytes};
    // Of a depthwise convolution, each output channel reads one input channel.
    const read = type === "conv" ? sizes.get(inputs[0])![2] : 1;
    const kernel = layer.kernelSize ** 2 * read * channels;
    const bias = layer.type === "conv" && layer.bias ? channels : 0;
    const normalization = layer.batchNorm === null ? 0 : 2 * channels;
    const outputs: Grid = [rows, columns];
    const grid = spaceToBatch ? spaceToBatchGrid(layer, outputs) : outputs;
    const isPadded = grid[0] > rows || grid[1] > columns;
    return {
      ...{name, type, shape},
      parameters: kernel + bias + normalization,
      multiplyAdds: grid[0] * grid[1] * kernel,
      activationBytes,
      ...(isPadded && {grid})
    };
  });
  const total = (of: keyof Cost) => layers.reduce((sum, layer) => sum + layer[of], 0);
  return {
    parameters: total("parameters"),
    multiplyAdds: total("multiplyAdds"),
    activationBytes: total("activationBytes"),
    layers
  };
}

/** The outputs that TensorFlow computes for those that a layer has. */
function spaceToBatchGrid({kernelSize, stride, rate}: WeightedLayer, outputs: Grid): Grid {
  // One tap has no holes, and TensorFlow takes no stride together with a rate.
  if (kernelSize === 1 || stride > 1) return outputs;
  const [rows, columns] = outputs.map((side) => Math.ceil(side / rate) * rate);
  return [rows, columns];
}
