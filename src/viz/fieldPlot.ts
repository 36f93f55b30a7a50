import {max, scaleLinear, scaleLog} from "d3";
import {count} from "./fieldWords.ts";
import {part} from "./view.ts";

/** How a field grows, layer by layer. */
export interface FieldGrowth {
  name: string;
  /** The field's size without layers, 1, then after each layer. */
  sizes: readonly number[];
  /** Whether it is the reader's own stack. */
  own?: boolean;
}

const HEIGHT = 224;
const LEFT = 46;
const RIGHT = 118;
const TOP = 28;
const BOTTOM = 34;

/**
 * Returns a plot of receptive fields' sizes against depth, a line for each, its last size and its
 * name at its end. *log* makes the scale of sizes logarithmic, on which doubling is a straight line.
 */
export function fieldPlot(): {
  readonly element: SVGSVGElement;
  update(data: {growths: readonly FieldGrowth[]; log: boolean}): void;
} {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  svg.setAttribute("class", "viz-field-plot");
  svg.setAttribute("role", "img");
  svg.innerHTML = `<g class="viz-plot-axes"></g><g class="viz-plot-lines"></g>`;
  let data: {growths: readonly FieldGrowth[]; log: boolean} | null = null;
  let width = 400;

  function draw(): void {
    if (!data) return;
    const {growths, log} = data;
    const depth = max(growths, ({sizes}) => sizes.length - 1) ?? 1;
    const most = max(growths, ({sizes}) => sizes[sizes.length - 1]) ?? 1;
    const x = scaleLinear([0, depth], [LEFT, width - RIGHT]);
    const y = (log ? scaleLog() : scaleLinear())
      .domain([log ? 1 : 0, Math.max(2, most)])
      .range([HEIGHT - BOTTOM, TOP]);
    svg.setAttribute("viewBox", `0 0 ${width} ${HEIGHT}`);
    svg.setAttribute("height", String(HEIGHT));
    const ticks = log
      ? y.ticks(4).filter((tick) => Number.isInteger(Math.log10(tick)))
      : y.ticks(4).filter(Number.isInteger);
    const axis = ticks.map(
      (tick) =>
        `<path class="viz-plot-grid" d="M${LEFT},${y(tick)}H${width - RIGHT}"/>` +
        `<text x="${LEFT - 6}" y="${y(tick) + 4}" text-anchor="end">${count(tick)}</text>`
    );
    const depths = Array.from({length: depth + 1}, (_, i) => i).map(
      (i) => `<text x="${x(i)}" y="${HEIGHT - BOTTOM + 16}" text-anchor="middle">${i}</text>`
    );
    const title = `<text x="${(LEFT + width - RIGHT) / 2}" y="${HEIGHT - 3}" text-anchor="middle">layers</text>`;
    part(svg, ".viz-plot-axes").innerHTML = [...axis, ...depths, title].join("");

    const ends = dodge(growths.map(({sizes}) => y(sizes[sizes.length - 1])));
    const lines = growths.map(({name, sizes, own}, g) => {
      const points = sizes.map((size, i) => `${x(i).toFixed(1)},${y(size).toFixed(1)}`);
      const dots = own
        ? sizes.map((size, i) => `<circle cx="${x(i)}" cy="${y(size)}" r="3.5"/>`).join("")
        : "";
      const last = x(sizes.length - 1);
      return (
        `<g class="${own ? "viz-plot-own" : "viz-plot-other"}"><path d="M${points.join("L")}"/>${dots}` +
        `<text x="${Math.max(last, x(depth)) + 8}" y="${ends[g] + 4}">${name}: ${count(sizes[sizes.length - 1])}</text></g>`
      );
    });
    part(svg, ".viz-plot-lines").innerHTML = lines.join("");
    svg.setAttribute(
      "aria-label",
      `Receptive field against layers. ${growths
        .map(({name, sizes}) => `${name}: ${sizes.join(", ")}`)
        .join(". ")}.`
    );
  }

  new ResizeObserver(([{contentRect}]) => {
    if (!(contentRect.width > 0) || contentRect.width === width) return;
    width = contentRect.width;
    draw();
  }).observe(svg);
  return {
    element: svg,
    update(next) {
      data = next;
      draw();
    }
  };
}

/**
 * Moves heights of labels apart, so that each has *room* pixels: upwards from the lowest, and back
 * down from *least* if that is too high.
 */
export function dodge(heights: readonly number[], {room = 15, least = 8} = {}): number[] {
  const order = heights.map((_, i) => i).sort((a, b) => heights[b] - heights[a]);
  const placed = [...heights];
  let below = Infinity;
  for (const i of order) below = placed[i] = Math.min(heights[i], below - room);
  let above = least - room;
  for (const i of order.toReversed()) above = placed[i] = Math.max(placed[i], above + room);
  return placed;
}
