import {mkdirSync, readdirSync, readFileSync, writeFileSync} from "node:fs";
import {join} from "node:path";
import {beforeAll, describe, expect, it} from "vitest";
import {runCommand} from "../../bin/commands.ts";
import {writeOutputFile} from "../../bin/files.ts";
import {InputError} from "../../bin/inputError.ts";
import {writePng} from "../../bin/png.ts";
import {VOID} from "../../src/model/classes.ts";
import {deeplabV3Plus, shippedOptions} from "../../src/model/deeplab.ts";
import {mulberry32} from "../../src/model/random.ts";
import {Trainer} from "../../src/model/train/trainer.ts";
import {checkWeights, readSafetensors, writeSafetensors} from "../../src/model/weights.ts";
import {temporaryFolder} from "./files.ts";
import {train as trainProcess, type Intervention, type Outcome} from "./trainProcess.ts";

const folder = temporaryFolder();
const inFolder = (name: string) => join(folder, name);
const network = deeplabV3Plus(shippedOptions);

/** A folder of two small pictures, and of whichever labels are given. */
function dataset(name: string, labels: Record<string, Uint8Array>): void {
  mkdirSync(inFolder(`${name}/images`), {recursive: true});
  mkdirSync(inFolder(`${name}/labels`));
  const random = mulberry32(1);
  for (const picture of ["a", "b"]) {
    const pixels = Uint8Array.from({length: 48 * 36 * 3}, () => 256 * random());
    writeFileSync(inFolder(`${name}/images/${picture}.png`), writePng(48, 36, 3, pixels));
  }
  for (const [picture, png] of Object.entries(labels))
    writeFileSync(inFolder(`${name}/labels/${picture}.png`), png);
}

beforeAll(() => {
  const labels = Uint8Array.from({length: 48 * 36}, (_, i) => Math.floor((i % 48) / 4));
  const good = writePng(48, 36, 1, labels);
  dataset("good", {a: good, b: good});
  dataset("missing", {a: good});
  dataset("turned", {a: good, b: writePng(36, 48, 1, labels)});
  dataset("range", {a: good, b: writePng(48, 36, 1, labels.with(100, 77))});
  dataset("void", {a: good, b: good});
  for (const name of ["a", "b"])
    writeFileSync(inFolder(`void/labels/${name}.png`), writePng(48, 36, 1, labels.fill(VOID)));
  mkdirSync(inFolder("blank/images"), {recursive: true});
  mkdirSync(inFolder("empty"));
  writeFileSync(inFolder("text.checkpoint"), "Not a checkpoint.\n");
  const trainer = new Trainer(network, mulberry32(1));
  writeFileSync(inFolder("weights.safetensors"), writeSafetensors(trainer.averaged()));
  const small = new Map([["trained", {shape: [2], data: new Float32Array(2)}]]);
  const metadata = {step: "3", seconds: "1", settings: '{"steps":"9","scenes":"0.5"}'};
  writeFileSync(inFolder("foreign.checkpoint"), writeSafetensors(small, {metadata}));
  const whole = writeSafetensors(trainer.checkpoint(), {dtype: "F32", metadata});
  writeFileSync(inFolder("cut.checkpoint"), whole.subarray(0, 1e6));
});

describe("bad input is named, with what is legal, before any training", () => {
  const path = (name: string) => inFolder(name);
  const good = ["--data", path("good"), "--steps", "1"];
  it.each<[args: string[], message: string]>([
    [[], "train needs either --minutes M or --steps N"],
    [["--steps", "1", "--minutes", "1"], "train needs either --minutes M or --steps N"],
    [["--steps", "0"], "invalid --steps: 0; a whole number from 1"],
    [["--steps", "2.5"], "invalid --steps: 2.5"],
    [["--minutes", "-1"], "invalid --minutes: -1"],
    [["--minutes", "soon"], "invalid --minutes: soon"],
    [
      ["--steps", "1", "--threads", "9"],
      "invalid number of threads: 9; a whole number from 1 to 2"
    ],
    [["--steps", "1", "--seed", "x"], "invalid seed: x"],
    [["--steps", "1", "--learning-rate", "0"], "invalid --learning-rate: 0"],
    [["--steps", "1", "--scenes", "0.5"], "without --data, only 1 is legal"],
    [[...good, "--scenes", "1.5"], "invalid --scenes: 1.5; a number from 0 to 1 is legal"],
    [
      ["--steps", "1", "--backend", "abacus"],
      "invalid backend: abacus; wasm, webgpu, cpu are legal"
    ],
    [["--steps", "1", "--speed"], "unknown option --speed; train has --data,"],
    [["--steps", "1", "more"], "unexpected argument: more"],
    [["--steps", "1", "--data", path("none")], `${path("none/images")}: no such file or folder`],
    [["--steps", "1", "--data", path("empty")], `${path("empty/images")}: no such file or folder`],
    [
      ["--steps", "1", "--data", path("blank")],
      `${path("blank/images")}: no PNG or JPEG picture in`
    ],
    [["--steps", "1", "--data", path("missing")], `${path("missing/labels/b.png")}: no such file`],
    [
      ["--steps", "1", "--data", path("turned")],
      `${path("turned/labels/b.png")}: 36×48, but ${path("turned/images/b.png")} is 48×36`
    ],
    [
      ["--steps", "1", "--data", path("range")],
      `${path("range/labels/b.png")}: invalid label 77 at (4, 2); 0 to 10`
    ],
    [["--steps", "1", "--data", path("void"), "--scenes", "0"], "no labeled pixel"],
    [[...good, "--resume", path("none")], `${path("none")}: no such file`],
    [[...good, "--resume", path("text.checkpoint")], `${path("text.checkpoint")}: `],
    [[...good, "--resume", path("cut.checkpoint")], `${path("cut.checkpoint")}: `],
    [
      [...good, "--resume", path("weights.safetensors")],
      `${path("weights.safetensors")}: not a training checkpoint`
    ],
    [
      [...good, "--resume", path("foreign.checkpoint"), "--allow-change"],
      `${path("foreign.checkpoint")}: the checkpoint does not fit: trained has 2 values`
    ],
    [[...good, "--from", path("foreign.checkpoint")], "extra trained [2]"],
    [[...good, "--from", "a", "--resume", "b"], "give one of them"],
    [[...good, "--out", path("text.checkpoint/street")], `${path("text.checkpoint")}: cannot make`]
  ])("train %j", async (args, message) => {
    const error = await runCommand(["train", ...args]).catch((error: unknown) => error);
    expect(error instanceof InputError || error instanceof RangeError, String(error)).toBe(true);
    expect((error as Error).message).toContain(message);
  });
});

/** Runs `deeplab train`; ends it early, as a system that shuts down does, once it has said *until*. */
function train(args: string[], until?: string): Promise<Outcome> {
  const act: Intervention["act"] = (kill) => kill("SIGTERM");
  return trainProcess(args, folder, ...(until === undefined ? [] : [{until, act}]));
}

const read = (name: string) => readSafetensors(readFileSync(inFolder(name)));
const tensorsOf = (name: string) =>
  Buffer.from(writeSafetensors(read(name).tensors, {dtype: "F32"}));

describe("deeplab train", () => {
  it("gives the same on one thread as on two that were interrupted and went on", async () => {
    const size = ["--size", "129x97"];
    const options = ["--data", inFolder("good"), ...size, "--scenes", "0.5", "--steps", "3"];
    const one = await train([...options, "--threads", "1", "--out", "one.safetensors"]);
    expect(one).toMatchObject({code: 0, out: ""});
    expect(one.err).toContain("training on 2 pictures and scenes, 1 thread, batch 8");
    expect(one.err).toMatch(
      /step 1 {2}loss \d\.\d+ {2}mIoU 0\.\d+ {2}\d+\.\d images\/s {2}\d+:\d\d left/
    );
    expect(one.err).toContain("one.safetensors written after 3 steps");

    const two = [...options, "--threads", "2", "--out", "new/two.safetensors"];
    expect((await train(two, "step 1")).code).toBe(0);
    const taken = Number(read("new/two.safetensors.checkpoint").metadata.step);
    expect(taken).toBeGreaterThanOrEqual(1);
    expect(taken).toBeLessThan(3);
    expect((await train([...two, "--resume", "new/two.safetensors.checkpoint"])).code).toBe(0);

    for (const name of ["safetensors", "safetensors.checkpoint"])
      expect(tensorsOf(`one.${name}`).equals(tensorsOf(`new/two.${name}`)), name).toBe(true);
    const {tensors, metadata} = read("one.safetensors");
    checkWeights(network, tensors);
    expect(metadata.step).toBe("3");
    expect(readFileSync(inFolder("one.safetensors")).length).toBeLessThan(1.5e6);
    expect(readdirSync(inFolder("new")).sort()).toEqual([
      "two.safetensors",
      "two.safetensors.checkpoint"
    ]);
  }, 600_000);

  it("tells bad input by its exit code, on standard error alone", async () => {
    const {code, out, err} = await train(["--steps", "1", "--data", inFolder("missing")]);
    expect({code, out}).toEqual({code: 2, out: ""});
    expect(err).toContain(`deeplab: ${inFolder("missing/labels/b.png")}: no such file`);
    expect(err.trim()).not.toContain("\n");
  });

  it("prints its help", async () => {
    const {code, out} = await train(["--help"]);
    expect(code).toBe(0);
    for (const option of ["data", "scenes", "minutes", "steps", "seed", "threads", "resume", "out"])
      expect(out).toContain(`--${option} `);
  });
});

it("a write that fails leaves what was there, and no other file", () => {
  mkdirSync(inFolder("kept/folder/inside"), {recursive: true});
  // The draft is written, but cannot take the place of a folder.
  expect(() => writeOutputFile(inFolder("kept/folder"), "new")).toThrow(
    "kept/folder: cannot write"
  );
  expect(() => writeOutputFile(inFolder("kept/none/file"), "new")).toThrow(
    "no such file or folder"
  );
  writeOutputFile(inFolder("kept/file"), "old");
  writeOutputFile(inFolder("kept/file"), "new");
  expect(readFileSync(inFolder("kept/file"), "utf8")).toBe("new");
  expect(readdirSync(inFolder("kept")).sort()).toEqual(["file", "folder"]);
});
