import type {Layer, Network} from "./network.ts";
import {windowPadding, type WindowShape} from "./padding.ts";
import {shapes, type Shape} from "./shapes.ts";

/** For each unit of a map, row-major, 1 if some path leads from it to the unit asked, or else 0. */
type Reached = Uint8Array<ArrayBuffer>;

/**
 * Returns which pixels of a picture of *height* × *width* any path leads from to the unit of *layer*
 * at row *y*, column *x*: 1 or 0 for each, row-major. Where it is 0 the unit's gradient is exactly 0,
 * whatever the weights; inside the unit's receptive field, these are its holes. (Where it is 1,
 * weights and closed ReLUs may still make it 0.)
 *
 * Exact for any network, branches and all: the union of two branches' pixels is in general no
 * product of rows and columns, so the walk is over maps. Throws a RangeError for a layer or a unit
 * that is not there.
 */
export function reachedPixels(
  network: Network,
  {layer: asked, x, y}: {layer: string; x: number; y: number},
  size: readonly [height: number, width: number]
): Reached {
  const sizes = shapes(network, size, {anySize: true});
  const shape = sizes.get(asked);
  if (!shape) throw new RangeError(`no layer named ${asked}`);
  const inside = (i: number, length: number) => Number.isInteger(i) && i >= 0 && i < length;
  if (!inside(y, shape[0]) || !inside(x, shape[1]))
    throw new RangeError(
      `no unit at row ${y}, column ${x} of ${asked}, whose map is ${shape[0]}×${shape[1]}`
    );
  const maps = new Map<string, Reached>();
  const mapOf = (name: string): Reached => {
    const [height, width] = sizes.get(name)!;
    const map = maps.get(name) ?? new Uint8Array(height * width);
    maps.set(name, map);
    return map;
  };
  mapOf(asked)[y * shape[1] + x] = 1;
  for (const layer of network.layers.toReversed()) {
    const reached = maps.get(layer.name);
    if (!reached || layer.type === "input") continue;
    // A resize takes only the size of its second input.
    const inputs = layer.type === "resize" ? layer.inputs.slice(0, 1) : layer.inputs;
    for (const input of inputs)
      walk(layer, reached, sizes.get(layer.name)!, mapOf(input), sizes.get(input)!);
    maps.delete(layer.name);
  }
  return mapOf(network.layers.find(({type}) => type === "input")!.name);
}

/** Marks the inputs of *layer* that its *reached* outputs read. */
function walk(
  layer: Layer,
  reached: Reached,
  [height, width]: Shape,
  inputs: Reached,
  [fromHeight, fromWidth]: Shape
): void {
  if (layer.type === "globalPool") {
    inputs.fill(1);
    return;
  }
  if (!("kernelSize" in layer || layer.type === "resize")) {
    for (let i = 0; i < reached.length; i++) inputs[i] |= reached[i];
    return;
  }
  const read = (from: number, to: number): number[][] =>
    layer.type === "resize"
      ? Array.from({length: to}, (_, i) => interpolated(i, from, to))
      : Array.from({length: to}, (_, i) => tapped(i, from, layer));
  const rows = read(fromHeight, height);
  const columns = read(fromWidth, width);
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++)
      if (reached[y * width + x])
        for (const row of rows[y])
          for (const column of columns[x]) inputs[row * fromWidth + column] = 1;
}

/** Returns the inputs, of *from* along a side, that the taps of output *i* read. */
function tapped(i: number, from: number, window: WindowShape): number[] {
  const {before} = windowPadding(from, window);
  const places: number[] = [];
  for (let tap = 0; tap < window.kernelSize; tap++) {
    const place = i * window.stride + tap * window.rate - before;
    if (place >= 0 && place < from) places.push(place);
  }
  return places;
}

/** Returns the inputs between which output *i* of a bilinear resize lies: one if it is on it. */
function interpolated(i: number, from: number, to: number): number[] {
  if (to === 1) return [0];
  const low = Math.floor((i * (from - 1)) / (to - 1));
  return (i * (from - 1)) % (to - 1) === 0 ? [low] : [low, low + 1];
}
