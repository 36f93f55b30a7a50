import type {Page} from "playwright-core";
import {describe, expect, it} from "vitest";
import {reads, stackFields} from "../../src/model/layerStack.ts";
import {axeViolations, figurePage, frames, smallTargets} from "./figureHost.ts";

/** What test/viz/holesPage.ts leaves on the window. */
declare const figure: any, events: string[], files: any[];

let page: Page;

const figures = figurePage(new URL("../viz/holesPage.ts", import.meta.url));

async function open(options = {}): Promise<void> {
  page = await figures.open("?figure=fieldStack", options);
}
const value = () => page.evaluate(() => figure.value);
const caption = () => page.locator("figcaption").textContent();
const button = (name: string) => page.getByRole("button", {name, exact: true});
/** How many marks of a kind the diagram has, the part in focus left out. */
const marks = async (name: string) =>
  ((await page.locator(`.viz-stack-whole ${name}`).getAttribute("d")) ?? "").split("M").length - 1;

describe("fieldStack", () => {
  it("shows every unit that feeds the output, and every tap", async () => {
    await open();
    const {layers} = await value();
    const maps = reads(layers);
    expect(await marks(".viz-stack-units")).toBe(maps.flat().length);
    expect(await marks(".viz-stack-lines")).toBe(3 * maps.slice(1).flat().length);
    expect(await caption()).toContain("sees 31 inputs in a row");
    expect(await page.locator(".viz-field-stack-sum").textContent()).toBe(
      "1 + 2·1 + 2·2 + 2·4 + 2·8 = 31"
    );
    expect(await page.locator(".viz-field-plot").getAttribute("aria-label")).toContain(
      "1, 2, 4, …: 1, 3, 7, 15, 31"
    );
  });

  it("is solved by keyboard, and is not solved untouched", async () => {
    await open();
    const task = page.locator(".viz-task");
    expect(await task.getAttribute("data-solved")).toBe("false");
    await button("Add a layer").press("Enter");
    await page.getByRole("slider", {name: "Layer 5: rate"}).press("End");
    expect((await value()).layers.map(({rate}: any) => rate)).toEqual([1, 2, 4, 8, 16]);
    expect(await task.getAttribute("data-solved")).toBe("true");
    expect(await task.textContent()).toContain("5 layers see 63 now");
    await button("Reset").press("Enter");
    expect((await value()).layers).toHaveLength(4);
  });

  it("takes a layer of kernel 5, stride 2, rate 3 like any other", async () => {
    await open();
    await page.getByRole("radio", {name: /^Layer 2:/}).check({force: true});
    for (const [name, text] of [
      ["kernel size", "5"],
      ["stride", "2"],
      ["rate", "3"]
    ])
      await page.getByRole("textbox", {name: `Layer 2: ${name}, as a number`}).fill(text);
    const {layers} = await value();
    expect(layers[1]).toEqual({kernelSize: 5, stride: 2, rate: 3});
    const size = stackFields(layers).at(-1)?.size;
    expect(size).toBe(1 + 2 + 12 + 2 * 4 * 2 + 2 * 8 * 2);
    // The sum follows the paint.
    await expect
      .poll(() => page.locator(".viz-field-stack-sum").textContent())
      .toContain(`= ${size}`);
    const maps = reads(layers);
    const lines = layers.reduce(
      (sum: number, {kernelSize}: any, i: number) => sum + kernelSize * maps[i + 1].length,
      0
    );
    expect(await marks(".viz-stack-lines")).toBe(lines);
    expect(await marks(".viz-stack-units")).toBe(maps.flat().length);
  });

  it("unfolds step by step, plays to the end, and at once where motion is unwelcome", async () => {
    await open();
    await page.emulateMedia({reducedMotion: "reduce"});
    await button("First step").click();
    expect([await marks(".viz-stack-units"), (await value()).step]).toEqual([1, 0]);
    await button("Forward one step").click();
    expect(await marks(".viz-stack-units")).toBe(4);
    await page.getByRole("slider", {name: "Step", exact: true}).press("ArrowRight");
    expect(await marks(".viz-stack-units")).toBe(4 + 7);
    await page.emulateMedia({reducedMotion: "no-preference"});
    await button("Play").click();
    expect(await button("Pause").count()).toBe(1);
    await page.waitForFunction(() => figure.value.step === 4);
    await page.getByRole("button", {name: "Play", exact: true}).waitFor();
    await page.waitForFunction(() => {
      const units = document.querySelector(".viz-stack-whole .viz-stack-units");
      return (units?.getAttribute("d") ?? "").split("M").length - 1 === 1 + 3 + 7 + 15 + 31;
    });
    const heard = await page.evaluate(() => events);
    expect([...new Set(heard)]).toEqual(["fieldStack"]);
    expect(heard).toHaveLength(5);
  });

  it("shows what a unit sees, by pointer and by keyboard", async () => {
    await open();
    const readout = page.locator(".viz-field-stack-readout");
    await page.locator(".viz-field-stack-units").focus();
    for (const key of ["ArrowDown", "ArrowLeft", "ArrowDown"]) await page.keyboard.press(key);
    expect(await readout.textContent()).toBe("Unit −8 after layer 2 sees inputs −11 to −5: all 7.");
    const part = page.locator(".viz-stack-part .viz-stack-units");
    expect((await part.getAttribute("d"))?.split("M").length).toBe(1 + 1 + 3 + 7);
    await page.keyboard.press("Escape");
    expect(await part.getAttribute("d")).toBe("");
    const box = await page.locator(".viz-field-stack-diagram").boundingBox();
    if (!box) throw new Error("no diagram");
    await page.mouse.move(box.x + 146 + (box.width - 146) / 2, box.y + 24);
    expect(await readout.textContent()).toContain("sees inputs −15 to 15: all 31");
    await page.mouse.move(0, 0);
    expect(await readout.textContent()).toContain("Point at a unit");
  });

  it("goes no further than can be drawn, says why, and refuses what is not legal", async () => {
    await open();
    await page.evaluate(() => {
      figure.value = {
        layers: [4, 4, 4, 4].map((stride) => ({kernelSize: 9, stride, rate: 1})),
        step: 4
      };
    });
    expect(await page.evaluate(() => events)).toEqual([]);
    const slider = page.getByRole("slider", {name: "Layer 4: rate"});
    await slider.press("End");
    const {layers} = await value();
    expect(layers[3].rate).toBe(9);
    expect(stackFields(layers).at(-1)?.size).toBeLessThanOrEqual(5000);
    expect(await page.locator(".viz-says").nth(2).textContent()).toBe(
      "10 would make a field of 5,289 inputs, more than can be drawn."
    );
    expect(await button("Add a layer").isDisabled()).toBe(true);
    expect(await page.locator(".viz-layers-says").textContent()).toContain("over 5,000 inputs");
    const box = page.getByRole("textbox", {name: "Layer 4: rate, as a number"});
    for (const bad of ["", "abc", "1e400", "NaN", "10"]) {
      await box.fill(bad);
      expect(await page.locator(".viz-says").nth(2).textContent()).toMatch(/Kept at 9\.$/);
    }
    const illegal = await page.evaluate(() =>
      [
        {layers: [], step: 0},
        {layers: [{kernelSize: 3, stride: 1, rate: 17}], step: 0},
        {layers: [{kernelSize: 4, stride: 1, rate: 1}], step: 0},
        {layers: [{kernelSize: 3, stride: 1, rate: 1}], step: 2},
        {layers: new Array(8).fill({kernelSize: 9, stride: 4, rate: 16}), step: 8}
      ].map((wrong) => {
        try {
          figure.value = wrong;
        } catch (error) {
          return (error as Error).name;
        }
        return "taken";
      })
    );
    expect(illegal).toEqual(new Array(5).fill("RangeError"));
    expect(await value()).toEqual({layers, step: 4});
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
    await page.getByRole("button", {name: "rates 2, 2, 2, 2"}).tap();
    expect(await caption()).toContain("spans 17 inputs, and reads 9 of them");
    await frames(page);
    expect(await axeViolations(page)).toEqual([]);
    await page.getByRole("button", {name: "Save SVG"}).tap();
    expect(await page.evaluate(() => files[0].name)).toBe("receptive-field.svg");
  });
});
