import type {Page} from "playwright-core";
import {describe, expect, it} from "vitest";
import {axeViolations, figurePage, frames, smallTargets} from "./figureHost.ts";
import {poll} from "./sitePage.ts";

/** What test/viz/iterationsPage.ts leaves on the window. */
declare const figure: any, events: string[], files: any[], fake: any, drawStreet: any;
declare const spoiledPixel: () => Promise<{x: number; y: number} | null>;

let page: Page;

const figures = figurePage(new URL("../viz/iterationsPage.ts", import.meta.url));

async function open(options = {}): Promise<void> {
  page = await figures.open("", options);
  await whole();
}

/** Waits until a run is whole, and its words are there. */
async function whole(): Promise<void> {
  await page.waitForFunction(() => figure.ariaBusy === "false");
  await frames(page);
}

const value = () => page.evaluate(() => figure.value);
const words = () => page.locator(".viz-iter figcaption").innerText();
const solved = () => page.locator(".viz-task").getAttribute("data-solved");
const large = () => page.getByRole("application");
const at = () => page.locator(".viz-iter-at").innerText();
const button = (name: string) => page.getByRole("button", {name, exact: true});

/** Returns how many pixels of each column's map of beliefs are neither nothing nor all. */
const blur = () =>
  page.evaluate(() =>
    [...document.querySelectorAll<HTMLCanvasElement>("[data-map=belief] > canvas")].map(
      (canvas) => {
        const {width, height} = canvas;
        const context = new OffscreenCanvas(width, height).getContext("2d", {
          willReadFrequently: true
        })!;
        context.drawImage(canvas, 0, 0);
        const {data} = context.getImageData(0, 0, width, height);
        const ends = [data[0], data[0]];
        for (let i = 0; i < data.length; i += 4)
          [ends[0], ends[1]] = [Math.min(ends[0], data[i]), Math.max(ends[1], data[i])];
        let between = 0;
        for (let i = 0; i < data.length; i += 4) {
          const share = (data[i] - ends[0]) / (ends[1] - ends[0]);
          if (share > 0.1 && share < 0.9) between++;
        }
        return between;
      }
    )
  );

describe("iterations", () => {
  it("sharpens the belief from column to column, and goes to any iteration", async () => {
    await open();
    const {iteration, label, x, settings} = await value();
    expect({iteration, label, x}).toEqual({iteration: 10, label: null, x: null});
    await poll(async () => (await blur()).every((count) => count > 0)).toBe(true);
    const [first, ...later] = await blur();
    for (const count of later) expect(count).toBeLessThan(first);
    expect(await words()).toMatch(
      /After 10 iterations, .*\spixels? of 49,601 .* mIoU .* (from|was)/
    );
    expect(await words()).toMatch(/was \S+ and is now (\S+); in truth it is \1\./);

    await page.locator("button[data-iteration='2']").click();
    expect((await value()).iteration).toBe(2);
    await page.locator("[data-map=score][data-iteration='5'] .viz-pointing").click();
    expect(await value()).toMatchObject({iteration: 5, x: null});
    await button("Back one step").click();
    expect((await value()).iteration).toBe(4);
    await poll(words).toContain("After 4 iterations");
    await page.locator(".viz-transport [type=range]").focus();
    await page.keyboard.press("Home");
    expect((await value()).iteration).toBe(0);
    await poll(words).toContain("has heard nothing yet");
    await button("Play").click();
    await poll(async () => (await value()).iteration).toBeGreaterThan(1);
    await button("Pause").click();
    expect(await page.evaluate(() => [...new Set(events)])).toEqual(["iterations"]);
    await button("Reset").click();
    expect(await value()).toEqual({
      ...{iteration: 10, label: null, x: null, y: null, view: "cutout"},
      settings
    });
  });

  it("makes the pinned pixel's belief from its parts, and saves them and the rows", async () => {
    await open();
    await large().focus();
    for (const key of ["Shift+ArrowLeft", "ArrowDown", "Enter"]) await page.keyboard.press(key);
    const {x, y} = await value();
    await poll(at).toBe(`Pixel ${x}, ${y} at iteration 10`);
    await poll(words).toMatch(/gives the CRF’s beliefs to (eight decimals|[\d.]+\s×\s10⁻[⁶⁷⁸⁹])/);
    await button("Save CSV of the pixel’s beliefs").click();
    await button("Save PNG of both rows").click();
    await poll(() => page.evaluate(() => files.length)).toBe(2);
    const [text, size] = await page.evaluate(async () => {
      const png = await createImageBitmap(files[1].file);
      return [(await files[0].file.text()) as string, [png.width, png.height]] as const;
    });
    expect(size[0]).toBeGreaterThan(2 * 5 * 257);
    const rows = text.trim().split("\n").slice(1);
    expect(rows).toHaveLength(11 * 11);
    for (let t = 0; t <= 10; t++) {
      const parts = rows.slice(11 * t, 11 * t + 11).map((row) => row.split(",").map(Number));
      const powers = parts.map(([, , , , unary, smooth, alike]) =>
        Math.exp(unary + smooth + alike)
      );
      const sum = powers.reduce((a, b) => a + b);
      parts.forEach((row, l) => expect(Math.abs(powers[l] / sum - row[9])).toBeLessThan(1e-5));
      expect(parts.some(([, , , , , smooth]) => smooth > 0)).toBe(t > 0);
    }
    await large().focus();
    await page.keyboard.press("Escape");
    expect(await value()).toMatchObject({x: null, y: null});
  });

  it("is solved by a pixel that the CRF spoils, not untouched", async () => {
    await open();
    expect(await solved()).toBe("false");
    await page.getByRole("radio", {name: "Labels"}).check();
    expect((await value()).view).toBe("labels");
    const place = await page.evaluate(() => spoiledPixel());
    const box = (await large().boundingBox())!;
    const position = {
      x: ((place!.x + 0.5) / 257) * box.width,
      y: ((place!.y + 0.5) / 193) * box.height
    };
    await large().click({position: {x: 5, y: 5}});
    await frames(page);
    expect(await solved()).toBe("false");
    await large().click({position});
    expect(await value()).toMatchObject(place!);
    await poll(solved).toBe("true");
  });

  it("runs again with other settings and streets, and says what is wrong", async () => {
    await open();
    await poll(async () => (await blur()).every((count) => count > 0)).toBe(true);
    const before = [await at(), await blur()] as const;
    await page.locator("summary").click();
    await page.locator(".viz-crf-presets select").selectOption({label: "smoothness alone"});
    await whole();
    const {label, x, y} = await value();
    expect([label, x, y].every(Number.isInteger)).toBe(true);
    expect(await at()).toBe(before[0]);
    await poll(async () => (await blur()).slice(1)).not.toEqual(before[1].slice(1));
    expect((await blur())[0]).toBe(before[1][0]);
    expect(await page.locator("summary").innerText()).toContain("smoothness alone");

    await page.evaluate(() => figure.update(drawStreet(2)));
    await page.waitForFunction(() => figure.value.label === null);
    await whole();
    expect(await value()).toMatchObject({label: null, x: null, y: null});
    const errors = await page.evaluate(() =>
      [{iteration: 11}, {label: -1}, {x: 3}, {x: 257, y: 0}, {view: "all"}].map((wrong) => {
        try {
          figure.value = {...figure.value, ...wrong};
          return null;
        } catch (error) {
          return `${(error as Error).name}: ${(error as Error).message}`;
        }
      })
    );
    expect(errors).toEqual([
      "RangeError: invalid iteration: 11 (0 to 10)",
      "RangeError: invalid label: -1 (null, or 0 to 10)",
      "RangeError: invalid pixel: 3, null (both numbers, or both null)",
      "RangeError: invalid x: 257 (a whole number, 0 to 256)",
      "RangeError: invalid view: all (cutout, score, belief, labels)"
    ]);
    await page.evaluate(() => {
      fake.fault = "the weights could not be loaded";
      figure.update(drawStreet(3));
    });
    await poll(() => page.getByRole("alert").innerText()).toBe(
      "The weights could not be loaded. Reload the page to try again."
    );
  });

  it("is for everybody: axe-core, 360 px, fingers, still", async () => {
    await open({
      viewport: {width: 360, height: 800},
      colorScheme: "light",
      reducedMotion: "reduce"
    });
    await page.locator("summary").click();
    for (const colorScheme of ["light", "dark"] as const) {
      await page.emulateMedia({colorScheme});
      await frames(page);
      expect(await axeViolations(page), colorScheme).toEqual([]);
    }
    expect(await smallTargets(page)).toEqual([]);
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(360);
    expect(await page.evaluate(() => document.getAnimations().length)).toBe(0);
    const label = await page.locator(".viz-iter-bars canvas").getAttribute("aria-label");
    expect(label).toMatch(/^Iteration 10\. .*belief \d/);
  });
});
