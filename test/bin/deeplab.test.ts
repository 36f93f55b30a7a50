import {spawn} from "node:child_process";
import {mkdirSync, readdirSync, readFileSync, writeFileSync} from "node:fs";
import {join} from "node:path";
import {fileURLToPath} from "node:url";
import {afterAll, beforeAll, describe, expect, it, vi} from "vitest";
import {runCommand} from "../../bin/commands.ts";
import {InputError} from "../../bin/inputError.ts";
import {readLabels, readPicture} from "../../bin/pictures.ts";
import {readPngHeader, writePng} from "../../bin/png.ts";
import {classes, VOID} from "../../src/model/classes.ts";
import {deeplabV3Plus, shippedOptions} from "../../src/model/deeplab.ts";
import {weightShapes} from "../../src/model/network.ts";
import {mulberry32, randomNormal} from "../../src/model/random.ts";
import {writeSafetensors, type Weights} from "../../src/model/weights.ts";
import {buildPng, quartersJpeg, temporaryFolder, withOrientation} from "./files.ts";

const folder = temporaryFolder();
const inFolder = (name: string) => join(folder, name);
const root = fileURLToPath(new URL("../..", import.meta.url));

interface Outcome {
  code: number | null;
  out: string;
  err: string;
}

/** Runs the command line in a process of its own, in the temporary folder. */
function deeplab(...args: string[]): Promise<Outcome> {
  const tsx = import.meta.resolve("tsx");
  const child = spawn(process.execPath, ["--import", tsx, join(root, "bin/deeplab.ts"), ...args], {
    cwd: folder
  });
  const outcome: Outcome = {code: null, out: "", err: ""};
  child.stdout.setEncoding("utf8").on("data", (text: string) => (outcome.out += text));
  child.stderr.setEncoding("utf8").on("data", (text: string) => (outcome.err += text));
  return new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (code) => resolve({...outcome, code}));
  });
}

/** Runs the command line in this process, which is quicker, and returns what it prints. */
async function printed(...args: string[]): Promise<string> {
  const lines: unknown[] = [];
  const log = vi.spyOn(console, "log").mockImplementation((line) => lines.push(line));
  const progress = vi.spyOn(process.stderr, "write").mockImplementation(() => true);
  try {
    await runCommand(args);
  } finally {
    log.mockRestore();
    progress.mockRestore();
  }
  return lines.join("\n");
}

/** Weights of the shipped architecture that nobody trained: what fits, but knows nothing. */
function randomWeights(seed: number): Weights {
  const random = mulberry32(seed);
  const weights: Weights = new Map();
  for (const [name, shape] of weightShapes(deeplabV3Plus(shippedOptions))) {
    const length = shape.reduce((a, b) => a * b, 1);
    const fanIn = shape.length === 4 && !name.includes("depthwise") ? length / shape[3] : 9;
    const kernel = () => randomNormal(random) * Math.sqrt(2 / fanIn);
    const value = shape.length === 4 ? kernel : () => (/gamma|variance/.test(name) ? 1 : 0);
    weights.set(name, {shape, data: Float32Array.from({length}, value)});
  }
  return weights;
}

const home = process.cwd();
afterAll(() => process.chdir(home));

beforeAll(() => {
  process.chdir(folder);
  const weights = writeSafetensors(randomWeights(1));
  writeFileSync(inFolder("random.safetensors"), weights);
  writeFileSync(inFolder("cut.safetensors"), weights.subarray(0, 1000000));
  const foreign = new Map([["fc6/weights", {shape: [2, 2], data: new Float32Array(4)}]]);
  writeFileSync(inFolder("foreign.safetensors"), writeSafetensors(foreign));

  const jpeg = quartersJpeg(96, 64);
  writeFileSync(inFolder("photo.jpg"), jpeg);
  writeFileSync(inFolder("turned.jpeg"), withOrientation(jpeg, 6));
  writeFileSync(inFolder("photo.png"), writePng(16, 16, 3, new Uint8Array(768)));
  writeFileSync(inFolder("text.jpg"), "Not a picture.\n");
  writeFileSync(inFolder("moving.gif"), "GIF89a\x01\0\x01\0");
  writeFileSync(inFolder("dot.png"), writePng(1, 1, 3, new Uint8Array(3)));
  const huge = buildPng({width: 12000, height: 9000, colorType: 2}, new Uint8Array(9));
  writeFileSync(inFolder("huge.png"), huge);
  writeFileSync(inFolder("cut.jpg"), jpeg.subarray(0, jpeg.length / 2));

  const dataset = (name: string, labels: Record<string, Uint8Array>) => {
    mkdirSync(inFolder(`${name}/images`), {recursive: true});
    mkdirSync(inFolder(`${name}/labels`));
    for (const image of ["a", "b"]) writeFileSync(inFolder(`${name}/images/${image}.jpg`), jpeg);
    writeFileSync(inFolder(`${name}/images/notes.txt`), "not a picture, and no matter");
    for (const [file, bytes] of Object.entries(labels)) {
      writeFileSync(inFolder(`${name}/labels/${file}.png`), bytes);
    }
  };
  const labels = Uint8Array.from({length: 96 * 64}, (_, i) => Math.floor((i % 96) / 8));
  const good = writePng(96, 64, 1, labels);
  dataset("good", {a: good, b: good, extra: good});
  dataset("missing", {a: good});
  dataset("other", {a: good, b: writePng(64, 96, 1, labels)});
  dataset("range", {a: good, b: writePng(96, 64, 1, labels.with(96 * 2 + 5, 77))});
  dataset("colored", {a: writePng(96, 64, 3, new Uint8Array(96 * 64 * 3)), b: good});
  mkdirSync(inFolder("empty"));
});

const weights = ["--weights", "random.safetensors"];

describe("bad input is named, with what is legal", () => {
  const folders = (name: string) => ["--images", `${name}/images`, "--labels", `${name}/labels`];
  const rate = (text: string) => `invalid rate: ${text}; a whole number from 1 to 1024 is legal`;
  const cases: [args: string[], message: string][] = [
    [[], "no command; there are segment, evaluate, cost, receptive-field, crf, train"],
    [
      ["paint"],
      "unknown command: paint; there are segment, evaluate, cost, receptive-field, crf, train"
    ],
    [["segment"], "segment needs a picture"],
    [["segment", "photo.jpg", "--speed"], "unknown option --speed; segment has --out,"],
    [["segment", "photo.jpg", "--rates"], "argument missing"],
    [["segment", "photo.jpg", "--rates", "0"], rate("0")],
    [["segment", "photo.jpg", "--rates", "-1"], rate("-1")],
    [["segment", "photo.jpg", "--rates", "3,2.5,9"], rate("2.5")],
    [["segment", "photo.jpg", "--rates", "1e9"], rate("1e9")],
    [["segment", "photo.jpg", "--rates", "3,x,9"], rate("x")],
    [["segment", "photo.jpg", "--rates", "3,,9"], rate("nothing")],
    [["segment", "photo.jpg", "--rates", "3,6"], "invalid rates: 3,6; 3 are needed"],
    [["segment", "photo.jpg", "--output-stride", "4"], "output stride: 4; 8, 16, 32 are legal"],
    [["segment", "none.jpg"], "none.jpg: no such file"],
    [["segment", "empty"], "empty: a folder, not a file"],
    [["segment", "text.jpg"], 'text.jpg: not a picture: it starts with "Not a pictur"'],
    [["segment", "moving.gif"], "moving.gif: GIF is not supported; use PNG or JPEG"],
    [["segment", "dot.png"], "dot.png: picture too small: 1×1; at least 16×16 is needed"],
    [
      ["segment", "huge.png"],
      "huge.png: picture too large: 12000×9000 (108 megapixels); at most 50"
    ],
    [["segment", "photo.jpg", "cut.jpg"], "cut.jpg: the JPEG file is truncated"],
    [["segment", "photo.jpg", "photo.png"], "both be written as photo.mask.png"],
    [["segment", "photo.jpg", "--weights", "none"], "none: no such file"],
    [["segment", "photo.jpg", "--weights", "text.jpg"], "text.jpg: not a safetensors file"],
    [["segment", "photo.jpg", "--weights", "cut.safetensors"], "the file may be truncated"],
    [["segment", "photo.jpg", "--weights", "foreign.safetensors"], "extra fc6/weights [2, 2]"],
    [
      ["segment", "photo.jpg", ...weights, "--out", "photo.jpg"],
      "photo.jpg: cannot make this folder"
    ],
    [["evaluate"], "needs --images DIR and --labels DIR, or --scenes N"],
    [["evaluate", "--images", "good/images"], "needs --images DIR and --labels DIR"],
    [["evaluate", "--images", "none", "--labels", "empty"], "none: no such file or folder"],
    [["evaluate", "--images", "empty", "--labels", "empty"], "empty: no PNG or JPEG picture"],
    [["evaluate", ...folders("missing")], "labels/b.png: no such file, the labels of"],
    [["evaluate", ...folders("good"), "extra"], "unexpected argument: extra"],
    [["evaluate", ...folders("good"), "--scenes", "3"], "leave out --images"],
    [["evaluate", ...folders("good"), "--seed", "3"], "it needs --scenes"],
    [["evaluate", ...folders("good"), "--head", "foot"], "invalid head: foot; decoder, encoder"],
    [["evaluate", ...folders("other"), ...weights], "b.png: 64×96, but"],
    [["evaluate", ...folders("range"), ...weights], "b.png: invalid label 77 at (5, 2); 0 to 10"],
    [["evaluate", ...folders("colored"), ...weights], "a.png: labels are read from grayscale"],
    [["evaluate", "--scenes", "0"], "invalid number of scenes: 0; a whole number from 1"],
    [["evaluate", "--scenes", "2.5"], "invalid number of scenes: 2.5"],
    [["evaluate", "--scenes", "5", "--seed", "-1"], "invalid seed: -1"]
  ];

  it.each(cases)("%j", async (args, message) => {
    await expect(runCommand(args)).rejects.toThrow(InputError);
    await expect(runCommand(args)).rejects.toThrow(message);
  });
});

it("bad input exits with code 2, its message on standard error, nothing on standard output", async () => {
  for (const [args, message] of [
    [["segment", "text.jpg", "--json"], "deeplab: text.jpg: not a picture: it starts with"],
    [["evaluate", "--scenes", "5", "--seed", "-1"], "deeplab: invalid seed: -1; a whole number"]
  ] as const) {
    const {code, out, err} = await deeplab(...args);
    expect(err.startsWith(message)).toBe(true);
    expect(err.trim().split("\n")).toHaveLength(1);
    expect([code, out]).toEqual([2, ""]);
  }
});

it("a failure that is not the input's exits with code 1", async () => {
  mkdirSync(inFolder("blocked/photo.mask.png"), {recursive: true});
  const {code, out, err} = await deeplab("segment", "photo.jpg", "--out", "blocked", ...weights);
  expect(err).toBe(
    `deeplab: ${join("blocked", "photo.mask.png")}: cannot write: a folder of that name is there\n`
  );
  expect([code, out]).toEqual([1, ""]);
  expect(readdirSync(inFolder("blocked"))).toEqual(["photo.mask.png"]); // nothing half written
});

it("each command has help", async () => {
  for (const args of [[], ["segment"], ["evaluate"]]) {
    const out = await printed(...args, "--help");
    expect(out).toContain(`deeplab ${args[0] ?? "COMMAND"}`);
    for (const line of out.split("\n")) expect(line.length).toBeLessThanOrEqual(100);
  }
});

describe("segment", () => {
  it("writes mask, overlay and labels of the upright photo's own size, and the shares", async () => {
    const args = ["photo.jpg", "turned.jpeg", "--out", "new/results", ...weights, "--json"];
    const {code, out, err} = await deeplab("segment", ...args);
    expect([code, err]).toEqual([0, ""]);
    const {images} = JSON.parse(out);
    expect(images.map(({image}: {image: string}) => image)).toEqual(["photo.jpg", "turned.jpeg"]);
    for (const {width, height, shares, files, rates, outputStride} of images) {
      expect([width, height].sort()).toEqual([64, 96]);
      expect([rates, outputStride]).toEqual([[3, 6, 9], 16]);
      const index = readFileSync(inFolder(files.index));
      expect(readPngHeader(index)).toMatchObject({width, height, depth: 8, colorType: 0});
      const {labels} = readLabels(inFolder(files.index));
      classes.forEach(({name}, c) => {
        const count = labels.filter((label) => label === c).length;
        expect(shares[name]).toBeCloseTo(count / labels.length, 12);
      });
      const mask = await readPicture(inFolder(files.mask));
      expect([mask.width, mask.height]).toEqual([width, height]);
      labels.forEach((label, i) => {
        const rgb = [...mask.data.subarray(4 * i, 4 * i + 3)];
        const color = `#${rgb.map((value) => value.toString(16).padStart(2, "0")).join("")}`;
        if (color !== classes[label].color) expect.fail(`pixel ${i}: ${color} for ${label}`);
      });
      const overlay = await readPicture(inFolder(files.overlay));
      expect([overlay.width, overlay.height]).toEqual([width, height]);
    }
    expect(images[1].width).toBe(64);
    expect(readdirSync(inFolder("new/results")).sort()).toEqual(
      ["photo", "turned"].flatMap((name) =>
        ["index", "mask", "overlay"].map((k) => `${name}.${k}.png`)
      )
    );
  });

  it("prints a table for people, and uses the rates and stride asked for", async () => {
    const args = ["--output-stride", "8", "--rates", "1,2,24", ...weights];
    const out = await printed("segment", "photo.jpg", ...args);
    expect(out).toContain("output stride 8, rates 1, 2, 24");
    for (const {name} of classes) expect(out).toMatch(new RegExp(`^  ${name} +\\d+\\.\\d %$`, "m"));
    expect(readdirSync(inFolder("out"))).toContain("photo.index.png");
  });

  it("leaves earlier results alone when its input is bad", async () => {
    mkdirSync(inFolder("kept"));
    writeFileSync(inFolder("kept/photo.mask.png"), "earlier");
    const args = ["photo.jpg", "cut.jpg", "--out", "kept", ...weights];
    await expect(printed("segment", ...args)).rejects.toThrow(InputError);
    expect(readdirSync(inFolder("kept"))).toEqual(["photo.mask.png"]);
    expect(readFileSync(inFolder("kept/photo.mask.png"), "utf8")).toBe("earlier");
  });
});

describe("evaluate", () => {
  it("prints one object: scores over all pictures with labels, void ignored", async () => {
    const folders = ["--images", "good/images", "--labels", "good/labels"];
    const {code, out} = await deeplab("evaluate", ...folders, ...weights, "--json");
    expect(code).toBe(0);
    expect(out.trim().split("\n")).toHaveLength(1);
    const scores = JSON.parse(out);
    expect(Object.keys(scores)).toEqual([
      "mIoU",
      "pixelAccuracy",
      "frequencyWeightedIoU",
      "perClass",
      "trimap",
      "confusion",
      "images"
    ]);
    expect(scores.images).toBe(2);
    expect(Object.keys(scores.perClass)).toEqual(classes.map(({name}) => name));
    const ious = Object.values<number>(scores.perClass);
    expect(scores.mIoU).toBeCloseTo(ious.reduce((a, b) => a + b) / classes.length, 12);

    // The same from segment's labels, by hand: both read each picture in one way.
    await printed("segment", "good/images/a.jpg", "--out", "byHand", ...weights);
    const predicted = readLabels(inFolder("byHand/a.index.png")).labels;
    const truth = readLabels(inFolder("good/labels/a.png")).labels;
    let right = 0;
    let all = 0;
    truth.forEach((label, i) => {
      if (label === VOID) return;
      ++all;
      if (label === predicted[i]) ++right;
    });
    expect(all).toBeLessThan(truth.length);
    expect(scores.pixelAccuracy).toBeCloseTo(right / all, 12);
  });

  it("draws scenes that depend on the seed alone, and knows both heads", async () => {
    const run = (...args: string[]) =>
      printed("evaluate", "--scenes", "2", ...args, ...weights, "--json");
    const first = await run();
    const again = await run("--seed", "0");
    const later = await run("--seed", "7");
    const encoder = await run("--head", "encoder");
    expect(again).toBe(first);
    expect(later).not.toBe(first);
    expect(encoder).not.toBe(first);
    expect(JSON.parse(first).images).toBe(2);
  });

  it("prints tables for people", async () => {
    const out = await printed("evaluate", "--scenes", "1", ...weights);
    expect(out).toMatch(/^mIoU +\d+\.\d %$/m);
    expect(out).toMatch(/^16 px of a boundary +\d+\.\d %$/m);
  });
});
