import {readFileSync} from "node:fs";
import type {Page} from "playwright-core";
import {describe, expect, it} from "vitest";
import {cellText} from "../../src/viz/twoStepsWords.ts";
import {axeViolations, figurePage, frames, smallTargets} from "./figureHost.ts";

/** What test/viz/twoStepsPage.ts leaves on the window. */
declare const figure: any, street: any, arithmetic: any, sources: any, drawStreet: any;
declare const events: string[], files: any[];

const weights = readFileSync(
  new URL("../../notebooks/weights/street.safetensors", import.meta.url)
);
let page: Page;
let failures: string[];

const figures = figurePage(new URL("../viz/twoStepsPage.ts", import.meta.url), {
  expected: () => ({errors: [], failed: failures})
});

/** Opens the figure, with the network's weights or with a host that has none. */
async function open(options = {}, {missing = false} = {}): Promise<void> {
  failures = missing ? [expect.stringContaining("weights.safetensors: 404")] : [];
  const still = {reducedMotion: "reduce" as const, ...options};
  page = await figures.open("?figure=separableThumbnail", still);
  if (!missing)
    await page.route("**/weights.safetensors", (route) => route.fulfill({body: weights}));
  await page.goto(page.url().replace("separableThumbnail", "twoSteps"));
  const arrived = ".viz-choice input:not(:disabled), .viz-error:not([hidden])";
  await page.waitForSelector(arrived, {state: "attached"});
}

const value = () => page.evaluate(() => figure.value);
/** Words follow the paint. */
const said = async <T>(read: () => Promise<T>): Promise<T> => {
  await frames(page);
  return read();
};
const caption = () => said(() => page.locator("figcaption").textContent());
const verdict = () => said(() => page.locator(".viz-two-steps-verdict").textContent());
const readout = () => said(() => page.locator(".viz-two-steps-readout p").allTextContents());
const solved = () => said(() => page.locator(".viz-task").getAttribute("data-solved"));
const button = (name: string) => page.getByRole("button", {name, exact: true});
const groups = () => page.getByRole("slider", {name: "Groups in the one step"});

/** Where a number is: of a card's, in order of lanes, rows and columns. */
async function cell(side: string, role: string, index: number) {
  const columns = role === "input" ? 5 : role === "mix" ? 1 : 3;
  const rows = role === "mix" ? 1 : columns;
  const frames = page.locator(`[data-side=${side}] .viz-ts-frame[data-card=${role}]`);
  const frame = frames.nth(Math.floor(index / (rows * columns)));
  await frame.scrollIntoViewIfNeeded();
  const {x, y, width, height} = (await frame.boundingBox())!;
  const [row, column] = [Math.floor((index % (rows * columns)) / columns), index % columns];
  return [x + ((column + 0.5) * width) / columns, y + ((row + 0.5) * height) / rows] as const;
}

/** The texts of all numbers, by side and kind of card: those of the file that Save makes. */
const texts = (): Promise<Record<string, string[]>> =>
  page.evaluate(async () => {
    document.querySelector<HTMLElement>("[data-do=save]")?.click();
    const {file} = files.pop();
    const svg = new DOMParser().parseFromString(await file.text(), "image/svg+xml");
    const found: Record<string, string[]> = {};
    for (const cell of svg.querySelectorAll("[data-cell]")) {
      const [side, role] = cell.getAttribute("data-cell")!.split(" ");
      (found[`${side} ${role}`] ??= []).push(cell.querySelector("text")!.textContent);
    }
    return found;
  });

/** The texts of the last paint, in any order. */
async function watchPaint(): Promise<() => Promise<string[]>> {
  await page.evaluate(() => {
    const {clearRect, fillText} = CanvasRenderingContext2D.prototype;
    let painted: string[] = [];
    Object.assign(window, {painted: () => painted});
    CanvasRenderingContext2D.prototype.clearRect = function (...box) {
      if (this.canvas.className === "viz-ts-sheet") painted = [];
      clearRect.apply(this, box);
    };
    CanvasRenderingContext2D.prototype.fillText = function (text, ...at) {
      painted.push(text);
      fillText.call(this, text, ...at);
    };
  });
  return () => page.evaluate(() => (window as any).painted().sort());
}

/** What the arithmetic makes of the same street and weights, lane by lane as cards have it. */
const tensors = (bytes: string) =>
  page.evaluate((bytes) => {
    const file = Uint8Array.from(atob(bytes), (letter) => letter.charCodeAt(0));
    const {composedKernels, groupedConvolution, inGroups} = arithmetic;
    const {x, y, channels, groups} = figure.value;
    const {tensors} = sources.readSafetensors(file);
    const read = sources.networkSource(street, tensors).read({x, y}, channels);
    const kernels = inGroups(composedKernels(read.depthwise, read.pointwise), groups);
    const between = groupedConvolution(read.input, read.depthwise);
    return {
      input: [...read.input.data],
      depthwise: [...read.depthwise.weights],
      pointwise: [...read.pointwise.weights],
      kernels: [...kernels.weights],
      one: [...groupedConvolution(read.input, kernels).data],
      between: [...between.data],
      two: [...groupedConvolution(between, read.pointwise).data]
    };
  }, bytes);

const lanes = (values: number[]) =>
  [0, 1, 2, 3].flatMap((lane) => values.filter((_, i) => i % 4 === lane));

describe("twoSteps", () => {
  it("shows on every block the number that is in the tensor, at every kind of step", async () => {
    await open();
    const bytes = weights.toString("base64");
    const painted = await watchPaint();
    for (const [group, at] of [
      [1, [0, 1, 4, 9, 10, 12, 13, 14, 35, 36]],
      [2, [0, 5, 9, 10, 17, 18]],
      [4, [3, 9, 10, 13]]
    ] as const) {
      await page.evaluate((groups) => {
        figure.value = {...figure.value, groups, step: 0};
      }, group);
      const tensor = await tensors(bytes);
      const perGroup = 4 / group;
      for (const step of at) {
        await page.evaluate((step) => (figure.value = {...figure.value, step}), step);
        const shown = await texts();
        const all = Object.values(shown).flat();
        if (step > 0) expect(await painted()).toEqual(all.filter((text) => text !== "").sort());
        const numbers = (values: number[]) => lanes(values).map(cellText);
        expect(shown["one input"]).toEqual(numbers(tensor.input));
        expect(shown["two input"]).toEqual(numbers(tensor.input));
        expect(shown["two kernel"]).toEqual(numbers(tensor.depthwise));
        // The filters at work: one of each group on the left, and of 1×1 on the right.
        const at = Math.max(0, Math.min(36 / group, step) - 1);
        const first = Math.floor(at / 9);
        const filterOf = (lane: number) => Math.floor(lane / perGroup) * perGroup + first;
        const left = [0, 1, 2, 3].flatMap((lane) =>
          Array.from({length: 9}, (_, tap) => {
            const own = tap * perGroup + (lane % perGroup);
            return cellText(tensor.kernels[own * 4 + filterOf(lane)]);
          })
        );
        expect(shown["one kernel"]).toEqual(left);
        const mix = Math.max(0, Math.min(13, step) - 10);
        expect(shown["two mix"]).toEqual(
          [0, 1, 2, 3].map((lane) => cellText(tensor.pointwise[lane * 4 + mix]))
        );
        // Maps are empty where nothing has been made yet.
        const made = (values: number[], when: (lane: number, place: number) => number) =>
          lanes(values).map((number, i) =>
            when(Math.floor(i / 9), i % 9) <= step ? cellText(number) : ""
          );
        expect(shown["one output"]).toEqual(
          made(tensor.one, (lane, place) => (lane % perGroup) * 9 + place + 1)
        );
        expect(shown["two between"]).toEqual(made(tensor.between, (_, place) => place + 1));
        expect(shown["two output"]).toEqual(made(tensor.two, (lane) => lane + 10));
      }
      if (group === 1)
        tensor.one.forEach((number, i) => expect(number).toBeCloseTo(tensor.two[i], 5));
    }
  });

  it("says what each side costs, and that both make the same", async () => {
    await open();
    expect(await value()).toEqual({groups: 1, step: 13, x: 56, y: 42, channels: 2});
    expect(await verdict()).toMatch(/^The same result: the 13 outputs that both have made agree/);
    expect(await caption()).toContain(
      "One step: 1,296 multiply-adds, 144 weights. Two steps: 324 + 144 = 468 multiply-adds, " +
        "36 + 16 = 52 weights. That is 36 %, 1/N + 1/Dk² = 1/4 + 1/9, of either."
    );
    await button("Last step").click();
    expect(await verdict()).toMatch(/^The same result: all 36 outputs/);
    const difference = Number(
      (await verdict())!
        .match(/difference (.+)\)/)![1]
        .replace(/\u00a0×\u00a010⁻(.)/, (_, n: string) => `e-${"⁰¹²³⁴⁵⁶⁷⁸⁹".indexOf(n)}`)
    );
    expect(difference).toBeLessThan(1e-5);
    expect(await page.locator("[data-side=one] .viz-ts-beside").textContent()).toBe(
      "1,296 of 1,296 multiply-adds: done"
    );
  });

  it("is solved by keyboard, and is not solved untouched", async () => {
    await open();
    expect(await solved()).toBe("false");
    await groups().press("ArrowRight");
    expect(await solved()).toBe("false");
    expect(await page.locator(".viz-task-note").textContent()).toContain("One step: 648");
    await groups().press("ArrowRight");
    expect(await solved()).toBe("true");
    expect(await value()).toMatchObject({groups: 4, step: 13});
    expect(await verdict()).toMatch(/^Not the same any more: of all 36 outputs .* 3\d differ/);
    expect(await page.locator(".viz-two-steps-groups .viz-says").textContent()).toBe(
      "4 is the most: each filter reads one channel."
    );
    expect(await page.evaluate(() => events)).toEqual(["twoSteps", "twoSteps"]);
    await button("Reset").click();
    expect(await value()).toMatchObject({groups: 1, step: 13});
    expect(await solved()).toBe("false");
  });

  it("shows the sum that made a number, by pointer and by keyboard", async () => {
    await open();
    const tensor = await tensors(weights.toString("base64"));
    const written = (number: number) => number.toFixed(4).replace("-", "−");
    await page.mouse.move(...(await cell("one", "output", 4)));
    expect((await readout())[0]).toBe(
      `Output map 1, row 2, column 2, in one step: 36 products add up to ${written(tensor.one[16])}.`
    );
    const lines = (await readout()).slice(1);
    expect(lines.map((line) => line.split(":")[0])).toEqual(
      [9, 10, 11, 12].map((channel) => `channel ${channel}`)
    );
    expect(lines.every((line) => line.match(/·/g)?.length === 9)).toBe(true);
    const sums = lines.map((line) => Number(line.split("≈ ")[1].replace("−", "-")));
    expect(sums.reduce((a, b) => a + b)).toBeCloseTo(tensor.one[16], 1);
    await page.mouse.move(...(await cell("two", "between", 9)));
    expect((await readout())[0]).toBe(
      `Map 2 between, row 1, column 1: 9 products of channel 10 alone add up to ` +
        `${written(tensor.between[1])}.`
    );
    await page.mouse.move(...(await cell("two", "output", 27)));
    expect((await readout())[0]).toContain(
      `4 products of the maps between add up to ${written(tensor.two[3])}.`
    );
    await page.mouse.move(...(await cell("one", "output", 35)));
    expect((await readout())[0]).toContain("not made yet. Step 36 makes it.");
    await page.mouse.click(...(await cell("one", "output", 35)));
    expect((await value()).step).toBe(36);
    await page.mouse.move(0, 0);
    expect((await readout())[0]).toContain("One step: 36 products make one number");
    const side = page.locator("[data-side=two]");
    await side.focus();
    await page.keyboard.press("ArrowRight"); // the last output
    expect(await said(() => side.getAttribute("aria-label"))).toContain(
      "Output map 4, row 3, column 3"
    );
    await page.keyboard.press("ArrowUp");
    await page.keyboard.press("ArrowLeft");
    expect((await readout())[0]).toContain("Output map 4, row 2, column 2");
    await page.keyboard.press("Enter");
    expect((await value()).step).toBe(13);
    for (let i = 0; i < 9; ++i) await page.keyboard.press("ArrowLeft");
    expect((await readout())[0]).toMatch(/^Channel 12, row \d, column \d: /);
    await page.keyboard.press("Escape");
    expect((await readout())[2]).toContain("Point at a number");
  });

  it("plays from the beginning, picks another place, other channels and another street", async () => {
    await open();
    await button("Play").click();
    expect((await value()).step).toBe(0);
    await page.waitForFunction(() => figure.value.step === 2);
    await button("Pause").click();
    const before = (await texts())["one input"];
    const stage = page.locator(".viz-place .viz-pointing");
    await stage.focus();
    for (const key of ["ArrowLeft", "Shift+ArrowDown"]) await page.keyboard.press(key);
    expect(await value()).toMatchObject({x: 55, y: 52});
    await stage.click({position: {x: 60, y: 2}});
    expect(await value()).toMatchObject({x: 63, y: 2});
    await page.getByRole("radio", {name: "Channels 1–4"}).check({force: true});
    expect(await page.locator("[data-side=one] .viz-ts-lane").allTextContents()).toEqual(
      [1, 2, 3, 4].map((channel) => `channel ${channel}`)
    );
    const here = (await texts())["one input"];
    expect(here).not.toEqual(before);
    await page.evaluate(() => figure.update(drawStreet(4)));
    expect((await texts())["one input"]).not.toEqual(here);
  });

  it("sweeps the filters of 1×1 over their places, unless motion is to be reduced", async () => {
    await open({reducedMotion: "no-preference"});
    await page.evaluate(() => (figure.value = {...figure.value, step: 9}));
    await button("Forward one step").click();
    const made = async () => (await texts())["two output"].filter((number) => number !== "").length;
    expect(await made()).toBeLessThan(9);
    await expect.poll(made).toBe(9);
  });

  it("lives on the picture's own channels where there are no weights, and says so", async () => {
    await open({}, {missing: true});
    expect(await page.locator(".viz-error").textContent()).toMatch(
      /404.*The picture’s own channels are shown instead\. Reload the page to try again\./
    );
    expect(await page.locator("[data-side=two] .viz-ts-lane").allTextContents()).toEqual([
      "red",
      "green",
      "blue",
      "luminance"
    ]);
    expect(await verdict()).toContain("The same result: the 13 outputs");
    expect(await caption()).toContain("red, green, blue and luminance at the mark");
    const shown = (await texts())["one input"];
    const red = await page.evaluate(() => {
      const {x, y} = figure.value;
      return street.pixels[4 * (2 * (y - 2) * street.width + 2 * (x - 2))] / 255;
    });
    expect(shown[0]).toBe(cellText(red));
  });

  it("is silent when assigned, and throws at what is not legal", async () => {
    await open();
    const shared = {groups: 2, step: 18, x: 30, y: 20, channels: 1};
    await page.evaluate((next) => (figure.value = next), shared);
    expect(await value()).toEqual(shared);
    expect(await page.evaluate(() => events)).toEqual([]);
    const refusals = await page.evaluate(() =>
      [{groups: 3}, {groups: NaN}, {step: 19}, {step: -1}, {x: 1}, {y: 95}, {channels: 4}].map(
        (wrong) => {
          try {
            figure.value = {...figure.value, ...wrong};
          } catch (error) {
            return String(error);
          }
          return "taken";
        }
      )
    );
    expect(refusals).toEqual([
      "RangeError: invalid groups: 3 (1, 2, 4)",
      "RangeError: invalid groups: NaN (1, 2, 4)",
      "RangeError: invalid step: 19 (0 to 18)",
      "RangeError: invalid step: -1 (0 to 18)",
      "RangeError: invalid x: 1 (2 to 126)",
      "RangeError: invalid y: 95 (2 to 94)",
      "RangeError: invalid channels: 4 (0 to 3)"
    ]);
    expect(await value()).toEqual(shared);
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
    await page.touchscreen.tap(...(await cell("one", "output", 2)));
    expect((await value()).step).toBe(3);
    expect((await readout())[0]).toContain("Output map 1, row 1, column 3, in one step");
    await page.emulateMedia({colorScheme: "light"});
    await frames(page);
    expect(await axeViolations(page)).toEqual([]);
    const shown = await texts();
    expect(shown["two again"]).toEqual(shown["two between"]);
    await button("Save SVG").tap();
    expect(await page.evaluate(() => files[0].name)).toBe("one-step-and-two-step-3.svg");
  });
});

describe("separableThumbnail", () => {
  it("counts the weights of both forms, as squares and in words", async () => {
    failures = [];
    page = await figures.open("?figure=separableThumbnail");
    const squares = () =>
      page.evaluate(
        () => document.querySelector(".tap")?.getAttribute("d")?.match(/M/g)?.length ?? 0
      );
    expect(await caption()).toBe(
      "In one step, 6 filters of 3×3×4 have 216 weights. In two steps: 36 + 24 = 60."
    );
    expect(await squares()).toBe(216 + 60);
    await page.getByRole("slider").press("Home");
    expect(await caption()).toBe(
      "In one step, 1 filter of 3×3×4 has 36 weights. In two steps: 36 + 4 = 40."
    );
    expect(await squares()).toBe(36 + 40);
    expect(await page.evaluate(() => events)).toEqual(["separableThumbnail"]);
    expect(await axeViolations(page)).toEqual([]);
    const refused = await page.evaluate(() => {
      try {
        figure.value = 9;
      } catch (error) {
        return String(error);
      }
      return "taken";
    });
    expect(refused).toBe("RangeError: invalid filters: 9 (a whole number from 1 to 8)");
  });
});
