import {scaleLog, type ScaleLogarithmic} from "d3";
import type {Step} from "../model/arithmeticIntensity.ts";
import {roundRatios, speedAxis, type TimingRow} from "./timingsData.ts";
import {rowSentence, sizeWords, timesWords} from "./timingsWords.ts";
import {part} from "./view.ts";

/** Below this width the two plots lie one below the other. */
const NARROW = 700;
const LABELS = 176;
const GAP = 40;
/** The second plot beside the first is as wide as its title, at least. */
const BYTES = 236;
const HEAD = 62;
const FOOT = 22;
const ROW = {wide: 50, narrow: 66};
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
    const split = narrow ? width - 18 : width - GAP - Math.max(BYTES, 0.33 * width);
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
  const {low, high, ticks} = speedAxis(rows);
  const x = scaleLog([low, high], [left, right]);
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
    // Last of a row's marks, and open where it was measured: the two may fall together.
    const promise =
      `<path class="viz-timings-promise${timing ? " viz-open" : ""}" d="${diamond(at, y)}"/>` +
      label(at, y - 10, timesWords(predicted), {left, right, kind: "viz-timings-said"});
    if (timing === null)
      return (
        promise +
        (refused === null
          ? ""
          : label(at, y + 20, "not measured", {left, right, kind: "viz-timings-said"}))
      );
    const {speedUp} = timing;
    const ratio = x(speedUp.ratio);
    const rounds = roundRatios(row)
      .filter((value) => value >= low && value <= high)
      .map((value) => `M${x(value).toFixed(1)},${y - 6}v12`)
      .join("");
    return (
      `<path class="viz-timings-gap" d="M${at},${y}H${ratio}"/>` +
      `<path class="viz-timings-rounds" d="${rounds}"/>` +
      `<path class="viz-timings-interval" d="M${x(speedUp.low)},${y}H${x(speedUp.high)}"/>` +
      `<circle class="viz-timings-time" cx="${ratio}" cy="${y}" r="5"/>${promise}` +
      label(ratio, y + 20, timesWords(speedUp.ratio), {left, right, kind: "viz-timings-is"})
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
      // The grid leaves room for names above the rows.
      const room =
        frame.labels === "above"
          ? `<rect class="viz-timings-room" x="0" y="${y - 41}" width="${frame.right + 18}" height="18"/>`
          : "";
      return (
        `${room}<text ${first}><tspan class="viz-timings-name">${escaped(name)}</tspan>` +
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

function escaped(words: string): string {
  return words.replaceAll("&", "&amp;").replaceAll("<", "&lt;");
}
