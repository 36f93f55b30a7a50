import {scaleLinear} from "d3";
import {
  HALF,
  probabilityOn,
  type BlurData,
  type BlurReading,
  type Direction
} from "./blurToEdgesData.ts";
import {pixelsText} from "./blurToEdgesWords.ts";
import {paintPixels} from "./responseMap.ts";
import {part} from "./view.ts";

export interface BlurProfile {
  readonly element: HTMLElement;
  readonly svg: SVGSVGElement;
  /** Draws the line of *reading*; *strongest* is the color step that the axis ends at, in levels. */
  update(data: BlurData, reading: BlurReading, strongest: number): void;
  label(text: string): void;
}

const [LEFT, RIGHT, TOP, BOTTOM, HEIGHT] = [44, 40, 26, 36, 212];

/**
 * Returns a plot along a line of the picture, from HALF pixels before the marked pixel to HALF
 * after: the picture's own pixels above, a probability as a line and the color steps as bars, with
 * the ramp's and the edge's widths marked.
 */
export function blurToEdgesProfile(): BlurProfile {
  const element = document.createElement("div");
  element.className = "viz-blur-profile";
  element.innerHTML = `<canvas aria-hidden="true"></canvas>
    <svg role="img"><g class="viz-blur-frame"></g><rect class="viz-blur-band"/>
      <path class="viz-blur-area"/><path class="viz-blur-steps"/><path class="viz-blur-belief"/>
      <path class="viz-blur-span"/><text class="viz-blur-ramp" text-anchor="middle"></text>
      <text class="viz-blur-edge"></text></svg>`;
  const canvas = part<HTMLCanvasElement>(element, "canvas");
  const svg = part<SVGSVGElement>(element, "svg");
  canvas.style.cssText = `left:${LEFT}px;right:${RIGHT}px;width:calc(100% - ${LEFT + RIGHT}px)`;
  let width = 0;
  let framed = "";
  let shown: [BlurData, BlurReading, number] | null = null;
  const set = (selector: string, attributes: Record<string, string | number>) => {
    const one = part<SVGElement>(svg, selector);
    for (const [name, value] of Object.entries(attributes)) one.setAttribute(name, String(value));
  };

  function frame(strongest: number, direction: Direction): void {
    const name = `${width} ${strongest} ${direction}`;
    if (name === framed) return;
    framed = name;
    svg.setAttribute("viewBox", `0 0 ${width} ${HEIGHT}`);
    const {x, y, levels} = scales(strongest);
    const floor = HEIGHT - BOTTOM;
    part(svg, ".viz-blur-frame").innerHTML = [
      ...[0, 0.5, 1].map(
        (share) =>
          `<path class="viz-blur-grid" d="M${LEFT},${y(share)}H${width - RIGHT}"/>` +
          `<text x="${LEFT - 6}" y="${y(share) + 4}" text-anchor="end">${share * 100}\u202f%</text>`
      ),
      ...[0, strongest / 2, strongest].map(
        (level) => `<text x="${width - RIGHT + 6}" y="${levels(level) + 4}">${level}</text>`
      ),
      ...[-30, -20, -10, 0, 10, 20, 30].map(
        (tick) =>
          `<text x="${x(tick)}" y="${floor + 15}" text-anchor="middle">` +
          `${String(tick).replace("-", "−")}</text>`
      ),
      `<path class="viz-blur-here" d="M${x(0)},${TOP - 4}V${floor}"/>`,
      `<text x="${x(0)}" y="${floor + 31}" text-anchor="middle">` +
        `pixels ${direction === "across" ? "to the right of" : "below"} the marked one</text>`
    ].join("");
  }

  function scales(strongest: number) {
    const range = [HEIGHT - BOTTOM, TOP];
    return {
      x: scaleLinear([-HALF - 0.5, HALF + 0.5], [LEFT, width - RIGHT]),
      y: scaleLinear([0, 1], range),
      levels: scaleLinear([0, strongest], range)
    };
  }

  function draw(): void {
    if (!shown || width === 0) return;
    const [data, reading, strongest] = shown;
    const {line, position, label, direction, ramp, edge} = reading;
    frame(strongest, direction);
    const {x, y, levels} = scales(strongest);
    const at = (i: number) => x(i - position).toFixed(1);
    const value = probabilityOn(data, line, label);
    const first = Math.max(0, position - HALF);
    const last = Math.min(line.length - 1, position + HALF);
    const belief: string[] = [];
    const bars: string[] = [];
    const floor = y(0);
    for (let i = first; i <= last; ++i) {
      belief.push(`${at(i)},${y(value(i)).toFixed(1)}`);
      if (i === last) break;
      const step = data.steps[direction][line.start + i * line.stride];
      bars.push(`M${at(i + 0.08)},${floor}V${levels(step).toFixed(1)}H${at(i + 0.92)}V${floor}Z`);
    }
    const curve = `M${belief.join("L")}`;
    set(".viz-blur-belief", {d: curve});
    set(".viz-blur-area", {d: `${curve}L${at(last)},${floor}L${at(first)},${floor}Z`});
    set(".viz-blur-steps", {d: bars.join("")});
    drawWidths();
    paintPixels(canvas, 2 * HALF + 1, 1, (pixels) => {
      const words = new Uint32Array(data.pixels.buffer, data.pixels.byteOffset);
      for (let i = first; i <= last; ++i)
        pixels[i - position + HALF] = words[line.start + i * line.stride];
    });

    function drawWidths(): void {
      const {low = null, high = null} = ramp ?? {};
      const known = low !== null && high !== null;
      const [from, to] = known
        ? [low, high].sort((a, b) => a - b).map((place) => clamp(x(place - position)))
        : [0, 0];
      set(".viz-blur-band", {x: from, y: TOP, width: to - from, height: floor - TOP});
      const arm = TOP - 7;
      set(".viz-blur-span", {
        d: known ? `M${from},${arm - 4}v8M${to},${arm - 4}v8M${from},${arm}H${to}` : ""
      });
      const ramps = part(svg, ".viz-blur-ramp");
      ramps.textContent = ramp?.width == null ? "" : pixelsText(ramp.width);
      set(".viz-blur-ramp", {x: clamp((from + to) / 2, 34), y: TOP - 13});
      const edges = part(svg, ".viz-blur-edge");
      const place = edge ? edge.at - position : 0;
      const inside = edge !== null && Math.abs(place) < HALF;
      edges.textContent = inside ? pixelsText(edge.width) : "";
      if (!inside) return;
      const before = place > 0.6 * HALF;
      set(".viz-blur-edge", {
        x: x(place) + (before ? -1 : 1) * (x(edge.width / 2) - x(0) + 6),
        y: Math.max(TOP + 14, levels(edge.levels) + 12),
        "text-anchor": before ? "end" : "start"
      });
    }
  }

  const clamp = (place: number, room = 0) =>
    Math.max(LEFT + room, Math.min(width - RIGHT - room, place));

  new ResizeObserver(([{contentRect}]) => {
    width = contentRect.width;
    draw();
  }).observe(element);
  return {
    element,
    svg,
    update(...next) {
      shown = next;
      draw();
    },
    label(text) {
      svg.setAttribute("aria-label", text);
    }
  };
}
