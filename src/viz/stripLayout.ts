import {factor, inThousands} from "./numberWords.ts";
import {total, type StripReading} from "./strideTrade.ts";

/** Pixels: lanes above the maps for strides and for rates, a row's title, a row of bars, labels. */
export const MARKS = 16;
export const RATES = 22;
export const BARS = 72;
const TITLE = 34;
const LABELS = 16;
/** The least distance of two numbers in a row. */
const NUMBER = 26;
/** From this width on there is room for what titles explain. */
const ROOMY = 560;

/** Where the parts of a strip chart are, in pixels. */
export interface StripLayout {
  readonly width: number;
  readonly height: number;
  /** Where the first block begins, and how far apart blocks are. */
  readonly left: number;
  readonly step: number;
  /** Between neighbors. */
  readonly gap: number;
  /** How tall one unit of a map is. */
  readonly unit: number;
  /** The top of the tallest map, its height, and the middle of all. */
  readonly top: number;
  readonly tall: number;
  readonly middle: number;
  /** Where the strides are marked. */
  readonly marks: number;
  /** What the bars of the lower two rows stand on. */
  readonly fieldBase: number;
  readonly costBase: number;
}

/** Returns the layout of a strip chart of *readings* that is *width* pixels wide. */
export function stripLayout(width: number, readings: readonly StripReading[]): StripLayout {
  const left = Math.max(26, Math.min(100, 0.08 * width)) + 6;
  const step = (width - left) / readings[0].blocks.length;
  const unit = width < ROOMY ? 1.5 : 2.2;
  const tallest = Math.max(...readings.flatMap(({blocks}) => blocks.map(({height}) => height)));
  const top = TITLE + MARKS + RATES;
  const tall = tallest * unit;
  const fieldBase = top + tall + LABELS + TITLE + BARS;
  const costBase = fieldBase + TITLE + BARS + 6;
  return {
    width,
    height: costBase + LABELS + 4,
    left,
    step,
    gap: Math.max(2, Math.min(8, step * 0.16)),
    unit,
    top,
    tall,
    middle: top + tall / 2,
    marks: TITLE + MARKS - 3,
    fieldBase,
    costBase
  };
}

/**
 * Returns the numbers of the blocks that are labeled: *focus*, and as many others as there is room
 * for at *step* pixels each, evenly spaced from the last on and none too close to it.
 */
export function labeledBlocks(count: number, step: number, focus: number): number[] {
  const every = Math.ceil(NUMBER / step);
  return Array.from({length: count}, (_, i) => i).filter((i) => {
    const apart = Math.abs(i - focus);
    return apart === 0 || (apart >= every && (count - 1 - i) % every === 0);
  });
}

/** A row's title, and what is to be said of it where there is room. */
export type RowTitle = [title: string, rest: string];

/** Returns the titles of the three rows at *reading*; *readings* has the coarsest first. */
export function rowTitles(
  reading: StripReading,
  [coarsest]: readonly StripReading[],
  width: number
): RowTitle[] {
  const roomy = width >= ROOMY;
  const [sum, least] = [reading, coarsest].map((r) => total(r, "multiplyAdds"));
  const times =
    sum === least
      ? ""
      : `, ${factor(sum / least)} times those at ${coarsest.outputStride}` +
        (roomy ? " (faint: what they are there)" : "");
  return [
    [
      "Maps",
      `by their height in units${roomy ? " (÷2: a block strides), and the taps of each kernel" : ""}`
    ],
    [
      "Receptive field",
      `${roomy ? "of a unit, " : ""}in pixels${roomy ? ": the same at every output stride" : ""}`
    ],
    ["Multiply-adds", `${inThousands(sum)}${times}`]
  ];
}

/** Returns how the picture's height is labeled. */
export function referenceLabel(pictureHeight: number, width: number): string {
  return width >= ROOMY ? `the picture’s height: ${pictureHeight}` : `picture: ${pictureHeight}`;
}
