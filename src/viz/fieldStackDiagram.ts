import type {StackLayer} from "../model/layerStack.ts";
import {runsOf} from "./unitRuns.ts";
import {part, uniqueId} from "./view.ts";

/** A unit of one of a stack's maps: map 0 is the input, map n what the nth layer makes. */
export interface StackUnit {
  map: number;
  unit: number;
}

/** What a diagram of a stack shows. */
export interface FieldStackData {
  layers: readonly StackLayer[];
  /** The field's size, in inputs. */
  size: number;
  /** For each map, the units that feed the output, in order. */
  maps: readonly (readonly number[])[];
  /** How far the field has unfolded, in layers from the top; may lie between two. */
  unfolded: number;
  /** A unit, and for each map from the input up to its own, the units that feed it; or null. */
  focus: {at: StackUnit; maps: readonly (readonly number[])[]} | null;
}

const TOP = 22;
const BOTTOM = 26;
/** More lines than this between two maps are drawn as the area that they fill. */
const MOST_LINES = 400;

/**
 * Returns a diagram of the receptive field of the top unit of a stack of layers, its input at the
 * bottom. Units are placed over the input at which they are centered; the lines are the kernels'
 * taps, and what the input's field leaves out is hatched. Units too close to tell apart merge into
 * bands.
 *
 * *point* is told the unit under the pointer, or null when it leaves.
 */
export function fieldStackDiagram(point: (unit: StackUnit | null) => void): {
  readonly element: SVGSVGElement;
  update(data: FieldStackData): void;
} {
  const id = uniqueId("field-stack");
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  svg.setAttribute("class", "viz-field-stack-diagram");
  svg.setAttribute("role", "img");
  svg.innerHTML = `
    <defs><pattern id="${id}-hatch" width="5" height="5" patternUnits="userSpaceOnUse"
      patternTransform="rotate(45)"><rect class="viz-hatch" width="1.6" height="5"/></pattern></defs>
    <path class="viz-stack-hull"/><path class="viz-stack-rest"/>
    <path class="viz-stack-holes" fill="url(#${id}-hatch)"/>
    <g class="viz-stack-whole"><path class="viz-stack-lines"/><path class="viz-stack-units"/></g>
    <g class="viz-stack-part"><path class="viz-stack-lines"/><path class="viz-stack-units"/></g>
    <g class="viz-stack-names"></g>`;
  const path = (name: string, d: string) => part(svg, name).setAttribute("d", d);
  let data: FieldStackData | null = null;
  let width = 640;
  let geometry = layout();

  function layout() {
    const layers = data?.layers ?? [];
    const gutter = width < 560 ? 66 : 146;
    const gap = layers.length > 5 ? 46 : 56;
    const size = data?.size ?? 1;
    const pitch = Math.min(22, (width - gutter - 8) / Math.max(size, 9));
    const middle = gutter + (width - gutter) / 2;
    const strides = [1];
    for (const {stride} of layers) strides.push(strides[strides.length - 1] * stride);
    return {
      gutter,
      pitch,
      strides,
      height: TOP + gap * layers.length + BOTTOM,
      x: (map: number, unit: number) => middle + unit * strides[map] * pitch,
      y: (map: number) => TOP + gap * (layers.length - map),
      /** How far apart a map's units are. */
      apart: (map: number) => strides[map] * pitch
    };
  }

  /** Units of one map, as dots, or as bands where they are too many. */
  function unitsPath(map: number, units: readonly number[]): string {
    const {x, y, apart} = geometry;
    const step = apart(map);
    const r = Math.min(6.5, step * 0.42);
    const cy = y(map);
    if (r < 1.4)
      return runsOf(units, step < 1 ? Math.ceil(1 / step) : 1)
        .map(([a, b]) => {
          const left = x(map, a) - step / 2;
          const w = Math.max(0.8, x(map, b) + step / 2 - left);
          return `M${left.toFixed(2)},${cy - 6}h${w.toFixed(2)}v12h${(-w).toFixed(2)}Z`;
        })
        .join("");
    if (map === 0)
      return units
        .map((unit) => `M${(x(0, unit) - r).toFixed(2)},${cy - 6}h${2 * r}v12h${-2 * r}Z`)
        .join("");
    return units
      .map(
        (unit) =>
          `M${(x(map, unit) - r).toFixed(2)},${cy}a${r},${r} 0 1 0 ${2 * r},0a${r},${r} 0 1 0 ${-2 * r},0Z`
      )
      .join("");
  }

  /** The taps of *units* of a map, as lines, the last *share* of which has not been drawn yet. */
  function linesPath(map: number, units: readonly number[], share: number): string {
    const {x, y} = geometry;
    const {kernelSize, stride, rate} = (data as FieldStackData).layers[map - 1];
    if (units.length * kernelSize > MOST_LINES) return "";
    const [from, to] = [y(map), y(map - 1)];
    const reach = ((kernelSize - 1) / 2) * rate;
    const lines: string[] = [];
    for (const unit of units)
      for (let tap = 0; tap < kernelSize; ++tap) {
        const x0 = x(map, unit);
        const x1 = x(map - 1, unit * stride - reach + tap * rate);
        lines.push(
          `M${x0.toFixed(2)},${from}L${(x0 + (x1 - x0) * share).toFixed(2)},${(from + (to - from) * share).toFixed(2)}`
        );
      }
    return lines.join("");
  }

  /** Everything from map *top* down to where the field has unfolded. */
  function unfold(top: number, maps: readonly (readonly number[])[], down: number) {
    const lines: string[] = [];
    const units = [unitsPath(top, maps[top])];
    for (let map = top; map > 0 && down > top - map; --map) {
      const share = Math.min(1, down - (top - map));
      lines.push(linesPath(map, maps[map], share));
      if (share > 0.85) units.push(unitsPath(map - 1, maps[map - 1]));
    }
    return {lines: lines.join(""), units: units.join("")};
  }

  /** The area from the output to the first and last unit of each map. */
  function hull(): string {
    const {maps, layers, unfolded} = data as FieldStackData;
    const {x, y, apart} = geometry;
    const n = layers.length;
    const left: string[] = [];
    const right: string[] = [];
    for (let map = n; map >= 0 && n - map < unfolded + 1; --map) {
      const share = Math.min(1, unfolded - (n - map) + 1);
      const edge = (from: number, to: number, side: number) => {
        const above = map === n ? 0 : x(map + 1, from) + (side * apart(map + 1)) / 2;
        const below = x(map, to) + (side * apart(map)) / 2;
        const [x0, y0] = map === n ? [below, y(map)] : [above, y(map + 1)];
        return `${(x0 + (below - x0) * share).toFixed(2)},${(y0 + (y(map) - y0) * share).toFixed(2)}`;
      };
      const above = maps[Math.min(n, map + 1)];
      left.push(edge(above[0], maps[map][0], -1));
      right.unshift(edge(above[above.length - 1], maps[map][maps[map].length - 1], 1));
    }
    return `M${[...left, ...right].join("L")}Z`;
  }

  /** The units of the maps that feed nothing, while there is room to show them; and the holes. */
  function paintRest(): void {
    const {maps, layers, size, unfolded} = data as FieldStackData;
    const {x, y, apart, strides, pitch} = geometry;
    const n = layers.length;
    const rest: string[] = [];
    for (let map = 0; map <= n; ++map) {
      if (apart(map) < 4) continue;
      const reach = Math.floor((size - 1) / 2 / strides[map]);
      const read = new Set(n - map > unfolded ? [] : maps[map]);
      for (let unit = -reach; unit <= reach; ++unit)
        if (!read.has(unit)) rest.push(`M${x(map, unit).toFixed(2)},${y(map)}h0`);
    }
    path(".viz-stack-rest", rest.join(""));
    const whole = unfolded >= n;
    const input = maps[0];
    const holes = whole
      ? runsOf(input, 1).flatMap(([, end], i, runs) =>
          i + 1 < runs.length ? [[end + 1, runs[i + 1][0] - 1]] : []
        )
      : [];
    path(
      ".viz-stack-holes",
      holes
        .map(([a, b]) => {
          const w = (b - a + 1) * pitch;
          return `M${(x(0, a) - pitch / 2).toFixed(2)},${y(0) - 8}h${w.toFixed(2)}v16h${(-w).toFixed(2)}Z`;
        })
        .join("")
    );
  }

  function paintNames(): void {
    const {layers, maps, unfolded, size} = data as FieldStackData;
    const {y, gutter} = geometry;
    const n = layers.length;
    const short = gutter < 100;
    const text = (at: number, words: string, name = "") =>
      `<text x="0" y="${at + 4}"${name}>${words}</text>`;
    const lines = layers.map(({kernelSize, stride, rate}, i) => {
      const at = (y(i) + y(i + 1)) / 2;
      const strided = stride > 1 ? (short ? ` s${stride}` : `, stride ${stride}`) : "";
      const words = short
        ? `k${kernelSize} r${rate}${strided}`
        : `${kernelSize} ${kernelSize === 1 ? "tap" : "taps"}, rate ${rate}${strided}`;
      return text(at, words, ` class="viz-stack-layer${n - i <= unfolded ? " viz-on" : ""}"`);
    });
    const ends = [
      text(y(n), "1 output"),
      text(
        y(0),
        unfolded < n ? "input" : short ? `${size} inputs` : `${maps[0].length} of ${size} inputs`
      )
    ];
    part(svg, ".viz-stack-names").innerHTML = lines.join("") + ends.join("");
  }

  function draw(): void {
    if (!data) return;
    geometry = layout();
    const {layers, maps, unfolded, focus} = data;
    svg.setAttribute("viewBox", `0 0 ${width} ${geometry.height}`);
    svg.setAttribute("height", String(geometry.height));
    path(".viz-stack-hull", hull());
    paintRest();
    const whole = unfold(layers.length, maps, unfolded);
    // Many lines would fill their area: the more there are, the fainter.
    const taps = layers.reduce((sum, {kernelSize}, i) => sum + kernelSize * maps[i + 1].length, 0);
    const faint = Math.max(0.22, Math.min(0.65, 60 / taps));
    svg.style.setProperty("--viz-lines", faint.toFixed(2));
    path(".viz-stack-whole .viz-stack-lines", whole.lines);
    path(".viz-stack-whole .viz-stack-units", whole.units);
    const below =
      focus && unfold(focus.at.map, focus.maps, unfolded - (layers.length - focus.at.map));
    path(".viz-stack-part .viz-stack-lines", below?.lines ?? "");
    path(".viz-stack-part .viz-stack-units", below?.units ?? "");
    svg.classList.toggle("viz-focused", focus !== null);
    paintNames();
  }

  /** The shown unit nearest the pointer, or null outside the field. */
  function unitAt({clientX, clientY}: PointerEvent): StackUnit | null {
    if (!data) return null;
    const box = svg.getBoundingClientRect();
    const {layers, maps, unfolded} = data;
    const n = layers.length;
    const [px, py] = [clientX - box.left, clientY - box.top];
    if (px < geometry.gutter) return null;
    const heights = maps.map((_, map) => Math.abs(geometry.y(map) - py));
    const map = heights.indexOf(Math.min(...heights));
    if (n - map > unfolded) return null;
    const distance = (unit: number) => Math.abs(geometry.x(map, unit) - px);
    const unit = maps[map].reduce((best, next) => (distance(next) < distance(best) ? next : best));
    return distance(unit) > Math.max(24, geometry.apart(map)) ? null : {map, unit};
  }

  svg.addEventListener("pointermove", (event) => point(unitAt(event)));
  svg.addEventListener("pointerdown", (event) => point(unitAt(event)));
  svg.addEventListener("pointerleave", ({pointerType}) => {
    if (pointerType !== "touch") point(null);
  });
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
