import {createHash} from "node:crypto";
import {join} from "node:path";
import {classes as camVid, type SegmentationClass} from "../src/model/classes.ts";
import {readDataClasses} from "./dataClasses.ts";
import {InputError} from "./inputError.ts";
import {readLabeled} from "./labeledPictures.ts";
import type {SharedPicture} from "./trainProtocol.ts";

/** Pictures for training, in memory that threads share, and how often each class occurs. */
export interface TrainingPictures {
  readonly pictures: SharedPicture[];
  /** Labeled pixels by class. */
  readonly counts: Float64Array;
  /** Tells these pictures, in this order, from any others: their number and a checksum. */
  readonly fingerprint: string;
}

/**
 * Returns the classes of all *folders*, those of CamVid if there is none. Throws an InputError that
 * names the two if they do not agree.
 */
export function trainingClasses(folders: readonly string[]): readonly SegmentationClass[] {
  const [first = camVid, ...others] = folders.map(
    (folder) => readDataClasses(join(folder, "labels"), camVid).classes
  );
  const names = (classes: readonly SegmentationClass[]) => classes.map(({name}) => name).join(", ");
  others.forEach((classes, i) => {
    if (names(classes) !== names(first))
      throw new InputError(
        `${folders[i + 1]}: its classes are ${names(classes)}, but those of ${folders[0]} are ` +
          names(first)
      );
  });
  return first;
}

/**
 * Reads every picture under `FOLDER/images` with its labels under `FOLDER/labels`, all before
 * training begins, so that a fault is found before hours are spent. Throws an InputError that
 * names the file at fault, as {@link readLabeled} does, or a folder in which all is void.
 */
export async function readTrainingPictures(
  folders: readonly string[],
  classes: number
): Promise<TrainingPictures> {
  const pictures: SharedPicture[] = [];
  const counts = new Float64Array(classes);
  const hash = createHash("sha256");
  for (const folder of folders) {
    const labeled = readLabeled(join(folder, "images"), join(folder, "labels"));
    let seen = 0;
    for await (const {picture, truth} of labeled.each()) {
      for (const label of truth.labels) {
        if (label === classes) continue;
        counts[label]++;
        seen++;
      }
      const {width, height, data} = picture;
      hash.update(`${width}x${height}`).update(data).update(truth.labels);
      pictures.push({width, height, pixels: share(data), labels: share(truth.labels)});
    }
    if (seen === 0) throw new InputError(`${folder}/labels: no labeled pixel: all is void`);
  }
  const fingerprint = `${pictures.length} pictures, ${hash.digest("hex").slice(0, 16)}`;
  return {pictures, counts, fingerprint};
}

function share(values: Uint8Array | Uint8ClampedArray): SharedArrayBuffer {
  const buffer = new SharedArrayBuffer(values.length);
  new Uint8Array(buffer).set(values);
  return buffer;
}
