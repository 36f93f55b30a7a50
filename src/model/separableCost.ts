import {positiveInteger} from "./network.ts";

/** A convolution, by what it costs: MobileNet's D_K, D_F, M and N. */
export interface ConvolutionSizes {
  /** Side of the kernel, D_k. */
  readonly kernelSize: number;
  /** Side of the output map, D_f. */
  readonly size: number;
  /** Channels in, M. */
  readonly channels: number;
  /** Channels out, N. */
  readonly filters: number;
}

/** What a convolution takes, for one picture. */
export interface FormCost {
  readonly multiplyAdds: number;
  /** Kernels alone: no biases, no batch normalization. */
  readonly weights: number;
}

/** Returns the cost of a standard convolution: D_k² M N weights, at each of D_f² places. */
export function standardCost(sizes: ConvolutionSizes): FormCost {
  const {kernelSize, size, channels, filters} = checked(sizes);
  return times(kernelSize ** 2 * channels * filters, size);
}

/**
 * Returns the cost of the same convolution in two steps (Howard 2017, section 3.1; Chollet 2016), in
 * all and of each step: D_k² M weights and M N, at each of D_f² places.
 */
export function separableCost(
  sizes: ConvolutionSizes
): FormCost & {readonly depthwise: FormCost; readonly pointwise: FormCost} {
  const {kernelSize, size, channels, filters} = checked(sizes);
  const depthwise = times(kernelSize ** 2 * channels, size);
  const pointwise = times(channels * filters, size);
  return {...times(depthwise.weights + pointwise.weights, size), depthwise, pointwise};
}

/**
 * Returns the separable form's cost over the standard one's as a fraction of whole numbers:
 * 1/N + 1/D_k² = (N + D_k²) / (N D_k²), of multiply-adds and of weights alike.
 */
export function costRatio({
  kernelSize,
  filters
}: Pick<ConvolutionSizes, "kernelSize" | "filters">): {numerator: number; denominator: number} {
  const area = positiveInteger("kernel size", kernelSize) ** 2;
  return {numerator: positiveInteger("filters", filters) + area, denominator: filters * area};
}

/**
 * Returns (N − 1)(D_k² − 1). The separable form costs less precisely where it is above 1, and more
 * where it is below; for whole numbers it is never 1.
 */
export function savingTerm({
  kernelSize,
  filters
}: Pick<ConvolutionSizes, "kernelSize" | "filters">): number {
  return (
    (positiveInteger("filters", filters) - 1) *
    (positiveInteger("kernel size", kernelSize) ** 2 - 1)
  );
}

function times(weights: number, size: number): FormCost {
  const multiplyAdds = weights * size ** 2;
  if (!Number.isSafeInteger(multiplyAdds))
    throw new RangeError(`invalid sizes: ${multiplyAdds} multiply-adds (up to 2⁵³ can be counted)`);
  return {multiplyAdds, weights};
}

function checked(sizes: ConvolutionSizes): ConvolutionSizes {
  positiveInteger("kernel size", sizes.kernelSize);
  positiveInteger("size", sizes.size);
  positiveInteger("channels", sizes.channels);
  positiveInteger("filters", sizes.filters);
  return sizes;
}
