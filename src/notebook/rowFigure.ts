import {tapRow, type TapRow} from "../viz/index.ts";
import type {LessonStreetButton} from "./lessonStreet.ts";

/** Returns figure 1.1, with the button that draws another street for the whole lesson. */
export function rowFigure(picker: LessonStreetButton): TapRow {
  const figure = tapRow();
  figure.querySelector(".viz-tap-row-place")?.append(picker);
  return figure;
}
