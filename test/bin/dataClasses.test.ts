import {cpSync, mkdirSync, writeFileSync} from "node:fs";
import {join} from "node:path";
import {beforeAll, describe, expect, it} from "vitest";
import {runCommand} from "../../bin/commands.ts";
import {readDataClasses} from "../../bin/dataClasses.ts";
import {InputError} from "../../bin/inputError.ts";
import {readLabeled} from "../../bin/labeledPictures.ts";
import {writePng} from "../../bin/png.ts";
import {readTrainingPictures} from "../../bin/trainPictures.ts";
import {classes as camVid, namedClasses} from "../../src/model/classes.ts";
import {temporaryFolder} from "./files.ts";
import {writeShapes} from "./shapes.ts";

const folder = temporaryFolder();
const inFolder = (name: string) => join(folder, name);

/** Writes what a `classes.json` says, in a folder of that name; returns the folder of labels. */
function saying(name: string, text: string): string {
  mkdirSync(inFolder(`${name}/labels`), {recursive: true});
  writeFileSync(inFolder(`${name}/classes.json`), text);
  return inFolder(`${name}/labels`);
}

beforeAll(() => {
  writeShapes(inFolder("shapes"), 2, 1);
  const size = [96, 64] as const;
  cpSync(inFolder("shapes"), inFolder("range"), {recursive: true});
  const labels = new Uint8Array(96 * 64);
  labels[100] = 3;
  writeFileSync(inFolder("range/labels/1.png"), writePng(...size, 1, labels));
  cpSync(inFolder("shapes"), inFolder("void"), {recursive: true});
  for (const name of ["0", "1"])
    writeFileSync(inFolder(`void/labels/${name}.png`), writePng(...size, 1, labels.fill(255)));
  cpSync(inFolder("shapes"), inFolder("others"), {recursive: true});
  writeFileSync(inFolder("others/classes.json"), '{"classes": ["a", "b", "c"], "void": 255}');
});

describe("classes.json", () => {
  it("tells classes and void; without it they are CamVid's, or those assumed", () => {
    const {classes, none} = readDataClasses(saying("ok", '{"classes": ["x", "car"]}'), camVid);
    expect(classes.map(({name}) => name)).toEqual(["x", "car"]);
    expect(classes[1].color).toBe(camVid[8].color);
    expect(none).toBe(2);
    expect(readDataClasses(inFolder("shapes/labels"), camVid).none).toBe(255);
    expect(readDataClasses(inFolder("none/labels"), camVid)).toEqual({classes: camVid, none: 11});
    const assumed = namedClasses(["x", "y"]);
    expect(readDataClasses(inFolder("none/labels"), assumed)).toEqual({classes: assumed, none: 2});
  });

  it.each([
    ["json", "{classes: 3}", /JSON/],
    ["array", '["x", "y"]', "not an object such as"],
    ["lacking", "{}", "invalid classes: an array of names is needed"],
    ["single", '{"classes": ["x"]}', "invalid number of classes: 1"],
    ["key", '{"classes": ["x", "y"], "colors": []}', 'unknown key "colors"'],
    [
      "void0",
      '{"classes": ["x", "y"], "void": 0}',
      "invalid void: 0; a whole number from 2 to 255"
    ],
    ["void256", '{"classes": ["x", "y"], "void": 256}', "invalid void: 256"],
    ["words", '{"classes": ["x", "y"], "void": "none"}', 'invalid void: "none"']
  ])("that is not legal is named: %s", (name, text, message) => {
    const labels = saying(name, text);
    expect(() => readDataClasses(labels, camVid)).toThrow(message);
    expect(() => readDataClasses(labels, camVid)).toThrow(InputError);
    expect(() => readDataClasses(labels, camVid)).toThrow(inFolder(`${name}/classes.json: `));
  });
});

describe("labels of one's own classes", () => {
  it("are read with the number of classes as void, whatever the files use", async () => {
    const {each, classes, count} = readLabeled(
      inFolder("shapes/images"),
      inFolder("shapes/labels")
    );
    expect(classes.map(({name}) => name)).toEqual(["background", "disk", "square"]);
    expect(count).toBe(2);
    const found = new Set<number>();
    for await (const {truth} of each()) for (const label of truth.labels) found.add(label);
    expect([...found].every((label) => label <= 3)).toBe(true);
    expect(found.has(0) && found.has(3)).toBe(true);
  });

  it("are told apart by what is in them, not where they are", async () => {
    const fingerprint = async (name: string) =>
      (await readTrainingPictures([inFolder(name)], 3)).fingerprint;
    cpSync(inFolder("shapes"), inFolder("moved"), {recursive: true});
    expect(await fingerprint("moved")).toBe(await fingerprint("shapes"));
    expect(await fingerprint("shapes")).toMatch(/^2 pictures, [0-9a-f]{16}$/);
    writeShapes(inFolder("more"), 2, 9);
    expect(await fingerprint("more")).not.toBe(await fingerprint("shapes"));
  });
});

describe("train names what is wrong with the data before any training", () => {
  const shapes = ["--data", inFolder("shapes")];
  it.each<[args: string[], message: string]>([
    [
      ["--data", inFolder("range")],
      `${inFolder("range/labels/1.png")}: invalid label 3 at (4, 1); 0 to 2 are legal, 255 is void`
    ],
    [["--data", inFolder("void")], `${inFolder("void")}/labels: no labeled pixel: all is void`],
    [
      [...shapes, "--data", inFolder("others")],
      `${inFolder("others")}: its classes are a, b, c, but those of ${inFolder("shapes")} are ` +
        "background, disk, square"
    ],
    [[...shapes, "--scenes", "0.2"], "streets have CamVid's classes, the pictures have others"],
    [[...shapes, "--size", "256x193"], "invalid size: 256x193; WIDTHxHEIGHT, each 65 to 769"],
    [[...shapes, "--precision", "double"], "invalid precision: double; half, full are legal"],
    [[...shapes, "--save-every", "-1"], "invalid --save-every: -1; a number from 0 to 86400"]
  ])("%j", async (args, message) => {
    const error = await runCommand(["train", ...args, "--steps", "1"]).catch((e: unknown) => e);
    expect(error instanceof InputError || error instanceof RangeError, String(error)).toBe(true);
    expect((error as Error).message).toContain(message);
  });
});
