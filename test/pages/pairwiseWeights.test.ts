import type {Page} from "playwright-core";
import {describe, expect, it} from "vitest";
import {firstPairwise} from "../../src/viz/pairwiseWeightsData.ts";
import {axeViolations, figurePage, frames, smallTargets} from "./figureHost.ts";
import {poll} from "./sitePage.ts";

/** What test/viz/pairwisePage.ts leaves on the window. */
declare const figure: any, events: string[], files: any[], drawStreet: any;

let page: Page;

const figures = figurePage(new URL("../viz/pairwisePage.ts", import.meta.url));

async function open(options = {}): Promise<void> {
  page = await figures.open("", options);
  await page.waitForFunction(() => figure.ariaBusy === "false");
  await poll(words).toMatch(/holds? half/);
}

const value = () => page.evaluate(() => figure.value);
const words = () => page.locator(".viz-pairs figcaption").innerText();
const solved = () => page.locator(".viz-task").getAttribute("data-solved");
const handle = (end: string) => page.locator(`.viz-pairs [data-end=${end}]`);
const readout = () => page.locator(".viz-pairs-readout").innerText();
const field = (name: string) => page.getByRole("textbox", {name});
/** Returns the large map as a number, and how much of it is pale, and where. */
const large = () =>
  page.evaluate(() => {
    const map = document.querySelector<HTMLCanvasElement>(".viz-pairs-large .viz-pairs-heat")!;
    const {width, height} = map;
    const copy = Object.assign(document.createElement("canvas"), {width, height});
    const context = copy.getContext("2d", {willReadFrequently: true})!;
    context.drawImage(map, 0, 0);
    const {data} = context.getImageData(0, 0, width, height);
    const pale = Array.from({length: width * height}, (_, i) => i).filter((i) => data[4 * i] > 240);
    const mean = (of: number[]) => Math.round(of.reduce((a, b) => a + b, 0) / of.length);
    return {
      sum: data.reduce((sum, one, i) => (sum * 31 + one + i) % 1_000_003, 7),
      count: pale.length,
      x: mean(pale.map((i) => i % width)),
      y: mean(pale.map((i) => Math.floor(i / width)))
    };
  });

describe("pairwiseWeights", () => {
  it("begins on a thing of any street, which hears its own label, and saves what it shows", async () => {
    await open();
    for (const seed of [2, 5]) {
      const before = await words();
      await page.evaluate((seed) => figure.update(drawStreet(seed)), seed);
      await poll(words).not.toBe(before);
      const [, name] = /^Pixel \d+, \d+ \((\w+)\)/.exec(await words()) ?? [];
      expect(["car", "pedestrian", "bicyclist"]).toContain(name);
      const [, share] = /; (\d+) % of it lies on/.exec(await words()) ?? [];
      expect(Number(share)).toBeGreaterThan(80);
      await poll(() => page.locator("[data-map=appearance]").innerText()).toContain(name);
      await poll(readout).toMatch(new RegExp(`\\(${name}\\) and j = .*\\((?!${name}).*levels`));
    }
    expect(await value()).toEqual(firstPairwise);
    expect(await solved()).toBe("false");
    expect(await page.evaluate(() => events)).toEqual([]);

    await page.getByRole("button", {name: "Save PNG"}).click();
    await page.getByRole("button", {name: "Save CSV"}).click();
    await poll(() => page.evaluate(() => files.length)).toBe(2);
    const [png, csv] = await page.evaluate(() => {
      files.sort((a, b) => Number(a.file.type > b.file.type) - 0.5);
      return Promise.all(
        files.map(async ({name, file}) => ({
          name,
          size: file.size,
          text: file.type === "text/csv" ? await file.text() : ""
        }))
      );
    });
    expect(png).toMatchObject({name: "who-talks-to-whom.png"});
    expect(png.size).toBeGreaterThan(20_000);
    expect(csv.name).toBe("weights.csv");
    const lines = csv.text.trim().split("\n");
    expect(lines.length).toBe(1 + 257 * 193);
    // The pixel itself has the greatest of all weights.
    expect(
      lines.filter((line: string) => line.endsWith(",1.00000,1.00000,5.00000,3.00000,8.00000"))
    ).toEqual([expect.stringMatching(/^\d+,\d+,\d+,\d+,\d+,(car|pedestrian|bicyclist),/)]);
  });

  it("moves both pixels by keyboard, and shows either kernel alone", async () => {
    await open();
    const [first, start] = [await large(), await readout()];
    await handle("pixel").focus();
    for (const key of ["ArrowRight", "Shift+ArrowDown", "ArrowUp"]) await page.keyboard.press(key);
    const [, x, y] = /i = (\d+), (\d+)/.exec(start) ?? [];
    const moved = {...firstPairwise, x: Number(x) + 1, y: Number(y) + 9};
    expect(await value()).toEqual(moved);
    await poll(large).not.toEqual(first);
    await poll(words).toContain(`Pixel ${moved.x}, ${moved.y} `);

    await handle("other").focus();
    await poll(readout).toContain(`i = ${moved.x}, ${moved.y} `);
    const [, itself] = /j = (\d+, \d+)/.exec(await readout()) ?? [];
    const [jx, jy] = itself.split(", ").map(Number);
    await page.keyboard.press("Shift+ArrowRight");
    await poll(readout).toContain(`j = ${jx + 10}, ${jy} `);
    await page.keyboard.press("Escape");
    await poll(readout).toContain(`j = ${itself} `);
    expect(await value()).toEqual(moved);

    await page.getByRole("radio", {name: "Both together"}).focus();
    await page.keyboard.press("ArrowRight");
    expect(await value()).toEqual({...moved, map: "appearance"});
    await page.keyboard.press("ArrowRight");
    await poll(words).toContain("of smoothness, 3.");
    // A dot around the pixel, whatever the picture.
    await poll(large).toMatchObject({x: moved.x, y: moved.y});
    expect((await large()).count).toBeLessThan(100);
    await page.getByRole("button", {name: "Reset"}).click();
    expect(await value()).toEqual(firstPairwise);
    await poll(large).toEqual(first);
    expect(new Set(await page.evaluate(() => events))).toEqual(new Set(["pairwiseWeights"]));
  });

  it("has a task that keyboards solve, not by the color's deviation alone", async () => {
    await open();
    const note = () => page.locator(".viz-task-note").innerText();
    await poll(note).toMatch(/θβ is 10; 9\d % .* pedestrian/);
    await field("θβ").fill("64");
    await poll(note).toMatch(/θβ is 64; \d\d % /);
    expect(await solved()).toBe("false");
    await field("θα").fill("2");
    await poll(solved).toBe("true");
    expect((await value()).settings.appearance).toEqual({sxy: 2, srgb: 64, weight: 5});
    await field("w₁").fill("0");
    await poll(words).toContain("Appearance is switched off: w₁ is 0.");
    await field("w₂").fill("0");
    await poll(words).toContain("hears no other");
    await page.getByRole("button", {name: "Reset"}).click();
    await poll(solved).toBe("false");
  });

  it("refuses what is no value, silently takes what is, and keeps a pixel in another street", async () => {
    await open();
    const good = {x: 30, y: 150, map: "appearance", settings: firstPairwise.settings};
    await page.evaluate((good) => (figure.value = good), good);
    await poll(words).toContain("Pixel 30, 150 ");
    const before = await words();
    await page.evaluate(() => figure.fail("It failed. Reload the page."));
    expect(await page.getByRole("alert").innerText()).toBe("It failed. Reload the page.");
    await page.evaluate(() => figure.update(drawStreet(3)));
    await poll(words).not.toBe(before);
    expect(await words()).toContain("Pixel 30, 150 ");
    expect(await page.getByRole("alert").isVisible()).toBe(false);
    const refusals = await page.evaluate(
      (good) =>
        [
          {x: 257},
          {y: null},
          {y: NaN},
          {map: "color"},
          {settings: {...good.settings, smoothness: {sxy: 0, weight: 3}}}
        ].map((bad) => {
          try {
            figure.value = {...good, ...bad};
            return "taken";
          } catch (error) {
            return `${(error as Error).name}: ${(error as Error).message}`;
          }
        }),
      good
    );
    expect(refusals).toEqual([
      "RangeError: invalid x: 257 (a whole number, 0 to 256)",
      "RangeError: invalid pixel: 30, null (both numbers, or both null)",
      "RangeError: invalid y: NaN (a whole number, 0 to 192)",
      'RangeError: invalid map: color ("sum", "appearance", "smoothness")',
      "RangeError: invalid θγ, pixels: 0 (a whole number, 1 to 64)"
    ]);
    expect(await value()).toEqual(good);
    expect(await page.evaluate(() => events)).toEqual([]);
  });

  it("is dragged by mouse and finger at 360 px, and axe finds nothing", async () => {
    await open({
      viewport: {width: 360, height: 800},
      hasTouch: true,
      isMobile: true,
      colorScheme: "dark"
    });
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(360);
    expect(await smallTargets(page)).toEqual([]);
    const stage = page.locator(".viz-pairs-large .viz-stage");
    const {width} = (await stage.boundingBox())!;
    const at = (x: number) => ({x: (x * width) / 257, y: (150.5 * width) / 257});
    await stage.tap({position: at(128.5)});
    expect(await value()).toMatchObject({x: 128, y: 150});
    const box = (await stage.boundingBox())!;
    const point = (x: number) => ({x: box.x + at(x).x, y: box.y + at(x).y});
    // A finger that holds a ring beside its middle moves it by as much as it moves itself.
    const touch = await page.context().newCDPSession(page);
    const finger = (type: string, x?: number) =>
      touch.send("Input.dispatchTouchEvent", {
        type: type as "touchStart",
        touchPoints: x === undefined ? [] : [{x: point(x).x, y: point(x).y}]
      });
    await finger("touchStart", 132.5);
    await finger("touchMove", 142.5);
    await finger("touchMove", 152.5);
    await finger("touchEnd");
    expect(await value()).toMatchObject({x: 148, y: 150});
    await page.mouse.move(point(60.5).x, point(60.5).y);
    await poll(readout).toContain("j = 60, 150 ");
    await page.mouse.down();
    await page.mouse.move(point(90.5).x, point(90.5).y);
    expect(await value()).toMatchObject({x: 90, y: 150});
    await page.mouse.up();
    await page.mouse.move(point(20.5).x, point(20.5).y);
    await poll(readout).toContain("i = 90, 150 (road) and j = 20, 150 ");
    await frames(page);
    expect(await axeViolations(page)).toEqual([]);
    await page.emulateMedia({colorScheme: "light"});
    expect(await axeViolations(page)).toEqual([]);
  });
});
