import {mkdirSync, readdirSync, writeFileSync} from "node:fs";
import {join} from "node:path";
import {afterAll, beforeAll, describe, expect, it, vi} from "vitest";
import {runCommand} from "../../bin/commands.ts";
import {confusionRows, shortNames} from "../../bin/evaluateReport.ts";
import {InputError} from "../../bin/inputError.ts";
import {readPicture} from "../../bin/pictures.ts";
import {writePng} from "../../bin/png.ts";
import {drawPrediction, WorstPictures} from "../../bin/worstPictures.ts";
import {classes, namedClasses, VOID} from "../../src/model/classes.ts";
import {deeplabV3Plus} from "../../src/model/deeplab.ts";
import {mulberry32} from "../../src/model/random.ts";
import {initialize, layoutOf, toWeights} from "../../src/model/train/parameters.ts";
import {metadataOf, optionsOf, type TrainedNetwork} from "../../src/model/trainedNetwork.ts";
import {writeSafetensors} from "../../src/model/weights.ts";
import {temporaryFolder} from "./files.ts";

const folder = temporaryFolder();
const home = process.cwd();
beforeAll(() => process.chdir(folder));
afterAll(() => process.chdir(home));

/** Runs evaluate in this process and returns what it prints. */
async function evaluate(...args: string[]): Promise<string> {
  const lines: unknown[] = [];
  const log = vi.spyOn(console, "log").mockImplementation((line) => lines.push(line));
  const progress = vi.spyOn(process.stderr, "write").mockImplementation(() => true);
  try {
    await runCommand(["evaluate", ...args]);
  } finally {
    log.mockRestore();
    progress.mockRestore();
  }
  return lines.join("\n");
}

const scenes = ["--scenes", "3", "--output-stride", "32"];

describe("evaluate", () => {
  it("--head both is each head alone, from one pass", async () => {
    const [both, decoder, encoder] = [
      JSON.parse(await evaluate(...scenes, "--head", "both", "--json")),
      JSON.parse(await evaluate(...scenes, "--json")),
      JSON.parse(await evaluate(...scenes, "--head", "encoder", "--json"))
    ];
    expect(both).toEqual({decoder, encoder});
    expect(decoder.mIoU).not.toBe(encoder.mIoU);
  });

  it("gives a confusion matrix from which the other scores follow", async () => {
    const scores = JSON.parse(await evaluate(...scenes, "--json"));
    const {counts, classes: names} = scores.confusion;
    expect(names).toEqual(classes.map(({name}) => name));
    let [right, all, weighted] = [0, 0, 0];
    names.forEach((name: string, c: number) => {
      const truth = counts[c].reduce((a: number, b: number) => a + b);
      const predicted = counts.reduce((sum: number, row: number[]) => sum + row[c], 0);
      right += counts[c][c];
      all += truth;
      if (truth === 0) return expect(scores.perClass[name]).toBeNull();
      const iou = counts[c][c] / (truth + predicted - counts[c][c]);
      expect(scores.perClass[name]).toBeCloseTo(iou, 12);
      weighted += truth * iou;
    });
    expect(scores.pixelAccuracy).toBeCloseTo(right / all, 12);
    expect(scores.frequencyWeightedIoU).toBeCloseTo(weighted / all, 12);
    expect(all).toBeLessThan(3 * 257 * 193);
    expect(scores.trimap.map(({band}: {band: number}) => band)).toEqual([1, 2, 4, 8, 16, 32]);
    expect(Object.keys(scores.trimap[0].perClass)).toEqual(names);
  });

  it("prints tables of both heads side by side, and what each class was taken for", async () => {
    const out = await evaluate(...scenes, "--head", "both");
    expect(out).toMatch(/^head +decoder +encoder$/m);
    expect(out).toMatch(/^frequency-weighted IoU +\d+\.\d % +\d+\.\d %$/m);
    expect(out).toMatch(/^road +\d+\.\d % +\d+\.\d %$/m);
    expect(out).toMatch(/^32 px of a boundary +\d+\.\d % +\d+\.\d %$/m);
    expect(out.match(/^class +share +sky +buil +pole +road +pave +tree +sign/gm)).toHaveLength(2);
    for (const line of out.split("\n")) expect(line.length).toBeLessThanOrEqual(100);
  });

  it("--worst writes the pictures of lowest own mIoU", async () => {
    const args = [...scenes, "--worst", "2", "--out", "new/worst"];
    const {worst, images} = JSON.parse(await evaluate(...args, "--json"));
    expect(images).toBe(3);
    const single: {name: string; mIoU: number}[] = [];
    for (const seed of [0, 1, 2]) {
      const own = ["--scenes", "1", "--seed", String(seed), "--output-stride", "32", "--json"];
      single.push({name: `street ${1e6 + seed}`, mIoU: JSON.parse(await evaluate(...own)).mIoU});
    }
    single.sort((a, b) => a.mIoU - b.mIoU);
    const expected = single.slice(0, 2).map(({name, mIoU}, i) => {
      const file = join("new/worst", `worst-${i + 1}-${name.replace(" ", "-")}.png`);
      return {name, mIoU, file};
    });
    expect(worst).toEqual(expected);
    expect(readdirSync("new/worst")).toHaveLength(2);
    const out = await evaluate(...args);
    expect(out).toContain(expected[0].file);
  });

  it.each<[string[], string]>([
    [["--out", "x"], "--out is where --worst N writes"],
    [["--worst", "0"], "invalid number of worst pictures: 0; a whole number from 1 to 1000"],
    [["--worst", "x"], "invalid number of worst pictures: x"],
    [["--head", "tail"], "invalid head: tail; decoder, encoder, both are legal"]
  ])("refuses %j", async (args, message) => {
    await expect(evaluate(...scenes, ...args)).rejects.toThrow(InputError);
    await expect(evaluate(...scenes, ...args)).rejects.toThrow(message);
  });
});

describe("evaluate of weights of other classes", () => {
  /** Writes weights that nobody trained. */
  function writeWeights(file: string, trained: TrainedNetwork) {
    const network = deeplabV3Plus(optionsOf(trained));
    const layout = layoutOf(network);
    const values = new Float32Array(layout.trainedSize);
    const statistics = new Float32Array(layout.statisticsSize);
    initialize(network, layout, values, statistics, mulberry32(5));
    const tensors = toWeights(layout, values, statistics);
    writeFileSync(file, writeSafetensors(tensors, {metadata: metadataOf(trained)}));
  }

  const named = namedClasses(["ground", "disk", "square"]);
  const pictures = ["--images", "shapes/images", "--labels", "shapes/labels"];
  const noDecoder = ["--weights", "noDecoder.safetensors"];
  beforeAll(() => {
    writeWeights("shapes.safetensors", {classes: named, decoder: true, size: [97, 97]});
    writeWeights("noDecoder.safetensors", {classes: named, decoder: false, size: [97, 97]});
    mkdirSync("shapes/images", {recursive: true});
    mkdirSync("shapes/labels");
    const labels = Uint8Array.from({length: 40 * 30}, (_, i) => Math.floor((i % 40) / 10));
    writeFileSync("shapes/images/a.png", writePng(40, 30, 3, new Uint8Array(40 * 30 * 3)));
    writeFileSync("shapes/labels/a.png", writePng(40, 30, 1, labels));
  });

  it("scores them under their names", async () => {
    const args = [...pictures, "--weights", "shapes.safetensors", "--worst", "1", "--out", "shown"];
    const scores = JSON.parse(await evaluate(...args, "--json"));
    expect(Object.keys(scores.perClass)).toEqual(["ground", "disk", "square"]);
    // Columns of 10 pixels are ground, disk, square and void.
    const sums = scores.confusion.counts.map((row: number[]) => row.reduce((a, b) => a + b));
    expect(sums).toEqual([300, 300, 300]);
    expect(scores.worst).toEqual([
      {name: "a.png", mIoU: scores.mIoU, file: join("shown", "worst-1-a.png")}
    ]);
    expect(await evaluate(...args)).toMatch(/^class +share +grou +disk +squa$/m);
  });

  it("reads void as classes.json has it, and refuses labels of other classes", async () => {
    const write = (to: string, classesOf: string[]) => {
      mkdirSync(`${to}/labels`, {recursive: true});
      const labels = Uint8Array.from({length: 40 * 30}, (_, i) => [0, 1, 2, 255][(i % 40) / 10 | 0]); // prettier-ignore
      writeFileSync(`${to}/labels/a.png`, writePng(40, 30, 1, labels));
      writeFileSync(`${to}/classes.json`, JSON.stringify({classes: classesOf, void: 255}));
      return ["--images", "shapes/images", "--labels", `${to}/labels`];
    };
    const shapes = ["--weights", "shapes.safetensors", "--json"];
    const other = write("void255", ["ground", "disk", "square"]);
    expect(await evaluate(...other, ...shapes)).toBe(await evaluate(...pictures, ...shapes));
    const swapped = write("swapped", ["ground", "square", "disk"]);
    await expect(evaluate(...swapped, ...shapes)).rejects.toThrow(
      "swapped/labels: its classes are ground, square, disk, but those of these weights are"
    );
  });

  it("takes the encoder's head where there is no decoder", async () => {
    const scores = JSON.parse(await evaluate(...pictures, ...noDecoder, "--json"));
    const asked = await evaluate(...pictures, ...noDecoder, "--head", "encoder", "--json");
    expect(JSON.parse(asked)).toEqual(scores);
    for (const head of ["both", "decoder"]) {
      const refused = evaluate(...pictures, ...noDecoder, "--head", head);
      await expect(refused).rejects.toThrow(
        "noDecoder.safetensors: these weights have no decoder; --head encoder is legal"
      );
    }
  });

  it("refuses streets, which have classes of their own", async () => {
    const refused = evaluate("--scenes", "1", "--weights", "shapes.safetensors");
    await expect(refused).rejects.toThrow("the classes of these weights are ground, disk, square");
  });
});

describe("the confusion table", () => {
  it("gives the share of each class, and what it was taken for, in percent", () => {
    const rows = confusionRows({
      classes: ["road", "car", "tree"],
      counts: [
        [90, 9, 1],
        [0, 300, 0],
        [0, 0, 0]
      ]
    });
    expect(rows).toEqual([
      {name: "road", share: "25.0", cells: ["90", "9", "1"]},
      {name: "car", share: "75.0", cells: ["·", "100", "·"]},
      {name: "tree", share: "0.0", cells: ["–", "–", "–"]}
    ]);
  });

  it("shortens names, but keeps them apart", () => {
    expect(shortNames(["building", "sky", "pedestrian"])).toEqual(["buil", "sky", "pede"]);
    expect(shortNames(["class 1", "class 12"])).toEqual(["class 1", "class 12"]);
  });
});

describe("WorstPictures", () => {
  const sample = (name: string) => {
    const picture = {width: 4, height: 2, data: new Uint8ClampedArray(32)};
    return {name, picture, truth: {width: 4, height: 2, labels: new Uint8Array(8)}};
  };

  it("keeps the lowest, the lowest first, and no picture without a score", () => {
    const worst = new WorstPictures(3);
    const scores = [0.5, 0.2, null, 0.9, 0.2, 0.4];
    scores.forEach((mIoU, i) => worst.offer(sample(`p${i}`), new Uint8Array(8), mIoU));
    expect(worst.pictures.map(({name}) => name)).toEqual(["p1", "p4", "p5"]);
  });

  it("are drawn with truth, prediction and mistakes, each pixel in its color", async () => {
    const [width, height] = [300, 20];
    const data = new Uint8ClampedArray(width * height * 4).fill(255);
    const truth = new Uint8Array(width * height).fill(3); // road
    truth[5 * width + 7] = VOID;
    const labels = truth.slice().fill(3);
    labels[5 * width + 7] = 8; // void: no mistake
    labels[6 * width + 9] = 8; // a car where road is: one
    const drawing = drawPrediction(
      {
        name: "a",
        mIoU: 0.5,
        picture: {width, height, data},
        truth: {width, height, labels: truth},
        labels
      },
      classes
    );
    writeFileSync("drawing.png", drawing.toBuffer("image/png"));
    const picture = await readPicture("drawing.png");
    const colorAt = (panel: 0 | 1 | 2 | 3, x: number, y: number) => {
      const left = 8 + (panel & 1) * (width + 8) + x;
      const top = 20 + (panel >> 1) * (height + 28) + y;
      const i = 4 * (top * picture.width + left);
      const rgb = [...picture.data.subarray(i, i + 3)];
      return `#${rgb.map((value) => value.toString(16).padStart(2, "0")).join("")}`;
    };
    const [road, car] = [classes[3].color, classes[8].color];
    expect([colorAt(2, 7, 5), colorAt(2, 9, 6), colorAt(2, 0, 0)]).toEqual(["#ffffff", road, road]);
    expect([colorAt(3, 7, 5), colorAt(3, 9, 6), colorAt(3, 0, 0)]).toEqual([car, car, road]);
    expect([colorAt(1, 7, 5), colorAt(1, 9, 6)]).toEqual(["#ffffff", "#ff1f4b"]);
    expect(picture.width).toBe(2 * width + 24);
  });
});
