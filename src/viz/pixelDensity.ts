/** Densities at which a canvas is drawn: canvas pixels for one of the scene's. */
const densities = [1, 1.5, 2, 3];

/**
 * Returns a chooser of the density at which to draw, that learns from how long drawing took. It
 * starts at 1 and takes the densest that is expected to fit the budget, up to what is wanted.
 *
 * ```js
 * const by = density.choose(wanted, 28); // milliseconds
 * density.took(by, milliseconds);
 * ```
 */
export function pixelDensity(): {
  choose(wanted: number, budget: number): number;
  took(density: number, milliseconds: number): void;
} {
  const times = densities.map(() => 0);
  let first = true;

  /** Half as much again as the density below, until it is known. */
  function expected(i: number): number {
    return times[i] || (i > 0 ? 1.5 * expected(i - 1) : 0);
  }

  return {
    choose(wanted, budget) {
      let chosen = densities[0];
      for (let i = 1; i < densities.length && times[0] > 0; ++i) {
        if (densities[i - 1] >= wanted || expected(i) > budget) break;
        chosen = Math.min(densities[i], wanted);
      }
      return chosen;
    },
    took(density, milliseconds) {
      const i = densities.findIndex((d) => d >= density);
      // What was learned long ago fades, so that a density given up is tried again some day.
      for (let j = 0; j < times.length; ++j) if (j > i) times[j] *= 0.98;
      // The first drawing also compiles: it says little of the next.
      const is = first ? milliseconds / 4 : milliseconds;
      times[i] = times[i] && !first ? times[i] + (is - times[i]) * 0.3 : is;
      first = false;
    }
  };
}
