import {classes, VOID} from "../src/model/classes.ts";
import {labelsFromLogits} from "../src/model/logits.ts";
import {Evaluation, type Scores} from "../src/model/train/metrics.ts";
import {InputError} from "./inputError.ts";
import {readLabeled, type LabeledPictures} from "./labeledPictures.ts";
import {outputStrideOption} from "./networkOptions.ts";
import {choiceOption, integerOption, parseOptions} from "./options.ts";
import {openNodeSegmenter, readWeights, shippedWeights} from "./segmenter.ts";
import {percent, table} from "./table.ts";

const help = `deeplab evaluate --images DIR --labels DIR | --scenes N [options]

Scores the network on pictures whose labels are known: one confusion matrix over all
pixels that are not void, intersection over union (IoU) by class, and their mean over the
classes present. Near boundaries (within so many pixels, along either axis, of another
class) the mean is given too.

Options:
  --images DIR             PNG or JPEG pictures
  --labels DIR             a PNG for each, of the same name and size, whose 8-bit samples
                           are labels: 0 to ${classes.length - 1}, or ${VOID} for void
  --scenes N               instead: N procedural streets, none of which training has seen
  --seed S                 the first of them (default: 0)
  --head decoder|encoder   which of the two predictions (default: decoder)
  --output-stride 8|16|32  how finely the encoder samples (default: 16)
  --weights FILE           safetensors of the shipped architecture (default: those shipped)
  --json                   print one JSON object instead of the tables
  --help                   print this`;

/** Training draws scenes from the seeds below, evaluation from this one up. */
const firstSeed = 1_000_000;

/** Runs `deeplab evaluate`. Throws an InputError for whatever the user can put right. */
export async function evaluateCommand(args: string[]): Promise<void> {
  const {values, positionals} = parseOptions("evaluate", args, {
    images: {type: "string"},
    labels: {type: "string"},
    scenes: {type: "string"},
    seed: {type: "string"},
    head: {type: "string", default: "decoder"},
    "output-stride": {type: "string"},
    weights: {type: "string", default: shippedWeights},
    json: {type: "boolean", default: false},
    help: {type: "boolean", default: false}
  });
  if (values.help) return console.log(help);
  if (positionals.length > 0) {
    throw new InputError(`unexpected argument: ${positionals[0]}; see evaluate --help`);
  }
  const head = choiceOption("head", values.head, ["decoder", "encoder"]);
  const outputStride = outputStrideOption(values["output-stride"]);
  const samples = chooseSamples(values);
  const segmenter = await openNodeSegmenter(readWeights(values.weights));

  const evaluation = new Evaluation();
  let done = 0;
  for await (const {picture, truth} of samples.each()) {
    const {logits} = await segmenter.segment(picture, {outputStride, head});
    const {width, height, labels} = truth;
    evaluation.add(labels, labelsFromLogits(logits, width, height), width, height);
    showProgress(++done, samples.count, evaluation);
  }
  segmenter.dispose();
  const scores = evaluation.scores();
  console.log(values.json ? JSON.stringify(scores) : report(scores));
}

/** Returns the samples that the options ask for. Throws an InputError if they contradict. */
function chooseSamples(values: {
  images?: string;
  labels?: string;
  scenes?: string;
  seed?: string;
}): LabeledPictures {
  const {images, labels, scenes, seed} = values;
  if (scenes !== undefined) {
    if (images !== undefined || labels !== undefined) {
      throw new InputError("--scenes makes its own pictures: leave out --images and --labels");
    }
    const count = integerOption("number of scenes", scenes, 1, 100_000);
    return drawnSamples(count, firstSeed + integerOption("seed", seed ?? "0", 0, 1e9));
  }
  if (seed !== undefined) throw new InputError("--seed chooses scenes: it needs --scenes");
  if (images === undefined || labels === undefined) {
    throw new InputError("evaluate needs --images DIR and --labels DIR, or --scenes N");
  }
  return readLabeled(images, labels);
}

/** Procedural streets of consecutive seeds, at the size that the network reads. */
function drawnSamples(count: number, seed: number): LabeledPictures {
  return {
    count,
    async *each() {
      const {drawStreet} = await import("./streets.ts");
      for (let i = 0; i < count; ++i) yield drawStreet(seed + i);
    }
  };
}

/** Tells how far it is on standard error: in place on a terminal, else now and then a line. */
function showProgress(done: number, count: number, evaluation: Evaluation): void {
  const terminal = process.stderr.isTTY;
  if (!terminal && done % 25 !== 0) return;
  const line = `${done} of ${count}  mIoU ${percent(evaluation.matrix.mIoU)}`;
  process.stderr.write(terminal ? `\r${line}${done === count ? "\n" : ""}` : `${line}\n`);
}

function report({mIoU, pixelAccuracy, perClass, trimap, images}: Scores): string {
  return [
    table([
      ["pictures", String(images)],
      ["mIoU", percent(mIoU)],
      ["pixel accuracy", percent(pixelAccuracy)]
    ]),
    table([
      ["class", "IoU"],
      ...Object.entries(perClass).map(([name, iou]) => [name, percent(iou)])
    ]),
    table([
      ["within", "mIoU"],
      ...trimap.map(({band, mIoU}) => [`${band} px of a boundary`, percent(mIoU)])
    ])
  ].join("\n\n");
}
