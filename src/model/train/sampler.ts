import {mulberry32} from "../random.ts";
import type {Labeled} from "./augment.ts";
import {augment, paste} from "./augment.ts";
import type {Samples} from "./group.ts";

/** Where samples come from, and how much they vary. */
export interface SamplerOptions {
  /** Height and width of a sample. */
  readonly size: readonly [height: number, width: number];
  /** How many classes there are; also the label of void. */
  readonly classes: number;
  readonly pictures: readonly Labeled[];
  /** Draws the procedural street of a seed; needed where **sceneShare** is above 0. */
  readonly street?: ((seed: number) => Labeled) | undefined;
  /** The share of samples that are streets. Default 0. */
  readonly sceneShare?: number;
  /** The streets are those of seeds 0 to this. Default 3000. */
  readonly streets?: number;
  /** The least and the largest scale of pictures. Default 0.7 to 2. */
  readonly scales?: readonly [least: number, most: number];
  /** The share of pictures that another picture's rare things are pasted on. Default 0. */
  readonly pasteShare?: number;
  /** Which classes are rare. Default: none. */
  readonly rare?: readonly boolean[];
  readonly seed: number;
}

/**
 * Returns a function that fills one place of *samples* with the sample of a number. All that is
 * random in a sample follows from the seed and its number, so that neither threads nor a
 * resumption change it.
 */
export function sampler({
  size,
  classes,
  pictures,
  street,
  sceneShare = 0,
  streets = 3000,
  scales = [0.7, 2],
  pasteShare = 0,
  rare = [],
  seed
}: SamplerOptions): (samples: Samples, place: number, sample: number) => void {
  const area = size[0] * size[1];
  const other = {pixels: new Float32Array(area * 3), labels: new Uint8Array(area)};

  /** Writes a picture at random, as seen through a random window. */
  const fillPicture = (
    {pixels, labels}: Pick<Samples, "pixels" | "labels">,
    random: () => number
  ) => {
    const picture = pictures[Math.floor(random() * pictures.length)];
    augment(picture, pixels, labels, {size, none: classes, scales}, random);
  };

  return (samples, place, sample) => {
    const random = mulberry32(Math.imul(sample + 1, 0x9e3779b1) ^ seed);
    for (let i = 0; i < 4; i++) random();
    const to = {
      pixels: samples.pixels.subarray(place * area * 3, (place + 1) * area * 3),
      labels: samples.labels.subarray(place * area, (place + 1) * area)
    };
    if (random() < sceneShare || pictures.length === 0) {
      const scene = street!(Math.floor(random() * streets));
      // Streets are drawn at the network's own size: most are seen as they are, sharp.
      const drawn = random() < 0.6 ? ([1, 1] as const) : ([0.95, 1.3] as const);
      const variety = {size, none: classes, scales: drawn, color: 0.15};
      augment(scene, to.pixels, to.labels, variety, random);
      return;
    }
    fillPicture(to, random);
    if (random() < pasteShare) {
      fillPicture(other, random);
      const chosen = rare.map((isRare) => isRare && random() < 0.7);
      paste(other, to, chosen);
    }
  };
}

/**
 * Returns which classes are rare: those that have, of the labeled pixels that *counts* tells, less
 * than half of an even share.
 */
export function rareClasses(counts: ArrayLike<number>): boolean[] {
  const values = Array.from(counts);
  const total = values.reduce((a, b) => a + b, 0);
  return values.map((count) => count < total / values.length / 2);
}
