import {mulberry32} from "../../model/random.ts";

const grainSize = 256;
let grain: Float32Array | undefined;

/** Returns the table of uniform noise in −½…½ that textures are made from: 256 × 256. */
export function grainTable(): Float32Array {
  if (!grain) {
    const random = mulberry32(1);
    grain = Float32Array.from({length: grainSize * grainSize}, () => random() - 0.5);
  }
  return grain;
}

/** Returns the smooth noise of the grain table at (x, y), in −½…½. */
export function smoothGrain(table: Float32Array, x: number, y: number): number {
  const x0 = Math.floor(x);
  const y0 = Math.floor(y);
  const u = x - x0;
  const v = y - y0;
  const mask = grainSize - 1;
  const row = (y0 & mask) * grainSize;
  const next = ((y0 + 1) & mask) * grainSize;
  const left = x0 & mask;
  const right = (x0 + 1) & mask;
  return (
    (1 - v) * ((1 - u) * table[row + left] + u * table[row + right]) +
    v * ((1 - u) * table[next + left] + u * table[next + right])
  );
}
