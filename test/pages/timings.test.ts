import type {Page} from "playwright-core";
import {describe, expect, it} from "vitest";
import {axeViolations, figurePage, frames, smallTargets} from "./figureHost.ts";

/** What test/viz/timingsPage.ts leaves on the window. */
declare const figure: any, events: string[], files: any[], posted: any[], answer: any;

let page: Page;
let requests: string[];

const figures = figurePage(new URL("../viz/timingsPage.ts", import.meta.url));

async function open(query = "?fake", options = {}): Promise<void> {
  page = await figures.open(query, options);
  requests = [];
  page.on("request", (request) => requests.push(request.url()));
}

const small = {kernelSize: 3, height: 9, width: 9, channels: 8, filters: 8};
const tiny = {kernelSize: 3, height: 1, width: 1, channels: 1, filters: 8};
const value = () => page.evaluate(() => figure.value);
const caption = () => page.locator("figcaption").textContent();
const button = (name: string) => page.getByRole("button", {name, exact: true});
const status = () => page.locator(".viz-timings-status").textContent();
const solved = () => page.locator(".viz-task").getAttribute("data-solved");
const alternative = () => page.getByRole("img").getAttribute("aria-label");
const assign = (sizes: object[]) => page.evaluate((sizes) => (figure.value = {sizes}), sizes);

/** Answers for the worker: the device, or *done* rounds of *planned* at a speed-up of *ratio*. */
const device = () =>
  page.evaluate(() =>
    answer({
      type: "device",
      id: posted.at(-1).id,
      device: {backend: "webgpu", threads: 1, gpu: "acme one", clockStep: 0.1}
    })
  );
const rounds = async (at: number, ratio: number, done = 30, planned = 30) => {
  await page.evaluate(
    ([at, ratio, done, planned]) => {
      const quartiles = (median: number) => ({lower: median, median, upper: median});
      const timing = {
        rounds: Array.from({length: done}, () => ({
          standard: 2 * ratio,
          separable: 2,
          depthwise: 1
        })),
        planned,
        passes: {standard: 1, separable: 4, depthwise: 8},
        milliseconds: {
          standard: quartiles(2 * ratio),
          separable: quartiles(2),
          depthwise: quartiles(1)
        },
        speedUp: {ratio, low: ratio * 0.9, high: ratio * 1.05}
      };
      answer({type: "timing", id: posted.at(-1).id, at, timing});
    },
    [at, ratio, done, planned]
  );
  await frames(page);
};
const done = () => page.evaluate(() => answer({type: "done", id: posted.at(-1).id}));

describe("in the browser’s own worker", () => {
  it("loads nothing before it is asked, then measures, says on what, and can be solved", async () => {
    await open("");
    await assign([small, tiny]);
    await page.waitForTimeout(300);
    expect(requests).toEqual([]);
    expect(await caption()).toMatch(/^Nothing is measured yet\. .* by 4\.2× at these 2 sizes\./);
    expect(await solved()).toBe("false");
    await button("Measure here").focus();
    await page.keyboard.press("Enter");
    await button("Measure again").waitFor({timeout: 60_000});
    expect(requests.some((url) => /timing\.worker/.test(url))).toBe(true);
    await frames(page);
    expect(await caption()).toMatch(
      /^Measured on your device: WebAssembly on 1 thread; Chrome \d+ on Linux, \d+ logical cores?\. .* over 30 rounds/
    );
    expect(await alternative()).toMatch(
      /Your size \(1.×.1, 1.→.8\): by arithmetic 4\.2×, measured 0\.\d+×, interval 0\.\d+× to 0\.\d+×; multiply-adds per byte: standard 0\.\d, depthwise 0\.\d, pointwise 0\.\d\./
    );
    expect(await solved()).toBe("true"); // two calls for one, and next to nothing to compute
    expect(await button("Measure again").evaluate((it) => it === document.activeElement)).toBe(
      true
    );

    await button("Save all samples as CSV").click();
    const csv = await page.evaluate(() => files[0].file.text());
    const lines = csv.trim().split("\n");
    expect(lines.length).toBe(1 + 2 * 30 * 3);
    expect(lines[1]).toMatch(/^"Your size",3,9,9,8,8,1,standard,\d+,\d\.\d+,wasm,1,"","Chrome /);
  });

  it("stops when it is told to, keeps what it has, and goes on with the rest", async () => {
    await open("?backend=wasm");
    const slow = {kernelSize: 3, height: 65, width: 65, channels: 96, filters: 96};
    await assign([small, slow]);
    await button("Measure here").click();
    await page.waitForFunction(() => /Measuring size 2 of 2/.test(figure.textContent), null, {
      timeout: 60_000
    });
    await page.waitForFunction(() =>
      / of 30 rounds/.test(figure.querySelector("svg[role=img]").ariaLabel)
    );
    expect(await button("Stop").evaluate((it) => it === document.activeElement)).toBe(true);
    await page.keyboard.press("Enter");
    expect(await status()).toBe("Stopped. What was measured stays.");
    expect(await alternative()).toMatch(
      /9.×.9, 8.→.8\): by arithmetic 4\.2×, measured .*after \d+ of 30 rounds/
    );
    await button("Measure the rest").waitFor();
    await assign([small]);
    await button("Measure again").waitFor();
  });
});

describe("the figure", () => {
  it("shows progress, what was refused, and what failed", async () => {
    await open();
    await button("Measure here").click();
    expect(await status()).toBe("Choosing what computes, and loading it");
    expect(await page.evaluate(() => posted)).toMatchObject([
      {type: "measure", id: 1, backend: null, sizes: (await value()).sizes}
    ]);
    await device();
    expect(await status()).toMatch(/^Measuring size 1 of 4: 33.×.33, 320.→.256$/);
    await rounds(0, 6, 15);
    expect(await page.getByRole("progressbar").evaluate((it: any) => it.value)).toBe(0.125);
    expect(await alternative()).toContain(
      "measured 6.0×, interval 5.4× to 6.3×, after 15 of 30 rounds"
    );
    await rounds(0, 6);
    await rounds(1, 9);
    await page.evaluate(() =>
      answer({type: "refused", id: posted.at(-1).id, at: 2, message: "one pass takes a day"})
    );
    await frames(page);
    expect(await page.locator(".viz-timings-refused").textContent()).toMatch(
      /^ASPP, ours \(13.×.17, 160.→.96\) was not measured: one pass takes a day\.$/
    );
    await page.evaluate(() =>
      answer({type: "failed", id: posted.at(-1).id, message: "the device was lost"})
    );
    expect(await page.getByRole("alert").textContent()).toBe(
      "Measuring ended: the device was lost. What was measured stays."
    );
    expect(await caption()).toMatch(
      /^Measured on your device: WebGPU on acme one; .*single rounds\.Time falls furthest short at ASPP, paper’s \(33.×.33, 320.→.256\): faster by 6\.0× where arithmetic says 8\.7×, 69.% of it; at Decoder, ours .* it is 109.%\. There the depthwise step is 3\.4.% of the two steps’ multiply-adds, with 1\.1 for each byte moved, and alone takes 1.ms, to the 2.ms of both \(50.%\)\.$/
    );
    await button("Measure the rest").click();
    expect(await page.evaluate(() => posted.at(-1).sizes.length)).toBe(1);
    await rounds(0, 0.5);
    await done();
    await button("Measure again").waitFor();
    expect(await solved()).toBe("true");
    expect(await page.getByRole("alert").isHidden()).toBe(true);
    await page.locator("summary").click();
    expect(await page.locator("tbody tr").nth(3).textContent()).toMatch(
      /^First block, ours.*4\.2×0\.50× \(0\.45× – 0\.53×\)/
    );
    await button("Reset").click();
    expect([await solved(), await caption()]).toEqual([
      "false",
      expect.stringContaining("Nothing is measured yet")
    ]);
    await button("Measure here").waitFor();
  });

  it("adds and removes sizes by keyboard, refuses wrong numbers, and tells of changes once", async () => {
    await open();
    await page.getByRole("button", {name: /^Remove ASPP, paper’s/}).focus();
    await page.keyboard.press("Enter");
    expect((await value()).sizes.length).toBe(3);
    expect(await page.evaluate(() => document.activeElement?.ariaLabel)).toMatch(
      /^Remove Decoder, ours/
    );
    const side = page.getByRole("textbox", {name: "Map, along each side, as a number"});
    for (const wrong of ["0", "-3", "2.5", "1e9", "x", ""]) {
      await side.fill(wrong);
      expect(await side.getAttribute("aria-invalid")).toBe("true");
    }
    await side.fill("20");
    await button("Add this size").press("Enter");
    expect((await value()).sizes.at(-1)).toEqual({
      kernelSize: 3,
      height: 20,
      width: 20,
      channels: 64,
      filters: 64
    });
    expect(await button("Add this size").isDisabled()).toBe(true);
    await button("Add a layer").press("Enter");
    await page.keyboard.press("End");
    await page.keyboard.press("Enter");
    expect((await value()).sizes.at(-1)).toMatchObject({height: 33, channels: 728, filters: 728});
    expect(await button("Add a layer").evaluate((it) => it === document.activeElement)).toBe(true);
    expect(await page.evaluate(() => events)).toEqual(["figure", "figure", "figure"]);
    expect(await caption()).toContain("at these 5 sizes");

    await assign(Array.from({length: 8}, (_, i) => ({...small, filters: i + 1})));
    expect(await button("Add a layer").isDisabled()).toBe(true);
    expect(await page.getByText("8 sizes are the most here").isVisible()).toBe(true);
    await assign([small]);
    expect(await page.getByRole("button", {name: /^Remove/}).isDisabled()).toBe(true);
    expect(await page.evaluate(() => events.length)).toBe(3);
  });

  it("takes no wrong value", async () => {
    await open();
    const refusals = await page.evaluate(
      (good) =>
        [[], [{...good, kernelSize: 4}], [{...good, height: NaN}], [good, good]].map((sizes) => {
          try {
            figure.value = {sizes};
            return "taken";
          } catch (error) {
            return String(error);
          }
        }),
      small
    );
    expect(refusals).toEqual([
      "RangeError: invalid number of sizes: 0 (1 to 8)",
      "RangeError: invalid kernelSize: 4 (1 to 9 by 2)",
      "RangeError: invalid height: NaN (1 to 513 by 1)",
      "RangeError: invalid sizes: two are the same"
    ]);
    expect((await value()).sizes.length).toBe(4);
  });

  it("is worked by a finger at 360 px, in the dark, and axe finds nothing", async () => {
    await open("?fake", {
      viewport: {width: 360, height: 800},
      hasTouch: true,
      isMobile: true,
      colorScheme: "dark"
    });
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(360);
    expect(await smallTargets(page)).toEqual([]);
    await button("Measure here").tap();
    await device();
    await rounds(0, 6, 15);
    expect(await smallTargets(page)).toEqual([]);
    await page.locator("summary").tap();
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(360);
    expect(await axeViolations(page)).toEqual([]);
    await page.emulateMedia({colorScheme: "light"});
    expect(await axeViolations(page)).toEqual([]);
    await button("Stop").tap();
    expect(await status()).toBe("Stopped. What was measured stays.");
  });
});
