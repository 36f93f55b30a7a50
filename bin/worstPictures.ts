import {createCanvas, type Canvas, type SKRSContext2D} from "@napi-rs/canvas";
import type {SegmentationClass} from "../src/model/classes.ts";
import type {LabeledPicture} from "./labeledPictures.ts";

/** A picture, what was predicted of it, and its own mIoU. */
export interface ScoredPicture extends LabeledPicture {
  readonly labels: Uint8Array;
  readonly mIoU: number;
}

/** Keeps the few pictures of lowest mIoU, the lowest first; of equals, those offered first. */
export class WorstPictures {
  readonly #count: number;
  #kept: ScoredPicture[] = [];

  /** Keeps up to *count*. */
  constructor(count: number) {
    this.#count = count;
  }

  /** Considers a picture; without mIoU, being all void, it is left out. */
  offer(sample: LabeledPicture, labels: Uint8Array, mIoU: number | null): void {
    if (mIoU === null) return;
    const at = this.#kept.findLastIndex((other) => other.mIoU <= mIoU) + 1;
    if (at >= this.#count) return;
    this.#kept.splice(at, 0, {...sample, labels, mIoU});
    this.#kept.length = Math.min(this.#kept.length, this.#count);
  }

  get pictures(): readonly ScoredPicture[] {
    return this.#kept;
  }
}

const MARGIN = 8;
const LINE = 20;
/** The color of pixels predicted wrongly, over a gray picture. */
const WRONG = "#ff1f4b";
/** Panels are drawn at the picture's own size within these widths. */
const [NARROWEST, WIDEST] = [240, 640];

/**
 * Returns a drawing of a prediction: the picture and its mistakes (red on gray, void in white)
 * above, truth and prediction side by side below, and a key of the classes that occur in *classes*'
 * colors.
 */
export function drawPrediction(
  {name, picture, truth, labels, mIoU}: ScoredPicture,
  classes: readonly SegmentationClass[]
): Canvas {
  const width = Math.round(Math.min(Math.max(picture.width, NARROWEST), WIDEST));
  const height = Math.round((picture.height * width) / picture.width);
  const present = new Set([...truth.labels, ...labels]);
  const keys = classes.filter((_, label) => present.has(label));
  const key = keys.map(({name, color}) => [name, color] as const);
  if (present.has(classes.length)) key.push(["void", "#ffffff"]);
  key.push(["mistake", WRONG]);

  const total = 2 * width + 3 * MARGIN;
  const font = "13px sans-serif";
  const rows = layOutKey(key, total - 2 * MARGIN, font);
  const canvas = createCanvas(total, 2 * (height + LINE) + rows.length * LINE + 3 * MARGIN);
  const context = canvas.getContext("2d");
  context.fillStyle = "#ffffff";
  context.fillRect(0, 0, canvas.width, canvas.height);
  context.font = font;
  context.textBaseline = "middle";

  const colors = [...classes.map(({color}) => color), "#ffffff"].map(channels);
  const paint = (map: Uint8Array) => (i: number) => colors[map[i]];
  const rgb = (i: number) => picture.data.subarray(4 * i, 4 * i + 3);
  const red = channels(WRONG);
  const mistakes = (i: number) => {
    if (truth.labels[i] === classes.length) return colors[classes.length];
    if (truth.labels[i] !== labels[i]) return red;
    const [r, g, b] = rgb(i);
    const gray = 128 + (0.299 * r + 0.587 * g + 0.114 * b) / 2;
    return [gray, gray, gray];
  };
  const panels: [title: string, color: (i: number) => ArrayLike<number>][] = [
    [name, rgb],
    [`mistakes (mIoU ${(100 * mIoU).toFixed(1)} %)`, mistakes],
    ["truth", paint(truth.labels)],
    ["prediction", paint(labels)]
  ];
  panels.forEach(([title, color], p) => {
    const x = MARGIN + (p & 1) * (width + MARGIN);
    const y = (p >> 1) * (height + LINE + MARGIN);
    context.fillStyle = "#222222";
    context.fillText(title, x, y + LINE / 2 + 1, width);
    const image = createCanvas(picture.width, picture.height);
    const own = image.getContext("2d");
    const pixels = own.createImageData(picture.width, picture.height);
    for (let i = 0; i < truth.labels.length; ++i) {
      pixels.data.set(color(i), 4 * i);
      pixels.data[4 * i + 3] = 255;
    }
    own.putImageData(pixels, 0, 0);
    context.imageSmoothingEnabled = p === 0;
    context.drawImage(image, x, y + LINE, width, height);
  });
  drawKey(context, rows, 2 * (height + LINE + MARGIN));
  return canvas;
}

type Key = (readonly [name: string, color: string])[];

/** Returns the entries of a key in rows of at most *width* pixels, each with where it starts. */
function layOutKey(key: Key, width: number, font: string): {x: number; entry: Key[number]}[][] {
  const context = createCanvas(1, 1).getContext("2d");
  context.font = font;
  const rows: {x: number; entry: Key[number]}[][] = [[]];
  let x = 0;
  for (const entry of key) {
    const needed = 14 + 6 + context.measureText(entry[0]).width;
    if (x > 0 && x + needed > width) {
      rows.push([]);
      x = 0;
    }
    rows.at(-1).push({x, entry});
    x += needed + 16;
  }
  return rows;
}

function drawKey(context: SKRSContext2D, rows: ReturnType<typeof layOutKey>, top: number): void {
  rows.forEach((row, r) => {
    for (const {x, entry} of row) {
      const [name, color] = entry;
      const y = top + r * LINE + LINE / 2;
      context.fillStyle = color;
      context.fillRect(MARGIN + x, y - 7, 14, 14);
      context.strokeStyle = "#888888";
      context.strokeRect(MARGIN + x + 0.5, y - 6.5, 13, 13);
      context.fillStyle = "#222222";
      context.fillText(name, MARGIN + x + 20, y + 1);
    }
  });
}

/** Returns red, green and blue of a color `#rrggbb`. */
function channels(color: string): number[] {
  return [1, 3, 5].map((start) => parseInt(color.slice(start, start + 2), 16));
}
