/** How a kernel is laid over its input, along either side. */
export interface WindowShape {
  /** The side of the square kernel in taps, before the rate spreads them. */
  readonly kernelSize: number;
  /** The step between outputs, in input units. */
  readonly stride: number;
  /** The atrous rate: the distance between taps. 1 is an ordinary convolution. */
  readonly rate: number;
  /**
   * Zeros beyond each edge: `"same"` is TensorFlow's SAME, enough of them for ⌈size / stride⌉
   * outputs; a number is that many before and after, whatever the size; 0 is VALID.
   */
  readonly padding?: WindowPadding;
}

export type WindowPadding = "same" | number;

/** Where a window of taps falls along one side of a map. */
export interface Padding {
  /** Outputs along the side. */
  readonly outputs: number;
  /** Zeros before the first input. */
  readonly before: number;
  /** Zeros after the last input. */
  readonly after: number;
}

/** Returns the inputs from a kernel's first tap to its last, both counted: k + (k − 1)(rate − 1). */
export function spanOf({kernelSize, rate}: Pick<WindowShape, "kernelSize" | "rate">): number {
  return (kernelSize - 1) * rate + 1;
}

/**
 * Returns the padding of a window over *size* inputs. SAME shares its zeros equally, the odd one
 * coming after. **padding** is `"same"` if left out.
 *
 * Throws a RangeError, which names the layer if *window* is one, if explicit padding leaves less
 * room than the window spans.
 */
export function windowPadding(size: number, window: WindowShape & {name?: string}): Padding {
  const {stride, padding = "same", name} = window;
  const span = spanOf(window);
  if (padding === "same") {
    const outputs = Math.ceil(size / stride);
    const total = Math.max(0, (outputs - 1) * stride + span - size);
    const before = Math.floor(total / 2);
    return {outputs, before, after: total - before};
  }
  const room = size + 2 * padding - span;
  if (!(room >= 0))
    throw new RangeError(
      `${name === undefined ? "" : `layer ${name}: `}a window that spans ${span} does not fit a ` +
        `side of ${size} with padding ${padding}`
    );
  return {outputs: Math.floor(room / stride) + 1, before: padding, after: padding};
}

/** Whether each output reads the one input at its own place, so that a convolution is a product. */
export function isPointwise({kernelSize, stride, padding = "same"}: WindowShape): boolean {
  return kernelSize === 1 && stride === 1 && (padding === "same" || padding === 0);
}
