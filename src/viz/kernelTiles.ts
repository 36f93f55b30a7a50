import {paintPixels, type SignedScale} from "./responseMap.ts";

/** Where the filters of a bank are drawn, in pixels of a canvas. */
export interface TileLayout {
  width: number;
  height: number;
  /** Pixels along a side of a weight. */
  cell: number;
  /** Pixels between the channels of a filter. */
  gap: number;
  /** A rectangle for each filter. */
  tiles: readonly {x: number; y: number; width: number; height: number}[];
}

/** How kernels are laid out: `[size, size, channels, filters]`. */
interface Shape {
  readonly size: number;
  readonly channels: number;
  readonly filters: number;
}

/**
 * Returns tiles for *filters*, as large as they fit a canvas of *width* × *height*, row by row: of
 * each, its input channels side by side, with room for a frame. *density* is the canvas pixels of a pixel of the page.
 */
export function tileLayout(
  {size, channels, filters}: Shape,
  {width, height, density}: {width: number; height: number; density: number}
): TileLayout {
  const [between, gap] = [6, 3].map((pixels) => Math.round(pixels * density));
  const inside = (channels - 1) * gap;
  let [cell, columns] = [0, 1];
  for (let across = 1; across <= filters; ++across) {
    const down = Math.ceil(filters / across);
    const fits = Math.min(
      ((width - 2 - (across - 1) * between) / across - inside) / (channels * size),
      (height - 2 - (down - 1) * between) / down / size
    );
    if (Math.floor(fits) > cell) [cell, columns] = [Math.floor(fits), across];
  }
  cell = Math.max(1, cell);
  const tile = {width: channels * size * cell + inside, height: size * cell};
  const rows = Math.ceil(filters / columns);
  const left = Math.floor((width - columns * (tile.width + between) + between) / 2);
  const top = Math.floor((height - rows * (tile.height + between) + between) / 2);
  const tiles = Array.from({length: filters}, (_, n) => ({
    x: left + (n % columns) * (tile.width + between),
    y: top + Math.floor(n / columns) * (tile.height + between),
    ...tile
  }));
  return {width, height, cell, gap, tiles};
}

/**
 * Paints *weights* `[size, size, channels, filters]` on *canvas*, each weight a square, in a scale
 * centered at zero that ends at ±*limit*, with a *frame*, `0xAABBGGRR`, around each channel; beyond
 * them the canvas is clear.
 */
export function paintTiles(
  canvas: HTMLCanvasElement,
  weights: Float32Array,
  {size, channels, filters}: Shape,
  {
    layout,
    limit,
    scale,
    frame
  }: {layout: TileLayout; limit: number; scale: SignedScale; frame: number}
): void {
  const {width, height, cell, gap, tiles} = layout;
  const steps = (scale.length - 1) / 2;
  const by = steps / limit;
  paintPixels(canvas, width, height, (pixels) =>
    tiles.forEach(({x, y}, n) => {
      for (let m = 0; m < channels; ++m) {
        const left = x + m * (size * cell + gap);
        for (let row = y - 1; row <= y + size * cell; ++row)
          pixels.fill(frame, row * width + left - 1, row * width + left + size * cell + 1);
      }
      for (let tap = 0; tap < size * size; ++tap)
        for (let m = 0; m < channels; ++m) {
          const weight = weights[(tap * channels + m) * filters + n];
          const color = scale[Math.round(Math.max(-steps, Math.min(steps, weight * by))) + steps];
          const left = x + m * (size * cell + gap) + (tap % size) * cell;
          const top = y + Math.floor(tap / size) * cell;
          for (let row = top; row < top + cell; ++row)
            pixels.fill(color, row * width + left, row * width + left + cell);
        }
    })
  );
}

/** Returns the number of the tile nearest to a place on the canvas. */
export function tileAt({tiles}: TileLayout, place: {x: number; y: number}): number {
  let [nearest, least] = [0, Infinity];
  tiles.forEach(({x, y, width, height}, n) => {
    const distance = Math.hypot(place.x - x - width / 2, place.y - y - height / 2);
    if (distance < least) [nearest, least] = [n, distance];
  });
  return nearest;
}
