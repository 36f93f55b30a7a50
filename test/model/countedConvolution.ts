import {windowPadding} from "../../src/model/padding.ts";
import type {WeightedLayer} from "../../src/model/network.ts";
import {plainMap, type PlainMap} from "./plainExecutor.ts";

/** A convolution's sums, before bias and batch normalization, and the products they are made of. */
export interface Counted {
  readonly sums: PlainMap;
  readonly products: number;
}

type Window = Pick<WeightedLayer, "type" | "kernelSize" | "stride" | "rate" | "padding">;

/**
 * Executes a convolution by its definition, one product after another, and counts them. Taps in the
 * padding are multiplied like any other: they read zeros.
 */
export function countedConvolution(
  layer: Window,
  input: PlainMap,
  kernel: ArrayLike<number>
): Counted {
  const {kernelSize, stride, rate, type} = layer;
  const [batch, height, width, from] = input.shape;
  const rows = windowPadding(height, layer);
  const columns = windowPadding(width, layer);
  const filters = type === "conv" ? kernel.length / (kernelSize ** 2 * from) : 1;
  let products = 0;
  const shape = [batch, rows.outputs, columns.outputs, type === "conv" ? filters : from] as const;
  const sums = plainMap(shape, (n, y, x, o) => {
    let sum = 0;
    for (let i = 0; i < kernelSize; i++) {
      for (let j = 0; j < kernelSize; j++) {
        const row = y * stride - rows.before + i * rate;
        const column = x * stride - columns.before + j * rate;
        const isInside = row >= 0 && row < height && column >= 0 && column < width;
        const read = (c: number) =>
          isInside ? input.data[((n * height + row) * width + column) * from + c] : 0;
        const tap = (i * kernelSize + j) * from;
        if (type === "depthwise") {
          sum += read(o) * kernel[tap + o];
          products++;
          continue;
        }
        for (let c = 0; c < from; c++) {
          sum += read(c) * kernel[(tap + c) * filters + o];
          products++;
        }
      }
    }
    return sum;
  });
  return {sums, products};
}

/**
 * The same for a convolution of stride 1, as TensorFlow executes one with a rate: the map is padded
 * to a multiple of the rate, parted into rate × rate maps of every rate-th row and column, these are
 * convolved without holes, put together again and cropped.
 */
export function countedBySpaceToBatch(
  layer: Window,
  input: PlainMap,
  kernel: ArrayLike<number>
): Counted {
  const {rate} = layer;
  const [batch, height, width, from] = input.shape;
  const rows = windowPadding(height, layer);
  const columns = windowPadding(width, layer);
  const phaseRows = Math.ceil((height + rows.before + rows.after) / rate);
  const phaseColumns = Math.ceil((width + columns.before + columns.after) / rate);
  const phases = Array.from({length: rate ** 2}, (_, phase) => {
    const [top, left] = [Math.floor(phase / rate), phase % rate];
    const part = plainMap([batch, phaseRows, phaseColumns, from], (n, y, x, c) => {
      const row = y * rate + top - rows.before;
      const column = x * rate + left - columns.before;
      const isInside = row >= 0 && row < height && column >= 0 && column < width;
      return isInside ? input.data[((n * height + row) * width + column) * from + c] : 0;
    });
    return countedConvolution({...layer, rate: 1, padding: 0}, part, kernel);
  });
  const [, , outColumns, to] = phases[0].sums.shape;
  const outRows = phases[0].sums.shape[1];
  const sums = plainMap([batch, rows.outputs, columns.outputs, to], (n, y, x, o) => {
    const {data} = phases[(y % rate) * rate + (x % rate)].sums;
    const [row, column] = [Math.floor(y / rate), Math.floor(x / rate)];
    return data[((n * outRows + row) * outColumns + column) * to + o];
  });
  return {sums, products: phases.reduce((sum, {products}) => sum + products, 0)};
}
