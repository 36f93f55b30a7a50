import type {BoardFate, BoardReading} from "../model/crf/checkerboard.ts";
import type {CrfSettings} from "./crfSettings.ts";
import type {View} from "./view.ts";

/** What an iteration of the CRF did to a street. */
export interface StreetReading {
  /** In nats, up to a constant. */
  readonly freeEnergy: number;
  /** The largest change of a belief, and the pixels that have another label than before. */
  readonly largestChange: number;
  readonly changed: number;
  /** Against the truth, in [0, 1]; null if nothing there has a class. */
  readonly mIoU: number | null;
}

/** A checkerboard's smoothness: its weight, and its deviation θγ in tenths of a pixel. */
export interface BoardChoice {
  readonly weight: number;
  readonly tenths: number;
}

/** Every iteration of a checkerboard with its self term subtracted, and with it kept. */
export interface BoardRuns {
  readonly subtracted: readonly BoardReading[];
  readonly kept: readonly BoardReading[];
}

/** What becomes of them in the long run, and of the first at a weight less by one. */
export interface BoardFates {
  readonly subtracted: BoardFate;
  readonly kept: BoardFate;
  readonly below: BoardFate;
}

/** What the reader has chosen. */
export interface ConvergenceValue {
  /** The iteration shown. */
  readonly iteration: number;
  /** The kernels of the street's CRF. */
  readonly settings: CrfSettings;
  /** The checkerboard's smoothness, as in {@link BoardChoice}. */
  readonly weight: number;
  readonly tenths: number;
}

export interface ConvergenceOptions {
  /** The checkerboard: pixels a side, and by how many nats each prefers its label. */
  board: {readonly side: number; readonly preference: number};
  /** Computes iterations 0 to *last* of the checkerboard, and how it stands, by *tolerance*. */
  run(this: void, choice: BoardChoice, how: {last: number; tolerance: number}): BoardRuns;
  /** Computes what becomes of it in the long run. */
  fates(this: void, choice: BoardChoice): BoardFates;
  /** Asks for the street's iterations anew: the kernels are others now. */
  ask(this: void): void;
  /** What it starts with; what is not given is the default. */
  choice?: Partial<ConvergenceValue>;
  /** Takes a file that the reader saves. Default: the browser's download. */
  save?(this: void, file: Blob, name: string): void;
}

export interface Convergence extends View<HTMLElement, ConvergenceValue> {
  /** The last iteration that is shown. */
  readonly last: number;
  /** Says what the street's numbers wait for; those shown are forgotten. */
  wait(words: string): void;
  /** Takes the street's next iteration, 0 first, of a picture of that many pixels. */
  report(reading: StreetReading, pixels: number): void;
  /** Says what went wrong with the street, and what to do. */
  fail(words: string): void;
}

/** The last iteration. */
export const LAST = 20;

/** What a checkerboard's beliefs may differ by, and be the same for the figure's words. */
export const TOLERANCE = 0.001;
