import {
  classChanges,
  rightPixels,
  type HarmData,
  type LabelScores,
  type Thing
} from "./gainsAndLossesData.ts";
import type {Labels} from "./boundaryLensData.ts";
import {percent} from "./percent.ts";

const format = new Intl.NumberFormat("en-US");

/** Returns a change in points with its sign, "+3.1" or "−0.4", and "0.0" for none. */
export function points(change: number): string {
  const text = (100 * Math.abs(change)).toFixed(1);
  return text === "0.0" ? text : `${change > 0 ? "+" : "−"}${text}`;
}

/** Returns a share as whole percents without their sign; 0 and 100 are said of nothing less. */
export function wholePercents(share: number): string {
  if (share > 0 && share < 0.01) return "<1";
  return String(share > 0.99 && share < 1 ? 99 : Math.round(100 * share));
}

/** A mean IoU, to a tenth of a percent. */
const score = (mIoU: number) => `${(100 * mIoU).toFixed(1)}\u00a0%`;

/** Returns what the CRF does to this street, in sentences that follow its numbers. */
export function harmSentences(
  data: HarmData,
  crf: LabelScores | null,
  names: readonly string[]
): string {
  const {encoder, decoder} = data.scores;
  const start = `On this street the encoder alone has ${score(encoder.mIoU)} mIoU`;
  if (crf === null) return `${start}, the decoder ${score(decoder.mIoU)}.`;
  const change = crf.mIoU - encoder.mIoU;
  const verb =
    points(change) === "0.0" ? "leaves it at" : change > 0 ? "raises it to" : "lowers it to";
  const changes = classChanges(data, crf);
  const said = (what: {label: number; crf: number}) => `${names[what.label]} (${points(what.crf)})`;
  const gained = changes.filter((one) => points(one.crf).startsWith("+"));
  const lost = changes.filter((one) => points(one.crf).startsWith("−"));
  const most =
    gained.length === 0
      ? "No class gains"
      : `${gained.length} of ${changes.length} classes ${gained.length === 1 ? "gains" : "gain"}, most of all ${said(changes[0])}`;
  const least =
    lost.length === 0
      ? "none loses"
      : `${lost.length} ${lost.length > 1 ? "lose" : "loses"}, most of all ${said(changes[changes.length - 1])}`;
  const against = decoder.mIoU - crf.mIoU;
  const rank =
    points(against) === "0.0"
      ? "as much"
      : against > 0
        ? `${points(against).slice(1)} points more`
        : `${points(against).slice(1)} points less`;
  return (
    `${start}. The CRF ${verb} ${score(crf.mIoU)} (${points(change)} points). ${most}; ${least}. ` +
    `The decoder has ${score(decoder.mIoU)}, ${rank} than the CRF.`.replace(
      "as much than",
      "as much as"
    )
  );
}

/** Returns how much of a thing each way labels right. */
export function thingSentence(
  thing: Thing,
  {encoder, decoder}: HarmData,
  crf: Labels | null
): string {
  const total = thing.pixels.length;
  const share = (labels: Labels) => percent(rightPixels(thing, labels) / total);
  const then = crf === null ? "" : `, ${share(crf)} after the CRF`;
  return `${thing.name}: of ${format.format(total)} pixels ${share(encoder)} right with the encoder alone${then}, ${share(decoder)} with the decoder`;
}

/** What the second task is judged by: the class that is to be erased. */
export interface Prey {
  readonly label: number;
  readonly name: string;
}

/** Less than this share of its pixels left is as good as none; the encoder must have seen more. */
export const [ERASED, SEEN] = [0.03, 0.3];

/**
 * Returns the class to be erased: the pedestrian, if the encoder has found enough of it, or else the
 * bicyclist, sign, pole or car of which there is least and enough was found; null if there is none.
 */
export function preyOf({scores, total}: HarmData, names: readonly string[]): Prey | null {
  const labels = ["pedestrian", "bicyclist", "sign", "pole", "car"]
    .map((name) => names.indexOf(name))
    .filter((label) => total[label] > 0 && scores.encoder.right[label] / total[label] >= SEEN);
  if (labels.length === 0) return null;
  const least = labels.reduce((a, b) => (total[b] < total[a] ? b : a));
  const pedestrian = names.indexOf("pedestrian");
  const label = labels.includes(pedestrian) ? pedestrian : least;
  return {label, name: names[label]};
}

/** Returns what the second task asks for on a street, and why if that is not the pedestrian. */
export function eraseSentence(
  {total}: HarmData,
  prey: Prey | null,
  names: readonly string[]
): string {
  if (prey?.name === "pedestrian") return "Find settings that erase the pedestrian.";
  const nobody =
    total[names.indexOf("pedestrian")] > 0
      ? "The encoder finds too little of a pedestrian here"
      : "There is no pedestrian here";
  return prey === null
    ? `${nobody}, nor anything else as small: take another street.`
    : `${nobody}: find settings that erase every ${prey.name}.`;
}
