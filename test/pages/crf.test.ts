import type {Page} from "playwright-core";
import {afterAll, beforeAll, describe, expect, it} from "vitest";
import {forEverybody} from "./everybody.ts";
import {figureValues, newStreet, poll, site, sound, type Opened} from "./sitePage.ts";

const [BLUR, PAIRS, ITERATE, CONVERGE, LATTICE, HARM] = [
  ".viz-blur",
  ".viz-pairs",
  ".viz-iter",
  ".viz-convergence",
  ".viz-lattice",
  ".viz-harm"
];

const lesson = site("crf.html", async (page) => {
  await page.locator(HARM).waitFor(); // the last figure
  await page.waitForLoadState("networkidle"); // by then the address is kept, too
});
const {open} = lesson;

/** Also of a figure that is out of sight, and not laid out. */
const words = async (page: Page, figure: string) =>
  (await page.locator(`${figure} figcaption`).textContent()) ?? "";

/** Scrolls to what asks the network and the CRF, and waits until all have their answers. */
async function live(page: Page): Promise<void> {
  for (const [figure, says] of [
    [BLUR, /from 10 to 90/],
    [ITERATE, /After 10 iterations/],
    [CONVERGE, /free energy falls by/],
    [LATTICE, /differs from the exact sum/],
    [HARM, /The CRF (raises|lowers|leaves)/]
  ] as const) {
    await page.locator(figure).scrollIntoViewIfNeeded();
    await poll(() => words(page, figure)).toMatch(says);
  }
}

describe("lesson 5 as it opens", () => {
  const opened = {} as Opened;
  const requests: string[] = [];
  beforeAll(async () => {
    Object.assign(opened, await open("", {watchRequests: (url) => requests.push(url)}));
  });
  afterAll(async () => {
    await opened.page?.context().close();
  });

  it("is live from the network to the last CRF, and asks no other origin", async () => {
    const {page, watch} = opened;
    await poll(() => page.locator("main figure.viz").count()).toBe(6);
    await live(page);
    await poll(() => words(page, PAIRS)).toMatch(/hold half of its appearance weight/);
    expect(await page.locator(".observablehq--error").count()).toBe(0);
    // The page's own script never loads TensorFlow.js: the network's worker does.
    const scripts = requests.filter((url) => url.endsWith(".js") && !/worker/.test(url));
    expect(scripts.length).toBeGreaterThan(5);
    expect(watch).toEqual(sound);
  });

  it("tells of the same scores in all its figures", async () => {
    const {page} = opened;
    const percents = async (figure: string) =>
      (await words(page, figure)).match(/\d+\.\d\s%/g)!.map((text) => parseFloat(text));
    const [first, tenth] = await percents(ITERATE);
    expect((await percents(CONVERGE))[0]).not.toBeNaN();
    const [encoder] = await percents(HARM);
    expect(encoder).toBe(first);
    // With the same settings, the last figure's CRF is that of the iterations.
    await page.locator(HARM).getByRole("combobox").selectOption({label: "DeepLab v2’s"});
    await poll(async () => (await percents(HARM))[1]).toBe(tenth);
  });

  it("solves both last tasks by its controls, neither being solved before", async () => {
    const {page} = await open();
    await live(page);
    const solved = () =>
      page
        .locator(`${HARM} .viz-task`)
        .evaluateAll((all) => all.map((task) => (task as HTMLElement).dataset.solved));
    expect(await solved()).toEqual(["false", "false"]);
    for (const [name, value] of [
      ["w₁, its weight", "50"],
      ["θα, pixels", "128"],
      ["θβ, levels of 255", "32"]
    ])
      await page
        .locator(HARM)
        .getByRole("textbox", {name: `${name}, as a number`})
        .fill(value);
    await poll(solved).toEqual(["false", "true"]);
    await page.locator(HARM).getByRole("combobox").selectOption({label: "DeepLab v2’s"});
    await poll(solved).toEqual(["true", "true"]);
    await page.context().close();
  });

  it("leaks no tensor when streets are changed", async () => {
    const {page, watch} = opened;
    const tensors = () =>
      page.evaluate(async () => (await (globalThis as any).network.memory()).numTensors);
    const before = await tensors();
    const caption = await words(page, HARM);
    for (let i = 0; i < 3; i++) {
      await newStreet(page);
      await page.waitForTimeout(300);
    }
    await poll(() => words(page, HARM)).not.toBe(caption);
    await poll(tensors).toBe(before);
    expect(watch).toEqual(sound);
  });

  it("has no wider content than a window of 360 pixels", async () => {
    const {page} = opened;
    await page.setViewportSize({width: 360, height: 740});
    await poll(() => page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(
      360
    );
  });
});

describe("the address of lesson 5", () => {
  it("brings back every figure's state, and Reset takes it away", async () => {
    const {page, watch} = await open();
    const initial = await figureValues(page);
    await newStreet(page);
    await page.locator(BLUR).getByRole("radio", {name: "Row"}).check({force: true});
    await page.locator(HARM).getByRole("button", {name: "Mark wrong pixels"}).press("Enter");
    for (const figure of [PAIRS, CONVERGE, LATTICE]) {
      await page.locator(figure).locator("input[type=range]:visible").first().focus();
      await page.keyboard.press("ArrowLeft");
    }
    await page.locator(ITERATE).getByRole("button", {name: "First step"}).click();
    const chosen = await figureValues(page);
    expect(
      chosen.filter((value, i) => JSON.stringify(value) === JSON.stringify(initial[i]))
    ).toEqual([]);
    await poll(() => page.url()).toMatch(
      /#v=1&street\.seed=\d+&blur\..*pairs\..*iterate\..*converge\..*lattice\..*harm\.marks=no/
    );
    const again = await open(new URL(page.url()).hash);
    await poll(() => figureValues(again.page)).toEqual(chosen);
    expect(await again.page.locator(".notices p").count()).toBe(0);
    await again.page.locator("#reset-page").click();
    await poll(() => new URL(again.page.url()).hash).toBe("");
    expect(await figureValues(again.page)).toEqual(initial);
    for (const {watch: one} of [{watch}, again]) expect(one).toEqual(sound);
    await page.context().close();
    await again.page.context().close();
  });

  it("says what is wrong, and shows the default of that alone", async () => {
    const {page, watch} = await open();
    const initial = await figureValues(page);
    for (const text of [
      "street.seed=-1",
      "blur.label=11",
      "blur.direction=up",
      "pairs.x=3",
      "pairs.map=all",
      "pairs.settings=1.3.67.3",
      "iterate.iteration=11",
      "iterate.settings=0.3.67.3.4",
      "converge.weight=1e400",
      "lattice.points=1.1.1,500.1.1",
      "lattice.step=2.5",
      "harm.thing=NaN",
      "harm.settings=3.3.60.10.51"
    ]) {
      await page.evaluate((text) => (location.hash = `#v=1&${text}`), text);
      await poll(() => page.locator(".notices").innerText()).toContain(text.split("=")[0]);
      expect(await figureValues(page), text).toEqual(initial);
    }
    expect(watch).toEqual(sound);
    await page.context().close();
  });
});

forEverybody(lesson, {
  live,
  sections: 6,
  formulas: 5,
  title: "A graph of every pixel",
  before: "Two cheap steps"
});
