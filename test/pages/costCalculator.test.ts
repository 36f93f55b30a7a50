import type {Page} from "playwright-core";
import {describe, expect, it} from "vitest";
import {cost} from "../../src/model/cost.ts";
import {deeplabV3Plus} from "../../src/model/deeplab.ts";
import {axeViolations, figurePage, frames, smallTargets} from "./figureHost.ts";

/** What test/viz/costPage.ts leaves on the window. */
declare const figure: any, events: string[], files: any[];

let page: Page;

const figures = figurePage(new URL("../viz/costPage.ts", import.meta.url));

async function open(options = {}): Promise<void> {
  page = await figures.open("", options);
}
const value = () => page.evaluate(() => figure.value);
const formula = (name: string) => page.locator(`[data-formula=${name}] strong`).innerText();
const box = (name: string) => page.getByRole("textbox", {name: `${name}, as a number`});
const number = (text: string) => Number(text.replaceAll(",", ""));

describe("costCalculator", () => {
  it("shows both counts, their ratio, and the formulas with the numbers in them", async () => {
    await open();
    expect(await value()).toEqual({kernelSize: 3, size: 33, channels: 320, filters: 256});
    expect(number(await formula("standard"))).toBe(9 * 320 * 256 * 33 ** 2);
    expect(number(await formula("separable"))).toBe(9 * 320 * 33 ** 2 + 320 * 256 * 33 ** 2);
    expect(await page.locator(".viz-cost-headline").innerText()).toBe("8.7× cheaper");
    const weights = await page.locator("[data-formula=weights] strong").allInnerTexts();
    expect(weights.map(number)).toEqual([9 * 320 * 256, 9 * 320 + 320 * 256]);
    expect(await page.locator("figcaption").innerText()).toMatch(
      /803\sM multiply-adds in one step, 92.3\sM in two/
    );
    expect(await page.locator(".viz-cost-verdict").innerText()).toContain("= 255 · 8 = 2,040");
  });

  it("starts from layers of the network, whose ratio is 1/N + 1/Dk²", async () => {
    await open();
    const layers = await page.locator("select option:not([hidden])").count();
    expect(layers).toBeGreaterThan(12);
    const counted = cost(deeplabV3Plus(), [513, 513]).layers;
    for (let i = 0; i < layers; i++) {
      await page.locator("select").selectOption({index: i});
      const {kernelSize, size, channels, filters} = await value();
      expect(Number(await formula("ratio"))).toBeCloseTo(1 / filters + 1 / kernelSize ** 2, 4);
      const name = (await page.locator("select option:checked").innerText()).split(" (")[0];
      const steps = counted.filter((layer) => {
        const end = layer.name.replace(/^MobilenetV2\//, "").slice(name.length);
        return (
          layer.name.includes(name) && /^(_depthwise|_pointwise|\/depthwise|\/project)$/.test(end)
        );
      });
      const {multiplyAdds, shape} = steps[1];
      expect(shape).toEqual([size, size, filters]);
      expect(multiplyAdds + steps[0].multiplyAdds).toBe(number(await formula("separable")));
      expect(steps[0].shape[2]).toBe(channels);
    }
    expect(await page.evaluate(() => events.every((name) => name === "figure"))).toBe(true);
  });

  it("marks a cell of the map as dearer exactly where (N − 1)(Dk² − 1) < 1", async () => {
    await open();
    const marks = await page
      .locator(".viz-ratio-cells rect")
      .evaluateAll((cells) => cells.map((cell) => cell.getAttribute("data-dearer")));
    const labels = await page.locator(".viz-ratio-map").evaluate((map) => {
      const press = (key: string) => map.dispatchEvent(new KeyboardEvent("keydown", {key}));
      const read: string[] = [];
      for (let i = 0; i < 30; i++) press("ArrowLeft");
      for (let column = 0; column < 24; column++) {
        for (let i = 0; i < 11; i++) press("ArrowDown");
        for (let row = 0; row < 11; row++) {
          read.push(map.getAttribute("aria-label") ?? "");
          press("ArrowUp");
        }
        press("ArrowRight");
      }
      return read;
    });
    expect(labels.length).toBe(marks.length);
    for (const [i, label] of labels.entries()) {
      const [, n, k, term] = label.match(/^N = (\d+), Dₖ = (\d+):.*\((\d+) [<>] 1\)/)!.map(Number);
      expect(k).toBe(1 + (i % 11));
      expect(term).toBe((n - 1) * (k ** 2 - 1));
      expect(marks[i], label).toBe(String(term < 1));
    }
    expect(await value()).toMatchObject({kernelSize: 3, filters: 256}); // looked at, not taken
  });

  it("is solved by keyboard, and is not solved untouched", async () => {
    await open();
    const task = page.locator(".viz-task");
    expect(await task.getAttribute("data-solved")).toBe("false");
    await page.locator(".viz-ratio-map").focus();
    for (let i = 0; i < 30; i++) await page.keyboard.press("ArrowLeft");
    expect(await task.getAttribute("data-solved")).toBe("false");
    await page.keyboard.press("Enter");
    expect(await value()).toMatchObject({kernelSize: 3, filters: 1, channels: 320});
    expect(await task.getAttribute("data-solved")).toBe("true");
    expect(await page.locator(".viz-cost-headline").innerText()).toBe("1.1× as dear");
    await page.getByRole("button", {name: "Reset"}).click();
    expect(await value()).toMatchObject({filters: 256});
  });

  it("refuses in place what is no legal number, and keeps the last good result", async () => {
    await open();
    const before = await page.locator(".viz-cost-counts").innerText();
    const height = () =>
      page.locator(".viz-cost").evaluate((root: HTMLElement) => root.offsetHeight);
    const initial = await height();
    for (const [i, name] of [
      "Kernel’s side Dk",
      "Map’s side Df",
      "Channels in M",
      "Channels out N"
    ].entries())
      for (const wrong of ["0", "-3", "2.5", "1e9", "many", "", "1e400", "a long text"]) {
        await box(name).fill(wrong);
        const says = await page.locator(".viz-cost-sizes .viz-says").nth(i).innerText();
        expect(says, wrong).toMatch(/from 1 to \d+.* Kept at \d+\.$/);
        expect(await page.locator(".viz-cost-counts").innerText()).toBe(before);
        expect(await height(), wrong).toBe(initial);
      }
    await box("Channels out N").fill("1");
    expect(await value()).toMatchObject({filters: 1});
    expect(await page.locator(".viz-cost-sizes .viz-says").last().innerText()).toBe(
      "1 is the least: no filter, no output."
    );
    const assigned = await page.evaluate(() => {
      try {
        figure.value = {...figure.value, channels: 0};
        return "";
      } catch (error) {
        return String(error);
      }
    });
    expect(assigned).toMatch(/RangeError: invalid channels: 0 \(a whole number from 1 to 4096\)/);
  });

  it("keeps its height while sliders move, saves, and breaks none of axe's rules at 360 px", async () => {
    for (const colorScheme of ["light", "dark"] as const) {
      await open({viewport: {width: 360, height: 740}, hasTouch: true, colorScheme});
      const heights = await page.locator(".viz-cost").evaluate(async (root: HTMLElement) => {
        const seen: number[] = [];
        for (let round = 0; round < 2; round++)
          for (const slider of root.querySelectorAll<HTMLInputElement>("input[type=range]"))
            for (const share of [0, 0.3, 0.7, 1, 0.5]) {
              slider.value = String(
                Number(slider.min) + share * (Number(slider.max) - Number(slider.min))
              );
              slider.dispatchEvent(new Event("input", {bubbles: true}));
              await new Promise((done) => requestAnimationFrame(() => setTimeout(done)));
              seen.push(root.offsetHeight);
            }
        return seen.slice(seen.length / 2);
      });
      expect(Math.max(...heights) - Math.min(...heights)).toBeLessThanOrEqual(1);
      expect(await axeViolations(page)).toEqual([]);
      expect(await smallTargets(page)).toEqual([]);
      expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(
        360
      );
      await page.getByRole("button", {name: "Save SVG of the map"}).click();
      await frames(page);
      expect(await page.evaluate(async () => files[0].file.text())).toMatch(/^<svg/);
    }
  });
});
