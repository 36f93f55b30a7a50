import type {Frame} from "./iterationsData.ts";
import type {IterationsView} from "./iterationsValue.ts";
import {canvasOf, hatch, packColors, paintLabels} from "./labelLayers.ts";
import type {LegendClass} from "./legend.ts";
import {copyPicture, type PictureSource} from "./pictureCopy.ts";
import {paintPixels} from "./responseMap.ts";
import {part} from "./view.ts";

/** How much of the picture is still seen where the class is not believed in. */
const GHOST = 0.1;

/** One iteration as it is shown large; *maps* is another object when they are painted again. */
export interface LargeSubject {
  readonly frame: Frame;
  readonly truth: Uint8Array;
  readonly label: number;
  readonly view: IterationsView;
  readonly score: HTMLCanvasElement;
  readonly belief: HTMLCanvasElement;
  readonly maps: object | null;
}

export interface LargeIteration {
  readonly element: HTMLElement;
  showPicture(picture: PictureSource): void;
  /** Draws at once, if there is anything new to draw. */
  show(subject: LargeSubject): void;
}

/**
 * Returns a picture of *width* × *height*, at twice that density, of one iteration: the street cut
 * out where it is believed to be of a class, or one of the maps, or the likeliest labels over the
 * street, hatched where they are wrong.
 */
export function largeIteration({
  width,
  height,
  classes
}: {
  width: number;
  height: number;
  classes: readonly LegendClass[];
}): LargeIteration {
  const element = document.createElement("div");
  element.className = "viz-stage viz-iter-large";
  element.style.aspectRatio = `${width} / ${height}`;
  element.innerHTML = `<canvas role="img"></canvas>`;
  const canvas = part<HTMLCanvasElement>(element, "canvas");
  const [w, h] = [2 * width, 2 * height];
  Object.assign(canvas, {width: w, height: h});
  const picture = document.createElement("canvas");
  const matte = document.createElement("canvas");
  const packed = packColors(classes.map(({color}) => color));
  /** What has been composed of a frame, kept while the picture is the same. */
  let composed = new WeakMap<Frame, HTMLCanvasElement>();
  let cut = new WeakMap<Frame, {label: number; canvas: HTMLCanvasElement}>();
  let drawn: LargeSubject | null = null;

  function cutOut(context: CanvasRenderingContext2D, {Q}: Frame, label: number): void {
    paintPixels(matte, width, height, (pixels) => {
      for (let i = 0, at = label; i < pixels.length; i++, at += classes.length)
        pixels[i] = Math.round(255 * (GHOST + (1 - GHOST) * Q[at])) << 24;
    });
    context.drawImage(matte, 0, 0, w, h);
    context.globalCompositeOperation = "source-in";
    context.drawImage(picture, 0, 0, w, h);
    context.globalCompositeOperation = "source-over";
  }

  /** Returns the street cut out where a frame believes in a label. */
  function cutOutOf(frame: Frame, label: number): HTMLCanvasElement {
    const kept = cut.get(frame);
    if (kept?.label === label) return kept.canvas;
    const made = kept?.canvas ?? document.createElement("canvas");
    cut.set(frame, {label, canvas: made});
    Object.assign(made, {width: w, height: h}); // clears it, too
    const context = made.getContext("2d");
    if (context) cutOut(context, frame, label);
    return made;
  }

  /** Returns the labels of a frame over the picture. */
  function labelsOf(frame: Frame, truth: Uint8Array): HTMLCanvasElement {
    const kept = composed.get(frame) ?? document.createElement("canvas");
    if (composed.has(frame)) return kept;
    composed.set(frame, kept);
    Object.assign(kept, {width: w, height: h});
    const context = kept.getContext("2d");
    if (context) drawLabels(context, frame, truth);
    return kept;
  }

  function drawLabels(context: CanvasRenderingContext2D, {labels}: Frame, truth: Uint8Array): void {
    const map = {width, height, labels};
    const wrong = (label: number, i: number) =>
      truth[i] < classes.length && truth[i] !== label ? 0xff000000 : 0;
    context.drawImage(picture, 0, 0, w, h);
    context.globalAlpha = 0.72;
    context.imageSmoothingEnabled = false; // labels have edges
    context.drawImage(canvasOf(paintLabels(map, (label) => packed[label])), 0, 0, w, h);
    context.imageSmoothingEnabled = true;
    context.globalAlpha = 1;
    context.drawImage(hatch(canvasOf(paintLabels(map, wrong)), w, h), 0, 0);
  }

  function wordsOf({frame: {iteration}, label, view}: LargeSubject): string {
    const {name} = classes[label];
    const shown = {
      cutout: `The street where it is believed to be ${name}`,
      score: `Scores of ${name}`,
      belief: `Beliefs in ${name}`,
      labels: "The label most believed in at each pixel, hatched where it is wrong"
    };
    return `${shown[view]}, iteration ${iteration}`;
  }

  return {
    element,
    showPicture(source) {
      copyPicture(source, picture);
      composed = new WeakMap();
      cut = new WeakMap();
      drawn = null;
    },
    show(subject) {
      const {frame, truth, label, view, score, belief, maps} = subject;
      const context = canvas.getContext("2d");
      const same =
        drawn?.frame === frame &&
        drawn.label === label &&
        drawn.view === view &&
        drawn.maps === maps;
      if (same || !context) return;
      drawn = subject;
      context.clearRect(0, 0, w, h);
      if (view === "cutout") context.drawImage(cutOutOf(frame, label), 0, 0);
      else if (view === "labels") context.drawImage(labelsOf(frame, truth), 0, 0);
      else context.drawImage(view === "score" ? score : belief, 0, 0, w, h);
      canvas.setAttribute("aria-label", wordsOf(subject));
    }
  };
}
