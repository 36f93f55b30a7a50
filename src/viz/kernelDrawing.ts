import type {Filter} from "../model/atrousForms.ts";
import {weightText} from "./kernelEditor.ts";
import type {Pixel} from "./pixelPointer.ts";

/** The colors that a kernel is drawn in. */
export interface KernelColors {
  "--viz-tap": string;
  "--viz-field": string;
  "--viz-muted": string;
  "--theme-background": string;
  "--theme-foreground": string;
}

/**
 * Draws *filter* with *rate* − 1 zeros between its taps on *canvas*, *density* canvas pixels for a
 * unit of a frame of *width* × *height*: taps orange, a zero weight among them hollow, the zeros
 * put in hatched. If the kernel is centered on pixel *at* of a picture of that size, and reaches
 * past it, the part of the kernel that meets the picture is outlined.
 */
export function paintKernel(
  canvas: HTMLCanvasElement,
  {filter, rate, at}: {filter: Filter; rate: number; at: Pixel | null},
  {width, height, density}: {width: number; height: number; density: number},
  colors: KernelColors
): void {
  const [w, h] = [Math.round(width * density), Math.round(height * density)];
  if (canvas.width !== w || canvas.height !== h) Object.assign(canvas, {width: w, height: h});
  const context = canvas.getContext("2d");
  if (!context) return;
  context.setTransform(density, 0, 0, density, 0, 0);
  context.clearRect(0, 0, width, height);
  const side = Math.min(width, height) * 0.9;
  const [left, top] = [(width - side) / 2, (height - side) / 2];
  const {size, channels, weights} = filter;
  const span = size + (size - 1) * (rate - 1);
  const cell = side / span;

  context.save();
  context.beginPath();
  context.rect(left, top, side, side);
  context.clip();
  context.strokeStyle = colors["--viz-field"];
  if (rate > 1) {
    context.globalAlpha = 0.5;
    context.lineWidth = 0.8;
    context.beginPath();
    for (let d = -side; d < side; d += 3.5) {
      context.moveTo(left + d, top + side);
      context.lineTo(left + d + side, top);
    }
    context.stroke();
  }
  if (cell >= 4) {
    context.globalAlpha = 0.35;
    context.lineWidth = 0.5;
    context.beginPath();
    for (let i = 1; i < span; ++i) {
      context.moveTo(left + i * cell, top);
      context.lineTo(left + i * cell, top + side);
      context.moveTo(left, top + i * cell);
      context.lineTo(left + side, top + i * cell);
    }
    context.stroke();
  }
  context.restore();
  context.strokeStyle = colors["--viz-field"];
  context.lineWidth = 1;
  context.strokeRect(left, top, side, side);

  const shown = Math.max(cell, 5);
  const largest = weights.reduce((a, b) => Math.max(a, Math.abs(b)), 0);
  const letter = Math.min(13, shown * 0.5);
  context.font = `600 ${letter}px ${getComputedStyle(canvas).fontFamily}`;
  context.textAlign = "center";
  context.textBaseline = "middle";
  for (let i = 0; i < size; ++i)
    for (let j = 0; j < size; ++j) {
      const x = left + (j * rate + 0.5) * cell;
      const y = top + (i * rate + 0.5) * cell;
      const tap = weights.subarray((i * size + j) * channels, (i * size + j + 1) * channels);
      const color = channels === 1 ? colors["--viz-tap"] : `rgb(${levels(tap, largest).join()})`;
      const zero = tap.every((weight) => weight === 0);
      const line = Math.min(1.5, shown / 6);
      const inner = shown - line - Math.min(1, cell / 12);
      context.fillStyle = zero ? colors["--theme-background"] : color;
      context.strokeStyle = colors["--viz-tap"];
      context.lineWidth = line;
      context.fillRect(x - inner / 2, y - inner / 2, inner, inner);
      context.strokeRect(x - inner / 2, y - inner / 2, inner, inner);
      if (channels > 1 || shown < 13) continue;
      context.fillStyle = zero ? colors["--theme-foreground"] : "#000";
      context.fillText(shortWeight(tap[0]), x, y + letter * 0.06, inner);
    }

  const half = (span - 1) / 2;
  if (at && (half > at.x || half > at.y || half >= width - at.x || half >= height - at.y)) {
    context.strokeStyle = colors["--theme-foreground"];
    context.lineWidth = 1.25;
    context.setLineDash([4, 3]);
    const x = Math.max(0, half - at.x) * cell;
    const y = Math.max(0, half - at.y) * cell;
    const right = Math.min(span, half - at.x + width) * cell;
    const bottom = Math.min(span, half - at.y + height) * cell;
    context.strokeRect(left + x, top + y, right - x, bottom - y);
    context.setLineDash([]);
  }
}

function levels(tap: Float32Array, largest: number): number[] {
  return Array.from(tap, (weight) => Math.round(127.5 * (1 + weight / (largest || 1))));
}

/** A weight in at most four characters or so: "0.25", ".063", "−1". */
function shortWeight(weight: number): string {
  const text = weightText(Number(weight.toPrecision(2)));
  return text.length > 4 ? text.replace(/^(−?)0\./, "$1.") : text;
}
