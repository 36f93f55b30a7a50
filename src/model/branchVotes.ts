import type {FeatureMap} from "./atrousConsistency.ts";
import {read} from "./backend.ts";
import {logitShares, projectionShares, type PointwiseLayer} from "./branchShares.ts";
import type {FoldedWeights} from "./execute.ts";
import type {Segmenter} from "./segment.ts";

/** What a branch says of a picture: its name in the network, and its map, its gain included. */
export interface BranchMap {
  readonly name: string;
  readonly map: FeatureMap;
}

/** A branch's share of the encoder head's logits: `[height, width, classes]`, class fastest. */
export interface BranchVotes {
  readonly name: string;
  readonly votes: Float32Array;
}

/** Who makes up the encoder head's logits, at every unit of the map. */
export interface VoteMaps {
  readonly width: number;
  readonly height: number;
  readonly classes: number;
  readonly branches: readonly BranchVotes[];
  /** The folded bias's share and the head's own bias, `[height, width, classes]`. */
  readonly bias: Float32Array;
}

/** The two layers through which branches reach the encoder head's logits, as numbers. */
export interface VotingLayers {
  readonly projection: PointwiseLayer;
  readonly head: PointwiseLayer;
}

/** Read once for the weights of each device; they go with it. */
const layersRead = new WeakMap<FoldedWeights, VotingLayers>();

/** Returns the projection of the segmenter's network and its encoder head, folded. */
export function votingLayers({compute}: Pick<Segmenter, "compute">): Promise<VotingLayers> {
  return compute(async ({weights, isLost}) => {
    const known = layersRead.get(weights);
    if (known !== undefined) return known;
    const layer = async (name: string): Promise<PointwiseLayer> => {
      const [kernel, bias] = [weights.kernels.get(name), weights.biases.get(name)];
      if (kernel === undefined || bias === undefined)
        throw new RangeError(`this network has no layer ${name}`);
      return {weights: await read(kernel, isLost), bias: await read(bias, isLost)};
    };
    const layers = {
      projection: await layer("concat_projection"),
      head: await layer("encoder_logits/semantic")
    };
    layersRead.set(weights, layers);
    return layers;
  });
}

/**
 * Returns what each branch adds to the encoder head's logits at every unit of the map, with the
 * gates of the projection's ReLU held as they are (see {@link logitShares}). At each unit the votes
 * and the bias sum to the logits exactly. Throws a RangeError if the branches' maps differ in size.
 */
export function branchVotes(
  branches: readonly BranchMap[],
  {projection, head}: VotingLayers
): VoteMaps {
  const [{map: first}] = branches;
  const {width, height} = first;
  for (const {name, map} of branches)
    if (map.width !== width || map.height !== height)
      throw new RangeError(
        `invalid map of ${name}: ${map.width}×${map.height} (others have ${width}×${height})`
      );
  const classes = head.bias.length;
  const units = width * height;
  const bias = new Float32Array(units * classes);
  const votes = branches.map(({name}) => ({name, votes: new Float32Array(units * classes)}));
  for (let unit = 0; unit < units; unit++) {
    const values = branches.map(({name, map: {channels, data}}) => ({
      name,
      values: data.subarray(unit * channels, (unit + 1) * channels)
    }));
    const shares = logitShares(projectionShares(values, projection), head);
    bias.set(shares.bias, unit * classes);
    for (const [i, own] of shares.branches.entries())
      votes[i].votes.set(own.shares, unit * classes);
  }
  return {width, height, classes, branches: votes, bias};
}
