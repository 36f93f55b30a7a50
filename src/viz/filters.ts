import type {FeatureMap, Filter} from "../model/atrousForms.ts";

/** A picture as filters read it. */
export interface FilterPicture {
  /** One channel, in [0, 1]: what the named and the typed filters read. */
  readonly luminance: FeatureMap;
  /** Red, green and blue in [−1, 1]: what the network's first layer reads. */
  readonly rgb: FeatureMap;
}

/** Filters with weights of their own, by name. */
const presets = {
  horizontal: {label: "Horizontal edges", weights: [-1, -2, -1, 0, 0, 0, 1, 2, 1]},
  vertical: {label: "Vertical edges", weights: [-1, 0, 1, -2, 0, 2, -1, 0, 1]},
  blur3: {label: "Blur 3 × 3", weights: binomial([1, 2, 1])},
  blur5: {label: "Blur 5 × 5", weights: binomial([1, 4, 6, 4, 1])}
};

/** What a reader may filter with: a preset, one that the network learned, or one that they type. */
export type FilterName = keyof typeof presets | "learned" | "typed";

export const filterNames = [...Object.keys(presets), "learned", "typed"] as FilterName[];

/** How many filters the first layer of the shipped network has. */
export const LEARNED = 16;

/** The kernel in the boxes before the reader types: each weight but the middle one the same. */
export const typedAtFirst: readonly number[] = [-1, -1, -1, -1, 8, -1, -1, -1, -1];

/** Returns the name of a filter as the reader sees it. */
export function filterLabel(name: FilterName): string {
  if (name === "learned") return "Learned";
  return name === "typed" ? "Your own" : presets[name].label;
}

/** Returns the filter of one channel that *name* means; *typed* is the reader's own kernel. */
export function luminanceFilter(
  name: Exclude<FilterName, "learned">,
  typed: readonly number[]
): Filter {
  const weights = name === "typed" ? typed : presets[name].weights;
  return {size: Math.sqrt(weights.length), channels: 1, weights: Float32Array.from(weights)};
}

/** The outer product of *row* with itself, scaled to sum to 1. */
function binomial(row: readonly number[]): number[] {
  const sum = row.reduce((a, b) => a + b) ** 2;
  return row.flatMap((a) => row.map((b) => (a * b) / sum));
}
