import type {Pixel} from "./pixelPointer.ts";
import type {PictureSource} from "./pictureCopy.ts";

/** A branch of ASPP, and what it says at every unit of the map. */
export interface Voice {
  /** Pixels between neighboring taps over those between units; 0 for 1×1, null for image pooling. */
  readonly rate: number | null;
  /** Its activations, `[rows, columns, channels]`. */
  readonly map: Float32Array;
  /** Its share of the encoder head's logits, `[rows, columns, classes]`. */
  readonly votes: Float32Array;
}

/** A street, and what ASPP's branches say of it. Corners of the map lie on corners of the street. */
export interface VoicesData {
  /** The size of the network's input. */
  readonly width: number;
  readonly height: number;
  readonly picture: PictureSource;
  /** The size of the map. */
  readonly columns: number;
  readonly rows: number;
  readonly channels: number;
  readonly classes: number;
  /** In order of growing view, as many as the figure has branches. */
  readonly voices: readonly Voice[];
  /** What belongs to no branch, `[rows, columns, classes]`, and what all of it sums to. */
  readonly bias: Float32Array;
  readonly logits: Float32Array;
}

/** Returns the pixels from one unit of the map to the next. */
export function stepOf({width, columns}: Pick<VoicesData, "width" | "columns">): number {
  return (width - 1) / (columns - 1);
}

/** Returns the unit of the map that lies nearest to a pixel: its column and row. */
export function unitAt({x, y}: Pixel, data: Pick<VoicesData, "width" | "columns">): Pixel {
  const step = stepOf(data);
  return {x: Math.round(x / step), y: Math.round(y / step)};
}

/** A tap of a branch: the unit that it reads, and whether that is on the map and not padding. */
export interface VoiceTap extends Pixel {
  readonly inside: boolean;
}

/** Returns the taps of a branch of *rate* at a unit, row-major: nine, or the unit itself at rate 0. */
export function tapsAt(
  {x, y}: Pixel,
  rate: number,
  {columns, rows}: Pick<VoicesData, "columns" | "rows">
): VoiceTap[] {
  if (!(Number.isInteger(rate) && rate >= 0)) throw new RangeError(`invalid rate: ${rate}`);
  const by = rate === 0 ? [0] : [-rate, 0, rate];
  return by.flatMap((dy) =>
    by.map((dx) => {
      const [at, down] = [x + dx, y + dy];
      return {x: at, y: down, inside: at >= 0 && at < columns && down >= 0 && down < rows};
    })
  );
}

/** Returns *shares*, `[units, classes]`, less their mean at each unit, which the softmax ignores. */
export function lessMean(shares: Float32Array, classes: number): Float32Array {
  const centered = new Float32Array(shares.length);
  for (let from = 0; from < shares.length; from += classes) {
    let mean = 0;
    for (let k = 0; k < classes; k++) mean += shares[from + k] / classes;
    for (let k = 0; k < classes; k++) centered[from + k] = shares[from + k] - mean;
  }
  return centered;
}

/** Returns the index of the largest of *values*, the first of equals. */
export function largest(values: ArrayLike<number>): number {
  let best = 0;
  for (let i = 1; i < values.length; i++) if (values[i] > values[best]) best = i;
  return best;
}

/** What {@link poll} finds out of a street. */
export interface Poll {
  /** What each branch, the bias and the sum say, less the mean over classes: `[units, classes]`. */
  readonly voices: readonly Float32Array[];
  readonly bias: Float32Array;
  readonly total: Float32Array;
  /** The class that wins at each unit. */
  readonly winners: Uint8Array;
  /** The branch that pushes the winner most, at each unit. */
  readonly leaders: Uint8Array;
  /** The largest difference between the shares' sum and the logits, over all units and classes. */
  readonly gap: number;
}

/** Returns who pushes what at each unit of the map, and how far the shares' sum is off. */
export function poll({voices, bias, logits, classes}: VoicesData): Poll {
  const centered = voices.map(({votes}) => lessMean(votes, classes));
  const units = logits.length / classes;
  const [winners, leaders] = [new Uint8Array(units), new Uint8Array(units)];
  let gap = 0;
  for (let i = 0; i < logits.length; i++) {
    let sum = bias[i];
    for (const {votes} of voices) sum += votes[i];
    gap = Math.max(gap, Math.abs(sum - logits[i]));
  }
  for (let unit = 0; unit < units; unit++) {
    const from = unit * classes;
    const winner = (winners[unit] = largest(logits.subarray(from, from + classes)));
    leaders[unit] = largest(centered.map((own) => own[from + winner]));
  }
  return {
    voices: centered,
    bias: lessMean(bias, classes),
    total: lessMean(logits, classes),
    winners,
    leaders,
    gap
  };
}

/** Returns a branch's activation at each unit: of a *channel* or, without one, their mean. */
export function activation(
  map: Float32Array,
  channels: number,
  channel: number | null
): Float32Array {
  const values = new Float32Array(map.length / channels);
  for (let unit = 0; unit < values.length; unit++) {
    const from = unit * channels;
    if (channel !== null) values[unit] = map[from + channel];
    else for (let c = 0; c < channels; c++) values[unit] += map[from + c] / channels;
  }
  return values;
}

/** Returns where a scale for *maps* ends: the size that 2 % of their values exceed; 1 for zeros. */
export function scaleEnd(maps: readonly Float32Array[]): number {
  const sizes = maps.flatMap((map) => Array.from(map, Math.abs)).sort((a, b) => a - b);
  return sizes[Math.floor(0.98 * (sizes.length - 1))] || sizes.at(-1) || 1;
}

/** Returns the least round number that is not below *value*: 1, 1.5, 2, 3, 4, 6 or 8 times a power of ten. */
export function roundUp(value: number): number {
  if (!(value > 0)) return 1;
  const power = 10 ** Math.floor(Math.log10(value));
  return ([1, 1.5, 2, 3, 4, 6, 8].find((by) => by * power >= value) ?? 10) * power;
}
