import type {LegendClass} from "./legend.ts";
import type {DeskAccount, DeskReading, DeskStreet, MixingDeskValue} from "./mixingDeskData.ts";
import type {View} from "./view.ts";

export interface MixingDeskOptions {
  classes: readonly LegendClass[];
  /** The size of the labels. */
  width: number;
  height: number;
  /** Is told that the network should say what it says with the desk as it now stands. */
  ask: (this: void) => void;
  /** What to start from, and what Reset goes back to. Default: untouched, marks, no pixel. */
  value?: Partial<MixingDeskValue>;
  /** What is done with a file. Default: the browser's download. */
  save?: (file: Blob, name: string) => void;
}

export interface MixingDesk extends View<HTMLElement, MixingDeskValue> {
  /** Shows a street, with the desk untouched until {@link hear} is told more. */
  show(street: DeskStreet): void;
  /** Takes what the network says with the strips' branches at these factors. */
  hear(reading: DeskReading, gains: readonly number[]): void;
  /** Takes who makes up the scores with the strips' branches at these factors. */
  explain(account: DeskAccount, gains: readonly number[]): void;
  /** Says what the figure waits for; what was shown stays. */
  wait(words: string): void;
  /** Says what went wrong, and what to do; what was shown stays. */
  fail(words: string): void;
}
