import {checkCrfSettings, crfPresets, type CrfSettings} from "./crfSettings.ts";
import {LAST, type IterationReport, type IterationsData} from "./iterationsData.ts";
import type {LegendClass} from "./legend.ts";
import {checkPixel} from "./linkedPixels.ts";
import type {View} from "./view.ts";

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

export interface IterationsOptions {
  readonly classes: readonly LegendClass[];
  /** The size of the pictures. */
  readonly width: number;
  readonly height: number;
  /** Asks for a run of the CRF of the newest data, whose iterations are then {@link IterationsFigure.add}ed. */
  readonly run: (settings: CrfSettings) => void;
  /** What is looked at first. Default: iteration 10 of DeepLab v2's settings. */
  readonly value?: Partial<IterationsValue>;
  /** Takes what is saved. Default: offers it to the reader. */
  readonly save?: (file: Blob, name: string) => void;
}

export interface IterationsFigure extends View<HTMLElement, IterationsValue> {
  /** Takes another street, and asks for its run; what was shown stays until that is done. */
  update(data: IterationsData): void;
  /** Shows the next iteration of the run that was asked for last, from 0 on. */
  add(report: IterationReport): void;
  /** Says what the figure waits for. */
  wait(words: string): void;
  /** Says what went wrong, and what to do; what was shown stays. */
  fail(words: string): void;
  /** Stops listening to the page. */
  close(): void;
}

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
