import {classes} from "../model/classes.ts";
import {labelsFromLogits, probabilitiesAt} from "../model/logits.ts";
import type {SegmentOptions} from "../model/segment.ts";
import {segmentationView, type SegmentationView} from "../viz/index.ts";
import type {NetworkClient} from "./networkClient.ts";
import type {Prediction, Source} from "./predict.ts";

/** What a figure shows to the network, and to the reader. */
export interface Subject {
  readonly source: Source;
  /** Where its picture is on screen: copied when a prediction is asked for. */
  readonly canvas: HTMLCanvasElement;
}

export interface PredictionView {
  readonly element: SegmentationView;
  /** The latest prediction, and what it is of. */
  readonly latest: {subject: Subject; prediction: Prediction} | null;
  /** Predicts *subject* and shows it; of several that wait, only the newest. */
  show(subject: Subject, options?: SegmentOptions): void;
}

/**
 * Returns a figure of what *network* sees, which keeps its last picture whatever goes wrong.
 * **lane** is its place in the network's queue; **message** adds a sentence to the caption. While
 * the figure is out of view, nothing after its first prediction is computed until it comes back.
 */
export function predictionView(
  network: NetworkClient,
  lane: string,
  {
    opacity,
    message = () => undefined,
    onPrediction = () => undefined
  }: {
    opacity?: number;
    message?: (prediction: Prediction, subject: Subject) => string | undefined;
    onPrediction?: (prediction: Prediction, subject: Subject) => void;
  } = {}
): PredictionView {
  const element = segmentationView({classes, ...(opacity !== undefined && {opacity})});
  const spare: HTMLCanvasElement[] = []; // canvases for the copies, used again
  let latest: PredictionView["latest"] = null;
  let asked: Subject | null = null;
  let visible = true;
  let postponed: (() => void) | null = null;
  let sharpening: ReturnType<typeof setTimeout> | undefined;

  network.subscribe((status) => {
    if (status.state === "loading") {
      element.progress({loaded: status.loaded, total: status.total ?? status.loaded});
    } else element.progress(null);
    if (status.state === "failed") element.error(sentence(status.message));
  });
  new IntersectionObserver(([{isIntersecting}]) => {
    visible = isIntersecting;
    if (visible) postponed?.();
  }).observe(element);

  function draw(prediction: Prediction, subject: Subject, picture: HTMLCanvasElement): void {
    const {labels, width, height, truth, agreement, segmentation} = prediction;
    const words = message(prediction, subject);
    element.update({
      picture,
      labels,
      width,
      height,
      milliseconds: segmentation.milliseconds,
      probabilitiesAt: (x, y) => probabilitiesAt(segmentation.logits, x, y, width, height),
      labelsAt: (w, h) => labelsFromLogits(segmentation.logits, w, h),
      truth,
      agreement,
      ...(words !== undefined && {message: words})
    });
  }

  async function ask(subject: Subject, options: SegmentOptions): Promise<void> {
    element.busy(true);
    // By the time of the answer the reader may have moved things on.
    const picture = copy(subject.canvas, spare.pop());
    try {
      const prediction = await network.predict(lane, subject.source, options);
      if (prediction === null) return; // a newer one is on its way
      latest = {subject, prediction};
      draw(prediction, subject, picture);
      if (subject !== asked) element.busy(true);
      onPrediction(prediction, subject);
      // The scene is drawn coarsely while it moves: take its picture again once it is sharp.
      clearTimeout(sharpening);
      sharpening = setTimeout(() => {
        if (subject === asked) draw(prediction, subject, subject.canvas);
      }, 400);
    } catch (error) {
      element.error(sentence((error as Error).message));
    } finally {
      spare.push(picture);
    }
  }

  return {
    element,
    get latest() {
      return latest;
    },
    show(subject, options = {}) {
      asked = subject;
      postponed = () => {
        postponed = null;
        void ask(subject, options);
      };
      if (visible || latest === null) postponed();
    }
  };
}

function copy(
  from: HTMLCanvasElement,
  to: HTMLCanvasElement = document.createElement("canvas")
): HTMLCanvasElement {
  Object.assign(to, {width: from.width, height: from.height});
  to.getContext("2d")?.drawImage(from, 0, 0);
  return to;
}

/** An error's message as a sentence. */
function sentence(message: string): string {
  const text = message.charAt(0).toUpperCase() + message.slice(1);
  return /[.!?]$/.test(text) ? text : `${text}.`;
}
