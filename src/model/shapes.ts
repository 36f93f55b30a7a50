import type {Network} from "./network.ts";
import {channelsOf} from "./network.ts";
import {windowPadding} from "./padding.ts";

/** Height, width and channels of one picture's activation. */
export type Shape = [height: number, width: number, channels: number];

/**
 * Returns the shape of every layer's output, by layer name, for a picture of *height* × *width*.
 *
 * ```js
 * shapes(deeplabV3Plus(), [513, 513]).get("concat_projection"); // [33, 33, 256]
 * ```
 *
 * Sizes must be 32k + 1: only then do a strided layer's outputs stay centered on the units that
 * they keep ((d − 1)/s + 1 of them), and aligned-corner resizes put them back in place. Throws a
 * RangeError for other sizes unless **anySize** is true, for sums or concatenations of layers that
 * do not fit, and for windows larger than what explicit padding leaves them.
 */
export function shapes(
  network: Network,
  [height, width]: readonly [height: number, width: number],
  {anySize = false}: {anySize?: boolean} = {}
): Map<string, Shape> {
  for (const [side, d] of [
    ["height", height],
    ["width", width]
  ] as const) {
    if (!(Number.isInteger(d) && d >= 1))
      throw new RangeError(`invalid ${side}: ${d} (a whole number from 1 up)`);
    if (!anySize && (d % 32 !== 1 || d < 33))
      throw new RangeError(`invalid ${side}: ${d} (32k + 1, as 33, 65, … 193, 257, … 513)`);
  }
  const channels = channelsOf(network);
  const sizes = new Map<string, Shape>();
  for (const layer of network.layers) {
    const c = channels.get(layer.name)!;
    const inputs = layer.inputs.map((name) => sizes.get(name)!);
    if (layer.type === "input") {
      sizes.set(layer.name, [height, width, c]);
    } else if (layer.type === "globalPool") {
      sizes.set(layer.name, [1, 1, c]);
    } else if (layer.type === "resize") {
      sizes.set(layer.name, [inputs[1][0], inputs[1][1], c]);
    } else if ("stride" in layer) {
      const [rows, columns] = [0, 1].map((side) => windowPadding(inputs[0][side], layer).outputs);
      sizes.set(layer.name, [rows, columns, c]);
    } else {
      const [h, w] = inputs[0];
      for (const [i, shape] of inputs.entries()) {
        if (shape[0] !== h || shape[1] !== w || (layer.type === "add" && shape[2] !== c))
          throw new RangeError(
            `layer ${layer.name}: input ${layer.inputs[i]} is ${shape.join("×")}, ` +
              `but ${layer.inputs[0]} is ${inputs[0].join("×")}`
          );
      }
      sizes.set(layer.name, [h, w, c]);
    }
  }
  return sizes;
}
