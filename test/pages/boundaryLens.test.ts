import type {Page} from "playwright-core";
import {describe, expect, it} from "vitest";
import {axeViolations, figurePage, frames, smallTargets} from "./figureHost.ts";

/** What test/viz/boundaryLensPage.ts leaves on the window. */
declare const figure: any, events: string[], files: any[], asked: any[], fake: any;
declare const street: (seed: number) => void;
declare const drag: (seed: number, times: number) => Promise<void>, photograph: () => void;

let page: Page;

const figures = figurePage(new URL("../viz/boundaryLensPage.ts", import.meta.url));

async function open(options = {}): Promise<void> {
  page = await figures.open("", options);
  await refined();
}

/** Waits until the CRF is done. */
async function refined(): Promise<void> {
  await page.waitForFunction(() => figure.ariaBusy === "false");
  await frames(page);
}

const untouched = {x: null, y: null, size: 48, marks: true};
const value = () => page.evaluate(() => figure.value);
const caption = () => page.locator("figcaption").textContent();
const button = (name: string) => page.getByRole("button", {name, exact: true});
const lens = () => page.getByRole("application");

/** Returns the numbers of the caption, but for the lens's size. */
async function numbers() {
  const words = ((await caption()) ?? "").replace(/(\d),(?=\d{3})/g, "$1");
  const [x, y, encoder, of, decoder, crf, all, , allDecoder, allCrf] = (
    words.split("pixels from ")[1].match(/\d+/g) ?? []
  ).map(Number);
  return {
    x,
    y,
    lens: {encoder, of, decoder, crf},
    all: {encoder: all, decoder: allDecoder, crf: allCrf}
  };
}

/** Returns a number that is another for other pixels of a pane. */
const print = (name: string) =>
  page.locator(`[data-pane=${name}] canvas`).evaluate((canvas: HTMLCanvasElement) => {
    const copy = new OffscreenCanvas(canvas.width, canvas.height);
    const context = copy.getContext("2d", {willReadFrequently: true})!;
    context.drawImage(canvas, 0, 0);
    const {data} = context.getImageData(0, 0, canvas.width, canvas.height);
    return data.reduce((sum, byte) => (Math.imul(sum, 31) + byte) | 0, 0);
  });

describe("boundaryLens", () => {
  it("starts at the encoder's worst place, and counts what is wrong there and in all", async () => {
    await open();
    const first = await numbers();
    expect(first.lens.encoder).toBeGreaterThan(first.lens.decoder);
    expect(first.all.encoder).toBeGreaterThan(first.all.decoder);
    expect(first.lens.crf).not.toBe(first.lens.encoder);
    expect(first.all.crf).not.toBe(first.all.encoder);
    const panes = ["picture", "encoder", "decoder", "crf", "truth"];
    const prints = [];
    for (const name of panes) prints.push(await print(name));
    expect(new Set(prints).size).toBe(5);
    const share = (100 * first.lens.crf) / first.lens.of;
    expect(await page.locator("[data-pane=crf] .viz-form-title span").textContent()).toMatch(
      new RegExp(`^${share < 9.95 ? share.toFixed(1) : Math.round(share)} % wrong`)
    );
    await button("Mark wrong pixels").click();
    await frames(page);
    expect(await print("encoder")).not.toBe(prints[1]);
    expect(await print("truth")).toBe(prints[4]);
    expect(await value()).toEqual({...untouched, marks: false});
    await page.evaluate(() => street(5));
    await page.waitForFunction(
      (last) => document.querySelector("figcaption")?.textContent !== last,
      await caption()
    );
    await refined();
    const second = await numbers();
    expect(second).not.toEqual(first);
    expect(second.lens.encoder).toBeGreaterThan(0);
  });

  it("is moved by keyboard and by dragging, resized, and brought back", async () => {
    await open();
    const {x, y} = await numbers();
    const by = x > 100 ? -11 : 11;
    await lens().focus();
    await page.keyboard.press(by > 0 ? "Shift+ArrowRight" : "Shift+ArrowLeft");
    await page.keyboard.press(by > 0 ? "ArrowRight" : "ArrowLeft");
    expect(await value()).toEqual({...untouched, x: x + by, y});
    await page.keyboard.press("Escape");
    expect(await value()).toEqual(untouched);
    expect(await page.evaluate(() => events)).toEqual(new Array(3).fill("boundaryLens"));
    const box = (await page.locator(".viz-lens-overview").boundingBox())!;
    const at = (px: number, py: number) =>
      [box.x + ((px + 0.5) / 257) * box.width, box.y + ((py + 0.5) / 193) * box.height] as const;
    await page.mouse.move(...at(100, 90));
    await page.mouse.down();
    await page.mouse.move(...at(120, 100));
    await page.mouse.up();
    await page.mouse.move(...at(20, 20));
    const dragged = await value();
    expect(Math.abs(dragged.x - 96) + Math.abs(dragged.y - 76)).toBeLessThan(4);
    await page.getByRole("slider").press("End");
    expect((await value()).size).toBe(96);
    expect(Math.abs((await value()).x - (dragged.x - 24))).toBeLessThan(2);
    await frames(page);
    expect((await numbers()).lens.of).toBeGreaterThan(48 * 48);
    await button("Reset").click();
    expect(await value()).toEqual(untouched);
    await button("Save PNG").click();
    await page.waitForFunction(() => files.length === 1);
    expect(await page.evaluate(() => files[0].name)).toBe("one-boundary.png");
  });

  it("asks for the newest picture only, when near, and runs the CRF when it rests", async () => {
    page = await figures.open("?far");
    await frames(page);
    expect(await page.evaluate(() => asked.length)).toBe(0);
    await page.locator("figure").scrollIntoViewIfNeeded();
    await refined();
    const before = await numbers();
    await page.evaluate(() => drag(1, 12));
    await page.waitForFunction(() =>
      document.querySelector("[data-pane=crf] .viz-lens-note:not([hidden])")
    );
    await refined();
    const after = await numbers();
    expect([after.x, after.y]).toEqual([before.x, before.y]); // the lens stays where it was
    expect(after).not.toEqual(before);
    await page.evaluate(() => (fake.fault = "the device was lost"));
    await page.evaluate(() => street(3));
    const alert = page.getByRole("alert");
    await alert.waitFor();
    expect(await alert.textContent()).toBe("The device was lost. Reload the page to try again.");
    expect(await numbers()).toEqual(after);
    await page.evaluate(() => (fake.fault = null));
    await page.evaluate(() => street(2));
    await alert.waitFor({state: "hidden"});
  });

  it("says of a photograph that its truth is not known, and refuses what is not legal", async () => {
    await open();
    await page.evaluate(() => photograph());
    await page.getByText("A photograph comes without its true labels.", {exact: true}).waitFor();
    await refined();
    expect(await caption()).toMatch(
      /^In the lens, .* the decoder’s label is another .* in [\d,]+, the CRF in/
    );
    expect(await page.locator("[data-pane=decoder] span").textContent()).toMatch(/\d+ differ/);
    expect(await page.locator("[data-pane=truth] span").textContent()).toBe("");
    const refused = await page.evaluate(() =>
      [{size: 15}, {size: NaN}, {x: 3}, {x: -1, y: 0}, {x: 0.5, y: 0}].map((bad) => {
        try {
          figure.value = {...figure.value, ...bad};
          return "taken";
        } catch (error) {
          return (error as Error).name;
        }
      })
    );
    expect(refused).toEqual(new Array(5).fill("RangeError"));
    const good = {x: 200, y: 150, size: 16, marks: false};
    await page.evaluate((good) => (figure.value = good), good);
    await frames(page);
    expect(await value()).toEqual(good);
    expect(await caption()).toMatch(/^In the lens, 16 × 16 pixels from 200, 150/);
    expect(await page.evaluate(() => events)).toEqual([]);
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
    const box = (await page.locator(".viz-lens-overview").boundingBox())!;
    await page.touchscreen.tap(box.x + 0.8 * box.width, box.y + 0.8 * box.height);
    const {x, y} = await value();
    expect(Math.abs(x - 182) + Math.abs(y - 130)).toBeLessThan(6);
    expect(await axeViolations(page)).toEqual([]);
    await page.emulateMedia({colorScheme: "light"});
    expect(await axeViolations(page)).toEqual([]);
  });
});
