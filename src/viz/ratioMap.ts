import {scaleLinear} from "d3";
import {asView, emitInput, part, uniqueId, type View} from "./view.ts";

/** A place in the map: a number of filters, and the side of their kernels. */
export interface RatioPlace {
  readonly filters: number;
  readonly kernelSize: number;
}

export interface RatioMap extends View<SVGSVGElement, RatioPlace> {
  /** The cell that is pointed at, or null. It changes with *input*, as the value does. */
  readonly pointed: RatioPlace | null;
}

export interface RatioMapOptions {
  /** The cost of two steps over the cost of one. */
  ratio: (this: void, place: RatioPlace) => number;
  value: RatioPlace;
  /** The largest kernel. */
  most: number;
}

/** Numbers of filters that have a column: each half octave, where it is whole. */
export const columns = [
  1, 2, 3, 4, 6, 8, 12, 16, 24, 32, 48, 64, 96, 128, 192, 256, 384, 512, 768, 1024, 1536, 2048,
  3072, 4096
];

/** In units of the drawing: a cell, and room for the axes. */
const CELL = 22;
const LEFT = 42;
const RIGHT = 10;
const TOP = 6;
const BOTTOM = 40;

/**
 * Returns the map of *ratio* over the number of filters (from left to right, by half octaves) and
 * the kernel's side (upwards), with the line where it is 1. What costs more than one step is orange
 * and hatched. Its **value** is the place marked; a click, or Enter on the cell that arrow keys have
 * moved to, sets it and emits *input*.
 */
export function ratioMap({ratio, value, most}: RatioMapOptions): RatioMap {
  const id = uniqueId("ratio-map");
  const [width, height] = [LEFT + columns.length * CELL + RIGHT, TOP + most * CELL + BOTTOM];
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  svg.setAttribute("class", "viz-ratio-map");
  svg.setAttribute("viewBox", `0 0 ${width} ${height}`);
  svg.setAttribute("role", "application");
  svg.setAttribute("aria-roledescription", "map of ratios");
  svg.setAttribute("tabindex", "0");
  let pointed: {column: number; row: number} | null = null;

  /** Where a number of filters is, in columns; between two that have one, in proportion. */
  const across = scaleLinear(
    columns,
    columns.map((_, i) => i)
  );
  const x = (filters: number) => LEFT + (across(filters) + 0.5) * CELL;
  const y = (kernelSize: number) => TOP + (most - kernelSize + 0.5) * CELL;
  const at = (column: number, row: number): RatioPlace => ({
    filters: columns[column],
    kernelSize: row
  });
  const cells = columns.flatMap((_, column) =>
    Array.from({length: most}, (_, row) => ({
      column,
      row: row + 1,
      ratio: ratio(at(column, row + 1))
    }))
  );

  // By the logarithm: twice and half as dear lie as far from the middle, which is 1.
  const least = Math.log(Math.min(...cells.map((cell) => cell.ratio)));
  const share = (ratio: number) =>
    Math.round((100 * Math.log(ratio)) / (ratio > 1 ? Math.LN2 : least));

  svg.innerHTML = `
    <defs><pattern id="${id}" width="6" height="6" patternUnits="userSpaceOnUse"
      patternTransform="rotate(45)"><rect class="viz-ratio-stripe" width="2" height="6"/></pattern>
    </defs>
    <g class="viz-ratio-cells">${cells
      .map(
        ({column, row, ratio}) =>
          `<rect x="${LEFT + column * CELL}" y="${y(row) - CELL / 2}" width="${CELL - 1}"
            height="${CELL - 1}" data-dearer="${ratio > 1}" style="--share: ${share(ratio)}%"/>`
      )
      .join("")}</g>
    <path class="viz-ratio-dearer" fill="url(#${id})" d="${cells
      .filter(({ratio}) => ratio > 1)
      .map(
        ({column, row}) =>
          `M${LEFT + column * CELL},${y(row) - CELL / 2}h${CELL - 1}v${CELL - 1}h${1 - CELL}Z`
      )
      .join("")}"/>
    <path class="viz-ratio-one" d="${lineOfOne()}"/>
    <g class="viz-ratio-axes">${columns
      .filter((n) => Number.isInteger(Math.log2(n)))
      .map((n) => {
        const between = n > 2 && Math.log2(n) % 2 === 1;
        return `<text x="${x(n)}" y="${height - BOTTOM + 15}" data-between="${between}">${n}</text>`;
      })
      .join("")}${[1, 3, 5, 7, 9, 11]
      .filter((k) => k <= most)
      .map((k) => `<text class="viz-ratio-side" x="${LEFT - 6}" y="${y(k) + 4}">${k}</text>`)
      .join("")}
      <text x="${LEFT + (columns.length * CELL) / 2}" y="${height - 5}">filters N</text>
      <text transform="translate(11,${y((most + 1) / 2)}) rotate(-90)">kernel’s side D<tspan
        dy="3" font-size="80%">k</tspan></text></g>
    <rect class="viz-ratio-pointed" width="${CELL - 1}" height="${CELL - 1}" visibility="hidden"/>
    <circle class="viz-ratio-here" r="7"/>`;

  /** The line (N − 1)(D_k² − 1) = 1, from the largest kernel to the most filters. */
  function lineOfOne(): string {
    const points = Array.from({length: 121}, (_, i) => most ** (1 - i / 120)).filter((k) => k > 1);
    const line = points
      .map((k) => [1 + 1 / (k ** 2 - 1), k])
      .filter(([n]) => n <= columns[columns.length - 1])
      .map(([n, k]) => `${x(n).toFixed(1)},${y(k).toFixed(1)}`);
    return `M${line.join("L")}L${x(columns[columns.length - 1])},${y(1)}`;
  }

  function mark(): void {
    const here = part<SVGElement>(svg, ".viz-ratio-here");
    here.setAttribute("cx", x(value.filters).toFixed(1));
    here.setAttribute("cy", y(value.kernelSize).toFixed(1));
  }

  function point(next: typeof pointed): void {
    if (next?.column === pointed?.column && next?.row === pointed?.row) return;
    pointed = next;
    const box = part<SVGElement>(svg, ".viz-ratio-pointed");
    box.setAttribute("visibility", next ? "visible" : "hidden");
    if (next) {
      box.setAttribute("x", String(LEFT + next.column * CELL));
      box.setAttribute("y", String(y(next.row) - CELL / 2));
    }
    emitInput(svg);
  }

  function choose(): void {
    if (!pointed) return;
    value = at(pointed.column, pointed.row);
    mark();
    emitInput(svg);
  }

  function cellAt({clientX, clientY}: MouseEvent): typeof pointed {
    const box = svg.getBoundingClientRect();
    const column = Math.floor((((clientX - box.left) / box.width) * width - LEFT) / CELL);
    const row = most - Math.floor((((clientY - box.top) / box.height) * height - TOP) / CELL);
    return columns[column] === undefined || row < 1 || row > most ? null : {column, row};
  }

  svg.addEventListener("pointermove", (event) => point(cellAt(event)));
  svg.addEventListener("pointerleave", () => point(null));
  svg.addEventListener("blur", () => point(null));
  svg.addEventListener("click", (event) => {
    point(cellAt(event));
    choose();
  });
  svg.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const from = pointed ?? {column: Math.round(across(value.filters)), row: value.kernelSize};
    const [dx, dy] = {
      ArrowLeft: [-1, 0],
      ArrowRight: [1, 0],
      ArrowUp: [0, 1],
      ArrowDown: [0, -1]
    }[event.key] ?? [0, 0];
    if (event.key === "Escape") point(null);
    else if (event.key === "Enter" || event.key === " ") choose();
    else if (dx !== 0 || dy !== 0)
      point({
        column: Math.max(0, Math.min(columns.length - 1, from.column + dx)),
        row: Math.max(1, Math.min(most, from.row + dy))
      });
    else return;
    event.preventDefault();
  });

  mark();
  const view = asView<SVGSVGElement, RatioPlace>(svg, {
    get: () => value,
    set(next) {
      const moved = next.filters !== value.filters || next.kernelSize !== value.kernelSize;
      value = next;
      if (moved) mark();
    }
  });
  return Object.defineProperty(view, "pointed", {
    get: () => pointed && at(pointed.column, pointed.row)
  }) as RatioMap;
}
