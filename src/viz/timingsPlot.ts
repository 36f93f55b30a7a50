import {scaleLog, type ScaleLogarithmic} from "d3";
import type {Step} from "../model/arithmeticIntensity.ts";
import type {TimingRow} from "./timingsData.ts";
import {rowSentence, sizeWords, timesWords} from "./timingsWords.ts";
import {part} from "./view.ts";

/** Below this width the two plots lie one below the other. */
const NARROW = 700;
const LABELS = 176;
const GAP = 40;
const HEAD = 62;
const FOOT = 22;
const ROW = {wide: 50, narrow: 66};
/** Where the two plots end at least; what lies beyond is drawn at the edge. */
const SPEEDS = [0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 50, 100];
const steps: readonly Step[] = ["standard", "depthwise", "pointwise"];

type Scale = ScaleLogarithmic<number, number>;

/**
 * Returns a plot with a row for each size: how many times faster the two steps are by arithmetic and
 * by the clock, each round a tick, and beside it how many multiply-adds each step does for a byte.
 */
export function timingsPlot(): {
  readonly element: SVGSVGElement;
  update(rows: readonly TimingRow[]): void;
} {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  svg.setAttribute("class", "viz-timings-plot");
  svg.setAttribute("role", "img");
  svg.innerHTML = `<g class="viz-timings-speeds"></g><g class="viz-timings-bytes"></g>`;
  let rows: readonly TimingRow[] = [];
  let width = 0;

  function draw(): void {
    if (width === 0) return;
    const narrow = width < NARROW;
    const rowHeight = narrow ? ROW.narrow : ROW.wide;
    const plotHeight = HEAD + rows.length * rowHeight + FOOT;
    const left = narrow ? 12 : LABELS;
    const split = narrow ? width - 18 : left + (width - left - GAP) * 0.62;
    const height = narrow ? 2 * plotHeight + 8 : plotHeight;
    svg.setAttribute("viewBox", `0 0 ${width} ${height}`);
    svg.setAttribute("height", String(height));
    const labels = narrow ? "above" : "left";
    part(svg, ".viz-timings-speeds").innerHTML = speedPlot(rows, {left, right: split, labels});
    const bytes = part(svg, ".viz-timings-bytes");
    bytes.innerHTML = narrow
      ? intensityPlot(rows, {left, right: split, labels})
      : intensityPlot(rows, {left: split + GAP, right: width - 18, labels: null});
    bytes.setAttribute("transform", narrow ? `translate(0,${plotHeight + 8})` : "");
  }

  new ResizeObserver(([{contentRect}]) => {
    if (!(contentRect.width > 0) || contentRect.width === width) return;
    width = contentRect.width;
    draw();
  }).observe(svg);
  return {
    element: svg,
    update(next) {
      rows = next;
      draw();
      svg.setAttribute(
        "aria-label",
        `How many times faster the two steps are than a standard convolution. ${rows.map(rowSentence).join(" ")}`
      );
    }
  };
}

interface Frame {
  left: number;
  right: number;
  /** Where the rows are named, if they are. */
  labels: "left" | "above" | null;
}

function speedPlot(rows: readonly TimingRow[], frame: Frame): string {
  const {left, right} = frame;
  const ratios = rows.flatMap(({predicted, timing}) =>
    timing === null
      ? [predicted]
      : [predicted, timing.speedUp.low, timing.speedUp.high, ...roundRatios(timing.rounds)]
  );
  const x = scaleLog([around(0.5, ratios, Math.min), around(10, ratios, Math.max)], [left, right]);
  const ticks = SPEEDS.filter((tick) => tick >= x.domain()[0] && tick <= x.domain()[1]);
  const bottom = HEAD + rows.length * heightOf(frame);
  const key =
    `<path class="viz-timings-promise" d="${diamond(left + 6, 26)}"/><text x="${left + 16}" y="30">by multiply-adds</text>` +
    `<path class="viz-timings-interval" d="M${left + 122},26h20"/><circle class="viz-timings-time" cx="${left + 132}" cy="26" r="4.5"/>` +
    `<text x="${left + 148}" y="30">by the clock, here</text>`;
  const sides =
    `<text class="viz-timings-side" text-anchor="end" x="${x(1) - 6}" y="${HEAD - 4}">slower</text>` +
    `<text class="viz-timings-side" x="${x(1) + 6}" y="${HEAD - 4}">faster</text>`;
  const marks = rows.map((row, i) => {
    const y = centerOf(i, frame);
    const {predicted, timing, refused} = row;
    const at = x(predicted);
    const promise =
      `<path class="viz-timings-promise" d="${diamond(at, y)}"/>` +
      label(at, y - 10, timesWords(predicted), {left, right, kind: "viz-timings-said"});
    if (timing === null)
      return (
        promise +
        (refused === null
          ? ""
          : label(at, y + 20, "not measured", {left, right, kind: "viz-timings-said"}))
      );
    const [low, ratio, high] = [timing.speedUp.low, timing.speedUp.ratio, timing.speedUp.high].map(
      (value) => within(x, value)
    );
    const rounds = roundRatios(timing.rounds)
      .map((value) => `M${within(x, value).toFixed(1)},${y - 6}v12`)
      .join("");
    return (
      `<path class="viz-timings-gap" d="M${at},${y}H${ratio}"/>` +
      `<path class="viz-timings-rounds" d="${rounds}"/>${promise}` +
      `<path class="viz-timings-interval" d="M${low},${y}H${high}"/>` +
      `<circle class="viz-timings-time" cx="${ratio}" cy="${y}" r="5.5"/>` +
      label(ratio, y + 20, timesWords(timing.speedUp.ratio), {left, right, kind: "viz-timings-is"})
    );
  });
  return (
    `<text class="viz-timings-title" x="${left}" y="12">The two steps are faster by</text>${key}` +
    axis(x, ticks, bottom, (tick) => `${tick}×`) +
    `<path class="viz-timings-one" d="M${x(1)},${HEAD - 12}V${bottom}"/>${sides}` +
    rowNames(rows, frame) +
    marks.join("")
  );
}

function intensityPlot(rows: readonly TimingRow[], frame: Frame): string {
  const {left, right} = frame;
  const values = rows.flatMap(({work}) => steps.map((step) => work[step].intensity));
  const [low, high] = [Math.min(1, ...values), Math.max(100, ...values)].map(Math.log10);
  const x = scaleLog([10 ** Math.floor(low), 10 ** Math.ceil(high)], [left + 4, right]);
  const ticks = Array.from(
    {length: Math.ceil(high) - Math.floor(low) + 1},
    (_, i) => 10 ** (Math.floor(low) + i)
  );
  const bottom = HEAD + rows.length * heightOf(frame);
  const places = [left, left + 76, left + 158];
  const key = steps
    .map((step, i) => mark(step, places[i] + 5, 26) + text(step, places[i] + 14, 30))
    .join("");
  const marks = rows.map(({work}, i) => {
    const y = centerOf(i, frame);
    return steps.map((step) => mark(step, x(work[step].intensity), y)).join("");
  });
  return (
    `<text class="viz-timings-title" x="${left}" y="12">Multiply-adds for each byte moved</text>${key}` +
    axis(x, ticks, bottom, (tick) => tick.toLocaleString("en")) +
    (frame.labels === "above" ? rowNames(rows, frame) : "") +
    marks.join("")
  );
}

function axis(
  x: Scale,
  ticks: readonly number[],
  bottom: number,
  words: (tick: number) => string
): string {
  return ticks
    .map(
      (tick) =>
        `<path class="viz-plot-grid" d="M${x(tick)},${HEAD + 2}V${bottom}"/>` +
        `<text class="viz-timings-tick" x="${x(tick)}" y="${bottom + 16}" text-anchor="middle">${words(tick)}</text>`
    )
    .join("");
}

function rowNames(rows: readonly TimingRow[], frame: Frame): string {
  return rows
    .map(({name, size}, i) => {
      const y = centerOf(i, frame);
      const [first, second] =
        frame.labels === "left"
          ? [`x="0" y="${y - 3}"`, `x="0" y="${y + 13}"`]
          : [`x="0" y="${y - 28}"`, `dx="8"`];
      return (
        `<text ${first}><tspan class="viz-timings-name">${escaped(name)}</tspan>` +
        `<tspan class="viz-timings-size" ${second}>${sizeWords(size)}</tspan></text>`
      );
    })
    .join("");
}

/** A number at a mark, kept within the plot. */
function label(
  x: number,
  y: number,
  words: string,
  {left, right, kind}: {left: number; right: number; kind: string}
): string {
  const half = words.length * 3.6;
  const at = Math.max(left + half, Math.min(right + 8 - half, x));
  return `<text class="${kind}" x="${at}" y="${y}" text-anchor="middle">${words}</text>`;
}

function mark(step: Step, x: number, y: number): string {
  const at = {
    standard: `M${x - 4.5},${y - 4.5}h9v9h-9z`,
    depthwise: `M${x - 5},${y}a5,5 0 1 0 10,0a5,5 0 1 0 -10,0`,
    pointwise: diamond(x, y)
  };
  return `<path class="viz-timings-${step}" d="${at[step]}"/>`;
}

function diamond(x: number, y: number): string {
  return `M${x},${y - 6}l6,6l-6,6l-6,-6z`;
}

function text(words: string, x: number, y: number): string {
  return `<text x="${x}" y="${y}">${words}</text>`;
}

function heightOf({labels}: Frame): number {
  return labels === "above" ? ROW.narrow : ROW.wide;
}

function centerOf(row: number, frame: Frame): number {
  return HEAD + row * heightOf(frame) + (frame.labels === "above" ? 42 : 25);
}

function roundRatios(rounds: readonly {standard: number; separable: number}[]): number[] {
  return rounds.map(({standard, separable}) => standard / separable);
}

/** The end of the scale of speed-ups, *start* or a rounder number beyond the farthest of *ratios*. */
function around(start: number, ratios: readonly number[], farthest: typeof Math.min): number {
  const end = farthest(start, ...ratios);
  const beyond =
    farthest === Math.min
      ? SPEEDS.findLast((speed) => speed <= end)
      : SPEEDS.find((speed) => speed >= end);
  return beyond ?? (farthest === Math.min ? SPEEDS[0] : SPEEDS[SPEEDS.length - 1]);
}

function within(x: Scale, value: number): number {
  const [low, high] = x.domain();
  return x(Math.max(low, Math.min(high, value)));
}

function escaped(words: string): string {
  return words.replaceAll("&", "&amp;").replaceAll("<", "&lt;");
}
