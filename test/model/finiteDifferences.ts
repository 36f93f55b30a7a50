/** Returns the gradient of *f* at *values*, which are put back, by central differences. */
export function finiteDifferences(values: Float64Array, f: () => number, step = 1e-5): number[] {
  return Array.from(values, (value, i) => {
    values[i] = value + step;
    const above = f();
    values[i] = value - step;
    const below = f();
    values[i] = value;
    return (above - below) / (2 * step);
  });
}

/** Returns the largest difference between two lists, as a share of the largest value expected. */
export function relativeGap(found: ArrayLike<number>, expected: ArrayLike<number>): number {
  if (found.length !== expected.length) return NaN;
  let [off, most] = [0, 1e-6];
  for (let i = 0; i < found.length; i++) {
    const difference = Math.abs(found[i] - expected[i]);
    if (Number.isNaN(difference)) return NaN;
    off = Math.max(off, difference);
    most = Math.max(most, Math.abs(expected[i]));
  }
  return off / most;
}

/**
 * Returns the derivative of *f*, which is linear piece by piece, with respect to *values[i]*, which
 * is put back. A step that crosses from one piece to another shows: what is gained going up is not
 * what is lost going down. Then a smaller one is taken. NaN if the smallest still crosses.
 */
export function derivativeOfPieces(
  values: Float64Array,
  i: number,
  f: () => number,
  here = f()
): number {
  const value = values[i];
  const at = (x: number) => {
    values[i] = x;
    return f();
  };
  for (const step of [1e-4, 1e-5, 1e-6, 1e-7]) {
    const up = (at(value + step) - here) / step;
    const down = (here - at(value - step)) / step;
    values[i] = value;
    const rounding = (1e-15 * Math.max(1, Math.abs(here))) / step;
    if (Math.abs(up - down) <= 1e-7 * Math.max(Math.abs(up), Math.abs(down)) + 100 * rounding)
      return (up + down) / 2;
  }
  return NaN;
}
