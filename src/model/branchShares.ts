/** A 1×1 convolution as numbers: weights `[in, out]`, the last fastest, and a bias for each output. */
export interface PointwiseLayer {
  readonly weights: Float32Array;
  readonly bias: Float32Array;
}

/** What a branch has at one place: a value a channel, its gain included. */
export interface BranchValues {
  readonly name: string;
  readonly values: ArrayLike<number>;
}

/** Who makes up a sum: what each branch adds to each output, and what the bias adds. */
export interface Shares {
  readonly branches: readonly {readonly name: string; readonly shares: Float64Array}[];
  readonly bias: Float64Array;
  /** The sum of them all. */
  readonly total: Float64Array;
}

/**
 * Returns what each of *branches*, concatenated in this order, adds to each output of *projection*
 * at one place, before its ReLU. The convolution is linear, so the shares and the folded bias, which
 * is nobody's, sum to the output exactly.
 *
 * Throws a RangeError if the branches have not as many channels together as the projection reads.
 */
export function projectionShares(
  branches: readonly BranchValues[],
  {weights, bias}: PointwiseLayer
): Shares {
  const outputs = bias.length;
  const read = branches.reduce((sum, {values}) => sum + values.length, 0);
  if (read * outputs !== weights.length)
    throw new RangeError(
      `invalid branches: ${read} channels together (${weights.length / outputs} are read)`
    );
  const total = Float64Array.from(bias);
  let at = 0;
  const shares = branches.map(({name, values}) => {
    const own = new Float64Array(outputs);
    for (let c = 0; c < values.length; c++, at += outputs)
      for (let o = 0; o < outputs; o++) own[o] += values[c] * weights[at + o];
    for (let o = 0; o < outputs; o++) total[o] += own[o];
    return {name, shares: own};
  });
  return {branches: shares, bias: Float64Array.from(bias), total};
}

/**
 * Returns what each branch adds to the logits that *head* makes of a projection's outputs through a
 * ReLU, with its gates held as they are: an output above 0 hands its shares on as they are, one that
 * is not hands on nothing. What the projection's bias and the head's own add is the bias's share.
 * The shares sum to the logits exactly; that another branch's change would move a gate is left out.
 *
 * Throws a RangeError if the head does not read as many channels as the projection makes.
 */
export function logitShares(
  {branches, bias, total}: Shares,
  {weights, bias: headBias}: PointwiseLayer
): Shares {
  const classes = headBias.length;
  if (total.length * classes !== weights.length)
    throw new RangeError(
      `invalid head: reads ${weights.length / classes} channels (${total.length} are made)`
    );
  const through = (values: Float64Array): Float64Array => {
    const logits = new Float64Array(classes);
    for (let k = 0; k < total.length; k++)
      if (total[k] > 0)
        for (let c = 0; c < classes; c++) logits[c] += values[k] * weights[k * classes + c];
    return logits;
  };
  return {
    branches: branches.map(({name, shares}) => ({name, shares: through(shares)})),
    bias: through(bias).map((value, c) => value + headBias[c]),
    total: through(total).map((value, c) => value + headBias[c])
  };
}
