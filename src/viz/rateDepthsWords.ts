import {percent} from "./percent.ts";
import {lossesOf, MATTERS, mostOf, type DepthCounts} from "./rateDepthsData.ts";

/** Returns the names of ASPP's five branches at these rates; equal rates are told apart. */
export function branchTitles(rates: readonly number[]): string[] {
  const named = rates.map((rate, i) =>
    rates.indexOf(rate) === rates.lastIndexOf(rate) ? `rate ${rate}` : `rate ${rate} (${i + 1})`
  );
  return ["image pooling", "1×1", ...named];
}

/** Returns a loss in whole points with its sign: "41", "−35" where more are right without. */
export function pointsText(points: number): string {
  const whole = Math.round(Math.abs(points));
  return whole > 0 && points < 0 ? `−${whole}` : String(whole);
}

const list = (words: readonly string[]) =>
  words.length < 2 ? words.join("") : `${words.slice(0, -1).join(", ")} and ${words.at(-1)}`;

/**
 * Returns which branch matters for a thing: *thing* such as "pedestrian", its class *label*, *depth*
 * in meters, what was counted, and the branches' names.
 */
export function depthWords(
  thing: string,
  label: string,
  depth: number,
  counts: DepthCounts,
  titles: readonly string[]
): string {
  const {pixels, kept, without} = counts;
  const losses = lossesOf(counts);
  if (losses === null)
    return `At ${depth} m no pixel of the ${thing} is to be seen: it is hidden, out of the picture, or too thin.`;
  const share = (count: number) => percent(count / pixels);
  const covers = `At ${depth} m the ${thing} covers ${pixels.toLocaleString("en-US")} pixel${pixels === 1 ? "" : "s"}`;
  if (kept === 0) return `${covers}, none of them labeled ${label}. ${unseen(counts, titles)}`;
  const seen = `${covers}; ${share(kept)} are labeled ${label}.`;
  const most = mostOf(losses);
  const worst = losses.indexOf(Math.min(...losses));
  const helps =
    losses[worst] > -MATTERS
      ? ""
      : ` Muting ${titles[worst]} does good: ${share(without[worst])} are right without it.`;
  if (most.length === 0)
    return `${seen} No branch matters alone: muting any one takes less than ${MATTERS} points.${helps}`;
  const left = most.map((i) => share(without[i]));
  const matter =
    most.length === 1
      ? `Now ${titles[most[0]]} matters most: without it ${left[0]} are, ${pointsText(losses[most[0]])} points fewer.`
      : `Now ${list(most.map((i) => titles[i]))} matter most, within a point: without one of them ${list(left)} are.`;
  return `${seen} ${matter}${helps}`;
}

function unseen({pixels, without}: DepthCounts, titles: readonly string[]): string {
  const best = without.indexOf(Math.max(...without));
  return without[best] === 0
    ? "It is not seen at all, whichever branch is muted."
    : `It is not seen at all; without ${titles[best]}, ${percent(without[best] / pixels)} are.`;
}

/** Returns by how many points the 1×1 branch matters more than the rate that matters most. */
export function leadWords(lead: number): string {
  const points = Math.round(Math.abs(lead));
  const most = "the rate that matters most";
  if (points === 0) return `Here the 1×1 branch matters as much as ${most}.`;
  return `Here the 1×1 branch matters ${points} points ${lead > 0 ? "more" : "less"} than ${most}.`;
}
