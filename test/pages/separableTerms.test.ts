import {readFileSync} from "node:fs";
import type {Page} from "playwright-core";
import {describe, expect, it} from "vitest";
import {axeViolations, figurePage, frames, smallTargets} from "./figureHost.ts";

/** What test/viz/termsPage.ts leaves on the window. */
declare const figure: any, events: string[], files: any[], drawStreet: any;

const weights = readFileSync(
  new URL("../../notebooks/weights/street.safetensors", import.meta.url)
);
let page: Page;
let failures: string[];

const figures = figurePage(new URL("../viz/termsPage.ts", import.meta.url), {
  expected: () => ({console: failures, errors: []})
});

async function open(options = {}): Promise<void> {
  failures = [];
  page = await figures.open("", options);
  await page.route("**/street.safetensors", (route) => route.fulfill({body: weights}));
  await settled();
}

/** Waits until the outputs of the terms shown are there. */
async function settled(): Promise<void> {
  await page.waitForFunction(
    () =>
      /Its outputs reach/.test(document.querySelector(".viz-terms-readout")?.textContent ?? "") &&
      !document.querySelector(".viz-stale")
  );
  await frames(page);
}

const value = () => page.evaluate(() => figure.value);
const caption = () => page.locator("figcaption").textContent();
const readout = () => page.locator(".viz-terms-readout").textContent();
const solved = () => page.locator(".viz-task").getAttribute("data-solved");
const radio = (name: string) => page.getByRole("radio", {name, exact: true});
const button = (name: string) => page.getByRole("button", {name, exact: true});
const scrubber = () => page.getByRole("slider", {name: "Step"});

/** Assigns *change* to the figure, and returns what that throws. */
const assign = (change: object) =>
  page.evaluate((fields) => {
    try {
      figure.value = {...figure.value, ...fields};
      return "";
    } catch (error) {
      return String(error);
    }
  }, change);

/** Returns the values of a curve of the plot, and where its dots are. */
const curve = (name: string) =>
  page.locator(`.viz-terms-curves circle.viz-terms-${name}`).evaluateAll((dots) =>
    dots.map((dot) => ({
      terms: Number((dot as SVGElement).dataset.terms),
      value: Number((dot as SVGElement).dataset.value),
      x: Number(dot.getAttribute("cx")),
      y: Number(dot.getAttribute("cy"))
    }))
  );

/** Returns a number that is another for other pixels of a canvas. */
const print = (selector: string) =>
  page.locator(`${selector} canvas`).evaluate((canvas: HTMLCanvasElement) => {
    const copy = new OffscreenCanvas(canvas.width, canvas.height);
    const context = copy.getContext("2d", {willReadFrequently: true})!;
    context.drawImage(canvas, 0, 0);
    const {data} = context.getImageData(0, 0, canvas.width, canvas.height);
    return data.reduce((sum, byte) => (Math.imul(sum, 31) + byte) | 0, 0);
  });
const prints = async (row: string) => {
  const found = [];
  for (const form of ["standard", "sum", "missing"])
    found.push(await print(`[data-form=${form}] ${row}`));
  return found;
};

describe("separableTerms", () => {
  it("shows that one term is not the kernels, and that enough terms are", async () => {
    await open();
    expect(await value()).toEqual({
      kernel: "long",
      size: 7,
      orientations: 16,
      terms: 1,
      filter: 4
    });
    expect(await caption()).toContain("leaves an error of 83 % at 0.08 times the standard cost");
    expect(await caption()).toContain("(65 weights for 784). 16 terms are exact but for rounding");
    expect(await caption()).toContain("49 · 16/65 = 12.06: up to 12 are cheaper");
    expect(await caption()).toContain("not one of these");
    expect(new Set(await prints(".viz-terms-kernels")).size).toBe(3);
    expect(new Set(await prints(".viz-gives")).size).toBe(3);
    await scrubber().press("End");
    await settled();
    expect(await readout()).toMatch(/nothing missing\. Its outputs reach .* \d\.\d\s×\s10⁻[⁷⁸]\.$/);
    for (const row of [".viz-terms-kernels", ".viz-gives"]) {
      const [standard, sum, missing] = await prints(row);
      expect(sum).toBe(standard);
      expect(missing).not.toBe(standard);
    }
    expect(await caption()).toContain("at 1.33 times the standard cost (1,040 weights for 784)");
    expect(await page.locator(".viz-says").first().textContent()).toBe(
      "16 is their rank: another term would add nothing."
    );
    expect(await solved()).toBe("false");
    expect(await page.evaluate(() => events)).toEqual(["separableTerms"]);
  });

  it("draws curves that meet zero at the rank and the standard's cost at the break-even", async () => {
    await open();
    for (const [choice, rank, filters, taps] of [
      [{}, 16, 16, 49],
      [{size: 5}, 12, 16, 25],
      [{kernel: "short", size: 3}, 2, 16, 9],
      [{kernel: "long", size: 3, orientations: 8}, 4, 8, 9],
      [{kernel: "learned"}, 9, 16, 9]
    ] as const) {
      expect(await assign({...choice, terms: 1})).toBe("");
      await settled();
      const [error, cost] = [await curve("error"), await curve("cost")];
      expect(error).toHaveLength(Math.min(filters, taps) + 1);
      expect(error.findIndex((dot) => dot.value === 0)).toBe(rank);
      expect(error.slice(0, rank + 1).every((dot, r) => r === 0 || dot.y > error[r - 1].y)).toBe(
        true
      );
      expect(error.slice(rank).every((dot) => dot.y === error[rank].y)).toBe(true);
      const even = (filters * taps) / (filters + taps);
      const line = page.locator(".viz-terms-even");
      expect(Number(await line.getAttribute("data-terms"))).toBe(even);
      expect(await page.locator(".viz-terms-rank").getAttribute("data-terms")).toBe(String(rank));
      // The cost, a straight line, reaches the grid's 1 where the break-even stands.
      const at = (await line.getAttribute("d"))!.match(/^M([\d.]+),/)![1];
      const one = (await page.locator(".viz-terms-one").getAttribute("d"))!.match(/,([\d.]+)H/)![1];
      const [first, last] = [cost[0], cost.at(-1)];
      const share = (Number(at) - first.x) / (last.x - first.x);
      expect(first.y + share * (last.y - first.y)).toBeCloseTo(Number(one), 6);
      for (const {terms, value: is} of cost) expect(is < 1).toBe(terms < even);
    }
  });

  it("is solved by keyboard, and is not solved untouched or by what is assigned", async () => {
    await open();
    expect(await assign({kernel: "short", size: 3, terms: 2})).toBe("");
    await settled();
    expect(await solved()).toBe("false");
    await assign({kernel: "long", size: 7, terms: 1});
    await settled();
    await radio("Long edges").focus();
    await page.keyboard.press("ArrowRight");
    expect((await value()).kernel).toBe("short");
    await settled();
    expect(await solved()).toBe("false");
    expect(await caption()).toContain("of rank 2: however many directions");
    await button("Forward one step").press("Enter");
    expect(await value()).toMatchObject({kernel: "short", terms: 2});
    expect(await solved()).toBe("true");
    expect(await page.locator(".viz-task-note").textContent()).toBe(
      "2 terms now: an error of 0 %, 0.17 times the cost."
    );
    await button("Reset").click();
    await settled();
    expect(await value()).toMatchObject({kernel: "long", terms: 1});
    expect(await solved()).toBe("false");
    expect(new Set(await page.evaluate(() => events))).toEqual(new Set(["separableTerms"]));
  });

  it("shows another filter by a click on any of its tiles, and by keyboard", async () => {
    await open();
    const before = await prints(".viz-gives");
    const ring = await page.locator("[data-form=sum] i").boundingBox();
    if (!ring) throw new Error("no ring");
    await page.mouse.click(ring.x - ring.width / 2, ring.y + ring.height / 2);
    expect((await value()).filter).toBe(3);
    await settled();
    expect(await readout()).toContain("Filter 4 (brightness rising towards 33.75°)");
    expect(await print("[data-form=standard] .viz-gives")).not.toBe(before[0]);
    await page.getByRole("slider", {name: "Filter"}).press("End");
    expect((await value()).filter).toBe(15);
    await radio("4").check({force: true});
    expect(await value()).toMatchObject({filter: 3, orientations: 4, terms: 1});
    await settled();
    expect(await readout()).toContain("Filter 4 (brightness rising towards 135°)");
    const box = page.getByRole("textbox", {name: "Filter, as a number"});
    for (const bad of ["", "abc", "1e400", "NaN", "0", "5", "2.5", "-3"]) {
      await box.fill(bad);
      expect(await page.locator(".viz-integer .viz-says").textContent()).toMatch(/Kept at 4\.$/);
    }
    expect((await value()).filter).toBe(3);
  });

  it("refuses a value that is not legal, and takes the rank for more terms than that", async () => {
    await open();
    const before = await value();
    for (const [wrong, words] of [
      [{kernel: "sobel"}, "invalid kernel: sobel (long, short, learned)"],
      [{size: 4}, "invalid size: 4 (3, 5, 7)"],
      [{orientations: 5}, "invalid orientations: 5 (4, 8, 16)"],
      [{terms: 17}, "invalid terms: 17 (a whole number, 0 to 16)"],
      [{terms: -1}, "invalid terms: -1"],
      [{terms: NaN}, "invalid terms: NaN"],
      [{orientations: 4, filter: 4, terms: 1}, "invalid filter: 4 (a whole number, 0 to 3)"]
    ] as const)
      expect(await assign(wrong)).toContain(`RangeError: ${words}`);
    expect(await value()).toEqual(before);
    await assign({kernel: "short", terms: 9});
    await settled();
    expect((await value()).terms).toBe(2);
    await assign({terms: 0});
    await settled();
    expect(await caption()).toContain("No term leaves everything out, at no cost.");
    expect(await page.evaluate(() => events)).toEqual([]);
  });

  it("keeps the kernels before where the network's are missing, and reads them when they are there", async () => {
    await open();
    await page.unroute("**/street.safetensors");
    await radio("Learned").click({force: true});
    await page.waitForSelector(".viz-error:not([hidden])");
    expect(await page.locator(".viz-error").textContent()).toBe(
      "Learned kernels were not read: cannot load street.safetensors: 404 Not Found. " +
        "Choose them again to retry."
    );
    failures = [
      "error: Failed to load resource: the server responded with a status of 404 (Not Found)"
    ];
    expect(await value()).toMatchObject({kernel: "long", size: 7, terms: 1});
    expect(await radio("Long edges").isChecked()).toBe(true);
    await page.route("**/street.safetensors", (route) => route.fulfill({body: weights}));
    await radio("Learned").click({force: true});
    await page.waitForFunction(() =>
      document.querySelector("figcaption")?.textContent?.includes("For each of 3 input channels")
    );
    await scrubber().press("End");
    await settled();
    expect(await page.locator(".viz-error").isHidden()).toBe(true);
    expect(await caption()).toContain("9 terms are exact but for rounding");
    expect(await caption()).toContain("at 1.56 times the standard cost (675 weights for 432)");
    expect(await radio("3 × 3").isChecked()).toBe(true);
    expect(await radio("5 × 5").isDisabled()).toBe(true);
    expect(await solved()).toBe("false");
  });

  it("plays through the terms, on another street too", async () => {
    await open({reducedMotion: "reduce"});
    expect(await assign({size: 3, orientations: 4, terms: 3, filter: 1})).toBe("");
    await settled();
    await button("Play").click();
    await page.waitForFunction(() => figure.value.terms === 4);
    expect(await button("Play").count()).toBe(1);
    await settled();
    const [before, words] = [await print("[data-form=sum] .viz-gives"), await readout()];
    await page.evaluate(() => figure.update(drawStreet(4)));
    await page.waitForFunction(
      (old) => document.querySelector(".viz-terms-readout")?.textContent !== old,
      words
    );
    await settled();
    expect(await print("[data-form=sum] .viz-gives")).not.toBe(before);
    expect((await value()).terms).toBe(4);
  });

  it("fits 360 px, saves, and breaks none of axe's rules in either scheme", async () => {
    await open({
      viewport: {width: 360, height: 740},
      hasTouch: true,
      isMobile: true,
      colorScheme: "dark"
    });
    expect(await smallTargets(page)).toEqual([]);
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(360);
    expect(await axeViolations(page)).toEqual([]);
    await page.emulateMedia({colorScheme: "light"});
    await settled();
    expect(await axeViolations(page)).toEqual([]);
    await button("Save PNG").tap();
    await button("Save CSV of the curves").tap();
    await page.waitForFunction(() => files.length === 2);
    const saved = await page.evaluate(() =>
      Promise.all(files.map(async ({name, file}) => [name, file.type, await file.text()]))
    );
    const csv = saved.find(([name]) => name === "separable-terms.csv")!;
    expect(csv[1]).toBe("text/csv");
    expect(csv[2].split("\n").slice(0, 2)).toEqual(["terms,relative error,relative cost", "0,1,0"]);
    expect(csv[2].trim().split("\n")).toHaveLength(18);
    expect(saved.map(([name, type]) => `${name} ${type}`)).toContain(
      "separable-terms.png image/png"
    );
  });
});
