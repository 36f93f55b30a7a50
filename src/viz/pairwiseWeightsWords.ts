import type {CrfSettings} from "./crfSettings.ts";
import {scientific} from "./numberWords.ts";
import type {Half, MapName} from "./pairwiseWeightsData.ts";
import {percent} from "./percent.ts";
import type {Pixel} from "./pixelPointer.ts";

/** From so many levels on, color tells hardly anything apart. */
export const BLIND = 64;

/** The share that is to come from the pixel's own label. */
export const OWN_SHARE = 0.9;

/** What of a pixel's weights the words need. */
export interface PairwiseFacts {
  readonly pixel: Pixel;
  /** Its true label in a word, or null where two mix. */
  readonly name: string | null;
  readonly settings: CrfSettings;
  readonly map: MapName;
  /** The greatest weight of the map, and how many others have more than 1 % of it. */
  readonly greatest: number;
  readonly strong: number;
  /** How many pixels the picture has. */
  readonly pixels: number;
  /** The fewest others that hold half of its appearance weight. */
  readonly half: Half;
  /** The share of its appearance weight to others that lies on its own label. */
  readonly own: number;
  /** The nearest pixel of another label, if there is one. */
  readonly nearest: {
    readonly name: string;
    readonly distance: number;
    readonly appearance: number;
  } | null;
}

const mapWords: Record<MapName, string> = {
  sum: "of both kernels together",
  appearance: "of appearance",
  smoothness: "of smoothness"
};

/** Returns a kernel's value, which is never 0, though a computer may run out of digits. */
export function kernelText(k: number): string {
  return k === 0 ? "< 10⁻³⁰⁰" : scientific(k);
}

/** Returns the figure's caption: two paragraphs. */
export function pairwiseSentences(facts: PairwiseFacts): [string, string] {
  const {pixel, name, map, greatest, strong, pixels, half, own, nearest, settings} = facts;
  const place = `Pixel ${pixel.x}, ${pixel.y} (${name ?? "where two labels mix"})`;
  const heard =
    greatest === 0
      ? `${place} hears no other: the weight ${mapWords[map]} is 0.`
      : `${place} gives ${strong.toLocaleString("en")} of the ${(pixels - 1).toLocaleString("en")} ` +
        `other pixels more than 1\u00a0% of the greatest weight ${mapWords[map]}, ${greatest}.`;
  if (settings.appearance.weight === 0) return [heard, "Appearance is switched off: w₁ is 0."];
  if (half.count === 0) return [heard, "No other pixel is near and alike enough to be heard."];
  const few =
    half.count === 1
      ? "One pixel holds half of its appearance weight, "
      : `${half.count.toLocaleString("en")} pixels hold half of its appearance weight, the farthest `;
  const far = `${half.farthest.toFixed(0)} ${half.farthest.toFixed(0) === "1" ? "pixel" : "pixels"} away`;
  const share = name === null ? "" : `; ${percent(own)} of it lies on ${name}`;
  const across =
    nearest === null
      ? ""
      : ` The nearest pixel of another label, ${nearest.name}, is ${Number(nearest.distance.toFixed(1))} ` +
        `pixels away: there the appearance kernel is ${kernelText(nearest.appearance)}.`;
  return [heard, `${few}${far}${share}.${across}`];
}

/** Returns whether the task is solved, and how it stands. */
export function blindTask({
  isFirst,
  name,
  own,
  settings: {appearance}
}: {
  isFirst: boolean;
  name: string | null;
  own: number;
  settings: CrfSettings;
}): {solved: boolean; note: string} {
  if (!isFirst)
    return {solved: false, note: "This is another pixel; Reset goes back to the first."};
  if (appearance.weight === 0) return {solved: false, note: "Appearance is switched off: w₁ is 0."};
  return {
    solved: appearance.srgb >= BLIND && own >= OWN_SHARE,
    note: `θβ is ${appearance.srgb}; ${percent(own)} of the appearance weight lies on ${name}.`
  };
}
