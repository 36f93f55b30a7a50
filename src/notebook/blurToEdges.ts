import {boundaryRamps, edgeBetween, lineThrough, rampNear} from "../model/boundaryRamps.ts";
import {classes} from "../model/classes.ts";
import {colorSteps} from "../model/colorSteps.ts";
import {trimap} from "../model/train/trimap.ts";
import {blurToEdges, type BlurData, type BlurToEdgesValue, type View} from "../viz/index.ts";
import {crfFeed, type CrfStreets} from "./crfFeed.ts";
import type {CrfStreet} from "./crfStreet.ts";
import type {LessonStreet} from "./lessonStreet.ts";

/** Figure 5.1: its value is what the reader looks at. */
export interface BlurToEdgesFigure extends View<HTMLElement, BlurToEdgesValue> {
  /** Shows another street. */
  update(street: LessonStreet): void;
  /** Ends the figure's work. */
  close(): void;
}

/** What is near a true boundary, in pixels: a quarter of a cell of the encoder's map. */
const BAND = 4;

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
      blurData(problem, of)
        .then((data) => {
          if (newest === problem) update(data);
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

/** Returns what the figure shows of a street; in slices, so that the page stays at hand. */
async function blurData(
  {data: {image, unary, labels}, encoder, truth}: CrfStreet,
  {width, height, canvas}: LessonStreet
): Promise<BlurData> {
  const size = {width, height};
  const pixels = new Uint8ClampedArray(image);
  const probabilities = unary.map((cost) => Math.exp(-cost));
  await pause();
  const steps = colorSteps({...size, data: pixels});
  await pause();
  const ramps = boundaryRamps({...size, classes: labels, probabilities, steps}, truth);
  await pause();
  const wrong = wrongPixels(encoder, truth, size);
  return {...size, picture: canvas, pixels, probabilities, steps, ramps, wrong};
}

const pause = () => new Promise((resolve) => setTimeout(resolve));

/** Returns how many *labels* are not the *truth*, in all and near its boundaries. */
function wrongPixels(
  labels: Uint8Array,
  truth: Uint8Array,
  {width, height}: {width: number; height: number}
): BlurData["wrong"] {
  const near = trimap(truth, width, height, [BAND], classes.length);
  const counts = {labeled: 0, wrong: 0, band: BAND, labeledNear: 0, wrongNear: 0};
  truth.forEach((label, i) => {
    if (label >= classes.length) return;
    const wrong = Number(labels[i] !== label);
    const inside = Number(near[i] === 0);
    counts.labeled += 1;
    counts.wrong += wrong;
    counts.labeledNear += inside;
    counts.wrongNear += inside * wrong;
  });
  return counts;
}
