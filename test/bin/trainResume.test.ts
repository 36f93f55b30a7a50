import {existsSync, readFileSync, writeFileSync} from "node:fs";
import {join} from "node:path";
import {afterEach, beforeAll, describe, expect, it, vi} from "vitest";
import {runCommand} from "../../bin/commands.ts";
import {Crew} from "../../bin/crew.ts";
import {InputError} from "../../bin/inputError.ts";
import {readCheckpoint} from "../../bin/trainFiles.ts";
import {readSafetensors, writeSafetensors} from "../../src/model/weights.ts";
import {temporaryFolder} from "./files.ts";
import {writeShapes} from "./shapes.ts";

const folder = temporaryFolder();
const inFolder = (name: string) => join(folder, name);
const checkpoint = inFolder("first.checkpoint");
const shapes = ["--data", inFolder("shapes")];

afterEach(() => vi.restoreAllMocks());

/** Runs `deeplab train` on one thread; returns what it said. */
async function train(...args: string[]): Promise<string> {
  let said = "";
  vi.spyOn(process.stderr, "write").mockImplementation((text) => {
    said += String(text);
    return true;
  });
  await runCommand(["train", "--threads", "1", ...args]);
  vi.restoreAllMocks();
  return said;
}

const fault = (...args: string[]) => train(...args).then(String, (error: unknown) => error);
const read = (name: string) => readSafetensors(readFileSync(inFolder(name)));
const bytesOf = (name: string) => Buffer.from(writeSafetensors(read(name).tensors, {dtype: "F32"}));

beforeAll(async () => {
  writeShapes(inFolder("shapes"), 2, 1);
  writeShapes(inFolder("others"), 2, 9);
  const options = ["--size", "65x65", "--seed", "7", "--learning-rate", "0.002"];
  await train(...shapes, ...options, "--steps", "2", "--out", inFolder("whole"));
  await train(...shapes, ...options, "--steps", "1", "--out", inFolder("first"));
}, 120_000);

describe("a run that goes on", () => {
  it("keeps its options, its files and its length, unless others are given", async () => {
    expect(readCheckpoint(checkpoint).settings).toMatchObject({
      size: "65x65",
      seed: "7",
      "learning-rate": "0.002",
      scenes: "0",
      steps: "1"
    });
    // The length is over: nothing is trained, and both files are written as they are.
    const before = bytesOf("first");
    expect(await train(...shapes, "--resume", checkpoint)).toContain("written after 1 steps");
    expect(bytesOf("first").equals(before)).toBe(true);
    // A checkpoint exports weights of full precision.
    await train(
      ...shapes,
      "--resume",
      checkpoint,
      "--precision",
      "full",
      "--out",
      inFolder("full")
    );
    const [half, full] = ["first", "full"].map(
      (name) => read(name).tensors.get("logits/semantic/weights")!.data
    );
    expect(half).not.toEqual(full);
    expect(Math.max(...half.map((value, i) => Math.abs(value - full[i])))).toBeLessThan(1e-4);
    expect(readFileSync(inFolder("full")).length).toBeGreaterThan(
      1.9 * readFileSync(inFolder("first")).length
    );
  }, 60_000);

  it.each<[what: string, args: string[], difference: string]>([
    ["seed", ["--seed", "8"], "--seed 7, not 8"],
    ["size", ["--size", "97x65"], "--size 65x65, not 97x65"],
    ["rate", ["--learning-rate", "0.01"], "--learning-rate 0.002, not 0.01"]
  ])("is refused another %s, by name", async (_, args, difference) => {
    const error = await fault(...shapes, "--steps", "2", "--resume", checkpoint, ...args);
    expect(error).toBeInstanceOf(InputError);
    expect((error as Error).message).toBe(
      `${checkpoint}: trained with ${difference}: give the same, or add --allow-change`
    );
  });

  it("is refused other data, classes or architecture", async () => {
    const resume = ["--steps", "2", "--resume", checkpoint];
    const others = ["--data", inFolder("others")];
    expect(String(await fault(...others, ...resume))).toMatch(
      /--data 2 pictures, [0-9a-f]+, not 2 pictures, [0-9a-f]+: give the same/
    );
    expect(String(await fault("--scenes", "1", ...resume))).toContain(
      "its classes are background, disk, square, but those of the pictures are sky, building,"
    );
    expect(String(await fault(...shapes, "--no-decoder", ...resume))).toContain(
      "a network with decoder: --no-decoder cannot go on from it"
    );
  });

  it("takes the change that one allows, and says so", async () => {
    const said = await train(
      ...[...shapes, "--steps", "2", "--resume", checkpoint, "--out", inFolder("changed")],
      ...["--seed", "8", "--allow-change"]
    );
    expect(said).toContain(`deeplab: ${checkpoint}: trained with --seed 7, not 8\n`);
    expect(bytesOf("changed").equals(bytesOf("whole"))).toBe(false);
    expect(readCheckpoint(inFolder("changed.checkpoint")).settings.seed).toBe("8");
  }, 60_000);
});

describe("a run whose second step fails", () => {
  const run = (name: string) =>
    fault(...shapes, "--size", "65x65", "--steps", "3", "--out", inFolder(name));

  it("saves what the first gave", async () => {
    const {step} = Crew.prototype;
    vi.spyOn(Crew.prototype, "step").mockImplementation(function (this: Crew, number) {
      return number === 0 ? step.call(this, 0) : Promise.reject(new Error("out of memory"));
    });
    expect(String(await run("failed"))).toBe("Error: out of memory");
    expect(readCheckpoint(inFolder("failed.checkpoint")).step).toBe(1);
    expect(read("failed").metadata.step).toBe("1");
  }, 60_000);

  it("saves nothing of a gradient that is not finite", async () => {
    const {step} = Crew.prototype;
    vi.spyOn(Crew.prototype, "step").mockImplementation(async function (this: Crew, number) {
      const replies = await step.call(this, number);
      if (number === 1) this.gradients[0].gradient[0] = NaN;
      return replies;
    });
    expect(String(await run("diverged"))).toContain("the gradient of step 2 is not finite");
    expect(existsSync(inFolder("diverged.checkpoint"))).toBe(false);
  }, 60_000);
});

describe("a run from given weights", () => {
  it("of other classes takes all but the logits, and says so", async () => {
    writeFileSync(
      inFolder("shapes/classes.json"),
      '{"classes": ["ground", "disk", "box", "ball"], "void": 255}'
    );
    const said = await train(
      ...[...shapes, "--size", "65x65", "--steps", "1", "--learning-rate", "1e-7"],
      ...["--from", inFolder("full"), "--out", inFolder("tuned"), "--precision", "full"]
    );
    expect(said).toContain(`${inFolder("full")}: of other classes: all but its logits is taken`);
    expect(said).toContain("no pixel to learn these classes from: ball");
    const [from, to] = [read("full").tensors, read("tuned").tensors];
    const kernel = "concat_projection/weights";
    const gap = to.get(kernel)!.data.map((value, i) => Math.abs(value - from.get(kernel)!.data[i]));
    expect(Math.max(...gap)).toBeLessThan(1e-6);
    expect(to.get("encoder_logits/semantic/weights")!.shape).toEqual([1, 1, 96, 4]);
  }, 60_000);

  it("without decoder starts from a network that has one, with its encoder's logits", async () => {
    const said = await train(
      ...[...shapes, "--size", "65x65", "--steps", "1", "--no-decoder", "--learning-rate", "1e-7"],
      ...["--from", inFolder("tuned"), "--out", inFolder("half"), "--precision", "full"]
    );
    expect(said).toContain(`${inFolder("tuned")}: its decoder is left out`);
    const [from, to] = [read("tuned").tensors, read("half").tensors];
    const [before, after] = [
      from.get("encoder_logits/semantic/weights")!.data,
      to.get("logits/semantic/weights")!.data
    ];
    expect(Math.max(...after.map((value, i) => Math.abs(value - before[i])))).toBeLessThan(1e-6);
  }, 60_000);

  it("without decoder goes on without, and says it in the file", async () => {
    const bare = [...shapes, "--size", "65x65", "--steps", "1", "--no-decoder"];
    await train(...bare, "--out", inFolder("bare"));
    const {tensors, metadata} = read("bare");
    expect(metadata.decoder).toBe("none");
    expect([...tensors.keys()].filter((name) => name.startsWith("decoder/"))).toEqual([]);
    const wrong = await fault(
      ...[...bare.slice(0, -1), "--from", inFolder("bare"), "--out", inFolder("none")]
    );
    expect(String(wrong)).toContain("a network without decoder; add --no-decoder");
    vi.spyOn(console, "log").mockImplementation(() => undefined);
    await runCommand([
      ...["segment", inFolder("shapes/images/0.png"), "--weights", inFolder("bare")],
      ...["--out", inFolder("painted"), "--json"]
    ]);
    expect(console.log).toHaveBeenCalledWith(expect.stringContaining('"ball"'));
  }, 60_000);
});
