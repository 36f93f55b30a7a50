import {scaleLinear} from "d3";
import type {KernelTerms} from "../model/separableTerms.ts";
import {part} from "./view.ts";

export interface TermsPlot {
  readonly element: HTMLElement;
  /** Draws the curves of *of*, and marks so many *terms* on them. */
  update(of: KernelTerms, terms: number): void;
}

const [LEFT, RIGHT, TOP, BOTTOM] = [34, 44, 30, 36];

/**
 * Returns a plot, over the number of terms, of the relative error, which falls to zero at the rank,
 * and of the cost as a share of the standard one, which rises through 1 at the break-even. It is as
 * large as its element.
 */
export function termsPlot(): TermsPlot {
  const element = document.createElement("div");
  element.className = "viz-terms-plot";
  element.innerHTML = `<svg role="img"><g class="viz-terms-curves"></g><g class="viz-terms-now"><path/>
    <circle class="viz-terms-error" r="5.5"/><circle class="viz-terms-cost" r="5.5"/></g></svg>`;
  const svg = part<SVGSVGElement>(element, "svg");
  const now = part(svg, ".viz-terms-now");
  let [width, height] = [0, 0];
  let shown: {of: KernelTerms; terms: number} | null = null;
  let drawn: KernelTerms | null = null;

  function scales({most, breakEven}: KernelTerms) {
    return {
      x: scaleLinear([0, most], [LEFT, width - RIGHT]),
      y: scaleLinear([0, Math.max(1.1, most / breakEven)], [height - BOTTOM, TOP])
    };
  }

  function drawCurves(of: KernelTerms): void {
    const {most, rank, breakEven, rebuilt} = of;
    const {x, y} = scales(of);
    const right = width - RIGHT;
    const [floor, even] = [y(0), x(breakEven)];
    const every = x(1) - x(0) < 15 ? 2 : 1;
    const errors = Array.from({length: most + 1}, (_, r) => (r < rank ? rebuilt[r].error : 0));
    const line = (values: readonly number[]) =>
      values.map((value, r) => `${x(r).toFixed(1)},${y(value).toFixed(1)}`).join("L");
    const costs = errors.map((_, r) => r / breakEven);
    const dots = (name: string, values: readonly number[]) =>
      values
        .map(
          (value, r) =>
            `<circle class="viz-terms-${name}" data-terms="${r}" data-value="${value}" ` +
            `cx="${x(r)}" cy="${y(value)}" r="2.5"/>`
        )
        .join("");
    part(svg, ".viz-terms-curves").innerHTML = [
      `<rect class="viz-terms-dearer" x="${even}" y="${TOP}" width="${right - even}" height="${floor - TOP}"/>`,
      ...y
        .ticks(3)
        .map(
          (tick) =>
            `<path class="viz-terms-grid${tick === 1 ? " viz-terms-one" : ""}" d="M${LEFT},${y(tick)}H${right}"/>` +
            `<text x="${LEFT - 6}" y="${y(tick) + 4}" text-anchor="end">${tick}</text>`
        ),
      ...costs.map((_, r) =>
        r % every === 0 || r === most
          ? `<text${r === rank ? ` class="viz-terms-strong"` : ""} x="${x(r)}" y="${floor + 15}" ` +
            `text-anchor="middle">${r}</text>`
          : ""
      ),
      `<text x="${right + 12}" y="${floor + 15}">terms</text>`,
      `<text class="viz-terms-rank" data-terms="${rank}" x="${x(rank)}" y="${floor + 31}" ` +
        `text-anchor="middle">rank: exact</text>`,
      `<path class="viz-terms-even" data-terms="${breakEven}" d="M${even},${TOP - 6}V${floor}"/>`,
      `<text x="${even - 6}" y="${TOP - 16}" text-anchor="end">break-even ${breakEven.toFixed(2)}</text>`,
      `<text class="viz-terms-strong" x="${even + 6}" y="${TOP - 16}">dearer</text>`,
      `<path class="viz-terms-cost" d="M${line(costs)}"/>${dots("cost", costs)}`,
      `<path class="viz-terms-error" d="M${line(errors)}"/>${dots("error", errors)}`,
      `<text class="viz-terms-cost" x="${right + 7}" y="${y(most / breakEven) + 4}">cost</text>`,
      `<text class="viz-terms-error" x="${right + 7}" y="${floor - 1}">error</text>`
    ].join("");
  }

  function draw(): void {
    if (!shown || width === 0) return;
    const {of, terms} = shown;
    const {x, y} = scales(of);
    if (of !== drawn) {
      drawn = of;
      svg.setAttribute("viewBox", `0 0 ${width} ${height}`);
      drawCurves(of);
    }
    const error = terms < of.rank ? of.rebuilt[terms].error : 0;
    const at = x(terms);
    part(now, "path").setAttribute("d", `M${at},${TOP}V${y(0)}`);
    for (const [name, value] of [
      ["error", error] as const,
      ["cost", terms / of.breakEven] as const
    ]) {
      const dot = part(now, `.viz-terms-${name}`);
      dot.setAttribute("cx", String(at));
      dot.setAttribute("cy", String(y(value)));
    }
  }

  new ResizeObserver(([{contentRect}]) => {
    [width, height] = [contentRect.width, contentRect.height];
    drawn = null;
    draw();
  }).observe(element);
  return {
    element,
    update(of, terms) {
      if (of !== shown?.of)
        svg.setAttribute(
          "aria-label",
          `Against the number of terms: relative error ${of.rebuilt
            .map(({error}, r) => (r < of.rank ? Number(error.toPrecision(2)) : 0))
            .join(", ")}; cost as a share of the standard ` +
            `${of.rebuilt.map(({cost}) => cost.toFixed(2)).join(", ")}.`
        );
      shown = {of, terms};
      draw();
    }
  };
}
