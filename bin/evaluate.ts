import {basename, extname, join} from "node:path";
import {classes as camVid, VOID, type SegmentationClass} from "../src/model/classes.ts";
import type {Head} from "../src/model/segment.ts";
import type {Evaluation} from "../src/model/train/scores.ts";
import {crfHelp, crfOption, crfOptions} from "./crfRefinement.ts";
import {evaluateReport, type ScoresByHead} from "./evaluateReport.ts";
import {evaluatePictures} from "./evaluation.ts";
import {choosePictures} from "./evaluationPictures.ts";
import {makeFolder, writeOutputFile} from "./files.ts";
import {InputError} from "./inputError.ts";
import {outputStrideOption} from "./networkOptions.ts";
import {choiceOption, integerOption, parseOptions} from "./options.ts";
import {openNodeSegmenter, readWeights, shippedWeights} from "./segmenter.ts";
import {percent, table} from "./table.ts";
import type {WorstPictures} from "./worstPictures.ts";

const help = `deeplab evaluate --images DIR --labels DIR | --scenes N [options]

Scores the network on pictures whose labels are known: one confusion matrix over all
pixels that are not void, intersection over union (IoU) by class, their mean over the
classes present (mIoU), and their mean weighted by how often each class occurs. Near
boundaries (where a pixel of another class lies within so many rows and columns) the mean is
given too.

Options:
  --images DIR             PNG or JPEG pictures
  --labels DIR             a PNG for each, of the same name and size, whose 8-bit samples
                           are labels: for the classes that ship 0 to ${camVid.length - 1}, or ${VOID}
                           for void; a classes.json beside it may say otherwise
  --scenes N               instead: N procedural streets, none of which training has seen
  --seed S                 the first of them (default: 0)
  --head decoder|encoder|both
                           which of the two predictions (default: decoder, or encoder
                           for weights without decoder)
  --output-stride 8|16|32  how finely the encoder samples (default: 16)
  --crf                    refine each prediction by a fully connected CRF
${crfHelp}
  --weights FILE           safetensors that train wrote, of any classes
                           (default: those shipped)
  --worst N                also write the N pictures of lowest own mIoU, each with truth,
                           prediction and mistakes (the decoder's, for both heads)
  --out DIR                where to write them (default: out)
  --json                   print one JSON object instead of the tables
  --help                   print this`;

/** Runs `deeplab evaluate`. Throws an InputError for whatever the user can put right. */
export async function evaluateCommand(args: string[]): Promise<void> {
  const {values, positionals} = parseOptions("evaluate", args, {
    images: {type: "string"},
    labels: {type: "string"},
    scenes: {type: "string"},
    seed: {type: "string"},
    head: {type: "string"},
    "output-stride": {type: "string"},
    crf: {type: "boolean", default: false},
    ...crfOptions,
    weights: {type: "string", default: shippedWeights},
    worst: {type: "string"},
    out: {type: "string"},
    json: {type: "boolean", default: false},
    help: {type: "boolean", default: false}
  });
  if (values.help) return console.log(help);
  if (positionals.length > 0) {
    throw new InputError(`unexpected argument: ${positionals[0]}; see evaluate --help`);
  }
  const head =
    values.head === undefined
      ? undefined
      : choiceOption("head", values.head, ["decoder", "encoder", "both"]);
  const outputStride = outputStrideOption(values["output-stride"]);
  const crf = crfOption(values);
  const worst = await chooseWorst(values);
  const weights = readWeights(values.weights);
  const {classes, decoder} = weights.network;
  const heads = chooseHeads(head, decoder, values.weights);
  const pictures = choosePictures(values, classes);
  if (worst) makeFolder(worst.folder);
  const segmenter = await openNodeSegmenter(weights);

  let done = 0;
  const names = classes.map(({name}) => name);
  const readings = [{segmenter, outputStride, heads, crf}];
  const [evaluations] = await evaluatePictures(pictures, names, readings, (sample, [[first]]) => {
    worst?.pictures.offer(sample, first.labels, first.matrix.mIoU);
    showProgress(++done, pictures.count, first.evaluation);
  });
  segmenter.dispose();
  const scores = heads.map((head, h) => [head, evaluations[h].scores()] as const);
  const written = worst && (await writeWorst(worst, classes));
  console.log(values.json ? toJson(scores, written) : report(scores, written));
}

/** Returns the heads that `--head` asks of weights that have a decoder or none. */
function chooseHeads(
  asked: Head | "both" | undefined,
  decoder: boolean,
  path: string
): readonly Head[] {
  if (!decoder && asked !== undefined && asked !== "encoder")
    throw new InputError(`${path}: these weights have no decoder; --head encoder is legal`);
  if (asked === "both") return ["decoder", "encoder"];
  return [asked ?? (decoder ? "decoder" : "encoder")];
}

/** The worst pictures, and the folder to write them to. */
interface Worst {
  pictures: WorstPictures;
  folder: string;
}

/** Returns what `--worst` and `--out` ask for; undefined if nothing. */
async function chooseWorst(values: {worst?: string; out?: string}): Promise<Worst | undefined> {
  if (values.worst === undefined) {
    if (values.out !== undefined) throw new InputError("--out is where --worst N writes: add it");
    return undefined;
  }
  const count = integerOption("number of worst pictures", values.worst, 1, 1000);
  const {WorstPictures} = await import("./worstPictures.ts");
  return {pictures: new WorstPictures(count), folder: values.out ?? "out"};
}

/** A picture that was written: its own mIoU, and the file. */
interface WrittenPicture {
  name: string;
  mIoU: number;
  file: string;
}

async function writeWorst(
  {pictures: {pictures}, folder}: Worst,
  classes: readonly SegmentationClass[]
): Promise<WrittenPicture[]> {
  const {drawPrediction} = await import("./worstPictures.ts");
  return pictures.map((picture, i) => {
    const {name, mIoU} = picture;
    const stem = basename(name, extname(name)).replaceAll(" ", "-");
    const file = join(folder, `worst-${i + 1}-${stem}.png`);
    writeOutputFile(file, drawPrediction(picture, classes).toBuffer("image/png"));
    return {name, mIoU, file};
  });
}

function toJson(scores: ScoresByHead, worst: WrittenPicture[] | undefined): string {
  const all = scores.length > 1 ? Object.fromEntries(scores) : scores[0][1];
  return JSON.stringify(worst ? {...all, worst} : all);
}

function report(scores: ScoresByHead, worst: WrittenPicture[] | undefined): string {
  if (!worst?.length) return evaluateReport(scores);
  const rows = worst.map(({name, mIoU, file}) => [name, percent(mIoU), file]);
  return `${evaluateReport(scores)}\n\n${table([["worst pictures", "own mIoU", "written to"], ...rows])}`;
}

/** Tells how far it is on standard error: in place on a terminal, else now and then a line. */
function showProgress(done: number, count: number, evaluation: Evaluation): void {
  const terminal = process.stderr.isTTY;
  if (!terminal && done % 25 !== 0) return;
  const line = `${done} of ${count}  mIoU ${percent(evaluation.matrix.mIoU)}`;
  process.stderr.write(terminal ? `\r${line}${done === count ? "\n" : ""}` : `${line}\n`);
}
