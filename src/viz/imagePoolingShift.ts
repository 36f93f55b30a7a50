import {rgb} from "d3";
import type {Labels} from "./boundaryLensData.ts";
import type {ShiftMap} from "./imagePoolingData.ts";
import {paintPixels} from "./responseMap.ts";
import {themeColors} from "./themeColors.ts";
import {part} from "./view.ts";

/** Shares are drawn by their square roots, so that small ones show too. */
const scaleOf = Math.sqrt;
const TICKS = [0, 0.01, 0.1, 0.25, 0.5, 1];

export interface PoolingShift {
  readonly element: HTMLElement;
  readonly canvas: HTMLCanvasElement;
  /** Draws *shift*, and over it where one label of *labels*, `width` a row, meets another. */
  draw(shift: ShiftMap, labels: {map: Labels; width: number}): void;
  /** Says what the map comes to. */
  say(words: string): void;
  /** Takes on the page's colors, light or dark. */
  recolor(): void;
}

/** Returns a map of how far probabilities move, on one scale for all donors. */
export function poolingShift(): PoolingShift {
  const element = document.createElement("div");
  element.className = "viz-pooling-shift";
  element.innerHTML = `
    <p class="viz-form-title"><strong>Where its probabilities move</strong></p>
    <div class="viz-stage"><canvas role="img"></canvas></div>
    <div class="viz-pooling-key" aria-hidden="true"><i></i>${TICKS.map(
      (share) =>
        `<span style="--at: ${scaleOf(share)}">${share === 0 ? "0" : `${100 * share} %`}</span>`
    ).join("")}</div>
    <p class="viz-pooling-moved"></p>`;
  const canvas = part<HTMLCanvasElement>(element, "canvas");
  const small = document.createElement("canvas");
  let last: Parameters<PoolingShift["draw"]> | null = null;

  function draw(): void {
    if (last === null) return;
    const [{width, height, data}, {map, width: across}] = last;
    const down = map.length / across;
    const names = ["--theme-background", "--viz-field", "--theme-foreground"] as const;
    const colors = themeColors(element, names);
    const [from, to] = [rgb(colors["--theme-background"]), rgb(colors["--viz-field"])];
    const scale = Uint32Array.from({length: 256}, (_, i) => {
      const mix = (a: number, b: number) => Math.round(a + ((b - a) * i) / 255);
      return (
        ((255 << 24) | (mix(from.b, to.b) << 16) | (mix(from.g, to.g) << 8) | mix(from.r, to.r)) >>>
        0
      );
    });
    paintPixels(small, width, height, (pixels) => {
      for (let i = 0; i < pixels.length; ++i)
        pixels[i] = scale[Math.round(255 * scaleOf(Math.min(1, data[i])))];
    });
    const by = 3;
    Object.assign(canvas, {width: by * across, height: by * down});
    const context = canvas.getContext("2d");
    if (context === null) return;
    context.imageSmoothingEnabled = false;
    // Corners of the map lie on corners of the picture, so its outer units are seen by half.
    const [unitX, unitY] = [(across - 1) / (width - 1), (down - 1) / (height - 1)];
    const [left, top] = [by * (0.5 - unitX / 2), by * (0.5 - unitY / 2)];
    context.drawImage(small, left, top, by * unitX * width, by * unitY * height);
    context.fillStyle = colors["--theme-foreground"];
    context.globalAlpha = 0.4;
    for (let y = 0, i = 0; y < down; ++y)
      for (let x = 0; x < across; ++x, ++i) {
        if (x > 0 && map[i] !== map[i - 1]) context.fillRect(by * x, by * y, 1, by);
        if (y > 0 && map[i] !== map[i - across]) context.fillRect(by * x, by * y, by, 1);
      }
  }

  return {
    element,
    canvas,
    draw(shift, labels) {
      last = [shift, labels];
      part(element, ".viz-stage").style.aspectRatio =
        `${labels.width} / ${labels.map.length / labels.width}`;
      draw();
    },
    say(words) {
      part(element, ".viz-pooling-moved").textContent = words && `${words}.`;
      canvas.setAttribute("aria-label", `Where the probabilities move${words && `: ${words}`}`);
    },
    recolor: draw
  };
}
