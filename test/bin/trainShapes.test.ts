import {readFileSync} from "node:fs";
import {join} from "node:path";
import {afterEach, beforeAll, expect, it, vi} from "vitest";
import {runCommand} from "../../bin/commands.ts";
import {readPngSamples} from "../../bin/png.ts";
import {readSafetensors} from "../../src/model/weights.ts";
import {temporaryFolder} from "./files.ts";
import {shapesSize, writeShapes} from "./shapes.ts";

// A data set of one's own, from the folder to the scores, as docs/training.md shows it.
const folder = temporaryFolder();
const inFolder = (name: string) => join(folder, name);
const weights = inFolder("shapes.safetensors");

beforeAll(() => {
  writeShapes(inFolder("train"), 12, 1);
  writeShapes(inFolder("val"), 6, 2);
});
afterEach(() => vi.restoreAllMocks());

/** Runs a command; returns what it printed to standard output and to standard error. */
async function run(...args: string[]): Promise<{out: string; err: string}> {
  const printed = {out: "", err: ""};
  vi.spyOn(console, "log").mockImplementation((text: string) => void (printed.out += text));
  vi.spyOn(process.stderr, "write").mockImplementation((text) => {
    printed.err += String(text);
    return true;
  });
  await runCommand(args);
  vi.restoreAllMocks();
  return printed;
}

const lossesIn = (text: string) => [...text.matchAll(/loss (\d\.\d+)/g)].map(([, n]) => Number(n));

it("trains on three classes of one's own until the loss has fallen", async () => {
  const {out, err} = await run(
    ...["train", "--data", inFolder("train"), "--size", "97x65", "--steps", "60"],
    ...["--learning-rate", "0.01", "--averaging", "0.9", "--out", weights]
  );
  expect(out).toBe("");
  expect(err).toContain("training on 12 pictures, ");
  const losses = lossesIn(err);
  // An even guess among three: ln 3 nats, and a Lovász loss of 2/3.
  expect(losses[0]).toBeCloseTo(Math.log(3) + 2 / 3, 1);
  expect(losses.at(-1)).toBeLessThan(0.7 * losses[0]);
  const {tensors, metadata} = readSafetensors(readFileSync(weights));
  expect(JSON.parse(metadata.classes)).toEqual(["background", "disk", "square"]);
  expect(metadata.size).toBe("97x65");
  expect(tensors.get("logits/semantic/weights")!.shape).toEqual([1, 1, 96, 3]);
}, 300_000);

it("which evaluate then scores on pictures that it has not seen", async () => {
  const {out} = await run(
    ...["evaluate", "--images", inFolder("val/images"), "--labels", inFolder("val/labels")],
    ...["--weights", weights, "--json"]
  );
  const scores = JSON.parse(out);
  expect(Object.keys(scores.perClass)).toEqual(["background", "disk", "square"]);
  expect(scores.images).toBe(6);
  // All background would be .25, an even guess less.
  expect(scores.mIoU).toBeGreaterThan(0.6);
});

it("and segment paints, with their names", async () => {
  const picture = inFolder("val/images/0.png");
  const {out} = await run(
    ...["segment", picture, "--weights", weights, "--out", inFolder("out"), "--json"]
  );
  const [{shares, files, width, height}] = JSON.parse(out).images;
  expect([width, height]).toEqual(shapesSize);
  expect(Object.keys(shares)).toEqual(["background", "disk", "square"]);
  const truth = readPngSamples(readFileSync(inFolder("val/labels/0.png"))).samples;
  const found = readPngSamples(readFileSync(files.index)).samples;
  const labeled = [...truth.keys()].filter((i) => truth[i] !== 255);
  const right = labeled.filter((i) => truth[i] === found[i]).length;
  expect(right / labeled.length).toBeGreaterThan(0.8);
});
