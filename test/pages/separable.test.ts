import {afterAll, beforeAll, describe, expect, it} from "vitest";
import {forEverybody} from "./everybody.ts";
import {figureValues, newStreet, poll, site, sound, type Opened} from "./sitePage.ts";

const [STEPS, COST, BARS, TIMES, TERMS] = [
  ".viz-two-steps",
  ".viz-cost",
  ".viz-bars",
  ".viz-timings",
  ".viz-separable-terms"
];

const lesson = site("separable.html", async (page) => {
  await page.locator(TERMS).waitFor(); // the last figure
  await page.waitForLoadState("networkidle"); // by then the address is kept, too
});
const {open} = lesson;

describe("lesson 2 as it opens", () => {
  const opened = {} as Opened;
  const requests: string[] = [];
  beforeAll(async () => {
    Object.assign(opened, await open("", {watchRequests: (url) => requests.push(url)}));
  });
  afterAll(async () => {
    await opened.page?.context().close();
  });

  it("shows its first figure in view, on the network's own numbers", async () => {
    const {page, watch} = opened;
    const box = await page.locator(`${STEPS} .viz-transport`).boundingBox();
    expect(box!.y + box!.height).toBeLessThan(900);
    await poll(() => page.locator(`${STEPS} figcaption`).innerText()).toMatch(
      /network’s first layer/
    );
    expect(await page.locator("main figure.viz").count()).toBe(5);
    expect(await page.locator(".observablehq--error").count()).toBe(0);
    expect(watch).toEqual(sound);
  });

  it("loads no TensorFlow.js before it is asked to measure, and then measures", async () => {
    const {page, watch} = opened;
    await page.locator(TERMS).scrollIntoViewIfNeeded();
    await page.locator(TIMES).scrollIntoViewIfNeeded();
    const scripts = () => requests.filter((url) => url.endsWith(".js"));
    expect(scripts().length).toBeGreaterThan(5);
    for (const url of scripts())
      expect(await (await page.request.get(url)).text(), url).not.toMatch(/registerBackend/);
    expect(requests.filter((url) => /\.wasm|worker/.test(url))).toEqual([]);
    await page.getByRole("button", {name: "Measure here"}).click();
    await poll(() => page.locator(`${TIMES} figcaption`).innerText()).toMatch(
      /Measured on your device: Web\w+/
    );
    expect(requests.some((url) => /worker/.test(url))).toBe(true);
    expect(watch).toEqual(sound);
  });

  it("counts the same for a layer in the calculator as in the network", async () => {
    const {page} = opened;
    await page.locator(BARS).getByRole("radio", {name: "MobileNetV2"}).check({force: true});
    for (const group of ["ASPP’s atrous branches", "Decoder"])
      await page
        .locator(BARS)
        .getByRole("group", {name: group})
        .getByRole("radio", {name: "separable"})
        .check({force: true});
    const layers: {name: string; multiplyAdds: number}[] = await page
      .locator(BARS)
      .evaluate(async (figure: any) => {
        const blob: Blob = await new Promise((done) => {
          const create = URL.createObjectURL.bind(URL);
          URL.createObjectURL = (blob: Blob) => {
            URL.createObjectURL = create;
            done(blob);
            return create(blob);
          };
          figure.querySelector("[data-do=csv]").click();
        });
        const [head, ...rows] = (await blob.text())
          .trim()
          .split("\n")
          .map((row) => row.split(","));
        const at = (name: RegExp) => head.findIndex((title) => name.test(title));
        return rows.map((row) => ({
          name: row[at(/layer|name/i)].replaceAll('"', ""),
          multiplyAdds: Number(row[at(/multiply/i)])
        }));
      });
    const of = (name: string) => layers.find((layer) => layer.name === name)!.multiplyAdds;
    const shown = await page.locator(`${COST} [data-formula=separable] strong`).innerText();
    expect(Number(shown.replaceAll(",", ""))).toBe(of("aspp1_depthwise") + of("aspp1_pointwise"));
  });

  it("has no wider content than a window of 360 pixels", async () => {
    const {page} = opened;
    await page.setViewportSize({width: 360, height: 740});
    await poll(() => page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(
      360
    );
  });
});

describe("the address of lesson 2", () => {
  it("brings back every figure's state, and Reset takes it away", async () => {
    const {page, watch} = await open();
    const initial = await figureValues(page);
    await newStreet(page);
    for (const figure of [STEPS, COST, BARS, TERMS]) {
      await page.locator(figure).locator("input[type=range]").first().focus();
      await page.keyboard.press("ArrowRight");
    }
    await page.locator(TIMES).getByRole("button", {name: "Add this size"}).click();
    const chosen = await figureValues(page);
    expect(
      chosen.filter((value, i) => JSON.stringify(value) === JSON.stringify(initial[i]))
    ).toEqual([]);
    await poll(() => page.url()).toMatch(/#v=1&street\.seed=\d+&steps\..*cost\..*times\..*terms\./);

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
      "steps.groups=3",
      "steps.step=1e400",
      "cost.kernelSize=0",
      "cost.filters=2.5",
      "cost.size=NaN",
      "bars.backbone=vgg",
      "bars.outputStride=12",
      "bars.size=512",
      "bars.spaceToBatch=perhaps",
      "bars.layer=none",
      "times.sizes=3.33.33",
      "times.sizes=3.33.33.0.8",
      "terms.kernel=soft",
      "terms.terms=-1",
      "street.seed=-1"
    ];
    const {page, watch} = await open();
    const initial = await figureValues(page);
    for (const text of wrong) {
      await page.evaluate((text) => (location.hash = `#v=1&${text}`), text);
      await poll(() => page.locator(".notices").innerText()).toContain(text.split("=")[0]);
      expect(await figureValues(page), text).toEqual(initial);
    }
    expect(watch).toEqual(sound);
    await page.context().close();
  });
});

forEverybody(lesson, {
  live: (page) => page.locator(TERMS).scrollIntoViewIfNeeded(),
  sections: 5,
  formulas: 4,
  title: "Two cheap steps",
  before: "Convolution with holes"
});
