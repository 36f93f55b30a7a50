import type {VoteMaps} from "../model/branchVotes.ts";
import type {Logits} from "../model/logits.ts";
import type {Labels} from "./boundaryLensData.ts";
import type {PictureSource} from "./pictureCopy.ts";

/** A branch of ASPP as a strip of the desk: its key in the value, and its name. */
export interface DeskStrip {
  readonly key: "one" | "r3" | "r6" | "r9" | "pool";
  readonly name: string;
}

/** The strips from left to right, by how much of the picture their branches see. */
export const strips: readonly DeskStrip[] = [
  {key: "one", name: "1×1"},
  {key: "r3", name: "rate 3"},
  {key: "r6", name: "rate 6"},
  {key: "r9", name: "rate 9"},
  {key: "pool", name: "image pooling"}
];

/** How the desk stands: five faders in percent, and which strips are muted and soloed. */
export type DeskSetting = Readonly<Record<DeskStrip["key"], number>> & {
  /** Keys of strips, in the desk's order, with spaces between. */
  readonly muted: string;
  readonly soloed: string;
};

/** The desk, the pinned pixel (null for none), and whether changed pixels are marked. */
export type MixingDeskValue = DeskSetting & {
  readonly x: number | null;
  readonly y: number | null;
  readonly marks: boolean;
};

/** The upper end of a fader and its steps, in percent. */
export const [MOST_GAIN, GAIN_STEP] = [200, 5];

/** The desk as the network was trained: nothing muted, every fader at 100 %. */
export const untouched: DeskSetting = {
  ...{one: 100, r3: 100, r6: 100, r9: 100, pool: 100},
  ...{muted: "", soloed: ""}
};

/** Settings that a button each brings, over the untouched desk. */
export const deskPresets: readonly {readonly name: string; readonly setting: DeskSetting}[] = [
  {name: "Without image pooling", setting: {...untouched, muted: "pool"}},
  {name: "1×1 alone", setting: {...untouched, soloed: "one"}},
  {name: "The three rates alone", setting: {...untouched, soloed: "r3 r6 r9"}}
];

/** Returns the keys that *muted* or *soloed* holds. */
export function keysIn(text: string): string[] {
  return text.split(" ").filter(Boolean);
}

/** Returns *text*, a muted or soloed of a setting, with *key* in it, or not, and in order. */
export function withKey(text: string, key: string, isIn: boolean): string {
  const keys = keysIn(text).filter((one) => one !== key);
  if (isIn) keys.push(key);
  return strips.flatMap(({key: one}) => (keys.includes(one) ? [one] : [])).join(" ");
}

/**
 * Returns the factor of each strip's branch: 0 if it is muted, or if others are soloed and it is not;
 * else its fader's. A strip that is both muted and soloed is muted.
 */
export function heardGains(setting: DeskSetting): number[] {
  const [muted, soloed] = [keysIn(setting.muted), keysIn(setting.soloed)];
  return strips.map(({key}) => {
    const silent = muted.includes(key) || (soloed.length > 0 && !soloed.includes(key));
    return silent ? 0 : setting[key] / 100;
  });
}

/** Returns whether two desks' factors are the same. */
export function sameGains(a: readonly number[], b: readonly number[]): boolean {
  return a.every((gain, i) => gain === b[i]);
}

/** Returns the setting that is part of a value. */
export function settingOf({one, r3, r6, r9, pool, muted, soloed}: DeskSetting): DeskSetting {
  return {one, r3, r6, r9, pool, muted, soloed};
}

/** Returns whether two settings are the same. */
export function sameSetting(a: DeskSetting, b: DeskSetting): boolean {
  return strips.every(({key}) => a[key] === b[key]) && a.muted === b.muted && a.soloed === b.soloed;
}

/** Returns a value that is legal, muted and soloed in order; throws a RangeError for another. */
export function checkDesk(
  value: MixingDeskValue,
  {width, height}: {width: number; height: number}
): MixingDeskValue {
  for (const {key, name} of strips) {
    const percent = value[key];
    if (!(percent >= 0 && percent <= MOST_GAIN && percent % GAIN_STEP === 0))
      throw new RangeError(
        `invalid fader of ${name}: ${percent} (0 to ${MOST_GAIN} %, in steps of ${GAIN_STEP})`
      );
  }
  const legal = strips.map(({key}) => key as string);
  for (const what of ["muted", "soloed"] as const)
    for (const key of keysIn(value[what]))
      if (!legal.includes(key))
        throw new RangeError(`invalid ${what}: ${key} (of ${legal.join(", ")})`);
  const {x, y, marks} = value;
  if ((x === null) !== (y === null))
    throw new RangeError(`invalid pixel: ${x}, ${y} (both numbers, or both null)`);
  for (const [name, place, size] of [
    ["x", x, width],
    ["y", y, height]
  ] as const)
    if (place !== null && !(Number.isInteger(place) && place >= 0 && place < size))
      throw new RangeError(`invalid ${name}: ${place} (a whole number, 0 to ${size - 1})`);
  const inOrder = (text: string) => strips.flatMap(({key}) => (text.includes(key) ? [key] : []));
  return {
    ...settingOf(value),
    ...{muted: inOrder(value.muted).join(" "), soloed: inOrder(value.soloed).join(" ")},
    ...{x, y, marks: Boolean(marks)}
  };
}

/** What the network says with the desk as it stands. */
export interface DeskReading {
  /** One label a pixel. */
  readonly labels: Labels;
  readonly mIoU: number;
  /** The intersection over union of each class, in [0, 1]; null for one that is not there. */
  readonly perClass: readonly (number | null)[];
  /** How many layers were computed for it, of how many, and in how many milliseconds. */
  readonly computed: number;
  readonly layers: number;
  readonly milliseconds: number;
}

/** A street, and what the network says of it with the desk untouched. */
export interface DeskStreet {
  /** The size of the labels. */
  readonly width: number;
  readonly height: number;
  readonly picture: PictureSource;
  readonly plain: DeskReading;
}

/** The decoder's logits as the desk stands, with each strip muted besides, and with all muted. */
export interface Ablation {
  readonly decoder: Logits;
  readonly without: readonly Logits[];
  readonly silent: Logits;
}

/** What the branches add to the scores of either head, everywhere. */
export interface DeskAccount {
  /** The shares of the encoder head's logits, and the strips' places among their branches. */
  readonly votes: VoteMaps;
  readonly places: readonly number[];
  readonly ablation: Ablation;
}

/** One class's score at a pixel, and who makes it up. */
export interface AccountRow {
  readonly logit: number;
  /** What each strip adds, from left to right. */
  readonly parts: readonly number[];
  /** Their sum. */
  readonly sum: number;
  /** For the encoder, the bias's share; for the decoder, what all strips take away at once. */
  readonly other: number;
}

interface Size {
  readonly width: number;
  readonly height: number;
}

/**
 * Returns the values of a map at pixel (*x*, *y*) of a picture of *size*, interpolated bilinearly
 * with aligned corners, as labels are made of logits.
 */
export function valuesAt(
  data: Float32Array,
  map: Size & {classes: number},
  x: number,
  y: number,
  size: Size
): number[] {
  const place = (at: number, pixels: number, units: number) => {
    const exact = pixels > 1 ? (at * (units - 1)) / (pixels - 1) : 0;
    const first = Math.min(Math.floor(exact), units - 1);
    return {first, second: Math.min(first + 1, units - 1), t: exact - first};
  };
  const [row, column] = [place(y, size.height, map.height), place(x, size.width, map.width)];
  return Array.from({length: map.classes}, (_, c) => {
    const at = (i: number, j: number) => data[(i * map.width + j) * map.classes + c];
    const across = (i: number) =>
      at(i, column.first) + (at(i, column.second) - at(i, column.first)) * column.t;
    return across(row.first) + (across(row.second) - across(row.first)) * row.t;
  });
}

/**
 * Returns the encoder head's logits at a pixel, class by class: each strip's share, with the gates of
 * the projection's ReLU held. The shares and the bias's sum to the logit exactly.
 */
export function encoderAccount(
  {votes, places}: DeskAccount,
  x: number,
  y: number,
  size: Size
): AccountRow[] {
  const shares = places.map((i) => valuesAt(votes.branches[i].votes, votes, x, y, size));
  return valuesAt(votes.bias, votes, x, y, size).map((other, label) => {
    const parts = shares.map((share) => share[label]);
    const sum = parts.reduce((a, b) => a + b, 0);
    return {logit: sum + other, parts, sum, other};
  });
}

/**
 * Returns the decoder's logits at a pixel, class by class: each strip's part is by how much the logit
 * is larger than with that strip muted. Their sum need not be what muting all at once takes away.
 */
export function decoderAccount(
  {decoder, without, silent}: Ablation,
  x: number,
  y: number,
  size: Size
): AccountRow[] {
  const at = (logits: Logits) => valuesAt(logits.data, logits, x, y, size);
  const [nothing, alone] = [at(silent), without.map(at)];
  return at(decoder).map((logit, label) => {
    const parts = alone.map((logits) => logit - logits[label]);
    const sum = parts.reduce((a, b) => a + b, 0);
    return {logit, parts, sum, other: logit - nothing[label]};
  });
}

/** Returns the index of the largest of *values*, the first of equals. */
export function largest(values: readonly number[]): number {
  return values.indexOf(Math.max(...values));
}
