import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync
} from "node:fs";
import {join} from "node:path";
import {describe, expect, it} from "vitest";
import {removePartialFiles, writeOutputFile} from "../../bin/files.ts";
import {InputError} from "../../bin/inputError.ts";
import {readCheckpoint, TrainFiles, type TrainFilesOptions} from "../../bin/trainFiles.ts";
import {namedClasses} from "../../src/model/classes.ts";
import {deeplabV3Plus} from "../../src/model/deeplab.ts";
import {mulberry32} from "../../src/model/random.ts";
import {Trainer} from "../../src/model/train/trainer.ts";
import {readSafetensors} from "../../src/model/weights.ts";
import {temporaryFolder} from "./files.ts";

const folder = temporaryFolder();
const inFolder = (name: string) => join(folder, name);
const small = {widthMultiplier: 0.1, asppChannels: 4, decoderChannels: 4, skipChannels: 2};
const network = {
  classes: namedClasses(["cell", "wall"]),
  decoder: true,
  size: [65, 97]
} as const;
const settings = {seed: "1", scenes: "0"};

/** A trainer whose weights tell how many steps it took. */
function trainerAt(step: number): Trainer {
  const trainer = new Trainer(deeplabV3Plus({...small, classes: 2}), mulberry32(step));
  trainer.step = step;
  return trainer;
}

function files(name: string, options: Partial<TrainFilesOptions> = {}): TrainFiles {
  return new TrainFiles(inFolder(name), {precision: "half", network, settings, ...options});
}

const anew = {overwrite: false, resumed: undefined};

describe("a save", () => {
  it("writes a checkpoint that says all that going on from it needs, and the weights", () => {
    const run = files("new/a");
    run.prepare(trainerAt(0), anew);
    expect(readdirSync(inFolder("new"))).toEqual([]);
    run.save(trainerAt(7), 12.34);
    expect(run.fault).toBeUndefined();
    expect(readdirSync(inFolder("new")).sort()).toEqual(["a", "a.checkpoint"]);
    const checkpoint = readCheckpoint(run.checkpoint);
    expect(checkpoint).toMatchObject({step: 7, seconds: 12.3, settings, network});
    const trainer = trainerAt(0);
    trainer.restore(checkpoint.tensors, 7);
    expect(
      Buffer.from(trainer.trained.buffer).equals(Buffer.from(trainerAt(7).trained.buffer))
    ).toBe(true);
    const {metadata} = readSafetensors(readFileSync(run.weights));
    expect(metadata).toEqual({
      classes: '["cell","wall"]',
      size: "97x65",
      step: "7",
      seconds: "12.3"
    });
  });

  it("writes weights in half or full precision", () => {
    const exact = trainerAt(3).averaged().get("logits/semantic/weights")!.data;
    for (const precision of ["half", "full"] as const) {
      const run = files(precision, {precision});
      run.save(trainerAt(3), 1);
      const {tensors} = readSafetensors(readFileSync(run.weights));
      const {data} = tensors.get("logits/semantic/weights")!;
      const gap = Math.max(...data.map((value, i) => Math.abs(value - exact[i])));
      if (precision === "full") expect(gap).toBe(0);
      else expect(gap).toBeGreaterThan(0);
      expect(gap).toBeLessThan(1e-4);
    }
  });
});

describe("a disk that fills while training", () => {
  it("costs neither the run nor the files that are good, and is tried again", () => {
    let full = false;
    const write = (path: string, bytes: Uint8Array) => {
      if (!full) return writeOutputFile(path, bytes);
      throw new Error(`${path}: cannot write: no space left on the disk`);
    };
    const run = files("filling/a", {write});
    run.prepare(trainerAt(0), anew);
    run.save(trainerAt(5), 1);
    const bytes = () =>
      Buffer.concat([run.checkpoint, run.weights].map((path) => readFileSync(path)));
    const before = bytes();
    full = true;
    run.save(trainerAt(6), 2);
    expect(run.fault).toBe(
      `${run.checkpoint}: cannot write: no space left on the disk; what is saved is of step 5`
    );
    expect(bytes().equals(before)).toBe(true);
    full = false;
    run.save(trainerAt(7), 3);
    expect(run.fault).toBeUndefined();
    expect(readCheckpoint(run.checkpoint).step).toBe(7);
  });

  it("between the two files leaves a checkpoint that is newer than the weights", () => {
    let written = 0;
    const write = (path: string, bytes: Uint8Array) => {
      if (++written === 4) throw new Error(`${path}: cannot write: no space left on the disk`);
      writeOutputFile(path, bytes);
    };
    const run = files("between/a", {write});
    run.save(trainerAt(5), 1);
    run.save(trainerAt(6), 2);
    expect(run.fault).toBe(
      `${run.weights}: cannot write: no space left on the disk; what is saved is of step 6`
    );
    expect(readCheckpoint(run.checkpoint).step).toBe(6);
    expect(readSafetensors(readFileSync(run.weights)).metadata.step).toBe("5");
  });

  it("from the start is told as such", () => {
    const run = files("start/a", {
      write: (path) => {
        throw new Error(`${path}: cannot write: no space left in the disk quota`);
      }
    });
    run.save(trainerAt(1), 1);
    expect(run.fault).toContain(
      "cannot write: no space left in the disk quota; nothing is saved yet"
    );
  });

  it("is made again where the folder is gone", () => {
    const run = files("gone/a");
    run.prepare(trainerAt(0), anew);
    rmSync(inFolder("gone"), {recursive: true});
    run.save(trainerAt(1), 1);
    expect(run.fault).toBeUndefined();
    rmSync(inFolder("gone"), {recursive: true});
    writeFileSync(inFolder("gone"), "");
    run.save(trainerAt(2), 1);
    expect(run.fault).toContain(`${inFolder("gone")}: cannot make this folder`);
  });
});

it.skipIf(!existsSync("/dev/full"))("a write that the system refuses for want of space", () => {
  const run = files("device/a");
  run.save(trainerAt(1), 1);
  // Every write to /dev/full fails as on a full disk; the draft of the next file leads there.
  symlinkSync("/dev/full", `${run.checkpoint}.${process.pid}.partial`);
  run.save(trainerAt(2), 1);
  expect(run.fault).toBe(
    `${run.checkpoint}: cannot write: no space left on the disk; what is saved is of step 1`
  );
  expect(readCheckpoint(run.checkpoint).step).toBe(1);
  expect(readdirSync(inFolder("device")).sort()).toEqual(["a", "a.checkpoint"]);
  run.save(trainerAt(3), 1);
  expect(run.fault).toBeUndefined();
  expect(readCheckpoint(run.checkpoint).step).toBe(3);
});

describe("before the first step", () => {
  it("a disk without room for both files is refused", () => {
    const free = () => 100_000;
    expect(() => files("room/a", {freeBytes: free}).prepare(trainerAt(0), anew)).toThrow(
      /room: 0\.1 MB are free on this disk; training needs \d\.\d MB for its files$/
    );
  });

  it("a folder that cannot be written to is refused, as bad input", () => {
    const run = files("denied/a", {
      write: (path) => {
        throw new Error(`${path}: cannot write: permission denied`);
      }
    });
    expect(() => run.prepare(trainerAt(0), anew)).toThrow(InputError);
    expect(() => run.prepare(trainerAt(0), anew)).toThrow(
      "denied/a.trial: cannot write: permission"
    );
  });

  it("the files of an earlier run are not replaced, unless asked or resumed", () => {
    const earlier = files("earlier/a");
    earlier.save(trainerAt(5), 1);
    const again = () => files("earlier/a");
    expect(() => again().prepare(trainerAt(0), anew)).toThrow(
      `${earlier.checkpoint}: a file of an earlier run; go on from it with --resume ` +
        `${earlier.checkpoint}, name another --out, or add --overwrite`
    );
    again().prepare(trainerAt(0), {overwrite: true, resumed: undefined});
    again().prepare(trainerAt(0), {overwrite: false, resumed: earlier.checkpoint});
    const another = {overwrite: false, resumed: inFolder("half.checkpoint")};
    expect(() => again().prepare(trainerAt(0), another)).toThrow("of an earlier run");
    rmSync(earlier.checkpoint);
    expect(() => again().prepare(trainerAt(0), anew)).toThrow(`${earlier.weights}: a file of`);
  });

  it("what a killed process left half written goes, what a living one writes stays", () => {
    mkdirSync(inFolder("partial"));
    const names = [
      "a.checkpoint.999999999.partial",
      "a.999999999.partial",
      `a.${process.pid}.partial`,
      "b.999999999.partial",
      "a.partial"
    ];
    for (const name of names) writeFileSync(inFolder(`partial/${name}`), "");
    removePartialFiles(inFolder("partial/a"));
    expect(readdirSync(inFolder("partial")).sort()).toEqual(names.slice(2).sort());
  });
});
