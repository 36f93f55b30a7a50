import {basename, extname, join} from "node:path";
import {classes as camVid, type SegmentationClass} from "../src/model/classes.ts";
import {ratesUsed, shippedOptions, type OutputStride} from "../src/model/deeplab.ts";
import {labelsFromLogits} from "../src/model/logits.ts";
import {crfHelp, crfOption, crfOptions, refinedLabels} from "./crfRefinement.ts";
import {makeFolder, writeOutputFile} from "./files.ts";
import {InputError} from "./inputError.ts";
import {outputStrideOption, ratesOption} from "./networkOptions.ts";
import {parseOptions} from "./options.ts";
import {indexPng, maskPng, overlayPng, readPicture, readPictureFile} from "./pictures.ts";
import {openNodeSegmenter, readWeights, shippedWeights} from "./segmenter.ts";
import {percent, table} from "./table.ts";

const defaultRates = (outputStride: OutputStride) =>
  ratesUsed(shippedOptions.atrousRates, outputStride).join();

const help = `deeplab segment IMAGE… [options]

Segments pictures (PNG or JPEG, 16×16 pixels to 50 megapixels): of streets, with the weights that
are shipped. For each it writes three PNG files of the picture's own size, and prints the share
of each class:
  NAME.mask.png     the classes in their colors
  NAME.overlay.png  the mask over the picture
  NAME.index.png    8-bit grayscale, each sample a label (0 ${camVid[0].name}, 1 ${camVid[1].name}, …)

Options:
  --out DIR                where to write (default: out)
  --output-stride 8|16|32  how finely the encoder samples (default: 16)
  --rates A,B,C            the atrous rates, used as given at any output stride
                           (default: ${defaultRates(16)} at output stride 16, ${defaultRates(8)} at 8,
                           ${defaultRates(32)} at 32)
  --crf                    refine the prediction by a fully connected CRF
${crfHelp}
  --weights FILE           safetensors that train wrote, of any classes
                           (default: those shipped)
  --json                   print one JSON object instead of the table
  --help                   print this`;

/** Runs `deeplab segment`. Throws an InputError for whatever the user can put right. */
export async function segmentCommand(args: string[]): Promise<void> {
  const {values, positionals} = parseOptions("segment", args, {
    out: {type: "string", default: "out"},
    "output-stride": {type: "string"},
    rates: {type: "string"},
    crf: {type: "boolean", default: false},
    ...crfOptions,
    weights: {type: "string", default: shippedWeights},
    json: {type: "boolean", default: false},
    help: {type: "boolean", default: false}
  });
  if (values.help) return console.log(help);
  if (positionals.length === 0) throw new InputError("segment needs a picture; see segment --help");
  const outputStride = outputStrideOption(values["output-stride"]);
  const rates = ratesOption(values.rates);
  const crf = crfOption(values);
  const outputs = outputFiles(positionals, values.out);
  // All are looked at before any is segmented, so that bad input leaves no half of a job.
  for (const path of positionals) readPictureFile(path);
  const weights = readWeights(values.weights);
  makeFolder(values.out);

  const {classes} = weights.network;
  const segmenter = await openNodeSegmenter(weights);
  const reports: object[] = [];
  for (const [path, files] of outputs) {
    const picture = await readPicture(path);
    const {width, height} = picture;
    const segmentation = await segmenter.segment(picture, {outputStride, rates});
    const labels = crf
      ? await refinedLabels(picture, segmentation.logits, crf)
      : labelsFromLogits(segmentation.logits, width, height);
    writeOutputFile(files.mask, maskPng({width, height, labels}, classes));
    writeOutputFile(files.overlay, overlayPng(picture, labels, classes));
    writeOutputFile(files.index, indexPng({width, height, labels}));

    const shares = classShares(labels, classes);
    const {milliseconds} = segmentation;
    reports.push({
      image: path,
      width,
      height,
      outputStride,
      rates: segmentation.rates,
      ...(crf && {crf}),
      milliseconds,
      shares,
      files
    });
    if (!values.json) {
      console.log(`${path}  ${width}×${height}`);
      console.log(
        `output stride ${outputStride}, rates ${segmentation.rates.join(", ")}, ` +
          `network ${milliseconds.toFixed(0)} ms`
      );
      const rows = Object.entries(shares).sort(([, a], [, b]) => b - a);
      console.log(indent(table(rows.map(([name, share]) => [name, percent(share)]))));
      console.log(`wrote ${Object.values(files).join(", ")}`);
    }
  }
  segmenter.dispose();
  if (values.json) console.log(JSON.stringify({images: reports}));
}

interface OutputFiles {
  mask: string;
  overlay: string;
  index: string;
}

/** Returns the files to write for each picture. Throws if two pictures would write the same. */
function outputFiles(paths: string[], folder: string): Map<string, OutputFiles> {
  const outputs = new Map<string, OutputFiles>();
  const owners = new Map<string, string>();
  for (const path of paths) {
    const name = basename(path, extname(path));
    const owner = owners.get(name);
    if (owner !== undefined) {
      throw new InputError(`${owner} and ${path} would both be written as ${name}.mask.png`);
    }
    owners.set(name, path);
    outputs.set(path, {
      mask: join(folder, `${name}.mask.png`),
      overlay: join(folder, `${name}.overlay.png`),
      index: join(folder, `${name}.index.png`)
    });
  }
  return outputs;
}

/** Returns the fraction of the pixels that each class has, by name. */
function classShares(
  labels: Uint8Array,
  classes: readonly SegmentationClass[]
): Record<string, number> {
  const counts = new Array<number>(classes.length).fill(0);
  for (const label of labels) ++counts[label];
  return Object.fromEntries(classes.map(({name}, c) => [name, counts[c] / labels.length]));
}

function indent(lines: string): string {
  return lines.replace(/^/gm, "  ");
}
