import {easeCubicInOut} from "d3";
import type {BarLayer} from "./networkBarsData.ts";
import {barsBetween, barsLayout, LANE, type Bar, type BarsLayout} from "./networkBarsLayout.ts";
import {percent} from "./percent.ts";
import {part, uniqueId} from "./view.ts";

/** What a chart of bars shows. */
export interface BarsData {
  readonly layers: readonly BarLayer[];
  /** The layers that set the scale. */
  readonly reference: readonly BarLayer[];
  /** The picture's side in pixels. */
  readonly size: number;
  /** The number of the layer that is marked, if any. */
  readonly focus: number | null;
}

export interface BarsChart {
  readonly element: SVGSVGElement;
  /** Draws *data*; **moving** lets the bars glide there. */
  update(data: BarsData, options?: {moving?: boolean}): void;
}

/** How long bars glide, in milliseconds. */
const GLIDE = 500;
const kinds = ["standard", "pointwise", "depthwise"] as const;

/**
 * Returns a chart of a network's convolutions in order: a bar each, as tall as its map, with an area
 * proportional to its multiply-adds; below, a lane in which all have one width, and a fan between
 * the two for each part of the network.
 *
 * *point* is told the number of the layer under the pointer, or null when it leaves; *pin* that of
 * one which is clicked, or scrubbed to by a finger; *scaled* the square pixels of one multiply-add when they change.
 */
export function barsChart({
  point,
  pin,
  scaled
}: {
  point: (layer: number | null) => void;
  pin: (layer: number) => void;
  scaled: (area: number) => void;
}): BarsChart {
  const id = uniqueId("bars");
  const element = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  element.setAttribute("class", "viz-bars-chart");
  element.setAttribute("aria-hidden", "true");
  element.innerHTML = `<defs>
      <pattern id="${id}-hatch" width="4" height="4" patternUnits="userSpaceOnUse"
        patternTransform="rotate(45)"><rect class="viz-bars-hatch" width="1.5" height="4"/></pattern>
    </defs>
    <g class="viz-bars-fans"></g><path class="viz-bars-base"/>
    ${kinds.map((kind) => `<path class="viz-bars-${kind}" data-bars="${kind}"/>`).join("")}
    <path class="viz-bars-padding" fill="url(#${id}-hatch)"/>
    ${kinds.map((kind) => `<path class="viz-bars-${kind}" data-cells="${kind}"/>`).join("")}
    <g class="viz-bars-maps"></g><g class="viz-bars-labels"></g>
    <g class="viz-bars-focus"><path class="viz-bars-link"/><rect/><rect/></g>`;
  const focusShapes = part<SVGGElement>(element, ".viz-bars-focus");
  let width = 0;
  let data: BarsData | null = null;
  let layout: BarsLayout | null = null;
  let drawn: readonly Bar[] = [];
  let frame = 0;
  const filled = new Map<string, string>();

  function place(moving: boolean): void {
    if (!data || width === 0) return;
    const before = layout;
    layout = barsLayout(data.layers, {...data, width});
    cancelAnimationFrame(frame);
    drawFrame(layout, data.layers);
    if (moving) glide(layout.bars);
    else drawBars(layout.bars);
    drawFocus();
    if (before?.area !== layout.area) scaled(layout.area);
  }

  function glide(bars: readonly Bar[]): void {
    const at = barsBetween(drawn, bars);
    const began = performance.now();
    const step = () => {
      const share = Math.min(1, (performance.now() - began) / GLIDE);
      drawBars(at(easeCubicInOut(share)));
      if (share < 1) frame = requestAnimationFrame(step);
    };
    step();
  }

  function drawBars(bars: readonly Bar[]): void {
    drawn = bars;
    const base = layout!.base;
    const outline = ({x, width, height}: Omit<Bar, "key">) =>
      `M${round(x)},${base}v${-round(height)}h${round(width)}V${base}z`;
    for (const kind of kinds)
      write(
        `[data-bars=${kind}]`,
        "d",
        bars
          .filter((bar) => bar.kind === kind)
          .map(outline)
          .join("")
      );
    const padded = bars.filter(({padding}) => padding > 0);
    write(
      ".viz-bars-padding",
      "d",
      padded
        .map((bar) => outline({...bar, x: bar.x + bar.width - bar.padding, width: bar.padding}))
        .join("")
    );
  }

  /** Draws what does not glide: the lane, the fans, and what is said of the parts. */
  function drawFrame(at: BarsLayout, layers: readonly BarLayer[]): void {
    const {base, lane, labels, parts, cells} = at;
    set(element, "viewBox", `0 0 ${width} ${at.height}`);
    set(element, "height", String(at.height));
    write(".viz-bars-base", "d", `M0,${base}H${width}`);
    for (const kind of kinds)
      write(
        `[data-cells=${kind}]`,
        "d",
        cells
          .filter((_, i) => layers[i].kind === kind)
          .map(
            ([x, wide]) =>
              `M${round(x)},${lane}h${round(wide * 0.84)}v${LANE}h${-round(wide * 0.84)}z`
          )
          .join("")
      );
    fill(
      ".viz-bars-fans",
      parts
        .map(({bars: [a, b], lane: [from, to], label}) => {
          const middle = round((from + to) / 2);
          const foot = lane + LANE;
          return (
            `<path d="M${round(a)},${base}H${round(b)}L${round(to)},${lane}H${round(from)}z"/>` +
            `<path class="viz-bars-leader" d="M${middle},${foot + 2}L${round(label)},${labels - 11}"/>`
          );
        })
        .join("")
    );
    let [last, height] = [-Infinity, 0];
    fill(
      ".viz-bars-maps",
      parts
        .map(({bars: [a, b], rows, height: tall}, p) => {
          // Where two would stand in each other's way, the first stays.
          const start = Math.min(a, width - 50);
          if ((p > 0 && b - a < 20) || (start < last && Math.abs(height - tall) < 14)) return "";
          [last, height] = [start + 54, tall];
          return `<text x="${round(start)}" y="${round(base - tall - 5)}">${rows}×${rows}</text>`;
        })
        .join("")
    );
    fill(
      ".viz-bars-labels",
      parts
        .map(
          ({label, text, share}) =>
            `<text x="${round(label)}" y="${labels}">${text}` +
            `<tspan x="${round(label)}" dy="15">${percent(share)}</tspan></text>`
        )
        .join("")
    );
  }

  function drawFocus(): void {
    if (!data || !layout) return;
    const {focus} = data;
    focusShapes.toggleAttribute("hidden", focus === null);
    if (focus === null) return;
    const {base, lane, bars, cells} = layout;
    const {x, width: wide, height} = bars[focus];
    const [left, cell] = cells[focus];
    const [bar, mark] = focusShapes.querySelectorAll("rect");
    const outline = (shape: Element, x: number, y: number, w: number, h: number) => {
      for (const [name, value] of Object.entries({x, y, width: w, height: h}))
        set(shape, name, String(round(value)));
    };
    outline(bar, x - 1, base - height - 1, wide + 2, height + 2);
    outline(mark, left - 1, lane - 1, cell * 0.84 + 2, LANE + 2);
    const [from, to] = [x + wide / 2, left + cell * 0.42].map(round);
    write(".viz-bars-link", "d", `M${from},${base + 1}L${to},${lane - 1}`);
  }

  function write(selector: string, name: string, text: string): void {
    set(part<SVGElement>(element, selector), name, text);
  }

  function fill(selector: string, markup: string): void {
    // What the browser gives back is not letter for letter what was set: compare with that.
    if (filled.get(selector) === markup) return;
    filled.set(selector, markup);
    part(element, selector).innerHTML = markup;
  }

  function layerAt(event: MouseEvent): number | null {
    if (!layout) return null;
    const box = element.getBoundingClientRect();
    const [x, y] = [event.clientX - box.left, event.clientY - box.top];
    const spans =
      y > (layout.base + layout.lane) / 2
        ? layout.cells
        : layout.bars.map(({x, width: wide}) => [x, wide] as const);
    const away = spans.map(([from, wide]) => Math.max(from - x, x - from - wide, 0));
    return away.indexOf(Math.min(...away));
  }

  element.addEventListener("pointermove", (event) => {
    const layer = layerAt(event);
    if (event.pointerType === "mouse" && event.buttons === 0) point(layer);
    else if (layer !== null) pin(layer);
  });
  element.addEventListener("pointerleave", () => point(null));
  element.addEventListener("click", (event) => {
    const layer = layerAt(event);
    if (layer !== null) pin(layer);
  });
  new ResizeObserver(([{contentRect}]) => {
    if (contentRect.width === width) return;
    width = contentRect.width;
    place(false);
  }).observe(element);

  return {
    element,
    update(next, {moving = false} = {}) {
      const before = data;
      data = next;
      if (before?.layers === next.layers && before.reference === next.reference) drawFocus();
      else place(moving);
    }
  };
}

/** Sets an attribute that differs: the browser lays out again even what is set to what it was. */
function set(shape: Element, name: string, text: string): void {
  if (shape.getAttribute(name) !== text) shape.setAttribute(name, text);
}

/** Rounds to a hundredth of a pixel: more is only markup. */
function round(value: number): number {
  return Math.round(value * 100) / 100;
}
