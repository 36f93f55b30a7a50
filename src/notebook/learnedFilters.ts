import type {Filter} from "../model/atrousForms.ts";
import type {Kernels} from "../model/separableTerms.ts";
import {readSafetensors} from "../model/weights.ts";
import {loadBytes} from "./loadBytes.ts";

/** The network's first layer: sixteen 3×3 kernels over red, green and blue. */
const kernelsName = "MobilenetV2/Conv/weights";

/**
 * Returns a function that reads the kernels of the network's first layer from the weights at address
 * *weights*: once, when it is first called, and again only if that failed. They are as trained;
 * batch normalization, which follows the convolution, is not folded in.
 *
 * What it returns rejects with an Error in words for the reader.
 */
export function learnedFilters(weights: string): () => Promise<readonly Filter[]> {
  return once(async () => filtersOf(await read(weights)));
}

/** Does the same for the kernels as one tensor, `[3, 3, 3, 16]`. */
export function learnedKernels(weights: string): () => Promise<Kernels> {
  return once(async () => {
    const {shape, data} = await read(weights);
    const [size, , channels, filters] = shape;
    return {size, channels, filters, weights: data};
  });
}

/** Returns a function that does *work* when it is first called, and again only if that failed. */
function once<T>(work: () => Promise<T>): () => Promise<T> {
  let working: Promise<T> | null = null;
  return () => {
    working ??= work().catch((error: unknown) => {
      working = null;
      throw error;
    });
    return working;
  };
}

async function read(weights: string): Promise<{shape: number[]; data: Float32Array}> {
  const {tensors} = readSafetensors(await loadBytes(await fetch(weights)));
  const kernels = tensors.get(kernelsName);
  if (!kernels) throw new Error(`no ${kernelsName} in the weights`);
  return kernels;
}

/**
 * Returns the kernels of a convolution `[size, size, channels, filters]` one by one. Throws an Error
 * if the shape is another.
 */
export function filtersOf({shape, data}: {shape: number[]; data: Float32Array}): Filter[] {
  const [size, across, channels, count] = shape;
  if (!(shape.length === 4 && size === across))
    throw new Error(`kernels of shape [${shape.join(", ")}]`);
  return Array.from({length: count}, (_, n) => ({
    size,
    channels,
    weights: Float32Array.from({length: size * size * channels}, (_, i) => data[i * count + n])
  }));
}
