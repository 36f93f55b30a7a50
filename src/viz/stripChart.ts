import {select} from "d3";
import {shapePlacer, type ShapeGroup} from "./placeShapes.ts";
import {MARKS, RATES, stripLayout, type StripLayout} from "./stripLayout.ts";
import {
  drawCosts,
  drawFields,
  drawFrame,
  drawMaps,
  stripGroups,
  type StripChartData
} from "./stripRows.ts";
import {uniqueId} from "./view.ts";

export interface StripChart {
  readonly element: SVGSVGElement;
  /** Draws *data*; **moving** lets what changed glide there, **ringed** blocks are briefly ringed. */
  update(data: StripChartData, options?: {moving?: boolean; ringed?: readonly number[]}): void;
}

/** How long what changed glides, in milliseconds. */
const GLIDE = 450;

/**
 * Returns a chart of a backbone's blocks from left to right in three rows: the maps that they hand
 * on, as tall as the map has units, with the taps of their kernel at true scale; their receptive
 * fields; their multiply-adds. Strides that halve the map are marked above it, crossed out where
 * they have become a rate.
 *
 * *point* is told the number of the block under the pointer, or null when it leaves; *pin* that of
 * a block which is clicked, or scrubbed to by a finger.
 */
export function stripChart(
  point: (i: number | null) => void,
  pin: (i: number) => void
): StripChart {
  const id = uniqueId("strip");
  const svg = select(document.createElementNS("http://www.w3.org/2000/svg", "svg"))
    .attr("class", "viz-strip-chart")
    .attr("aria-hidden", "true");
  svg.append("defs").html(`
    <pattern id="${id}-hatch" width="4" height="4" patternUnits="userSpaceOnUse"
      patternTransform="rotate(45)"><rect class="viz-strip-hatch" width="1" height="4"/></pattern>
    <linearGradient id="${id}-fade" x2="0" y2="1"><stop stop-color="#000"/>
      <stop offset="0.12" stop-color="#fff"/><stop offset="0.88" stop-color="#fff"/>
      <stop offset="1" stop-color="#000"/></linearGradient>
    <mask id="${id}-mask" maskUnits="userSpaceOnUse" x="0" y="0" width="4000" height="4000">
      <rect fill="url(#${id}-fade)"/></mask>`);
  const groups = Object.fromEntries(
    stripGroups.map((name) => [name, svg.append("g").attr("class", `viz-strip-${name}`)])
  ) as Record<(typeof stripGroups)[number], ShapeGroup>;
  groups.picture.attr("mask", `url(#${id}-mask)`);
  groups.holes.attr("fill", `url(#${id}-hatch)`);
  const rings = svg.append("g").attr("class", "viz-strip-rings");
  const fade = svg.select(`#${id}-mask rect`);
  const element = svg.node() as SVGSVGElement;
  const {place, start} = shapePlacer(groups);
  let width = 0;
  let data: StripChartData | null = null;

  function draw(moving: boolean): void {
    if (!data || width === 0) return;
    const at = stripLayout(width, data.readings);
    svg.attr("viewBox", `0 0 ${width} ${at.height}`).attr("height", at.height);
    const tall = at.tall + 28;
    fade
      .attr("y", at.middle - tall / 2)
      .attr("width", width)
      .attr("height", tall);
    for (const row of [drawFrame, drawMaps, drawFields, drawCosts]) row(at, data, place);
    start(moving ? GLIDE : 0);
  }

  /** Rings blocks; those next to each other together. */
  function ring({left, step, top, tall}: StripLayout, numbers: readonly number[]): void {
    const runs: [first: number, last: number][] = [];
    for (const i of numbers) {
      const run = runs.at(-1);
      if (run?.[1] === i - 1) run[1] = i;
      else runs.push([i, i]);
    }
    rings
      .selectAll("rect")
      .data(runs)
      .join("rect")
      .attr("x", ([first]) => left + first * step + 1)
      .attr("y", top - RATES - MARKS)
      .attr("width", ([first, last]) => (last - first + 1) * step - 2)
      .attr("height", tall + RATES + MARKS)
      .attr("rx", 6)
      .on("animationend", (event: AnimationEvent) => (event.target as Element).remove());
  }

  function blockAt(event: MouseEvent): number | null {
    if (!data) return null;
    const {left, step} = stripLayout(width, data.readings);
    const i = Math.floor((event.clientX - element.getBoundingClientRect().left - left) / step);
    return i >= 0 && i < data.reading.blocks.length ? i : null;
  }

  svg
    .on("pointermove", (event: PointerEvent) => {
      const i = blockAt(event);
      if (event.pointerType === "mouse" && event.buttons === 0) point(i);
      else if (i !== null) pin(i);
    })
    .on("pointerleave", () => point(null))
    .on("click", (event: MouseEvent) => {
      const i = blockAt(event);
      if (i !== null) pin(i);
    });
  new ResizeObserver(([{contentRect}]) => {
    width = contentRect.width;
    draw(false);
  }).observe(element);
  return {
    element,
    update(next, {moving = false, ringed = []} = {}) {
      data = next;
      draw(moving);
      if (ringed.length > 0 && width > 0) ring(stripLayout(width, data.readings), ringed);
    }
  };
}
