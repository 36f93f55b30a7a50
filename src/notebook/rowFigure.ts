import {tapRow, type TapRow} from "../viz/index.ts";
import type {LessonStreetButton} from "./lessonStreet.ts";

/** Returns figure 1.1, with the button that draws another street for the whole lesson. */
export function rowFigure(picker: LessonStreetButton): TapRow {
  const figure = tapRow({row: 100, x: 109}); // at the edge of a van, in the first street
  figure.querySelector(".viz-tap-row-place")?.append(picker);
  return figure;
}
