import type {Labels} from "./boundaryLensData.ts";
import {packColors} from "./labelLayers.ts";
import type {LegendClass} from "./legend.ts";
import {copyPicture, type PictureSource} from "./pictureCopy.ts";
import {part} from "./view.ts";

/** Canvas pixels a side for one of the labels: as many as an outline within one takes. */
const SCALE = 3;
const [WHITE, BLACK, OPAQUE] = [0xffffffff, 0xff000000, 0xff000000];

export interface DeskPicture {
  /** A stage; more may be laid over it. */
  readonly stage: HTMLElement;
  readonly canvas: HTMLCanvasElement;
  /** Takes a picture of *width* × *height* pixels of labels. */
  show(picture: PictureSource, size: {width: number; height: number}): void;
  /** Draws labels over it. Pixels with another label than *plain* has are opaque and outlined. */
  draw(labels: Labels, plain: Labels | null): void;
}

/** Returns half of each color channel of a packed word: two halves sum to their mean. */
const half = (word: number) => (word >>> 1) & 0x7f7f7f;

/** Returns a picture of a street under its labels. */
export function deskPicture(classes: readonly LegendClass[]): DeskPicture {
  const stage = document.createElement("div");
  stage.className = "viz-stage";
  stage.innerHTML = `<canvas role="img" aria-label="The street"></canvas>`;
  const canvas = part<HTMLCanvasElement>(stage, "canvas");
  const full = packColors(classes.map(({color}) => color));
  const halves = full.map(half);
  let size = {width: 0, height: 0};
  let image: ImageData | null = null;
  let street = new Uint32Array();

  return {
    stage,
    canvas,
    show(from, next) {
      size = next;
      const copy = document.createElement("canvas");
      copyPicture(from, copy);
      const [width, height] = [SCALE * size.width, SCALE * size.height];
      Object.assign(canvas, {width, height});
      stage.style.aspectRatio = `${width} / ${height}`;
      // What the labels are laid over is read once, and away from the canvas that is seen.
      const context = new OffscreenCanvas(width, height).getContext("2d", {
        willReadFrequently: true
      });
      if (context === null) throw new Error("this browser draws on no canvas");
      context.drawImage(copy, 0, 0, width, height);
      image = context.getImageData(0, 0, width, height);
      street = new Uint32Array(image.data.buffer).map(half);
    },
    draw(labels, plain) {
      if (image === null) return;
      paintDesk(new Uint32Array(image.data.buffer), {
        ...{labels, plain, street, halves, full, ...size}
      });
      canvas.getContext("2d")?.putImageData(image, 0, 0);
    }
  };
}

/** Paints labels half over the *street*, those that differ from *plain* opaque, with an outline. */
function paintDesk(
  to: Uint32Array,
  {
    labels,
    plain,
    street,
    halves,
    full,
    width,
    height
  }: {
    labels: Labels;
    plain: Labels | null;
    street: Uint32Array;
    halves: Uint32Array;
    full: Uint32Array;
    width: number;
    height: number;
  }
): void {
  const across = SCALE * width;
  const changed = (x: number, y: number) => {
    if (plain === null || x < 0 || y < 0 || x >= width || y >= height) return false;
    return labels[y * width + x] !== plain[y * width + x];
  };
  for (let y = 0, i = 0; y < height; ++y)
    for (let x = 0; x < width; ++x, ++i) {
      const corner = SCALE * (y * across + x);
      const is = plain !== null && labels[i] !== plain[i];
      const [color, faint] = [full[labels[i]], halves[labels[i]]];
      for (let dy = 0, o = corner; dy < SCALE; ++dy, o += across)
        for (let dx = 0; dx < SCALE; ++dx)
          to[o + dx] = is ? color : (OPAQUE | (street[o + dx] + faint)) >>> 0;
      if (plain === null) continue;
      // A white line within what changed, a black one around it.
      const last = SCALE - 1;
      const line = is ? WHITE : BLACK;
      if (changed(x - 1, y) !== is)
        for (let k = 0; k < SCALE; ++k) if (is || x > 0) to[corner + k * across] = line;
      if (changed(x + 1, y) !== is)
        for (let k = 0; k < SCALE; ++k)
          if (is || x < width - 1) to[corner + k * across + last] = line;
      if (changed(x, y - 1) !== is)
        for (let k = 0; k < SCALE; ++k) if (is || y > 0) to[corner + k] = line;
      if (changed(x, y + 1) !== is)
        for (let k = 0; k < SCALE; ++k)
          if (is || y < height - 1) to[corner + last * across + k] = line;
    }
}
