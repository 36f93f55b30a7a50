import {existsSync, readdirSync} from "node:fs";
import {basename, extname, join} from "node:path";
import {classes, VOID} from "../src/model/classes.ts";
import {InputError} from "./inputError.ts";
import {readLabels, readPicture} from "./pictures.ts";
import type {SharedPicture} from "./trainProtocol.ts";

/** Pictures for training, in memory that threads share, and how often each class occurs. */
export interface TrainingPictures {
  readonly pictures: SharedPicture[];
  /** Labeled pixels by class. */
  readonly counts: Float64Array;
}

/**
 * Reads every picture under `FOLDER/images` with its labels, the PNG of the same name under
 * `FOLDER/labels`, all before training begins, so that a fault is found before hours are spent.
 * Throws an InputError that names the file: no such folder, no picture in it, a missing label, one
 * of another size, a label that is no class.
 */
export async function readTrainingPictures(folders: readonly string[]): Promise<TrainingPictures> {
  const pictures: SharedPicture[] = [];
  const counts = new Float64Array(classes.length);
  for (const folder of folders) {
    const images = join(folder, "images");
    if (!existsSync(images)) throw new InputError(`${images}: no such folder`);
    const names = readdirSync(images).filter((name) => /\.(png|jpe?g)$/i.test(name));
    if (names.length === 0) throw new InputError(`${images}: no PNG or JPEG in this folder`);
    for (const name of names.sort()) {
      const label = join(folder, "labels", `${basename(name, extname(name))}.png`);
      if (!existsSync(label)) throw new InputError(`${label}: missing, the labels of ${name}`);
      const {width, height, data} = await readPicture(join(images, name));
      const map = readLabels(label);
      if (map.width !== width || map.height !== height)
        throw new InputError(
          `${label}: ${map.width}×${map.height}, but its picture is ${width}×${height}`
        );
      for (const value of map.labels) {
        if (value > VOID)
          throw new InputError(
            `${label}: label ${value} (0 to ${classes.length - 1}, or ${VOID} for void)`
          );
        if (value !== VOID) counts[value]++;
      }
      pictures.push({width, height, pixels: share(data), labels: share(map.labels)});
    }
  }
  return {pictures, counts};
}

function share(values: Uint8Array | Uint8ClampedArray): SharedArrayBuffer {
  const buffer = new SharedArrayBuffer(values.length);
  new Uint8Array(buffer).set(values);
  return buffer;
}
