import type {
  BoundaryPlace,
  BoundaryRamps,
  ColorEdge,
  Direction,
  PictureLine,
  Ramp
} from "../model/boundaryRamps.ts";
import type {ColorSteps} from "../model/colorSteps.ts";
import type {LegendClass} from "./legend.ts";
import type {Pixel} from "./pixelPointer.ts";
import type {PictureSource} from "./pictureCopy.ts";

export type {Direction, Ramp, ColorEdge};

/** What the network says of a picture, and what the picture shows. */
export interface BlurData {
  readonly width: number;
  readonly height: number;
  /** The picture, of any size, to be looked at. */
  readonly picture: PictureSource;
  /** Its pixels at *width* × *height*, RGBA. */
  readonly pixels: Uint8ClampedArray;
  /** The encoder's probability of each class at each pixel, class fastest. */
  readonly probabilities: Float32Array;
  readonly steps: ColorSteps;
  /** What is true of the whole picture. */
  readonly ramps: BoundaryRamps;
  readonly wrong: WrongPixels;
}

/** Where the network's labels are wrong. */
export interface WrongPixels {
  /** Pixels with a true class, and those of them whose label is another. */
  readonly labeled: number;
  readonly wrong: number;
  /** The same, within so many pixels of a true boundary. */
  readonly band: number;
  readonly labeledNear: number;
  readonly wrongNear: number;
}

/** What the reader looks at; null is what the figure chooses. */
export interface BlurToEdgesValue {
  /** The class whose probability is shown; null: the one that changes most at the place. */
  label: number | null;
  /** The pinned pixel; null: where a wide ramp stands on a strong, narrow edge. */
  x: number | null;
  y: number | null;
  /** The line that is read through it; null: the one along which the probability changes most. */
  direction: Direction | null;
}

/** The arithmetic that the figure is handed. */
export interface BlurArithmetic {
  lineThrough(
    this: void,
    place: Omit<BoundaryPlace, "label">,
    size: {width: number; height: number}
  ): PictureLine & {at: number};
  rampNear(
    this: void,
    value: (pixel: number) => number,
    length: number,
    at: number,
    reach?: number
  ): Ramp | null;
  edgeBetween(
    this: void,
    steps: Float32Array,
    line: PictureLine,
    from: number,
    to: number
  ): ColorEdge | null;
}

export interface BlurToEdgesOptions extends BlurArithmetic {
  classes: readonly LegendClass[];
  /** The size of the pictures. */
  width: number;
  height: number;
  /** What to start from, and what Reset goes back to. Default: all of it chosen by the figure. */
  value?: Partial<BlurToEdgesValue>;
  /** What is done with a file. Default: the browser's download. */
  save?: (file: Blob, name: string) => void;
}

/** How far on either side of the marked pixel the profile goes, and what is looked for, in pixels. */
export const HALF = 32;
const REACH = 16;

/** What is read along a line through a pixel. */
export interface BlurReading {
  readonly label: number;
  readonly at: Pixel;
  readonly direction: Direction;
  /** The line's pixel that is *at*, and the line itself. */
  readonly position: number;
  readonly line: PictureLine;
  readonly ramp: Ramp | null;
  /** The strongest color step within the ramp, or near the pixel if there is none. */
  readonly edge: ColorEdge | null;
}

/** Returns what is read of class *label* along the line of that *direction* through a pixel. */
export function readPlace(
  data: BlurData,
  {at, label, direction}: {at: Pixel; label: number; direction: Direction},
  {lineThrough, rampNear, edgeBetween}: BlurArithmetic
): BlurReading {
  const line = lineThrough({...at, direction}, data);
  const {at: position} = line;
  const value = probabilityOn(data, line, label);
  const ramp = rampNear(value, line.length, position, REACH);
  const ends = ramp && [ramp.low ?? ramp.middle, ramp.high ?? ramp.middle];
  const [from, to] = ends ? [Math.min(...ends), Math.max(...ends)] : [position, position];
  const room = ramp?.width == null ? REACH : 1; // a ramp that is narrower than a step has one
  const edge = edgeBetween(data.steps[direction], line, from - room, to + room);
  return {label, at, direction, position, line, ramp, edge};
}

/** Returns the probability of class *label* at each pixel of a line. */
export function probabilityOn(
  {probabilities, width, height}: BlurData,
  {start, stride}: PictureLine,
  label: number
): (pixel: number) => number {
  const classes = probabilities.length / (width * height);
  return (i) => probabilities[(start + i * stride) * classes + label];
}

/**
 * Returns, of the labels and directions that *value* leaves open, those whose probability changes
 * most near the pixel *at*.
 */
export function mostChanging(
  data: BlurData,
  at: Pixel,
  value: Pick<BlurToEdgesValue, "label" | "direction">,
  {lineThrough}: Pick<BlurArithmetic, "lineThrough">
): {label: number; direction: Direction} {
  const classes = data.probabilities.length / (data.width * data.height);
  const labels = value.label === null ? Array.from({length: classes}, (_, k) => k) : [value.label];
  const directions = value.direction === null ? (["across", "down"] as const) : [value.direction];
  let most = -1;
  let best = {label: labels[0], direction: directions[0]};
  for (const direction of directions) {
    const line = lineThrough({...at, direction}, data);
    const from = Math.max(0, line.at - REACH);
    const to = Math.min(line.length - 1, line.at + REACH);
    for (const label of labels) {
      const value = probabilityOn(data, line, label);
      let [least, largest] = [1, 0];
      for (let i = from; i <= to; ++i) {
        least = Math.min(least, value(i));
        largest = Math.max(largest, value(i));
      }
      if (largest - least <= most) continue;
      most = largest - least;
      best = {label, direction};
    }
  }
  return best;
}

/**
 * Returns whether there is a strong color edge at pixel *at*, along its row or its column, though
 * the network is sure of one label all around; and the strongest step there, in levels.
 */
export function edgeWithin(
  data: BlurData,
  at: Pixel,
  arithmetic: Pick<BlurArithmetic, "lineThrough" | "edgeBetween">
): {solved: boolean; levels: number; sure: boolean} {
  const classes = data.probabilities.length / (data.width * data.height);
  let [levels, solved, sure] = [0, false, false];
  for (const direction of ["across", "down"] as const) {
    const line = arithmetic.lineThrough({...at, direction}, data);
    const {at: position} = line;
    const edge = arithmetic.edgeBetween(data.steps[direction], line, position - 2, position + 2);
    levels = Math.max(levels, edge?.levels ?? 0);
    for (let label = 0; label < classes; ++label) {
      const value = probabilityOn(data, line, label);
      let all = true;
      for (let i = Math.max(0, position - 8); i <= Math.min(line.length - 1, position + 8); ++i)
        all &&= value(i) >= 0.9;
      sure ||= all;
      solved ||= all && (edge?.levels ?? 0) >= EDGE_LEVELS;
    }
  }
  return {solved, levels, sure};
}

/** From how many levels on a color edge is strong. */
export const EDGE_LEVELS = 60;
