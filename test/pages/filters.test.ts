import {readFileSync} from "node:fs";
import type {Locator, Page} from "playwright-core";
import {describe, expect, it} from "vitest";
import {axeViolations, figurePage, frames, smallTargets} from "./figureHost.ts";

/** What test/viz/filtersPage.ts leaves on the window. */
declare const figure: any, events: string[], files: any[], drawStreet: any;

const weights = readFileSync(
  new URL("../../notebooks/weights/street.safetensors", import.meta.url)
);
let page: Page;
let failures: string[];

const figures = figurePage(new URL("../viz/filtersPage.ts", import.meta.url), {
  expected: () => ({console: failures, errors: []})
});

async function open(name: string, options = {}): Promise<void> {
  failures = [];
  page = await figures.open(`?figure=${name}`, options);
  await page.route("**/street.safetensors", (route) => route.fulfill({body: weights}));
}

const value = () => page.evaluate(() => figure.value);
const caption = () => page.locator("figcaption").textContent();
const radio = (name: string) => page.getByRole("radio", {name, exact: true});
const box = (row: number, column: number) =>
  page.getByRole("textbox", {name: `Weight in row ${row}, column ${column}`});
const says = () => page.locator(".viz-kernel [role=status]").textContent();
const readout = () => page.locator(".viz-readout").textContent();
const task = () => page.locator(".viz-task").getAttribute("data-solved");

async function paste(into: Locator, text: string): Promise<void> {
  await into.focus();
  await into.evaluate((element, pasted) => {
    const data = new DataTransfer();
    data.setData("text/plain", pasted);
    const event = {clipboardData: data, bubbles: true, cancelable: true};
    // What was not taken over goes into the box, as the browser would have it.
    if (element.dispatchEvent(new ClipboardEvent("paste", event)))
      document.execCommand("insertText", false, pasted);
  }, text);
}

/** Returns the value that assigning *change* to the figure throws. */
const refusal = (change: object) =>
  page.evaluate((wrong) => {
    try {
      figure.value = {...figure.value, ...wrong};
      return "";
    } catch (error) {
      return String(error);
    }
  }, change);

/** Returns a number that is another for other pixels of a canvas. */
const print = (selector: string) =>
  page.locator(`${selector} canvas`).evaluate((canvas: HTMLCanvasElement) => {
    const copy = new OffscreenCanvas(canvas.width, canvas.height);
    const context = copy.getContext("2d", {willReadFrequently: true})!;
    context.drawImage(canvas, 0, 0);
    const {data} = context.getImageData(0, 0, canvas.width, canvas.height);
    return data.reduce((sum, byte) => (Math.imul(sum, 31) + byte) | 0, 0);
  });

describe("atrousForms", () => {
  const rate = () => page.getByRole("textbox", {name: "Rate, as a number"});
  const verdict = (known = "true") => page.waitForSelector(`.viz-verdict[data-known=${known}]`);
  const largest = () => page.locator(".viz-verdict strong").textContent();

  it("shows three responses that are the same, and what each costs", async () => {
    await open("atrousForms");
    await verdict();
    expect(await largest()).toBe("0");
    const prints = [];
    for (const form of ["dilated", "dense", "shuffled"])
      prints.push(await print(`[data-form=${form}] .viz-gives`));
    expect(new Set(prints).size).toBe(1);
    const costs = await page.locator(".viz-form-cost").allTextContents();
    expect(costs.map((cost) => cost.trim())).toEqual([
      "446,409 multiply-adds",
      "8,382,569 multiply-adds, 18.8 times as many",
      "459,756 multiply-adds, 1.03 times as many"
    ]);
    expect(await caption()).toContain("160 zeros between them in a kernel of side 3 + 2 · 5 = 13");
    expect(await caption()).toContain("the same at all 49,601 pixels, to the last bit");
    expect(await readout()).toMatch(/^Pixel 128, 96: (−?[\d.]+) = \1 = \1$/);
    expect(await page.evaluate(() => events)).toEqual([]);
  });

  it("is solved by keyboard, and is not solved untouched", async () => {
    await open("atrousForms");
    expect(await task()).toBe("false");
    await page.getByRole("slider", {name: "Rate"}).focus();
    await page.keyboard.press("ArrowRight");
    expect((await value()).rate).toBe(7);
    await page.keyboard.press("End");
    await page.keyboard.press("ArrowLeft");
    expect((await value()).rate).toBe(259);
    expect(await task()).toBe("false");
    expect(await page.locator(".viz-task-note").textContent()).toContain("a smaller rate would do");
    await page.keyboard.press("ArrowLeft");
    await page.keyboard.press("ArrowLeft");
    expect((await value()).rate).toBe(257);
    expect(await task()).toBe("true");
    await frames(page);
    expect(await caption()).toContain("it weighs 0: so is each response");
    await page.getByRole("button", {name: "Reset"}).click();
    expect((await value()).rate).toBe(6);
    expect(await task()).toBe("false");
  });

  it("does not count as solved what was assigned", async () => {
    await open("atrousForms");
    await page.evaluate(() => (figure.value = {...figure.value, rate: 257}));
    expect(await task()).toBe("false");
  });

  it("may be stopped while it multiplies, and computes only the newest rate", async () => {
    await open("atrousForms");
    await verdict();
    await page.getByRole("slider", {name: "Rate"}).focus();
    await page.keyboard.press("End");
    await verdict("false");
    await page.getByRole("button", {name: "Stop"}).click();
    expect(await page.locator(".viz-stop").getAttribute("data-stopped")).toBe("true");
    await page.getByRole("button", {name: "Compute it"}).click();
    await page.waitForFunction(() => document.querySelector("progress")!.value > 0);
    await rate().fill("3");
    await verdict();
    expect(await largest()).toBe("0");
    expect(await page.locator(".viz-form-cost strong").nth(1).textContent()).toBe("2,430,449");
  });

  it("refuses what is no rate, in place", async () => {
    await open("atrousForms");
    for (const wrong of ["", "0", "261", "2.5", "abc", "1e400", "-3", "NaN"]) {
      await rate().fill(wrong);
      expect(await page.locator(".viz-says").textContent()).toContain("Kept at 6");
      expect(await rate().getAttribute("aria-invalid")).toBe("true");
    }
    expect((await value()).rate).toBe(6);
    await rate().fill("260");
    expect(await page.locator(".viz-says").textContent()).toContain("260 is the most");
  });

  it("takes a kernel that is typed or pasted, and keeps the last good one", async () => {
    await open("atrousForms");
    await radio("Your own").check();
    const first = (await value()).kernel;
    for (const [wrong, reason] of [
      ["abc", "“abc” is not a number"],
      ["1e400", "“1e400” is out of range"],
      ["NaN", "“NaN” is not a number"],
      ["", "nothing there"]
    ]) {
      await box(1, 2).fill(wrong);
      await box(1, 2).blur();
      expect(await says()).toContain(`Row 1, column 2: ${reason}`);
      expect(await says()).toContain("The kernel stays −1 −1 −1 −1 8 −1 −1 −1 −1.");
      expect(await box(1, 2).getAttribute("aria-invalid")).toBe("true");
      expect((await value()).kernel).toEqual(first);
    }
    await box(1, 2).press("Escape");
    expect(await box(1, 2).inputValue()).toBe("−1");
    await box(1, 2).fill("-0.5");
    expect((await value()).kernel[1]).toBe(-0.5);
    await box(1, 2).press("ArrowDown");
    expect(await page.evaluate(() => document.activeElement?.ariaLabel)).toContain(
      "row 2, column 2"
    );

    await paste(box(3, 3), "1 0 -1\n2 0 -2\n1 0 -1");
    expect((await value()).kernel).toEqual([1, 0, -1, 2, 0, -2, 1, 0, -1]);
    expect(await box(2, 3).inputValue()).toBe("−2");
    for (const [wrong, reason] of [
      ["1 2\n3 4", "4 values were pasted; a 3 × 3 kernel has nine"],
      ["1 0 -1\n2 0 1e400\n1 0 -1", "Row 2, column 3 of what was pasted: “1e400” is out of range"],
      ["1 0 -1\n2 NaN -2\n1 0 -1", "Row 2, column 2 of what was pasted: “NaN” is not a number"]
    ]) {
      await paste(box(1, 1), wrong);
      expect(await says()).toContain(reason);
      expect((await value()).kernel).toEqual([1, 0, -1, 2, 0, -2, 1, 0, -1]);
    }
    await box(1, 1).fill("");
    await paste(box(1, 1), "7");
    expect((await value()).kernel[0]).toBe(7);
    await verdict();
    expect(await largest()).toBe("0");
    const heard = await page.evaluate(() => events);
    expect(new Set(heard)).toEqual(new Set(["atrousForms"]));
  });

  it("reads the network's kernels when one is chosen, and says so where it cannot", async () => {
    await open("atrousForms");
    await page.unroute("**/street.safetensors");
    const before = await print("[data-form=dilated] .viz-gives");
    await radio("Learned").check();
    const message = page.locator(".viz-filter-says");
    await page.waitForFunction(() =>
      document.querySelector(".viz-filter-says")?.textContent?.includes("were not read")
    );
    expect(await message.textContent()).toContain("cannot load street.safetensors: 404");
    failures = [
      "error: Failed to load resource: the server responded with a status of 404 (Not Found)"
    ];
    expect(await print("[data-form=dilated] .viz-gives")).toBe(before);
    await page.route("**/street.safetensors", (route) => route.fulfill({body: weights}));
    await radio("Vertical edges").check();
    await radio("Learned").check();
    await page.getByRole("radio", {name: "Learned kernel 5", exact: true}).check();
    await frames(page);
    await verdict();
    expect(await value()).toMatchObject({filter: "learned", learned: 4});
    expect(await largest()).toBe("0");
    expect(await caption()).toContain(
      "Learned kernel 5 at rate 6: 9 weights for each of 3 channels"
    );
    expect(await page.locator(".viz-form-cost strong").first().textContent()).toBe("1,339,227");
    expect(await print("[data-form=dilated] .viz-gives")).not.toBe(before);
  });

  it("marks a pixel everywhere, by pointer and by keyboard", async () => {
    await open("atrousForms");
    const stage = await page.locator("[data-form=shuffled] .viz-works-on").boundingBox();
    if (!stage) throw new Error("no stage");
    // The first pixel of the small picture in the last row and column of the six by six.
    const cell = {x: stage.width / 6, y: stage.height / 6};
    await page.mouse.move(stage.x + 5 * cell.x + 4, stage.y + 5 * cell.y + 4);
    expect(await readout()).toMatch(/^Pixel \d+, \d+:/);
    const [x, y] = (await readout())!.match(/\d+/g)!.map(Number);
    expect([x % 6, y % 6]).toEqual([5, 5]);
    expect((await value()).at).toEqual({x: 128, y: 96});
    await page.mouse.down();
    await page.mouse.up();
    expect((await value()).at).toEqual({x, y});
    await page.locator("[data-form=dilated] .viz-works-on .viz-pointing").focus();
    await page.keyboard.press("Escape");
    expect((await value()).at).toBeNull();
    expect(await page.locator(".viz-mark-ring").count()).toBe(0);
    for (const key of ["ArrowLeft", "Shift+ArrowDown", "Enter"]) await page.keyboard.press(key);
    expect((await value()).at).toEqual({x: 128, y: 106});
    expect(await page.locator(".viz-mark-ring").count()).toBe(3);
  });

  it("is silent when assigned, throws at what is not legal, and shows other streets", async () => {
    await open("atrousForms");
    const shared = {
      filter: "blur5",
      learned: 3,
      kernel: [1, 2, 3, 4, 5, 6, 7, 8, 9],
      rate: 11,
      at: null
    };
    await page.evaluate((next) => (figure.value = next), shared);
    expect(await value()).toEqual(shared);
    expect(await page.evaluate(() => events)).toEqual([]);
    for (const [wrong, reason] of [
      [{rate: 0}, "invalid rate: 0"],
      [{rate: null}, "invalid rate: null"],
      [{filter: "sharpen"}, "invalid filter: sharpen"],
      [{learned: 16}, "invalid learned filter: 16"],
      [{rate: 5, kernel: [1]}, "invalid kernel: 1 weights"],
      [{at: {x: 257, y: 0}}, "invalid x: 257"]
    ] as const)
      expect(await refusal(wrong)).toContain(`RangeError: ${reason}`);
    expect(await value()).toEqual(shared);
    await verdict();
    const before = await print("[data-form=shuffled] .viz-gives");
    await page.evaluate(() => figure.update(drawStreet(4)));
    await verdict("false");
    await verdict();
    expect(await print("[data-form=shuffled] .viz-gives")).not.toBe(before);
  });

  it("saves all panels as one picture", async () => {
    await open("atrousForms");
    await verdict();
    await page.getByRole("button", {name: "Save PNG"}).click();
    await page.waitForFunction(() => files.length === 1);
    const saved = await page.evaluate(async () => {
      const {width, height} = await createImageBitmap(files[0].file);
      return [files[0].name, width > 1500, height > 800];
    });
    expect(saved).toEqual(["convolution-three-ways.png", true, true]);
  });
});

describe("subsampled", () => {
  it("shows what is lost, and that nothing differs where both compute", async () => {
    await open("subsampled");
    expect(await page.locator(".viz-lost-same").textContent()).toContain("largest difference 0.");
    expect(await caption()).toContain(
      "at 3,185 of 49,601 pixels, every 4th pixel of every 4th row"
    );
    const share = async () =>
      Number((await page.locator(".viz-lost-says strong").textContent())?.split(" ")[0]);
    const shares = [];
    for (const stride of ["2", "4", "8"]) {
      await radio(stride).check();
      await frames(page);
      shares.push(await share());
    }
    expect(shares[0]).toBeGreaterThan(2);
    expect(shares[1]).toBeGreaterThan(shares[0]);
    expect(shares[2]).toBeGreaterThan(shares[1]);
    await radio("Zeros").check();
    await frames(page);
    expect(await share()).toBeGreaterThan(95);
    expect(await value()).toMatchObject({stride: 8, upsample: "zeros", filter: "vertical"});
    expect(await page.evaluate(() => events.length)).toBe(4); // 4 was there at first
    await page.getByRole("button", {name: "Reset"}).click();
    expect(await value()).toMatchObject({stride: 4, upsample: "bilinear"});
  });

  it("takes the same filters, and marks a pixel on all", async () => {
    await open("subsampled");
    await radio("Your own").check();
    await paste(box(1, 1), "0 0 0 0 0 0 0 0 0");
    await frames(page);
    expect(await page.locator(".viz-lost-says").textContent()).toContain("Nothing stands out");
    await box(2, 2).fill("x");
    expect(await says()).toContain("“x” is not a number");
    await radio("Learned").check();
    await page.getByRole("radio", {name: "Learned kernel 2", exact: true}).check();
    await frames(page);
    expect(await caption()).toContain("Both ways apply learned kernel 2");
    await page.locator(".viz-pointing[tabindex]").focus();
    for (const key of ["ArrowLeft", "ArrowUp", "Enter"]) await page.keyboard.press(key);
    expect((await value()).at).toEqual({x: 130, y: 98});
    expect(await readout()).toMatch(/^Pixel 130, 98: −?[\d.]+ downsampled, −?[\d.]+ with holes/);
    for (const [wrong, reason] of [
      [{stride: 3}, "invalid stride: 3 (2, 4, 8)"],
      [{upsample: "cubic"}, "invalid upsampling: cubic"],
      [{at: {x: 1.5, y: 0}}, "invalid x: 1.5"]
    ] as const)
      expect(await refusal(wrong)).toContain(`RangeError: ${reason}`);
    await page.getByRole("button", {name: "Save PNG"}).click();
    await page.waitForFunction(() => files.length === 1);
    expect(await page.evaluate(() => files[0].name)).toBe("downsampled-or-with-holes.png");
  });
});

describe.each(["atrousForms", "subsampled"])("%s", (name) => {
  it("has nothing for axe to report, in light and dark", async () => {
    await open(name);
    await radio("Learned").check();
    await page.waitForSelector(".viz-learned:not([hidden])");
    await frames(page);
    expect(await axeViolations(page)).toEqual([]);
    await page.emulateMedia({colorScheme: "dark"});
    await radio("Your own").check();
    await box(1, 1).fill("x");
    await frames(page);
    expect(await axeViolations(page)).toEqual([]);
  });

  it("fits 360 pixels, with targets of 44, by touch", async () => {
    await open(name, {viewport: {width: 360, height: 700}, hasTouch: true});
    for (const filter of ["Learned", "Your own"]) {
      await page.locator("label", {has: radio(filter)}).tap();
      if (filter === "Learned") await page.waitForSelector(".viz-learned:not([hidden])");
      await frames(page);
      expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(360);
      expect(await smallTargets(page)).toEqual([]);
    }
    await page
      .locator(".viz-works-on .viz-pointing")
      .first()
      .tap({position: {x: 20, y: 30}});
    expect((await value()).at.x).toBeLessThan(60);
  });
});
