import type {FeatureMap} from "./atrousConsistency.ts";
import {mulberry32} from "./random.ts";

/** A map in few numbers a unit: those in which its units differ most. */
export interface PrincipalComponents {
  readonly width: number;
  readonly height: number;
  /** How many there are: those that were asked for, or as many as the map has channels. */
  readonly components: number;
  /** `[height, width, components]`, the component fastest: each unit's, its mean over units 0. */
  readonly data: Float32Array;
  /** Each component's share of the map's variance, in descending order; 0 where it has none. */
  readonly shares: readonly number[];
}

const ITERATIONS = 30;

/**
 * Returns the first **components** principal components (default 3) of a map's units, each a vector
 * of its channels: by subspace iteration on the covariance, which is never formed, so that hundreds
 * of channels cost no more than the map is large. A component's sign is that of its largest weight.
 *
 * Throws a RangeError if *components* is not a positive integer.
 */
export function principalComponents(
  {width, height, channels, data}: FeatureMap,
  components = 3
): PrincipalComponents {
  if (!(Number.isInteger(components) && components > 0))
    throw new RangeError(`invalid number of components: ${components} (a whole number from 1)`);
  const count = Math.min(components, channels);
  const units = width * height;
  const centered = Float64Array.from(data);
  for (let c = 0; c < channels; c++) {
    let mean = 0;
    for (let i = c; i < centered.length; i += channels) mean += centered[i];
    mean /= units;
    for (let i = c; i < centered.length; i += channels) centered[i] -= mean;
  }
  const variance = centered.reduce((sum, value) => sum + value * value, 0);

  const random = mulberry32(1);
  const axes = Array.from({length: count}, () =>
    Float64Array.from({length: channels}, () => random() - 0.5)
  );
  orthonormalize(axes);
  let along = axes.map((axis) => project(centered, axis));
  if (variance > 0)
    for (let i = 0; i < ITERATIONS; i++) {
      axes.forEach((axis, k) => spread(centered, along[k], axis));
      orthonormalize(axes);
      along = axes.map((axis) => project(centered, axis));
    }
  const power = (values: Float64Array) => values.reduce((sum, value) => sum + value * value, 0);
  const order = along.map((_, k) => k).toSorted((a, b) => power(along[b]) - power(along[a]));
  const result = new Float32Array(units * count);
  order.forEach((from, to) => {
    const largest = axes[from].reduce((a, b) => (Math.abs(b) > Math.abs(a) ? b : a), 0);
    const sign = largest < 0 ? -1 : 1;
    for (let u = 0; u < units; u++) result[u * count + to] = sign * along[from][u];
  });
  return {
    ...{width, height, components: count, data: result},
    shares: order.map((k) => (variance > 0 ? power(along[k]) / variance : 0))
  };
}

/** Returns each unit's value along *axis*. */
function project(map: Float64Array, axis: Float64Array): Float64Array {
  const values = new Float64Array(map.length / axis.length);
  for (let u = 0, i = 0; u < values.length; u++)
    for (let c = 0; c < axis.length; c++, i++) values[u] += map[i] * axis[c];
  return values;
}

/** Sets *axis* to the sum of the units, each times its value. */
function spread(map: Float64Array, values: Float64Array, axis: Float64Array): void {
  axis.fill(0);
  for (let u = 0, i = 0; u < values.length; u++)
    for (let c = 0; c < axis.length; c++, i++) axis[c] += map[i] * values[u];
}

/** Gram and Schmidt's; an axis that the ones before it span becomes zero. */
function orthonormalize(axes: readonly Float64Array[]): void {
  axes.forEach((axis, k) => {
    const before = Math.hypot(...axis);
    for (const other of axes.slice(0, k)) {
      const dot = axis.reduce((sum, value, c) => sum + value * other[c], 0);
      for (let c = 0; c < axis.length; c++) axis[c] -= dot * other[c];
    }
    const length = Math.hypot(...axis);
    const scale = length > 1e-9 * before ? 1 / length : 0;
    for (let c = 0; c < axis.length; c++) axis[c] *= scale;
  });
}
