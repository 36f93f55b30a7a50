import {isCamVid, type SegmentationClass} from "../src/model/classes.ts";
import {InputError} from "./inputError.ts";
import {checkClasses, nameList, readLabeled, type LabeledPictures} from "./labeledPictures.ts";
import {integerOption} from "./options.ts";

/** Training draws scenes from the seeds below, evaluation from this one up. */
export const firstSeed = 1_000_000;

/**
 * Returns the pictures that options ask for, whose labels are those of *classes*. Throws an
 * InputError if the options contradict, or if the pictures have other classes.
 */
export function choosePictures(
  values: {images?: string; labels?: string; scenes?: string; seed?: string},
  classes: readonly SegmentationClass[]
): LabeledPictures {
  const {images, labels, scenes, seed} = values;
  if (scenes !== undefined) {
    if (images !== undefined || labels !== undefined) {
      throw new InputError("--scenes makes its own pictures: leave out --images and --labels");
    }
    const count = integerOption("number of scenes", scenes, 1, 100_000);
    const first = firstSeed + integerOption("seed", seed ?? "0", 0, 1e9);
    if (!isCamVid(classes)) {
      throw new InputError(
        `--scenes are streets, but the classes of these weights are ${nameList(classes)}; ` +
          `give --images and --labels`
      );
    }
    return streetPictures(count, first);
  }
  if (seed !== undefined) throw new InputError("--seed chooses scenes: it needs --scenes");
  if (images === undefined || labels === undefined) {
    throw new InputError("evaluate needs --images DIR and --labels DIR, or --scenes N");
  }
  const pictures = readLabeled(images, labels, classes);
  checkClasses(labels, pictures.classes, classes);
  return pictures;
}

/** Returns procedural streets of consecutive seeds, at the size that the network reads. */
export function streetPictures(count: number, seed: number): LabeledPictures {
  return {
    count,
    async *each() {
      const {drawStreet} = await import("./streets.ts");
      for (let i = 0; i < count; ++i) yield drawStreet(seed + i);
    }
  };
}
