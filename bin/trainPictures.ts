import {join} from "node:path";
import {classes, VOID} from "../src/model/classes.ts";
import {readLabeled} from "./labeledPictures.ts";
import type {SharedPicture} from "./trainProtocol.ts";

/** Pictures for training, in memory that threads share, and how often each class occurs. */
export interface TrainingPictures {
  readonly pictures: SharedPicture[];
  /** Labeled pixels by class. */
  readonly counts: Float64Array;
}

/**
 * Reads every picture under `FOLDER/images` with its labels under `FOLDER/labels`, all before
 * training begins, so that a fault is found before hours are spent. Throws an InputError that
 * names the file at fault, as {@link readLabeled} does.
 */
export async function readTrainingPictures(folders: readonly string[]): Promise<TrainingPictures> {
  const pictures: SharedPicture[] = [];
  const counts = new Float64Array(classes.length);
  for (const folder of folders) {
    const labeled = readLabeled(join(folder, "images"), join(folder, "labels"));
    for await (const {picture, truth} of labeled.each()) {
      for (const label of truth.labels) if (label !== VOID) counts[label]++;
      const {width, height, data} = picture;
      pictures.push({width, height, pixels: share(data), labels: share(truth.labels)});
    }
  }
  return {pictures, counts};
}

function share(values: Uint8Array | Uint8ClampedArray): SharedArrayBuffer {
  const buffer = new SharedArrayBuffer(values.length);
  new Uint8Array(buffer).set(values);
  return buffer;
}
