import {exactFilter} from "./exactFilter.ts";
import {appearanceFeatures, smoothnessFeatures, type Features} from "./features.ts";
import {inverseRootSums, normalizedFilter, type Filter} from "./filter.ts";
import type {MeanField} from "./meanField.ts";
import type {CheckedOptions} from "./options.ts";
import {latticeFilter, permutohedralLattice} from "./permutohedralLattice.ts";

/**
 * Returns mean field (Krähenbühl & Koltun 2011, algorithm 1) in plain TypeScript, a step at a time:
 *
 *     Q_i(l) ∝ exp(−unary_i(l) + Σ_m message_m,i(l))
 *
 * where the message of kernel m is its weight times the normalized filter's sum over beliefs.
 */
export function plainMeanField(options: CheckedOptions): MeanField {
  const {labels, unary, smoothness, appearance} = options;
  const kernels = [
    {weight: smoothness.weight, filter: kernelFilter(smoothnessFeatures(options), options)},
    {weight: appearance.weight, filter: kernelFilter(appearanceFeatures(options), options)}
  ];
  const Q = new Float32Array(unary.length);
  softmax(
    unary.map((energy) => -energy),
    labels,
    Q
  );

  /** Returns −w μ K̃ Q of kernel *m*; for Potts, w K̃ Q, which differs by the same for all labels. */
  function message(m: number): Float32Array {
    const {weight, filter} = kernels[m];
    return compatible(filter(Q, labels), options).map((value) => value * weight);
  }

  let received: readonly [Float32Array, Float32Array] | null = null;
  const messages = () => (received ??= [message(0), message(1)]);

  return {
    Q,
    step() {
      const [smooth, alike] = messages();
      softmax(
        unary.map((energy, i) => smooth[i] + alike[i] - energy),
        labels,
        Q
      );
      received = null;
    },
    freeEnergy() {
      const [smooth, alike] = messages();
      let sum = 0;
      for (let i = 0; i < Q.length; i++)
        if (Q[i] > 0) sum += Q[i] * (Math.log(Q[i]) + unary[i] - (smooth[i] + alike[i]) / 2);
      return sum;
    },
    messages(pixel) {
      const of = (all: Float32Array) => all.slice(pixel * labels, (pixel + 1) * labels);
      const [smooth, alike] = messages();
      return {smoothness: of(smooth), appearance: of(alike)};
    },
    allMessages() {
      const [smooth, alike] = messages();
      return {smoothness: smooth.slice(), appearance: alike.slice()};
    }
  };
}

function kernelFilter(features: Features, {filter, subtractSelf}: CheckedOptions): Filter {
  const pixels = features.values.length / features.dimensions;
  if (filter === "lattice") {
    const sums = latticeFilter(permutohedralLattice(features));
    return normalizedFilter(sums, inverseRootSums(sums, pixels));
  }
  // The normalization is of the whole sum, whether or not a pixel hears itself.
  const scale = inverseRootSums(exactFilter(features), pixels);
  return normalizedFilter(exactFilter(features, {subtractSelf}), scale);
}

/** Returns −μ · sums for each pixel; for Potts, *sums* itself. */
function compatible(
  sums: Float32Array,
  {labels, compatibility}: Pick<CheckedOptions, "labels" | "compatibility">
): Float32Array {
  if (compatibility === null) return sums;
  return sums.map((_, i) => {
    const [label, first] = [i % labels, i - (i % labels)];
    let sum = 0;
    for (let other = 0; other < labels; other++)
      sum -= compatibility[label * labels + other] * sums[first + other];
    return sum;
  });
}

/** Writes the softmax of each run of *labels* scores to *out*. */
function softmax(scores: Float32Array, labels: number, out: Float32Array): void {
  for (let first = 0; first < scores.length; first += labels) {
    let most = -Infinity;
    for (let i = first; i < first + labels; i++) most = Math.max(most, scores[i]);
    let sum = 0;
    for (let i = first; i < first + labels; i++) sum += out[i] = Math.exp(scores[i] - most);
    for (let i = first; i < first + labels; i++) out[i] /= sum;
  }
}
