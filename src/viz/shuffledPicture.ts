import type {FeatureMap} from "../model/atrousForms.ts";
import type {Pixel} from "./pixelPointer.ts";
import {paintPixels} from "./responseMap.ts";

/**
 * How a picture lies when it is shuffled, in a frame as large as the picture: as *rate* × *rate*
 * small pictures, with gaps between them while there are few.
 */
export interface Shuffle {
  readonly width: number;
  readonly height: number;
  readonly rate: number;
  /** The size of a small picture, padding included. */
  readonly columns: number;
  readonly rows: number;
  /** The side of a pixel, and the space between two small pictures, in the frame's units. */
  readonly cell: number;
  readonly gap: number;
  /** Where the first one begins. */
  readonly left: number;
  readonly top: number;
}

/** Returns how a picture of *width* × *height* lies when it is shuffled at *rate*. */
export function shuffleOf(width: number, height: number, rate: number): Shuffle {
  const [columns, rows] = [Math.ceil(width / rate), Math.ceil(height / rate)];
  const gap = rate <= 32 ? Math.min(3, width / (6 * rate)) : 0;
  const spaces = (rate - 1) * gap;
  const cell = Math.min((width - spaces) / (columns * rate), (height - spaces) / (rows * rate));
  const left = (width - spaces - cell * columns * rate) / 2;
  const top = (height - spaces - cell * rows * rate) / 2;
  return {width, height, rate, columns, rows, cell, gap, left, top};
}

/** Returns where in the frame the top left corner of pixel *x*, *y* of the picture lies. */
export function placeIn(shuffle: Shuffle, {x, y}: Pixel): {x: number; y: number} {
  const {rate, columns, rows, cell, gap, left, top} = shuffle;
  return {
    x: left + (x % rate) * (columns * cell + gap) + Math.floor(x / rate) * cell,
    y: top + (y % rate) * (rows * cell + gap) + Math.floor(y / rate) * cell
  };
}

/** Returns the pixel of the picture that lies at *x*, *y* of the frame; null in gaps and padding. */
export function pixelIn(shuffle: Shuffle, {x, y}: {x: number; y: number}): Pixel | null {
  const {width, height, rate, columns, rows, cell, gap, left, top} = shuffle;
  const across = along(x - left, columns, cell, gap, rate);
  const down = along(y - top, rows, cell, gap, rate);
  if (across === null || down === null || across >= width || down >= height) return null;
  return {x: across, y: down};
}

function along(at: number, count: number, cell: number, gap: number, rate: number): number | null {
  const small = Math.floor(at / (count * cell + gap));
  const inside = Math.floor((at - small * (count * cell + gap)) / cell);
  if (small < 0 || small >= rate || inside >= count) return null;
  return inside * rate + small;
}

/**
 * Paints the shuffled picture on *canvas*, *density* canvas pixels for a unit of the frame. Padding
 * stays transparent.
 */
export function paintShuffled(
  canvas: HTMLCanvasElement,
  colors: Uint32Array,
  shuffle: Shuffle,
  density: number
): void {
  const {width, height, rate, columns, rows, cell, gap, left, top} = shuffle;
  const packed = document.createElement("canvas");
  paintPixels(packed, columns * rate, rows * rate, (pixels) => {
    for (let y = 0, from = 0; y < height; ++y) {
      const row = ((y % rate) * rows + Math.floor(y / rate)) * columns * rate;
      for (let x = 0; x < width; ++x)
        pixels[row + (x % rate) * columns + Math.floor(x / rate)] = colors[from++];
    }
  });
  const [w, h] = [Math.round(width * density), Math.round(height * density)];
  if (canvas.width !== w || canvas.height !== h) Object.assign(canvas, {width: w, height: h});
  const context = canvas.getContext("2d");
  if (!context) return;
  context.setTransform(density, 0, 0, density, 0, 0);
  context.clearRect(0, 0, width, height);
  // Between the two, small pictures are specks that smoothing would blend.
  context.imageSmoothingEnabled = rate <= 8 || rate > 128;
  if (gap === 0) {
    context.drawImage(packed, left, top, columns * rate * cell, rows * rate * cell);
    return;
  }
  for (let i = 0; i < rate; ++i)
    for (let j = 0; j < rate; ++j)
      context.drawImage(
        packed,
        j * columns,
        i * rows,
        columns,
        rows,
        left + j * (columns * cell + gap),
        top + i * (rows * cell + gap),
        columns * cell,
        rows * cell
      );
}

/** Returns the colors of a map as it is looked at: gray for one channel, else as RGB in [−1, 1]. */
export function mapColors({data, channels}: FeatureMap): Uint32Array {
  const gray = channels === 1;
  const colors = new Uint32Array(data.length / channels);
  const bytes = new Uint8ClampedArray(colors.buffer); // which rounds and clamps
  for (let i = 0, from = 0; i < bytes.length; i += 4, from += channels) {
    for (let c = 0; c < 3; ++c)
      bytes[i + c] = gray ? 255 * data[from] : 127.5 * (data[from + c] + 1);
    bytes[i + 3] = 255;
  }
  return colors;
}
