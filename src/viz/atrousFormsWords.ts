import type {Filter, Response} from "../model/atrousForms.ts";
import {percent} from "./percent.ts";
import type {Pixel} from "./pixelPointer.ts";
import {responseText} from "./responseMap.ts";

/** Returns a whole number with its thousands apart: "446,409". */
export function count(value: number): string {
  return value.toLocaleString("en");
}

/**
 * Returns what three ways of computing one convolution did, in sentences with their numbers:
 * *filter* at *rate* on a picture of *width* × *height*. What has not been computed is left out.
 */
export function formsSentences({
  words,
  filter,
  rate,
  width,
  height,
  dense,
  difference
}: {
  /** What the filter is called. */
  words: string;
  filter: Filter;
  rate: number;
  width: number;
  height: number;
  dense: Response | null;
  /** The largest difference between the three, if all three are there. */
  difference: number | null;
}): string {
  const {size, channels} = filter;
  const span = size + (size - 1) * (rate - 1);
  const zeros = span ** 2 - size ** 2;
  const each = channels === 1 ? "" : ` for each of ${channels} channels`;
  const sentences = [
    `${words[0].toUpperCase()}${words.slice(1)} at rate ${rate}: ${size ** 2} weights${each}, and ` +
      (rate === 1
        ? `no hole between them.`
        : `${count(zeros)} zeros between them in a kernel of side ${size} + ${size - 1} · ` +
          `${rate - 1} = ${span}. Of the multiply-adds of the middle form ` +
          `${shareOfZeros(zeros, span)} multiply by one of those zeros.`)
  ];
  if (dense && dense.done < dense.multiplyAdds && span > 2 * Math.min(width, height) - 1)
    sentences.push(
      `The kernel is wider than the picture can meet, so what is sure to meet only padding was ` +
        `left out: ${percent(dense.done / dense.multiplyAdds)} of them were done.`
    );
  const middle = filter.weights.subarray((filter.weights.length - channels) / 2).slice(0, channels);
  if (metByOthers(width, height, rate) === 0 && middle.every((weight) => weight === 0))
    sentences.push(`Only the middle tap meets the picture, and it weighs 0: so is each response.`);
  if (difference !== null)
    sentences.push(
      difference === 0
        ? `The three responses are the same at all ${count(width * height)} pixels, to the last bit.`
        : `The three responses differ by at most ${difference.toExponential(1)}: rounding.`
    );
  return sentences.join(" ");
}

/** A share with as many digits as keep it from 100 %, which it is not. */
function shareOfZeros(zeros: number, span: number): string {
  const hundredths = (100 * zeros) / span ** 2;
  const digits = [0, 1, 2, 3].find((n) => Number(hundredths.toFixed(n)) < 100) ?? 4;
  return `${hundredths.toFixed(digits)} %`;
}

/**
 * Returns at how many pixels of a picture some tap but the middle one of a kernel at *rate* meets
 * the picture.
 */
export function metByOthers(width: number, height: number, rate: number): number {
  // Pixels of a line from which neither neighbor at that distance is on the line.
  const alone = (length: number) => Math.min(length, rate) - Math.max(0, length - rate);
  return width * height - Math.max(0, alone(width)) * Math.max(0, alone(height));
}

/**
 * Returns whether *rate* is the smallest at which nothing but the middle tap ever meets a picture of
 * *width* × *height*, and how near to that it is, in a sentence.
 */
export function middleOnly(
  width: number,
  height: number,
  rate: number
): {smallest: boolean; sentence: string} {
  const met = metByOthers(width, height, rate);
  if (met > 0) {
    const of = `${count(met)} of ${count(width * height)} pixels`;
    return {
      smallest: false,
      sentence: `At rate ${rate} some other tap meets the picture at ${of}.`
    };
  }
  const smallest = rate === 1 || metByOthers(width, height, rate - 1) > 0;
  const more = smallest ? "" : "; a smaller rate would do";
  return {smallest, sentence: `At rate ${rate} no other tap meets the picture${more}.`};
}

/** Returns what the responses, null while not known, are at pixel *at*. */
export function pixelSentence(at: Pixel, responses: readonly (number | null)[]): string {
  const known = responses.filter((response) => response !== null).map(responseText);
  const missing = known.length < responses.length ? ", the rest on its way" : "";
  const joint = new Set(known).size > 1 ? ", " : " = ";
  return `Pixel ${at.x}, ${at.y}: ${known.join(joint)}${missing}`;
}
