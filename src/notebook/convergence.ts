import {
  checkerboardFate,
  checkerboardReadings,
  type CheckerboardOptions
} from "../model/crf/checkerboard.ts";
import {ConfusionMatrix} from "../model/train/metrics.ts";
import {
  convergence,
  type BoardChoice,
  type ConvergenceOptions,
  type ConvergenceValue,
  type View
} from "../viz/index.ts";
import {openCrf, type CrfClient} from "./crfClient.ts";
import {crfFeed, type CrfStreets} from "./crfFeed.ts";
import type {CrfStreet} from "./crfStreet.ts";
import type {LessonStreet} from "./lessonStreet.ts";

/** Figure 5.4: its value is what the reader looks at. */
export interface ConvergenceFigure extends View<HTMLElement, ConvergenceValue> {
  /** Shows another street. */
  update(street: LessonStreet): void;
  close(): void;
}

/** An odd side: of two labels, one has the majority, and rounding decides nothing. */
const board = {side: 11, preference: 1};

/** The most iterations after which a board's fate is known, or else is said not to be. */
const MOST = 400;

const ofBoard = ({weight, tenths}: BoardChoice, subtractSelf: boolean): CheckerboardOptions => ({
  ...board,
  weight,
  sxy: tenths / 10,
  subtractSelf
});

const fate = (choice: BoardChoice, subtractSelf: boolean) =>
  checkerboardFate(ofBoard(choice, subtractSelf), {most: MOST});

/**
 * Returns the figure of whether mean field converges, on *street* and on a checkerboard. The street's
 * iterations are computed in a worker, from when the figure comes near the screen; the checkerboard's
 * in place. **open** opens what computes them, for tests.
 */
export function convergenceFigure(
  street: LessonStreet,
  {
    streets,
    open = openCrf,
    choice,
    save
  }: {
    streets: CrfStreets;
    open?: () => CrfClient;
    choice?: ConvergenceOptions["choice"];
    save?: ConvergenceOptions["save"];
  }
): ConvergenceFigure {
  let client: CrfClient | null = null;
  let problem: CrfStreet | null = null;
  let giveUp = () => {};

  const figure = convergence({
    board,
    run: (of, how) => ({
      subtracted: checkerboardReadings(ofBoard(of, true), how),
      kept: checkerboardReadings(ofBoard(of, false), how)
    }),
    fates: (of) => ({
      subtracted: fate(of, true),
      kept: fate(of, false),
      below: fate({...of, weight: Math.max(1, of.weight - 1)}, true)
    }),
    // A slider in motion gives new kernels with every step: they are run once it rests.
    ask: () => ask(150),
    choice,
    ...(save && {save})
  });

  function ask(delay: number): void {
    giveUp();
    if (problem === null) return;
    const of = problem;
    figure.wait("The CRF’s kernels are prepared …");
    const timer = setTimeout(() => run(of), delay);
    giveUp = () => clearTimeout(timer);
  }

  function run({data, truth}: CrfStreet): void {
    client ??= open();
    const job = {data, kernels: figure.value.settings, iterations: figure.last};
    giveUp = client.run(job, (report) => {
      if ("error" in report)
        return figure.fail(
          `The CRF stopped: ${report.error}. Choose other kernels, or reload the page.`
        );
      const {freeEnergy, largestChange, changed, labels} = report.iteration;
      const matrix = new ConfusionMatrix();
      matrix.add(truth, labels);
      const pixels = data.width * data.height;
      figure.report({freeEnergy: freeEnergy!, largestChange, changed, mIoU: matrix.mIoU}, pixels);
    });
  }

  figure.wait("What the network says of the street is asked for when this comes near.");
  const feed = crfFeed(figure, street, streets, {
    wait(words) {
      if (problem === null) figure.wait(words);
    },
    show(next) {
      problem = next;
      ask(0);
    },
    fail: (words) => figure.fail(words)
  });

  return Object.assign(figure, {
    update(next: LessonStreet) {
      if (next === street) return;
      street = next;
      problem = null;
      giveUp();
      figure.wait("The network looks at the street …");
      feed.update(next);
    },
    close() {
      feed.close();
      giveUp();
      client?.close();
    }
  });
}
