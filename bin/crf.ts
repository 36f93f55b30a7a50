import type {Head} from "../src/model/segment.ts";
import {crfRun, type CrfIteration} from "../src/model/crf/crfRun.ts";
import {networkProblem} from "../src/model/crf/networkProblem.ts";
import {Evaluation, trimapRings, type Scores} from "../src/model/train/scores.ts";
import {crfHelp, crfOptions, crfRefinement} from "./crfRefinement.ts";
import {choosePictures} from "./evaluationPictures.ts";
import {InputError} from "./inputError.ts";
import {readLabeledPicture, type LabeledPicture} from "./labeledPictures.ts";
import {choiceOption, parseOptions} from "./options.ts";
import {openNodeSegmenter, readWeights, shippedWeights, type WeightsFile} from "./segmenter.ts";
import {percent, table} from "./table.ts";

const help = `deeplab crf --image FILE --truth FILE | --scene SEED [options]

Refines what the network says of one picture by a fully connected CRF, and tells, iteration by
iteration, its free energy, what changed, and how much of it is right.

Options:
  --image FILE             a picture, PNG or JPEG
  --truth FILE             its labels, as evaluate --labels reads them
  --scene SEED             instead: a street, the one that evaluate --scenes 1 --seed SEED draws
  --head decoder|encoder   whose probabilities (default: encoder)
${crfHelp}
  --weights FILE           safetensors that train wrote, of any classes
                           (default: those shipped)
  --json                   print one JSON object instead of the tables
  --help                   print this`;

/** An iteration without its maps, but with how right they are. */
interface ScoredIteration extends Omit<CrfIteration, "Q" | "labels" | "received"> {
  mIoU: number | null;
  pixelAccuracy: number | null;
  /** How long it took; iteration 0: the build. */
  milliseconds: number;
}

/** Runs `deeplab crf`. Throws an InputError for whatever the user can put right. */
export async function crfCommand(args: string[]): Promise<void> {
  const {values, positionals} = parseOptions("crf", args, {
    image: {type: "string"},
    truth: {type: "string"},
    scene: {type: "string"},
    head: {type: "string", default: "encoder"},
    ...crfOptions,
    weights: {type: "string", default: shippedWeights},
    json: {type: "boolean", default: false},
    help: {type: "boolean", default: false}
  });
  if (values.help) return console.log(help);
  if (positionals.length > 0)
    throw new InputError(`unexpected argument: ${positionals[0]}; see crf --help`);
  const head: Head = choiceOption("head", values.head, ["decoder", "encoder"]);
  const {iterations, ...kernels} = crfRefinement(values);
  const weights = readWeights(values.weights);
  if (head === "decoder" && !weights.network.decoder)
    throw new InputError(
      `${values.weights}: these weights have no decoder; --head encoder is legal`
    );
  const {picture, truth} = await choosePicture(values, weights);

  const segmenter = await openNodeSegmenter(weights);
  const {logits} = await segmenter.segment(picture, {head});
  segmenter.dispose();
  const problem = networkProblem(picture, logits, kernels);
  const {width, height, labels} = problem;

  const names = weights.network.classes.map(({name}) => name);
  const rings = trimapRings(truth.labels, width, height, names.length);
  const scored: ScoredIteration[] = [];
  const scores: Scores[] = [];
  let since = performance.now();
  const run = await crfRun(problem);
  for (let i = 0; i <= iterations; i++) {
    const {iteration, labels: found, freeEnergy, changed, largestChange} = run.next();
    const milliseconds = performance.now() - since;
    const evaluation = new Evaluation(names);
    evaluation.add(truth.labels, found, rings);
    const {mIoU, pixelAccuracy} = evaluation.matrix;
    scored.push({iteration, freeEnergy, changed, largestChange, mIoU, pixelAccuracy, milliseconds});
    if (i === 0 || i === iterations) scores.push(evaluation.scores());
    since = performance.now();
  }
  const [before, after = before] = scores;
  const trimap = before.trimap.map(({band, mIoU}, b) => ({
    band,
    before: mIoU,
    after: after.trimap[b].mIoU
  }));
  const found = {width, height, labels, head, ...kernels, iterations: scored, trimap};
  console.log(values.json ? JSON.stringify(found) : report(found));
}

async function choosePicture(
  values: {image?: string; truth?: string; scene?: string},
  {network: {classes}}: WeightsFile
): Promise<LabeledPicture> {
  const {image, truth, scene} = values;
  if (scene !== undefined) {
    if (image !== undefined || truth !== undefined)
      throw new InputError("--scene draws its own picture: leave out --image and --truth");
    for await (const street of choosePictures({scenes: "1", seed: scene}, classes).each())
      return street;
  }
  if (image === undefined || truth === undefined)
    throw new InputError("crf needs --image FILE and --truth FILE, or --scene SEED");
  return readLabeledPicture(image, truth, classes);
}

function report({
  width,
  height,
  labels,
  iterations,
  trimap
}: {
  width: number;
  height: number;
  labels: number;
  iterations: readonly ScoredIteration[];
  trimap: readonly {band: number; before: number | null; after: number | null}[];
}): string {
  return [
    `${width}×${height}, ${labels} labels`,
    table([
      ["iteration", "free energy", "labels changed", "largest change", "mIoU", "accuracy", "ms"],
      ...iterations.map((row) => [
        String(row.iteration),
        row.freeEnergy!.toFixed(1),
        String(row.changed),
        row.largestChange.toFixed(4),
        percent(row.mIoU),
        percent(row.pixelAccuracy),
        row.milliseconds.toFixed(1)
      ])
    ]),
    table([
      ["within", "mIoU before", "after"],
      ...trimap.map(({band, before, after}) => [
        `${band} px of a boundary`,
        percent(before),
        percent(after)
      ])
    ])
  ].join("\n\n");
}
