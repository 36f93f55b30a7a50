import {
  closeSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync
} from "node:fs";
import {basename, dirname, join} from "node:path";
import {InputError, messageOf} from "./inputError.ts";

/**
 * Returns the bytes of a file that the user named. Throws an InputError if there is none, if it is
 * a folder or a device, or if it has more than *maxBytes* bytes.
 */
export function readInputFile(path: string, maxBytes: number): Uint8Array {
  try {
    const stats = statSync(path);
    if (stats.isDirectory()) throw new InputError(`${path}: a folder, not a file`);
    if (!stats.isFile()) throw new InputError(`${path}: not a regular file`);
    if (stats.size > maxBytes) {
      throw new InputError(`${path}: ${stats.size} bytes; at most ${maxBytes} are legal`);
    }
    return readFileSync(path);
  } catch (error) {
    if (error instanceof InputError) throw error;
    throw new InputError(`${path}: ${describe(error)}`, {cause: error});
  }
}

/** Makes a folder, and those it lies in. Throws an InputError if that is not possible. */
export function makeFolder(path: string): void {
  try {
    mkdirSync(path, {recursive: true});
  } catch (error) {
    throw new InputError(`${path}: cannot make this folder: ${describe(error)}`, {cause: error});
  }
}

/**
 * Writes a file whole or not at all: under another name first, and renamed only once it is on the
 * disk, so that a failure, an interruption or a loss of power leaves a file that was there before
 * as it was. Throws an Error that names the file and what is wrong.
 */
export function writeOutputFile(path: string, bytes: Uint8Array | string): void {
  const partial = `${path}.${process.pid}.partial`;
  try {
    writeFileSync(partial, bytes);
    synchronize(partial, "r+");
    renameSync(partial, path);
    // Windows cannot open folders, and keeps a journal of names by itself.
    if (process.platform !== "win32") synchronize(dirname(path), "r");
  } catch (error) {
    removeQuietly(partial);
    throw new Error(`${path}: cannot write: ${describe(error)}`, {cause: error});
  }
}

/** Removes a file if that is possible: what is told is why it could not be written. */
function removeQuietly(path: string): void {
  try {
    rmSync(path, {force: true});
  } catch {
    // The folder is gone, or became a file: there is nothing to remove.
  }
}

/** Waits until a file, or the names in a folder, are on the disk. */
function synchronize(path: string, flags: "r" | "r+"): void {
  const file = openSync(path, flags);
  try {
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}

/** Removes what {@link writeOutputFile} left half written to *path* when its process was killed. */
export function removePartialFiles(path: string): void {
  const folder = dirname(path);
  for (const name of readdirSync(folder)) {
    if (!name.startsWith(`${basename(path)}.`)) continue;
    const [, writer] = /\.(\d+)\.partial$/.exec(name) ?? [];
    if (writer !== undefined && !isRunning(Number(writer))) rmSync(join(folder, name));
  }
}

function isRunning(processNumber: number): boolean {
  try {
    return process.kill(processNumber, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== "ESRCH";
  }
}

/** The words for the errors of the file system that users meet; its own for the others. */
export function describe(error: unknown): string {
  const code = (error as NodeJS.ErrnoException).code;
  if (code === "ENOENT") return "no such file or folder";
  if (code === "EACCES" || code === "EPERM") return "permission denied";
  if (code === "ENOTDIR") return "part of the path is a file, not a folder";
  if (code === "EEXIST") return "a file of that name is there";
  if (code === "EISDIR") return "a folder of that name is there";
  if (code === "ENOSPC") return "no space left on the disk";
  if (code === "EDQUOT") return "no space left in the disk quota";
  if (code === "EROFS") return "the disk is read-only";
  return messageOf(error);
}
