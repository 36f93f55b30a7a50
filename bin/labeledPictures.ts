import {readdirSync} from "node:fs";
import {basename, extname, join} from "node:path";
import {classes, VOID} from "../src/model/classes.ts";
import type {Picture} from "../src/model/picture.ts";
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

/**
 * Returns the PNG and JPEG pictures of a folder, in the order of their names, each with the PNG of
 * the same name in another folder as its labels. Throws an InputError that names the file if there
 * is none, if one has no labels (before any is read), or, while they are read, if sizes differ or
 * a label is no class.
 */
export function readLabeled(images: string, labels: string): LabeledPictures {
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
  return {
    count: pictures.length,
    async *each() {
      for (const file of pictures) {
        const name = join(images, file);
        const picture = await readPicture(name);
        const labelFile = join(labels, labelOf(file));
        const truth = readLabels(labelFile);
        checkTruth(labelFile, truth, name, picture);
        yield {name: file, picture, truth};
      }
    }
  };
}

function checkTruth(labelFile: string, truth: LabelMap, name: string, picture: Picture): void {
  if (truth.width !== picture.width || truth.height !== picture.height) {
    throw new InputError(
      `${labelFile}: ${truth.width}×${truth.height}, but ${name} is ` +
        `${picture.width}×${picture.height}; they must be of one size`
    );
  }
  const wrong = truth.labels.findIndex((label) => label > VOID);
  if (wrong >= 0) {
    const place = `(${wrong % truth.width}, ${Math.floor(wrong / truth.width)})`;
    throw new InputError(
      `${labelFile}: invalid label ${truth.labels[wrong]} at ${place}; ` +
        `0 to ${classes.length - 1} are legal, ${VOID} is void`
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
