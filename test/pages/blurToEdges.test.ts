import type {Page} from "playwright-core";
import {describe, expect, it} from "vitest";
import {axeViolations, figurePage, frames, smallTargets} from "./figureHost.ts";

/** What test/viz/blurToEdgesPage.ts leaves on the window. */
declare const places: Record<string, {x: number; y: number}>;
declare const figure: any, events: string[], files: any[], fake: any, drawStreet: any;

let page: Page;

const figures = figurePage(new URL("../viz/blurToEdgesPage.ts", import.meta.url));

async function open(options = {}): Promise<void> {
  page = await figures.open("", options);
  await shown();
}

/** Waits until a street is there. */
async function shown(): Promise<void> {
  await page.waitForFunction(() => figure.ariaBusy === "false");
  await frames(page);
}

const untouched = {label: null, x: null, y: null, direction: null};
const value = () => page.evaluate(() => figure.value);
const words = () => page.locator(".viz-blur figcaption p").allTextContents();
const solved = () => page.locator(".viz-task").getAttribute("data-solved");
const first = () => page.getByRole("application");
const belief = () => page.locator("[data-panel=belief] strong").textContent();

/** Presses the arrow keys that go from pixel *from* to pixel *to*. */
async function go(from: {x: number; y: number}, to: {x: number; y: number}): Promise<void> {
  for (const [by, less, more] of [
    [to.x - from.x, "ArrowLeft", "ArrowRight"],
    [to.y - from.y, "ArrowUp", "ArrowDown"]
  ] as const) {
    const key = by < 0 ? less : more;
    for (let i = Math.abs(by); i > 0; i -= i >= 10 ? 10 : 1)
      await page.keyboard.press(i >= 10 ? `Shift+${key}` : key);
  }
}

describe("blurToEdges", () => {
  it("starts where a wide ramp stands on a narrow edge, in any street", async () => {
    await open();
    const seen = new Set<string>();
    for (const seed of [1, 2, 5]) {
      const last = [...seen].at(-1) ?? "";
      await page.evaluate((seed) => figure.update(drawStreet(seed)), seed);
      await page.waitForFunction(
        (last) => document.querySelector("figcaption")?.textContent !== last,
        last
      );
      const [here, whole] = await words();
      const [, ramp] = /takes ([\d.]+)\spixels from 10 to 90\s%/.exec(here) ?? [];
      const [, edge] = /is (\d+)\spixels? wide/.exec(here) ?? [];
      expect(Number(ramp), here).toBeGreaterThan(4 * Number(edge));
      expect(whole).toMatch(/in the median over [\d.]+\spixels, where the color’s edge is [12]/);
      expect(whole).toMatch(/pixels that the encoder alone labels wrong, .* within 4 pixels/);
      seen.add(here + whole);
      expect(await value()).toEqual(untouched);
    }
    expect(seen.size).toBe(3);
    expect(await page.evaluate(() => events)).toEqual([]);
    expect(await solved()).toBe("false");
  });

  it("is read and solved by keyboard, and marks the pixel on all pictures", async () => {
    await open();
    // An edge within a thing: the strongest step where one label is sure all around.
    const {start, inside: target} = await page.evaluate(() => places);
    await first().focus();
    await go(start, target);
    expect(await page.locator(".viz-blur .viz-readout").textContent()).toMatch(
      new RegExp(`pixel ${target.x}, ${target.y}:.*−log p = \\d+\\.\\d\\d`)
    );
    expect(await page.locator(".viz-blur .viz-mark-ring").count()).toBe(3);
    expect(await solved()).toBe("false");
    await page.keyboard.press("Enter");
    expect(await value()).toEqual({...untouched, ...target});
    expect(await solved()).toBe("true");
    await page.keyboard.press("Escape");
    expect(await value()).toEqual(untouched);
    await page.getByRole("combobox", {name: "Class"}).selectOption("road");
    expect(await belief()).toBe("The encoder’s probability of road");
    await page.getByRole("radio", {name: "Column"}).press("Space");
    expect((await words())[0]).toMatch(/^Along the column .* of road/);
    expect(await value()).toEqual({...untouched, label: 3, direction: "down"});
    await page.getByRole("button", {name: "Reset"}).click();
    expect(await value()).toEqual(untouched);
    expect(await solved()).toBe("false");
    expect(await page.evaluate(() => events)).toEqual(new Array(5).fill("blurToEdges"));
  });

  it("is silent when assigned, refuses what is not legal, and saves what it shows", async () => {
    await open();
    const good = {label: 1, x: 3, y: 190, direction: "across"};
    const refused = await page.evaluate(
      (good) =>
        [{label: 11}, {label: NaN}, {x: 257}, {y: null}, {x: 0.5}, {direction: "up"}].map((bad) => {
          figure.value = good;
          try {
            figure.value = {...good, ...bad};
            return "taken";
          } catch (error) {
            return (error as Error).name;
          }
        }),
      good
    );
    expect(refused).toEqual(new Array(6).fill("RangeError"));
    expect(await value()).toEqual(good);
    expect(await page.evaluate(() => events)).toEqual([]);
    await page.getByRole("button", {name: "Save CSV of the profile"}).click();
    await page.getByRole("button", {name: "Save PNG"}).click();
    await page.waitForFunction(() => files.length === 2);
    const saved = await page.evaluate(async () => {
      const {width} = await createImageBitmap(files[1].file);
      return [files[0].name, (await files[0].file.text()).split("\n").length, files[1].name, width];
    });
    expect(saved).toEqual(["profile.csv", 259, "from-blur-to-edges.png", 2 * (3 * 269 + 12)]);
  });

  it("says in place what went wrong, keeps what it shows, and goes on", async () => {
    await open();
    const before = await words();
    await page.evaluate(() => (fake.fault = "the device was lost"));
    await page.evaluate(() => figure.update(drawStreet(2)));
    const alert = page.getByRole("alert");
    await alert.waitFor();
    expect(await alert.textContent()).toBe("The device was lost. Reload the page to try again.");
    expect(await words()).toEqual(before);
    await page.evaluate(() => (fake.fault = null));
    await page.evaluate(() => figure.update(drawStreet(5)));
    await alert.waitFor({state: "hidden"});
    expect(await words()).not.toEqual(before);
  });

  it("is worked by a finger at 360 px, in the dark, and axe finds nothing", async () => {
    await open({
      viewport: {width: 360, height: 800},
      hasTouch: true,
      isMobile: true,
      colorScheme: "dark"
    });
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(360);
    expect(await smallTargets(page)).toEqual([]);
    await page.locator("[data-panel=edges] .viz-pointing").tap({position: {x: 40, y: 60}});
    const {x, y} = await value();
    expect(Math.abs(x - 64)).toBeLessThan(4);
    expect(y).toBeGreaterThan(80);
    expect(await axeViolations(page)).toEqual([]);
    await page.emulateMedia({colorScheme: "light"});
    expect(await axeViolations(page)).toEqual([]);
  });
});
