import type {Page} from "playwright-core";
import {describe, expect, it} from "vitest";
import {axeViolations, figurePage, frames, smallTargets} from "./figureHost.ts";

/** What test/viz/convergencePage.ts leaves on the window. */
declare const figure: any, files: any[], events: string[], fault: any, runs: () => number;
declare const drawStreet: any;

let page: Page;

const figures = figurePage(new URL("../viz/convergencePage.ts", import.meta.url));

async function open(options = {}): Promise<void> {
  page = await figures.open("", options);
  await computed();
}

/** Waits until all of the street's iterations are there, and said of. */
async function computed(): Promise<void> {
  await page.locator("[data-part=street][aria-busy=false]").waitFor();
  await page.waitForFunction(() =>
    /this street’s free energy/.test(
      document.querySelector("figcaption [data-of=street]")?.textContent ?? ""
    )
  );
  await frames(page);
}
const value = () => page.evaluate(() => figure.value);
const solved = () => page.locator(".viz-task").getAttribute("data-solved");
const standings = () => page.locator(".viz-conv-standing").allTextContents();
const said = () => page.locator(".viz-conv-said").allTextContents();
const now = () =>
  page.evaluate(() =>
    [...figure.querySelectorAll("g[data-ago='0']")].map((board: Element) =>
      [...board.children].map((shade) => shade.getAttribute("d")).join()
    )
  );

describe("the figure of convergence", () => {
  it("computes a street's iterations, steps through both parts, and saves them", async () => {
    await open();
    const caption = await page.locator("figcaption").textContent();
    expect(caption).toMatch(/free energy falls by [\d,]+ nats, \d+\u00a0% of it in the first/);
    expect(caption).toContain("it swaps for ever, in a cycle of two: in iteration 20, 121 of 121");
    expect(await standings()).toEqual([
      "A cycle of two: as at iteration 18",
      "It has settled: nothing moves"
    ]);
    const [[swapped, still], last] = [await now(), await said()];
    expect(last[0]).toMatch(/^−[\d,]+ nats$/);
    await page.getByRole("button", {name: "Back one step"}).focus();
    await page.keyboard.press("Enter");
    expect((await value()).iteration).toBe(19);
    expect((await now())[0]).not.toBe(swapped);
    expect((await now())[1]).toBe(still);
    await page.keyboard.press("Enter");
    expect((await now())[0]).toBe(swapped);
    await page.getByRole("button", {name: "First step"}).click();
    expect(await said()).toEqual(["0 nats", "–", "–", expect.stringMatching(/^\d\d\.\d\u00a0%$/)]);
    expect(new Set(await standings())).toEqual(new Set(["Each pixel’s own preference"]));
    const box = (await page.locator(".viz-conv-street").boundingBox())!;
    await page.mouse.move(box.x + 150, box.y + 90);
    await page.mouse.down();
    expect((await value()).iteration).toBeGreaterThan(5);
    await page.mouse.move(box.x + 900, box.y + 300); // held where it began, to its end
    expect((await value()).iteration).toBe(20);
    await page.mouse.up();
    await page.mouse.move(box.x + 60, box.y + 90);
    expect((await value()).iteration).toBe(20);
    expect(await page.evaluate(() => new Set(events).size)).toBe(1);

    for (const name of ["Street, SVG", "Checkerboard, SVG", "Numbers, CSV"]) {
      await page.getByRole("button", {name: "Save"}).click();
      await page.getByRole("menuitem", {name}).click();
    }
    const saved = await page.evaluate(() =>
      Promise.all(files.map(async ({name, file}) => [name, await file.text()]))
    );
    expect(saved.map(([name]) => name)).toEqual([
      "convergence.svg",
      "checkerboard.svg",
      "convergence.csv"
    ]);
    expect(saved[0][1]).toContain("mIoU against the truth");
    expect(saved[1][1]).toContain("Self term subtracted");
    expect(saved[2][1].trim().split("\n")).toHaveLength(22);
    await page.getByRole("button", {name: "First step"}).click();
    await page.getByRole("button", {name: "Reset"}).click();
    expect((await value()).iteration).toBe(20);
    expect(await said()).toEqual(last);
  });

  it("is solved by keyboard, and not untouched", async () => {
    await open();
    await page.waitForFunction(() =>
      /At weight 20 it swaps for ever; at weight 19 it/.test(
        document.querySelector(".viz-task-note")?.textContent ?? ""
      )
    );
    expect(await solved()).toBe("false");
    await page.getByRole("slider", {name: "Smoothness weight"}).focus();
    for (let weight = 19; weight >= 11; weight--) {
      expect(await solved()).toBe("false");
      await page.keyboard.press("ArrowLeft");
      await page.waitForFunction(
        (of) => document.querySelector(".viz-task-note")?.textContent?.includes(`weight ${of} it`),
        weight
      );
    }
    expect(await value()).toMatchObject({weight: 11, tenths: 7});
    expect(await solved()).toBe("true");
    expect(await page.locator(".viz-task-note").textContent()).toBe(
      "At weight 11 it swaps for ever; at weight 10 it settles."
    );
    await page.keyboard.press("ArrowLeft");
    await page.waitForFunction(() =>
      /Without the self term, it settles/.test(
        document.querySelector("[data-of=board]")?.textContent ?? ""
      )
    );
  });

  it("runs anew for other kernels and streets, and says in place what went wrong", async () => {
    await open();
    const first = await said();
    await page.locator("summary").click();
    await page.getByRole("combobox", {name: "Settings"}).selectOption({index: 3});
    expect(await said()).toEqual(["…", "…", "…", "…"]);
    expect((await value()).settings.appearance.weight).toBe(0);
    await computed();
    expect(await said()).not.toEqual(first);
    const silent = await page.evaluate(() => events.length);
    const good = await value();
    await page.evaluate((next) => (figure.value = next), {
      ...good,
      iteration: 4,
      weight: 30,
      settings: {...good.settings, smoothness: {sxy: 2, weight: 9}}
    });
    await computed();
    expect(await value()).toMatchObject({iteration: 4, weight: 30});
    expect(await page.evaluate(() => events.length)).toBe(silent);
    expect(await page.evaluate(() => runs())).toBe(3);
    await page.evaluate(() => figure.update(drawStreet(5)));
    await computed();

    const refusals = await page.evaluate(
      (given) =>
        [{iteration: 21}, {weight: 0}, {weight: NaN}, {tenths: 13}].map((bad) => {
          try {
            figure.value = {...given, ...bad};
            return "taken";
          } catch (error) {
            return `${(error as Error).name}: ${(error as Error).message}`;
          }
        }),
      good
    );
    expect(refusals).toEqual([
      "RangeError: invalid iteration: 21 (a whole number, 0 to 20)",
      "RangeError: invalid weight: 0 (a whole number, 1 to 60)",
      "RangeError: invalid weight: NaN (a whole number, 1 to 60)",
      "RangeError: invalid tenths: 13 (a whole number, 5 to 12)"
    ]);
    expect(await value()).toMatchObject({iteration: 4, weight: 30});

    await page.evaluate(() => (fault.crf = "out of memory"));
    await page.getByRole("combobox", {name: "Settings"}).selectOption({index: 1});
    const alert = page.getByRole("alert");
    await alert.waitFor();
    expect(await alert.textContent()).toBe(
      "The CRF stopped: out of memory. Choose other kernels, or reload the page."
    );
    await page.evaluate(() => (fault.crf = null));
    await page.getByRole("combobox", {name: "Settings"}).selectOption({index: 2});
    await computed();
    expect(await alert.isVisible()).toBe(false);
    await page.evaluate(() => {
      fault.network = "the weights did not arrive";
      figure.update(drawStreet(6));
    });
    await alert.waitFor();
    expect(await alert.textContent()).toContain("The weights did not arrive. Reload the page");
  });

  it("plays by a finger at 360 px in the dark, still under reduced motion, and axe finds nothing", async () => {
    await open({
      viewport: {width: 360, height: 800},
      hasTouch: true,
      isMobile: true,
      colorScheme: "dark",
      reducedMotion: "reduce"
    });
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(360);
    expect(await smallTargets(page)).toEqual([]);
    await page.getByRole("button", {name: "Play"}).tap();
    await page.waitForFunction(() => figure.value.iteration > 0 && figure.value.iteration < 20);
    await page.getByRole("button", {name: "Pause"}).tap();
    await page.locator("summary").tap();
    await frames(page);
    expect(await axeViolations(page)).toEqual([]);
    await page.emulateMedia({colorScheme: "light"});
    expect(await axeViolations(page)).toEqual([]);
  });
});
