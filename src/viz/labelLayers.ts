/** A map of labels: one byte a pixel, row by row. */
export interface LabelMap {
  width: number;
  height: number;
  labels: Uint8Array;
}

/** Returns the share of *labels* that each of *count* classes takes, other values left out. */
export function labelShares(labels: Uint8Array, count: number): number[] {
  const counts = new Array<number>(count).fill(0);
  let total = 0;
  for (const label of labels)
    if (label < count) {
      ++counts[label];
      ++total;
    }
  return counts.map((n) => (total ? n / total : 0));
}

/** Returns one packed little-endian RGBA word for each "#rrggbb" color, for {@link paintLabels}. */
export function packColors(colors: readonly string[], alpha = 1): Uint32Array {
  return Uint32Array.from(colors, (color) => {
    if (!/^#[0-9a-f]{6}$/i.test(color)) throw new RangeError(`invalid color: ${color}`);
    const rgb = parseInt(color.slice(1), 16);
    const swapped = ((rgb & 0xff) << 16) | (rgb & 0xff00) | (rgb >> 16);
    return ((Math.round(alpha * 255) << 24) | swapped) >>> 0;
  });
}

/**
 * Returns the labels as RGBA, *color*(label, pixel) giving each pixel's packed word. Pixels whose
 * label has no color should be given 0, which is transparent.
 */
export function paintLabels(
  {width, height, labels}: LabelMap,
  color: (label: number, pixel: number) => number
): ImageData {
  if (labels.length !== width * height)
    throw new RangeError(`invalid labels: ${labels.length} for ${width}×${height}`);
  const image = new ImageData(width, height);
  const words = new Uint32Array(image.data.buffer);
  for (let i = 0; i < words.length; ++i) words[i] = color(labels[i], i);
  return image;
}

/** Returns a new canvas that holds *image*. */
export function canvasOf(image: ImageData): HTMLCanvasElement {
  const canvas = document.createElement("canvas");
  canvas.width = image.width;
  canvas.height = image.height;
  canvas.getContext("2d")?.putImageData(image, 0, 0);
  return canvas;
}

/** Returns a canvas of *width* × *height*, hatched where the *mask* is opaque. */
export function hatch(mask: HTMLCanvasElement, width: number, height: number): HTMLCanvasElement {
  const canvas = document.createElement("canvas");
  Object.assign(canvas, {width, height});
  const context = canvas.getContext("2d");
  if (!context) return canvas;
  context.imageSmoothingEnabled = false;
  context.drawImage(mask, 0, 0, width, height);
  context.globalCompositeOperation = "source-in";
  const period = Math.max(6, Math.round(width / 70));
  const tile = document.createElement("canvas");
  tile.width = tile.height = period;
  const stripes = tile.getContext("2d");
  if (!stripes) return canvas;
  // A light stripe beside a dark one shows on every color below.
  for (const [color, shift] of [
    ["rgb(255 255 255 / 0.95)", 0],
    ["rgb(0 0 0 / 0.9)", period * 0.32]
  ] as const) {
    stripes.strokeStyle = color;
    stripes.lineWidth = period * 0.24;
    for (const x of [-period, 0, period]) {
      stripes.beginPath();
      stripes.moveTo(x + shift - 1, period + 1);
      stripes.lineTo(x + shift + period + 1, -1);
      stripes.stroke();
    }
  }
  const pattern = context.createPattern(tile, "repeat");
  if (pattern) context.fillStyle = pattern;
  context.fillRect(0, 0, width, height);
  return canvas;
}
