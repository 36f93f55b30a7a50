import type {Filter} from "../model/atrousForms.ts";
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
  let reading: Promise<readonly Filter[]> | null = null;
  return () => {
    reading ??= read(weights).catch((error: unknown) => {
      reading = null;
      throw error;
    });
    return reading;
  };
}

async function read(weights: string): Promise<readonly Filter[]> {
  const {tensors} = readSafetensors(await loadBytes(await fetch(weights)));
  const kernels = tensors.get(kernelsName);
  if (!kernels) throw new Error(`no ${kernelsName} in the weights`);
  return filtersOf(kernels);
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
