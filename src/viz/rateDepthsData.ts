/** Which rates, what stands in the street, and where. */
export interface RateDepthsValue {
  /** The rates of ASPP's three atrous branches, 1 to 24. */
  r1: number;
  r2: number;
  r3: number;
  /** One of the kinds offered. */
  kind: string;
  /** Meters right of the middle of the road; a place where it may not stand is moved to the nearest. */
  x: number;
  /** Whole meters in front of the camera. */
  depth: number;
}

/** What the figure can put into the street. */
export interface DepthKind {
  readonly kind: string;
  /** Its name, such as "Lamp post". */
  readonly name: string;
  /** The name of its class. */
  readonly label: string;
  /** The least and greatest depth at which it can stand, in whole meters. */
  readonly range: readonly [near: number, far: number];
}

/** How many of a thing's pixels have its class: with all branches, and with each muted in turn. */
export interface DepthCounts {
  /** The thing's pixels in the truth. */
  readonly pixels: number;
  /** Those of them that are labeled so with all branches. */
  readonly kept: number;
  /** With each branch muted, in the network's order: image pooling, 1×1, and the three rates. */
  readonly without: readonly number[];
}

/** The most that a rate may be. */
export const MOST_RATE = 24;
/** How far from the middle of the road a value may be, in meters. */
export const FARTHEST_SIDE = 20;

/** A branch matters if muting it takes at least this many points. */
export const MATTERS = 2;
/** Branches tie if they differ by less than this many points. */
const TIE = 1;

/**
 * Returns the pixels that a thing gives its class *label*: those that have it in the truth *with* it
 * and not in the truth *without* it.
 */
export function thingPixels(with_: Uint8Array, without: Uint8Array, label: number): Int32Array {
  if (with_.length !== without.length)
    throw new RangeError(`truths differ in size: ${with_.length} and ${without.length} pixels`);
  const found: number[] = [];
  with_.forEach((own, i) => {
    if (own === label && without[i] !== label) found.push(i);
  });
  return Int32Array.from(found);
}

/** Returns how many of *pixels* have *label* in *labels*. */
export function countOf(labels: Uint8Array, pixels: Int32Array, label: number): number {
  return pixels.reduce((sum, i) => sum + Number(labels[i] === label), 0);
}

/**
 * Returns what muting each branch takes, in points of the thing's pixels: above 0 where fewer have
 * its class without the branch, below where more have. Null of a thing without pixels.
 */
export function lossesOf({pixels, kept, without}: DepthCounts): number[] | null {
  return pixels === 0 ? null : without.map((left) => (100 * (kept - left)) / pixels);
}

/** Returns the branches that matter most, ties included; none if none matters. */
export function mostOf(losses: readonly number[]): number[] {
  const most = Math.max(...losses);
  if (most < MATTERS) return [];
  return losses.flatMap((loss, i) => (loss > most - TIE && loss >= MATTERS ? [i] : []));
}

/** Returns up to twelve whole depths from *near* to *far*, each the same factor from the next. */
export function walkDepths([near, far]: readonly [near: number, far: number]): number[] {
  const steps = Array.from({length: 12}, (_, i) => Math.round(near * (far / near) ** (i / 11)));
  return [...new Set(steps)];
}

/** Returns the three rates of a value, in order. */
export function ratesOf({r1, r2, r3}: RateDepthsValue): [number, number, number] {
  return [r1, r2, r3];
}

/** Returns whether two values are equal. */
export function sameDepths(a: RateDepthsValue, b: RateDepthsValue): boolean {
  return (Object.keys(a) as (keyof RateDepthsValue)[]).every((key) => a[key] === b[key]);
}

/** Returns the one of *kinds* that a value names; throws a RangeError if there is none. */
export function kindIn(kinds: readonly DepthKind[], kind: string): DepthKind {
  const found = kinds.find((one) => one.kind === kind);
  const legal = kinds.map((one) => one.kind).join(", ");
  if (found === undefined) throw new RangeError(`invalid kind: ${kind} (${legal})`);
  return found;
}

/** Returns a copy of a value that is legal; throws a RangeError for any other. */
export function checkDepths(
  kinds: readonly DepthKind[],
  {r1, r2, r3, kind, x, depth}: RateDepthsValue
): RateDepthsValue {
  for (const rate of [r1, r2, r3])
    if (!(Number.isInteger(rate) && rate >= 1 && rate <= MOST_RATE))
      throw new RangeError(`invalid rate: ${rate} (a whole number from 1 to ${MOST_RATE})`);
  const [near, far] = kindIn(kinds, kind).range;
  if (!(Number.isInteger(depth) && depth >= near && depth <= far))
    throw new RangeError(`invalid depth: ${depth} (whole meters from ${near} to ${far})`);
  if (!(Math.abs(x) <= FARTHEST_SIDE))
    throw new RangeError(`invalid x: ${x} (meters from −${FARTHEST_SIDE} to ${FARTHEST_SIDE})`);
  return {r1, r2, r3, kind, x, depth};
}
