import {existsSync} from "node:fs";
import {dirname, join, resolve} from "node:path";
import {namedClasses, type SegmentationClass} from "../src/model/classes.ts";
import {readInputFile} from "./files.ts";
import {InputError, messageOf} from "./inputError.ts";

/** What the labels of a folder mean. */
export interface DataClasses {
  /** In the order of their labels, from 0. */
  readonly classes: readonly SegmentationClass[];
  /** The label of void in the folder's files. */
  readonly none: number;
}

/**
 * Returns what the labels in the folder *labels* mean: what `classes.json` beside that folder says,
 * such as `{"classes": ["background", "cell"], "void": 255}`, or *assumed* where there is none.
 * Void is by default the number of classes.
 *
 * Throws an InputError that names the file if it says anything else, if names are not legal (see
 * {@link namedClasses}), or if the label of void is a class's.
 */
export function readDataClasses(
  labels: string,
  assumed: readonly SegmentationClass[]
): DataClasses {
  const path = join(dirname(resolve(labels)), "classes.json");
  if (!existsSync(path)) return {classes: assumed, none: assumed.length};
  try {
    const said: unknown = JSON.parse(new TextDecoder().decode(readInputFile(path, 1e6)));
    if (typeof said !== "object" || said === null || Array.isArray(said))
      throw new Error(`not an object such as {"classes": ["background", "cell"], "void": 255}`);
    const {classes: names, void: none, ...others} = said as Record<string, unknown>;
    for (const key in others) throw new Error(`unknown key "${key}"; classes and void are legal`);
    const classes = namedClasses(names);
    return {classes, none: none === undefined ? classes.length : checkVoid(none, classes.length)};
  } catch (error) {
    if (error instanceof InputError) throw error;
    throw new InputError(`${path}: ${messageOf(error)}`, {cause: error});
  }
}

function checkVoid(none: unknown, count: number): number {
  if (!(Number.isInteger(none) && (none as number) >= count && (none as number) <= 255))
    throw new Error(
      `invalid void: ${JSON.stringify(none)}; a whole number from ${count} to 255 is legal`
    );
  return none as number;
}
