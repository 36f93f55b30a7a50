import {classes} from "../model/classes.ts";
import {countAbove, heardByLabel, heardHalf, nearestOther} from "../model/crf/heard.ts";
import {kernelSums, pairKernels, pairwiseKernels} from "../model/crf/pairwise.ts";
import {firstPairwise, pairwiseWeights, type PairwiseValue, type View} from "../viz/index.ts";
import type {LessonStreet} from "./lessonStreet.ts";
import {computed} from "./lessonWorker.ts";

/** Figure 5.2: its value is the pixel, the map shown large, and the kernels' settings. */
export interface PairwiseWeightsFigure extends View<HTMLElement, PairwiseValue> {
  /** Shows another street. */
  update(street: LessonStreet): void;
  /** Ends the figure's work. */
  close(): void;
}

/**
 * Returns the figure of whom a pixel of *street* hears in a fully connected CRF. It needs no
 * network; what it is told of the street is computed in a worker.
 */
export function pairwiseWeightsFigure(
  street: LessonStreet,
  {value, save}: {value?: Partial<PairwiseValue>; save?: (file: Blob, name: string) => void} = {}
): PairwiseWeightsFigure {
  const {width, height} = street;
  const figure = pairwiseWeights({
    ...{classes, width, height, pairwiseKernels, pairKernels, kernelSums},
    ...{countAbove, heardHalf, heardByLabel, nearestOther},
    ...(value && {value}),
    ...(save && {save})
  });
  const {update} = figure;
  let newest: LessonStreet | null = null;

  function feed(of: LessonStreet): void {
    newest = of;
    label(of).catch((error: unknown) => {
      if (newest === of) figure.fail(`${(error as Error).message}. Reload the page.`);
    });
  }

  async function label(of: LessonStreet): Promise<void> {
    const {seed, pixels, canvas} = of;
    const {truth, clearest} = await computed("pairs", {
      seed,
      picture: {width, height, data: pixels},
      widths: firstPairwise.settings
    });
    if (newest !== of) return;
    update({width, height, picture: canvas, pixels, truth, clearest});
  }

  feed(street);
  return Object.assign(figure, {
    update(next: LessonStreet) {
      if (next !== newest) feed(next);
    },
    close() {
      newest = null;
    }
  });
}
