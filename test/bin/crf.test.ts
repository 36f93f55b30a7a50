import {mkdirSync, writeFileSync} from "node:fs";
import {afterAll, beforeAll, describe, expect, it, vi} from "vitest";
import {runCommand} from "../../bin/commands.ts";
import {refinedLabels} from "../../bin/crfRefinement.ts";
import {InputError} from "../../bin/inputError.ts";
import {indexPng, readLabels} from "../../bin/pictures.ts";
import {writePng} from "../../bin/png.ts";
import {drawStreet} from "../../bin/streets.ts";
import {temporaryFolder} from "./files.ts";

const folder = temporaryFolder();
const home = process.cwd();
beforeAll(() => {
  process.chdir(folder);
  // Street 3 of those that evaluation draws, as files.
  const {picture, truth} = drawStreet(1_000_003);
  const {width, height, data} = picture;
  mkdirSync("labels");
  const rgb = data.filter((_, i) => i % 4 < 3);
  writeFileSync("street.png", writePng(width, height, 3, Uint8Array.from(rgb)));
  writeFileSync("labels/street.png", indexPng(truth));
});
afterAll(() => process.chdir(home));

async function deeplab(...args: string[]): Promise<string> {
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

const light = ["--smoothness", "3,3", "--appearance", "30,10,3"];

describe("deeplab crf", () => {
  it("tells what every iteration does to a street, and near its boundaries", async () => {
    const args = ["crf", "--scene", "3", "--iterations", "3", ...light, "--json"];
    const found = JSON.parse(await deeplab(...args));
    const {width, height, labels, smoothness, appearance, iterations, trimap, head} = found;
    expect([width, height, labels, head]).toEqual([257, 193, 11, "encoder"]);
    expect({smoothness, appearance}).toEqual({
      smoothness: {sxy: 3, weight: 3},
      appearance: {sxy: 30, srgb: 10, weight: 3}
    });
    expect(iterations.map(({iteration}: {iteration: number}) => iteration)).toEqual([0, 1, 2, 3]);
    expect(iterations[0]).toMatchObject({changed: 0, largestChange: 0});
    for (let i = 1; i < 4; i++) {
      expect(iterations[i].freeEnergy).toBeLessThan(iterations[i - 1].freeEnergy);
      expect(iterations[i].changed).toBeGreaterThan(0);
    }
    // Iteration 0 is the encoder's own prediction, the last one what evaluate --crf scores.
    const scene = ["evaluate", "--scenes", "1", "--seed", "3", "--head", "encoder", "--json"];
    const before = JSON.parse(await deeplab(...scene));
    const after = JSON.parse(await deeplab(...scene, "--crf", "--iterations", "3", ...light));
    expect(iterations[0].mIoU).toBeCloseTo(before.mIoU, 12);
    expect(iterations[3].mIoU).toBeCloseTo(after.mIoU, 12);
    expect(iterations[3].pixelAccuracy).toBeCloseTo(after.pixelAccuracy, 12);
    expect(trimap[2]).toEqual({
      band: 4,
      before: before.trimap[2].mIoU,
      after: after.trimap[2].mIoU
    });
  });

  it("reads a picture and its labels, and prints tables", async () => {
    const files = ["--image", "street.png", "--truth", "labels/street.png"];
    const out = await deeplab("crf", ...files, "--iterations", "1");
    const same = await deeplab("crf", "--scene", "3", "--iterations", "1");
    const exceptTimes = (text: string) => text.replace(/ +(ms|[\d.]+)$/gm, "");
    expect(exceptTimes(out)).toBe(exceptTimes(same));
    expect(out).toMatch(/^257×193, 11 labels$/m);
    expect(out).toMatch(/^1 +-?\d+\.\d +\d+ +0\.\d{4} +\d+\.\d % +\d+\.\d % +\d+\.\d$/m);
    expect(out).toMatch(/^16 px of a boundary +\d+\.\d % +\d+\.\d %$/m);
  });

  it("refines what segment writes", async () => {
    await deeplab("segment", "street.png", "--out", "plain");
    const args = ["segment", "street.png", "--crf", "--iterations", "2", ...light, "--json"];
    const {images} = JSON.parse(await deeplab(...args));
    expect(images[0].crf).toMatchObject({
      iterations: 2,
      appearance: {sxy: 30, srgb: 10, weight: 3}
    });
    const [plain, refined] = ["plain/street.index.png", images[0].files.index].map(
      (file) => readLabels(file).labels
    );
    const changed = refined.filter((label, i) => label !== plain[i]).length;
    expect(changed).toBeGreaterThan(0);
    expect(changed).toBeLessThan(0.2 * plain.length);
    const shared = refined.filter((label) => label === 0).length / refined.length;
    expect(images[0].shares.sky).toBeCloseTo(shared, 12);
  });

  it("leaves labels as they are without an iteration or without weights", async () => {
    const {picture} = drawStreet(1_000_004);
    const data = Float32Array.from({length: 4 * 3 * 11}, (_, i) => Math.sin(i * i));
    const logits = {width: 4, height: 3, classes: 11, data};
    const kernels = {smoothness: {sxy: 3, weight: 3}, appearance: {sxy: 60, srgb: 10, weight: 10}};
    const before = await refinedLabels(picture, logits, {...kernels, iterations: 0});
    kernels.smoothness.weight = kernels.appearance.weight = 0;
    expect(await refinedLabels(picture, logits, {...kernels, iterations: 3})).toEqual(before);
  });

  it("has help, as what it can refine has", async () => {
    for (const command of ["crf", "segment", "evaluate"]) {
      const out = await deeplab(command, "--help");
      expect(out).toContain("--appearance SXY,SRGB,WEIGHT");
      for (const line of out.split("\n")) expect(line.length).toBeLessThanOrEqual(100);
    }
    expect(await deeplab("--help")).toMatch(/^ {2}crf +refine a prediction/m);
  });

  it.each<[string[], string]>([
    [["crf"], "crf needs --image FILE and --truth FILE, or --scene SEED"],
    [["crf", "--image", "street.png"], "crf needs --image FILE and --truth FILE"],
    [["crf", "--scene", "1", "--image", "street.png"], "--scene draws its own picture"],
    [["crf", "--scene", "x"], "invalid seed: x"],
    [["crf", "--scene", "1", "--iterations", "-1"], "invalid number of iterations: -1"],
    [["crf", "--scene", "1", "--smoothness", "3"], "invalid smoothness: 3; SXY,WEIGHT is legal"],
    [["crf", "--scene", "1", "--smoothness", "3,-1"], "invalid smoothness: 3,-1"],
    [["crf", "--scene", "1", "--appearance", "0,1,1"], "invalid appearance: 0,1,1; SXY,SRGB"],
    [["crf", "--scene", "1", "--appearance", "9,,1"], "invalid appearance: 9,,1"],
    [["crf", "--scene", "1", "--head", "both"], "invalid head: both"],
    [["crf", "--image", "none.png", "--truth", "labels/street.png"], "none.png: no such file"],
    [["crf", "--image", "street.png", "--truth", "street.png"], "street.png"],
    [["crf", "extra", "--scene", "1"], "unexpected argument: extra"],
    [["segment", "street.png", "--iterations", "3"], "--iterations is the CRF's: add --crf"],
    [["evaluate", "--scenes", "1", "--smoothness", "1,1"], "--smoothness is the CRF's: add --crf"],
    [["evaluate", "--scenes", "1", "--crf", "--appearance", "1"], "invalid appearance: 1"]
  ])("refuses %j", async (args, message) => {
    const refused = deeplab(...args);
    await expect(refused).rejects.toThrow(InputError);
    await expect(refused).rejects.toThrow(message);
  });
});
