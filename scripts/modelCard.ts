// npm run model-card [-- OPTIONS]: measures the weights that ship and writes the tables of their
// model card, and pictures of the worst streets.

import {createHash} from "node:crypto";
import {readFileSync} from "node:fs";
import {fileURLToPath} from "node:url";
import {format, resolveConfig} from "prettier";
import {evaluatePictures, type Reading} from "../bin/evaluation.ts";
import {firstSeed, streetPictures} from "../bin/evaluationPictures.ts";
import {writeOutputFile} from "../bin/files.ts";
import {InputError, messageOf} from "../bin/inputError.ts";
import {readLabeled, type LabeledPictures} from "../bin/labeledPictures.ts";
import {integerOption, parseOptions} from "../bin/options.ts";
import {openNodeSegmenter, readWeights, shippedWeights} from "../bin/segmenter.ts";
import {drawPrediction, WorstPictures} from "../bin/worstPictures.ts";
import {classes} from "../src/model/classes.ts";
import {outputStrides} from "../src/model/deeplab.ts";
import type {Evaluation} from "../src/model/train/scores.ts";
import {readSafetensors, writeSafetensors, type Weights} from "../src/model/weights.ts";
import {
  markdownTable,
  replaceBetween,
  scoreTables,
  type Failure,
  type HeadScores,
  type Measured
} from "./modelCardTables.ts";

const help = `npm run model-card [-- OPTIONS]

Measures notebooks/weights/street.safetensors, both heads at every output stride, and writes
the tables of notebooks/weights/README.md and the pictures docs/images/failure-*.webp.

Options:
  --images DIR --labels DIR  labeled photographs to measure it on, too
  --full FILE                the same weights in full precision, to tell what half loses
  --scenes N                 how many procedural streets (default: 200)
  --help                     print this`;

const card = fileURLToPath(new URL("../notebooks/weights/README.md", import.meta.url));
const images = fileURLToPath(new URL("../docs/images/", import.meta.url));

/** How many failures the card shows. */
const FAILURES = 3;

try {
  await main();
} catch (error) {
  process.stderr.write(`model-card: ${messageOf(error)}\n`);
  process.exitCode = error instanceof InputError ? 2 : 1;
}

async function main(): Promise<void> {
  const {values} = parseOptions("model-card", process.argv.slice(2), {
    images: {type: "string"},
    labels: {type: "string"},
    full: {type: "string"},
    scenes: {type: "string", default: "200"},
    help: {type: "boolean", default: false}
  });
  if (values.help) return console.log(help);
  const count = integerOption("number of scenes", values.scenes, 1, 100_000);
  if ((values.images === undefined) !== (values.labels === undefined))
    throw new InputError("--images DIR and --labels DIR go together");
  const photographs =
    values.images === undefined || values.labels === undefined
      ? undefined
      : readLabeled(values.images, values.labels);
  const shipped = readWeights(shippedWeights);
  const full = values.full === undefined ? undefined : readWeights(values.full);
  if (full) checkSame(full.tensors, shipped.tensors, values.full!);

  const segmenter = await openNodeSegmenter(shipped);
  const heads = ["decoder", "encoder"] as const;
  const readings: Reading[] = outputStrides.map((outputStride) => ({
    segmenter,
    outputStride,
    heads
  }));
  if (full) readings.push({segmenter: await openNodeSegmenter(full), outputStride: 16, heads});

  const worst = new WorstPictures(FAILURES);
  const measured = [await measure("streets", streetPictures(count, firstSeed), readings, worst)];
  if (photographs) measured.push(await measure("photographs", photographs, readings));

  const failures = worst.pictures.map((picture, i): Failure => {
    const file = `failure-${i + 1}.webp`;
    const drawing = drawPrediction(picture, classes).toBuffer("image/webp", 80);
    writeOutputFile(`${images}${file}`, drawing);
    return {name: picture.name, mIoU: picture.mIoU, link: `../../docs/images/${file}`};
  });
  const bytes = readFileSync(shippedWeights);
  const what = [
    `${count} streets, seeds ${firstSeed.toLocaleString("en")} to ` +
      `${(firstSeed + count - 1).toLocaleString("en")}, at 257×193`,
    ...(photographs ? [`${photographs.count} photographs, at the size of their labels`] : [])
  ];
  const scores = `Of the file above on ${what.join(", and on ")}.\n\n${scoreTables(measured, failures)}`;
  let text = readFileSync(card, "utf8");
  text = replaceBetween(text, "file", fileTable(bytes));
  text = replaceBetween(text, "scores", scores);
  const options = await resolveConfig(card);
  writeOutputFile(card, await format(text, {...options, parser: "markdown"}));
}

/** Scores every reading on *pictures*; *worst* is offered the decoder's at output stride 16. */
async function measure(
  kind: string,
  pictures: LabeledPictures,
  readings: readonly Reading[],
  worst?: WorstPictures
): Promise<Measured> {
  const names = classes.map(({name}) => name);
  const shown = readings.findIndex(({outputStride}) => outputStride === 16);
  let done = 0;
  const evaluations = await evaluatePictures(pictures, names, readings, (sample, predictions) => {
    const [{labels, matrix}] = predictions[shown];
    worst?.offer(sample, labels, matrix.mIoU);
    if (++done % 25 === 0) process.stderr.write(`${done} of ${pictures.count} ${kind}\n`);
  });
  const both = ([decoder, encoder]: Evaluation[]): HeadScores => ({
    decoder: decoder.scores(),
    encoder: encoder.scores()
  });
  const [full] = evaluations.slice(outputStrides.length);
  return {
    kind,
    strides: new Map(outputStrides.map((stride, s) => [stride, both(evaluations[s])])),
    ...(full && {full: both(full)})
  };
}

/** Throws an InputError unless *full*, rounded to half precision, is *shipped*. */
function checkSame(full: Weights, shipped: Weights, path: string): void {
  const rounded = readSafetensors(writeSafetensors(full)).tensors;
  for (const [name, {data}] of shipped)
    if (rounded.get(name)!.data.some((value, i) => value !== data[i]))
      throw new InputError(`${path}: not the weights that ship: ${name} differs`);
}

/** What can be counted in the file itself. */
function fileTable(bytes: Uint8Array): string {
  const {tensors} = readSafetensors(bytes);
  let parameters = 0;
  for (const [name, {data}] of tensors) if (!name.includes("/moving_")) parameters += data.length;
  return markdownTable([
    ["", "street.safetensors"],
    ["parameters", parameters.toLocaleString("en")],
    ["bytes", bytes.length.toLocaleString("en")],
    ["SHA-256", `\`${createHash("sha256").update(bytes).digest("hex")}\``]
  ]);
}
