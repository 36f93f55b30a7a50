/** Where a window of taps falls along one side of a map, with SAME padding. */
export interface Padding {
  /** Outputs along the side: ⌈size / stride⌉. */
  readonly outputs: number;
  /** Zeros before the first input. */
  readonly before: number;
  /** Zeros after the last input. */
  readonly after: number;
}

/**
 * Returns TensorFlow's SAME padding for a kernel of *kernelSize* taps, *rate* apart, moved by
 * *stride* over *size* inputs: the zeros are shared equally, the odd one coming after.
 */
export function samePadding(
  size: number,
  kernelSize: number,
  stride: number,
  rate: number
): Padding {
  const span = (kernelSize - 1) * rate + 1;
  const outputs = Math.ceil(size / stride);
  const total = Math.max(0, (outputs - 1) * stride + span - size);
  const before = Math.floor(total / 2);
  return {outputs, before, after: total - before};
}
