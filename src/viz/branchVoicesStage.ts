import {stepOf, tapsAt, type VoicesData} from "./branchVoicesData.ts";
import {copyPicture} from "./pictureCopy.ts";
import type {Pixel} from "./pixelPointer.ts";
import {part} from "./view.ts";

/** Pixels of padding that are seen around the street; taps farther out are arrows at its edge. */
export const MARGIN = 56;

export interface VoicesStage {
  readonly element: HTMLElement;
  /** The street itself, to point at. */
  readonly street: HTMLElement;
  readonly picture: HTMLCanvasElement;
  show(data: VoicesData): void;
  /** Draws the taps of all branches at a unit; those of *branch* stand out. */
  draw(unit: Pixel, branch: number): void;
}

/** Returns a street of *width* × *height* amid its padding, with taps at true size. */
export function voicesStage({width, height}: {width: number; height: number}): VoicesStage {
  const [across, down] = [width + 2 * MARGIN, height + 2 * MARGIN];
  const element = document.createElement("div");
  element.className = "viz-voices-stage";
  element.style.aspectRatio = `${across} / ${down}`;
  const inset = `${(100 * MARGIN) / down}% ${(100 * MARGIN) / across}%`;
  element.innerHTML = `
    <div class="viz-voices-street" style="inset: ${inset}"><canvas></canvas></div>
    <svg viewBox="${-MARGIN} ${-MARGIN} ${across} ${down}" aria-hidden="true">
      <g class="viz-voices-reach">${"<path/>".repeat(5)}</g>
      <path class="viz-voices-dark"/><path class="viz-voices-cells"/><path class="viz-voices-hollow"/>
      <path class="viz-voices-beyond"/></svg>`;
  const picture = part<HTMLCanvasElement>(element, "canvas");
  const reaches = [...element.querySelectorAll(".viz-voices-reach path")];
  const draws = (name: string, d: string) =>
    part(element, `.viz-voices-${name}`).setAttribute("d", d);
  let data: VoicesData | null = null;

  return {
    element,
    street: part(element, ".viz-voices-street"),
    picture,
    show(next) {
      data = next;
      copyPicture(next.picture, picture);
    },
    draw(unit, branch) {
      if (data === null) return;
      const step = stepOf(data);
      const [x, y] = [unit.x * step, unit.y * step];
      const square = (cx: number, cy: number, half: number) =>
        `M${cx - half},${cy - half}h${2 * half}v${2 * half}h${-2 * half}Z`;
      for (const [i, {rate}] of data.voices.entries()) {
        const whole = `M1,1H${width - 1}V${height - 1}H1Z`;
        const half = rate === 0 ? step / 2 : (rate ?? 0) * step;
        reaches[i].setAttribute("d", rate === null ? whole : square(x, y, half));
        reaches[i].setAttribute("data-focus", String(i === branch));
      }
      const {rate} = data.voices[branch];
      const taps = rate === null ? [] : tapsAt(unit, rate, data);
      const cells: string[] = [];
      const hollow: string[] = [];
      const beyond: string[] = [];
      for (const tap of taps) {
        const [cx, cy] = [tap.x * step, tap.y * step];
        const edge = MARGIN - step / 2;
        const [ax, ay] = [
          Math.max(-edge, Math.min(width + edge, cx)),
          Math.max(-edge, Math.min(height + edge, cy))
        ];
        if (tap.inside) cells.push(square(cx, cy, step / 2));
        else if (ax === cx && ay === cy) hollow.push(square(cx, cy, step / 2));
        else beyond.push(arrow(ax, ay, Math.atan2(cy - ay, cx - ax)));
      }
      draws("dark", cells.join(""));
      draws("cells", cells.join(""));
      draws("hollow", hollow.join(""));
      draws("beyond", beyond.join(""));
    }
  };
}

/** An arrowhead around a place, towards an angle. */
function arrow(x: number, y: number, angle: number): string {
  const corner = (turn: number, far: number) =>
    `${(x + far * Math.cos(angle + turn)).toFixed(1)},${(y + far * Math.sin(angle + turn)).toFixed(1)}`;
  return `M${corner(0, 7)}L${corner(2.4, 6)}L${corner(-2.4, 6)}Z`;
}
