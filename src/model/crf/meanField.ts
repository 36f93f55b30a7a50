/** What computes the beliefs of a CRF; see {@link DenseCrf}. */
export interface MeanField {
  readonly Q: Float32Array;
  step(): void;
  freeEnergy(): number;
  messages(pixel: number): {smoothness: Float32Array; appearance: Float32Array};
  /** Returns the messages to all pixels, laid out as the beliefs. */
  allMessages(): {smoothness: Float32Array; appearance: Float32Array};
}
