import type {VoicesData} from "./branchVoicesData.ts";
import type {LegendClass} from "./legend.ts";
import type {View} from "./view.ts";

/** What the small maps show, by its name in the value, and what it is called. */
export const MAPS = {
  votes: "What it votes for",
  class: "For one class",
  mean: "Activation: mean",
  channel: "One channel"
} as const;

/** How many branches there are: 1×1, three rates, image pooling. */
export const BRANCHES = 5;

/** Where the reader looks, and at what. */
export interface BranchVoicesValue {
  /** The pinned pixel. */
  x: number;
  y: number;
  /** What the small maps show. */
  map: keyof typeof MAPS;
  /** The class of the map "class", and the channel of the map "channel", from 0. */
  label: number;
  channel: number;
  /** The branch whose taps stand out: 0 is 1×1, 1 to 3 the rates, 4 image pooling. */
  branch: number;
}

export interface BranchVoicesOptions {
  classes: readonly LegendClass[];
  /** The size of the network's input, and how many channels each branch has. */
  width: number;
  height: number;
  channels: number;
  /** What to start from, and what Reset goes back to. Default: a place where all five disagree. */
  value?: Partial<BranchVoicesValue>;
  /** What is done with a file. Default: the browser's download. */
  save?: (file: Blob, name: string) => void;
}

export interface BranchVoices extends View<HTMLElement, BranchVoicesValue> {
  /** Shows a street and what the branches say of it. */
  show(data: VoicesData): void;
  /** Says what the figure waits for; what was shown stays. */
  wait(words: string): void;
  /** Says what went wrong, and what to do; what was shown stays. */
  fail(words: string): void;
  close(): void;
}

/** Returns a value that is legal; throws a RangeError for one that is not. */
export function checkVoices(
  {x, y, map, label, channel, branch}: BranchVoicesValue,
  {classes, width, height, channels}: BranchVoicesOptions
): BranchVoicesValue {
  if (!Object.hasOwn(MAPS, map))
    throw new RangeError(`invalid map: ${map} (${Object.keys(MAPS).join(", ")})`);
  const counts = {
    x: [x, width],
    y: [y, height],
    label: [label, classes.length],
    channel: [channel, channels],
    branch: [branch, BRANCHES]
  };
  for (const [name, [number, count]] of Object.entries(counts))
    if (!(Number.isInteger(number) && number >= 0 && number < count))
      throw new RangeError(`invalid ${name}: ${number} (a whole number, 0 to ${count - 1})`);
  return {x, y, map, label, channel, branch};
}

/** Returns whether two values are the same. */
export function sameVoices(a: BranchVoicesValue, b: BranchVoicesValue): boolean {
  return (Object.keys(a) as (keyof BranchVoicesValue)[]).every((key) => a[key] === b[key]);
}
