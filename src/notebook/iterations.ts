import type {CrfIteration} from "../model/crf/crfRun.ts";
import {classes} from "../model/classes.ts";
import {ConfusionMatrix} from "../model/train/metrics.ts";
import {
  iterations,
  type IterationReport,
  type IterationsOptions,
  type IterationsValue,
  type View
} from "../viz/index.ts";
import {openCrf, type CrfClient} from "./crfClient.ts";
import {crfFeed, type CrfStreets} from "./crfFeed.ts";
import type {CrfStreet} from "./crfStreet.ts";
import type {LessonStreet} from "./lessonStreet.ts";

/** Figure 5.3: its value is what the reader looks at. */
export interface IterationsLessonFigure extends View<HTMLElement, IterationsValue> {
  /** Shows another street. */
  update(street: LessonStreet): void;
  /** Ends the figure's work. */
  close(): void;
}

/** The iterations of a run after the first, 0. */
const ITERATIONS = 10;

/**
 * Returns the figure of the CRF of *street*, iteration by iteration, once what the network says
 * comes from **streets**. **open** opens the worker that runs the CRF; default {@link openCrf}.
 */
export function iterationsFigure(
  street: LessonStreet,
  {
    streets,
    open = openCrf,
    ...options
  }: {streets: CrfStreets; open?: () => CrfClient} & Pick<IterationsOptions, "value" | "save">
): IterationsLessonFigure {
  const {width, height} = street;
  let client: CrfClient | null = null;
  let problem: CrfStreet | null = null;
  const figure = iterations({
    ...{classes, width, height, ...options},
    run(kernels) {
      if (problem === null) return;
      const {data, truth} = problem;
      client ??= open();
      const job = {data, kernels, iterations: ITERATIONS, keepMessages: true, freeEnergy: false};
      client.run(job, (report) => {
        if ("iteration" in report) figure.add(scored(report.iteration, truth));
        else figure.fail(`The CRF stopped: ${report.error}. Change a setting to try again.`);
      });
    }
  });
  const {update, close} = figure;
  const feed = crfFeed(figure, street, streets, {
    wait: figure.wait,
    show(next, {canvas}) {
      problem = next;
      update({picture: canvas, unary: next.data.unary, truth: next.truth});
    },
    fail: figure.fail
  });
  return Object.assign(figure, {
    update: feed.update,
    close() {
      problem = null;
      feed.close();
      client?.close();
      close();
    }
  });
}

function scored(of: CrfIteration, truth: Uint8Array): IterationReport {
  const matrix = new ConfusionMatrix(classes.length);
  matrix.add(truth, of.labels);
  return {...of, mIoU: matrix.mIoU};
}
