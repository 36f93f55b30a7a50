/** Weights that may be typed go from −MAX_WEIGHT to MAX_WEIGHT. */
export const MAX_WEIGHT = 99;

const legal = `a number from −${MAX_WEIGHT} to ${MAX_WEIGHT}`;

/**
 * Returns the weight that *text* is, such as "-0.5", "−2" or "1e-3". Throws a RangeError that says
 * in words for the reader what is wrong with it: nothing there, no number, or out of range.
 */
export function parseWeight(text: string): number {
  const trimmed = text.trim().replace(/^−/, "-");
  if (trimmed === "") throw new RangeError(`nothing there; ${legal} is needed`);
  const quoted = `“${text.trim().slice(0, 24)}”`;
  if (!/^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(trimmed))
    throw new RangeError(`${quoted} is not a number; ${legal} is needed`);
  const weight = Number(trimmed);
  if (!(Math.abs(weight) <= MAX_WEIGHT))
    throw new RangeError(`${quoted} is out of range; ${legal} is needed`);
  return weight + 0; // −0 would be shown as −0
}

/** Whether *text* may still become a weight as the reader types on: "", "-", "2e", … */
export function isBeginning(text: string): boolean {
  return /^[+\-−]?\.?$|^[+\-−]?(\d+\.?\d*|\.\d+)e[+-]?$/i.test(text.trim());
}

/** Returns the numbers in a text, as cells of a table or a list have them between them. */
export function cellsOf(text: string): string[] {
  return text.split(/[\s,;|[\](){}]+/).filter((cell) => cell !== "");
}

/**
 * Returns the nine weights of a 3×3 kernel in a text that was pasted, row by row, whatever stands
 * between them (spaces, tabs, commas, brackets, lines). Throws a RangeError that says in words for
 * the reader what is wrong with it.
 */
export function parseKernel(text: string): number[] {
  const cells = cellsOf(text);
  if (cells.length !== 9)
    throw new RangeError(`${cells.length} values were pasted; a 3 × 3 kernel has nine`);
  return cells.map((cell, i) => {
    try {
      return parseWeight(cell);
    } catch (error) {
      throw new RangeError(`${placeOf(i)} of what was pasted: ${(error as Error).message}`, {
        cause: error
      });
    }
  });
}

/** Returns the place of weight *i* of a 3×3 kernel, in words. */
export function placeOf(i: number): string {
  return `row ${Math.floor(i / 3) + 1}, column ${(i % 3) + 1}`;
}
