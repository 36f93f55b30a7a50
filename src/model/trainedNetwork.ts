import type {SegmentationClass} from "./classes.ts";
import {classes as camVid, classesOf, isCamVid} from "./classes.ts";
import type {DeepLabOptions} from "./deeplab.ts";
import {shippedOptions} from "./deeplab.ts";

/** Height and width of a network's input. */
export type InputSize = readonly [height: number, width: number];

/** What a weights file says of its network beside its tensors. */
export interface TrainedNetwork {
  readonly classes: readonly SegmentationClass[];
  /** Whether it has a decoder; without one it makes its prediction of the encoder alone. */
  readonly decoder: boolean;
  /** The size of the pictures that it was trained on; others are read at about their area. */
  readonly size: InputSize;
}

/** The network that ships, where a file says nothing else. */
export const shippedNetwork: TrainedNetwork = {classes: camVid, decoder: true, size: [193, 257]};

/** Returns the options with which the network of {@link TrainedNetwork} is made. */
export function optionsOf({classes, decoder}: TrainedNetwork): DeepLabOptions {
  return {...shippedOptions, classes: classes.length, decoder};
}

/**
 * Returns what the *metadata* of a safetensors file say of its network: `classes` (see
 * {@link classesOf}), `decoder` (`none`, or left out) and `size` (`WIDTHxHEIGHT`). Throws an Error
 * that names the one that is not legal.
 */
export function trainedNetwork(metadata: Readonly<Record<string, string>>): TrainedNetwork {
  const {decoder, size} = metadata;
  if (decoder !== undefined && decoder !== "none")
    throw new Error(`the weights' metadata "decoder" is ${JSON.stringify(decoder)}, not "none"`);
  return {
    classes: classesOf(metadata),
    decoder: decoder === undefined,
    size: size === undefined ? shippedNetwork.size : parseInputSize(size)
  };
}

/** Returns the metadata from which {@link trainedNetwork} reads: what differs from what ships. */
export function metadataOf({classes, decoder, size}: TrainedNetwork): Record<string, string> {
  const [height, width] = size;
  const [shippedHeight, shippedWidth] = shippedNetwork.size;
  return {
    ...(!isCamVid(classes) && {classes: JSON.stringify(classes.map(({name}) => name))}),
    ...(!decoder && {decoder: "none"}),
    ...((height !== shippedHeight || width !== shippedWidth) && {size: `${width}x${height}`})
  };
}

/**
 * Returns the input size that *text*, `WIDTHxHEIGHT`, is. Throws a RangeError unless both sides are
 * 65 to 769 and one more than a multiple of 32, so that the encoder's grid reaches both borders.
 */
export function parseInputSize(text: string): InputSize {
  const [, width, height] = (/^(\d+)[x×](\d+)$/.exec(text) ?? []).map(Number);
  for (const side of [width, height])
    if (!(side >= 65 && side <= 769 && side % 32 === 1))
      throw new RangeError(
        `invalid size: ${text || "nothing"}; WIDTHxHEIGHT, each 65 to 769 and 32 k + 1, is legal ` +
          `(such as 257x193)`
      );
  return [height, width];
}
