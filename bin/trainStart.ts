import {deeplabV3Plus} from "../src/model/deeplab.ts";
import type {Trainer} from "../src/model/train/trainer.ts";
import {optionsOf, type TrainedNetwork} from "../src/model/trainedNetwork.ts";
import {InputError, messageOf} from "./inputError.ts";
import {readWeights} from "./segmenter.ts";
import type {Checkpoint, Settings} from "./trainFiles.ts";

/** How long a run is to last may change when it goes on. */
const lengths = new Set(["minutes", "steps"]);

/**
 * Throws an InputError that names what differs between the *settings* now and those of a
 * checkpoint, or, where changes are *allowed*, tells it on standard error.
 */
export function checkUnchanged(
  {path, settings: saved}: Checkpoint,
  now: Settings,
  allowed: boolean
) {
  const differences = Object.entries(now)
    .filter(([name, value]) => !lengths.has(name) && saved[name] !== value)
    .map(([name, value]) => `--${name} ${saved[name] ?? "unknown"}, not ${value}`);
  if (differences.length === 0) return;
  const what = `${path}: trained with ${differences.join("; ")}`;
  if (!allowed) throw new InputError(`${what}: give the same, or add --allow-change`);
  process.stderr.write(`deeplab: ${what}\n`);
}

/** Sets *trainer* to a checkpoint's state. Throws an InputError if it is another network's. */
export function restore(trainer: Trainer, {path, tensors, step}: Checkpoint): void {
  try {
    trainer.restore(tensors, step);
  } catch (error) {
    throw new InputError(`${path}: ${messageOf(error)}`, {cause: error});
  }
}

/**
 * Starts *trainer* from the weights in a file. Where they are of other classes, their logits are
 * left out, and where the network has no decoder, theirs is: it says so on standard error. The
 * encoder's logits are then the network's own. Throws an InputError that names the file if it does
 * not fit.
 */
export function startFrom(trainer: Trainer, path: string, network: TrainedNetwork): void {
  const {tensors, network: other} = readWeights(path);
  if (!other.decoder && network.decoder)
    throw new InputError(`${path}: a network without decoder; add --no-decoder`);
  const weights = trainer.averaged();
  const sameClasses =
    other.classes.length === network.classes.length &&
    other.classes.every(({name}, label) => name === network.classes[label].name);
  const theirs = deeplabV3Plus(optionsOf(other)).endpoints;
  const ours = deeplabV3Plus(optionsOf(network)).endpoints;
  for (const [name, tensor] of tensors) {
    const head = (["encoder", "decoder"] as const).find((end) =>
      name.startsWith(`${theirs[end]}/`)
    );
    if (head === undefined) {
      if (weights.has(name)) weights.set(name, tensor);
    } else if (sameClasses && ours[head] !== undefined) {
      // Without a decoder the encoder's logits have another name.
      weights.set(name.replace(theirs[head]!, ours[head]), tensor);
    }
  }
  if (!sameClasses)
    process.stderr.write(`deeplab: ${path}: of other classes: all but its logits is taken\n`);
  if (other.decoder && !network.decoder)
    process.stderr.write(`deeplab: ${path}: its decoder is left out\n`);
  trainer.startFrom(weights);
}
