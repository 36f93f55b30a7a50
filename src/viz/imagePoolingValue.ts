import {
  isSeed,
  NONE,
  OWN,
  type PoolingDonor,
  type PoolingReading,
  type PoolingStreet
} from "./imagePoolingData.ts";
import type {LegendClass} from "./legend.ts";
import type {View} from "./view.ts";

/** Whose image pooling is taken, and how the reader looks at what comes of it. */
export interface ImagePoolingValue {
  /** "own", "none", a donor's name, or the seed of a street in digits. */
  from: string;
  /** Where the street's own labels end and the others begin: a share of the width from the left. */
  wipe: number;
  /** Whether pixels whose label changes are outlined. */
  marks: boolean;
}

export interface ImagePoolingOptions {
  classes: readonly LegendClass[];
  /** The donors that are always offered, by their names; beside them is one street of any seed. */
  donors: readonly string[];
  /** Returns the donor of that name, for the street of *seed*. */
  donorOf: (this: void, name: string, seed: number) => PoolingDonor;
  /** The street that is offered at first; "New donor" takes the next ones. */
  firstSeed: number;
  /** Is told of whom a reading is wanted; it is given by {@link ImagePooling.read}. */
  ask: (this: void, from: string) => void;
  /** What to start from, and what Reset goes back to. Default: no image pooling, half, marks. */
  value?: Partial<ImagePoolingValue>;
  /** What is done with a file. Default: the browser's download. */
  save?: (file: Blob, name: string) => void;
}

export interface ImagePooling extends View<HTMLElement, ImagePoolingValue> {
  /** Shows a street; nobody else's image pooling is known of it yet. */
  show(street: PoolingStreet): void;
  /** Takes what the network says of the street shown with the image pooling of *from*. */
  read(from: string, reading: PoolingReading): void;
  /** Says what the figure waits for; what was shown stays. */
  wait(words: string): void;
  /** Says what went wrong, and what to do; what was shown stays. */
  fail(words: string): void;
  close(): void;
}

/** Returns a value that is legal; throws a RangeError for one that is not. */
export function checkPooling(
  {from, wipe, marks}: ImagePoolingValue,
  donors: readonly string[]
): ImagePoolingValue {
  const legal = [OWN, NONE, ...donors];
  if (!legal.includes(from) && !isSeed(from))
    throw new RangeError(
      `invalid from: ${from} (${legal.join(", ")}, or the seed of a street, 0 to 4294967295)`
    );
  if (!(wipe >= 0 && wipe <= 1))
    throw new RangeError(`invalid wipe: ${wipe} (a number from 0 to 1)`);
  return {from, wipe, marks: Boolean(marks)};
}

/** Returns whether two values are the same. */
export function samePooling(a: ImagePoolingValue, b: ImagePoolingValue): boolean {
  return a.from === b.from && a.wipe === b.wipe && a.marks === b.marks;
}
