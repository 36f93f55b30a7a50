// npm run -s crf-error -- [IMAGES LABELS]: how far the lattice is from the exact sums, on small
// streets, and on small copies of photographs, as the table of docs/crf.md.

import {drawStreet} from "../bin/streets.ts";
import {firstSeed} from "../bin/evaluationPictures.ts";
import {readLabeled} from "../bin/labeledPictures.ts";
import {openNodeSegmenter, readWeights, shippedWeights} from "../bin/segmenter.ts";
import {appearanceFeatures, smoothnessFeatures} from "../src/model/crf/features.ts";
import {filterError} from "../src/model/crf/filterError.ts";
import {denseCrf} from "../src/model/crf/index.ts";
import {networkProblem} from "../src/model/crf/networkProblem.ts";
import {checkOptions} from "../src/model/crf/options.ts";
import {resizePicture, type Picture} from "../src/model/picture.ts";

const COUNT = 6;
const ITERATIONS = 10;
const [width, height] = [64, 48];

const [images, labels] = process.argv.slice(2);
if (images !== undefined && labels === undefined) {
  process.stderr.write("crf-error [IMAGES LABELS]\n");
  process.exit(2);
}
const segmenter = await openNodeSegmenter(readWeights(shippedWeights));
console.log(`| ${width}×${height} | place, 2-D | place and color, 5-D | labels that differ |`);
console.log("|---|---|---|---|");
await report(
  "streets",
  Array.from({length: COUNT}, (_, i) => drawStreet(firstSeed + i).picture)
);
if (images !== undefined) {
  const photographs: Picture[] = [];
  const all = readLabeled(images, labels);
  const every = Math.max(1, Math.floor(all.count / COUNT));
  let i = 0;
  for await (const {picture} of all.each())
    if (i++ % every === 0 && photographs.length < COUNT) photographs.push(picture);
  await report("photographs", photographs);
}
segmenter.dispose();

async function report(name: string, pictures: readonly Picture[]): Promise<void> {
  const found: Awaited<ReturnType<typeof errors>>[] = [];
  for (const picture of pictures) found.push(await errors(picture));
  const cell = (key: "place" | "color" | "labels") => {
    const values = found.map((one) => one[key]);
    const mean = values.reduce((a, b) => a + b) / values.length;
    return `${(100 * mean).toFixed(1)} % (at most ${(100 * Math.max(...values)).toFixed(1)} %)`;
  };
  console.log(
    `| ${pictures.length} ${name} | ${cell("place")} | ${cell("color")} | ${cell("labels")} |`
  );
}

/** Returns the relative RMS differences of both filters, and the share of labels that differ. */
async function errors(picture: Picture) {
  const {logits} = await segmenter.segment(picture, {head: "encoder"});
  const problem = networkProblem(resizePicture(picture, width, height), logits);
  const options = checkOptions(problem);
  const [lattice, exact] = await Promise.all(
    (["lattice", "exact"] as const).map((filter) => denseCrf({...problem, filter}))
  );
  for (let i = 0; i < ITERATIONS; i++) {
    lattice.step();
    exact.step();
  }
  const [ours, truth] = [lattice.labelMap(), exact.labelMap()];
  return {
    place: filterError(smoothnessFeatures(options)),
    color: filterError(appearanceFeatures(options)),
    labels: ours.filter((label, i) => label !== truth[i]).length / truth.length
  };
}
