import type {ClassChange} from "./gainsAndLossesData.ts";
import {points} from "./gainsAndLossesWords.ts";
import type {LegendClass} from "./legend.ts";
import {part} from "./view.ts";

/** Pixels of a row, above the rows, below them, of the classes' names, and of the numbers. */
const [ROW, TOP, BOTTOM, NAME, NUMBER] = [24, 22, 24, 84, 48];

export interface HarmChart {
  readonly element: SVGSVGElement;
  /** Shows the changes, one class a row. */
  show(changes: readonly ClassChange[]): void;
}

/**
 * Returns a chart of what each class gains or loses in IoU: a bar from zero for the CRF, filled for
 * a gain and hatched for a loss, and a tick for the decoder.
 */
export function gainsAndLossesChart(classes: readonly LegendClass[], id: string): HarmChart {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  svg.setAttribute("class", "viz-harm-chart");
  svg.setAttribute("role", "img");
  svg.setAttribute("preserveAspectRatio", "xMinYMin"); // it is taller than its rows while it waits
  svg.innerHTML = `<defs><pattern id="${id}-hatch" width="6" height="6" patternTransform="rotate(45)"
      patternUnits="userSpaceOnUse"><rect class="viz-harm-stripe" width="3" height="6"/></pattern></defs><g></g>`;
  const drawing = part<SVGGElement>(svg, "g");
  let width = 420;
  let changes: readonly ClassChange[] = [];

  function draw(): void {
    const height = TOP + changes.length * ROW + BOTTOM;
    svg.setAttribute("viewBox", `0 0 ${width} ${height}`);
    svg.setAttribute("height", String(height));
    const all = changes.flatMap(({crf, decoder}) => [crf, decoder, 0]);
    const [low, high] = [Math.min(-0.05, ...all), Math.max(0.05, ...all)];
    const [left, right] = [NAME + NUMBER, width - 12];
    const x = (value: number) => left + ((value - low) / (high - low)) * (right - left);
    const step =
      [0.05, 0.1, 0.2, 0.5].find((by) => ((right - left) * by) / (high - low) > 44) ?? 0.5;
    const ticks: number[] = [];
    if (changes.length > 0)
      for (let i = Math.ceil(low / step); i * step <= high; ++i) ticks.push(i * step);
    const bottom = TOP + changes.length * ROW;
    const grid = ticks.map(
      (at) => `<path class="viz-harm-grid" data-zero="${at === 0}" d="M${x(at)},${TOP}V${bottom}"/>
        <text x="${x(at)}" y="${bottom + 16}" text-anchor="middle">${points(at).replace(".0", "")}</text>`
    );
    const rows = changes.map(({label, crf, decoder}, i) => {
      const y = TOP + i * ROW;
      const [from, to] = [Math.min(x(0), x(crf)), Math.max(x(0), x(crf))];
      const gain = crf >= 0;
      return `<rect x="0" y="${y + 6}" width="12" height="12" rx="2" fill="${classes[label].color}"/>
        <text x="18" y="${y + 16}">${classes[label].name}</text>
        <text class="viz-harm-number" x="${NAME + NUMBER - 8}" y="${y + 16}" text-anchor="end">${points(crf)}</text>
        <rect class="viz-harm-bar" data-gain="${gain}" x="${from}" y="${y + 5}" width="${to - from}"
          height="14" ${gain ? "" : `style="fill: url(#${id}-hatch)"`}/>
        <path class="viz-harm-tick" d="M${x(decoder)},${y + 2}v20"/>`;
    });
    drawing.innerHTML = `<text class="viz-harm-head" x="0" y="12">IoU gained or lost, in points</text>
      ${grid.join("")}${rows.join("")}`;
    const spoken = changes.map(
      ({label, crf, decoder}) =>
        `${classes[label].name} ${points(crf)}, the decoder ${points(decoder)}`
    );
    svg.setAttribute(
      "aria-label",
      `IoU gained or lost by the CRF, and by the decoder, in points: ${spoken.join("; ") || "not computed yet"}`
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
