import type {Page} from "playwright-core";
import {describe, expect, it} from "vitest";
import {axeViolations, figurePage, frames, smallTargets} from "./figureHost.ts";

/** What test/viz/rateDepthsPage.ts leaves on the window. */
declare const figure: any, files: any[], events: string[], fault: any, drawStreet: any;

let page: Page;
const figures = figurePage(new URL("../viz/rateDepthsPage.ts", import.meta.url));

async function open(options = {}): Promise<void> {
  page = await figures.open("", options);
  await computed();
}
/** Until bars and words tell of the value as it is. */
async function computed(): Promise<void> {
  await page.waitForFunction(() => figure.ariaBusy === "false");
  const depth = await page.evaluate(() => figure.value.depth);
  await page.locator("figcaption", {hasText: `At ${depth} m `}).waitFor();
}
const caption = () => page.locator("figcaption").innerText();
const solved = () => page.locator(".viz-task").getAttribute("data-solved");
const button = (name: string) => page.getByRole("button", {name});
const stage = () => page.getByRole("application");

describe("the figure of rates, near and far", () => {
  it("tells which branch matters, follows keys and drags, and is solved by another thing", async () => {
    await open();
    expect(await caption()).toMatch(
      /^At 4 m the pedestrian covers [\d,]+ pixels; .* rate 3 matters/
    );
    expect(await solved()).toBe("false");
    await stage().press("ArrowUp");
    await stage().press("ArrowRight");
    expect(await page.evaluate(() => figure.value)).toMatchObject({x: -1.8, depth: 5});
    await computed();
    const box = (await stage().locator(".viz-depths-box").boundingBox())!;
    const [x, y] = [box.x + box.width / 2, box.y + box.height / 2];
    await page.mouse.move(x, y);
    await page.mouse.down();
    await page.mouse.move(x + 5, y - 60, {steps: 3});
    await page.mouse.up();
    expect(await page.evaluate(() => figure.value.depth)).toBeGreaterThan(6);
    await page.getByRole("combobox").selectOption("bicyclist");
    await page.getByRole("textbox", {name: "Distance, meters"}).fill("6");
    await computed();
    await page.locator(".viz-task[data-solved=true]").waitFor();
    await expect.poll(caption).toContain("1×1 matters most");
    expect(await page.evaluate(() => events.every((from) => from === "figure"))).toBe(true);
    await button("Reset").click();
    await computed();
    expect(await solved()).toBe("false");
  });

  it("walks through all distances, can be stopped, and saves what it counted", async () => {
    await open();
    await button("Walk it").click();
    await button("Stop").click();
    await button("Walk it").click();
    await button("Walk it").waitFor();
    const told = page.locator(".viz-depths-plot[aria-label*='At 24 m']");
    await told.waitFor();
    expect(await told.getAttribute("aria-label")).toContain("At 4 m the pedestrian covers");
    await button("Save CSV").click();
    await button("Save PNG").click();
    await page.waitForFunction(() => files.length === 2);
    const rows = (await page.evaluate(() => files[0].file.text())).trim().split("\n");
    expect(rows[0]).toMatch(/^meters,pixels,right with all,right without image pooling/);
    expect(rows.length).toBeGreaterThan(10);
  });

  it("refuses what is not legal, goes on to another street, and says what went wrong", async () => {
    await open();
    const first = await caption();
    const refused = await page.evaluate(() =>
      [{r1: 0}, {r2: 25}, {r3: NaN}, {kind: "sky"}, {depth: 3}, {x: Infinity}].map((wrong) => {
        try {
          figure.value = {...figure.value, ...wrong};
        } catch (error) {
          return String(error);
        }
        return "taken";
      })
    );
    for (const words of refused)
      expect(words).toMatch(/^RangeError: invalid (rate|kind|depth|x): /);
    await page.evaluate(() => figure.update(drawStreet(12)));
    await computed();
    await expect.poll(caption).not.toBe(first);
    await page.evaluate(() => {
      fault.network = "no weights";
      figure.value = {...figure.value, r1: 9};
    });
    await page.getByText("No weights. Reload the page to try again.").waitFor();
  });

  it("fits 360 px, and breaks none of axe's rules in either scheme", async () => {
    await open({
      viewport: {width: 360, height: 740},
      hasTouch: true,
      isMobile: true,
      colorScheme: "dark",
      reducedMotion: "reduce"
    });
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(360);
    expect(await smallTargets(page)).toEqual([]);
    expect(await axeViolations(page)).toEqual([]);
    await page.emulateMedia({colorScheme: "light"});
    await frames(page);
    expect(await axeViolations(page)).toEqual([]);
  });
});
