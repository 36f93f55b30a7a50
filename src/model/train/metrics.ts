import {classes} from "../classes.ts";

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
  /** counts[truth × size + prediction]. */
  readonly counts: Float64Array;

  /** *size* classes, CamVid's eleven by default, labeled 0 to size − 1; label *size* is void. */
  constructor(size: number = classes.length) {
    if (!(Number.isSafeInteger(size) && size > 0)) {
      throw new RangeError(`invalid number of classes: ${size}`);
    }
    this.size = size;
    this.counts = new Float64Array(size * size);
  }

  /**
   * Adds the pixels of one picture.
   *
   * Throws a RangeError if the lengths differ, or if a label is neither a class nor, in the truth,
   * void; nothing is then added.
   */
  add(truth: ArrayLike<number>, prediction: ArrayLike<number>): void {
    addByRing([this], new Uint8Array(truth.length), truth, prediction);
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

  /**
   * The mean of {@link perClass} weighted by how many pixels the truth has of each class; null if
   * there is none.
   */
  get frequencyWeightedIoU(): number | null {
    const {size, counts} = this;
    let all = 0;
    let weighted = 0;
    this.perClass.forEach((iou, c) => {
      const pixels = counts.subarray(c * size, (c + 1) * size).reduce((a, b) => a + b);
      all += pixels;
      weighted += pixels * (iou ?? 0);
    });
    return all > 0 ? weighted / all : null;
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
 * Adds the pixels of one picture to *matrices* of one size, each to the one whose index its *ring*
 * is. Throws as {@link ConfusionMatrix.add}.
 */
export function addByRing(
  matrices: readonly ConfusionMatrix[],
  ring: Uint8Array,
  truth: ArrayLike<number>,
  prediction: ArrayLike<number>
): void {
  const [{size}] = matrices;
  if (truth.length !== prediction.length) {
    throw new RangeError(`invalid prediction: ${prediction.length} labels for ${truth.length}`);
  }
  for (let i = 0; i < truth.length; ++i) {
    const t = truth[i];
    if (!(t >= 0 && t <= size)) {
      throw new RangeError(`invalid label: ${t}; 0 to ${size - 1} are legal, ${size} is void`);
    }
    if (t !== size && !(prediction[i] >= 0 && prediction[i] < size)) {
      throw new RangeError(`invalid prediction: ${prediction[i]}; 0 to ${size - 1} are legal`);
    }
  }
  for (let i = 0; i < truth.length; ++i) {
    const t = truth[i];
    if (t !== size) ++matrices[ring[i]].counts[t * size + prediction[i]];
  }
}
