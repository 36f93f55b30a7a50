import {readdirSync} from "node:fs";
import {basename, dirname, extname, join} from "node:path";
import {classes as camVid, type SegmentationClass} from "../src/model/classes.ts";
import type {Picture} from "../src/model/picture.ts";
import {readDataClasses, type DataClasses} from "./dataClasses.ts";
import {describe} from "./files.ts";
import {InputError} from "./inputError.ts";
import {readLabels, readPicture, type LabelMap} from "./pictures.ts";

/** A picture and its true labels. */
export interface LabeledPicture {
  /** What it is called in lists: its file, or the seed of a street. */
  readonly name: string;
  readonly picture: Picture;
  readonly truth: LabelMap;
}

/** A known number of labeled pictures, read or drawn one at a time. */
export interface LabeledPictures {
  readonly count: number;
  readonly each: () => AsyncIterable<LabeledPicture>;
}

/** Labeled pictures of one folder, and what their labels mean. */
export interface LabeledFolder extends LabeledPictures {
  readonly classes: readonly SegmentationClass[];
}

/**
 * Returns the PNG and JPEG pictures of a folder, in the order of their names, each with the PNG of
 * the same name in another folder as its labels, whose classes are those of `classes.json` (see
 * {@link readDataClasses}), or else those *assumed*, by default CamVid's. Whatever the files use
 * for void, in the labels returned it is the number of classes.
 *
 * Throws an InputError that names the file if there is none, if one has no labels (before any is
 * read), or, while they are read, if sizes differ or a label is no class.
 */
export function readLabeled(
  images: string,
  labels: string,
  assumed: readonly SegmentationClass[] = camVid
): LabeledFolder {
  const pictures = listFolder(images).filter((file) => /\.(?:png|jpe?g)$/i.test(file));
  if (pictures.length === 0)
    throw new InputError(`${images}: no PNG or JPEG picture in this folder`);
  const present = new Set(listFolder(labels));
  const labelOf = (file: string) => `${basename(file, extname(file))}.png`;
  const missing = pictures.filter((file) => !present.has(labelOf(file)));
  if (missing.length > 0) {
    const others = missing.length > 1 ? `, and ${missing.length - 1} more are missing` : "";
    throw new InputError(
      `${join(labels, labelOf(missing[0]))}: no such file, the labels of ` +
        `${join(images, missing[0])}${others}`
    );
  }
  const meaning = readDataClasses(labels, assumed);
  return {
    count: pictures.length,
    classes: meaning.classes,
    async *each() {
      for (const file of pictures)
        yield {
          ...(await readPair(join(images, file), join(labels, labelOf(file)), meaning)),
          name: file
        };
    }
  };
}

/**
 * Returns the picture in one file with the labels in another, which are read as those of
 * {@link readLabeled}, and whose classes must be *classes*. Throws an InputError that names the file
 * if something is wrong.
 */
export function readLabeledPicture(
  image: string,
  labelFile: string,
  classes: readonly SegmentationClass[]
): Promise<LabeledPicture> {
  const meaning = readDataClasses(dirname(labelFile), classes);
  checkClasses(labelFile, meaning.classes, classes);
  return readPair(image, labelFile, meaning);
}

/** Throws an InputError that names *where* labels are unless their classes are those *wanted*. */
export function checkClasses(
  where: string,
  classes: readonly SegmentationClass[],
  wanted: readonly SegmentationClass[]
): void {
  if (nameList(classes) !== nameList(wanted))
    throw new InputError(
      `${where}: its classes are ${nameList(classes)}, ` +
        `but those of these weights are ${nameList(wanted)}`
    );
}

/** Returns the names of *classes* as a list for people. */
export function nameList(classes: readonly SegmentationClass[]): string {
  return classes.map(({name}) => name).join(", ");
}

async function readPair(
  name: string,
  labelFile: string,
  meaning: DataClasses
): Promise<LabeledPicture> {
  const picture = await readPicture(name);
  const truth = readLabels(labelFile);
  checkSize(labelFile, truth, name, picture);
  mapVoid(labelFile, truth, meaning);
  return {name, picture, truth};
}

function checkSize(labelFile: string, truth: LabelMap, name: string, picture: Picture): void {
  if (truth.width !== picture.width || truth.height !== picture.height) {
    throw new InputError(
      `${labelFile}: ${truth.width}×${truth.height}, but ${name} is ` +
        `${picture.width}×${picture.height}; they must be of one size`
    );
  }
}

/** Makes the number of classes the label of void; throws if a label is neither. */
function mapVoid(
  labelFile: string,
  {width, labels}: LabelMap,
  {classes: {length: count}, none}: DataClasses
): void {
  for (let i = 0; i < labels.length; i++) {
    const label = labels[i];
    if (label === none) labels[i] = count;
    else if (label >= count)
      throw new InputError(
        `${labelFile}: invalid label ${label} at (${i % width}, ${Math.floor(i / width)}); ` +
          `0 to ${count - 1} are legal, ${none} is void`
      );
  }
}

function listFolder(folder: string): string[] {
  try {
    return readdirSync(folder).sort();
  } catch (error) {
    throw new InputError(`${folder}: ${describe(error)}`, {cause: error});
  }
}
