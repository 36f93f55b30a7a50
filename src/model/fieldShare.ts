/** The pixels that hold most of a field's sum. */
export interface Core {
  /** How many there are. */
  readonly count: number;
  /** 1 for each pixel that is one of them, or else 0. */
  readonly mask: Uint8Array<ArrayBuffer>;
}

/**
 * Returns the fewest pixels that hold at least *share* of the sum of *values* (0 or more each): the
 * greatest ones, and of equal ones those that come first. None if the sum is 0.
 *
 * Throws a RangeError unless 0 < *share* ≤ 1, and for a value that is negative or not a number.
 */
export function fewestPixels(values: Float32Array, share = 0.9): Core {
  if (!(share > 0 && share <= 1))
    throw new RangeError(`invalid share: ${share} (above 0, up to 1)`);
  let sum = 0;
  for (const value of values) {
    if (!(value >= 0 && value < Infinity))
      throw new RangeError(`invalid value: ${value} (a number from 0 up)`);
    sum += value;
  }
  const mask = new Uint8Array(values.length);
  if (sum === 0) return {count: 0, mask};
  const descending = values.slice().sort().reverse();
  let count = 0;
  // Added up in another order than the sum: the last digits may differ, so the end is a bound too.
  for (let held = 0; held < share * sum && count < values.length; count++)
    held += descending[count];
  const least = descending[count - 1];
  let equal = descending.subarray(0, count).reduce((n, value) => n + Number(value === least), 0);
  for (let i = 0; i < values.length; i++)
    if (values[i] > least || (values[i] === least && equal-- > 0)) mask[i] = 1;
  return {count, mask};
}

/** A rectangle of pixels; right and bottom are the first that lie outside. */
export interface Box {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

/**
 * Returns the receptive field of the unit at row *y*, column *x*, whole: from its start, unit ·
 * stride − padding, on. Infinite sizes give a box without bounds.
 */
export function fieldBox(
  {size, stride, padding}: {size: number; stride: number; padding: number},
  {x, y}: {x: number; y: number}
): Box {
  if (size === Infinity)
    return {left: -Infinity, top: -Infinity, right: Infinity, bottom: Infinity};
  const [left, top] = [x * stride - padding, y * stride - padding];
  return {left, top, right: left + size, bottom: top + size};
}

/** Returns the part of *box* that lies in a picture of *width* × *height*. */
export function clipBox({left, top, right, bottom}: Box, width: number, height: number): Box {
  const clip = (value: number, most: number) => Math.max(0, Math.min(most, value));
  return {
    left: clip(left, width),
    top: clip(top, height),
    right: clip(right, width),
    bottom: clip(bottom, height)
  };
}

/** Returns how many pixels a box holds. */
export function boxArea({left, top, right, bottom}: Box): number {
  return (right - left) * (bottom - top);
}
