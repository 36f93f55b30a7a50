import {classes} from "../model/classes.ts";
import {
  clearestPixel,
  countAbove,
  heardByLabel,
  heardHalf,
  nearestOther
} from "../model/crf/heard.ts";
import {kernelSums, pairKernels, pairwiseKernels} from "../model/crf/pairwise.ts";
import {labelScene, randomScene} from "../scenes/index.ts";
import {firstPairwise, pairwiseWeights, type PairwiseValue, type View} from "../viz/index.ts";
import type {LessonStreet} from "./lessonStreet.ts";

/** Figure 5.2: its value is the pixel, the map shown large, and the kernels' settings. */
export interface PairwiseWeightsFigure extends View<HTMLElement, PairwiseValue> {
  /** Shows another street. */
  update(street: LessonStreet): void;
  /** Ends the figure's work. */
  close(): void;
}

/**
 * Returns the figure of whom a pixel of *street* hears in a fully connected CRF. It needs no
 * network; what it is told of the street is computed in slices of some ten milliseconds.
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
    await pause();
    if (newest !== of) return;
    const truth = labelScene(newContext, randomScene(of.seed), {width, height});
    await pause();
    if (newest !== of) return;
    const pixels = {width, height, data: of.pixels};
    const clearest = clearestPixel(pixels, truth, firstPairwise.settings);
    await pause();
    if (newest !== of) return;
    update({width, height, picture: of.canvas, pixels: of.pixels, truth, clearest});
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

const pause = () => new Promise((resolve) => setTimeout(resolve));

function newContext(width: number, height: number): CanvasRenderingContext2D {
  const canvas = document.createElement("canvas");
  Object.assign(canvas, {width, height});
  const context = canvas.getContext("2d", {willReadFrequently: true});
  if (context === null) throw new Error("this browser draws on no canvas");
  return context;
}
