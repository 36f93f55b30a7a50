import {classes, VOID} from "../classes.ts";

/**
 * Counts of pixels by true label and predicted label, from which every score follows. Pixels that
 * are truly void are ignored, whatever is predicted there.
 *
 * ```js
 * const matrix = new ConfusionMatrix();
 * matrix.add(truth, prediction);
 * matrix.mIoU; // 0.51…
 * ```
 */
export class ConfusionMatrix {
  /** How many classes. */
  readonly size: number;
  /** The label that is void. */
  readonly ignored: number;
  /** counts[truth × size + prediction]. */
  readonly counts: Float64Array;

  /** *size* classes, CamVid's eleven by default; labels equal to *ignored* are void. */
  constructor(size: number = classes.length, ignored: number = VOID) {
    if (!(Number.isSafeInteger(size) && size > 0)) {
      throw new RangeError(`invalid number of classes: ${size}`);
    }
    this.size = size;
    this.ignored = ignored;
    this.counts = new Float64Array(size * size);
  }

  /**
   * Adds the pixels of one picture, or those of them where *counted* is true.
   *
   * Throws a RangeError if the lengths differ, or if a label is neither a class nor, in the truth,
   * void; nothing is then added.
   */
  add(
    truth: ArrayLike<number>,
    prediction: ArrayLike<number>,
    counted?: (index: number) => boolean
  ): void {
    const {size, ignored, counts} = this;
    if (truth.length !== prediction.length) {
      throw new RangeError(`invalid prediction: ${prediction.length} labels for ${truth.length}`);
    }
    for (let i = 0; i < truth.length; ++i) {
      const t = truth[i];
      if (t !== ignored && !(t < size)) {
        throw new RangeError(`invalid label: ${t}; 0 to ${size - 1} are legal, ${ignored} is void`);
      }
      if (t !== ignored && !(prediction[i] < size)) {
        throw new RangeError(`invalid prediction: ${prediction[i]}; 0 to ${size - 1} are legal`);
      }
    }
    for (let i = 0; i < truth.length; ++i) {
      const t = truth[i];
      if (t !== ignored && (!counted || counted(i))) ++counts[t * size + prediction[i]];
    }
  }

  /** Adds the counts of another matrix of the same size. */
  merge(other: ConfusionMatrix): void {
    if (other.size !== this.size) {
      throw new RangeError(`invalid matrix: ${other.size} classes for ${this.size}`);
    }
    for (let i = 0; i < this.counts.length; ++i) this.counts[i] += other.counts[i];
  }

  /**
   * The intersection over union of each class: TP / (TP + FP + FN). Null for a class that the
   * truth does not contain.
   */
  get perClass(): (number | null)[] {
    const {size, counts} = this;
    return Array.from({length: size}, (_, c) => {
      let truth = 0;
      let predicted = 0;
      for (let k = 0; k < size; ++k) {
        truth += counts[c * size + k];
        predicted += counts[k * size + c];
      }
      const both = counts[c * size + c];
      return truth > 0 ? both / (truth + predicted - both) : null;
    });
  }

  /** The mean of {@link perClass} over the classes present in the truth; null if there is none. */
  get mIoU(): number | null {
    const present = this.perClass.filter((iou) => iou !== null);
    return present.length > 0 ? present.reduce((a, b) => a + b) / present.length : null;
  }

  /** The fraction of the pixels counted whose label is right; null if there is none. */
  get pixelAccuracy(): number | null {
    let right = 0;
    for (let c = 0; c < this.size; ++c) right += this.counts[c * (this.size + 1)];
    const all = this.counts.reduce((a, b) => a + b);
    return all > 0 ? right / all : null;
  }
}

/**
 * Returns, for each pixel, the index in *bands* of the narrowest band around the true boundaries
 * that holds it; bands.length if none does, or if the pixel is void. *bands* ascend, in pixels;
 * labels are below 32.
 *
 * A pixel is in band b if a pixel of another class, void not being one, lies within chessboard
 * distance b of it: in the square of 2b + 1 pixels a side centered there. So boundaries drawn
 * as a thin line of void count as boundaries too.
 */
export function trimap(
  truth: ArrayLike<number>,
  width: number,
  height: number,
  bands: readonly number[],
  ignored: number = VOID
): Uint8Array {
  if (truth.length !== width * height) {
    throw new RangeError(`invalid truth: ${truth.length} labels for ${width}×${height}`);
  }
  bands.forEach((band, i) => {
    if (!(Number.isSafeInteger(band) && band > (bands[i - 1] ?? 0))) {
      throw new RangeError(`invalid bands: ${bands.join(", ")}; ascending integers are legal`);
    }
  });
  // The set of classes in a square, a bit for each: a square of radius b + 1 is one of radius 1
  // around each pixel of one of radius b. Void has no bit.
  const own = new Uint32Array(truth.length);
  for (let i = 0; i < own.length; ++i) own[i] = truth[i] === ignored ? 0 : 1 << truth[i];
  const found = own.slice();
  const nearest = new Uint8Array(own.length).fill(bands.length);
  for (let b = 0, radius = 0; b < bands.length; ++b) {
    for (; radius < bands[b]; ++radius) spread(found, width, height);
    for (let i = 0; i < own.length; ++i) {
      if (nearest[i] === bands.length && own[i] !== 0 && own[i] !== found[i]) nearest[i] = b;
    }
  }
  return nearest;
}

/** Replaces each pixel's set by the union of those in the 3×3 square around it. */
function spread(sets: Uint32Array, width: number, height: number): void {
  for (let y = 0, i = 0; y < height; ++y) {
    let before = 0;
    for (let x = 1; x < width; ++x, ++i) {
      const here = sets[i];
      sets[i] |= before | sets[i + 1];
      before = here;
    }
    sets[i++] |= before;
  }
  const above = new Uint32Array(width);
  for (let y = 1, i = 0; y < height; ++y) {
    for (let x = 0; x < width; ++x, ++i) {
      const here = sets[i];
      sets[i] |= above[x] | sets[i + width];
      above[x] = here;
    }
  }
  for (let x = 0, i = width * (height - 1); x < width; ++x, ++i) sets[i] |= above[x];
}

/** The chessboard radii, in pixels, at which evaluation scores the boundaries. */
export const trimapBands: readonly number[] = [1, 2, 4, 8, 16];

/** The scores of a set of pictures, as `deeplab evaluate --json` prints them. */
export interface Scores {
  mIoU: number | null;
  pixelAccuracy: number | null;
  /** Intersection over union by class name, null where the truth lacks the class. */
  perClass: Record<string, number | null>;
  /** The mIoU of the pixels within **band** pixels of a boundary. */
  trimap: {band: number; mIoU: number | null}[];
  /** How many pictures were added. */
  images: number;
}

/** Scores predictions of the shipped model's classes: one confusion matrix over all pictures. */
export class Evaluation {
  readonly matrix = new ConfusionMatrix();
  /** One matrix for the pixels that each band adds to the narrower ones. */
  readonly #rings = trimapBands.map(() => new ConfusionMatrix());
  #images = 0;

  /** Adds one picture of *width* × *height* labels. Throws as {@link ConfusionMatrix.add}. */
  add(
    truth: ArrayLike<number>,
    prediction: ArrayLike<number>,
    width: number,
    height: number
  ): void {
    const band = trimap(truth, width, height, trimapBands);
    this.matrix.add(truth, prediction);
    this.#rings.forEach((ring, b) => ring.add(truth, prediction, (i) => band[i] === b));
    ++this.#images;
  }

  /** The scores so far. */
  scores(): Scores {
    const within = new ConfusionMatrix();
    const {perClass} = this.matrix;
    return {
      mIoU: this.matrix.mIoU,
      pixelAccuracy: this.matrix.pixelAccuracy,
      perClass: Object.fromEntries(classes.map(({name}, c) => [name, perClass[c] ?? null])),
      trimap: trimapBands.map((band, b) => {
        within.merge(this.#rings[b]);
        return {band, mIoU: within.mIoU};
      }),
      images: this.#images
    };
  }
}
