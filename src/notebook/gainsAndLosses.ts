import {classes} from "../model/classes.ts";
import {ConfusionMatrix} from "../model/train/metrics.ts";
import {
  gainsAndLosses,
  type GainsAndLossesOptions,
  type GainsAndLossesValue,
  type HarmData,
  type LabelScores,
  type View
} from "../viz/index.ts";
import {openCrf, type CrfClient} from "./crfClient.ts";
import {crfFeed, type CrfStreets} from "./crfFeed.ts";
import type {CrfStreet} from "./crfStreet.ts";
import type {LessonStreet} from "./lessonStreet.ts";

/** Figure 5.6: its value is what the reader looks at, and the CRF's settings. */
export interface GainsAndLossesFigure extends View<HTMLElement, GainsAndLossesValue> {
  /** Shows another street. */
  update(street: LessonStreet): void;
  close(): void;
}

const ITERATIONS = 10;
/** How long a slider must rest before the CRF runs anew, in milliseconds. */
const REST = 150;

/**
 * Returns the figure of what the fully connected CRF gains and loses on *street*, against the encoder
 * alone and the decoder. The CRF runs in a worker, from when the figure comes near the screen.
 * **open** opens what computes it, for tests.
 */
export function gainsAndLossesFigure(
  street: LessonStreet,
  {
    streets,
    open = openCrf,
    value,
    save
  }: {
    streets: CrfStreets;
    open?: () => CrfClient;
    value?: Partial<GainsAndLossesValue>;
    save?: GainsAndLossesOptions["save"];
  }
): GainsAndLossesFigure {
  let client: CrfClient | null = null;
  let problem: CrfStreet | null = null;
  let giveUp = () => {};

  const figure = gainsAndLosses({
    classes,
    ask: () => ask(REST),
    ...(value && {value}),
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
    const kernels = figure.value.settings;
    const job = {data, kernels, iterations: ITERATIONS, freeEnergy: false};
    giveUp = client.run(job, (report) => {
      if ("error" in report)
        return figure.fail(
          `The CRF stopped: ${report.error}. Choose other settings, or reload the page.`
        );
      const {iteration, labels} = report.iteration;
      if (iteration < ITERATIONS) figure.wait(`Iteration ${iteration} of ${ITERATIONS} …`);
      else figure.refine(labels, scoresOf(truth, labels));
    });
  }

  figure.wait("What the network says of the street is asked for when this comes near.");
  const feed = crfFeed(figure, street, streets, {
    wait(words) {
      if (problem === null) figure.wait(words);
    },
    show(next) {
      problem = next;
      figure.show(harmData(next));
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

function harmData({data, encoder, decoder, truth}: CrfStreet): HarmData {
  const {width, height, image} = data;
  const total = classes.map(() => 0);
  for (const label of truth) if (label < total.length) total[label]++;
  return {
    ...{width, height, encoder, decoder, truth, total},
    pixels: image,
    scores: {encoder: scoresOf(truth, encoder), decoder: scoresOf(truth, decoder)}
  };
}

/** Returns how well *labels* agree with *truth*; void pixels do not count. */
export function scoresOf(truth: Uint8Array, labels: Uint8Array): LabelScores {
  const matrix = new ConfusionMatrix();
  matrix.add(truth, labels);
  const {perClass, mIoU, counts, size} = matrix;
  return {
    perClass,
    mIoU: mIoU ?? 0,
    right: Array.from({length: size}, (_, label) => counts[label * size + label])
  };
}
