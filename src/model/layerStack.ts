import {positiveInteger} from "./network.ts";
import {spanOf, type WindowShape} from "./padding.ts";

/**
 * Arithmetic of a plain stack of layers, along one side of a map: which inputs one output reads, by
 * how many paths, and which it leaves out. Kernels are square, so that in two dimensions each is
 * the product of the two sides'.
 *
 * Unit *o* of a layer's output reads units o · stride − padding + tap · rate of its input, where
 * padding is ⌊(span − 1)/2⌋: taps are centered on unit o · stride, and an even span has the odd
 * tap after it. That is SAME padding wherever sizes are one more than a multiple of the stride.
 */
export type StackLayer = Required<Pick<WindowShape, "kernelSize" | "stride" | "rate">>;

/** The receptive field of the units of one map, in units of the input. */
export interface StackField {
  /** Units from the first one read to the last, both counted. */
  readonly size: number;
  /** Input units between the fields of neighbors. */
  readonly stride: number;
  /** Unit *o* reads from o · stride − padding on. */
  readonly padding: number;
}

/** Which inputs of its field one output reads at all. */
export interface Coverage {
  /** The field's size: `read` has an entry for each offset from −padding on. */
  readonly size: number;
  /** 1 where at least one path leads from the input to the output. */
  readonly read: Uint8Array;
  /** The share of the field that is read, in one dimension. */
  readonly share: number;
  /** The same in two dimensions: a pixel is read if its row and its column are. */
  readonly share2d: number;
  /** The offsets that are not read, from the input at which the output is centered. */
  readonly holes: number[];
}

/** HDC's rule (Wang 2017, arXiv 1702.08502, section 3.2), evaluated. */
export interface Hdc {
  /** M₁ to M_n, one for each layer. */
  readonly terms: number[];
  /** The term that the rule is about, M₂; null for a single layer, which has none. */
  readonly asks: number | null;
  /** Whether M₂ ≤ the kernel's size; null for a single layer. */
  readonly satisfied: boolean | null;
}

/** The largest field that is listed unit by unit. */
export const MAX_LISTED_FIELD = 2 ** 24;

/**
 * Returns the receptive field after each of *layers*, the first of which is nearest the input.
 *
 * ```js
 * stackFields([1, 2, 4].map((rate) => ({kernelSize: 3, stride: 1, rate}))).at(-1).size; // 15
 * ```
 *
 * Throws a RangeError for a kernel size, stride or rate that is not a positive integer, and for
 * fields past 2⁵³.
 */
export function stackFields(layers: readonly StackLayer[]): StackField[] {
  let field: StackField = {size: 1, stride: 1, padding: 0};
  return layers.map((layer) => {
    checkLayer(layer);
    const span = spanOf(layer);
    field = {
      size: field.size + (span - 1) * field.stride,
      stride: field.stride * layer.stride,
      padding: field.padding + paddingOf(layer) * field.stride
    };
    if (!(Math.max(field.size, field.stride) <= Number.MAX_SAFE_INTEGER))
      throw new RangeError(`receptive field too large to count: ${field.size}`);
    return field;
  });
}

/** Returns the units of a layer's input that *unit* of its output reads, in order. */
export function unitsRead({kernelSize, stride, rate}: StackLayer, unit: number): number[] {
  const first = unit * stride - paddingOf({kernelSize, rate});
  return Array.from({length: kernelSize}, (_, tap) => first + tap * rate);
}

/**
 * Returns, for each map from the input up to the last layer's output, the units that feed unit
 * *output* of the last, in order: entry 0 is of the input, entry n is `[output]`. Units are counted
 * from the one at which output 0 is centered, so that those before it are negative.
 *
 * Throws a RangeError if the field is larger than {@link MAX_LISTED_FIELD}.
 */
export function reads(layers: readonly StackLayer[], output = 0): number[][] {
  listedField(layers);
  const maps = [[output]];
  for (const layer of layers.toReversed()) {
    const below = new Set(maps[0].flatMap((unit) => unitsRead(layer, unit)));
    maps.unshift([...below].sort((a, b) => a - b));
  }
  return maps;
}

/**
 * Returns how many paths lead from each input of the field to the output, from the first input
 * read (offset −padding of {@link stackFields}) to the last. The count is the convolution of the
 * layers' combs of taps, each spread by the strides below it; of a pixel in two dimensions it is
 * that of its row times that of its column.
 *
 * Exact: throws a RangeError if a count exceeds 2⁵³ − 1, or if the field is larger than
 * {@link MAX_LISTED_FIELD}.
 */
export function pathCounts(layers: readonly StackLayer[]): Float64Array {
  listedField(layers);
  return layers.reduceRight<Float64Array>((above, {kernelSize, stride, rate}) => {
    const span = spanOf({kernelSize, rate});
    const counts = new Float64Array((above.length - 1) * stride + span);
    for (const [i, paths] of above.entries()) {
      if (paths === 0) continue;
      for (let tap = 0; tap < kernelSize; tap++) counts[i * stride + tap * rate] += paths;
    }
    // Sums of whole numbers are exact as long as they stay in range, and only grow.
    if (counts.some((paths) => paths > Number.MAX_SAFE_INTEGER))
      throw new RangeError(`too many paths to count exactly: more than 2^53 − 1`);
    return counts;
  }, Float64Array.of(1));
}

/**
 * Returns which inputs of its field the output reads. Exact for any number of layers, as no paths
 * are counted. Throws a RangeError if the field is larger than {@link MAX_LISTED_FIELD}.
 */
export function coverage(layers: readonly StackLayer[]): Coverage {
  const {size, padding} = listedField(layers);
  const read = layers.reduceRight<Uint8Array>((above, {kernelSize, stride, rate}) => {
    const below = new Uint8Array((above.length - 1) * stride + spanOf({kernelSize, rate}));
    for (const [i, isRead] of above.entries()) {
      if (!isRead) continue;
      for (let tap = 0; tap < kernelSize; tap++) below[i * stride + tap * rate] = 1;
    }
    return below;
  }, Uint8Array.of(1));
  const holes: number[] = [];
  for (let i = 0; i < size; i++) if (!read[i]) holes.push(i - padding);
  const share = (size - holes.length) / size;
  return {size, read, share, share2d: share ** 2, holes};
}

/**
 * Returns HDC's rule for layers of stride 1 with these *rates*, the first nearest the input:
 * M_n = r_n, M_i = max(M_{i+1} − 2 r_i, 2 r_i − M_{i+1}, r_i), and M₂ ≤ *kernelSize* is asked for.
 *
 * It is a rule of thumb. Where the first rate is 1 it is enough to leave no holes, at least for
 * kernels of three taps, but more than is needed; elsewhere it is not enough: {@link coverage}
 * tells what is so.
 */
export function hdc(rates: readonly number[], kernelSize: number): Hdc {
  positiveInteger("kernel size", kernelSize);
  const terms: number[] = [];
  for (const rate of rates.toReversed()) {
    positiveInteger("rate", rate);
    const next = terms.at(0);
    terms.unshift(next === undefined ? rate : Math.max(next - 2 * rate, 2 * rate - next, rate));
  }
  const asks = terms.at(1) ?? null;
  return {terms, asks, satisfied: asks === null ? null : asks <= kernelSize};
}

function checkLayer({kernelSize, stride, rate}: StackLayer): void {
  positiveInteger("kernel size", kernelSize);
  positiveInteger("stride", stride);
  positiveInteger("rate", rate);
}

function paddingOf(layer: Pick<StackLayer, "kernelSize" | "rate">): number {
  return Math.floor((spanOf(layer) - 1) / 2);
}

/** Returns the field after all of *layers*, if it is small enough to list. */
function listedField(layers: readonly StackLayer[]): StackField {
  const field = stackFields(layers).at(-1) ?? {size: 1, stride: 1, padding: 0};
  if (field.size > MAX_LISTED_FIELD)
    throw new RangeError(
      `receptive field too large to list: ${field.size} (up to ${MAX_LISTED_FIELD})`
    );
  return field;
}
