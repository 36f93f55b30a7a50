import {percent} from "./percent.ts";
import {tapShares} from "./taps.ts";

/** Returns what a tap diagram shows, for a *width* × *height* feature map, in a sentence or two. */
export function tapSentences(rates: readonly number[], width: number, height: number): string {
  const nine = rates.map((rate) => percent(tapShares(rate, width, height)[9]));
  const single = rates.filter((rate) => tapShares(rate, width, height)[1] === 1);
  const first =
    `The feature map has ${width} × ${height} places. Kernels of rate ${and(rates)} have all nine taps ` +
    `inside it at ${and(nine)} of them.`;
  if (single.length === 0) return first;
  return (
    `${first} At rate ${and(single)} only the middle tap is ever inside: that 3×3 convolution ` +
    `has become a 1×1.`
  );
}

/**
 * Returns why the scale of the rates ends at **minScale** or **maxScale**, if *scale* is there:
 * which rates would be used, and what that makes of the kernels. Otherwise, from where to where the
 * scale goes.
 */
export function boundReason(
  scale: number,
  {
    minScale,
    maxScale,
    smallest,
    used,
    width,
    height
  }: {
    minScale: number;
    maxScale: number;
    /** The smallest rate of any output stride at *minScale*. */
    smallest: number;
    /** The rates in use, and the feature map's size. */
    used: readonly number[];
    width: number;
    height: number;
  }
): string {
  if (scale <= minScale)
    return (
      `×${minScale} is the least: at the coarsest output stride the smallest rate is then ` +
      `${smallest}${smallest === 1 ? ", a kernel without holes" : ""}, and rates are whole numbers.`
    );
  if (scale >= maxScale) {
    const single = used.filter((rate) => tapShares(rate, width, height)[1] === 1);
    if (single.length === 0) return `×${maxScale} is the most that this figure offers.`;
    const reach = single.length > 1 ? "rates already reach" : "rate already reaches";
    return (
      `×${maxScale} is the most: at ${and(single)}, the ${reach} past the map’s ` +
      `${width} × ${height} places from anywhere, so that more would change nothing.`
    );
  }
  return `From ×${minScale} to ×${maxScale}. Rates are whole numbers, so a small step may change none.`;
}

/** Returns items as English lists them: "3, 6 and 9". */
export function and(items: readonly (string | number)[]): string {
  if (items.length < 2) return items.join("");
  return `${items.slice(0, -1).join(", ")} and ${items[items.length - 1]}`;
}
