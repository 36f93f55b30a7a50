import {points} from "./gainsAndLossesWords.ts";
import type {IouChange} from "./imagePoolingData.ts";
import type {LegendClass} from "./legend.ts";
import {part} from "./view.ts";

/** Pixels of a row, above the rows, below them, of the classes' names, and of the numbers. */
const [ROW, TOP, BOTTOM, NAME, NUMBER] = [22, 22, 24, 92, 48];

export interface PoolingChart {
  readonly element: SVGSVGElement;
  /** Shows the changes, a class a row. */
  show(changes: readonly IouChange[]): void;
}

/**
 * Returns a chart of what each class gains or loses in IoU: a bar from zero, filled for a gain and
 * hatched for a loss.
 */
export function poolingChart(classes: readonly LegendClass[], id: string): PoolingChart {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  svg.setAttribute("class", "viz-pooling-chart");
  svg.setAttribute("role", "img");
  svg.setAttribute("preserveAspectRatio", "xMinYMin");
  svg.innerHTML = `<defs><pattern id="${id}-hatch" width="6" height="6" patternTransform="rotate(45)"
      patternUnits="userSpaceOnUse"><rect class="viz-pooling-stripe" width="3" height="6"/></pattern></defs><g></g>`;
  const drawing = part<SVGGElement>(svg, "g");
  let width = 420;
  let changes: readonly IouChange[] = [];

  function draw(): void {
    const bottom = TOP + changes.length * ROW;
    svg.setAttribute("viewBox", `0 0 ${width} ${bottom + BOTTOM}`);
    svg.setAttribute("height", String(bottom + BOTTOM));
    const all = changes.map(({change}) => change);
    const [low, high] = [Math.min(-0.005, ...all), Math.max(0.005, ...all)];
    const [left, right] = [NAME + NUMBER, width - 16];
    const x = (value: number) => left + ((value - low) / (high - low)) * (right - left);
    const step =
      [0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5].find(
        (by) => ((right - left) * by) / (high - low) > 44
      ) ?? 1;
    const ticks: number[] = [];
    if (changes.length > 0)
      for (let i = Math.ceil(low / step); i * step <= high; ++i) ticks.push(i * step);
    const grid = ticks.map(
      (
        at
      ) => `<path class="viz-pooling-grid" data-zero="${at === 0}" d="M${x(at)},${TOP}V${bottom}"/>
        <text x="${x(at)}" y="${bottom + 16}" text-anchor="middle">${points(at).replace(".0", "")}</text>`
    );
    const rows = changes.map(({label, change}, i) => {
      const y = TOP + i * ROW;
      const gain = change >= 0;
      return `<rect x="0" y="${y + 5}" width="12" height="12" rx="2" fill="${classes[label].color}"/>
        <text x="18" y="${y + 15}">${classes[label].name}</text>
        <text class="viz-pooling-number" x="${left - 8}" y="${y + 15}" text-anchor="end">${points(change)}</text>
        <rect class="viz-pooling-bar" data-gain="${gain}" x="${Math.min(x(0), x(change))}" y="${y + 4}"
          width="${Math.abs(x(change) - x(0))}" height="14" ${gain ? "" : `style="fill: url(#${id}-hatch)"`}/>`;
    });
    drawing.innerHTML = `<text class="viz-pooling-head" x="0" y="12">IoU gained or lost, in points</text>
      ${grid.join("")}${rows.join("")}`;
    const spoken = changes.map(({label, change}) => `${classes[label].name} ${points(change)}`);
    svg.setAttribute(
      "aria-label",
      `IoU gained or lost, in points: ${spoken.join("; ") || "not computed yet"}`
    );
  }

  new ResizeObserver(([{contentRect}]) => {
    const next = Math.round(contentRect.width);
    if (next === 0 || next === width) return;
    width = next;
    draw();
  }).observe(svg);

  draw();
  return {
    element: svg,
    show(next) {
      changes = next;
      draw();
    }
  };
}
