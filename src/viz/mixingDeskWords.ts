import {points} from "./gainsAndLossesWords.ts";
import {labelChanges} from "./imagePoolingData.ts";
import {shareText} from "./imagePoolingWords.ts";
import {
  largest,
  strips,
  type AccountRow,
  type DeskReading,
  type DeskStreet
} from "./mixingDeskData.ts";
import {percent} from "./percent.ts";

const whole = new Intl.NumberFormat("en-US");
const score = (mIoU: number) => `${(100 * mIoU).toFixed(1)}\u00a0%`;
const list = (words: readonly string[]) =>
  words.length < 2 ? words.join("") : `${words.slice(0, -1).join(", ")} and ${words.at(-1)}`;

/** Returns a logit, or a part of one, to a tenth: "1.2", "−0.4", "0.0". */
export function logitText(value: number): string {
  const text = Math.abs(value).toFixed(1);
  return value < 0 && text !== "0.0" ? `−${text}` : text;
}

/** Returns in words how a desk stands, by its factors: who is silent, and who is not at 100 %. */
export function gainWords(gains: readonly number[]): string {
  const moved = (i: number) => (gains[i] === 1 ? "" : ` at ${Math.round(100 * gains[i])}\u00a0%`);
  const heard = strips.flatMap(({name}, i) => (gains[i] > 0 ? [`${name}${moved(i)}`] : []));
  const silent = strips.flatMap(({name}, i) => (gains[i] > 0 ? [] : [name]));
  if (heard.length === 0) return "With every branch silent";
  if (heard.length < 3) return `With ${list(heard)} alone`;
  const others = strips.flatMap(({name}, i) =>
    gains[i] > 0 && gains[i] !== 1 ? [`${name}${moved(i)}`] : []
  );
  if (silent.length === 0) return `With ${list(others)}`;
  return `Without ${list(silent)}${others.length > 0 ? ` and with ${list(others)}` : ""}`;
}

/** Returns what the desk does to the labels of a street, in sentences that follow its numbers. */
export function deskWords(
  {plain}: DeskStreet,
  reading: DeskReading,
  gains: readonly number[],
  names: readonly string[]
): string {
  if (gains.every((gain) => gain === 1))
    return `The network as it was trained has ${score(plain.mIoU)} mIoU on this street.`;
  const {changed, of, most} = labelChanges(plain.labels, reading.labels, names.length);
  const labels =
    most === null
      ? "no pixel changes its label"
      : `${shareText(changed / of)} of the pixels change label (${whole.format(changed)}), most often ` +
        `from ${names[most.from]} to ${names[most.to]} (${percent(most.count / changed)} of them)`;
  const change = points(reading.mIoU - plain.mIoU);
  const verb = change.startsWith("+") ? "rises" : "falls";
  const mIoU =
    change === "0.0"
      ? `mIoU stays at ${score(reading.mIoU)}`
      : `mIoU ${verb} from ${score(plain.mIoU)} to ${score(reading.mIoU)} (${change} points)`;
  return `${gainWords(gains)} ${labels}; ${mIoU}.`;
}

/** How much of a class the desk wins or loses. */
export interface ClassChange {
  readonly label: number;
  /** The change of its IoU in points, with its sign. */
  readonly text: string;
}

/** Returns the classes whose IoU changes most, at most *count*: none that changes by less than 0.1. */
export function classesChanged(
  {plain}: DeskStreet,
  reading: DeskReading,
  count: number
): ClassChange[] {
  return plain.perClass
    .map((before, label) => ({label, change: (reading.perClass[label] ?? 0) - (before ?? 0)}))
    .sort((a, b) => Math.abs(b.change) - Math.abs(a.change))
    .map(({label, change}) => ({label, text: points(change)}))
    .filter(({text}) => text !== "0.0")
    .slice(0, count);
}

/** Returns what a new prediction took. */
export function costWords({computed, layers, milliseconds}: DeskReading): string {
  const took = milliseconds < 10 ? milliseconds.toFixed(1) : milliseconds.toFixed(0);
  return `Computed for it: ${computed} of ${layers} layers, in ${took} ms.`;
}

/** Returns what follows from the encoder's account of a pixel. */
export function encoderWords(rows: readonly AccountRow[], names: readonly string[]): string {
  const {label, row, strip} = leader(rows);
  const most = row.parts[strip];
  const adds =
    most > 0
      ? `${capital(strips[strip].name)} adds most to it, ${logitText(most)}.`
      : "None of the five adds to it.";
  return (
    `It says ${names[label]}, ${logitText(row.logit)}: ${logitText(row.sum)} by the five and ` +
    `${logitText(row.other)} by the bias. ${adds}`
  );
}

/** Returns what follows from the decoder's account of a pixel, and how far its parts are from whole. */
export function decoderWords(rows: readonly AccountRow[], names: readonly string[]): string {
  const {label, row, strip} = leader(rows);
  const most = row.parts[strip];
  const takes =
    most > 0
      ? `Muting ${strips[strip].name} takes most from it, ${logitText(most)}.`
      : "No muting of one takes from it.";
  const gaps = rows.map(({sum, other}) => Math.abs(sum - other));
  const worst = largest(gaps);
  const apart =
    worst === label
      ? ", more than for any other class"
      : `; for ${names[worst]} even ${logitText(gaps[worst])}`;
  return (
    `It says ${names[label]}, ${logitText(row.logit)}. ${takes} One by one the five take ` +
    `${logitText(row.sum)}, all at once ${logitText(row.other)}: ${logitText(gaps[label])} apart${apart}.`
  );
}

const capital = (name: string) => `${name.charAt(0).toUpperCase()}${name.slice(1)}`;

/** The class with the largest score, and the strip that adds most to it. */
function leader(rows: readonly AccountRow[]) {
  const label = largest(rows.map(({logit}) => logit));
  return {label, row: rows[label], strip: largest(rows[label].parts)};
}
