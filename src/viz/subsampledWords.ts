import type {LostResponses, SubsampledComparison, Upsampling} from "../model/subsample.ts";
import {count} from "./atrousFormsWords.ts";
import {percent} from "./percent.ts";

/** Returns how much is lost: a share, and what it is a share of. */
export function lostWords({strong, lost}: LostResponses): [share: string, of: string] {
  if (strong === 0) return ["Nothing", "stands out: the response is the same everywhere."];
  return [
    percent(lost / strong),
    `of the strongest responses come back at less than half their strength, or with the wrong sign.`
  ];
}

/** Returns "every 2nd pixel of every 2nd row", for a stride of 2, 4 or 8. */
export function everyPixel(stride: number): string {
  const ordinal = stride === 2 ? "2nd" : `${stride}th`;
  return `every ${ordinal} pixel of every ${ordinal} row`;
}

/** Returns a difference in a few words: exactly zero, or as a power of ten. */
export function differenceText(difference: number): string {
  return difference === 0 ? "0" : difference.toExponential(1);
}

/** Returns what the figure shows, in sentences with their numbers. */
export function subsampledSentences({
  words,
  stride,
  by,
  width,
  height,
  comparison: {small, difference, lost}
}: {
  /** What the filter is called. */
  words: string;
  stride: number;
  by: Upsampling;
  width: number;
  height: number;
  comparison: SubsampledComparison;
}): string {
  const between =
    by === "bilinear"
      ? `The ones between are interpolated (bilinear, corners aligned)`
      : `The ones between stay zero`;
  const sentences = [
    `Both ways apply ${words}, with the same weights, to the same part of the picture: taps ` +
      `${stride} pixels apart. Downsampling computes it at ${count(small.width * small.height)} of ` +
      `${count(width * height)} pixels, ${everyPixel(stride)}, and there the two differ by at most ` +
      `${differenceText(difference)}. ${between}.`
  ];
  if (lost.strong > 0)
    sentences.push(
      `Of the ${count(lost.strong)} strongest responses (the top 5 %, where no tap reads padding), ` +
        `${count(lost.lost)} are lost.`
    );
  sentences.push(
    `No blur goes before the downsampling, as none does in a network’s strided layers.`
  );
  return sentences.join(" ");
}
