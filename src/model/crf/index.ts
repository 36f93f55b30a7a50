import {openField} from "./openField.ts";
import type {DenseCrfOptions} from "./options.ts";

export type {DenseCrfOptions} from "./options.ts";
export {unaryFromProbabilities} from "./unary.ts";

export interface DenseCrf {
  /** Steps done; 0 after construction, when Q = softmax(−unary). */
  readonly iteration: number;
  /** The belief in each label at each pixel, laid out as the unary; rows sum to 1. */
  readonly Q: Float32Array;
  /** One mean-field iteration. */
  step(): void;
  /**
   * Returns Σ Q log Q + Σ Q · unary − ½ Σ_m w_m Σ_l Q_lᵀ K̃_m Q_l, in nats: the Kullback–Leibler
   * divergence from the CRF's distribution, up to a constant. With a **compatibility** matrix μ,
   * the last term is + ½ Σ_m w_m Σ_ab μ_ab Q_aᵀ K̃_m Q_b.
   */
  freeEnergy(): number;
  /**
   * Returns what each kernel will add to the scores of *pixel* in the next step, one value a label,
   * so that its next belief is softmax(−unary + smoothness + appearance). Throws a RangeError for a
   * pixel that is not there.
   */
  messages(pixel: number): {smoothness: Float32Array; appearance: Float32Array};
  /** Returns the label most believed in at each pixel; of equals, the lower. */
  labelMap(): Uint8Array;
}

/**
 * Returns a fully connected CRF (Krähenbühl & Koltun 2011) over the pixels of a picture, whose
 * beliefs **step** improves:
 *
 * ```js
 * const crf = await denseCrf({width, height, labels, image, unary: unaryFromProbabilities(p)});
 * for (let i = 0; i < 5; i++) crf.step();
 * crf.labelMap();
 * ```
 *
 * Throws a RangeError or a TypeError that names the option and its value, if one is not legal.
 */
export async function denseCrf(options: DenseCrfOptions): Promise<DenseCrf> {
  const field = await openField(options);
  const {labels, unary} = options;
  const pixels = unary.length / labels;
  let iteration = 0;
  return {
    get iteration() {
      return iteration;
    },
    get Q() {
      return field.Q;
    },
    step() {
      field.step();
      iteration++;
    },
    freeEnergy: () => field.freeEnergy(),
    messages(pixel) {
      if (!(Number.isInteger(pixel) && pixel >= 0 && pixel < pixels))
        throw new RangeError(`invalid pixel: ${pixel} (0 to ${pixels - 1})`);
      return field.messages(pixel);
    },
    labelMap() {
      const {Q} = field;
      return Uint8Array.from({length: pixels}, (_, pixel) => {
        let best = 0;
        for (let label = 1; label < labels; label++)
          if (Q[pixel * labels + label] > Q[pixel * labels + best]) best = label;
        return best;
      });
    }
  };
}
