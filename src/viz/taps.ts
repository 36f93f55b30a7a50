/** One tap of a kernel: where on the map it reads, and whether that is in the map or in padding. */
export interface Tap {
  x: number;
  y: number;
  inside: boolean;
}

/**
 * Returns the nine taps of a 3×3 kernel of the given *rate* centered on unit (*x*, *y*) of a
 * *width* × *height* feature map, row by row. With SAME padding and stride 1 they are *rate* units
 * apart; the ones outside the map read zeros.
 */
export function taps(
  rate: number,
  {x, y, width, height}: {x: number; y: number; width: number; height: number}
): Tap[] {
  checkPositive("rate", rate);
  checkPositive("width", width);
  checkPositive("height", height);
  const steps = [-rate, 0, rate];
  return steps.flatMap((dy) =>
    steps.map((dx) => ({
      x: x + dx,
      y: y + dy,
      inside: x + dx >= 0 && x + dx < width && y + dy >= 0 && y + dy < height
    }))
  );
}

/**
 * Returns, for a number of taps from 0 to 9, the share of a *width* × *height* map's positions at
 * which exactly that many taps of a 3×3 kernel of the given *rate* fall inside the map. Exact, by
 * counting along each side; v3's Figure 4 (Chen 2017, arXiv 1706.05587) plots it for 65×65.
 */
export function tapShares(rate: number, width: number, height: number): number[] {
  checkPositive("rate", rate);
  const shares = new Array<number>(10).fill(0);
  const columns = positionsByTaps(rate, width);
  const rows = positionsByTaps(rate, height);
  for (const i of [1, 2, 3])
    for (const j of [1, 2, 3]) shares[i * j] += (columns[i] * rows[j]) / (width * height);
  return shares;
}

/** The number of positions along a side at which 1, 2 and 3 of a row's three taps are inside. */
function positionsByTaps(rate: number, length: number): number[] {
  checkPositive("length", length);
  const three = Math.max(0, length - 2 * rate);
  // Positions that have a neighbor on the left are as many as have one on the right.
  const one = length - 2 * Math.max(0, length - rate) + three;
  return [0, one, length - one - three, three];
}

function checkPositive(name: string, value: number): void {
  if (!(Number.isInteger(value) && value > 0))
    throw new RangeError(`invalid ${name}: ${value} (a positive integer)`);
}
