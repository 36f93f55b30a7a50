/**
 * Returns the runs of a list of whole numbers in order, each from its first to its last: numbers no
 * more than *gap* apart are of one run.
 *
 * ```js
 * runsOf([1, 2, 3, 7, 8], 1) // [[1, 3], [7, 8]]
 * ```
 */
export function runsOf(units: readonly number[], gap: number): [first: number, last: number][] {
  if (!(gap >= 1)) throw new RangeError(`invalid gap: ${gap} (1 or more)`);
  const runs: [number, number][] = [];
  for (const unit of units) {
    const run = runs.at(-1);
    if (run && unit - run[1] <= gap) run[1] = unit;
    else runs.push([unit, unit]);
  }
  return runs;
}
