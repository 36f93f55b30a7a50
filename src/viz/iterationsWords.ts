import {
  beliefParts,
  mendedAndSpoiled,
  partsError,
  SURE,
  type Frame,
  type IterationsData
} from "./iterationsData.ts";
import type {LegendClass} from "./legend.ts";
import {scientific} from "./numberWords.ts";
import {percent} from "./percent.ts";
import type {Pixel} from "./pixelPointer.ts";

const count = (value: number) => value.toLocaleString("en");
const pixels = (value: number) => `${count(value)}\u00a0${value === 1 ? "pixel" : "pixels"}`;
const share = (value: number) => percent(value).replace(" ", "\u00a0");
const times = (value: number) => `${value} ${value === 1 ? "iteration" : "iterations"}`;

/** Returns a belief in words that does not say 100 % of less. */
export function beliefText(belief: number): string {
  return belief < 1 && belief >= 0.995 ? ">\u00a099\u00a0%" : share(belief);
}

/** Returns a number of nats: "1.25", "−0.40". */
export function nats(value: number): string {
  const text = Math.abs(value).toFixed(2);
  return Number(text) === 0 ? text : `${value < 0 ? "−" : ""}${text}`;
}

/** Returns what an iteration has changed of the picture, in sentences with their numbers. */
export function frameSentences(frame: Frame): string {
  const {iteration, labels, first, moved, sure, mIoU} = frame;
  const scored = (value: number) => `${(100 * value).toFixed(1)}\u00a0%`;
  if (first === null) {
    const truth = mIoU === null ? "" : ` mIoU against the truth is ${scored(mIoU)}.`;
    return (
      `Iteration 0 is what the encoder says, pixel by pixel: ${share(sure)} of the pixels are ` +
      `sure of their label (over ${share(SURE)}).${truth}`
    );
  }
  const sentences = [
    `After ${times(iteration)}, ${pixels(moved)} of ${count(labels.length)} have another label ` +
      `than the encoder’s.`
  ];
  if (mIoU !== null && first.mIoU !== null) {
    const change = Number((100 * mIoU).toFixed(1)) - Number((100 * first.mIoU).toFixed(1));
    const verb = change > 0 ? "has risen" : "has fallen";
    sentences.push(
      change === 0
        ? `mIoU against the truth is what it was, ${scored(mIoU)}.`
        : `mIoU against the truth ${verb} from ${scored(first.mIoU)} to ${scored(mIoU)}.`
    );
  }
  const [before, after] = [share(first.sure), share(sure)];
  sentences.push(
    before === after
      ? `As many pixels as before are sure of their label (over ${share(SURE)}): ${after}.`
      : `${after} of the pixels are sure of their label (over ${share(SURE)}); before, ` +
          `${before} were.`
  );
  return sentences.join(" ");
}

/** Returns what the bars show of *pixel*, in sentences with their numbers. */
export function pixelSentences(
  frame: Frame,
  {at, pixel, truth}: {at: Pixel; pixel: number; truth: number},
  classes: readonly LegendClass[]
): string {
  const {first, labels, iteration} = frame;
  const name = (label: number) => classes[label].name;
  const now = labels[pixel];
  const was = (first ?? frame).labels[pixel];
  const isTrue = truth < classes.length ? `; in truth it is ${name(truth)}` : "";
  const error = partsError(beliefParts(frame, pixel));
  const agree = error < 1e-8 ? "to eight decimals" : `to ${scientific(error)}`;
  if (iteration === 0)
    return (
      `Pixel ${at.x}, ${at.y} has heard nothing yet: the encoder says ${name(now)}${isTrue}. ` +
      `Softmax of −θ over all ${classes.length} labels gives the CRF’s beliefs ${agree}.`
    );
  const verdict = now === was ? `stays ${name(now)}` : `was ${name(was)} and is now ${name(now)}`;
  return (
    `Pixel ${at.x}, ${at.y} ${verdict}${isTrue}. Softmax of the scores over all ` +
    `${classes.length} labels gives the CRF’s beliefs ${agree}.`
  );
}

/** Returns what stands in the bars, for who does not see them. */
export function barsSentence(
  frame: Frame,
  {pixel, labels}: {pixel: number; labels: readonly number[]},
  classes: readonly LegendClass[]
): string {
  const parts = beliefParts(frame, pixel);
  const rows = labels.map((label) => {
    const {unary, smoothness, appearance, score, belief} = parts[label];
    return (
      `${classes[label].name}: ${nats(-unary)} plus ${nats(smoothness)} plus ` +
      `${nats(appearance)} is ${nats(score)}, belief ${beliefText(belief)}`
    );
  });
  return `Iteration ${frame.iteration}. Minus unary plus smoothness plus appearance. ${rows.join("; ")}.`;
}

/** Returns how the task stands with *pixel* (null if none is pinned): between *first* and *last*. */
export function spoiledNote(
  first: Frame,
  last: Frame,
  {truth}: Pick<IterationsData, "truth">,
  pixel: number | null
): {solved: boolean; note: string} {
  const {mended, spoiled} = mendedAndSpoiled(first.labels, last.labels, truth);
  const all = `By iteration ${last.iteration}, ${pixels(mended)} are put right and ${pixels(spoiled)} spoiled.`;
  if (pixel === null) return {solved: false, note: all};
  const [was, is] = [first, last].map(({labels}) => labels[pixel] === truth[pixel]);
  const solved = was && !is;
  const state =
    truth[pixel] >= first.Q.length / truth.length
      ? "has no true label"
      : solved
        ? "is one of the spoiled"
        : is && !was
          ? "is one of those put right"
          : is
            ? "is right before and after"
            : "is wrong before and after";
  return {solved, note: `${all} The pinned pixel ${state}.`};
}

/** Returns the parts of a pixel's beliefs in all of *frames*, as CSV. */
export function barsCsv(
  frames: readonly Frame[],
  {at, pixel}: {at: Pixel; pixel: number},
  classes: readonly LegendClass[]
): string {
  const head = "x,y,iteration,label,minus_unary,smoothness,appearance,score,softmax,belief";
  const rows = frames.flatMap((frame) =>
    beliefParts(frame, pixel).map(
      ({label, unary, smoothness, appearance, score, softmax, belief}) =>
        [
          ...[at.x, at.y, frame.iteration, classes[label].name],
          ...[-unary, smoothness, appearance, score, softmax, belief]
        ].join(",")
    )
  );
  return `${[head, ...rows].join("\n")}\n`;
}
