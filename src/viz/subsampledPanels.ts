import {rgb} from "d3";
import type {FeatureMap, Filter} from "../model/atrousForms.ts";
import type {SubsampledComparison} from "../model/subsample.ts";
import {count} from "./atrousFormsWords.ts";
import {ring, tapDots, type PixelStage} from "./linkedPixels.ts";
import {panelSheet} from "./panelSheet.ts";
import type {Pixel} from "./pixelPointer.ts";
import {paintPixels, paintResponse, responseLimit, signedScale} from "./responseMap.ts";
import {mapColors} from "./shuffledPicture.ts";
import {signedKey} from "./signedKey.ts";
import {differenceText, everyPixel, lostWords} from "./subsampledWords.ts";
import {themeColors} from "./themeColors.ts";
import {part} from "./view.ts";

/** What the panels show. */
export interface SubsampledSubject {
  map: FeatureMap;
  filter: Filter;
  stride: number;
  comparison: SubsampledComparison;
}

/** The panels of the figure: what each way works on, what it gives, and what is lost. */
export interface SubsampledPanels {
  readonly element: HTMLElement;
  /** Where a pixel of the picture is seen, the whole picture first. */
  readonly stages: readonly PixelStage[];
  /** Draws everything; *words* is what the filter is called. */
  show(subject: SubsampledSubject, words: string): void;
  /** Returns all panels as one picture. */
  sheet(caption: string, at: Pixel | null): HTMLCanvasElement;
}

const ways = ["small", "full", "lost"] as const;
type Way = (typeof ways)[number];

const colorNames = [
  "--viz-negative",
  "--viz-zero",
  "--viz-positive",
  "--viz-tap",
  "--viz-field",
  "--viz-lost",
  "--viz-kept",
  "--theme-background",
  "--theme-foreground"
] as const;

const stage = (which: string) =>
  `<div class="viz-stage viz-${which}"><canvas role="img"></canvas></div>`;

/** Returns the panels for a picture of *width* × *height*. */
export function subsampledPanels({
  width,
  height
}: {
  width: number;
  height: number;
}): SubsampledPanels {
  const element = document.createElement("div");
  element.className = "viz-trio";
  element.innerHTML = `
    <div class="viz-form" data-way="small">
      <p class="viz-form-title"><strong>Downsample, convolve, upsample</strong> <span></span></p>
      ${stage("works-on")}${stage("gives")}
    </div>
    <div class="viz-form" data-way="full">
      <p class="viz-form-title"><strong>Convolve with holes</strong> <span></span></p>
      ${stage("works-on")}${stage("gives")}
    </div>
    <div class="viz-form" data-way="lost">
      <p class="viz-form-title"><strong>What is lost</strong></p>
      <div class="viz-works-on viz-lost-says" role="status">
        <p><strong></strong> <span></span></p>
        <p class="viz-lost-key"><i data-fate="lost"></i><span></span>
          <i data-fate="kept"></i><span></span></p>
        <p class="viz-lost-same"></p>
      </div>
      ${stage("gives")}
    </div>`;
  const key = signedKey();
  element.append(key.element);
  const of = (way: Way) => part(element, `[data-way=${way}]`);
  const stageOf = (way: Way, which: "works-on" | "gives") => part(of(way), `.viz-${which}`);
  const canvasOf = (way: Way, which: "works-on" | "gives") =>
    part<HTMLCanvasElement>(stageOf(way, which), "canvas");
  for (const one of element.querySelectorAll<HTMLElement>(".viz-stage"))
    one.style.aspectRatio = `${width} / ${height}`;
  let subject: SubsampledSubject | null = null;
  let pictureOf: FeatureMap | null = null;
  let whole: Uint32Array = new Uint32Array();

  const radius = () => Math.min(2.8, (subject?.stride ?? 1) * 0.36);
  const stages: readonly PixelStage[] = [
    {
      element: stageOf("full", "works-on"),
      marks(at) {
        if (!subject) return [];
        const {stride, filter} = subject;
        const map = {columns: width, rows: height};
        return [tapDots(at, {size: filter.size, step: stride, radius: radius(), ...map})];
      }
    },
    {
      element: stageOf("small", "works-on"),
      marks({x, y}) {
        if (!subject) return [];
        const {stride, filter, comparison} = subject;
        const {width: columns, height: rows} = comparison.small;
        const near = {x: Math.round(x / stride), y: Math.round(y / stride)};
        const map = {columns, rows, side: width / columns};
        return [tapDots(near, {size: filter.size, step: 1, radius: radius(), ...map})];
      },
      pixelAt({x, y}) {
        if (!subject) return null;
        const {stride, comparison} = subject;
        const side = width / comparison.small.width;
        return {x: Math.floor(x / side) * stride, y: Math.floor(y / side) * stride};
      }
    },
    ...ways.map((way) => ({element: stageOf(way, "gives"), marks: (at: Pixel) => [ring(at)]}))
  ];

  function paint({map, filter, stride, comparison}: SubsampledSubject): void {
    const {small, restored, full, lost} = comparison;
    const colors = themeColors(element, colorNames);
    const scale = signedScale(
      colors["--viz-negative"],
      colors["--viz-zero"],
      colors["--viz-positive"]
    );
    const limit = responseLimit(full, width, height, ((filter.size - 1) / 2) * stride);
    if (map !== pictureOf) {
      [pictureOf, whole] = [map, mapColors(map)];
      paintPixels(canvasOf("full", "works-on"), width, height, (pixels) => pixels.set(whole));
    }
    paintPixels(canvasOf("small", "works-on"), small.width, small.height, (pixels) =>
      pixels.set(mapColors(small))
    );
    paintResponse(canvasOf("small", "gives"), restored, {width, height, limit, scale});
    paintResponse(canvasOf("full", "gives"), full, {width, height, limit, scale});
    key.update(limit);
    const [kept, gone] = [packed(colors["--viz-kept"]), packed(colors["--viz-lost"])];
    const back = rgb(colors["--theme-background"]);
    const fates = lost.fate;
    paintPixels(canvasOf("lost", "gives"), width, height, (pixels) => {
      for (let i = 0; i < pixels.length; ++i)
        pixels[i] = fates[i] === 2 ? gone : fates[i] === 1 ? kept : faded(whole[i], back);
    });
  }

  return {
    element,
    stages,
    show(next, words) {
      subject = next;
      paint(next);
      const {stride, comparison} = next;
      const {small, lost, difference} = comparison;
      part(of("small"), ".viz-form-title span").textContent = `${small.width} × ${small.height}`;
      part(of("full"), ".viz-form-title span").textContent = `rate ${stride}, ${width} × ${height}`;
      const says = stageOf("lost", "works-on");
      const [share, rest] = lostWords(lost);
      part(says, "strong").textContent = share;
      part(says, "p:first-child span").textContent = rest;
      const counts = says.querySelectorAll(".viz-lost-key span");
      counts[0].textContent = `${count(lost.lost)} lost`;
      counts[1].textContent = `${count(lost.strong - lost.lost)} kept`;
      part(says, ".viz-lost-same").textContent =
        `At ${everyPixel(stride)} the two are the same: largest difference ${differenceText(difference)}.`;
      const label = (way: Way, which: "works-on" | "gives", text: string) =>
        canvasOf(way, which).setAttribute("aria-label", text);
      label("small", "works-on", `The picture downsampled to ${small.width} × ${small.height}`);
      label("small", "gives", `Response of the small picture to ${words}, upsampled`);
      label("full", "works-on", `The picture, read by taps ${stride} apart`);
      label("full", "gives", `Response to ${words} with holes, at rate ${stride}`);
      label("lost", "gives", `Where strong responses are lost. ${share} ${rest}`);
    },
    sheet(caption, at) {
      const panel = (way: Way, which: "works-on" | "gives") => {
        const named = way === "lost" || which === "works-on";
        const [title, size] = [...part(of(way), ".viz-form-title").children];
        return {
          title: named
            ? [title, size]
                .map((e) => e?.textContent)
                .filter(Boolean)
                .join(": ")
            : "Response",
          canvas: canvasOf(way, which),
          marks: at
            ? stages.find(({element: one}) => one === stageOf(way, which))?.marks(at)
            : undefined
        };
      };
      const panels = ways.map((way) => [
        way === "lost" ? null : panel(way, "works-on"),
        panel(way, "gives")
      ]);
      return panelSheet(panels, {width, height, caption}, themeColors(element, colorNames));
    }
  };
}

/** A color as a canvas has it in memory. */
function packed(color: string): number {
  const {r, g, b} = rgb(color);
  return ((255 << 24) | (b << 16) | (g << 8) | r) >>> 0;
}

/** A pixel, four fifths of the way to the color *to*. */
function faded(pixel: number, to: {r: number; g: number; b: number}): number {
  const r = 0.2 * (pixel & 255) + 0.8 * to.r;
  const g = 0.2 * ((pixel >> 8) & 255) + 0.8 * to.g;
  const b = 0.2 * ((pixel >> 16) & 255) + 0.8 * to.b;
  return ((255 << 24) | (b << 16) | (g << 8) | r) >>> 0;
}
