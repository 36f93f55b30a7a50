import type {BoardReading, BoardFate} from "../model/crf/checkerboard.ts";
import {
  LAST,
  type BoardChoice,
  type BoardFates,
  type BoardRuns,
  type StreetReading
} from "./convergenceData.ts";
import {percent} from "./percent.ts";

/** Of the pixels, the share below which few still change. */
export const FEW = 0.001;

/** Returns a number of nats: "12,346", "31.4", "0.27", "0.003"; and "< 0.001". */
export function nats(value: number): string {
  const size = Math.abs(value);
  if (size > 0 && size < 0.001) return "< 0.001";
  const digits = size >= 100 ? 0 : size >= 10 ? 1 : size >= 0.1 ? 2 : size === 0 ? 0 : 3;
  const text = size.toLocaleString("en", {
    minimumFractionDigits: digits,
    maximumFractionDigits: digits
  });
  return value < 0 ? `−${text}` : text;
}

/** Returns a score as "79.8 %". */
export const score = (mIoU: number) => `${(100 * mIoU).toFixed(1)}\u00a0%`;

const share = (part: number) => percent(part).replace(" ", "\u00a0");

/** Returns a share of pixels that change, to two figures: "0.11 %". */
export const changedShare = (part: number) => `${Number((100 * part).toPrecision(2))}\u00a0%`;

const times = (count: number) => (count === 1 ? "once" : `${count} times`);

/** Returns the iteration after which fewer than 0.1 % of *pixels* change; null if the last is none. */
export function quietAfter(readings: readonly StreetReading[], pixels: number): number | null {
  const last = readings.findLastIndex(({changed}) => !(changed < FEW * pixels));
  return last === readings.length - 1 ? null : Math.max(0, last);
}

/** Returns the first iteration with the best mIoU, or null if there is none. */
export function bestScore(readings: readonly StreetReading[]): number | null {
  let best: number | null = null;
  readings.forEach(({mIoU}, i) => {
    if (mIoU !== null && (best === null || mIoU > readings[best].mIoU!)) best = i;
  });
  return best;
}

/** Returns how free energy went, when labels came to rest, and what became of the score. */
export function streetSentences(readings: readonly StreetReading[], pixels: number): string {
  if (readings.length <= LAST)
    return `Iteration ${readings.length - 1} of ${LAST} is computed so far.`;
  return [energySentence(readings), restSentence(readings, pixels), scoreSentence(readings)].join(
    " "
  );
}

function energySentence(readings: readonly StreetReading[]): string {
  const change = readings[LAST].freeEnergy - readings[0].freeEnergy;
  const steps = readings.slice(1).map((now, i) => now.freeEnergy - readings[i].freeEnergy);
  const rises = steps.filter((step) => step > 0);
  const first =
    change < 0 && steps[0] < 0 && steps[0] >= change
      ? `, ${share(steps[0] / change)} of it in the first`
      : "";
  const way =
    change === 0
      ? "stays what it is"
      : `${change < 0 ? "falls" : "rises"} by ${nats(Math.abs(change))} nats`;
  const up =
    rises.length === 0
      ? "It rises in none."
      : `It rises ${times(rises.length)}, by ${nats(Math.max(...rises))} nats at most: the lattice’s sums are not exact.`;
  return `In ${LAST} iterations, this street’s free energy ${way}${first}. ${up}`;
}

function restSentence(readings: readonly StreetReading[], pixels: number): string {
  const quiet = quietAfter(readings, pixels);
  if (quiet === null) {
    const still = changedShare(readings[LAST].changed / pixels);
    return `In the last iteration, ${still} of the pixels still change their label.`;
  }
  if (quiet === 0) return "In no iteration do 0.1\u00a0% of the pixels change their label.";
  return `After iteration ${quiet}, fewer than 0.1\u00a0% of the pixels change their label.`;
}

function scoreSentence(readings: readonly StreetReading[]): string {
  const best = bestScore(readings);
  if (best === null) return "";
  const at = (i: number) => readings[i].mIoU!;
  const [peak, end] = [score(at(best)), score(at(LAST))];
  const but =
    "free energy says how near the beliefs are to the CRF’s own distribution, not to the truth.";
  if (best === 0)
    return end === peak
      ? `mIoU is ${peak} before and after: ${but}`
      : `mIoU is best before the first, ${peak}, and ${end} at the end: ${but}`;
  const rise = `mIoU rises from ${score(at(0))} to ${peak}`;
  if (best === LAST || peak === end)
    return `${rise}${best === LAST ? " at the end, where it is best" : ` at iteration ${best}, and is that at the end`}. That need not be so: ${but}`;
  return `${rise} at iteration ${best}, and then falls to ${end}: ${but}`;
}

/** Returns how a board stands at an *iteration*, in a few words. */
export function standingWords(run: readonly BoardReading[], iteration: number): string {
  if (iteration === 0) return "Each pixel’s own preference";
  const {standing, freeEnergy} = run[iteration];
  if (standing === "settled") return "It has settled: nothing moves";
  if (standing === "swapping") return `A cycle of two: as at iteration ${iteration - 2}`;
  const change = freeEnergy - run[iteration - 1].freeEnergy;
  return change < 0
    ? `Still descending, by ${nats(-change)} nats`
    : `Free energy rises by ${nats(change)} nats`;
}

/** Returns how many pixels of a board have another label than an iteration before. */
export function boardChanges(run: readonly BoardReading[], iteration: number): number {
  if (iteration === 0) return 0;
  const {dark} = run[iteration - 1];
  return run[iteration].dark.filter((q, i) => q > 0.5 !== dark[i] > 0.5).length;
}

/** Returns a weight and a deviation, as "weight 20, θγ = 0.7 pixels". */
export const choiceWords = ({weight, tenths}: BoardChoice) =>
  `weight ${weight}, θγ = ${(tenths / 10).toFixed(1)} pixels`;

function fateWords({standing, iterations}: BoardFate): string {
  const late = iterations > LAST ? `, but only after ${iterations} iterations` : "";
  if (standing === "swapping") return `swaps for ever, in a cycle of two${late}`;
  if (standing === "settled") return `settles${late}`;
  return `has neither settled nor come into a cycle after ${iterations} iterations`;
}

/** Returns what the checkerboard shows, and why. */
export function boardSentences(
  {side, preference}: {side: number; preference: number},
  choice: BoardChoice,
  {subtracted, kept}: BoardRuns,
  fates: BoardFates
): string {
  const changes = boardChanges(subtracted, LAST);
  const blinks =
    subtracted[LAST].standing !== "swapping"
      ? ""
      : changes > 0
        ? `: in iteration ${LAST}, ${changes} of ${side ** 2} pixels change their label`
        : ": beliefs move to and fro, though no label changes";
  const falls = kept[0].freeEnergy - kept[LAST].freeEnergy;
  return (
    `The board’s pixels prefer their own label by ${preference} ${preference === 1 ? "nat" : "nats"}; the pixels round them ask for the other ` +
    `(${choiceWords(choice)}). Without the self term, it ${fateWords(fates.subtracted)}${blinks}. ` +
    `With it, free energy falls by ${nats(falls)} nats, and it ${fateWords(fates.kept)}. ` +
    "Why: a pixel that hears itself too holds on to what it believes; K̃ is then positive " +
    "semidefinite, the pairwise part of the free energy concave, and a step of all pixels at once never raises it, at any weight."
  );
}

/** Returns how the search for the smallest weight stands. */
export function taskNote({weight}: BoardChoice, {subtracted, below}: BoardFates): string {
  const at = (of: number, {standing}: BoardFate) =>
    `at weight ${of} it ${standing === "swapping" ? "swaps for ever" : standing === "settled" ? "settles" : "does neither yet"}`;
  const here = at(weight, subtracted);
  const text = weight === 1 ? here : `${here}; ${at(weight - 1, below)}`;
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;
}
