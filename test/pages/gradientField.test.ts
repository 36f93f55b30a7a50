import type {Page} from "playwright-core";
import {describe, expect, it} from "vitest";
import {axeViolations, figurePage, frames, smallTargets} from "./figureHost.ts";

/** What test/viz/gradientPage.ts leaves on the window. */
declare const figure: any, fake: any, asked: any[], events: string[], files: any[];
declare const drawStreet: any;

let page: Page;

const figures = figurePage(new URL("../viz/gradientPage.ts", import.meta.url));

async function open(query = "", options = {}): Promise<void> {
  page = await figures.open(query, options);
  if (query === "") await computed();
}

/** Waits until both gradients of the unit chosen are there. */
async function computed(): Promise<void> {
  await page.waitForFunction(() =>
    /with untrained ones/.test(document.querySelector("figcaption")?.textContent ?? "")
  );
  await frames(page);
}
const value = () => page.evaluate(() => figure.value);
const caption = () => page.locator("figcaption").textContent();
const solved = () => page.locator(".viz-task").getAttribute("data-solved");
const pixels = () => page.evaluate(() => figure.querySelector("canvas").toDataURL());
const layer = () => page.getByRole("combobox", {name: "Layer"});
const first = () => page.locator(".viz-pointing").first();

describe("the gradient’s figure", () => {
  it("opens the network only when it comes near, and says what it waits for", async () => {
    await open("?far");
    expect(await page.evaluate(() => [fake.opened, asked.length])).toEqual([0, 0]);
    expect(await caption()).toContain("171 × 171 pixels (blue)"); // arithmetic needs no network
    await page.evaluate(() => scrollTo(0, 2600));
    await page.waitForFunction(() => fake.opened === 1);
    const notes = page.locator(".viz-gradient-note");
    expect(await notes.allTextContents()).toEqual([
      "The network’s weights: 0.65 of 1.30 MB",
      "The network’s weights: 0.65 of 1.30 MB"
    ]);
    await page.evaluate(() => fake.become({state: "preparing"}));
    expect(await notes.first().textContent()).toBe("Choosing what computes the network");
    await page.evaluate(() => fake.become({state: "ready", backend: "wasm", threads: 1}));
    await computed();
    expect(await notes.first().isHidden()).toBe(true);
    expect(await page.evaluate(() => asked.map(({weights}) => weights))).toEqual([
      "trained",
      "untrained"
    ]);
  });

  it("tells both shares, in the caption and to who cannot see", async () => {
    await open();
    expect(await caption()).toMatch(
      /^Block 9, stride 16: the unit in row 8, column 9 of its 13 × 17 map\. .* of which 171 × 166 lie in the picture\. No pixel of the box is a hole.* are [\d,]+, (\d+)\u00a0% of the box; with untrained ones, (\d+)\u00a0%\.$/
    );
    const [trained, untrained] = await page.locator(".viz-gradient-share").allTextContents();
    expect(trained).toMatch(/^90\u00a0% in \d+\u00a0% of the box$/);
    expect(untrained).not.toBe(trained);
    const alternatives = await page
      .locator("canvas[role=img]")
      .evaluateAll((all) => all.map((one) => one.getAttribute("aria-label")));
    expect(alternatives[0]).toContain(`Gradient, trained weights: ${trained}. Block 9`);
    expect(alternatives[1]).toContain(`Gradient, untrained weights: ${untrained}.`);
    expect(await page.locator(".viz-box").count()).toBe(2);
  });

  it("is solved by keyboard, and not untouched", async () => {
    await open();
    expect(await solved()).toBe("false");
    await layer().focus();
    await page.keyboard.press("Home"); // the first convolution: more than half, of a small field
    await computed();
    expect(await value()).toMatchObject({layer: "MobilenetV2/Conv"});
    expect(await solved()).toBe("false");
    while ((await value()).layer !== "aspp3_pointwise") await page.keyboard.press("ArrowDown");
    await computed();
    expect(await solved()).toBe("true");
    expect(await page.evaluate(() => new Set(events).size)).toBe(1);
  });

  it("follows the pointer, pins by click and Enter, and goes from unit to unit by keys", async () => {
    await open();
    const box = (await first().boundingBox())!;
    const at = (x: number, y: number) =>
      [box.x + ((x + 0.5) / 257) * box.width, box.y + ((y + 0.5) / 193) * box.height] as const;
    await page.mouse.move(...at(30, 50));
    expect(await value()).toMatchObject({x: 30, y: 50, pinned: false});
    await computed();
    expect(await page.evaluate(() => asked.at(-1).unit)).toMatchObject({x: 2, y: 3});
    await page.mouse.move(5, 5);
    expect(await value()).toMatchObject({x: 128, y: 110, pinned: true});
    await page.mouse.click(...at(64, 80));
    await page.mouse.move(5, 5);
    expect(await value()).toMatchObject({x: 64, y: 80, pinned: true});
    await first().focus();
    await page.keyboard.press("ArrowRight");
    expect(await value()).toMatchObject({x: 80, y: 80, pinned: false});
    expect(await caption()).toContain("row 6, column 6 of");
    await page.keyboard.press("Enter");
    expect(await value()).toMatchObject({x: 80, y: 80, pinned: true});
    await page.keyboard.press("Escape");
    expect(await value()).toMatchObject({x: 80, y: 80, pinned: false});
    await computed();
    const count = await page.evaluate(() => asked.length);
    await page.mouse.move(...at(81, 81)); // the same unit: nothing to compute
    await frames(page);
    expect(await page.evaluate(() => asked.length)).toBe(count);
  });

  it("takes the likeliest class or the one asked for, untrained the same", async () => {
    await open();
    const choice = page.getByRole("combobox", {name: "Score of"});
    expect(await choice.isVisible()).toBe(false);
    await layer().selectOption("logits/semantic");
    await computed();
    expect(await caption()).toMatch(
      /^Decoder’s scores, road: .* Through image pooling .* the whole picture, whatever its size; without it, 819 × 819/
    );
    await choice.selectOption("car");
    await computed();
    expect(await value()).toMatchObject({layer: "logits/semantic", channel: 8});
    expect(await page.evaluate(() => asked.slice(-4).map(({unit}) => unit.channel))).toEqual([
      "greatest",
      3,
      8,
      8
    ]);
    await layer().selectOption("aspp0");
    expect(await value()).toMatchObject({layer: "aspp0", channel: null});
  });

  it("shows the 90 % alone, resets, saves, and takes another street", async () => {
    await open();
    const before = await pixels();
    await page.getByRole("button", {name: "Only the 90 %"}).click();
    await frames(page);
    expect(await pixels()).not.toBe(before);
    expect(await value()).toMatchObject({core: true});
    await page.getByRole("button", {name: "Save PNG"}).click();
    await page.waitForFunction(() => files.length === 1);
    const saved = await page.evaluate(async () => {
      const {width, height} = await createImageBitmap(files[0].file);
      return [files[0].name, width, height];
    });
    expect(saved).toEqual(["gradient.png", 2 * 771 + 24, 579]);
    await page.getByRole("button", {name: "Reset"}).click();
    await frames(page);
    expect(await pixels()).toBe(before);
    await page.evaluate(() => figure.update(drawStreet(5)));
    await computed();
    expect(await pixels()).not.toBe(before);
  });

  it("is silent when its value is assigned, and takes no wrong one", async () => {
    await open();
    const choice = {
      layer: "aspp1_pointwise",
      channel: null,
      x: 3,
      y: 190,
      pinned: true,
      core: true
    };
    await page.evaluate((next) => (figure.value = next), choice);
    await computed();
    expect(await value()).toEqual(choice);
    expect(await page.evaluate(() => events)).toEqual([]);
    const refusals = await page.evaluate(
      (good) =>
        [
          {layer: "aspp9"},
          {x: 257},
          {y: NaN},
          {channel: 2},
          {layer: "logits/semantic", channel: 11}
        ].map((bad) => {
          try {
            figure.value = {...good, ...bad};
            return "taken";
          } catch (error) {
            return `${(error as Error).name}: ${(error as Error).message}`;
          }
        }),
      choice
    );
    expect(refusals).toEqual([
      "RangeError: no layer named aspp9",
      "RangeError: invalid pixel: 257, 190 (of 257 × 193)",
      "RangeError: invalid pixel: 3, NaN (of 257 × 193)",
      "RangeError: invalid class: 2 (0 in aspp1_pointwise)",
      "RangeError: invalid class: 11 (11 in logits/semantic)"
    ]);
    expect(await value()).toEqual(choice);
  });

  it("says in place what went wrong and what to do, and goes on", async () => {
    await open();
    const before = await pixels();
    await page.evaluate(() => (fake.fault = "the device was lost"));
    await layer().selectOption("aspp0");
    const alert = page.getByRole("alert");
    await alert.waitFor();
    expect(await alert.textContent()).toBe("The device was lost. Reload the page to try again.");
    expect(await pixels()).toBe(before);
    await page.evaluate(() => (fake.fault = null));
    await layer().selectOption("aspp1_pointwise");
    await computed();
    expect(await alert.isVisible()).toBe(false);
  });

  it("is worked by a finger at 360 px, in the dark, and axe finds nothing", async () => {
    await open("", {
      viewport: {width: 360, height: 800},
      hasTouch: true,
      isMobile: true,
      colorScheme: "dark"
    });
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(360);
    expect(await smallTargets(page)).toEqual([]);
    await first().tap({position: {x: 40, y: 60}});
    expect(await value()).toMatchObject({pinned: true});
    expect((await value()).x).not.toBe(128);
    await computed();
    expect(await axeViolations(page)).toEqual([]);
    await page.emulateMedia({colorScheme: "light"});
    expect(await axeViolations(page)).toEqual([]);
  });
});
