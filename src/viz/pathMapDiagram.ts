import {afterPaint} from "./afterPaint.ts";
import {part, uniqueId} from "./view.ts";

/** A pixel of a field, as offsets from its middle. */
export interface FieldPixel {
  x: number;
  y: number;
}

/** What a map of paths shows. */
export interface PathMapData {
  /** How many paths lead to each offset along one side; in two dimensions they multiply. */
  counts: ArrayLike<number>;
  /** The pixel in focus, or null. */
  focus: FieldPixel | null;
}

const FOOT = 6;
/** Cells from this many pixels on have their number in them, in maps that are not too large. */
const LEGIBLE = 21;
const MOST_NUMBERED = 15;
/** Milliseconds without a change after which they are written: hundreds of texts take a frame. */
const NUMBERED_AFTER = 60;
/** How many shades a column or a row may have. */
const SHADES = 32;

/**
 * Returns a diagram of how many paths lead from each pixel of a receptive field to its output: bars
 * for a row of pixels and for a column, and between them a map of their products, darker where there
 * are more. Pixels that no path leads from are hatched.
 *
 * *point* is told the pixel under the pointer, or null when it leaves.
 */
export function pathMapDiagram(point: (pixel: FieldPixel | null) => void): {
  readonly element: SVGSVGElement;
  update(data: PathMapData): void;
} {
  const id = uniqueId("path-map");
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  svg.setAttribute("class", "viz-path-map-diagram");
  svg.setAttribute("role", "img");
  const hatch = `fill="url(#${id}-hatch)"`;
  const shades = Array.from(
    {length: SHADES},
    (_, i) => `<path fill-opacity="${(i + 1) / SHADES}"/>`
  ).join("");
  // A mask multiplies: what is drawn column by column, under a mask drawn row by row, is the map.
  svg.innerHTML = `
    <defs>
      <pattern id="${id}-hatch" width="5" height="5" patternUnits="userSpaceOnUse"
        patternTransform="rotate(45)"><rect class="viz-hatch" width="1.6" height="5"/></pattern>
      <mask id="${id}-read" maskUnits="userSpaceOnUse"><path fill="#fff"/></mask>
      <mask id="${id}-rows" maskUnits="userSpaceOnUse" fill="#fff">${shades}</mask>
    </defs>
    <path class="viz-path-holes" ${hatch}/><path class="viz-path-bars"/>
    <g class="viz-path-counts"></g>
    <rect class="viz-path-field" ${hatch}/>
    <g mask="url(#${id}-read)"><path class="viz-path-read"/></g>
    <g mask="url(#${id}-rows)"><g class="viz-path-columns">${shades}</g></g>
    <g class="viz-path-products"></g>
    <rect class="viz-path-frame"/><path class="viz-path-focus"/>`;
  const path = (selector: string, d: string) => part(svg, selector).setAttribute("d", d);
  let data: PathMapData | null = null;
  let painted: ArrayLike<number> | null = null;
  let width = 480;
  let geometry = layout(1);

  function layout(n: number) {
    const bars = width < 400 ? 48 : 68;
    const room = Math.min(width, 520) - bars - 4;
    // Whole pixels, where there are enough, leave no seams between cells.
    const cell = room / n >= 2 ? Math.min(34, Math.floor(room / n)) : room / n;
    const side = cell * n;
    return {bars, cell, side, left: bars + (room - side) / 2, top: bars};
  }

  const numberSoon = afterPaint(number, {delay: NUMBERED_AFTER});

  /** The shade of a count, in [0, 1]: products of shades order as products of counts do. */
  const shade = (count: number, most: number) => (count / most) ** 0.7;

  /** Sets what differs, so that a slider's step repaints only that. */
  function set(element: Element, attributes: Record<string, number | string>): void {
    for (const [name, value] of Object.entries(attributes)) {
      const text = String(value);
      if (element.getAttribute(name) !== text) element.setAttribute(name, text);
    }
  }

  function paint(counts: ArrayLike<number>): void {
    const n = counts.length;
    geometry = layout(n);
    const {bars, cell, side, left, top} = geometry;
    const list = Array.from(counts);
    const most = Math.max(...list);
    const height = top + side + FOOT;
    svg.setAttribute("viewBox", `0 0 ${width} ${height}`);
    svg.setAttribute("height", String(height));
    const at = (i: number) => i * cell;
    const gap = cell >= 4 ? 1 : 0;
    const long = (count: number) => (count / most) * (bars - 20);
    const read = list.flatMap((count, i) => (count > 0 ? [i] : []));
    const holes = list.flatMap((count, i) => (count > 0 ? [] : [i]));
    const box = (x: number, y: number, w: number, h: number) => `M${x},${y}h${w}v${h}h${-w}Z`;
    path(
      ".viz-path-bars",
      read
        .map((i) => {
          const l = long(list[i]);
          const side = at(i) + gap / 2;
          const thick = cell - gap;
          return box(left + side, top - 2, thick, -l) + box(left - 2, top + side, -l, thick);
        })
        .join("")
    );
    path(
      ".viz-path-holes",
      holes
        .map(
          (i) =>
            box(left + at(i), top - bars + 18, cell, bars - 20) +
            box(left - bars + 18, top + at(i), bars - 20, cell)
        )
        .join("")
    );
    for (const name of [".viz-path-field", ".viz-path-frame"])
      set(part(svg, name), {x: left, y: top, width: side, height: side});
    for (const mask of svg.querySelectorAll("mask"))
      set(mask, {x: left, y: top, width: side, height: side});
    path(".viz-path-read", read.map((i) => box(left + at(i), top, cell, side)).join(""));
    path(`#${id}-read path`, read.map((i) => box(left, top + at(i), side, cell)).join(""));
    const levels: number[][] = Array.from({length: SHADES + 1}, () => []);
    list.forEach((count, i) => levels[Math.round(shade(count, most) * SHADES)].push(i));
    levels.forEach((of, level) => {
      if (level === 0) return;
      const columns = of.map((i) => box(left + at(i), top, cell, side)).join("");
      const rows = of.map((i) => box(left, top + at(i), side, cell)).join("");
      set(part(svg, ".viz-path-columns").children[level - 1], {d: columns});
      set(part(svg, `#${id}-rows`).children[level - 1], {d: rows});
    });
  }

  /** Writes the counts at the bars and in the cells, where there is room. */
  function number(): void {
    if (!data) return;
    const list = Array.from(data.counts);
    const most = Math.max(...list);
    const {bars, cell, left, top} = geometry;
    if (cell < LEGIBLE || list.length > MOST_NUMBERED) return;
    part(svg, ".viz-path-counts").innerHTML = list
      .map((count, i) => {
        const middle = (i + 0.5) * cell;
        const end = (count / most) * (bars - 20) + 6;
        return (
          `<text x="${left + middle}" y="${top - end}" text-anchor="middle">${count}</text>` +
          `<text x="${left - end}" y="${top + middle + 4}" text-anchor="end">${count}</text>`
        );
      })
      .join("");
    part(svg, ".viz-path-products").innerHTML = products(list, most);
  }

  function products(list: readonly number[], most: number): string {
    const {cell, left, top} = geometry;
    return list
      .flatMap((down, j) =>
        list.map((across, i) => {
          const count = down * across;
          const is = shade(down, most) * shade(across, most);
          const on = is > 0.75 ? "viz-on-full" : is > 0.4 ? "viz-on-half" : "";
          if (count === 0 || String(count).length * 7 > cell) return "";
          return `<text class="${on}" x="${left + (i + 0.5) * cell}" y="${
            top + (j + 0.5) * cell + 4
          }">${count}</text>`;
        })
      )
      .join("");
  }

  function paintFocus(): void {
    const {focus, counts} = data as PathMapData;
    const {cell, left, top} = geometry;
    const reach = (counts.length - 1) / 2;
    if (focus === null) return path(".viz-path-focus", "");
    const [x, y] = [left + (focus.x + reach) * cell, top + (focus.y + reach) * cell];
    path(
      ".viz-path-focus",
      `M${x},${top}v${y - top}M${x + cell},${top}v${y - top}M${left},${y}h${x - left}M${left},${y + cell}h${x - left}` +
        `M${x},${y}h${cell}v${cell}h${-cell}Z`
    );
  }

  function pixelAt({clientX, clientY}: PointerEvent): FieldPixel | null {
    if (!data) return null;
    const box = svg.getBoundingClientRect();
    const {cell, left, top, side} = geometry;
    const n = data.counts.length;
    const [x, y] = [clientX - box.left - left, clientY - box.top - top];
    const reach = (n - 1) / 2;
    // Over the bars, the pixel is one of the middle row or column.
    if (x >= side || y >= side || (x < 0 && y < 0)) return null;
    return {
      x: x < 0 ? 0 : Math.floor(x / cell) - reach,
      y: y < 0 ? 0 : Math.floor(y / cell) - reach
    };
  }

  function draw(): void {
    if (!data) return;
    if (painted !== data.counts) {
      for (const name of ["counts", "products"]) part(svg, `.viz-path-${name}`).innerHTML = "";
      paint(data.counts);
      if (painted === null) number();
      else numberSoon();
    }
    painted = data.counts;
    paintFocus();
  }

  svg.addEventListener("pointermove", (event) => point(pixelAt(event)));
  svg.addEventListener("pointerdown", (event) => point(pixelAt(event)));
  svg.addEventListener("pointerleave", ({pointerType}) => {
    if (pointerType !== "touch") point(null);
  });
  new ResizeObserver(([{contentRect}]) => {
    if (!(contentRect.width > 0) || contentRect.width === width) return;
    width = contentRect.width;
    painted = null;
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
