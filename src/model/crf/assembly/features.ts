import {take} from "./memory";

/**
 * The features of a kernel's pixels, as features.ts has them, in single precision, and times the
 * lattice's scales, in double: a table for the columns, the rows, and each color.
 */
@unmanaged
export class Features {
  dimensions: i32;
  width: i32;
  height: i32;
  /** RGBA; 0 for features of place alone. */
  image: usize;
  columns: usize;
  rows: usize;
  /** Three tables of 256, for red, green and blue. */
  colors: usize;
}

/** Returns the features of place alone (*image* 0), or of place and color. */
export function features(width: i32, height: i32, image: usize, sxy: f64, srgb: f64): Features {
  const all = changetype<Features>(take(offsetof<Features>()));
  const dimensions = image == 0 ? 2 : 5;
  all.dimensions = dimensions;
  all.width = width;
  all.height = height;
  all.image = image;
  all.columns = table(width, sxy, scale(dimensions, 0));
  all.rows = table(height, sxy, scale(dimensions, 1));
  if (image != 0) {
    all.colors = table(256, srgb, scale(5, 2));
    table(256, srgb, scale(5, 3));
    table(256, srgb, scale(5, 4));
  }
  return all;
}

/**
 * What feature *i* is multiplied by: the blur spreads a value by a variance of 2/3 (d + 1)² in the
 * hyperplane.
 */
function scale(d: i32, i: i32): f64 {
  return (Math.sqrt(2.0 / 3.0) * <f64>(d + 1)) / Math.sqrt(<f64>((i + 1) * (i + 2)));
}

function table(count: i32, deviation: f64, by: f64): usize {
  const values = take(<usize>count << 3);
  for (let i = 0; i < count; i++)
    store<f64>(values + (<usize>i << 3), <f64>(<f32>(<f64>i / deviation)) * by);
  return values;
}

/** Writes the features of the pixels at *x* and *right* of row *y* to *to*, side by side. */
// @ts-ignore: decorator
@inline
export function writePair(all: Features, x: i32, right: i32, y: i32, to: usize): void {
  v128.store(to, pair(all.columns, x, right));
  v128.store(to, v128.load64_splat(all.rows + (<usize>y << 3)), 16);
  if (all.image == 0) return;
  const row = all.image + (<usize>(y * all.width) << 2);
  const one = row + (<usize>x << 2), other = row + (<usize>right << 2);
  const colors = all.colors;
  v128.store(to, pair(colors, load<u8>(one), load<u8>(other)), 32);
  v128.store(to, pair(colors + 2048, load<u8>(one, 1), load<u8>(other, 1)), 48);
  v128.store(to, pair(colors + 4096, load<u8>(one, 2), load<u8>(other, 2)), 64);
}

// @ts-ignore: decorator
@inline
function pair(values: usize, i: i32, j: i32): v128 {
  return v128.load64_lane(values + (<usize>j << 3), v128.load64_splat(values + (<usize>i << 3)), 1);
}
