import {existsSync, rmSync, statfsSync} from "node:fs";
import {dirname, resolve} from "node:path";
import {metadataOf, trainedNetwork, type TrainedNetwork} from "../src/model/trainedNetwork.ts";
import type {Trainer} from "../src/model/train/trainer.ts";
import {readSafetensors, writeSafetensors, type Weights} from "../src/model/weights.ts";
import {makeFolder, readInputFile, removePartialFiles, writeOutputFile} from "./files.ts";
import {InputError, messageOf} from "./inputError.ts";

/** What decides a run's result besides its network: values by the names of options. */
export type Settings = Readonly<Record<string, string>>;

/** A run as its checkpoint tells it. */
export interface Checkpoint {
  readonly path: string;
  readonly tensors: Weights;
  readonly step: number;
  /** Trained so far. */
  readonly seconds: number;
  readonly settings: Settings;
  readonly network: TrainedNetwork;
}

/** Returns the checkpoint in a file. Throws an InputError that names the file if it is none. */
export function readCheckpoint(path: string): Checkpoint {
  const bytes = readInputFile(path, 1e9);
  try {
    const {tensors, metadata} = readSafetensors(bytes);
    const [step, seconds] = [Number(metadata.step ?? NaN), Number(metadata.seconds ?? NaN)];
    if (!(Number.isInteger(step) && seconds >= 0) || metadata.settings === undefined)
      throw new Error("not a training checkpoint");
    const settings = JSON.parse(metadata.settings) as Settings;
    return {path, tensors, step, seconds, settings, network: trainedNetwork(metadata)};
  } catch (error) {
    throw new InputError(`${path}: ${messageOf(error)}`, {cause: error});
  }
}

export interface TrainFilesOptions {
  readonly precision: "half" | "full";
  readonly network: TrainedNetwork;
  readonly settings: Settings;
  /** Writes a file whole or not at all. Default {@link writeOutputFile}. */
  readonly write?: (path: string, bytes: Uint8Array) => void;
  /** Returns how many bytes are free for files in a folder. */
  readonly freeBytes?: (folder: string) => number;
}

/**
 * The two files of a run: the averaged weights, for use, and the checkpoint, from which alone a run
 * goes on. Each is replaced whole; if the process dies between the two, the weights are merely
 * older than the checkpoint.
 */
export class TrainFiles {
  readonly weights: string;
  readonly checkpoint: string;
  readonly #options: Required<TrainFilesOptions>;
  /** The step of the checkpoint that is there; undefined before the first. */
  #savedStep: number | undefined;
  #fault: string | undefined;

  /** The weights are *out*, the checkpoint is `out.checkpoint`. */
  constructor(out: string, options: TrainFilesOptions) {
    this.weights = out;
    this.checkpoint = `${out}.checkpoint`;
    this.#options = {write: writeOutputFile, freeBytes, ...options};
  }

  /** What went wrong with the latest {@link save}; undefined if nothing. */
  get fault(): string | undefined {
    if (this.#fault === undefined) return undefined;
    const kept =
      this.#savedStep === undefined
        ? "nothing is saved yet"
        : `what is saved is of step ${this.#savedStep}`;
    return `${this.#fault}; ${kept}`;
  }

  /**
   * Makes the folder, and sees that both files can be written to it. Throws an InputError if not,
   * or if files of another run are there, unless **overwrite** or **resumed** from their checkpoint.
   */
  prepare(
    trainer: Trainer,
    {overwrite, resumed}: {overwrite: boolean; resumed: string | undefined}
  ): void {
    const {precision, freeBytes, write} = this.#options;
    const folder = dirname(this.weights);
    makeFolder(folder);
    const mine = resumed !== undefined && resolve(resumed) === resolve(this.checkpoint);
    const there = [this.checkpoint, this.weights].find((path) => existsSync(path));
    if (there !== undefined && !mine && !overwrite)
      throw new InputError(
        `${there}: a file of an earlier run; go on from it with --resume ${this.checkpoint}, ` +
          `name another --out, or add --overwrite`
      );
    removePartialFiles(this.weights);
    const {trainedSize, statisticsSize} = trainer.layout;
    const values = 4 * trainedSize + 2 * statisticsSize;
    const shipped = (trainedSize + statisticsSize) * (precision === "half" ? 2 : 4);
    const needed = 4 * values + shipped + HEADER_BYTES;
    const free = freeBytes(folder);
    if (!(free >= needed))
      throw new InputError(
        `${folder}: ${megabytes(free)} are free on this disk; training needs ` +
          `${megabytes(needed)} for its files`
      );
    // A quota, or a folder that is not ours to write to, shows only when one writes.
    const trial = `${this.weights}.trial`;
    try {
      write(trial, new Uint8Array(needed));
      rmSync(trial, {force: true});
    } catch (error) {
      throw new InputError(messageOf(error), {cause: error});
    }
    if (mine) this.#savedStep = trainer.step;
  }

  /**
   * Writes both files after *seconds* of training. Never throws: a disk that is full now may not
   * be at the next time, and training goes on; see {@link fault}.
   */
  save(trainer: Trainer, seconds: number): void {
    const {precision, network, settings, write} = this.#options;
    const metadata = {
      ...metadataOf(network),
      step: String(trainer.step),
      seconds: seconds.toFixed(1)
    };
    const saved = {...metadata, settings: JSON.stringify(settings)};
    const dtype = precision === "half" ? "F16" : "F32";
    try {
      makeFolder(dirname(this.weights));
      const state = writeSafetensors(trainer.checkpoint(), {dtype: "F32", metadata: saved});
      write(this.checkpoint, state);
      this.#savedStep = trainer.step;
      write(this.weights, writeSafetensors(trainer.averaged(), {dtype, metadata}));
      this.#fault = undefined;
    } catch (error) {
      this.#fault = messageOf(error);
    }
  }
}

/** Names, shapes and metadata take less than this in both files together. */
const HEADER_BYTES = 1e5;

function freeBytes(folder: string): number {
  const {bavail, bsize} = statfsSync(folder);
  return bavail * bsize;
}

function megabytes(bytes: number): string {
  return `${(bytes / 1e6).toFixed(1)} MB`;
}
