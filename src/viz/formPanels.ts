import type {FeatureMap, Filter, Response} from "../model/atrousForms.ts";
import {count} from "./atrousFormsWords.ts";
import {paintKernel} from "./kernelDrawing.ts";
import {ring, tapDots, type Mark, type PixelStage} from "./linkedPixels.ts";
import {panelSheet} from "./panelSheet.ts";
import type {Pixel} from "./pixelPointer.ts";
import {
  paintPixels,
  paintResponse,
  responseLimit,
  responseText,
  signedScale,
  type SignedScale
} from "./responseMap.ts";
import {
  mapColors,
  paintShuffled,
  pixelIn,
  placeIn,
  shuffleOf,
  type Shuffle
} from "./shuffledPicture.ts";
import {signedKey} from "./signedKey.ts";
import {stopButton} from "./stopButton.ts";
import {themeColors} from "./themeColors.ts";
import {part} from "./view.ts";

/** The three ways to compute a convolution with holes. */
export type Form = "dilated" | "dense" | "shuffled";

/** All of them, in the order of the panels. */
export const forms = ["dilated", "dense", "shuffled"] as const;

const titles: Record<Form, string> = {
  dilated: "Taps that lie apart",
  dense: "Zeros in the kernel",
  shuffled: "A shuffled picture"
};

const colorNames = [
  "--viz-tap",
  "--viz-field",
  "--viz-muted",
  "--theme-background",
  "--theme-foreground",
  "--viz-negative",
  "--viz-zero",
  "--viz-positive"
] as const;

/** What the panels show above the responses. */
interface Subject {
  map: FeatureMap;
  filter: Filter;
  rate: number;
  at: Pixel | null;
}

/** The panels of the figure: for each form what it works on, and its response. */
export interface FormPanels {
  readonly element: HTMLElement;
  /** Where a pixel of the picture is seen, the picture first. */
  readonly stages: readonly PixelStage[];
  /** Draws the picture with its taps, the kernel, and the shuffled picture. */
  frame(subject: Subject): void;
  /** Draws the kernel as it lies around pixel *at*. */
  center(at: Pixel | null): void;
  /** Draws a response, in the scale of the first; null dims the one that is there. */
  show(form: Form, result: Response | null, first: Response | null): void;
  /** Shows how far the dense form is; null ends it. */
  wait(share: number | null): void;
  /** Shows that the reader has stopped it. */
  stopped(): void;
  /** States in the text alternatives what is shown. */
  describe(words: string, rate: number): void;
  /** Forgets colors, for when the page has turned light or dark. */
  recolor(): void;
  /** Returns all panels as one picture. */
  sheet(caption: string, at: Pixel | null): HTMLCanvasElement;
}

/**
 * Returns the panels for a picture of *width* × *height*; **onStop** is told when the reader stops
 * the form that takes long, or starts it again.
 */
export function formPanels(
  {width, height}: {width: number; height: number},
  onStop: () => void
): FormPanels {
  const element = document.createElement("div");
  element.className = "viz-trio";
  element.innerHTML = forms
    .map(
      (form) => `<div class="viz-form" data-form="${form}">
      <p class="viz-form-title"><strong>${titles[form]}</strong> <span></span></p>
      <div class="viz-stage viz-works-on"><canvas role="img"></canvas></div>
      <div class="viz-stage viz-gives"><canvas role="img"></canvas></div>
      <p class="viz-form-cost"><strong></strong> <span></span></p>
    </div>`
    )
    .join("");
  const key = signedKey();
  element.append(key.element);
  const of = (form: Form) => part(element, `[data-form=${form}]`);
  const canvasOf = (form: Form, which: "works-on" | "gives") =>
    part<HTMLCanvasElement>(of(form), `.viz-${which} canvas`);
  const stageOf = (form: Form, which: "works-on" | "gives") => part(of(form), `.viz-${which}`);
  for (const stage of element.querySelectorAll<HTMLElement>(".viz-stage"))
    stage.style.aspectRatio = `${width} / ${height}`;
  const waiting = stopButton("Multiplying, zeros and all", onStop);
  stageOf("dense", "gives").append(waiting.element);

  let subject: Subject | null = null;
  let shuffle: Shuffle = shuffleOf(width, height, 1);
  let colors: Record<(typeof colorNames)[number], string> | null = null;
  let scale: SignedScale = new Uint32Array();
  let pictureOf: FeatureMap | null = null;
  let pictureColors: Uint32Array = new Uint32Array();
  let drawn = "";
  let kernelDrawn = "";
  const responses = new Map<Form, {of: Response; limit: number}>();

  function density(): number {
    const shown = stageOf("dilated", "works-on").clientWidth / width;
    return Math.max(1, shown * Math.min(devicePixelRatio, 3));
  }

  function resolve(): NonNullable<typeof colors> {
    if (colors) return colors;
    colors = themeColors(element, colorNames);
    scale = signedScale(colors["--viz-negative"], colors["--viz-zero"], colors["--viz-positive"]);
    return colors;
  }

  function tapMarks(at: Pixel): Mark[] {
    if (!subject) return [];
    const {rate, filter} = subject;
    const reach = ((filter.size - 1) / 2) * rate;
    const [x, y, side] = [at.x - reach, at.y - reach, 2 * reach + 1];
    const radius = Math.max(0.5, Math.min(2.8, rate * 0.36));
    return [
      {kind: "tile", d: `M${x},${y}h${side}v${side}h${-side}Z`},
      tapDots(at, {size: filter.size, step: rate, radius, columns: width, rows: height})
    ];
  }

  function shuffledMarks(at: Pixel): Mark[] {
    if (!subject) return [];
    const {rate, columns, rows, cell} = shuffle;
    const half = (subject.filter.size - 1) / 2;
    const corner = placeIn(shuffle, {x: at.x % rate, y: at.y % rate});
    const [x, y] = [Math.floor(at.x / rate), Math.floor(at.y / rate)];
    const [left, right] = [Math.max(0, x - half), Math.min(columns, x + half + 1)];
    const [top, bottom] = [Math.max(0, y - half), Math.min(rows, y + half + 1)];
    const rect = (l: number, t: number, w: number, h: number) => `M${l},${t}h${w}v${h}h${-w}Z`;
    return [
      {kind: "tile", d: rect(corner.x, corner.y, columns * cell, rows * cell)},
      {
        kind: "tap",
        d: rect(
          corner.x + left * cell,
          corner.y + top * cell,
          (right - left) * cell,
          (bottom - top) * cell
        )
      }
    ];
  }

  const gives = (form: Form): PixelStage => ({
    element: stageOf(form, "gives"),
    marks: (at) => [ring(at)]
  });
  const stages: readonly PixelStage[] = [
    {element: stageOf("dilated", "works-on"), marks: tapMarks},
    {
      element: stageOf("shuffled", "works-on"),
      marks: shuffledMarks,
      pixelAt: (place) => pixelIn(shuffle, place)
    },
    ...forms.map(gives)
  ];

  function center(at: Pixel | null): void {
    if (!subject) return;
    const by = density();
    const {filter, rate} = subject;
    const reach = ((filter.size - 1) / 2) * rate;
    const outlined = at && reach >= Math.min(at.x, at.y, width - 1 - at.x, height - 1 - at.y);
    const state = `${rate} ${by} ${filter.weights.join()} ${outlined ? `${at.x},${at.y}` : ""}`;
    if (state === kernelDrawn) return;
    kernelDrawn = state;
    const canvas = canvasOf("dense", "works-on");
    paintKernel(canvas, {filter, rate, at}, {width, height, density: by}, resolve());
  }

  return {
    element,
    stages,
    center,
    frame(next) {
      subject = next;
      const {map, rate} = next;
      const by = density();
      const state = `${rate} ${by}`;
      if (map !== pictureOf) {
        pictureColors = mapColors(map);
        paintPixels(canvasOf("dilated", "works-on"), width, height, (pixels) =>
          pixels.set(pictureColors)
        );
      }
      if (map !== pictureOf || state !== drawn) {
        shuffle = shuffleOf(width, height, rate);
        paintShuffled(canvasOf("shuffled", "works-on"), pictureColors, shuffle, by);
      }
      [pictureOf, drawn] = [map, state];
      center(next.at);
    },
    show(form, result, first) {
      stageOf(form, "gives").classList.toggle("viz-stale", result === null);
      const [amount, note] = [part(of(form), ".viz-form-cost strong"), costNote(form, result)];
      amount.textContent = result ? count(result.multiplyAdds) : "…";
      part(of(form), ".viz-form-cost span").textContent = `multiply-adds${note}`;
      if (!result || !first || !subject) return;
      resolve();
      const shown = responses.get(form);
      if (form === "dilated" && shown?.of !== result) {
        const margin = ((subject.filter.size - 1) / 2) * subject.rate;
        const limit = responseLimit(result.response, width, height, margin);
        responses.set(form, {of: result, limit});
        key.update(limit);
      } else if (shown?.of === result) return;
      const {limit} = responses.get("dilated") ?? {limit: 1};
      responses.set(form, {of: result, limit});
      paintResponse(canvasOf(form, "gives"), result.response, {width, height, limit, scale});

      function costNote(which: Form, is: Response | null): string {
        if (which === "dilated" || !is || !first) return "";
        return `, ${times(is.multiplyAdds / first.multiplyAdds)} as many`;
      }
    },
    wait: waiting.progress,
    stopped: waiting.stopped,
    describe(words, rate) {
      if (!subject) return;
      const {filter} = subject;
      const span = filter.size + (filter.size - 1) * (rate - 1);
      const {columns, rows} = shuffle;
      const say = (form: Form, title: string, about: string) => {
        part(of(form), ".viz-form-title span").textContent = title;
        canvasOf(form, "works-on").setAttribute("aria-label", about);
      };
      const taps = filter.size ** 2;
      say("dilated", `${taps}, ${rate} apart`, `The picture, read by ${taps} taps ${rate} apart`);
      say(
        "dense",
        `${span} × ${span}`,
        `The kernel of ${span} × ${span}, of which ${taps} are weights`
      );
      say(
        "shuffled",
        `${rate} × ${rate} of ${columns} × ${rows}`,
        `The picture shuffled into ${rate} × ${rate} small ones of ${columns} × ${rows} pixels`
      );
      for (const form of forms) {
        const shown = responses.get(form);
        const largest = shown ? responseText(shown.limit) : "";
        canvasOf(form, "gives").setAttribute(
          "aria-label",
          shown
            ? `Response to ${words} at rate ${rate}, from −${largest} to ${largest}`
            : "No response yet"
        );
      }
    },
    recolor() {
      colors = null;
      kernelDrawn = "";
      responses.clear();
    },
    sheet(caption, at) {
      const columns = forms.map((form) => {
        const title = `${titles[form]}: ${part(of(form), ".viz-form-title span").textContent}`;
        const stage = (which: "works-on" | "gives") =>
          stages.find((candidate) => candidate.element === stageOf(form, which));
        return (["works-on", "gives"] as const).map((which) => ({
          title:
            which === "works-on" ? title : (part(of(form), ".viz-form-cost").textContent ?? ""),
          canvas: canvasOf(form, which),
          marks: at ? stage(which)?.marks(at) : []
        }));
      });
      return panelSheet(columns, {width, height, caption}, resolve());
    }
  };
}

function times(ratio: number): string {
  if (ratio >= 100) return `${count(Math.round(ratio))} times`;
  return `${Number(ratio.toPrecision(3))} times`;
}
