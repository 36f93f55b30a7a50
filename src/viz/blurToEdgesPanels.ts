import {rgb} from "d3";
import {HALF, type BlurData, type BlurReading} from "./blurToEdgesData.ts";
import {ring, type Mark, type PixelStage} from "./linkedPixels.ts";
import {panelSheet, type Panel} from "./panelSheet.ts";
import {copyPicture} from "./pictureCopy.ts";
import type {Pixel} from "./pixelPointer.ts";
import {paintPixels} from "./responseMap.ts";
import {themeColors} from "./themeColors.ts";
import {part} from "./view.ts";

/** Color steps from so many levels on have the strongest ink. */
const INK_LEVELS = 128;

const names = ["picture", "belief", "edges"] as const;
type Name = (typeof names)[number];

export interface BlurPanels {
  readonly element: HTMLElement;
  /** Where a pixel is seen, the picture first. */
  readonly stages: readonly PixelStage[];
  /** Shows the picture and its edges. */
  showPicture(data: BlurData): void;
  /** Shows the probability of class *label*, which is called *name*. */
  showBelief(data: BlurData, label: number, name: string): void;
  /** Takes on the page's colors, light or dark. */
  recolor(): void;
  /** Returns all panels as one picture, with the marks of pixel *at*. */
  sheet(caption: string, at: Pixel): HTMLCanvasElement;
}

/**
 * Returns the figure's three pictures of *width* × *height*. **readingOf** tells what is read at a
 * pixel, whose line and ramp are drawn on all of them.
 */
export function blurToEdgesPanels({
  width,
  height,
  readingOf
}: {
  width: number;
  height: number;
  readingOf: (at: Pixel) => BlurReading | null;
}): BlurPanels {
  const element = document.createElement("div");
  element.className = "viz-blur-panels";
  element.innerHTML = names
    .map(
      (name) => `<div class="viz-blur-panel" data-panel="${name}">
        <p class="viz-form-title"><strong></strong> <span></span></p>
        <div class="viz-stage"><canvas role="img"></canvas></div></div>`
    )
    .join("");
  const panel = (name: Name) => part(element, `[data-panel=${name}]`);
  const canvas = (name: Name) => part<HTMLCanvasElement>(panel(name), "canvas");
  const title = (name: Name, strong: string, muted: string) => {
    part(panel(name), "strong").textContent = strong;
    part(panel(name), "span").textContent = muted;
  };
  title("picture", "The picture", "");
  title("edges", "Its edges", `color steps, 0 to ${INK_LEVELS} levels and more`);
  canvas("picture").setAttribute("aria-label", "The street");
  canvas("belief").setAttribute("aria-label", "The encoder’s probabilities");
  canvas("edges").setAttribute("aria-label", "Color steps of the street, darkest where largest");
  for (const stage of element.querySelectorAll<HTMLElement>(".viz-stage"))
    stage.style.aspectRatio = `${width} / ${height}`;
  let shown: {data: BlurData; label: number} | null = null;
  let scales = {belief: new Uint32Array(), ink: new Uint32Array()};

  function marks(at: Pixel): Mark[] {
    const reading = readingOf(at);
    return reading === null ? [ring(at)] : [lineMark(reading)];
  }

  /** The scales begin at the page's own color and end at that of the plot's line and bars. */
  function readColors(): void {
    const colors = themeColors(element, [
      "--theme-background",
      "--viz-field",
      "--theme-foreground"
    ] as const);
    const from = rgb(colors["--theme-background"]);
    const scale = (name: "--viz-field" | "--theme-foreground") => {
      const to = rgb(colors[name]);
      return Uint32Array.from({length: 256}, (_, i) => {
        const mix = (a: number, b: number) => Math.round(a + ((b - a) * i) / 255);
        const [r, g, b] = [mix(from.r, to.r), mix(from.g, to.g), mix(from.b, to.b)];
        return ((255 << 24) | (b << 16) | (g << 8) | r) >>> 0;
      });
    };
    scales = {belief: scale("--viz-field"), ink: scale("--theme-foreground")};
  }

  function paintEdges({steps: {magnitude}}: BlurData): void {
    paintPixels(canvas("edges"), width, height, (pixels) => {
      for (let i = 0; i < pixels.length; ++i)
        pixels[i] = scales.ink[Math.min(255, Math.round((255 * magnitude[i]) / INK_LEVELS))];
    });
  }

  function paintBelief({probabilities}: BlurData, label: number): void {
    const classes = probabilities.length / (width * height);
    paintPixels(canvas("belief"), width, height, (pixels) => {
      for (let i = 0; i < pixels.length; ++i)
        pixels[i] = scales.belief[Math.round(255 * probabilities[i * classes + label])];
    });
  }

  return {
    element,
    stages: names.map((name) => ({element: part(panel(name), ".viz-stage"), marks})),
    showPicture(data) {
      if (scales.ink.length === 0) readColors();
      copyPicture(data.picture, canvas("picture"));
      paintEdges(data);
    },
    showBelief(data, label, name) {
      shown = {data, label};
      title("belief", `The encoder’s probability of ${name}`, "0 to 100 %");
      canvas("belief").setAttribute(
        "aria-label",
        `The encoder’s probability of ${name} at each pixel`
      );
      paintBelief(data, label);
    },
    recolor() {
      if (shown === null) return;
      readColors();
      paintEdges(shown.data);
      paintBelief(shown.data, shown.label);
    },
    sheet(caption, at) {
      const columns = names.map((name): Panel[] => {
        const words = part(panel(name), ".viz-form-title").textContent.replace(/\s+/g, " ").trim();
        return [{title: words, canvas: canvas(name), marks: marks(at)}];
      });
      const colors = themeColors(element, [
        "--theme-background",
        "--theme-foreground",
        "--viz-tap",
        "--viz-field"
      ] as const);
      return panelSheet(columns, {width, height, caption}, colors);
    }
  };
}

/** The line that is read, open around its pixel, with a tick where the ramp begins and ends. */
function lineMark({at, direction, position, line, ramp}: BlurReading): Mark {
  const across = direction === "across";
  const move = (along: number, aside: number) =>
    across ? `M${along},${at.y + 0.5 + aside}` : `M${at.x + 0.5 + aside},${along}`;
  const [run, cross] = across ? ["H", "v"] : ["V", "h"];
  const from = Math.max(0, position - HALF);
  const to = Math.min(line.length, position + 1 + HALF);
  const gaps = [Math.max(from, position - 2.5), Math.min(to, position + 3.5)];
  const ticks = [ramp?.low, ramp?.high]
    .filter((place) => place != null)
    .map((place) => `${move(place + 0.5, -4)}${cross}8`);
  const d = `${move(from, 0)}${run}${gaps[0]}${move(gaps[1], 0)}${run}${to}${ticks.join("")}`;
  const [cx, cy] = [at.x + 0.5, at.y + 0.5];
  const circle = `M${cx - 3},${cy}a3,3 0 1 0 6,0a3,3 0 1 0 -6,0Z`;
  return {kind: "ring", d: circle + d};
}
