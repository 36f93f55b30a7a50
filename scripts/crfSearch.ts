// npm run -s crf-search -- streets N | photographs IMAGES LABELS [N]: what a CRF does to the
// prediction of the shipped network's encoder, by its parameters, as the tables of docs/crf.md. Of
// photographs, the parameters are tried on every fourth (or N in all, evenly spread), and the best
// and the default on all of them.

import {drawStreet} from "../bin/streets.ts";
import {firstSeed} from "../bin/evaluationPictures.ts";
import {readLabeled, type LabeledPicture} from "../bin/labeledPictures.ts";
import {openNodeSegmenter, readWeights, shippedWeights} from "../bin/segmenter.ts";
import {classes} from "../src/model/classes.ts";
import {denseCrf, type DenseCrfOptions} from "../src/model/crf/index.ts";
import {networkProblem} from "../src/model/crf/networkProblem.ts";
import type {Logits} from "../src/model/logits.ts";
import {mulberry32} from "../src/model/random.ts";
import {addByRing, ConfusionMatrix} from "../src/model/train/metrics.ts";
import {trimapRings} from "../src/model/train/scores.ts";
import {trimapBands} from "../src/model/train/trimap.ts";

type Kernels = Required<Pick<DenseCrfOptions, "smoothness" | "appearance">>;

/** A picture, what the encoder says of it, and how near its boundaries its pixels are. */
interface Sample extends LabeledPicture {
  logits: Logits;
  rings: Uint8Array;
}

const ITERATIONS = 10;
const RESAMPLES = 2000;

const kernels = (
  [sxy, weight]: readonly [number, number],
  [axy, srgb, heavy]: readonly [number, number, number]
): Kernels => ({smoothness: {sxy, weight}, appearance: {sxy: axy, srgb, weight: heavy}});

const usual = kernels([3, 3], [60, 10, 10]);
/** Parameters that others published, and the default's with one or two changed. */
const candidates: Kernels[] = [
  usual,
  kernels([3, 3], [80, 13, 10]),
  kernels([3, 3], [50, 3, 5]),
  kernels([1, 3], [67, 3, 4]),
  kernels([3, 3], [60, 10, 5]),
  kernels([3, 3], [60, 10, 2]),
  kernels([3, 3], [60, 5, 10]),
  kernels([3, 3], [60, 5, 3]),
  kernels([3, 3], [30, 10, 5]),
  kernels([3, 3], [30, 5, 3]),
  kernels([3, 3], [15, 10, 3]),
  kernels([3, 3], [15, 5, 3]),
  kernels([3, 1], [30, 10, 3]),
  kernels([3, 1], [30, 5, 2]),
  kernels([3, 1], [15, 10, 2]),
  kernels([3, 1], [15, 5, 2]),
  kernels([1, 1], [8, 10, 2]),
  kernels([3, 3], [60, 10, 0]),
  kernels([3, 0], [60, 10, 10]),
  kernels([3, 0], [15, 10, 2])
];

const [what, ...rest] = process.argv.slice(2);
if (what === "streets") {
  const count = wholeNumber(rest[0]);
  const streets = Array.from({length: count}, (_, i) => drawStreet(firstSeed + i));
  const samples = await predict(streets);
  const some = samples.filter((_, i) => i % 8 === 0);
  await report("streets", samples, some);
} else if (what === "photographs" && rest.length >= 2) {
  const pictures: LabeledPicture[] = [];
  for await (const picture of readLabeled(rest[0], rest[1]).each()) pictures.push(picture);
  const samples = await predict(pictures);
  const every = rest[2] === undefined ? 4 : Math.max(1, samples.length / wholeNumber(rest[2]));
  const some = samples.filter((_, i) => Math.floor(i / every) > Math.floor((i - 1) / every));
  await report("photographs", samples, some);
} else {
  process.stderr.write("crf-search streets N | photographs IMAGES LABELS [N]\n");
  process.exit(2);
}

async function report(name: string, all: readonly Sample[], some: readonly Sample[]) {
  const before = await scores(some, null);
  console.log(`${ITERATIONS} iterations on ${some.length} ${name}; the encoder alone:`);
  console.log(`mIoU ${percent(mIoU(before))}\n`);
  console.log("| smoothness: sxy, weight | appearance: sxy, srgb, weight | mIoU | change |");
  console.log("|---|---|---|---|");
  let [best, most] = [usual, -Infinity];
  for (const candidate of candidates) {
    const after = mIoU(await scores(some, candidate));
    if (after > most) [best, most] = [candidate, after];
    const change = after - mIoU(before);
    console.log(`${row(candidate)} ${percent(after)} | ${signed(change)} |`);
  }
  const whole = await scores(all, null);
  for (const [title, chosen] of [
    ["best", best],
    ["default", usual]
  ] as const) {
    const after = await scores(all, chosen);
    console.log(`\nThe ${title} (${words(chosen)}) on ${all.length} ${name}:\n`);
    console.log("| pixels | before | after | change | 95 % interval |");
    console.log("|---|---|---|---|---|");
    for (let rings = 1; rings <= trimapBands.length + 1; rings++) {
      const within = trimapBands[rings - 1];
      const pixels = within === undefined ? "all" : `within ${within} of a boundary`;
      const [one, other] = [mIoU(whole, rings), mIoU(after, rings)];
      const [low, high] = interval(whole, after, rings);
      console.log(
        `| ${pixels} | ${percent(one)} | ${percent(other)} | ${signed(other - one)} | ` +
          `${signed(low)} to ${signed(high)} |`
      );
    }
  }
}

async function predict(pictures: readonly LabeledPicture[]): Promise<Sample[]> {
  const segmenter = await openNodeSegmenter(readWeights(shippedWeights));
  const samples: Sample[] = [];
  for (const picture of pictures) {
    const {logits} = await segmenter.segment(picture.picture, {head: "encoder"});
    const {width, height, labels} = picture.truth;
    const rings = trimapRings(labels, width, height, classes.length);
    samples.push({...picture, logits, rings});
  }
  segmenter.dispose();
  return samples;
}

/** Returns the confusion matrices of each picture, one for each ring around boundaries. */
async function scores(
  samples: readonly Sample[],
  chosen: Kernels | null
): Promise<ConfusionMatrix[][]> {
  const found: ConfusionMatrix[][] = [];
  for (const {picture, truth, logits, rings} of samples) {
    const problem = networkProblem(picture, logits, chosen ?? usual);
    const crf = await denseCrf(problem);
    for (let i = 0; i < (chosen ? ITERATIONS : 0); i++) crf.step();
    const own = Array.from({length: trimapBands.length + 1}, () => new ConfusionMatrix());
    addByRing(own, rings, truth.labels, crf.labelMap());
    found.push(own);
  }
  return found;
}

/** Returns the mIoU over *pictures* of the first of their rings. */
function mIoU(pictures: readonly ConfusionMatrix[][], rings = Infinity): number {
  const sum = new ConfusionMatrix();
  for (const own of pictures) for (const matrix of own.slice(0, rings)) sum.merge(matrix);
  return sum.mIoU ?? NaN;
}

/** Returns where 95 % of the changes of mIoU lie if the pictures are drawn again. */
function interval(
  before: readonly ConfusionMatrix[][],
  after: readonly ConfusionMatrix[][],
  rings: number
): [number, number] {
  const random = mulberry32(1);
  const [one, other] = [before, after].map((pictures) =>
    pictures.map((own) => {
      const sum = new ConfusionMatrix();
      for (const matrix of own.slice(0, rings)) sum.merge(matrix);
      return [sum];
    })
  );
  const changes = Array.from({length: RESAMPLES}, () => {
    const drawn = one.map(() => Math.floor(one.length * random()));
    return mIoU(drawn.map((i) => other[i])) - mIoU(drawn.map((i) => one[i]));
  }).sort((a, b) => a - b);
  return [changes[Math.floor(0.025 * RESAMPLES)], changes[Math.floor(0.975 * RESAMPLES)]];
}

function words({smoothness, appearance}: Kernels): string {
  return (
    `smoothness ${Object.values(smoothness).join(", ")}; ` +
    `appearance ${Object.values(appearance).join(", ")}`
  );
}

function row({smoothness, appearance}: Kernels): string {
  const {sxy, srgb, weight} = appearance;
  return `| ${smoothness.sxy}, ${smoothness.weight} | ${sxy}, ${srgb}, ${weight} |`;
}

function percent(value: number): string {
  return (100 * value).toFixed(1);
}

function signed(value: number): string {
  const text = (100 * value).toFixed(2);
  return value < 0 ? text.replace("-", "−") : `+${text}`;
}

function wholeNumber(text: string | undefined): number {
  const value = Number(text);
  if (!(Number.isInteger(value) && value > 0)) {
    process.stderr.write(`invalid number of pictures: ${text}; a whole number above 0 is legal\n`);
    process.exit(2);
  }
  return value;
}
