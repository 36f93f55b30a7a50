import {interpolateMagma, rgb} from "d3";
import {part} from "./view.ts";

/** The scale of colors: black-blue to pale yellow, from where it shows on the gray picture. */
const heatColor = (share: number) => interpolateMagma(0.15 + 0.85 * share);

/** Shares of the largest gradient grow by their square roots, so that small ones show too. */
const heatScale = Math.sqrt;

/** The colors of 256 shares as 32-bit words, little-endian RGBA. */
const heat = Uint32Array.from({length: 256}, (_, i) => {
  const {r, g, b} = rgb(heatColor(i / 255));
  const alpha = Math.min(255, i * 2.5);
  return ((alpha << 24) | (b << 16) | (g << 8) | r) >>> 0;
});

/**
 * Returns a gradient as an image: the larger, the lighter and the less transparent, as a share of
 * its own largest; or, opaque, only the pixels of its core.
 */
export function heatMap(
  {absolute, core}: {absolute: Float32Array; core: Uint8Array},
  {width, height, coreOnly}: {width: number; height: number; coreOnly: boolean}
): ImageData {
  const image = new ImageData(width, height);
  const words = new Uint32Array(image.data.buffer);
  const most = absolute.reduce((a, b) => Math.max(a, b), 0);
  if (most === 0) return image;
  for (let i = 0; i < words.length; i++) {
    const color = heat[Math.round(255 * heatScale(absolute[i] / most))];
    if (!coreOnly) words[i] = color;
    else if (core[i]) words[i] = (color | 0xff000000) >>> 0;
  }
  return image;
}

/** Makes a picture gray and dark, so that colors stand out on it. */
export function dim(picture: HTMLCanvasElement): void {
  const context = picture.getContext("2d");
  if (!context) return;
  const image = context.getImageData(0, 0, picture.width, picture.height);
  const {data} = image;
  for (let i = 0; i < data.length; i += 4) {
    const luminance = 0.299 * data[i] + 0.587 * data[i + 1] + 0.114 * data[i + 2];
    data[i] = data[i + 1] = data[i + 2] = 0.55 * luminance;
  }
  context.putImageData(image, 0, 0);
}

/** Draws the scale of colors, with its marks where the scale has them. */
export function drawKey(bar: HTMLElement): void {
  const stops = Array.from({length: 11}, (_, i) => heatColor(i / 10));
  part(bar, "i").style.background = `linear-gradient(90deg, ${stops.join(", ")})`;
  for (const share of [0, 0.01, 0.1, 0.25, 0.5, 1]) {
    const mark = document.createElement("span");
    mark.textContent = share === 0 ? "0" : `${Math.round(share * 100)} %`;
    mark.style.setProperty("--at", String(heatScale(share)));
    bar.append(mark);
  }
}
