import type {Kernels} from "./separableTerms.ts";

/**
 * Returns a bank of *orientations* filters of *size* × *size* over one channel that respond to
 * edges: filter n to brightness that rises towards n · 180° / *orientations*, counterclockwise from
 * the right. (Opposite directions need no filter of their own: the response changes its sign.)
 *
 * Each is the derivative of a Gaussian whose standard deviation is *across* pixels across the edge
 * (default size / 5) and *along* pixels along it (default as many), scaled so that an ideal step
 * from 0 to 1 gives 1: the positive weights sum to 1.
 *
 * If **along** is **across**, every filter is cos θ times the horizontal derivative plus sin θ
 * times the vertical one (Freeman and Adelson's steerable filters), so the bank has rank 2, however
 * many orientations. Longer edges are not mixtures of two.
 *
 * Throws a RangeError if **size** is not odd from 3 up, **orientations** is not a whole number from
 * 1 up, or **across** or **along** is not positive.
 */
export function orientedEdges({
  size,
  orientations,
  across = size / 5,
  along = across
}: {
  size: number;
  orientations: number;
  across?: number;
  along?: number;
}): Kernels {
  if (!(Number.isSafeInteger(size) && size >= 3 && size % 2 === 1))
    throw new RangeError(`invalid size: ${size} (odd, from 3 up)`);
  if (!(Number.isSafeInteger(orientations) && orientations > 0))
    throw new RangeError(`invalid orientations: ${orientations} (a whole number from 1 up)`);
  for (const [name, width] of [["across", across] as const, ["along", along] as const])
    if (!(width > 0 && width < Infinity))
      throw new RangeError(`invalid ${name}: ${width} (above 0)`);
  const half = (size - 1) / 2;
  const weights = new Float32Array(size * size * orientations);
  for (let n = 0; n < orientations; ++n) {
    const angle = (n * Math.PI) / orientations;
    const [cos, sin] = [Math.cos(angle), Math.sin(angle)];
    const filter = Array.from({length: size * size}, (_, tap) => {
      const [x, y] = [(tap % size) - half, half - Math.floor(tap / size)];
      const [u, v] = [x * cos + y * sin, y * cos - x * sin];
      return u * Math.exp(-(u ** 2) / (2 * across ** 2) - v ** 2 / (2 * along ** 2));
    });
    const positive = filter.reduce((sum, weight) => sum + Math.max(0, weight), 0);
    filter.forEach((weight, tap) => (weights[tap * orientations + n] = weight / positive));
  }
  return {size, channels: 1, filters: orientations, weights};
}
