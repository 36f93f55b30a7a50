import type {FilterFacts, FilterTiming} from "../model/crf/filterTiming.ts";
import type {LatticeEdge, LatticeSteps, PlanePoint} from "../model/crf/latticeSteps.ts";

/** What the reader has set. What was measured is not part of it: it is true of one device. */
export interface LatticeStepsValue {
  /** 0 points, 1 splat, 2 to 4 blur along each axis, 5 slice. */
  step: number;
  /** 1 to 8 points: whole units of a plane of 120 × 80, and whole values from 0 to 9. */
  points: PlanePoint[];
  /** Of the Gaussian in the plane, in its units: a whole number from 12 to 60. */
  deviation: number;
  /** Of the kernel that is timed: pixels, 1 to 256, and levels of 255, 1 to 128. */
  sxy: number;
  srgb: number;
}

/** What is found out about a picture's filters: facts, times so far, or the end. */
export type FilterReport =
  {facts: FilterFacts} | {timing: FilterTiming} | {done: true} | {error: string};

/** The kernel that is timed. */
export type TimedKernel = Pick<LatticeStepsValue, "sxy" | "srgb">;

export interface LatticeStepsOptions {
  /** The lattice's steps with points in a plane. */
  steps(this: void, points: readonly PlanePoint[], deviation: number): LatticeSteps;
  /** The edges of the lattice's triangles in a part of the plane. */
  edges(this: void, width: number, height: number, deviation: number): LatticeEdge[];
  /**
   * Asks for the facts of the picture's lattice, or measures its filters, elsewhere: tells *report*
   * what it finds, and returns what gives it up.
   */
  ask(
    this: void,
    type: "facts" | "measure",
    kernel: TimedKernel,
    report: (report: FilterReport) => void
  ): () => void;
  /** The size of the picture that is timed, in pixels. Default 257×193. */
  width?: number;
  height?: number;
  /** What the reader's device is called, such as "Firefox 140 on Linux, 8 logical cores". */
  device: string;
  /** What to start from, and what Reset goes back to. */
  initial?: Partial<LatticeStepsValue>;
  /** What is done with a file. Default: the browser's download. */
  save?: (file: Blob, name: string) => void;
}

/** The plane, in its units. */
export const plane = {width: 120, height: 80};
export const lastStep = 5;
export const deviations = {least: 12, most: 60};
export const mostPoints = 8;
export const mostValue = 9;
const ranges = {sxy: [1, 256], srgb: [1, 128]} as const;

/** Returns *value* as a new object. Throws a RangeError if it is not legal. */
export function checkLatticeSteps({
  step,
  points,
  deviation,
  sxy,
  srgb
}: LatticeStepsValue): LatticeStepsValue {
  whole("step", step, 0, lastStep);
  whole("deviation", deviation, deviations.least, deviations.most);
  whole("sxy", sxy, ...ranges.sxy);
  whole("srgb", srgb, ...ranges.srgb);
  if (!(Array.isArray(points) && points.length >= 1 && points.length <= mostPoints))
    throw new RangeError(`invalid points: ${points?.length} (1 to ${mostPoints})`);
  for (const {x, y, value} of points) {
    whole("x", x, 0, plane.width);
    whole("y", y, 0, plane.height);
    whole("value", value, 0, mostValue);
  }
  const copies = points.map(({x, y, value}) => ({x, y, value}));
  return {step, points: copies, deviation, sxy, srgb};
}

function whole(name: string, value: number, least: number, most: number): void {
  if (!(Number.isInteger(value) && value >= least && value <= most))
    throw new RangeError(`invalid ${name}: ${value} (a whole number, ${least} to ${most})`);
}

/** Returns the letter of a point: A for the first. */
export function letterOf(point: number): string {
  return String.fromCharCode(65 + point);
}

/** Returns the place of the plane, in steps of four units, that is farthest from all *points*. */
export function freePlace(points: readonly PlanePoint[]): {x: number; y: number} {
  let best = {x: 0, y: 0, far: -1};
  for (let y = 8; y <= plane.height - 8; y += 4)
    for (let x = 8; x <= plane.width - 8; x += 4) {
      const far = Math.min(...points.map((point) => Math.hypot(point.x - x, point.y - y)));
      if (far > best.far) best = {x, y, far};
    }
  return {x: best.x, y: best.y};
}
