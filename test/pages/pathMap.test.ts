import type {Page} from "playwright-core";
import {describe, expect, it} from "vitest";
import {pathCounts} from "../../src/model/layerStack.ts";
import {axeViolations, figurePage, frames, smallTargets} from "./figureHost.ts";

/** What test/viz/holesPage.ts leaves on the window. */
declare const figure: any, events: string[], files: any[];

let page: Page;

const figures = figurePage(new URL("../viz/holesPage.ts", import.meta.url));

async function open(options = {}): Promise<void> {
  page = await figures.open("?figure=pathMap", options);
}
const value = () => page.evaluate(() => figure.value);
/** Words follow the paint. */
const words = async (selector: string) => {
  await frames(page);
  return page.locator(selector).textContent();
};
const caption = () => words("figcaption");
const rule = () => words(".viz-path-map-rule");
const solved = async () => {
  await frames(page);
  return page.locator(".viz-task").getAttribute("data-solved");
};
const button = (name: string) => page.getByRole("button", {name, exact: true});
const says = () => page.locator(".viz-says");

describe("pathMap", () => {
  it("counts every pixel's paths, and hatches the holes", async () => {
    await open();
    expect(await caption()).toContain("49 of 169 pixels (29 %)");
    const counts = [...pathCounts([2, 2, 2].map((rate) => ({kernelSize: 3, stride: 1, rate})))];
    const products = counts.flatMap((down) => counts.map((across) => down * across));
    expect(await page.locator(".viz-path-products text").allTextContents()).toEqual(
      products.filter((paths) => paths > 0).map(String)
    );
    expect(await rule()).toContain("M2 = max(2 − 2·2, 2 − 2(2 − 2), 2) = 2");
    expect(await rule()).toContain("The rule is met: M₂ = 2 ≤ 3. Yet there are holes.");
  });

  it("draws a pixel darker the more paths it has, and a hole not at all", async () => {
    await open();
    /** How far a cell's color, averaged, is from the page's white. */
    const depth = async (dx: number, dy: number) => {
      const frame = await page.locator(".viz-path-frame").boundingBox();
      if (!frame) throw new Error("no map");
      const cell = frame.width / 13;
      const clip = {
        x: Math.round(frame.x + (6 + dx) * cell) + 2,
        y: Math.round(frame.y + (6 + dy) * cell) + 2,
        width: 6,
        height: 4
      };
      const shot = (await page.screenshot({clip})).toString("base64");
      return page.evaluate(async (png) => {
        const image = new Image();
        image.src = `data:image/png;base64,${png}`;
        await image.decode();
        const context = new OffscreenCanvas(image.width, image.height).getContext("2d");
        context?.drawImage(image, 0, 0);
        const {data} = context?.getImageData(0, 0, image.width, image.height) ?? {data: []};
        let sum = 0;
        for (let i = 0; i < data.length; i += 4) sum += 255 - data[i];
        return sum / (data.length / 4);
      }, shot);
    };
    const [middle, side, corner, hole] = [
      await depth(0, 0),
      await depth(4, 0),
      await depth(-6, 6),
      await depth(1, 0)
    ];
    expect(middle).toBeGreaterThan(side);
    expect(side).toBeGreaterThan(corner);
    expect(corner).toBeGreaterThan(25);
    // Hatching is mostly page.
    expect(hole).toBeLessThan(middle / 2);
  });

  it("is solved by keyboard, and is not solved untouched", async () => {
    await open();
    expect(await solved()).toBe("false");
    await page.getByRole("slider", {name: "Rate of layer 1, next to the input"}).press("Home");
    expect(await solved()).toBe("false");
    const third = page.getByRole("slider", {name: "Rate of layer 3"});
    await third.press("ArrowRight");
    await third.press("ArrowRight");
    expect(await value()).toEqual({kernelSize: 3, rates: [1, 2, 4]});
    expect(await solved()).toBe("true");
    expect(await page.evaluate(() => events)).toEqual(new Array(3).fill("pathMap"));
    expect(await caption()).toContain("span 15×15 pixels and read every one");
  });

  it("offers the presets, other kernels, and two to six layers", async () => {
    await open();
    for (const [name, words] of [
      ["Rates 1, 2, 5", "The rule is met: M₂ = 2 ≤ 3. And there are no holes."],
      ["Rates 1, 2, 9", "The rule is not met: M₂ = 5 > 3. And there are holes."],
      ["Rates 2, 4, 8", "The rule is not met: M₂ = 4 > 3. And there are holes."],
      ["Rates 1, 3, 1", "The rule is not met: M₂ = 5 > 3. Yet there are no holes"]
    ]) {
      await button(name).click();
      expect(await rule()).toContain(words);
    }
    await page.getByRole("radio", {name: "5×5"}).check({force: true});
    expect(await rule()).toContain("M₂ = 5 ≤ 5. And there are no holes");
    for (let i = 0; i < 3; ++i) await button("Add a layer").click();
    expect((await value()).rates).toEqual([1, 3, 1, 1, 1, 1]);
    expect(await button("Add a layer").isDisabled()).toBe(true);
    expect(await page.locator("[data-says=layers]").textContent()).toBe(
      "6 layers are the most here."
    );
    for (let n = 6; n > 2; --n) await button(`Remove layer ${n}`).click();
    expect(await button("Remove layer 2").isDisabled()).toBe(true);
    await button("Reset").click();
    expect(await value()).toEqual({kernelSize: 3, rates: [2, 2, 2]});
  });

  it("reads a pixel by pointer and by keyboard", async () => {
    await open();
    const readout = page.locator(".viz-path-map-readout");
    const frame = await page.locator(".viz-path-frame").boundingBox();
    if (!frame) throw new Error("no map");
    const cell = frame.width / 13;
    await page.mouse.move(frame.x + 4.5 * cell, frame.y + 7.5 * cell);
    expect(await readout.textContent()).toBe("Pixel (−2, 1): 6 × 0 = no path: a hole.");
    await page.mouse.move(frame.x + 4.5 * cell, frame.y - 20);
    expect(await readout.textContent()).toBe("Pixel (−2, 0): 6 × 7 = 42 paths.");
    await page.mouse.move(0, 0);
    await page.locator(".viz-path-map-pixels").focus();
    await page.keyboard.press("Shift+ArrowUp");
    await page.keyboard.press("ArrowRight");
    expect(await readout.textContent()).toBe("Pixel (1, −6): 0 × 1 = no path: a hole.");
    await page.keyboard.press("Escape");
    expect(await readout.textContent()).toContain("Point at a pixel");
  });

  it("refuses in place what is no legal number, and keeps the last good state", async () => {
    await open();
    const box = page.getByRole("textbox", {name: "Rate of layer 2, as a number"});
    for (const bad of ["", "abc", "1e400", "NaN", "0", "17"]) {
      await box.fill(bad);
      expect(await says().nth(1).textContent()).toMatch(/Kept at 2\.$/);
    }
    await box.fill("16");
    expect((await value()).rates).toEqual([2, 16, 2]);
    const illegal = await page.evaluate(() =>
      [
        {kernelSize: 4, rates: [1, 2]},
        {kernelSize: 3, rates: [1]},
        {kernelSize: 3, rates: [1, 1, 1, 1, 1, 1, 1]},
        {kernelSize: 3, rates: [1, NaN]}
      ].map((wrong) => {
        try {
          figure.value = wrong;
        } catch (error) {
          return (error as Error).name;
        }
        return "taken";
      })
    );
    expect(illegal).toEqual(new Array(4).fill("RangeError"));
    await page.evaluate(() => {
      figure.value = {kernelSize: 5, rates: [16, 16, 16, 16, 16, 16]};
    });
    expect(await caption()).toContain("span 385×385 pixels");
    expect(await page.evaluate(() => events)).toHaveLength(1);
  });

  it("fits 360 px, saves, and breaks none of axe's rules in either scheme", async () => {
    await open({
      viewport: {width: 360, height: 740},
      hasTouch: true,
      isMobile: true,
      colorScheme: "dark"
    });
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(360);
    expect(await smallTargets(page)).toEqual([]);
    expect(await axeViolations(page)).toEqual([]);
    await page.emulateMedia({colorScheme: "light"});
    await button("Rates 1, 2, 9").tap();
    await frames(page);
    expect(await axeViolations(page)).toEqual([]);
    await button("Save SVG").tap();
    expect(await page.evaluate(() => files[0].name)).toBe("paths-1-2-9.svg");
  });
});
