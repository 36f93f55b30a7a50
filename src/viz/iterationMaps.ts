import {rgb} from "d3";
import {LAST, scoreMap, type Frame} from "./iterationsData.ts";
import type {IterationsView} from "./iterationsValue.ts";
import {largeIteration} from "./largeIteration.ts";
import type {LegendClass} from "./legend.ts";
import {ring, type PixelStage} from "./linkedPixels.ts";
import {panelSheet, type Panel} from "./panelSheet.ts";
import type {PictureSource} from "./pictureCopy.ts";
import type {Pixel} from "./pixelPointer.ts";
import {paintPixels, paintResponse, responseLimit, signedScale} from "./responseMap.ts";
import {signedKey} from "./signedKey.ts";
import {onThemeChange, themeColors} from "./themeColors.ts";
import {part} from "./view.ts";

/** The iterations that have a column. */
const columns = [0, 1, 2, 5, 10] as const;

/** What is shown: an iteration that is not there yet is null. */
export interface MapsSubject {
  readonly frames: readonly (Frame | null)[];
  readonly truth: Uint8Array;
  readonly label: number;
  readonly iteration: number;
  readonly view: IterationsView;
}

export interface IterationMaps {
  /** The two rows, and the large picture. */
  readonly rows: HTMLElement;
  readonly large: HTMLElement;
  /** Where a pixel is seen, the large picture first. */
  readonly stages: readonly PixelStage[];
  showPicture(picture: PictureSource): void;
  /** Shows *subject*: the large picture at once, columns in slices of one iteration a task. */
  show(subject: MapsSubject): void;
  /** Returns both rows as one picture, with *caption* and the mark of pixel *at*. */
  sheet(caption: string, at: Pixel | null): HTMLCanvasElement;
}

/** The maps of one iteration, and what they were painted of. */
interface Painted {
  readonly score: HTMLCanvasElement;
  readonly belief: HTMLCanvasElement;
  of: {frame: Frame; label: number; scales: Scales} | null;
}

interface Scales {
  readonly signed: Uint32Array;
  readonly belief: Uint32Array;
}

const colorNames = [
  "--theme-background",
  "--theme-foreground",
  "--viz-tap",
  "--viz-field",
  "--viz-negative",
  "--viz-zero",
  "--viz-positive"
] as const;

/**
 * Returns the figure's maps of *width* × *height*: scores above, beliefs below, in a column for
 * each of {@link columns}, and one iteration large. A map is painted once and kept until its
 * iteration, its class or the page's colors change. **onPick** is told which column was chosen.
 */
export function iterationMaps({
  width,
  height,
  classes,
  onPick,
  signal
}: {
  width: number;
  height: number;
  classes: readonly LegendClass[];
  onPick: (iteration: number) => void;
  signal: AbortSignal;
}): IterationMaps {
  const rows = document.createElement("div");
  rows.className = "viz-iter-rows";
  const stageOf = (kind: string) => (t: number) =>
    `<div class="viz-stage" data-map="${kind}" data-iteration="${t}"></div>`;
  rows.innerHTML = `
    ${columns
      .map(
        (t) =>
          `<button type="button" data-iteration="${t}" aria-pressed="false"><span
            class="viz-iter-word">iteration </span>${t}<small></small></button>`
      )
      .join("")}
    <div class="viz-iter-title"><p><strong>Score</strong> before softmax <span></span></p></div>
    ${columns.map(stageOf("score")).join("")}
    <div class="viz-iter-title"><p><strong>Belief</strong> after softmax <span></span></p>
      <p class="viz-signed-key viz-iter-belief">0<i aria-hidden="true"></i>100 %</p></div>
    ${columns.map(stageOf("belief")).join("")}`;
  const [scoreTitle, beliefTitle] = rows.querySelectorAll(".viz-iter-title");
  const key = signedKey("Nats, less the labels’ mean");
  scoreTitle.append(key.element);
  const large = largeIteration({width, height, classes});

  const painted: Painted[] = Array.from({length: LAST + 1}, (_, t) => {
    const [score, belief] = ["score", "belief"].map((kind) => {
      const made = document.createElement("canvas");
      Object.assign(made, {width, height});
      rows.querySelector(`[data-map=${kind}][data-iteration="${t}"]`)?.append(made);
      return made;
    });
    return {score, belief, of: null};
  });
  for (const stage of rows.querySelectorAll<HTMLElement>(".viz-stage"))
    stage.style.aspectRatio = `${width} / ${height}`;
  for (const made of rows.querySelectorAll("canvas")) made.setAttribute("role", "img");
  let subject: MapsSubject | null = null;
  let scales: Scales | null = null;
  let queued: ReturnType<typeof setTimeout> | undefined;
  let limits: {unary: Float32Array; label: number; most: number} | null = null;
  let keyed: number | null = null;

  for (const element of rows.querySelectorAll<HTMLElement>("[data-iteration]"))
    // Before the layer that pins pixels hears of it: here a click chooses the iteration.
    element.addEventListener(
      "click",
      (event) => {
        event.stopPropagation();
        onPick(Number(element.dataset.iteration));
      },
      {capture: true}
    );

  function resolve(): Scales {
    if (scales) return scales;
    const colors = themeColors(rows, colorNames);
    const [from, to] = [rgb(colors["--theme-background"]), rgb(colors["--viz-field"])];
    const belief = Uint32Array.from({length: 256}, (_, i) => {
      const mix = (a: number, b: number) => Math.round(a + ((b - a) * i) / 255);
      const [r, g, b] = [mix(from.r, to.r), mix(from.g, to.g), mix(from.b, to.b)];
      return ((255 << 24) | (b << 16) | (g << 8) | r) >>> 0;
    });
    const signed = signedScale(
      colors["--viz-negative"],
      colors["--viz-zero"],
      colors["--viz-positive"]
    );
    return (scales = {signed, belief});
  }

  /** Where the scale of scores ends, for all iterations of a run: what messages can add included. */
  function limitOf(frame: Frame, label: number): number {
    const {unary} = frame;
    if (limits?.unary !== unary || limits.label !== label) {
      const scores = scoreMap(frame.first ?? frame, label);
      limits = {unary, label, most: responseLimit(scores, width, height, 0)};
    }
    const {smoothness, appearance} = frame.settings;
    const share = 1 - 1 / classes.length;
    return Math.ceil(limits.most + share * (smoothness.weight + appearance.weight));
  }

  /** Paints the maps of iteration *t* of *subject*, and returns whether they were not there. */
  function paint(t: number, {frames, label}: MapsSubject): boolean {
    const frame = frames[t];
    const {of, score, belief} = painted[t];
    const now = resolve();
    if (!frame || (of?.frame === frame && of.label === label && of.scales === now)) return false;
    painted[t].of = {frame, label, scales: now};
    if (of?.frame !== frame) headOf(t, frame);
    const limit = limitOf(frame, label);
    const scores = scoreMap(frame, label);
    paintResponse(score, scores, {width, height, limit, scale: now.signed});
    const {Q} = frame;
    paintPixels(belief, width, height, (pixels) => {
      for (let i = 0, at = label; i < pixels.length; i++, at += classes.length)
        pixels[i] = now.belief[Math.round(255 * Q[at])];
    });
    return true;
  }

  /** Says above a column how much of its iteration is right. */
  function headOf(t: number, {mIoU}: Frame): void {
    const words = rows.querySelector(`button[data-iteration="${t}"] small`);
    if (words && mIoU !== null) words.textContent = `mIoU ${(100 * mIoU).toFixed(1)}\u00a0%`;
  }

  /** Paints what is still to be painted, what is seen first; one iteration a task. */
  function paintRest(): void {
    clearTimeout(queued);
    queued = setTimeout(() => {
      if (subject === null || signal.aborted) return;
      const others = painted.map((_, t) => t).filter((t) => !columns.some((of) => of === t));
      for (const t of [...columns, ...others]) if (paint(t, subject)) return paintRest();
    });
  }

  function describe(label: number): void {
    const {name} = classes[label];
    part(scoreTitle, "p span").textContent = `of ${name}`;
    part(beliefTitle, "p span").textContent = `in ${name}`;
    for (const t of columns) {
      painted[t].score.setAttribute("aria-label", `Scores of ${name}, iteration ${t}`);
      painted[t].belief.setAttribute("aria-label", `Beliefs in ${name}, iteration ${t}`);
    }
  }

  onThemeChange(() => {
    scales = null;
    if (subject) show(subject);
  }, signal);

  function show(next: MapsSubject): void {
    const before = subject;
    subject = next;
    const {frames, iteration, label, truth, view} = next;
    const frame = frames[iteration];
    paint(iteration, next);
    const {score, belief, of: maps} = painted[iteration];
    if (frame) large.show({frame, truth, label, view, score, belief, maps});
    paintRest();
    if (before?.iteration !== iteration)
      for (const element of rows.querySelectorAll<HTMLElement>("[data-iteration]")) {
        const chosen = Number(element.dataset.iteration) === iteration;
        element.classList.toggle("viz-iter-now", chosen);
        if (element.matches("button")) element.ariaPressed = String(chosen);
      }
    if (before?.label !== label) describe(label);
    const limit = frame && limitOf(frame, label);
    if (limit !== null && limit !== keyed) key.update(limit);
    keyed = limit;
  }

  return {
    rows,
    large: large.element,
    stages: [large.element, ...rows.querySelectorAll<HTMLElement>(".viz-stage")].map((element) => ({
      element,
      marks: (at: Pixel) => [ring(at)]
    })),
    showPicture: large.showPicture,
    show,
    sheet(caption, at) {
      const marks = at ? [ring(at)] : [];
      const name = subject ? classes[subject.label].name : "";
      const sheets = columns.map((t): (Panel | null)[] =>
        painted[t].of === null
          ? [null, null]
          : [
              {title: `Iteration ${t}: score of ${name}`, canvas: painted[t].score, marks},
              {title: `Belief in ${name}`, canvas: painted[t].belief, marks}
            ]
      );
      return panelSheet(sheets, {width, height, caption}, themeColors(rows, colorNames));
    }
  };
}
