import {select} from "d3";
import {percent} from "./percent.ts";
import {taps, tapShares, type Tap} from "./taps.ts";
import {uniqueId} from "./view.ts";

/** A unit of a feature map. */
export interface Unit {
  x: number;
  y: number;
}

/** What a tap diagram shows. */
export interface TapDiagramData {
  /** The rates of the kernels, a panel for each. */
  rates: readonly number[];
  /** The feature map's size, in units. */
  width: number;
  height: number;
  /** The unit at which the kernels are centered. */
  at: Unit;
  /** Where to find the picture under the map, or null. */
  picture: string | null;
}

/** Pixels: between panels, above and below the map's window. */
const GAP = 12;
const HEAD = 24;
const FOOT = 40;
/** How wide and tall the window is, in maps: enough for the trained rates, to show them whole. */
const WINDOW = 1.6;

/**
 * Returns a diagram that shows, for each rate, the nine taps of a 3×3 kernel on the feature map's
 * true grid, over the picture
 * and the padding around it: orange where they read features,
 * hollow where they read the padding's zeros; those too far away to show are arrows at the edge.
 * What the kernel spans is blue, and the part of it that it does not read hatched.
 *
 * *point* is told the unit under the pointer, or null when it leaves.
 */
export function tapDiagram(point: (unit: Unit | null) => void): {
  readonly element: SVGSVGElement;
  update(data: TapDiagramData): void;
} {
  const id = uniqueId("taps");
  const svg = select(document.createElementNS("http://www.w3.org/2000/svg", "svg"))
    .attr("class", "viz-taps")
    .attr("role", "img");
  svg.append("defs").html(`
    <pattern id="${id}-hatch" width="5" height="5" patternUnits="userSpaceOnUse"
      patternTransform="rotate(45)"><rect class="viz-hatch" width="1.2" height="5"/></pattern>
    <clipPath id="${id}-clip"><rect/></clipPath>`);
  const element = svg.node() as SVGSVGElement;
  let data: TapDiagramData | null = null;

  function draw(): void {
    if (!data || !element.clientWidth) return;
    const {rates, width, height, at, picture} = data;
    const total = element.clientWidth;
    const panel = (total - GAP * (rates.length - 1)) / rates.length;
    // The picture spans the centers of the first and the last unit.
    const unit = panel / (WINDOW * width);
    const tall = unit * WINDOW * height;
    const left = (panel - (width - 1) * unit) / 2;
    const top = HEAD + (tall - (height - 1) * unit) / 2;
    const px = (x: number) => left + x * unit;
    const py = (y: number) => top + y * unit;
    const radius = Math.max(2.5, Math.min(5, unit * 0.55));
    svg.attr("viewBox", `0 0 ${total} ${HEAD + tall + FOOT}`).attr("height", HEAD + tall + FOOT);
    svg.select(`#${id}-clip rect`).attr("y", HEAD).attr("width", panel).attr("height", tall);

    const panels = svg
      .selectAll<SVGGElement, number>("g.viz-panel")
      .data([...rates])
      .join((enter) => {
        const group = enter.append("g").attr("class", "viz-panel");
        group.append("text").attr("class", "viz-rate").attr("y", 15);
        const shown = group.append("g").attr("clip-path", `url(#${id}-clip)`);
        shown.append("rect").attr("class", "viz-padding").attr("y", HEAD);
        shown.append("image").attr("preserveAspectRatio", "none");
        shown.append("rect").attr("class", "viz-picture");
        shown.append("path").attr("class", "viz-units");
        shown.append("rect").attr("class", "viz-holes").attr("fill", `url(#${id}-hatch)`);
        shown.append("rect").attr("class", "viz-field");
        shown.append("g").attr("class", "viz-dots");
        group.append("text").attr("class", "viz-count");
        group.append("text").attr("class", "viz-count viz-second");
        return group;
      })
      .attr("transform", (_, i) => `translate(${i * (panel + GAP)},0)`);
    panels.select(".viz-rate").text((rate) => `rate ${rate}`);
    panels.select(".viz-padding").attr("width", panel).attr("height", tall);
    panels
      .selectAll("image, .viz-picture")
      .attr("x", px(0))
      .attr("y", py(0))
      .attr("width", (width - 1) * unit)
      .attr("height", (height - 1) * unit);
    panels.select("image").attr("href", picture);
    const grid = Array.from({length: width * height}, (_, i) => {
      const [x, y] = [px(i % width), py(Math.floor(i / width))];
      return `M${x.toFixed(1)},${y.toFixed(1)}h0`;
    });
    panels
      .select(".viz-units")
      .attr("d", grid.join(""))
      .attr("stroke-width", Math.min(1.75, unit * 0.25));
    panels.each(function (rate) {
      const span = (2 * rate + 1) * unit;
      select(this)
        .selectAll(".viz-field, .viz-holes")
        .attr("x", px(at.x - rate - 0.5))
        .attr("y", py(at.y - rate - 0.5))
        .attr("width", span)
        .attr("height", span);
      select(this)
        .select(".viz-dots")
        .selectAll<SVGPathElement, Tap>("path")
        .data(taps(rate, {...at, width, height}))
        .join("path")
        .attr("class", (tap) => (tap.inside ? "viz-tap" : "viz-tap viz-hollow"))
        .attr("d", (tap) => mark(px(tap.x), py(tap.y)));
      const nine = tapShares(rate, width, height)[9];
      select(this)
        .select(".viz-count")
        .attr("y", HEAD + tall + 16)
        .text("all nine inside at");
      select(this)
        .select(".viz-second")
        .attr("y", HEAD + tall + 32)
        .text(`${percent(nine)} of places`);
    });

    /** A dot; or, at the edge of the window, an arrow towards what lies beyond it. */
    function mark(x: number, y: number): string {
      const m = radius + 2;
      const cx = Math.max(m, Math.min(panel - m, x));
      const cy = Math.max(HEAD + m, Math.min(HEAD + tall - m, y));
      const r = radius;
      if (Math.abs(cx - x) < unit / 2 && Math.abs(cy - y) < unit / 2)
        return `M${x - r},${y}a${r},${r} 0 1 0 ${2 * r},0a${r},${r} 0 1 0 ${-2 * r},0Z`;
      const angle = Math.atan2(y - cy, x - cx);
      const corner = (turn: number) =>
        `${cx + r * Math.cos(angle + turn)},${cy + r * Math.sin(angle + turn)}`;
      return `M${corner(0)}L${corner(2.3)}L${corner(-2.3)}Z`;
    }
  }

  function unitAt(event: PointerEvent): Unit | null {
    if (!data) return null;
    const {width, height, rates} = data;
    const panel = (element.clientWidth - GAP * (rates.length - 1)) / rates.length;
    const box = element.getBoundingClientRect();
    const unit = panel / (WINDOW * width);
    const inPanel = (event.clientX - box.left) % (panel + GAP);
    const middle = HEAD + (unit * WINDOW * height) / 2;
    const x = Math.round((inPanel - panel / 2) / unit + (width - 1) / 2);
    const y = Math.round((event.clientY - box.top - middle) / unit + (height - 1) / 2);
    return x >= 0 && x < width && y >= 0 && y < height ? {x, y} : null;
  }

  svg.on("pointermove", (event: PointerEvent) => point(unitAt(event)));
  svg.on("pointerdown", (event: PointerEvent) => point(unitAt(event)));
  svg.on("pointerleave", () => point(null));
  new ResizeObserver(draw).observe(element);
  return {
    element,
    update(next) {
      data = next;
      draw();
    }
  };
}
