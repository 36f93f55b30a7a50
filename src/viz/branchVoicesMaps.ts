import {rgb} from "d3";
import {
  activation,
  largest,
  scaleEnd,
  stepOf,
  type Poll,
  type VoicesData
} from "./branchVoicesData.ts";
import type {BranchVoicesValue} from "./branchVoicesValue.ts";
import type {LegendClass} from "./legend.ts";
import {paintPixels} from "./responseMap.ts";

/** What the small maps show: a color and how much of it, at each unit; and where the scale ends. */
export interface VoiceMaps {
  /** For each branch, `[rows, columns]`: an opacity in [0, 1], and an index into *colors*. */
  readonly maps: readonly {readonly opacity: Float32Array; readonly color: Uint8Array}[];
  readonly colors: readonly string[];
  readonly end: number;
}

/** The theme's colors that maps are made of. */
export interface MapColors {
  readonly positive: string;
  readonly negative: string;
  readonly field: string;
}

/** Returns what the maps of all branches show, on one scale. */
export function voiceMaps(
  data: VoicesData,
  {voices}: Poll,
  {map, label, channel}: Pick<BranchVoicesValue, "map" | "label" | "channel">,
  classes: readonly LegendClass[],
  {positive, negative, field}: MapColors
): VoiceMaps {
  const {channels, columns, rows} = data;
  const units = columns * rows;
  if (map === "votes") {
    const tops = voices.map((own) =>
      Uint8Array.from({length: units}, (_, unit) =>
        largest(own.subarray(unit * classes.length, (unit + 1) * classes.length))
      )
    );
    const values = tops.map((top, i) =>
      Float32Array.from(top, (k, unit) => voices[i][unit * classes.length + k])
    );
    const colors = classes.map(({color}) => color);
    return scaled(values, colors, (i, unit) => tops[i][unit]);
  }
  const values =
    map === "class"
      ? voices.map((own) =>
          Float32Array.from({length: units}, (_, unit) => own[unit * classes.length + label])
        )
      : data.voices.map((voice) =>
          activation(voice.map, channels, map === "channel" ? channel : null)
        );
  if (map === "class")
    return scaled(values, [positive, negative], (i, unit) => Number(values[i][unit] < 0));
  return scaled(values, [field], () => 0);
}

function scaled(
  values: readonly Float32Array[],
  colors: readonly string[],
  colorAt: (branch: number, unit: number) => number
): VoiceMaps {
  const end = scaleEnd(values);
  const maps = values.map((own, i) => ({
    opacity: own.map((value) => Math.min(1, Math.abs(value) / end)),
    color: Uint8Array.from(own, (_, unit) => colorAt(i, unit))
  }));
  return {maps, colors, end};
}

/** Returns a street without its colors and near the page's own, for maps to be painted over. */
export function faintStreet(street: HTMLCanvasElement, background: string): HTMLCanvasElement {
  const faint = document.createElement("canvas");
  const {width, height} = street;
  Object.assign(faint, {width, height});
  const context = faint.getContext("2d");
  if (context === null) return faint;
  context.drawImage(street, 0, 0);
  context.globalCompositeOperation = "saturation";
  context.fillStyle = "#808080";
  context.fillRect(0, 0, width, height);
  context.globalCompositeOperation = "source-over";
  context.globalAlpha = 0.6;
  context.fillStyle = background;
  context.fillRect(0, 0, width, height);
  return faint;
}

const small = new WeakMap<HTMLCanvasElement, HTMLCanvasElement>();

/** Paints the map of branch *i* on *canvas*, over a *faint* street. */
export function paintMap(
  canvas: HTMLCanvasElement,
  {maps, colors}: VoiceMaps,
  i: number,
  data: VoicesData,
  faint: HTMLCanvasElement
): void {
  const {width, height, columns, rows} = data;
  const tiny = small.get(canvas) ?? document.createElement("canvas");
  small.set(canvas, tiny);
  const bytes = colors.map((color) => {
    const {r, g, b} = rgb(color);
    return (b << 16) | (g << 8) | r;
  });
  const {opacity, color} = maps[i];
  paintPixels(tiny, columns, rows, (pixels) => {
    for (let unit = 0; unit < pixels.length; unit++)
      pixels[unit] = ((Math.round(255 * opacity[unit]) << 24) | bytes[color[unit]]) >>> 0;
  });
  const by = 2;
  if (canvas.width !== by * width) Object.assign(canvas, {width: by * width, height: by * height});
  const context = canvas.getContext("2d");
  if (context === null) return;
  context.drawImage(faint, 0, 0, by * width, by * height);
  context.imageSmoothingEnabled = false;
  // Corners of the map lie on corners of the picture, so its outer units are seen by half.
  const step = by * stepOf(data);
  const from = by * 0.5 - step / 2;
  context.drawImage(tiny, from, from, step * columns, step * rows);
  context.imageSmoothingEnabled = true;
}
