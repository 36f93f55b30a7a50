import type {Count, LensBox, WrongCounts} from "./boundaryLensData.ts";
import {percent} from "./percent.ts";

const count = (value: number) => value.toLocaleString("en");

/** Returns what is wrong in the lens and in all, in sentences with their numbers. */
export function lensSentences(
  {x, y, size}: LensBox,
  lens: WrongCounts,
  all: WrongCounts,
  hasTruth: boolean
): string {
  const place = `In the lens, ${size} × ${size} pixels from ${x}, ${y}`;
  if (!hasTruth) {
    const {some} = lens.decoder;
    const {crf} = lens;
    const other = crf === null ? "" : `, the CRF in ${count(crf.some)}`;
    return (
      `${place}, the decoder’s label is another than the encoder’s in ${count(some)}${other}. ` +
      `In the whole photograph it is in ${count(all.decoder.some)} of ${count(all.decoder.of)}` +
      `${all.crf === null ? "" : `, the CRF’s in ${count(all.crf.some)}`}. ` +
      "Which of them is right, nobody has said: a photograph comes without its true labels."
    );
  }
  return (
    `${place}, ${ofAll(lens.encoder)} are wrong with the encoder alone, ` +
    `${count(lens.decoder.some)} with the decoder${crfText(lens)}. In the whole picture, ` +
    `${ofAll(all.encoder)} are: ${count(all.decoder.some)} with the decoder${crfText(all)}. ` +
    "Pixels that mix two things have no true class, and are not counted."
  );
}

function ofAll({some, of}: Count): string {
  return `${count(some)} of ${count(of)}`;
}

function crfText({crf}: WrongCounts): string {
  return crf === null ? "" : `, ${count(crf.some)} with the CRF`;
}

/** Returns what stands beside a pane's title. */
export function paneText({some, of}: Count, hasTruth: boolean): string {
  if (!hasTruth) return `${count(some)} differ`;
  return of === 0 ? "no true class here" : `${percent(some / of)} wrong`;
}
