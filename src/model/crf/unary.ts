/** The least probability that counts: a label that the network rules out can still win. */
const LEAST = 1e-5;

/**
 * Returns the unary energies of *probabilities*, −log max(p, 1e-5), in nats, in the same layout.
 * Throws a RangeError for a value that is no probability.
 */
export function unaryFromProbabilities(probabilities: Float32Array): Float32Array {
  return probabilities.map((p, i) => {
    // Sums of rounded numbers may be a little above 1.
    if (!(p >= 0 && p <= 1.001)) throw new RangeError(`invalid probability: ${p} at ${i} (0 to 1)`);
    return -Math.log(Math.max(p, LEAST));
  });
}
