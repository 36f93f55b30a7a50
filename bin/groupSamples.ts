import type {Labeled} from "../src/model/train/augment.ts";
import type {Samples} from "../src/model/train/group.ts";
import {GROUP} from "../src/model/train/group.ts";
import {sampler} from "../src/model/train/sampler.ts";
import type {GroupPlace, SampleData} from "./trainProtocol.ts";

/**
 * Returns a function that fills the samples of a group of a step. They follow from the place and
 * the seed alone, whichever thread asks.
 */
export async function groupSampler(
  data: SampleData
): Promise<(samples: Samples, place: GroupPlace) => void> {
  const {batch, size, classWeights, sampling} = data;
  const pictures = data.pictures.map(({pixels, labels, ...shape}): Labeled => {
    return {
      picture: {...shape, data: new Uint8ClampedArray(pixels)},
      labels: new Uint8Array(labels)
    };
  });
  // Training on photographs alone needs neither scenes nor a canvas.
  const drawStreet =
    sampling.sceneShare > 0 ? (await import("./streets.ts")).drawStreet : undefined;
  const drawn = new Map<number, Labeled>();

  /**
   * Returns the street of a seed as it is drawn for the network. Drawing one takes about half as
   * long as learning from it, so each is drawn once a thread, and comes again recolored.
   */
  const street = (seed: number): Labeled => {
    const kept = drawn.get(seed);
    if (kept) return kept;
    const {picture, truth} = drawStreet!(seed);
    const sample = {picture, labels: truth.labels};
    drawn.set(seed, sample);
    return sample;
  };

  const fill = sampler({...sampling, size, classes: classWeights.length, pictures, street});
  return (samples, {step, group}) => {
    for (let i = 0; i < GROUP; i++) fill(samples, i, step * batch + group * GROUP + i);
  };
}

/** Returns the seed of what is random in a group's gradient: dropout. */
export function dropoutSeed(seed: number, {step, group}: GroupPlace): number {
  return Math.imul(step + 1, 0x85ebca6b) ^ (group + seed);
}
