import {points} from "./gainsAndLossesWords.ts";
import {
  cosine,
  labelChanges,
  lengthOf,
  NONE,
  OWN,
  shareChanged,
  type PoolingReading,
  type PoolingStreet
} from "./imagePoolingData.ts";
import {percent} from "./percent.ts";

const whole = new Intl.NumberFormat("en-US");
/** A mean IoU, to a tenth of a percent. */
const score = (mIoU: number) => `${(100 * mIoU).toFixed(1)}\u00a0%`;

/** Whose image pooling it is: its name among the figure's, and in a sentence. */
export interface NamedDonor {
  readonly name: string;
  readonly long: string;
}

/** Returns the title of what a donor makes of the street. */
export function donorTitle({name, long}: NamedDonor): string {
  if (name === OWN) return "With its own";
  return name === NONE ? "Without image pooling" : `With that of ${long}`;
}

/** Returns what a donor's vector is called beside the street's own. */
export function vectorTitle({name, long}: NamedDonor): string {
  return name === NONE ? "none: zeros" : `that of ${long}`;
}

/** Returns what changes with *other* in the place of image pooling's own vector. */
export function changeSentences(
  {own, columns, rows}: PoolingStreet,
  other: PoolingReading,
  removed: PoolingReading | null,
  donor: NamedDonor,
  names: readonly string[]
): string {
  const {name} = donor;
  if (name === OWN) {
    const above = own.pooled.filter((value) => value > 0).length;
    return (
      `The network as it is has ${score(own.mIoU)} mIoU on this street. Image pooling gives all ` +
      `${columns} × ${rows} places the same ${own.pooled.length} numbers, ${above} of them above ` +
      `zero. Take them away, or take another picture’s.`
    );
  }
  const changes = labelChanges(own.labels, other.labels, names.length);
  const start = name === NONE ? "Without image pooling" : `With the image pooling of ${donor.long}`;
  const scores = `(${score(own.mIoU)} before, ${points(other.mIoU - own.mIoU)} points)`;
  const direction = points(other.mIoU - own.mIoU).charAt(0);
  const mIoU =
    direction === "+"
      ? `mIoU is better, ${score(other.mIoU)} ${scores}`
      : direction === "−"
        ? `mIoU is worse, ${score(other.mIoU)} ${scores}`
        : `mIoU stays at ${score(other.mIoU)}`;
  const {most, changed, of} = changes;
  const labels =
    most === null
      ? "no pixel changes its label"
      : `${shareText(changed / of)} of the pixels change label (${whole.format(changed)}), most often ` +
        `from ${names[most.from]} to ${names[most.to]} (${percent(most.count / changed)} of them)`;
  const without =
    name === NONE || removed === null
      ? ""
      : ` Removing image pooling changes ${shareText(shareChanged(own, removed))}.`;
  return `${start} ${labels}; ${mIoU}.${without}`;
}

/** Returns a small share to a hundredth of a percent: what streets change differs by no more. */
export function shareText(share: number): string {
  return share < 0.0995 && share > 0 ? `${(100 * share).toFixed(2)}\u00a0%` : percent(share);
}

/** Returns how another vector compares with the street's own. */
export function vectorSentence(
  own: PoolingReading,
  other: PoolingReading,
  {name, long}: NamedDonor
): string {
  const length = lengthOf(own.pooled).toFixed(1);
  if (name === OWN) return `The street’s own vector has length ${length}.`;
  const similarity = cosine(own.pooled, other.pooled);
  if (similarity === null)
    return `The street’s own vector has length ${length}; in its place are zeros.`;
  return (
    `The cosine of the angle between the street’s own vector and that of ${long} is ` +
    `${similarity.toFixed(2)} (1: the same direction); their lengths are ${length} and ` +
    `${lengthOf(other.pooled).toFixed(1)}.`
  );
}

/** Returns how far the probabilities move, by {@link totalVariation}'s map. */
export function shiftSentence(shift: Float32Array): string {
  const mean = shift.reduce((a, b) => a + b, 0) / shift.length;
  const most = shift.reduce((a, b) => Math.max(a, b), 0);
  return `${shareText(mean)} of the probability changes class on average, at most ${percent(most)}`;
}
