import {describe, expect, it} from "vitest";
import {classes, classesOf, isCamVid, namedClasses, VOID} from "../../src/model/classes.ts";

const json = (names: unknown) => ({classes: JSON.stringify(names)});

describe("classesOf", () => {
  it("gives CamVid's where nothing is said, and where their names are", () => {
    expect(classesOf({step: "3"})).toBe(classes);
    expect(classesOf(json(classes.map(({name}) => name)))).toEqual(classes);
    expect(VOID).toBe(classes.length);
  });

  it("keeps the colors of CamVid's classes wherever they stand", () => {
    expect(classesOf(json(["cell", "road"]))[1]).toEqual(classes[3]);
  });

  it.each([
    [{classes: "cell"}, `metadata "classes" is not JSON`],
    [json({cell: 1}), "an array of names is needed"],
    [json(["cell"]), "invalid number of classes: 1; 2 to 255 are legal"],
    [json(Array.from({length: 256}, String)), "invalid number of classes: 256"],
    [json(["cell", 3]), "invalid name of class 1: 3"],
    [json(["cell", " "]), `invalid name of class 1: " "`],
    [json(["cell", "cell"]), `two classes have the name "cell"`]
  ])("refuses %j", (metadata, message) => {
    expect(() => classesOf(metadata)).toThrow(message);
  });
});

it("generates colors that are the same each time and differ from each other", () => {
  const names = Array.from({length: 255}, (_, label) => `class ${label}`);
  const colors = namedClasses(names).map(({color}) => color);
  expect(colors).toEqual(namedClasses(names).map(({color}) => color));
  for (const color of colors) expect(color).toMatch(/^#[0-9a-f]{6}$/);
  expect(new Set(colors).size).toBe(255);
  const rgb = (color: string) => [1, 3, 5].map((at) => parseInt(color.slice(at, at + 2), 16));
  const distance = (a: string, b: string) =>
    Math.hypot(...rgb(a).map((value, channel) => value - rgb(b)[channel]));
  // Up to a dozen classes, any two are told apart at a glance.
  for (let a = 0; a < 12; a++)
    for (let b = 0; b < a; b++)
      expect(distance(colors[a], colors[b]), `${a} and ${b}`).toBeGreaterThan(40);
});

it("knows CamVid's classes by names and order", () => {
  expect(isCamVid(namedClasses(classes.map(({name}) => name)))).toBe(true);
  expect(isCamVid(classes.slice().reverse())).toBe(false);
  expect(isCamVid(classes.slice(1))).toBe(false);
});
