import type {Page} from "playwright-core";
import {describe, expect, it} from "vitest";
import {axeViolations, figurePage, frames, smallTargets} from "./figureHost.ts";

/** What test/viz/mixingDeskPage.ts leaves on the window. */
declare const figure: any,
  files: any[],
  events: string[],
  asked: any[],
  fault: any,
  drawStreet: any;

let page: Page;
const figures = figurePage(new URL("../viz/mixingDeskPage.ts", import.meta.url));

async function open(options = {}): Promise<void> {
  page = await figures.open("", options);
  await told("The network as it was trained");
  await explained();
}

const caption = () => page.locator("figcaption").innerText();
const told = (words: string) =>
  page.waitForFunction(
    (words) => document.querySelector("figcaption")?.textContent.startsWith(words),
    words
  );
/** Waits until the tables are of the desk as it stands. */
const explained = () =>
  page.waitForFunction(() => {
    const {ariaBusy} = document.querySelector(".viz-desk section")!;
    return ariaBusy === "false" && document.querySelector(".viz-desk")!.ariaBusy === "false";
  });
const value = () => page.evaluate(() => figure.value);
const solved = () => page.locator(".viz-task").getAttribute("data-solved");
const note = () => page.locator(".viz-task-note").innerText();
const button = (name: string) => page.getByRole("button", {name, exact: true});
const fader = (name: string) => page.getByRole("slider", {name: `Fader of ${name}`});
const numbers = (text: string) => text.replaceAll("−", "-").split(/\s+/).map(Number);

describe("the mixing desk", () => {
  it("is worked by the keyboard: faders, mutes, solos, presets, undo", async () => {
    await open();
    expect(await value()).toEqual({
      ...{one: 100, r3: 100, r6: 100, r9: 100, pool: 100, muted: "", soloed: ""},
      ...{x: 141, y: 95, marks: true}
    });
    expect(await page.locator(".viz-desk-status").innerText()).toBe(
      "Computed for it: 2 of 84 layers, in 18 ms."
    );
    for (const key of ["ArrowRight", "ArrowUp", "ArrowUp", "ArrowLeft"])
      await fader("rate 3").press(key);
    expect((await value()).r3).toBe(110);
    expect(await fader("rate 3").getAttribute("aria-valuetext")).toBe("110 %");
    await told("With rate 3 at 110\u00a0%");
    await button("Mute image pooling").press("Enter");
    await told("Without image pooling and with rate 3 at 110\u00a0%");
    await button("Solo image pooling").press("Enter"); // muted besides: all are silent
    await told("With every branch silent");
    expect(await caption()).toMatch(
      /^With every branch silent [\d.]+\s% of the pixels change label \([\d,]+\), most often from \w+ to \w+ \(\d+\s% of them\); mIoU falls from \d+\.\d\s% to \d+\.\d\s% \(−\d+\.\d points\)\.$/
    );
    expect(await page.locator(".viz-desk-classes .viz-entry").count()).toBe(4);
    await button("Solo rate 9").press("Enter");
    expect(await value()).toMatchObject({muted: "pool", soloed: "r9 pool"});
    await told("With rate 9 alone");
    await button("The three rates alone").press("Enter");
    await told("Without 1×1 and image pooling");
    expect(await value()).toMatchObject({r3: 100, muted: "", soloed: "r3 r6 r9"});
    for (let i = 0; i < 5; i++) await button("Undo").press("Enter");
    // The four keys on one fader are one step.
    expect(await value()).toMatchObject({r3: 100, muted: "", soloed: ""});
    expect(await button("Undo").isDisabled()).toBe(true);
    expect(new Set(await page.evaluate(() => events))).toEqual(new Set(["figure"]));
    await explained();
    // Who makes up the scores is asked where the desk rests, and not at every step.
    const readings = await page.evaluate(() => asked);
    expect(readings.filter(({lane}) => lane === "mixing desk").length).toBeGreaterThan(8);
    expect(readings.filter(({lane, votes}) => lane === "mixing desk" && votes)).toEqual([]);
  });

  it("says who makes up the pinned pixel's scores, has a task, and saves what it shows", async () => {
    await open();
    const rows = async (table: number) => {
      const found = page.locator(".viz-desk table").nth(table).locator("tbody tr");
      return Promise.all(
        (await found.all()).map(async (row) =>
          numbers((await row.locator("td").allInnerTexts()).join(" "))
        )
      );
    };
    for (const [...cells] of await rows(0))
      expect(cells.slice(0, 6).reduce((a, b) => a + b)).toBeCloseTo(cells[6], 0);
    for (const [...cells] of await rows(1))
      expect(cells.slice(0, 5).reduce((a, b) => a + b)).toBeCloseTo(cells[5], 0);
    expect(await page.locator(".viz-desk-follows").last().innerText()).toMatch(
      /One by one the five take −?\d+\.\d, all at once −?\d+\.\d: \d+\.\d apart/
    );
    const before = await rows(0);
    const stage = page.getByRole("application");
    await stage.focus();
    await stage.press("ArrowLeft");
    await stage.press("Shift+ArrowDown");
    await stage.press("Enter");
    expect(await value()).toMatchObject({x: 140, y: 105});
    await page.getByText("140 from the left and 105 from the top").waitFor();
    expect(await rows(0)).not.toEqual(before);

    expect(await solved()).toBe("false");
    expect(await note()).toBe("5 branches are heard; 100 % of the pixels keep their label.");
    await button("1×1 alone").click();
    await told("With 1×1 alone");
    await page.getByText(/^1 branch is heard/).waitFor();
    expect(await solved()).toBe("false");
    await button("Solo rate 3").click();
    await page.waitForFunction(() => document.querySelector("[data-solved=true]") !== null);
    expect(await note()).toMatch(/^2 branches are heard; (9[5-9]|100) % of the pixels keep/);

    await explained();
    await button("Save CSV of scores and shares").click();
    await button("Save PNG of the street and its labels").click();
    await page.waitForFunction(() => files.length === 2);
    expect(await page.evaluate(() => files.map(({name}) => name))).toEqual([
      "mixing-desk.csv",
      "mixing-desk.png"
    ]);
    const lines = (await page.evaluate(() => files[0].file.text())).trim().split("\n");
    expect(lines[0]).toBe("what,which,value,untouched");
    expect(lines.slice(1, 6)).toEqual([
      ...["factor,1×1,1,1", "factor,rate 3,1,1", "factor,rate 6,0,1", "factor,rate 9,0,1"],
      "factor,image pooling,0,1"
    ]);
    expect(lines.length).toBe(1 + 5 + 1 + 11 + 2 * (2 + 11));
  });

  it("refuses what is not legal, goes on to another street, and says what went wrong", async () => {
    await open();
    const refused = await page.evaluate(() =>
      [{one: 201}, {r9: NaN}, {pool: 52}, {muted: "r4"}, {x: null}, {y: 193}, {x: 1.5}].map(
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
    expect(refused).toEqual([
      "RangeError: invalid fader of 1×1: 201 (0 to 200 %, in steps of 5)",
      "RangeError: invalid fader of rate 9: NaN (0 to 200 %, in steps of 5)",
      "RangeError: invalid fader of image pooling: 52 (0 to 200 %, in steps of 5)",
      "RangeError: invalid muted: r4 (of one, r3, r6, r9, pool)",
      "RangeError: invalid pixel: null, 95 (both numbers, or both null)",
      "RangeError: invalid y: 193 (a whole number, 0 to 192)",
      "RangeError: invalid x: 1.5 (a whole number, 0 to 256)"
    ]);
    await page.evaluate(() => {
      const {value} = figure;
      figure.value = {...value, one: 0, soloed: "pool one", x: null, y: null, marks: false};
    });
    await told("With image pooling alone");
    expect(await page.getByText(/^Click a pixel/).count()).toBe(1);
    expect(await page.evaluate(() => events)).toEqual([]);
    expect((await value()).soloed).toBe("one pool");
    const first = await caption();
    await page.evaluate(() => {
      figure.update(drawStreet(31));
    });
    await page.waitForFunction((first) => {
      const words = document.querySelector("figcaption")!.textContent;
      return words !== first && words.startsWith("With image pooling alone");
    }, first);
    await page.evaluate(() => {
      fault.network = "no weights";
    });
    await button("1×1 alone").click();
    await page.getByText("No weights. Reload the page to try again.").waitFor();
    expect(await caption()).toMatch(/^With image pooling alone/); // what was shown stays
    await page.evaluate(() => {
      fault.network = null;
    });
    await button("Reset").click();
    await told("The network as it was trained");
    expect(await value()).toMatchObject({one: 100, soloed: "", x: 141, y: 95, marks: true});
    expect(await page.getByRole("alert").count()).toBe(0);
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
    await button("Solo rate 6").tap();
    await page.getByRole("application").tap({position: {x: 30, y: 40}});
    const {x, y, soloed} = await value();
    expect(soloed).toBe("r6");
    expect([x, y].every((place) => place > 10 && place < 40)).toBe(true);
    await button("Mark changes").tap();
    await explained();
    await page.emulateMedia({colorScheme: "light"});
    await frames(page);
    expect(await axeViolations(page)).toEqual([]);
  });
});
