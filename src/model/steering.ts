import type {FeatureMap} from "./atrousConsistency.ts";
import {read} from "./backend.ts";
import {deeplabV3Plus, ratesUsed, shippedOptions, type OutputStride} from "./deeplab.ts";
import type {FoldedWeights} from "./execute.ts";
import type {Logits} from "./logits.ts";
import type {Network} from "./network.ts";
import {resizePicture, type Picture} from "./picture.ts";
import {toTensor, type Segmenter} from "./segment.ts";
import {shapes} from "./shapes.ts";
import {steeredExecution, type Gain, type SteeredExecution} from "./steeredExecution.ts";
import {optionsOf} from "./trainedNetwork.ts";

/** A picture with a name of its own: one *key*, one picture. */
export interface KeyedPicture extends Picture {
  readonly key: string;
}

/** How the network is steered. */
export interface SteeringRequest {
  /** Resized to the size that the network was trained on. */
  readonly picture: KeyedPicture;
  /** Default 16. */
  readonly outputStride?: OutputStride;
  /** The rates exactly as used. Default: the model's own at that output stride. */
  readonly rates?: readonly number[];
  /**
   * Factors of ASPP's branches, by their names in {@link branchNames}, and of the decoder's low-level
   * features, {@link SKIP}: one for all of its channels, or one each. Default 1.
   */
  readonly gains?: Readonly<Record<string, Gain>>;
  /** The picture whose image pooling is taken. Default: the same picture. */
  readonly pooledFrom?: KeyedPicture | undefined;
  /** The layers whose maps are wanted. Default none. */
  readonly taps?: readonly string[];
}

/** What the network says when it is steered so. */
export interface SteeredPrediction {
  /** The scores of both heads; the decoder's null for weights without one. */
  readonly decoder: Logits | null;
  readonly encoder: Logits;
  /** The maps of the layers that were asked for, as they are handed on: gains included. */
  readonly taps: readonly FeatureMap[];
  /** The layers that had to be computed, in order: those that depend on what was changed. */
  readonly computed: readonly string[];
  readonly rates: readonly number[];
  /** How long the pass took, with reading back what is wanted. */
  readonly milliseconds: number;
}

/** Returns the layers whose outputs ASPP concatenates: image pooling, 1×1, and a rate each. */
export function branchNames(network: Network): readonly string[] {
  const concat = network.layers.find(({name}) => name === "aspp/concat");
  if (concat === undefined) throw new RangeError("this network has no ASPP");
  return concat.inputs;
}

/** The layer whose output is the low-level features as the decoder reads them. */
export const SKIP = "decoder/feature_projection0";

/** One for the weights of each device; they go with it. */
const executions = new WeakMap<FoldedWeights, SteeredExecution>();

/**
 * Returns what the segmenter's network says of a picture when its branches are scaled or muted (a
 * gain of 0), its rates or output stride changed, or its image pooling taken from another picture.
 * The weights stay what they are, and only what depends on a change is computed.
 *
 * Throws a RangeError for rates, an output stride, a branch or a layer that is not legal.
 */
export async function steer(
  {network: trained, compute}: Pick<Segmenter, "network" | "compute">,
  {
    picture,
    outputStride = 16,
    rates = ratesUsed(shippedOptions.atrousRates, outputStride),
    gains = {},
    pooledFrom,
    taps = []
  }: SteeringRequest
): Promise<SteeredPrediction> {
  const {length} = shippedOptions.atrousRates;
  if (rates.length !== length)
    throw new RangeError(`invalid rates: ${rates.join(", ")} (${length} are needed)`);
  const network = deeplabV3Plus({...optionsOf(trained), outputStride, rates});
  const [height, width] = trained.size;
  const sizes = shapes(network, trained.size);
  const steerable = [...branchNames(network), ...(sizes.has(SKIP) ? [SKIP] : [])];
  for (const [name, gain] of Object.entries(gains)) {
    if (!steerable.includes(name))
      throw new RangeError(`invalid branch: ${name} (${steerable.join(", ")})`);
    const [, , channels] = sizes.get(name)!;
    if (typeof gain !== "number" && gain.length !== channels)
      throw new RangeError(
        `invalid gains of ${name}: ${gain.length} (it has ${channels} channels)`
      );
    for (const factor of typeof gain === "number" ? [gain] : gain)
      if (!(factor >= 0 && Number.isFinite(factor)))
        throw new RangeError(`invalid gain of ${name}: ${factor} (a number from 0 up)`);
  }
  const {decoder, encoder} = network.endpoints;
  const heads = [decoder, encoder].filter((name) => name !== undefined);
  const given = ({key, ...pixels}: KeyedPicture) => ({
    key,
    tensor: () => toTensor(resizePicture(pixels, width, height).data, trained.size)
  });

  return compute(async ({weights, isLost}) => {
    const start = performance.now();
    let execution = executions.get(weights);
    if (execution === undefined) {
      execution = steeredExecution(weights, keptLayers(network));
      executions.set(weights, execution);
    }
    const pass = execution.run(
      {
        network,
        picture: given(picture),
        gains,
        ...(pooledFrom && {from: {image_pooling: given(pooledFrom)}})
      },
      [...heads, ...taps]
    );
    const maps = new Map<string, FeatureMap>();
    for (const name of [...heads, ...taps]) {
      const [rows, columns, channels] = sizes.get(name)!;
      // A copy: some backends hand out what they keep, and whoever has a map may give it away.
      const data = (await read(pass.taps.get(name)!, isLost)).slice();
      maps.set(name, {height: rows, width: columns, channels, data});
    }
    const logits = (name: string): Logits => {
      const {channels: classes, ...map} = maps.get(name)!;
      return {...map, classes};
    };
    return {
      decoder: decoder === undefined ? null : logits(decoder),
      encoder: logits(encoder!),
      taps: taps.map((name) => maps.get(name)!),
      computed: pass.computed,
      rates: rates.slice(),
      milliseconds: performance.now() - start
    };
  });
}

/** What steering leaves as it was, and what follows reads. */
function keptLayers(network: Network): Set<string> {
  const {features, lowLevel} = network.endpoints;
  return new Set(
    [
      features,
      lowLevel,
      "image_pooling",
      ...branchNames(network),
      "concat_projection",
      SKIP
    ].filter((name) => name !== undefined)
  );
}
