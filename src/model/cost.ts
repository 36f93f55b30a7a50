import type {Layer, Network} from "./network.ts";
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
}

export interface NetworkCost extends Cost {
  /** One entry for each layer, in the network's order; the sums above are theirs. */
  readonly layers: LayerCost[];
}

/**
 * Returns what *network* costs for a picture of *height* × *width*, layer by layer and in all.
 *
 * ```js
 * cost(deeplabV3Plus({atrousBranches: false, decoder: false}), [513, 513]).parameters; // 2113557
 * ```
 *
 * Throws a RangeError for sizes that {@link shapes} refuses: those that are not 32k + 1, unless
 * **anySize** is true.
 */
export function cost(
  network: Network,
  [height, width]: readonly [height: number, width: number],
  {anySize = false}: {anySize?: boolean} = {}
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
    return {
      ...{name, type, shape},
      parameters: kernel + bias + normalization,
      multiplyAdds: rows * columns * kernel,
      activationBytes
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
