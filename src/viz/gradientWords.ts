import {percent} from "./percent.ts";

/** What the sentences of the gradient's figure are made of. */
export interface GradientFacts {
  /** The layer, in words for the reader. */
  readonly label: string;
  /** Height and width of its map. */
  readonly map: readonly [height: number, width: number];
  /** Row and column of the unit on it. */
  readonly unit: {readonly x: number; readonly y: number};
  /** The theoretical field's size in pixels, Infinity past a global pooling. */
  readonly size: number;
  /** The size without global pooling, if that is on the way and not all there is. */
  readonly finiteSize: number | null;
  /** Width and height of the part of the field that lies in the picture. */
  readonly inside: readonly [width: number, height: number];
  readonly picture: readonly [width: number, height: number];
  /** How many pixels of that part no path leads from, once known. */
  readonly holes: number | null;
  /** How many pixels hold 90\u00a0% of the gradient, once known: 0 if all of it is 0. */
  readonly trained: number | null;
  readonly untrained: number | null;
}

/** Returns which unit of which layer it is. */
export function unitWords({
  label,
  map: [height, width],
  unit: {x, y}
}: Pick<GradientFacts, "label" | "map" | "unit">): string {
  const place =
    height * width === 1
      ? "the only unit of its map"
      : `the unit in row ${y + 1}, column ${x + 1} of its ${height} × ${width} map`;
  return `${label}: ${place}.`;
}

/** Returns what the theoretical field is, and how much of it lies in the picture. */
export function boxWords({
  size,
  finiteSize,
  inside: [width, height],
  picture
}: Pick<GradientFacts, "size" | "finiteSize" | "inside" | "picture">): string {
  if (size === Infinity) {
    const rest = finiteSize === null ? "" : `; without it, ${square(finiteSize)} pixels`;
    return `Through image pooling its theoretical field is the whole picture, whatever its size${rest}.`;
  }
  const whole = width === picture[0] && height === picture[1];
  const part =
    width === size && height === size
      ? "all in the picture"
      : whole
        ? "the whole picture and more"
        : `of which ${width} × ${height} lie in the picture`;
  return `Its theoretical field is ${square(size)} pixels (blue), ${part}.`;
}

/** Returns how much of the box is a hole. */
export function holeWords({inside, holes}: Pick<GradientFacts, "inside" | "holes">): string {
  if (holes === null) return "";
  if (holes === 0) return "No pixel of the box is a hole: from each some path leads to the unit.";
  return `From ${share(holes, inside)} of the box no path leads to the unit: holes (hatched).`;
}

/** Returns what share of the box holds 90 % of the gradient, as "in 15 % of the box". */
export function shareWords(count: number, inside: readonly [number, number]): string {
  return count === 0
    ? "0 everywhere: all ReLUs on its way are closed"
    : `90\u00a0% in ${share(count, inside)} of the box`;
}

/** Returns the figure's caption, as far as all in it is known. */
export function gradientSentences(facts: GradientFacts): string {
  const {trained, untrained, inside} = facts;
  const sentences = [unitWords(facts), boxWords(facts), holeWords(facts)];
  if (trained !== null) {
    const known =
      trained === 0
        ? "With the trained weights its gradient is 0 everywhere: the ReLUs are closed here."
        : `With the trained weights, the fewest pixels that hold 90\u00a0% of its gradient are ` +
          `${trained.toLocaleString("en")}, ${share(trained, inside)} of the box`;
    const other =
      untrained === null || untrained === 0 || trained === 0
        ? ""
        : `; with untrained ones, ${share(untrained, inside)}`;
    sentences.push(trained === 0 ? known : `${known}${other}.`);
  }
  return sentences.filter((sentence) => sentence !== "").join(" ");
}

const square = (side: number) => `${side.toLocaleString("en")} × ${side.toLocaleString("en")}`;

/** A part of the box, as "15 %" that no line breaks. */
const share = (count: number, [width, height]: readonly [number, number]) =>
  percent(count / (width * height)).replace(" ", "\u00a0");
