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
