import type {BrowserContextOptions, Page} from "playwright-core";
import {describe, expect, it} from "vitest";
import {axeViolations, figurePage, frames, smallTargets} from "./figureHost.ts";

/** What test/viz/outputStridePage.ts leaves on the window. */
declare const figure: any, events: any, files: any, requests: any, opened: any;
declare const tell: any, answer: any, refuse: any, newStreet: any;

let page: Page;

const figures = figurePage(new URL("../viz/outputStridePage.ts", import.meta.url));

async function open(options: BrowserContextOptions = {}, query = ""): Promise<void> {
  page = await figures.open(query, {reducedMotion: "reduce", ...options});
}

const value = () => page.evaluate(() => figure.value);
const strip = () => page.getByRole("slider", {name: "Block of the backbone"});
const turn = (stride: number) =>
  page.getByRole("radio", {name: String(stride), exact: true}).check({force: true});
const caption = () => page.locator("figcaption").textContent();
const verdict = () => page.locator(".viz-strip-verdict").textContent();
/** An attribute of each plate, or bar, of a row. */
const drawn = (row: string, attribute: string) =>
  page
    .locator(`.viz-strip-${row} rect`)
    .evaluateAll((all, name) => all.map((rect) => Number(rect.getAttribute(name))), attribute);

async function answered(off = 0): Promise<void> {
  await page.waitForFunction(() => requests.length > 0);
  await page.evaluate((by) => answer(by), off);
  await page.waitForFunction(() => document.querySelector(".viz-strip-verdict")?.textContent);
}

describe("the strip", () => {
  it("turns strides into rates, widens the maps, and leaves the fields alone", async () => {
    await open();
    const heights = await drawn("plates", "height");
    expect(heights).toHaveLength(18);
    const unit = heights[0] / 97;
    const fields = await drawn("fields", "height");
    expect(fields[17]).toBeGreaterThan(fields[16]);

    await turn(8);
    expect(await value()).toEqual({outputStride: 8, layer: "expanded_conv_16", channel: 5});
    const after = await drawn("plates", "height");
    expect(after.map((height) => Math.round(height / unit))).toEqual([
      97,
      97,
      49,
      49,
      25,
      25,
      25,
      ...Array.from({length: 11}, () => 25)
    ]);
    expect(await drawn("fields", "height")).toEqual(fields);
    expect(await page.locator(".viz-strip-rates text").allTextContents()).toEqual([
      "rate 2",
      "rate 4"
    ]);
    expect(await page.locator(".viz-strip-traded").count()).toBe(2);
    // Three taps of the last block, 4 units apart.
    const taps = (await drawn("taps", "y")).slice(-3);
    expect(taps[1] - taps[0]).toBeCloseTo(4 * unit, 6);
    expect(taps[2] - taps[1]).toBeCloseTo(4 * unit, 6);
    expect(await caption()).toMatch(/33 × 25 units.*403\sM multiply-adds, 4\.7 times those at 32/);

    await turn(32);
    expect(await page.locator(".viz-strip-rates text").count()).toBe(0);
    expect(await drawn("extras", "height")).toEqual(Array.from({length: 18}, () => 0));
    expect(await page.evaluate(() => events.length)).toBe(2);
    await page.getByRole("button", {name: "Reset"}).click();
    expect((await value()).outputStride).toBe(16);
  });

  it("is worked by the keyboard alone, the task too", async () => {
    await open();
    const task = page.locator(".viz-task");
    expect(await task.getAttribute("data-solved")).toBe("false");
    await page.keyboard.press("Tab");
    await page.keyboard.press("ArrowRight");
    expect((await value()).outputStride).toBe(8);
    await strip().focus();
    for (const key of ["Home", "ArrowLeft"]) await page.keyboard.press(key);
    expect((await value()).layer).toBe("Conv");
    expect(await strip().getAttribute("aria-valuetext")).toMatch(/^layer Conv: stride 2, rate 1/);
    await page.keyboard.press("Escape");
    expect((await value()).layer).toBe("expanded_conv_16");
    expect(await strip().getAttribute("aria-valuetext")).toContain("rate 4");
    // Block 13 has lost its stride, but reads at the rate of the stride before.
    for (let i = 0; i < 3; ++i) await page.keyboard.press("ArrowLeft");
    expect((await value()).layer).toBe("expanded_conv_13");
    expect(await task.getAttribute("data-solved")).toBe("false");
    expect(await task.textContent()).toContain("its kernel has holes: rate 2");
    for (let i = 0; i < 7; ++i) await page.keyboard.press("ArrowLeft");
    expect((await value()).layer).toBe("expanded_conv_6");
    expect(await task.getAttribute("data-solved")).toBe("true");
    expect(await page.locator("table caption").textContent()).toBe("Block 6");
  });

  it("shows a block that is pointed at, and selects one that is clicked", async () => {
    await open();
    const box = (await page.locator(".viz-strip-chart").boundingBox())!;
    const at = async (block: number) => {
      const x = (await drawn("plates", "x"))[block] + (await drawn("plates", "width"))[block] / 2;
      return [box.x + x, box.y + 120] as const;
    };
    await page.mouse.move(...(await at(4)));
    expect(await page.locator("table caption").textContent()).toBe("Block 3");
    expect((await value()).layer).toBe("expanded_conv_16");
    await page.mouse.move(0, 0);
    expect(await page.locator("table caption").textContent()).toBe("Block 16");
    expect(await page.evaluate(() => events.length)).toBe(0);
    await page.mouse.click(...(await at(14)));
    expect((await value()).layer).toBe("expanded_conv_13");
    expect(await page.locator(".viz-task").getAttribute("data-solved")).toBe("true");
  });

  it("rings what changed and glides there, but not where motion is unwelcome", async () => {
    await open({reducedMotion: "no-preference"});
    await turn(8);
    expect(await page.locator(".viz-strip-rings rect").count()).toBe(1);
    await page.waitForFunction(() => !document.querySelector(".viz-strip-rings rect"));
    const last = (await drawn("plates", "height"))[17];
    await page.emulateMedia({reducedMotion: "reduce"});
    await turn(16);
    expect(await page.locator(".viz-strip-rings rect").count()).toBe(0);
    expect((await drawn("plates", "height"))[17]).toBeCloseTo((last * 13) / 25, 6);
  });

  it("takes its value in silence, and refuses what there is not", async () => {
    await open();
    await page.evaluate(() => {
      figure.value = {outputStride: 8, layer: "expanded_conv", channel: 7};
    });
    expect(await value()).toEqual({outputStride: 8, layer: "expanded_conv", channel: 7});
    const refusals = await page.evaluate(() =>
      [{outputStride: 4}, {layer: "nowhere"}, {channel: 8}, {channel: NaN}].map((part) => {
        try {
          figure.value = {...figure.value, ...part};
          return "";
        } catch (error) {
          return String(error);
        }
      })
    );
    expect(refusals).toEqual([
      "RangeError: invalid output stride: 4 (32, 16, 8)",
      "RangeError: no block named nowhere",
      "RangeError: invalid channel: 8 (expanded_conv has 0 to 7)",
      "RangeError: invalid channel: NaN (expanded_conv has 0 to 7)"
    ]);
    expect((await value()).channel).toBe(7);
    expect(await page.evaluate(() => events.length)).toBe(0);
  });

  it("saves the chart and the readings", async () => {
    await open();
    await page.getByRole("button", {name: "Save SVG"}).click();
    await page.getByRole("button", {name: "Save CSV"}).click();
    const [svg, csv] = await page.evaluate(() =>
      Promise.all(files.map(({name, file}: any) => file.text().then((t: string) => [name, t])))
    );
    expect(svg[0]).toBe("output-stride.svg");
    expect(svg[1]).toMatch(/^<svg [^>]*xmlns=/);
    expect(svg[1]).not.toContain("light-dark(");
    expect(csv[0]).toBe("output-stride.csv");
    expect(csv[1].trimEnd().split("\n")).toHaveLength(1 + 3 * 18);
    expect(csv[1]).toContain("\n8,expanded_conv_16,1,4,33,25,160,491,");
  });
});

describe("the features", () => {
  it("are asked for when the figure comes near, once for each street", async () => {
    await open({}, "?far");
    expect(await page.evaluate(() => opened())).toBe(0);
    expect(await page.locator(".viz-strip-status").textContent()).toMatch(/once this is near/);
    await page.evaluate(() => scrollTo(0, 1e4));
    await page.waitForFunction(() => requests.length === 1);
    expect(await page.locator(".viz-strip-status").textContent()).toBe(
      "Loading the network’s weights: 0.40 of 1.30 MB"
    );
    await page.evaluate(() => tell({state: "ready"}));
    expect(await page.locator(".viz-strip-status").textContent()).toMatch(/^Computing/);
    const asked = await page.evaluate(() => [requests[0].layers.length, requests[0].picture.width]);
    expect(asked).toEqual([18, 257]);
    await page.evaluate(() => newStreet(18));
    expect(await page.evaluate(() => [requests.length, opened()])).toEqual([2, 1]);
    await page.evaluate(() => answer()); // to the street of before, which nobody sees any more
    await frames(page);
    expect(await verdict()).toBe("");
    await answered();
    expect(await page.locator(".viz-strip-status").textContent()).toBe("");
    expect(await verdict()).toMatch(/of all 10\s080 numbers .* every one is exactly the same/);
    const shown = page.locator(".viz-strip-verdict");
    expect(await shown.isVisible()).toBe(true);
    await page.evaluate(() => newStreet(20)); // what was said of the street before is hidden
    expect(await shown.isVisible()).toBe(false);
  });

  it("show one channel of three maps, of which the reader chooses", async () => {
    await open();
    await answered(2e-6);
    expect(await verdict()).toMatch(/none differs by more than 2\.0\s×\s10⁻⁶, .*: rounding\.$/);
    const canvases = page.locator(".viz-map canvas");
    const sizes = () =>
      canvases.evaluateAll((all) => all.map((c: any) => `${c.width}×${c.height}`).join(" "));
    expect(await sizes()).toBe("17×13 9×7 9×7");
    await turn(8);
    expect(await sizes()).toBe("33×25 9×7 9×7");
    const pictures = () =>
      canvases.evaluateAll((all) => all.map((c: any) => c.toDataURL() as string));
    const [fine, kept, coarse] = await pictures();
    expect(kept).toBe(coarse);
    expect(await page.locator(".viz-map path").first().getAttribute("d")).toMatch(
      /^(M\d+,\d+h1v1h-1z){63}$/
    );

    const box = page.getByRole("textbox", {name: "Channel, as a number"});
    await box.fill("7");
    expect((await value()).channel).toBe(7);
    expect((await pictures())[0]).not.toBe(fine);
    expect(await canvases.first().getAttribute("aria-label")).toMatch(
      /^block 16, channel 7\. At output stride 8: 33 × 25 units, features from −/
    );
    for (const bad of ["", "abc", "1e400", "160"]) {
      await box.fill(bad);
      expect((await value()).channel).toBe(7);
      expect(await box.getAttribute("aria-invalid")).toBe("true");
    }
    await box.fill("159");
    // Block 0 has but eight channels; back at the last block, the one asked for is there again.
    await page.evaluate(() => (figure.querySelector("[role=slider]") as HTMLElement).focus());
    for (const key of ["Home", "ArrowRight"]) await page.keyboard.press(key);
    expect(await value()).toMatchObject({layer: "expanded_conv", channel: 7});
    expect(await verdict()).toMatch(/^No stride up to block 0 is traded/);
    await page.keyboard.press("End");
    expect((await value()).channel).toBe(159);
  });

  it("say what went wrong, and leave the strip at work", async () => {
    await open();
    await page.waitForFunction(() => requests.length > 0);
    await page.evaluate(() => refuse("the weights are truncated"));
    await page.waitForFunction(() => document.querySelector("[data-state=error]"));
    expect(await page.locator(".viz-strip-status").textContent()).toBe(
      "No features to compare: the weights are truncated"
    );
    await turn(32);
    expect((await value()).outputStride).toBe(32);
    await page.evaluate(() => newStreet(19)); // asks again
    await page.waitForFunction(() => requests.length === 2);
    await answered();
    expect(await page.locator(".viz-map canvas").first().isVisible()).toBe(true);
  });
});

describe("the figure", () => {
  it.each(["light", "dark"] as const)("has nothing for axe to report, in %s", async (scheme) => {
    await open({colorScheme: scheme});
    await answered();
    await turn(8);
    expect(await axeViolations(page)).toEqual([]);
  });

  it("fits 360 pixels, with targets of 44, and is scrubbed by a finger", async () => {
    await open({viewport: {width: 360, height: 740}, hasTouch: true, isMobile: true});
    await answered();
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(360);
    expect(await smallTargets(page)).toEqual([]);
    const box = (await page.locator(".viz-strip-chart").boundingBox())!;
    const client = await page.context().newCDPSession(page);
    const touch = (type: "touchStart" | "touchMove" | "touchEnd", x?: number) =>
      client.send("Input.dispatchTouchEvent", {
        type,
        touchPoints: x === undefined ? [] : [{x: box.x + x, y: box.y + 100}]
      });
    await touch("touchStart", 300);
    for (let x = 290; x >= 180; x -= 10) await touch("touchMove", x);
    await touch("touchEnd");
    await frames(page);
    const {layer} = await value();
    expect(Number(layer.split("_").at(-1))).toBeGreaterThan(5);
    expect(Number(layer.split("_").at(-1))).toBeLessThan(10);
    expect(await page.evaluate(() => scrollY)).toBe(0);
  });
});
