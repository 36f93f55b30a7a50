import type {Page} from "playwright-core";
import {describe, expect, it} from "vitest";
import {axeViolations, figurePage, frames, smallTargets} from "./figureHost.ts";

/** What test/viz/latticePage.ts leaves on the window. */
declare const figure: any, events: string[], files: any[], posted: any[], answer: any;
declare const drawStreet: any;

let page: Page;

const figures = figurePage(new URL("../viz/latticePage.ts", import.meta.url));

async function open(query = "?fake", options = {}): Promise<void> {
  page = await figures.open(query, options);
}
const value = () => page.evaluate(() => figure.value);
const button = (name: string) => page.getByRole("button", {name, exact: true});
const point = (letter: string) => page.getByRole("button", {name: new RegExp(`^Point ${letter} `)});
/** Numbers and words follow the paint. */
const after = async <T>(read: () => Promise<T>): Promise<T> => {
  await frames(page);
  return read();
};
const readout = () => after(() => page.locator(".viz-lattice-readout").textContent());
const caption = () => page.locator("figcaption").textContent();
const status = () => page.locator(".viz-timings-status").textContent();
const solved = () => page.locator(".viz-task").getAttribute("data-solved");
/** The caption and the task follow the paint. */
const said = (words: RegExp) =>
  page.waitForFunction((source) => new RegExp(source, "s").test(figure.textContent), words.source);

describe("the lattice in a plane", () => {
  it("is gone through step by step, read at points and vertices, and solved, by keyboard", async () => {
    await open();
    expect(await solved()).toBe("false");
    const forward = button("Forward one step");
    await forward.focus();
    const words: (string | null)[] = [await readout()];
    for (let step = 2; step <= 5; step++) {
      await page.keyboard.press("Enter");
      words.push(await readout());
    }
    expect(words.map((is) => is?.split(".")[0])).toEqual([
      "Splat",
      "Blur 1 of 3",
      "Blur 2 of 3",
      "Blur 3 of 3",
      "Slice"
    ]);
    expect((await value()).step).toBe(5);

    await page.getByRole("application", {name: /^Vertices/}).press("ArrowRight");
    const vertex = await readout();
    expect(vertex).toMatch(/^This vertex has, after blur 3, .* = 0\.\d+\.$/);
    await page.keyboard.press("ArrowLeft");
    expect(await readout()).not.toBe(vertex);
    await page.keyboard.press("Escape");
    expect(await readout()).toMatch(/^Slice/);

    await point("A").focus();
    expect(await readout()).toMatch(/^A says 1, and in the end reads 0\.8 · .* = 0\.713\./);
    for (let i = 0; i < 7; i++) await page.keyboard.press("Shift+ArrowLeft");
    for (let i = 0; i < 2; i++) await page.keyboard.press("Shift+ArrowUp");
    expect((await value()).points[0]).toEqual({x: 12, y: 24, value: 1});
    await said(/✓ Solved/);
    expect(await solved()).toBe("true");
    expect(await page.evaluate(() => [...new Set(events)])).toEqual(["figure"]);
    await button("Reset").click();
    expect((await value()).points[0]).toEqual({x: 47, y: 34, value: 1});
    await page.waitForFunction(() => !/Solved/.test(figure.textContent));
  });

  it("has points dragged, added, removed and made to speak, within limits", async () => {
    await open();
    const box = await point("B").boundingBox();
    if (!box) throw new Error("no point");
    const [x, y] = [box.x + box.width / 2, box.y + box.height / 2];
    await page.mouse.move(x, y);
    await page.mouse.down();
    await page.mouse.move(x + 60, y + 30, {steps: 3});
    await page.mouse.up();
    const {points} = await value();
    expect(points[1].x).toBeGreaterThan(70);
    expect(points[1].y).toBeGreaterThan(30);
    expect(await page.getByRole("slider", {name: "B says"}).inputValue()).toBe("0");
    await page.getByRole("textbox", {name: "B says, as a number"}).fill("9");
    expect((await value()).points[1].value).toBe(9);
    const row = page.locator(".viz-lattice-side tbody tr").nth(1);
    expect(await after(() => row.textContent())).toMatch(/^B9\d/);
    for (const name of ["Add a point", "Add a point"]) await button(name).click();
    expect(await after(() => button("Add a point").isDisabled())).toBe(true);
    expect(await page.locator("[data-says=points]").textContent()).toMatch(
      /^8 points are the most/
    );
    for (const letter of "HGFEDCB") {
      await button(`Choose ${letter}`).click();
      await button(`Remove ${letter}`).click();
    }
    expect(await after(() => button("Remove A").isDisabled())).toBe(true);
    expect((await value()).points).toHaveLength(1);
    await page.getByRole("slider", {name: /^Deviation/}).press("End");
    expect((await value()).deviation).toBe(60);
    await said(/sides of one deviation, 60 units\. Here 1 point and 3 corners/);
    const illegal = await page.evaluate(() =>
      [{step: 6}, {points: []}, {deviation: NaN}, {sxy: 0}].map((wrong) => {
        try {
          figure.value = {...figure.value, ...wrong};
        } catch (error) {
          return (error as Error).name;
        }
        return "taken";
      })
    );
    expect(illegal).toEqual(new Array(4).fill("RangeError"));
    expect((await value()).deviation).toBe(60);
  });
});

describe("the times", () => {
  it("are shown as they come, can be stopped, and go with the kernel and the street", async () => {
    await open();
    const post = (message: object) =>
      page.evaluate((message) => answer({id: posted.at(-1).id, ...message}), message);
    const times = (samples: number) => [
      ...[64, 128, 257].flatMap((width) =>
        (["build", "filter"] as const).map((form) => ({
          ...{form, width, height: Math.round(0.751 * width), vertices: 99},
          samples: new Array(samples).fill(form === "build" ? width ** 2 / 2000 : width ** 2 / 8000)
        }))
      ),
      ...[32, 64, 128].map((width) => ({
        ...{form: "exact", width, height: 0.75 * width, vertices: null},
        samples: new Array(samples).fill(width ** 4 / 1e6)
      }))
    ];
    await page.waitForFunction(() => posted.length === 1 && posted[0].type === "facts");
    await post({type: "facts", facts: {vertices: 30_000, comparedAt: [64, 48], error: 0.0521}});
    await said(/1\.23.G pairs\. .* 30\.0.k vertices, 0\.60 a pixel\. .* by 5\.2.%/);
    await button("Measure here").click();
    expect(await status()).toMatch(/^Warming up/);
    expect(await page.evaluate(() => posted.at(-1).type)).toBe("measure");
    expect(await page.evaluate(() => posted.at(-1).kernel)).toEqual({sxy: 67, srgb: 3});
    await post({type: "timing", timing: {wasm: true, share: 0.4, times: times(2)}});
    await said(/exact sum grows with the pixels to the power of 2\.00.* lattice to that of 1\.00/);
    expect(await caption()).toMatch(/WebAssembly SIMD.*Medians of 2 samples.*would take 4\.4.s/);
    expect(await button("Stop").evaluate((it) => it === document.activeElement)).toBe(true);
    await page.keyboard.press("Enter");
    expect(await status()).toBe("Stopped. What was measured stays.");
    await button("Measure again").click();
    await post({type: "timing", timing: {wasm: false, share: 1, times: times(5)}});
    await post({type: "done"});
    await said(/lattice in plain JavaScript.*Medians of 5 samples/);
    await button("Save the times as CSV").click();
    expect(await page.evaluate(() => files[0].name)).toBe("exact-and-lattice.csv");
    const csv = await page.evaluate(() => files[0].file.text());
    expect(csv.trim().split("\n")).toHaveLength(1 + 9 * 5);

    await page.getByText("The kernel that is timed").click();
    await page.getByRole("textbox", {name: "θβ, levels of 255, as a number"}).fill("10");
    expect((await value()).srgb).toBe(10);
    await said(/θβ 10 levels.*Nothing is measured yet|Its lattice is being counted/);
    await page.waitForFunction(
      () => posted.at(-1).type === "facts" && posted.at(-1).kernel.srgb === 10
    );
    const asked = await page.evaluate(() => {
      const {length} = posted;
      figure.update(drawStreet(2));
      return length;
    });
    await page.waitForFunction(
      (count) => posted.length > count && posted.at(-1).type === "facts",
      asked
    );
    await post({type: "failed", message: "no luck"});
    expect(await page.getByRole("alert").textContent()).toMatch(/^This ended: no luck\./);
  });

  it("are measured in the browser’s own worker", async () => {
    await open("");
    await said(/lattice of [\d.]+.k vertices/);
    await button("Measure here").click();
    await said(/Stop.*Medians of/);
    await button("Stop").click();
    await button("Measure again").waitFor();
    expect(
      await page.getByRole("img", {name: /^Time of a pass/}).getAttribute("aria-label")
    ).toMatch(/\d+ pixels [\d.]+.m?s/);
  });
});

it("fits 360 px, saves, and breaks none of axe's rules in either scheme", async () => {
  await open("?fake", {
    viewport: {width: 360, height: 740},
    hasTouch: true,
    isMobile: true,
    colorScheme: "dark"
  });
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(360);
  await page.getByText("The kernel that is timed").tap();
  expect(await smallTargets(page)).toEqual([]);
  expect(await axeViolations(page)).toEqual([]);
  await page.emulateMedia({colorScheme: "light"});
  await button("Last step").tap();
  await point("C").tap();
  expect(await readout()).toMatch(/^C says 0/);
  await frames(page);
  expect(await axeViolations(page)).toEqual([]);
  await button("Save the lattice as SVG").tap();
  expect(await page.evaluate(() => files[0].name)).toBe("lattice-slice.svg");
  expect(await page.evaluate(() => files[0].file.text())).toContain("</text>");
});
