import {strips, type AccountRow, type DeskReading, type DeskStreet} from "./mixingDeskData.ts";

/** Who makes up the scores of a pixel, for both heads. */
export interface PixelAccount {
  readonly x: number;
  readonly y: number;
  readonly encoder: readonly AccountRow[];
  readonly decoder: readonly AccountRow[];
}

/**
 * Returns the desk as CSV: each branch's factor, each class's IoU with the desk untouched and as it
 * stands, and what each branch adds to each class's logit at the pinned pixel.
 */
export function deskCsv(
  {plain}: DeskStreet,
  reading: DeskReading,
  gains: readonly number[],
  account: PixelAccount | null,
  names: readonly string[]
): Blob {
  const lines = [
    ["what", "which", "value", "untouched"],
    ...strips.map(({name}, i) => ["factor", name, gains[i], 1]),
    ["mIoU", "", reading.mIoU, plain.mIoU],
    ...names.map((name, i) => ["IoU", name, reading.perClass[i] ?? "", plain.perClass[i] ?? ""])
  ];
  const head = (last: readonly string[]) => ["class", ...strips.map(({name}) => name), ...last];
  const rows = (title: string, last: readonly string[], of: readonly AccountRow[]) => [
    [title],
    head(last),
    ...of.map(({logit, parts, sum, other}, i) => [names[i], ...parts, sum, other, logit])
  ];
  if (account !== null) {
    const {x, y, encoder, decoder} = account;
    const at = `at ${x} ${y}`;
    lines.push(
      ...rows(`encoder’s logits ${at}: exact shares`, ["sum", "bias", "logit"], encoder),
      ...rows(`decoder’s logits ${at}: what muting takes`, ["sum", "all at once", "logit"], decoder)
    );
  }
  return new Blob([`${lines.map((line) => line.join(",")).join("\n")}\n`], {type: "text/csv"});
}
