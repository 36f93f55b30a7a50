import type {Page} from "playwright-core";
import {afterAll, beforeAll, describe, expect, it} from "vitest";
import {forEverybody} from "./everybody.ts";
import {figureValues, newStreet, poll, site, sound, type Opened} from "./sitePage.ts";

const [STRIP, GRADIENT] = [".viz-strip", ".viz-gradient"];

const lesson = site("atrous.html", async (page) => {
  await page.locator(GRADIENT).waitFor(); // the last figure
  await page.waitForLoadState("networkidle"); // by then the address is kept, too
});
const {open} = lesson;

/** What the network says of the street, where the page shows it. */
const gradientWords = (page: Page) => page.locator(`${GRADIENT} figcaption`).innerText();
const stripWords = (page: Page) => page.locator(STRIP).innerText();

/** Scrolls to the two figures that ask the network, and waits until both have their answer. */
async function live(page: Page): Promise<void> {
  await page.locator(STRIP).scrollIntoViewIfNeeded();
  await poll(() => stripWords(page)).toMatch(/Computed just now/);
  await page.locator(GRADIENT).scrollIntoViewIfNeeded();
  await poll(() => gradientWords(page)).toMatch(/untrained ones, \d/);
}

describe("lesson 1 as it opens", () => {
  const opened = {} as Opened;
  const requests: string[] = [];
  beforeAll(async () => {
    Object.assign(opened, await open("", {watchRequests: (url) => requests.push(url)}));
  });
  afterAll(async () => {
    await opened.page?.context().close();
  });

  it("shows its first figure whole, and loads no TensorFlow.js and no weights for it", async () => {
    const {page} = opened;
    const box = await page.locator(".viz-tap-grid, .viz-tap-row-grid").first().boundingBox();
    expect(box!.y + box!.height).toBeLessThan(900);
    expect(requests.filter((url) => /\.wasm|safetensors|network\.worker/.test(url))).toEqual([]);
    expect(await page.locator("#network-status").innerText()).toBe("Network not loaded");
    // Nor is it in a module that was loaded for something else.
    const scripts = requests.filter((url) => url.endsWith(".js"));
    expect(scripts.length).toBeGreaterThan(5);
    for (const url of scripts)
      expect(await (await page.request.get(url)).text(), url).not.toMatch(/registerBackend/);
  });

  it("asks the network once its figures come near, and no other origin ever", async () => {
    const {page, watch} = opened;
    await live(page);
    expect(requests.some((url) => /safetensors/.test(url))).toBe(true);
    expect(await page.locator("#network-status").innerText()).toMatch(/^Web/);
    expect(await stripWords(page)).toMatch(
      /every one is exactly the same|none differs by more than/
    );
    const colors = await page
      .locator(`${STRIP} canvas`)
      .first()
      .evaluate((canvas) => {
        const {width, height} = canvas as HTMLCanvasElement;
        const context = (canvas as HTMLCanvasElement).getContext("2d");
        return new Set(new Uint32Array(context!.getImageData(0, 0, width, height).data.buffer))
          .size;
      });
    expect(colors, "colors of a channel's map, painted out of sight").toBeGreaterThan(5);
    expect(watch).toEqual(sound);
    expect(await page.locator(".observablehq--error").count()).toBe(0);
  });

  it("leaks no tensor when units, layers and streets are changed", async () => {
    const {page, watch} = opened;
    const memory = () => page.evaluate(() => (globalThis as any).network.memory());
    const round = async () => {
      const select = page.locator(`${GRADIENT} select`).first();
      const options = await select
        .locator("option")
        .evaluateAll((all) => all.map((option) => (option as HTMLOptionElement).value));
      let words = "";
      for (const option of options.slice(1)) {
        await select.selectOption(option);
        await poll(() => gradientWords(page)).not.toBe(words);
        await poll(() => gradientWords(page)).toMatch(/untrained ones, \d/);
        words = await gradientWords(page);
      }
      const before = await gradientWords(page);
      // By script: a click would scroll there, and out of sight the gradient is not computed.
      await newStreet(page);
      await poll(() => gradientWords(page)).not.toBe(before);
      await poll(() => gradientWords(page)).toMatch(/untrained ones, \d/);
      await select.selectOption(options[3]);
      await poll(() => gradientWords(page)).toMatch(/untrained ones, \d/);
    };
    await round();
    const before = await memory();
    await round();
    expect(await memory()).toEqual(before);
    expect(watch).toEqual(sound);
  }, 300_000);

  it("has no wider content than a window of 360 pixels", async () => {
    const {page} = opened;
    await page.setViewportSize({width: 360, height: 740});
    await poll(() => page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(
      360
    );
    await page.setViewportSize({width: 1280, height: 900});
  });
});

describe("the address of lesson 1", () => {
  it("brings back every figure's state, and Reset takes it away", async () => {
    const {page, watch} = await open();
    const initial = await figureValues(page);
    await newStreet(page);
    for (const [figure, slider] of [
      [".viz-tap-row", "ArrowRight"],
      [".viz-forms >> nth=0", "ArrowRight"],
      [".viz-path-map", "ArrowRight"]
    ]) {
      await page.locator(figure).locator("input[type=range]").first().focus();
      await page.keyboard.press(slider);
    }
    await page.locator(".viz-field-stack").getByRole("button", {name: "Add a layer"}).click();
    for (const radio of [
      page.locator(".viz-forms >> nth=1").getByRole("radio", {name: "8"}),
      page.locator(`${STRIP} input[type=radio]`).first()
    ])
      await radio.evaluate((input: HTMLInputElement) => input.click());
    await page.locator(`${GRADIENT} select`).first().selectOption({index: 7});
    const chosen = await figureValues(page);
    expect(
      chosen.filter((value, i) => JSON.stringify(value) === JSON.stringify(initial[i]))
    ).toEqual([]);
    await poll(() => page.url()).toMatch(/#v=1&street\.seed=\d+&row\..*gradient\./);

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
    const wrong = [
      "row.rate=99",
      "row.kernelSize=4",
      "row.row=NaN",
      "row.filter=soft",
      "forms.rate=1e400",
      "forms.kernel=1,2,x",
      "stack.layers=3.1.0",
      "stack.layers=",
      "paths.rates=2,2.5,2",
      "paths.rates=1",
      "lost.stride=3",
      "strides.outputStride=12",
      "strides.layer=none",
      "gradient.layer=nothing",
      "gradient.x=-1",
      "street.seed=-1"
    ];
    const {page, watch} = await open();
    const initial = await figureValues(page);
    for (const text of wrong) {
      await page.evaluate((text) => (location.hash = `#v=1&${text}`), text);
      await poll(() => page.locator(".notices").innerText()).toContain(text.split("=")[0]);
      expect(await figureValues(page), text).toEqual(initial);
    }
    await page.evaluate(() => (location.hash = "#v=1&row.rate=99&row.kernelSize=5"));
    await poll(() => page.locator(".viz-tap-row").evaluate((f: any) => f.value.kernelSize)).toBe(5);
    expect(watch).toEqual(sound);
    await page.context().close();
  });
});

it("opens at the section that a link names, whatever is drawn above it", async () => {
  const section = "what-the-network-really-looks-at";
  const {page} = await open(`#${section}`);
  const top = () => page.locator(`#${section}`).evaluate((h) => h.getBoundingClientRect().top);
  await poll(() => gradientWords(page)).toMatch(/untrained ones, \d/);
  await poll(top).toBeLessThan(100);
  expect(await top()).toBeGreaterThanOrEqual(0);
  await page.context().close();
});

forEverybody(lesson, {
  live,
  sections: 7,
  formulas: 3,
  title: "Convolution with holes",
  before: "Seeing with holes"
});
