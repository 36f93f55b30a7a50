import type {BrowserContextOptions, Page} from "playwright-core";
import {describe, expect, it} from "vitest";
import {networkReading} from "../../src/notebook/networkCosts.ts";
import {axeViolations, figurePage, frames, smallTargets} from "./figureHost.ts";

/** What test/viz/networkBarsPage.ts leaves on the window. */
declare const figure: any, events: any[], files: any[];

let page: Page;

const figures = figurePage(new URL("../viz/networkBarsPage.ts", import.meta.url));

async function open(options: BrowserContextOptions = {}): Promise<void> {
  page = await figures.open("", {reducedMotion: "reduce", ...options});
}
const value = () => page.evaluate(() => figure.value);
const turn = (group: string, name: string) =>
  page
    .getByRole("group", {name: group})
    .getByRole("radio", {name, exact: true})
    .check({force: true});
const total = (key: string) => page.locator(`[data-total=${key}]`).innerText();
const strip = () => page.getByRole("slider", {name: "Convolution"});
const readout = () => page.locator(".viz-bars-readout").innerText();
const row = (name: string) => page.locator("tr[data-network]", {hasText: name});

/** The area of all bars, in square pixels. */
const area = () =>
  page
    .locator(".viz-bars-chart [data-bars]")
    .evaluateAll((paths) =>
      paths
        .flatMap((path) => [...(path.getAttribute("d") ?? "").matchAll(/v-([\d.]+)h([\d.]+)/g)])
        .reduce((sum, [, height, width]) => sum + Number(height) * Number(width), 0)
    );

const start = {
  backbone: "xception65",
  outputStride: 16,
  aspp: "standard",
  decoder: "standard",
  size: 513,
  spaceToBatch: false
} as const;

describe("networkBars", () => {
  it("shrinks as ASPP and decoder become separable, in area as in multiply-adds", async () => {
    await open();
    expect(await total("multiplyAdds")).toMatch(/86\.68\s*billion/);
    const before = await area();
    await turn("ASPP’s atrous branches", "separable");
    await turn("Decoder", "separable");
    expect(await total("multiplyAdds")).toMatch(/54\.04\s*billion\s*−26 % from 73\.04/);
    expect(await total("parameters")).toMatch(/41\.1\s*million/);
    const [all, now] = (["standard", "separable"] as const).map(
      (form) => networkReading({...start, aspp: form, decoder: form}).multiplyAdds
    );
    // Within the gaps that more bars need, and the hundredths that paths are rounded to.
    expect((await area()) / before / (now / all)).toBeCloseTo(1, 1);
    expect(await page.evaluate(() => events.map(({aspp, decoder}) => [aspp, decoder]))).toEqual([
      ["separable", "standard"],
      ["separable", "separable"]
    ]);
    await page.getByRole("button", {name: "Reset"}).click();
    expect(await value()).toEqual({...start, layer: null});
  });

  it("moves nothing below it while it changes", async () => {
    await open();
    const top = () =>
      page.locator(".viz-bars-papers").evaluate((e) => e.getBoundingClientRect().top);
    const before = await top();
    for (const [group, name] of [
      ["Backbone", "ResNet-101"],
      ["Output stride", "8"],
      ["Decoder", "none"],
      ["Backbone", "MobileNetV2"]
    ]) {
      await turn(group, name);
      await frames(page);
      expect(await top()).toBe(before);
    }
  });

  it("sets what a row of the papers has, and marks it", async () => {
    await open();
    const pressed = page.locator("tr[data-network] [aria-pressed=true]");
    expect(await pressed.innerText()).toMatch(/Xception-65\s+standard ASPP and decoder\s+16/);
    await page.getByRole("button", {name: "ResNet-101 standard ASPP and decoder 8"}).click();
    expect(await value()).toEqual({
      ...start,
      backbone: "resnet101",
      outputStride: 8,
      spaceToBatch: true,
      layer: null
    });
    expect(await total("multiplyAdds")).toMatch(/297\.68\s*billion/);
    expect(await pressed.innerText()).toMatch(/ResNet-101\s+standard ASPP and decoder\s+8/);
    expect(await page.locator(".viz-bars-padding").getAttribute("d")).not.toBe("");
    const cells = await row("ResNet-101").nth(3).locator("td").allInnerTexts();
    expect(cells.map((text) => text.replaceAll(/\s+/g, " "))).toEqual([
      ...["79.35", "297.92", "297.68 −0.08 %", "273.99 −8.03 %"]
    ]);
    const parameters = page.locator("tbody tr", {
      hasText: /^no atrous branches and no decoder\s+2\.11/
    });
    expect(await parameters.innerText()).toMatch(/2\.11\s+2\.11 \+0\.17 %/);
  });

  it("tells of the layer under the pointer, and pins one by keyboard", async () => {
    await open();
    const box = (await page.locator(".viz-bars-chart").boundingBox())!;
    await page.mouse.move(box.x + box.width - 2, box.y + 245);
    expect(await readout()).toContain("logits/semantic");
    await page.mouse.move(0, 0);
    expect(await readout()).toContain("Point at a bar");
    expect(await page.evaluate(() => events.length)).toBe(0);
    await strip().focus();
    await page.keyboard.press("End");
    for (let i = 0; i < 6; ++i) await page.keyboard.press("ArrowLeft");
    expect((await value()).layer).toBe("aspp2");
    expect(await strip().getAttribute("aria-valuetext")).toMatch(
      /^aspp2: 3×3 over all channels, rate 12, .*; 5\.9 % of all$/
    );
    // The pin stays on a branch that changes its form, and goes with one that is left out.
    await turn("ASPP’s atrous branches", "separable");
    expect((await value()).layer).toBe("aspp2_pointwise");
    await turn("ASPP’s atrous branches", "none");
    expect((await value()).layer).toBe(null);
    await page.mouse.click(box.x + 10, box.y + 245);
    expect((await value()).layer).toBe("xception_65/entry_flow/conv1_2");
    await strip().press("Escape");
    expect((await value()).layer).toBe(null);
  });

  it("is solved by keyboard, and is not solved untouched", async () => {
    await open();
    const task = page.locator(".viz-task");
    expect(await task.getAttribute("data-solved")).toBe("false");
    await page.getByRole("radio", {name: "Xception-65"}).focus();
    await page.keyboard.press("ArrowLeft");
    expect(await task.getAttribute("data-solved")).toBe("false");
    expect(await task.innerText()).toContain("the standard decoder costs 21.68 billion");
    await page.getByRole("group", {name: "Decoder"}).getByRole("radio").first().focus();
    await page.keyboard.press("ArrowRight");
    expect(await value()).toEqual({
      ...start,
      backbone: "mobilenetv2",
      decoder: "separable",
      layer: null
    });
    expect(await task.getAttribute("data-solved")).toBe("true");
  });

  it("refuses in place what is no legal size, and throws for values that are not legal", async () => {
    await open();
    const box = page.getByRole("textbox", {name: "Picture’s side, in pixels, as a number"});
    const says = page.locator(".viz-bars-size .viz-says");
    await box.fill("512");
    expect(await says.innerText()).toBe(
      "“512” is not 32k + 1: from 65 to 1025 by 32. Kept at 513."
    );
    for (const bad of ["", "0", "-3", "2.5", "1e9", "33", "1057", "wide"]) {
      await box.fill(bad);
      expect(await says.innerText()).toMatch(/Kept at 513\.$/);
    }
    await box.fill("257");
    expect((await value()).size).toBe(257);
    const illegal = await page.evaluate(() =>
      [
        {backbone: "vgg"},
        {outputStride: 4},
        {aspp: "half"},
        {decoder: null},
        {size: 512},
        {spaceToBatch: 1},
        {layer: "aspp9"}
      ].map((wrong) => {
        try {
          figure.value = {...figure.value, ...wrong};
        } catch (error) {
          return (error as Error).name;
        }
        return "taken";
      })
    );
    expect(illegal).toEqual(new Array(7).fill("RangeError"));
    const count = await page.evaluate(() => events.length);
    const shared = {...start, backbone: "resnet101", size: 1025, layer: "aspp3"};
    await page.evaluate((next) => (figure.value = next), shared);
    expect(await value()).toEqual(shared);
    expect(await readout()).toContain("aspp3");
    expect(await page.evaluate(() => events.length)).toBe(count);
  });

  it("glides to the new bars, and rings the totals that changed", async () => {
    await open({reducedMotion: "no-preference"});
    const before = await area();
    await turn("Decoder", "separable");
    expect(await area()).toBeGreaterThan(0.9 * before);
    expect(
      await page.locator("[data-total=multiplyAdds]").evaluate((e) => e.getAnimations().length)
    ).toBe(1);
    await page.waitForTimeout(700);
    expect(await area()).toBeLessThan(0.85 * before);
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
    await page.locator(".viz-bars-chart").tap({position: {x: 200, y: 195}});
    expect((await value()).layer).toContain("xception_65/middle_flow");
    expect(await axeViolations(page)).toEqual([]);
    await page.getByRole("button", {name: "Save SVG"}).tap();
    await page.getByRole("button", {name: "Save CSV"}).tap();
    expect(await page.evaluate(() => files.map(({name}) => name))).toEqual([
      "xception65-layers.svg",
      "xception65-layers.csv"
    ]);
    const csv = await page.evaluate(() => files[1].file.text());
    expect(csv.trimEnd().split("\n")).toHaveLength(143);
  });
});
