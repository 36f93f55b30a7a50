import {percent} from "./percent.ts";

/** How well a prediction agrees with the truth. */
export interface Agreement {
  /** Mean intersection over union, in [0, 1]. */
  mIoU: number;
  /** Share of pixels that agree, in [0, 1]. */
  pixelAccuracy: number;
  /** The intersection over union of each class; null for one that is not there. */
  perClass: readonly (number | null)[];
}

/** Returns the classes by the share that each takes, largest first, from 0.05 % upwards. */
export function shareList(names: readonly string[], shares: readonly number[]): string[] {
  return names
    .map((_, k) => k)
    .filter((k) => shares[k] >= 0.0005)
    .sort((a, b) => shares[b] - shares[a])
    .map((k) => `${names[k]} ${percent(shares[k])}`);
}

/** Returns the sentences of a segmentation's caption, from what is known. */
export function segmentationSentences(
  list: readonly string[],
  {
    agreement,
    milliseconds,
    message
  }: {agreement?: Agreement | null; milliseconds?: number; message?: string}
): string {
  const sentences: string[] = [];
  if (agreement) {
    const count = agreement.perClass.filter((iou) => iou !== null).length;
    sentences.push(
      `The network is right about ${percent(agreement.pixelAccuracy)} of the pixels; ` +
        `mean intersection over union (mIoU) ${agreement.mIoU.toFixed(2)} over ${count} classes.`
    );
  } else if (list.length > 0) sentences.push(`The network sees ${list.slice(0, 3).join(", ")}.`);
  if (milliseconds !== undefined) sentences.push(`It took ${Math.round(milliseconds)} ms.`);
  if (message) sentences.push(message);
  return sentences.join(" ");
}
