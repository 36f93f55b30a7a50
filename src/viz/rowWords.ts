import type {RowFilter, RowTap} from "./rowTaps.ts";
import {kernelSpan} from "./rowTaps.ts";

const kinds: Record<RowFilter, string> = {
  blur: "their mean",
  edges: "the middle one, less the mean of the others"
};

/** Returns what a kernel of *kernelSize* taps, *rate* apart, reads and skips, in a sentence or two. */
export function kernelSentences(
  kernelSize: number,
  rate: number,
  {filter, padded}: {filter: RowFilter; padded: number}
): string {
  const span = kernelSpan(kernelSize, rate);
  const holes = span - kernelSize;
  const outside =
    padded === 0
      ? ""
      : ` ${padded} of its taps ${padded === 1 ? "falls" : "fall"} beyond the row, in the padding, ` +
        `which is all zeros (hollow).`;
  if (kernelSize === 1)
    return (
      "One weight reads one sample, and the output is the input. There is nothing between its " +
      "taps, so the rate changes nothing."
    );
  if (holes === 0)
    return (
      `At rate 1 the ${kernelSize} taps lie side by side: an ordinary convolution over ` +
      `${span} samples. The output is ${kinds[filter]}.${outside}`
    );
  return (
    `${kernelSize} weights (orange) reach over ${span} samples; the ${holes} between (hatched) are ` +
    `not read. A kernel without holes needs ${span} weights to reach as far. The output is ` +
    `${kinds[filter]}.${outside}`
  );
}

/** Returns the sum that makes an output, with the numbers in it: "(0.52 + 0.31) / 2". */
export function sumWords(
  taps: readonly RowTap[],
  signal: ArrayLike<number>,
  filter: RowFilter
): string {
  const reads = taps.map(({index, inside}) => (inside ? signal[index].toFixed(2) : "0"));
  if (reads.length === 1) return reads[0];
  if (filter === "blur") return `(${reads.join(" + ")}) / ${reads.length}`;
  const middle = (reads.length - 1) / 2;
  const others = reads.filter((_, i) => i !== middle);
  return `${reads[middle]} − (${others.join(" + ")}) / ${others.length}`;
}

/** Returns a number with a true minus sign and *digits* decimals. */
export function signed(value: number, digits: number): string {
  const text = Math.abs(value).toFixed(digits);
  return value < 0 && Number(text) > 0 ? `−${text}` : text;
}
