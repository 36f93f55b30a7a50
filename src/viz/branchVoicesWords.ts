import {
  largest,
  stepOf,
  tapsAt,
  type Poll,
  type Voice,
  type VoicesData
} from "./branchVoicesData.ts";
import type {BranchVoicesValue} from "./branchVoicesValue.ts";
import {scientific} from "./numberWords.ts";
import type {Pixel} from "./pixelPointer.ts";

/** Returns a share with its sign: "+5.4", "−0.3", "0.0". */
export function shareText(share: number): string {
  const size = Math.abs(share).toFixed(1);
  return size === "0.0" ? size : `${share < 0 ? "−" : "+"}${size}`;
}

/** Returns what a branch is called: "1×1", "rate 6", "image pooling". */
export function voiceTitle({rate}: Pick<Voice, "rate">): string {
  if (rate === null) return "image pooling";
  return rate === 0 ? "1×1" : `rate ${rate}`;
}

/** Returns how far a branch sees at a unit: its span in pixels, and its taps on the map. */
export function reachWords({rate}: Pick<Voice, "rate">, unit: Pixel, data: VoicesData): string {
  const {columns, rows} = data;
  if (rate === null) return `the mean of all ${columns * rows} units`;
  if (rate === 0) return "1 tap: this unit alone";
  const span = 2 * rate * stepOf(data);
  const inside = tapsAt(unit, rate, data).filter((tap) => tap.inside).length;
  return `9 taps, ${span} px from end to end; ${inside} of 9 on the map`;
}

/** Returns the classes that *shares* favor most, two at most, and the one that they are most against. */
export function voteWords(shares: ArrayLike<number>, names: readonly string[]): string {
  const order = names.map((_, k) => k).sort((a, b) => shares[b] - shares[a]);
  const said = (k: number) => `${names[k]} ${shareText(shares[k])}`;
  const favored = order.slice(0, 2).filter((k) => shares[k] >= 0.05);
  const last = order[order.length - 1];
  const against = shares[last] <= -0.05 ? `against ${said(last)}` : "";
  const favors = favored.length > 0 ? `for ${favored.map(said).join(", ")}` : "";
  return [favors, against].filter(Boolean).join("; ") || "for no class more than another";
}

/** Returns what wins at a unit and who made it win. */
export function unitWords(
  unit: Pixel,
  data: VoicesData,
  {voices, bias, total, winners, leaders}: Poll,
  names: readonly string[]
): string {
  const at = unit.y * data.columns + unit.x;
  const from = at * data.classes;
  const [winner, leader] = [winners[at], leaders[at]];
  const titles = data.voices.map(voiceTitle);
  const pushes = voices.map((own) => own[from + winner]);
  const tops = voices.map((own) => largest(own.subarray(from, from + data.classes)));
  const alike = tops.filter((top) => top === winner).length;
  const kinds = new Set(tops).size;
  const most = pushes[leader];
  const decides =
    most > 0
      ? `${titles[leader]} pushes ${names[winner]} most (${shareText(most)})`
      : `no branch pushes ${names[winner]}`;
  const against = titles.filter((_, i) => pushes[i] <= -0.05);
  const numbers = pushes.filter((push) => push <= -0.05).map(shareText);
  const opposed =
    against.length === 0
      ? "none is against it"
      : against.map((title, i) => `${title} is against it (${numbers[i]})`).join(", ");
  return (
    `Column ${unit.x}, row ${unit.y} of the map: ${names[winner]} wins with ` +
    `${shareText(total[from + winner])}. The five branches vote for ${kinds} different ` +
    `class${kinds === 1 ? "" : "es"}; ${alike === 0 ? "none" : alike} of them for ${names[winner]}. ` +
    `Of the branches, ${decides}; ${opposed}. The bias adds ${shareText(bias[from + winner])}.`
  );
}

/** Returns, of the whole map, which branch pushes the winner most how often, and how exact sums are. */
export function mapWords({voices, columns, rows}: VoicesData, {leaders, gap}: Poll): string {
  const counts = voices.map((_, i) => leaders.reduce((sum, own) => sum + Number(own === i), 0));
  const said = voices.map((voice, i) => `${voiceTitle(voice)} at ${counts[i] || "none"}`);
  return (
    `Over all ${columns * rows} units, the winner is pushed most by ${said.join(", ")}. The five ` +
    `votes and the bias sum to the encoder head’s logits; the largest gap anywhere is ` +
    `${scientific(gap)}.`
  );
}

/** What the figure does not show. */
export const LIMITS =
  "Votes are shares of the encoder head’s logits, less their mean over the classes, which the " +
  "softmax ignores. They are exact with the gates of the ReLU held as they are. That is a choice: " +
  "each gate depends on all five branches. The decoder has no part in them. And a tap is a unit " +
  "whose own receptive field is wider than the square drawn.";

/** Returns what the small maps show, and where their scale ends. */
export function keyWords(
  {map, label, channel}: Pick<BranchVoicesValue, "map" | "label" | "channel">,
  names: readonly string[],
  end: number
): string {
  const most = Number(end.toPrecision(2));
  if (map === "votes")
    return `At each unit the class that the branch pushes most; clear where it hardly does, full color from +${most} on.`;
  if (map === "class")
    return `Votes for ${names[label]}: green for, purple against, clear at 0, full color from ±${most} on.`;
  const what = map === "mean" ? "The mean of all channels" : `Channel ${channel}`;
  return `${what} after the ReLU: clear at 0, full blue from ${most} on.`;
}

/** Returns how the task stands at the pinned unit: who leads, and by how much. */
export function taskNote(
  unit: Pixel,
  data: VoicesData,
  {voices, winners, leaders}: Poll,
  names: readonly string[]
): string {
  const at = unit.y * data.columns + unit.x;
  const winner = winners[at];
  const push = (branch: number) => shareText(voices[branch][at * data.classes + winner]);
  const said = (branch: number) => `${voiceTitle(data.voices[branch])} with ${push(branch)}`;
  const leader = leaders[at];
  const wide = data.voices.findLastIndex(({rate}) => rate !== null);
  const others = leader === wide ? "" : `; ${said(wide)}`;
  return `At the pin ${names[winner]} is pushed most by ${said(leader)}${others}.`;
}
