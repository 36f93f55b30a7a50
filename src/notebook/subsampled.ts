import type {Filter} from "../model/atrousForms.ts";
import {compareSubsampled} from "../model/subsample.ts";
import {subsampled, type Subsampled, type SubsampledValue} from "../viz/index.ts";
import {filterPicture} from "./filterPicture.ts";
import type {LessonStreet} from "./lessonStreet.ts";

/** Figure 1.5, on a street. */
export interface SubsampledFigure extends Omit<Subsampled, "update"> {
  /** Shows another street. */
  update(street: LessonStreet): void;
}

/**
 * Returns the figure of what downsampling loses, on *street*; **learned** reads the network's
 * filters.
 */
export function subsampledFigure(
  street: LessonStreet,
  {
    learned,
    value,
    save
  }: {
    learned: () => Promise<readonly Filter[]>;
    value?: Partial<SubsampledValue>;
    save?: (file: Blob, name: string) => void;
  }
): SubsampledFigure {
  const picture = filterPicture(street);
  const figure = subsampled({picture, compare: compareSubsampled, learned, value, save});
  const {update} = figure;
  return Object.assign(figure, {update: (next: LessonStreet) => update(filterPicture(next))});
}
