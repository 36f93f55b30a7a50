import type {Page} from "playwright-core";
import {describe, expect, it} from "vitest";
import {axeViolations, figurePage, frames, smallTargets} from "./figureHost.ts";

/** What test/viz/holesPage.ts leaves on the window. */
declare const figure: any, events: string[], files: any[];

let page: Page;

const figures = figurePage(new URL("../viz/holesPage.ts", import.meta.url));

async function open(options = {}, name = "tapRow"): Promise<void> {
  page = await figures.open(`?figure=${name}`, options);
}
const value = () => page.evaluate(() => figure.value);
const caption = () => page.locator("figcaption").textContent();
const size = () => page.getByRole("textbox", {name: "Kernel size k (weights), as a number"});
const rate = () => page.getByRole("textbox", {name: "Rate r, as a number"});

describe("tapRow", () => {
  it("shows three taps and six holes, which the caption counts", async () => {
    await open();
    expect(await caption()).toContain("3 weights (orange) reach over 9 samples; the 6 between");
    expect(await page.locator(".viz-tap-row-span").textContent()).toContain("3 + 2 · 3 = 9");
    const dots = await page.locator("path.viz-tap").first().getAttribute("d");
    expect(dots?.match(/M/g)?.length).toBe(3);
    expect((await page.locator(".viz-grid-holes").getAttribute("d"))?.match(/M/g)?.length).toBe(2);
    expect(await page.locator(".viz-tap-row-sum").textContent()).toMatch(
      /^output 128 ≈ \(\d\.\d\d \+ \d\.\d\d \+ \d\.\d\d\) \/ 3 ≈ \d\.\d\d$/
    );
    expect(await page.locator(".viz-tap-grid").getAttribute("aria-label")).toContain(
      "reads 124, 128, 132"
    );
  });

  it("is solved by keyboard, and is not solved untouched", async () => {
    await open();
    const task = page.locator(".viz-task");
    expect(await task.getAttribute("data-solved")).toBe("false");
    await page.getByRole("slider", {name: "Rate r"}).focus();
    for (let i = 0; i < 4; ++i) await page.keyboard.press("ArrowRight");
    expect(await value()).toMatchObject({kernelSize: 3, rate: 8});
    expect(await task.getAttribute("data-solved")).toBe("true");
    expect(await page.evaluate(() => events)).toEqual(new Array(4).fill("tapRow"));
  });

  it("keeps its height while the slider goes from one end to the other", async () => {
    await open({viewport: {width: 390, height: 844}});
    const heights = await page.locator(".viz-tap-row").evaluate(async (root: HTMLElement) => {
      const slider = root.querySelectorAll<HTMLInputElement>("input[type=range]")[1];
      const seen: number[] = [];
      // The first way up finds the tallest words.
      for (const rate of [...Array(32).keys(), 0, 3].map((i) => 1 + (i % 16))) {
        slider.value = String(rate);
        slider.dispatchEvent(new Event("input", {bubbles: true}));
        await new Promise((done) => requestAnimationFrame(() => setTimeout(done)));
        seen.push(root.offsetHeight);
      }
      return seen.slice(16);
    });
    expect(new Set(heights).size).toBe(1);
  });

  it("moves along the row and past its end, into the padding, by keyboard", async () => {
    await open();
    await page.locator(".viz-tap-grid").focus();
    await page.keyboard.press("ArrowRight");
    await page.keyboard.press("Shift+ArrowLeft");
    expect((await value()).x).toBe(119);
    await page.keyboard.press("Home");
    expect((await value()).x).toBe(0);
    expect(await caption()).toContain("1 of its taps falls beyond the row");
    expect(await page.locator(".viz-hollow").getAttribute("d")).toMatch(/^M[^M]+$/);
    await page.keyboard.press("Escape");
    expect((await value()).x).toBe(128);
    await page.locator(".viz-row-picker .viz-pointing").focus();
    for (const key of ["ArrowUp", "Shift+ArrowDown", "ArrowLeft", "End"])
      await page.keyboard.press(key);
    expect(await value()).toMatchObject({row: 129, x: 256});
  });

  it("reads what is pointed at, and keeps what is clicked", async () => {
    await open();
    const box = await page.locator(".viz-tap-grid").boundingBox();
    if (!box) throw new Error("no grid");
    const sum = () => page.locator(".viz-tap-row-sum").textContent();
    await page.mouse.move(box.x + box.width * 0.258, box.y + 60);
    expect(await sum()).toMatch(/^output 112 /);
    expect((await value()).x).toBe(128);
    await page.mouse.move(0, 0);
    expect(await sum()).toMatch(/^output 128 /);
    await page.mouse.click(box.x + box.width * 0.258, box.y + 60);
    await page.mouse.move(0, 0);
    expect((await value()).x).toBe(112);

    const picture = await page.locator(".viz-row-picker").boundingBox();
    if (!picture) throw new Error("no picture");
    await page.mouse.move(picture.x + 100, picture.y + 100);
    await page.mouse.down();
    await page.mouse.move(picture.x + 27, picture.y + 20.3);
    await page.mouse.up();
    expect(await value()).toMatchObject({x: 25, row: 19});
    await page.getByRole("button", {name: "Reset"}).click();
    expect(await value()).toEqual({row: 120, x: 128, kernelSize: 3, rate: 4, filter: "blur"});
  });

  it("refuses in place what is no legal number, and keeps the last good state", async () => {
    await open();
    for (const bad of ["", "abc", "1e400", "NaN", "0", "17", "2.5", "-3"]) {
      await rate().fill(bad);
      expect(await rate().getAttribute("aria-invalid")).toBe("true");
      expect(await page.locator(".viz-says").nth(1).textContent()).toMatch(/Kept at 4\.$/);
      expect((await value()).rate).toBe(4);
    }
    await size().fill("4");
    expect(await page.locator(".viz-says").first().textContent()).toContain("“4” is even");
    await rate().fill("16");
    await size().fill("9");
    expect(await value()).toMatchObject({kernelSize: 9, rate: 16});
    expect(await page.locator(".viz-says").first().textContent()).toContain("129 of 257 samples");
    // The whole kernel stays in view.
    expect(await page.locator(".viz-grid-beyond").getAttribute("d")).toBe("");
    expect(await page.evaluate(() => events.length)).toBe(2);
    const illegal = await page.evaluate(() =>
      [{rate: 0}, {kernelSize: 4}, {row: 193}, {x: NaN}, {filter: "sharp"}].map((wrong) => {
        try {
          figure.value = {...figure.value, ...wrong};
        } catch (error) {
          return (error as Error).name;
        }
        return "taken";
      })
    );
    expect(illegal).toEqual(new Array(5).fill("RangeError"));
    await page.evaluate(() => {
      figure.value = {row: 3, x: 9, kernelSize: 1, rate: 2, filter: "edges"};
    });
    expect(await page.evaluate(() => events.length)).toBe(2);
    expect(await caption()).toContain("the rate changes nothing");
  });

  it("works by touch at 360 px, in both schemes, and breaks none of axe's rules", async () => {
    await open({
      viewport: {width: 360, height: 740},
      hasTouch: true,
      isMobile: true,
      colorScheme: "dark"
    });
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(360);
    expect(await smallTargets(page)).toEqual([]);
    const box = await page.locator(".viz-tap-grid").boundingBox();
    if (!box) throw new Error("no grid");
    await page.touchscreen.tap(box.x + box.width * 0.9, box.y + 50);
    const {x} = await value();
    expect(x).toBeGreaterThan(128);
    const picture = await page.locator(".viz-row-picker").boundingBox();
    if (!picture) throw new Error("no picture");
    await page.touchscreen.tap(picture.x + picture.width / 2, picture.y + 12);
    expect((await value()).row).toBeLessThan(30);

    // A finger drags the line, and the page does not scroll meanwhile.
    const client = await page.context().newCDPSession(page);
    const {row} = await value();
    const at = {x: picture.x + 60, y: picture.y + ((row + 0.5) / 193) * picture.height};
    await client.send("Input.dispatchTouchEvent", {type: "touchStart", touchPoints: [at]});
    for (const y of [10, 20, 40])
      await client.send("Input.dispatchTouchEvent", {
        type: "touchMove",
        touchPoints: [{x: at.x, y: at.y + y}]
      });
    await client.send("Input.dispatchTouchEvent", {type: "touchEnd", touchPoints: []});
    const dragged = (await value()).row - row;
    expect(Math.abs(dragged - (40 / picture.height) * 193)).toBeLessThan(2);
    expect(await page.evaluate(() => scrollY)).toBe(0);
    expect(await axeViolations(page)).toEqual([]);
    await page.emulateMedia({colorScheme: "light"});
    expect(await axeViolations(page)).toEqual([]);
  });

  it("saves what it shows", async () => {
    await open();
    await page.getByRole("button", {name: "Save SVG"}).click();
    const saved = await page.evaluate(async () => ({
      name: files[0].name,
      text: await files[0].file.text()
    }));
    expect(saved.name).toBe("kernel-of-rate-4.svg");
    expect(saved.text).toContain("<svg");
    await frames(page);
  });
});

describe("tapGrid", () => {
  it("has the sample pointed at, or moved to, as its value, and null when left", async () => {
    await open({}, "tapGrid");
    expect(await value()).toBe(null);
    await page.locator(".viz-tap-grid").focus();
    await page.keyboard.press("Home");
    await page.keyboard.press("ArrowRight");
    expect(await value()).toBe(1);
    expect(await page.locator(".viz-tap-grid").getAttribute("aria-label")).toContain(
      "reads padding, 1, 3; value 0.333"
    );
    await page.keyboard.press("Escape");
    expect(await value()).toBe(null);
    const box = await page.locator(".viz-tap-grid").boundingBox();
    if (!box) throw new Error("no grid");
    await page.mouse.move(box.x + box.width / 2, box.y + 50);
    expect(await value()).toBe(2);
    await page.mouse.move(0, 600);
    expect(await value()).toBe(null);
    expect(await page.evaluate(() => events)).toEqual(new Array(5).fill("tapGrid"));
    const illegal = await page.evaluate(() => {
      const thrown: string[] = [];
      for (const wrong of [5, -1, NaN, 0.5])
        try {
          figure.value = wrong;
        } catch (error) {
          thrown.push((error as Error).message);
        }
      figure.value = 4;
      return [...thrown, String(events.length), String(figure.value)];
    });
    expect(illegal).toEqual([
      ...[5, -1, NaN, 0.5].map((wrong) => `invalid value: ${wrong} (null, or 0 to 4)`),
      "5",
      "4"
    ]);
  });
});
