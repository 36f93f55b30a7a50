/** How many of a kernel's nine taps lie on the map, by how many positions. */
export interface TapOccupancy {
  /** For each position, row-major, how many of the taps are on the map rather than in the padding. */
  readonly taps: Uint8Array;
  /** How many positions have one, two … nine taps on the map, from index 0: none never occurs. */
  readonly positions: readonly number[];
}

/**
 * Returns how many of the nine taps of a 3×3 kernel of *rate*, centered on each position of a map
 * of *height* × *width*, read features and not padding (Chen 2017, Fig. 4, in closed form). Along a
 * side a tap *rate* away is on the map if there is a position there; on both sides together the taps
 * are the product of those along each.
 *
 * Throws a RangeError if a size or the rate is not a positive integer.
 */
export function tapOccupancy(
  [height, width]: readonly [height: number, width: number],
  rate: number
): TapOccupancy {
  for (const [name, value] of Object.entries({height, width, rate}))
    if (!(Number.isInteger(value) && value > 0)) throw new RangeError(`invalid ${name}: ${value}`);
  const along = (size: number) =>
    Uint8Array.from({length: size}, (_, i) => 1 + Number(i >= rate) + Number(i + rate < size));
  const [rows, columns] = [along(height), along(width)];
  const taps = new Uint8Array(height * width);
  const positions = Array.from({length: 9}, () => 0);
  for (let y = 0, i = 0; y < height; y++)
    for (let x = 0; x < width; x++, i++) positions[(taps[i] = rows[y] * columns[x]) - 1]++;
  return {taps, positions};
}

/**
 * Returns the largest rate at which some position of a map of *height* × *width* has all nine taps
 * on the map; 0 if there is none.
 */
export function largestWholeRate([height, width]: readonly [
  height: number,
  width: number
]): number {
  return Math.floor((Math.min(height, width) - 1) / 2);
}
