import {
  axesMarkup,
  iterationX,
  linearScale,
  linePath,
  logScale,
  type PlotFrame,
  type PlotScale
} from "./convergenceAxes.ts";
import {LAST, type StreetReading} from "./convergenceData.ts";
import {bestScore, changedShare, FEW, nats, score} from "./convergenceWords.ts";
import {scientific} from "./numberWords.ts";
import {part} from "./view.ts";

/** Below this width the four plots lie two by two. */
const NARROW = 760;
const HEAD = 44;
const PLOT = 92;
const FOOT = 24;
const LEFT = 46;

interface Quantity {
  readonly title: string;
  /** The values by iteration; null where there is none. */
  values(this: void, readings: readonly StreetReading[], pixels: number): (number | null)[];
  scale(this: void, values: readonly number[], frame: PlotFrame): PlotScale;
  /** One of the values, in words. */
  words(this: void, value: number): string;
  /** What else is drawn. */
  notes?(
    this: void,
    readings: readonly StreetReading[],
    frame: PlotFrame,
    scale: PlotScale
  ): string;
}

const tiny = (value: number) =>
  value === 0 ? "0" : value >= 1e-3 ? String(value) : scientific(value);
const since = (value: number | undefined, first: number) =>
  value === undefined ? null : value - first;

const quantities: readonly Quantity[] = [
  {
    title: "Free energy since 0",
    values: (readings) => readings.map(({freeEnergy}) => since(freeEnergy, readings[0].freeEnergy)),
    scale: (values, frame) => linearScale([0, ...values], frame, thousands),
    words: (value) => `${value > 0 ? "+" : ""}${nats(value)} nats`
  },
  {
    title: "Largest change of a belief",
    values: (readings) => readings.map(({largestChange}, i) => (i === 0 ? null : largestChange)),
    scale: (values, frame) => logScale(values, frame, tiny),
    words: (value) => (value >= 0.001 ? value.toFixed(3) : scientific(value))
  },
  {
    title: "Pixels changing label",
    values: (readings, pixels) =>
      readings.map(({changed}, i) => (i === 0 ? null : changed / pixels)),
    scale: (values, frame) => logScale(values, frame, share),
    words: (value) => (value === 0 ? "none" : changedShare(value)),
    notes: (_, {left, right, top, bottom}, scale) => {
      const y = scale(FEW);
      return y < top || y > bottom
        ? ""
        : `<path class="viz-conv-few" d="M${left},${y.toFixed(1)}H${right}"/>`;
    }
  },
  {
    title: "mIoU against the truth",
    values: (readings) => readings.map(({mIoU}) => mIoU),
    scale: (values, frame) =>
      linearScale(values, frame, (value) => `${significant(100 * value)}\u00a0%`),
    words: score,
    notes: (readings, frame, scale) => {
      const best = bestScore(readings);
      if (best === null || readings.length <= LAST) return "";
      const x = iterationX(frame, best);
      const y = scale(readings[best].mIoU!);
      return `<circle class="viz-conv-best" cx="${x.toFixed(1)}" cy="${y.toFixed(1)}" r="7"/>`;
    }
  }
];

const significant = (value: number) => String(Number(value.toPrecision(3)));
const share = (part: number) => `${significant(100 * part)}\u00a0%`;

function thousands(value: number): string {
  const text =
    Math.abs(value) >= 1000
      ? `${significant(Math.abs(value) / 1000)}k`
      : significant(Math.abs(value));
  return value < 0 ? `−${text}` : text;
}

/** Four small plots of a street's iterations, with one of them marked. */
export interface StreetPlots {
  readonly element: SVGSVGElement;
  /** Draws the iterations that are there. */
  update(readings: readonly StreetReading[], pixels: number): void;
  mark(iteration: number): void;
  /** Where the plots lie in it. */
  frames(): readonly PlotFrame[];
  /** Returns what the plots say of the iteration marked. */
  said(): string;
}

/** Returns the plots: free energy, largest change, pixels that changed and mIoU. */
export function streetPlots(): StreetPlots {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  svg.setAttribute("class", "viz-conv-street");
  svg.setAttribute("role", "img");
  let width = 0;
  let marked = 0;
  let drawn: readonly StreetReading[] = [];
  let count = 1;
  let plots: {
    frame: PlotFrame;
    scale: PlotScale;
    values: readonly (number | null)[];
    words: (value: number) => string;
    marker: SVGElement;
    dot: SVGElement;
    said: SVGElement;
  }[] = [];

  function draw(): void {
    if (width === 0) return;
    const columns = width < NARROW ? 2 : 4;
    const column = width / columns;
    const row = HEAD + PLOT + FOOT;
    const height = (row + 8) * (4 / columns) - 8;
    svg.setAttribute("viewBox", `0 0 ${width} ${height}`);
    svg.setAttribute("height", String(height));
    const parts = quantities.map(({title, values: valuesOf, scale: scaleOf, words, notes}, i) => {
      const [x, y] = [column * (i % columns), (row + 8) * Math.floor(i / columns)];
      const frame = {
        left: x + LEFT,
        right: x + column - 12,
        top: y + HEAD,
        bottom: y + HEAD + PLOT
      };
      const values = drawn.length > 0 ? valuesOf(drawn, count) : [];
      const known = values.filter((value) => value !== null);
      const scale = scaleOf(known.length > 0 ? known : [0.1, 1], frame);
      const axes = axesMarkup(frame, known.length > 0 ? scale.ticks : []);
      const markup =
        `<g><text class="viz-conv-title" x="${x + 2}" y="${y + 12}">${title}</text>` +
        `<text class="viz-conv-said" x="${x + 2}" y="${y + 31}"></text>${axes}` +
        (known.length > 0 ? (notes?.(drawn, frame, scale) ?? "") : "") +
        `<path class="viz-conv-marker" d="M0,${frame.top - 4}V${frame.bottom}"/>` +
        `<path class="viz-conv-line" d="${linePath(values, frame, scale)}"/>` +
        `<circle class="viz-conv-dot" r="4"/></g>`;
      return {frame, scale, values, words, markup};
    });
    svg.innerHTML = parts.map(({markup}) => markup).join("");
    plots = parts.map((one, i) => {
      const group = svg.children[i];
      return {
        ...one,
        marker: part<SVGElement>(group, ".viz-conv-marker"),
        dot: part<SVGElement>(group, ".viz-conv-dot"),
        said: part<SVGElement>(group, ".viz-conv-said")
      };
    });
    mark(marked);
  }

  function mark(iteration: number): void {
    marked = iteration;
    for (const {frame, scale, values, words, marker, dot, said} of plots) {
      const x = iterationX(frame, iteration).toFixed(1);
      marker.setAttribute("transform", `translate(${x},0)`);
      const value = values[iteration] ?? null;
      dot.setAttribute("display", value === null ? "none" : "inline");
      if (value !== null)
        dot.setAttribute("transform", `translate(${x},${scale(value).toFixed(1)})`);
      const text = value === null ? (iteration < values.length ? "–" : "…") : words(value);
      if (said.textContent !== text) said.textContent = text;
    }
  }

  new ResizeObserver(([{contentRect}]) => {
    if (!(contentRect.width > 0) || contentRect.width === width) return;
    width = contentRect.width;
    draw();
  }).observe(svg);

  return {
    element: svg,
    update(readings, pixels) {
      drawn = [...readings];
      count = pixels;
      draw();
    },
    mark,
    frames: () => plots.map(({frame}) => frame),
    said: () =>
      quantities.map(({title}, i) => `${title}: ${plots[i]?.said.textContent ?? "…"}`).join("; ")
  };
}
