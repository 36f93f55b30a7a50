import type {View} from "./camera.ts";
import type {Light} from "./light.ts";
import {doubleArea, type Polygon} from "./polygon.ts";
import type {Rgb, Scene} from "./scene.ts";

/** The pixels of a rectangle, as Canvas 2D gives and takes them. */
export interface Pixels {
  readonly width: number;
  readonly height: number;
  readonly data: Uint8ClampedArray;
}

/** A color gradient of Canvas 2D. */
export interface Gradient {
  addColorStop(offset: number, color: string): void;
}

/**
 * What drawing needs of a CanvasRenderingContext2D: the browser's and @napi-rs/canvas's both have
 * it. Create it with `willReadFrequently: true`: pictures are finished pixel by pixel.
 */
export interface DrawingContext {
  fillStyle: string | object;
  beginPath(): void;
  moveTo(x: number, y: number): void;
  lineTo(x: number, y: number): void;
  fill(): void;
  fillRect(x: number, y: number, width: number, height: number): void;
  createLinearGradient(x0: number, y0: number, x1: number, y1: number): Gradient;
  createRadialGradient(
    x0: number,
    y0: number,
    r0: number,
    x1: number,
    y1: number,
    r1: number
  ): Gradient;
  getImageData(x: number, y: number, width: number, height: number): Pixels;
  putImageData(pixels: Pixels, x: number, y: number): void;
}

/**
 * What a painter paints with. One painter serves the picture, the labels, and the search for what
 * lies under a pointer: they are the same shapes, filled with different brushes.
 */
export interface Brush {
  /** Says whose shapes follow (null: the street's own), and their label. */
  subject(id: number | null, label: number): void;
  /** Fills the union of *polygons* with *color*, which only pictures use. */
  fill(polygons: readonly Polygon[], color: Rgb, alpha?: number): void;
  /** The canvas for shapes that change no label; null if the brush has no use for them. */
  readonly canvas: DrawingContext | null;
}

/** All that a painter needs to know. */
export interface Stage {
  readonly scene: Scene;
  readonly view: View;
  readonly light: Light;
  readonly brush: Brush;
}

/** Returns *color* as CSS. */
export function css([red, green, blue]: Rgb, alpha = 1): string {
  const rgb = `${Math.round(red)},${Math.round(green)},${Math.round(blue)}`;
  return alpha < 1 ? `rgba(${rgb},${alpha})` : `rgb(${rgb})`;
}

/** Polygons of less than half this many square pixels leave no visible trace. */
const smallest = 0.2;

/**
 * Adds *polygons* to one path and fills it. They are all wound the same way, so that the nonzero
 * rule fills their union and no seam shows where two of them meet. Filling closes them: calls into a
 * canvas are what drawing costs most.
 */
export function fillPolygons(
  context: DrawingContext,
  polygons: readonly Polygon[],
  style: string | Gradient
): void {
  context.fillStyle = style;
  context.beginPath();
  for (const polygon of polygons) {
    const n = polygon.length;
    const area = doubleArea(polygon);
    if (Math.abs(area) < smallest) continue;
    if (area > 0) {
      context.moveTo(polygon[0], polygon[1]);
      for (let i = 2; i < n; i += 2) context.lineTo(polygon[i], polygon[i + 1]);
    } else {
      context.moveTo(polygon[n - 2], polygon[n - 1]);
      for (let i = n - 4; i >= 0; i -= 2) context.lineTo(polygon[i], polygon[i + 1]);
    }
  }
  context.fill();
}

/** Returns the brush that paints pictures on *canvas*. */
export function pictureBrush(canvas: DrawingContext): Brush {
  return {
    canvas,
    subject() {},
    fill: (polygons, color, alpha) => fillPolygons(canvas, polygons, css(color, alpha))
  };
}
