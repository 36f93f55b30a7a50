/** A convolution of stride and rate 1 with SAME padding, to be done in one step or in two. */
export interface ConvolutionSize {
  /** Taps along each side of a filter; odd. */
  readonly kernelSize: number;
  /** Rows of the map. */
  readonly height: number;
  /** Columns of the map. */
  readonly width: number;
  /** Channels that come in. */
  readonly channels: number;
  /** Channels that go out. */
  readonly filters: number;
}

/** What is computed: the standard convolution, and the two steps that stand in for it. */
export type Step = "standard" | "depthwise" | "pointwise";

/** What a convolution computes, and what it must move at least. */
export interface Work {
  readonly multiplyAdds: number;
  /** Bytes of the input and the weights, each read once, and of the output, written once. */
  readonly bytes: number;
  /** Multiply-adds for each byte moved. */
  readonly intensity: number;
}

const BYTES = Float32Array.BYTES_PER_ELEMENT;

/**
 * Returns the work of each step of a convolution of that *size*, in single precision. Bytes are the
 * least that a step can do with: each number is moved once. So a depthwise step does at most
 * kernelSize²/2 multiply-adds for each number moved (4.5 at 3×3, 1.125 for a byte), and a pointwise
 * step at most channels · filters / (channels + filters).
 *
 * Throws a RangeError for a size that is not legal.
 */
export function convolutionWork(size: ConvolutionSize): Record<Step, Work> {
  const {kernelSize, height, width, channels, filters} = checkSize(size);
  const places = height * width;
  const taps = kernelSize ** 2;
  return {
    standard: work(places * taps * channels * filters, [
      places * channels,
      taps * channels * filters,
      places * filters
    ]),
    depthwise: work(places * taps * channels, [
      places * channels,
      taps * channels,
      places * channels
    ]),
    pointwise: work(places * channels * filters, [
      places * channels,
      channels * filters,
      places * filters
    ])
  };
}

function work(multiplyAdds: number, numbers: readonly number[]): Work {
  const bytes = BYTES * numbers.reduce((a, b) => a + b);
  return {multiplyAdds, bytes, intensity: multiplyAdds / bytes};
}

/**
 * Returns how many times more multiply-adds the standard convolution takes than the two steps:
 * 1 / (1/filters + 1/kernelSize²). Throws a RangeError for a size that is not legal.
 */
export function predictedSpeedUp(size: ConvolutionSize): number {
  const {standard, depthwise, pointwise} = convolutionWork(size);
  return standard.multiplyAdds / (depthwise.multiplyAdds + pointwise.multiplyAdds);
}

/** Returns *size*; throws a RangeError unless all are whole numbers from 1 and the kernel is odd. */
export function checkSize(size: ConvolutionSize): ConvolutionSize {
  for (const key of ["kernelSize", "height", "width", "channels", "filters"] as const)
    if (!(Number.isInteger(size[key]) && size[key] >= 1))
      throw new RangeError(`invalid ${key}: ${size[key]} (a whole number from 1)`);
  if (size.kernelSize % 2 === 0)
    throw new RangeError(`invalid kernelSize: ${size.kernelSize} (an odd number)`);
  return size;
}
