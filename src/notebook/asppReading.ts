import {branchVotes, votingLayers, type BranchMap, type VoteMaps} from "../model/branchVotes.ts";
import {deeplabV3Plus, type OutputStride} from "../model/deeplab.ts";
import {labelsFromLogits, type Logits} from "../model/logits.ts";
import type {Picture} from "../model/picture.ts";
import type {Segmenter} from "../model/segment.ts";
import {branchNames, steer, type KeyedPicture} from "../model/steering.ts";
import {optionsOf} from "../model/trainedNetwork.ts";
import {labelScene, type Scene} from "../scenes/index.ts";
import {paintScene, type CreateContext} from "./predict.ts";

/** What the network is shown. One *key*, one picture: what is known of it is not computed again. */
export type AsppSource = {key: string} & ({scene: Scene} | {picture: Picture});

/** How ASPP is steered, and what is wanted of it. */
export interface AsppRequest {
  source: AsppSource;
  /** Default 16. */
  outputStride?: OutputStride;
  /** The three rates exactly as used. Default: the model's own at that output stride. */
  rates?: readonly number[];
  /** Factors of the branches, by name; 0 mutes one. Default 1 for each. */
  gains?: Readonly<Record<string, number>>;
  /** The picture whose image pooling is taken. Default: the same. */
  pooledFrom?: AsppSource | undefined;
  /** Whether the branches' own maps are wanted. Default false. */
  maps?: boolean;
  /** Whether each branch's share of the encoder head's logits is wanted. Default false. */
  votes?: boolean;
}

/** What the network says when it is steered so. */
export interface AsppReading {
  /** The size of the labels. */
  width: number;
  height: number;
  /** The labels with the decoder and of the encoder alone: one a pixel, row-major. */
  decoder: Uint8Array;
  encoder: Uint8Array;
  /** The true labels, 11 where void; null for a picture that is no scene. */
  truth: Uint8Array | null;
  /** The scores of either head, at its own coarser size. */
  decoderLogits: Logits;
  encoderLogits: Logits;
  /** The branches in the network's order: image pooling, 1×1, and the three rates. */
  branches: readonly string[];
  /** Their maps, gains included; null if they were not asked for. */
  maps: readonly BranchMap[] | null;
  votes: VoteMaps | null;
  rates: readonly number[];
  /** The layers that had to be computed, in order. */
  computed: readonly string[];
  /** How many layers the network has. */
  layers: number;
  /** How long all this took in the worker: the pass, the labels, and what else was asked. */
  milliseconds: number;
}

/** Returns what *segmenter* says of a picture when its ASPP is steered; see {@link steer}. */
export async function asppReading(
  segmenter: Segmenter,
  {source, pooledFrom, maps = false, votes = false, ...steering}: AsppRequest,
  createContext: CreateContext
): Promise<AsppReading> {
  const start = performance.now();
  const [height, width] = segmenter.network.size;
  const network = deeplabV3Plus(optionsOf(segmenter.network));
  const branches = branchNames(network);
  const pass = await steer(segmenter, {
    ...steering,
    picture: pictureOf(source, createContext),
    ...(pooledFrom && {pooledFrom: pictureOf(pooledFrom, createContext)}),
    taps: maps || votes ? branches : []
  });
  if (pass.decoder === null) throw new Error("these weights have no decoder");
  const branchMaps = branches.map((name, i) => ({name, map: pass.taps[i]}));
  return {
    width,
    height,
    decoder: labelsFromLogits(pass.decoder, width, height),
    encoder: labelsFromLogits(pass.encoder, width, height),
    // Handed over to the page, and kept here.
    truth:
      "scene" in source ? paint(source.key, source.scene, createContext).truth().slice() : null,
    decoderLogits: pass.decoder,
    encoderLogits: pass.encoder,
    branches,
    maps: maps ? branchMaps : null,
    votes: votes ? branchVotes(branchMaps, await votingLayers(segmenter)) : null,
    rates: pass.rates,
    computed: pass.computed,
    layers: network.layers.length,
    milliseconds: performance.now() - start
  };
}

/** What was drawn of a scene; its truth once it is wanted. */
interface PaintedScene {
  readonly picture: KeyedPicture;
  readonly truth: () => Uint8Array;
}

/** The last scenes by their keys: a slider is moved over the same one, or two, many times. */
const painted = new Map<string, PaintedScene>();
const MOST = 3;

function paint(key: string, scene: Scene, createContext: CreateContext): PaintedScene {
  const known = painted.get(key);
  if (known !== undefined) return known;
  const picture = {...paintScene(scene, createContext), key};
  const {width, height} = picture;
  let truth: Uint8Array | null = null;
  const made: PaintedScene = {
    picture,
    truth: () => (truth ??= labelScene(createContext, scene, {width, height}))
  };
  painted.set(key, made);
  const [oldest] = painted.keys();
  if (painted.size > MOST) painted.delete(oldest);
  return made;
}

function pictureOf(source: AsppSource, createContext: CreateContext): KeyedPicture {
  const {key} = source;
  if ("picture" in source) return {...source.picture, key};
  return paint(key, source.scene, createContext).picture;
}
