import {confusionRows, shortNames} from "../bin/evaluateReport.ts";
import type {OutputStride} from "../src/model/deeplab.ts";
import type {Scores} from "../src/model/train/scores.ts";

/** The scores of both heads. */
export interface HeadScores {
  decoder: Scores;
  encoder: Scores;
}

/** What was measured on one kind of pictures. */
export interface Measured {
  /** What they are, in the plural: `streets`. */
  kind: string;
  strides: ReadonlyMap<OutputStride, HeadScores>;
  /** The same at output stride 16 with weights in full precision, if there are any. */
  full?: HeadScores;
}

/** A picture of what went wrong. */
export interface Failure {
  name: string;
  mIoU: number;
  /** Where the picture lies, as the card links it. */
  link: string;
}

/** The output stride of every table that does not tell them apart. */
const STRIDE = 16;

/**
 * Returns *text* with what stands between `<!-- name -->` and `<!-- /name -->` replaced. Throws an
 * Error unless both markers are there once, in order.
 */
export function replaceBetween(text: string, name: string, content: string): string {
  const [open, close] = [`<!-- ${name} -->`, `<!-- /${name} -->`];
  const parts = text.split(open);
  const [, rest] = parts;
  if (parts.length !== 2 || text.split(close).length !== 2 || !rest.includes(close))
    throw new Error(`the text needs ${open} and then ${close}, once each`);
  return `${parts[0]}${open}\n\n${content}\n\n${close}${rest.slice(rest.indexOf(close) + close.length)}`;
}

/** Returns the tables of the model card as Markdown. */
export function scoreTables(measured: readonly Measured[], failures: readonly Failure[]): string {
  return [
    "### Heads and output strides",
    "mIoU, over the classes present.",
    strideTable(measured),
    "### Classes",
    `Intersection over union of each class, and their means, at output stride ${STRIDE}.`,
    classTable(measured),
    "### Near boundaries",
    `mIoU of the pixels within so many rows and columns of another class (chessboard distance), at output stride ${STRIDE}.`,
    trimapTable(measured),
    "### What is taken for what",
    `In percent of each class's pixels: decoder, output stride ${STRIDE}; a dot is none. ` +
      `Share is the percentage of all pixels.`,
    ...measured.flatMap(({kind, strides}) => {
      const {decoder} = strides.get(STRIDE)!;
      return [`On ${kind}:`, confusionTable(decoder), weakest(decoder)];
    }),
    ...(measured.some(({full}) => full)
      ? [
          "### Half precision",
          `mIoU at output stride ${STRIDE} of the file as it ships and of the same weights in full ` +
            `precision.`,
          precisionTable(measured)
        ]
      : []),
    "### The worst streets",
    `The streets of lowest mIoU of their own: decoder, output stride ${STRIDE}.`,
    ...failures.map(
      ({name, mIoU, link}) =>
        `![${name}, mIoU ${score(mIoU)}: the picture, its mistakes in red, the truth and the ` +
        `prediction](${link})`
    )
  ].join("\n\n");
}

/** Returns a fraction with three decimals and no leading zero; a dash for null. */
export function score(fraction: number | null): string {
  return fraction === null ? "–" : fraction.toFixed(3).replace(/^0(?=\.)/, "");
}

type Row = (scores: Scores) => number | null;

/** Returns the cells of a row: both heads on each kind of pictures. */
function cells(measured: readonly Measured[], stride: OutputStride, value: Row): string[] {
  return measured.flatMap(({strides}) => {
    const {decoder, encoder} = strides.get(stride)!;
    return [score(value(decoder)), score(value(encoder))];
  });
}

function header(measured: readonly Measured[]): string[] {
  return measured.flatMap(({kind}) => [`${kind}, decoder`, `${kind}, encoder alone`]);
}

function strideTable(measured: readonly Measured[]): string {
  const strides = [...measured[0].strides.keys()];
  const mIoU: Row = (scores) => scores.mIoU;
  return markdownTable([
    ["output stride", ...header(measured)],
    ...strides.map((stride) => [String(stride), ...cells(measured, stride, mIoU)])
  ]);
}

function classTable(measured: readonly Measured[]): string {
  const {confusion} = measured[0].strides.get(STRIDE)!.decoder;
  const rows: [name: string, value: Row][] = [
    ["mIoU", ({mIoU}) => mIoU],
    ["frequency-weighted IoU", ({frequencyWeightedIoU}) => frequencyWeightedIoU],
    ["pixel accuracy", ({pixelAccuracy}) => pixelAccuracy],
    ...confusion.classes.map((name): [string, Row] => [name, ({perClass}) => perClass[name]])
  ];
  return markdownTable([
    ["", ...header(measured)],
    ...rows.map(([name, value]) => [name, ...cells(measured, STRIDE, value)])
  ]);
}

function trimapTable(measured: readonly Measured[]): string {
  const {trimap} = measured[0].strides.get(STRIDE)!.decoder;
  return markdownTable([
    ["within", ...header(measured)],
    ...trimap.map(({band}, b) => [
      `${band} px`,
      ...cells(measured, STRIDE, ({trimap}) => trimap[b].mIoU)
    ]),
    ["anywhere", ...cells(measured, STRIDE, ({mIoU}) => mIoU)]
  ]);
}

function confusionTable({confusion}: Scores): string {
  return markdownTable([
    ["truth", "share", ...shortNames(confusion.classes)],
    ...confusionRows(confusion).map(({name, share, cells}) => [name, share, ...cells])
  ]);
}

/** Says of the three classes of lowest IoU what they are most often taken for. */
function weakest({perClass, confusion: {classes, counts}}: Scores): string {
  const present = classes.flatMap((name, c) => {
    const iou = perClass[name];
    return iou === null ? [] : [{name, iou, row: counts[c]}];
  });
  const lowest = present.sort((a, b) => a.iou - b.iou).slice(0, 3);
  const sentences = lowest.map(({name, iou, row}) => {
    const pixels = row.reduce((a, b) => a + b);
    const others = row
      .map((count, other) => ({name: classes[other], share: Math.round((100 * count) / pixels)}))
      .filter(({name: other, share}) => other !== name && share > 0)
      .sort((a, b) => b.share - a.share)
      .slice(0, 2)
      .map(({name, share}, i) => `${share} % ${i === 0 ? "taken " : ""}for ${name}`);
    return `${name} (${[score(iou), others.join(", ")].filter(Boolean).join("; ")})`;
  });
  return `Weakest: ${sentences.join("; ")}.`;
}

function precisionTable(measured: readonly Measured[]): string {
  const rows = measured.flatMap(({kind, strides, full}) =>
    full
      ? (["decoder", "encoder"] as const).map((head) => {
          const half = strides.get(STRIDE)![head].mIoU;
          const whole = full[head].mIoU;
          const loss = half === null || whole === null ? "–" : (100 * (whole - half)).toFixed(3);
          const name = head === "encoder" ? "encoder alone" : head;
          return [`${kind}, ${name}`, fine(half), fine(whole), loss];
        })
      : []
  );
  return markdownTable([["", "half", "full", "loss, points"], ...rows]);
}

/** Half precision loses less than three decimals show. */
function fine(fraction: number | null): string {
  return fraction === null ? "–" : fraction.toFixed(5).replace(/^0(?=\.)/, "");
}

/** Returns rows as a Markdown table, numbers to the right. */
export function markdownTable([header, ...rows]: readonly (readonly string[])[]): string {
  const line = (row: readonly string[]) => `| ${row.join(" | ")} |`;
  const rule = header.map((_, c) => (c === 0 ? "---" : "--:"));
  return [header, rule, ...rows].map(line).join("\n");
}
