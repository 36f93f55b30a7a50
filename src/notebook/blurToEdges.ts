import {edgeBetween, lineThrough, rampNear} from "../model/boundaryRamps.ts";
import {classes} from "../model/classes.ts";
import {blurToEdges, type BlurToEdgesValue, type View} from "../viz/index.ts";
import {crfFeed, type CrfStreets} from "./crfFeed.ts";
import type {CrfStreet} from "./crfStreet.ts";
import type {LessonStreet} from "./lessonStreet.ts";
import {computed} from "./lessonWorker.ts";

/** Figure 5.1: its value is what the reader looks at. */
export interface BlurToEdgesFigure extends View<HTMLElement, BlurToEdgesValue> {
  /** Shows another street. */
  update(street: LessonStreet): void;
  /** Ends the figure's work. */
  close(): void;
}

/** Returns the figure of what a CRF is given of *street*, once that comes from **streets**. */
export function blurToEdgesFigure(
  street: LessonStreet,
  {
    streets,
    value,
    save
  }: {
    streets: CrfStreets;
    value?: Partial<BlurToEdgesValue>;
    save?: (file: Blob, name: string) => void;
  }
): BlurToEdgesFigure {
  const {width, height} = street;
  const figure = blurToEdges({
    ...{classes, width, height, lineThrough, rampNear, edgeBetween},
    ...(value && {value}),
    ...(save && {save})
  });
  const {update, close} = figure;
  let newest: CrfStreet | null = null;
  const feed = crfFeed(figure, street, streets, {
    wait: figure.wait,
    show(problem, of) {
      newest = problem;
      const {data, encoder, truth} = problem;
      computed("blur", {data, encoder, truth})
        .then((shown) => {
          if (newest === problem) update({...shown, picture: of.canvas});
        })
        .catch((error: unknown) => figure.fail(`${(error as Error).message}. Reload the page.`));
    },
    fail: figure.fail
  });
  return Object.assign(figure, {
    update: feed.update,
    close() {
      newest = null;
      feed.close();
      close();
    }
  });
}
