import type {ConvolutionSize, Step, Work} from "../model/arithmeticIntensity.ts";
import type {ConvolutionTiming, TimingDevice} from "../model/convolutionTiming.ts";

/** A layer to start from: what it is called, and its size. */
export interface NamedSize {
  readonly name: string;
  readonly size: ConvolutionSize;
}

/** What the reader has set. What was measured is not part of it: it is true of one device. */
export interface TimingsValue {
  /** 1 to 8 of them, each another. */
  sizes: ConvolutionSize[];
}

/** What computes, and on what. */
export type TimedOn = Omit<TimingDevice, "isLost">;

/** What is known of a measurement: where it is done, a size's times so far, why not, or the end. */
export type TimingReport =
  | {device: TimedOn}
  | {at: number; timing: ConvolutionTiming}
  | {at: number; refused: string}
  | {done: true}
  | {error: string};

export interface TimingsOptions {
  /** Layers of networks, to choose from. */
  layers: readonly NamedSize[];
  /** What the layers' names mean and how they are computed, in sentences. */
  note: string;
  /** What to start from, and what Reset goes back to. Default: the first four layers. */
  sizes?: readonly ConvolutionSize[];
  /** What a size computes and moves. */
  work(this: void, size: ConvolutionSize): Record<Step, Work>;
  /**
   * Measures *sizes*, elsewhere: tells *report* what it finds, `at` being the size's place among
   * them, and returns what gives it up.
   */
  measure(
    this: void,
    sizes: readonly ConvolutionSize[],
    report: (report: TimingReport) => void
  ): () => void;
  /** What the reader's device is called, such as "Firefox 140 on Linux, 8 logical cores". */
  device: string;
  /** What is done with a file. Default: the browser's download. */
  save?: (file: Blob, name: string) => void;
}

/** A size as the figure shows it: what is predicted, and what has been measured. */
export interface TimingRow {
  readonly size: ConvolutionSize;
  /** What its layer is called, or what the reader's own sizes are called. */
  readonly name: string;
  readonly work: Readonly<Record<Step, Work>>;
  /** How many times fewer multiply-adds the two steps take. */
  readonly predicted: number;
  readonly timing: ConvolutionTiming | null;
  /** Why it was not measured, if so. */
  readonly refused: string | null;
}

/** Whether every round of a row is measured. */
export function isComplete({timing}: TimingRow): boolean {
  return timing !== null && timing.rounds.length === timing.planned;
}

/** Returns a text that two sizes share only if they are the same. */
export function keyOf({kernelSize, height, width, channels, filters}: ConvolutionSize): string {
  return [kernelSize, height, width, channels, filters].join();
}

/** Where an axis of speed-ups may end. */
const ends = [0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 50, 100];

/** Returns the ends of an axis that holds what is predicted and measured, and the ticks on it. */
export function speedAxis(rows: readonly TimingRow[]): {
  low: number;
  high: number;
  ticks: number[];
} {
  const ratios = rows.flatMap(({predicted, timing}) =>
    timing === null ? [predicted] : [predicted, timing.speedUp.low, timing.speedUp.high]
  );
  const [least, most] = [Math.min(0.5, ...ratios), Math.max(10, ...ratios)];
  const low = ends.findLast((end) => end <= least) ?? least;
  const high = ends.find((end) => end >= most) ?? most;
  return {low, high, ticks: ends.filter((end) => end >= low && end <= high)};
}

/** Returns how many times faster the two steps were in each round. */
export function roundRatios({timing}: TimingRow): number[] {
  return (timing?.rounds ?? []).map(({standard, separable}) => standard / separable);
}
