import {scaleLog} from "d3";
import type {FilterForm, FilterTiming} from "../model/crf/filterTiming.ts";
import {bySquare, timesOf} from "./filterTimes.ts";
import {durationWords, formSentence} from "./filterWords.ts";

const HEIGHT = 320;
const frame = {left: 58, right: 16, top: 22, bottom: 40};
/** Of the axes, in pixels and milliseconds; times beyond widen theirs. */
const PIXELS = [100, 400_000];
const TIMES = [0.01, 100_000];

/** What the three lines are called. */
export const formNames: Record<FilterForm, string> = {
  exact: "Exact sum over all pairs",
  build: "Lattice: building it",
  filter: "Lattice: one pass"
};
const forms = ["exact", "build", "filter"] as const;

/**
 * Returns a plot of times against pixels, both on logarithmic axes, with the exact sum's line drawn
 * on, dashed, by the square of the pixels; *whole* is the picture's number of them.
 */
export function filterPlot(whole: number): {
  readonly element: SVGSVGElement;
  update(timing: FilterTiming | null): void;
} {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  svg.setAttribute("class", "viz-filter-plot");
  svg.setAttribute("role", "img");
  svg.setAttribute("height", String(HEIGHT));
  let timing: FilterTiming | null = null;
  let width = 0;

  function draw(): void {
    if (width === 0) return;
    const sizes = forms.map((form) => timesOf(timing?.times ?? [], form));
    const all = sizes.flat().map(({milliseconds}) => milliseconds);
    const low = 10 ** Math.floor(Math.log10(Math.min(TIMES[0], ...all)));
    const x = scaleLog(PIXELS, [frame.left, width - frame.right]);
    const last = sizes[0].at(-1);
    const beyond = last && last.pixels < whole ? bySquare(sizes[0], whole) : null;
    const high = 10 ** Math.ceil(Math.log10(Math.max(TIMES[1], ...all, beyond ?? 0)));
    const y = scaleLog([low, high], [HEIGHT - frame.bottom, frame.top]);
    const point = (pixels: number, milliseconds: number) =>
      `${x(pixels).toFixed(1)},${y(milliseconds).toFixed(1)}`;
    const marks = forms.map((form, i) => {
      if (sizes[i].length === 0) return "";
      const path = sizes[i].map(({pixels, milliseconds}) => point(pixels, milliseconds));
      const dots = path.map((at) => {
        const [cx, cy] = at.split(",");
        return `<circle class="viz-filter-${form}" cx="${cx}" cy="${cy}" r="4.5"/>`;
      });
      return `<path class="viz-filter-line viz-filter-${form}" d="M${path.join("L")}"/>${dots.join("")}`;
    });
    const drawnOn =
      last && beyond !== null
        ? `<path class="viz-filter-beyond" d="M${point(last.pixels, last.milliseconds)}L${point(whole, beyond)}"/>` +
          `<circle class="viz-filter-beyond" cx="${x(whole)}" cy="${y(beyond)}" r="4.5"/>` +
          `<text class="viz-filter-said" text-anchor="end" x="${x(whole) - 9}" y="${y(beyond) - 4}">${durationWords(beyond)}, extrapolated</text>`
        : "";
    svg.setAttribute("viewBox", `0 0 ${width} ${HEIGHT}`);
    svg.innerHTML =
      axes(x, y, [low, high]) +
      `<path class="viz-filter-whole" d="M${x(whole)},${frame.top}V${HEIGHT - frame.bottom}"/>` +
      `<text class="viz-filter-tick" text-anchor="middle" x="${x(whole)}" y="${frame.top - 7}">this street</text>` +
      drawnOn +
      marks.join("") +
      (timing === null
        ? `<text class="viz-filter-none" text-anchor="middle" x="${(frame.left + width) / 2}" y="${HEIGHT / 2}">Nothing is measured yet</text>`
        : "");
  }

  new ResizeObserver(([{contentRect}]) => {
    if (!(contentRect.width > 0) || contentRect.width === width) return;
    width = contentRect.width;
    draw();
  }).observe(svg);
  return {
    element: svg,
    update(next) {
      timing = next;
      draw();
      const sentences = forms.map((form) =>
        formSentence(formNames[form], timesOf(timing?.times ?? [], form))
      );
      svg.setAttribute("aria-label", `Time of a pass against pixels. ${sentences.join(" ")}`);
    }
  };
}

type Scale = (value: number) => number;

function axes(x: Scale, y: Scale, [low, high]: readonly number[]): string {
  const across = [100, 1000, 10_000, 100_000].map(
    (tick) =>
      `<path class="viz-plot-grid" d="M${x(tick)},${frame.top}V${HEIGHT - frame.bottom}"/>` +
      `<text class="viz-filter-tick" text-anchor="middle" x="${x(tick)}" y="${HEIGHT - frame.bottom + 16}">${tick.toLocaleString("en").replaceAll(",", "\u2009")}</text>`
  );
  const up: string[] = [];
  for (let tick = low; tick <= high * 1.01; tick *= 10)
    up.push(
      `<path class="viz-plot-grid" d="M${frame.left},${y(tick)}H${x(PIXELS[1])}"/>` +
        `<text class="viz-filter-tick" text-anchor="end" x="${frame.left - 8}" y="${y(tick) + 4}">${tick < 1000 ? durationWords(tick) : `${tick / 1000}\u00a0s`}</text>`
    );
  const name = `<text class="viz-filter-tick" text-anchor="middle" x="${(frame.left + x(PIXELS[1])) / 2}" y="${HEIGHT - 6}">pixels</text>`;
  return across.join("") + up.join("") + name;
}
