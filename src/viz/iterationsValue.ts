import {checkCrfSettings, crfPresets, type CrfSettings} from "./crfSettings.ts";
import {LAST} from "./iterationsData.ts";
import {checkPixel} from "./linkedPixels.ts";

/** What the reader looks at. */
export interface IterationsValue {
  readonly iteration: number;
  /** The class whose scores and beliefs are shown; null for the one that the CRF mends most. */
  readonly label: number | null;
  /** The pixel pinned; both null for the one that tells most of that class. */
  readonly x: number | null;
  readonly y: number | null;
  /** What the large picture shows. */
  readonly view: IterationsView;
  readonly settings: CrfSettings;
}

/** The picture where it is believed to be of the class; the two maps; the likeliest labels. */
export const viewNames = ["cutout", "score", "belief", "labels"] as const;

/** What the large picture shows. */
export type IterationsView = (typeof viewNames)[number];

/** What is looked at first. */
export const firstIterations: IterationsValue = {
  ...{iteration: LAST, label: null, x: null, y: null, view: "cutout"},
  settings: checkCrfSettings(crfPresets[0])
};

/**
 * Returns a new object of what is looked at in a picture of *width* × *height* with so many *labels*.
 * Throws a RangeError if it is not there.
 */
export function checkIterations(
  {iteration, label, x, y, view, settings}: IterationsValue,
  {width, height, labels}: {width: number; height: number; labels: number}
): IterationsValue {
  if (!(Number.isInteger(iteration) && iteration >= 0 && iteration <= LAST))
    throw new RangeError(`invalid iteration: ${iteration} (0 to ${LAST})`);
  if (label !== null && !(Number.isInteger(label) && label >= 0 && label < labels))
    throw new RangeError(`invalid label: ${label} (null, or 0 to ${labels - 1})`);
  if ((x === null) !== (y === null))
    throw new RangeError(`invalid pixel: ${x}, ${y} (both numbers, or both null)`);
  if (x !== null && y !== null) checkPixel({x, y}, {width, height});
  if (!viewNames.includes(view))
    throw new RangeError(`invalid view: ${String(view)} (${viewNames.join(", ")})`);
  return {iteration, label, x, y, view, settings: checkCrfSettings(settings)};
}
