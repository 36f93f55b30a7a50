import type {Head} from "../src/model/segment.ts";
import type {Scores} from "../src/model/train/scores.ts";
import {percent, table} from "./table.ts";

/** The scores of each head that was asked for. */
export type ScoresByHead = readonly (readonly [head: Head, scores: Scores])[];

/** A confusion table of more classes than this is too wide to be read. */
const MOST_COLUMNS = 20;

/** Returns *scores* as tables for people, one column for each head, and a confusion table each. */
export function evaluateReport(scores: ScoresByHead): string {
  const [[, first]] = scores;
  const several = scores.length > 1;
  const row = (name: string, value: (scores: Scores) => number | null) => [
    name,
    ...scores.map(([, own]) => percent(value(own)))
  ];
  const heads = scores.map(([head]) => head);
  return [
    table([["pictures", String(first.images)]]),
    table([
      ...(several ? [["head", ...heads]] : []),
      row("mIoU", ({mIoU}) => mIoU),
      row("frequency-weighted IoU", ({frequencyWeightedIoU}) => frequencyWeightedIoU),
      row("pixel accuracy", ({pixelAccuracy}) => pixelAccuracy)
    ]),
    table([
      ["class", ...(several ? heads.map((head) => `IoU, ${head}`) : ["IoU"])],
      ...first.confusion.classes.map((name) => row(name, ({perClass}) => perClass[name]))
    ]),
    table([
      ["within", ...(several ? heads.map((head) => `mIoU, ${head}`) : ["mIoU"])],
      ...first.trimap.map(({band}, b) =>
        row(`${band} px of a boundary`, ({trimap}) => trimap[b].mIoU)
      )
    ]),
    ...scores.map(([head, own]) => confusionReport(own, several ? ` (${head})` : ""))
  ].join("\n\n");
}

function confusionReport({confusion}: Scores, whose: string): string {
  const {classes} = confusion;
  if (classes.length > MOST_COLUMNS)
    return `confusion of ${classes.length} classes${whose}: too wide for a table, see --json`;
  return (
    `what each class was taken for${whose}, in % of its pixels; share: its % of all pixels\n` +
    table([
      ["class", "share", ...shortNames(classes)],
      ...confusionRows(confusion).map(({name, share, cells}) => [name, share, ...cells])
    ])
  );
}

/**
 * Returns the rows of a confusion matrix as text: what percent of all pixels the class has, and of
 * its own pixels what percent was predicted as each class. A dot is none, a dash a class that the
 * truth lacks.
 */
export function confusionRows({
  classes,
  counts
}: Scores["confusion"]): {name: string; share: string; cells: string[]}[] {
  const sums = counts.map((row) => row.reduce((a, b) => a + b));
  const all = sums.reduce((a, b) => a + b);
  return classes.map((name, c) => ({
    name,
    share: all > 0 ? ((100 * sums[c]) / all).toFixed(1) : "–",
    cells: counts[c].map((count) => {
      if (sums[c] === 0) return "–";
      return count === 0 ? "·" : ((100 * count) / sums[c]).toFixed(0);
    })
  }));
}

/** Returns the first letters of *names*: four, or as many more as tell them apart. */
export function shortNames(names: readonly string[]): string[] {
  for (let length = 4; ; ++length) {
    const short = names.map((name) => name.slice(0, length));
    if (new Set(short).size === new Set(names).size) return short;
  }
}
