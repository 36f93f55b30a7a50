import type {CheckedOptions} from "./options.ts";

/** What computes the beliefs of a CRF; see {@link DenseCrf}. */
export interface MeanField {
  readonly Q: Float32Array;
  step(): void;
  freeEnergy(): number;
  messages(pixel: number): {smoothness: Float32Array; appearance: Float32Array};
  /** Returns the messages to all pixels, laid out as the beliefs. */
  allMessages(): {smoothness: Float32Array; appearance: Float32Array};
  /**
   * Begins anew with the kernels of *options*, and builds those alone that differ from its own.
   * Returns false, and does nothing, if *options* are of another picture, unary or compatibility.
   */
  reopen?(options: CheckedOptions): boolean;
}
