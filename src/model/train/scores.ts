import {addByRing, ConfusionMatrix} from "./metrics.ts";
import {trimap, trimapBands} from "./trimap.ts";

/** The scores of a set of pictures, as `deeplab evaluate --json` prints them. */
export interface Scores {
  /** The mean intersection over union of the classes present in the truth. */
  mIoU: number | null;
  pixelAccuracy: number | null;
  /** The mean IoU weighted by how many pixels the truth has of each class. */
  frequencyWeightedIoU: number | null;
  /** Intersection over union by class name, null where the truth lacks the class. */
  perClass: Record<string, number | null>;
  /** The scores of the pixels within **band** pixels of a boundary; see {@link trimap}. */
  trimap: {band: number; mIoU: number | null; perClass: Record<string, number | null>}[];
  /** counts[t][p] pixels of class t were predicted as class p. */
  confusion: {classes: string[]; counts: number[][]};
  /** How many pictures were added. */
  images: number;
}

/**
 * Returns, for each pixel, the narrowest band of {@link trimapBands} that holds it, as
 * {@link Evaluation.add} takes it; *classes* is how many there are, and the label of void.
 */
export function trimapRings(
  truth: ArrayLike<number>,
  width: number,
  height: number,
  classes: number
): Uint8Array {
  return trimap(truth, width, height, trimapBands, classes);
}

/**
 * Scores predictions, by one confusion matrix over all pictures for each band around boundaries.
 *
 * ```js
 * const evaluation = new Evaluation(["road", "car"]);
 * evaluation.add(truth, prediction, trimapRings(truth, width, height, 2));
 * evaluation.scores().mIoU; // 0.87…
 * ```
 */
export class Evaluation {
  readonly #names: readonly string[];
  /** One matrix for the pixels that each band adds to the narrower ones, and one for the rest. */
  readonly #rings: ConfusionMatrix[];
  #images = 0;

  /** *names* are those of the classes, in label order. */
  constructor(names: readonly string[]) {
    this.#names = names;
    this.#rings = this.#newRings();
  }

  /**
   * Adds one picture, whose {@link trimapRings} are computed once for all the predictions that it
   * is compared with. Returns the confusion matrix of this picture alone. Throws as
   * {@link ConfusionMatrix.add}; nothing is then added.
   */
  add(truth: ArrayLike<number>, prediction: ArrayLike<number>, rings: Uint8Array): ConfusionMatrix {
    const own = this.#newRings();
    addByRing(own, rings, truth, prediction);
    own.forEach((matrix, ring) => this.#rings[ring].merge(matrix));
    ++this.#images;
    return sum(own);
  }

  /** The confusion matrix of all pixels so far. */
  get matrix(): ConfusionMatrix {
    return sum(this.#rings);
  }

  /** The scores so far. */
  scores(): Scores {
    const all = this.matrix;
    const {size} = all;
    return {
      mIoU: all.mIoU,
      pixelAccuracy: all.pixelAccuracy,
      frequencyWeightedIoU: all.frequencyWeightedIoU,
      perClass: this.#byName(all),
      trimap: trimapBands.map((band, b) => {
        const within = sum(this.#rings.slice(0, b + 1));
        return {band, mIoU: within.mIoU, perClass: this.#byName(within)};
      }),
      confusion: {
        classes: this.#names.slice(),
        counts: this.#names.map((_, c) => [...all.counts.subarray(c * size, (c + 1) * size)])
      },
      images: this.#images
    };
  }

  #byName({perClass}: ConfusionMatrix): Record<string, number | null> {
    return Object.fromEntries(this.#names.map((name, c) => [name, perClass[c]]));
  }

  #newRings(): ConfusionMatrix[] {
    return Array.from(
      {length: trimapBands.length + 1},
      () => new ConfusionMatrix(this.#names.length)
    );
  }
}

function sum(matrices: readonly ConfusionMatrix[]): ConfusionMatrix {
  const total = new ConfusionMatrix(matrices[0].size);
  for (const matrix of matrices) total.merge(matrix);
  return total;
}
