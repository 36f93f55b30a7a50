import type {Page} from "playwright-core";
import {describe, expect, it} from "vitest";
import {axeViolations, figurePage, frames, smallTargets} from "./figureHost.ts";

/** What test/viz/gainsAndLossesPage.ts leaves on the window. */
declare const figure: any, files: any[], events: string[], fault: any, drawStreet: any;

let page: Page;
const figures = figurePage(new URL("../viz/gainsAndLossesPage.ts", import.meta.url));

async function open(options = {}): Promise<void> {
  page = await figures.open("", options);
  await computed();
}

const computed = () =>
  page.waitForFunction(() => figure.ariaBusy === "false" && !/Waiting/.test(figure.textContent));
const caption = () => page.locator("figcaption").innerText();
const tasks = () =>
  page
    .locator(".viz-task")
    .evaluateAll((all) => all.map((one) => (one as HTMLElement).dataset.solved));
const box = (name: string) => page.getByRole("textbox", {name: `${name}, as a number`});
const button = (name: string) => page.getByRole("button", {name, exact: true});

describe("the figure of what a CRF gains and loses", () => {
  it("tells of things and classes by their numbers, and saves them", async () => {
    await open();
    expect(await caption()).toMatch(
      /encoder alone has \d+\.\d\s% mIoU\. The CRF (raises|lowers) it to \d+\.\d\s% \([+−]\d+\.\d points\)\. .* of \d+ classes gain, .*; .*\. The decoder has/
    );
    const sentence = () => page.locator(".viz-harm-thing").innerText();
    expect(await sentence()).toMatch(/^Pedestrian.*: of [\d,]+ pixels \d/);
    const before = await sentence();
    const car = page.getByRole("button", {name: /^car \d/});
    const [, ...shares] = (await car.innerText()).match(/^car\s+(\d+) → (\d+) → (\d+)$/)!;
    await car.press("Enter");
    expect(await page.evaluate(() => figure.value.thing)).toBeGreaterThan(0);
    expect(await sentence()).not.toBe(before);
    expect(await sentence()).toMatch(/^Car: .* right with the encoder alone, \d.* after the CRF/);
    const said = (await sentence()).match(/[\d.]+(?=\s%)/g)!;
    expect(said.map((share) => String(Math.round(Number(share))))).toEqual(shares);
    expect(await page.evaluate(() => events)).toEqual(["figure"]);
    await button("Save CSV of the classes").click();
    await button("Save PNG of the panes").click();
    await page.waitForFunction(() => files.length === 2);
    const [csv, png] = await page.evaluate(() => files.map(({name}) => name));
    expect([csv, png]).toEqual(["gains-and-losses.csv", "gains-and-losses.png"]);
    const text = await page.evaluate(() => files[0].file.text());
    const rows = text.trim().split("\n");
    expect(rows[0]).toBe("class,IoU of the encoder alone,with the CRF,with the decoder");
    // The chart's first number is the CSV's first difference, in points.
    const [, encoder, crf] = rows[1].split(",").map(Number);
    const shown = await page.locator(".viz-harm-number").first().textContent();
    expect(Number(shown?.replace("−", "-"))).toBeCloseTo(100 * (crf - encoder), 1);
    expect(rows.length - 1).toBe(await page.locator(".viz-harm-bar").count());
  });

  it("has two tasks, neither solved untouched; what erases the pedestrian is found by keyboard", async () => {
    await open();
    expect(await tasks()).toEqual(["false", "false"]);
    for (const [name, number] of [
      ["w₁, its weight", "50"],
      ["θα, pixels", "128"],
      ["θβ, levels of 255", "64"]
    ])
      await box(name).fill(number);
    await computed();
    expect((await tasks())[1]).toBe("true");
    expect(await page.locator(".viz-task-note").nth(1).innerText()).toMatch(/0\s% now/);
    const {settings} = await page.evaluate(() => figure.value);
    expect(settings.appearance).toEqual({sxy: 128, srgb: 64, weight: 50});
    expect(await page.getByRole("combobox").inputValue()).toBe(""); // the reader's own
    await button("Reset").click();
    await computed();
    expect(await tasks()).toEqual(["false", "false"]);
  });

  it("refuses what is not legal, goes on to another street, and says what went wrong", async () => {
    await open();
    const first = await caption();
    await box("θβ, levels of 255").fill("1e400");
    expect(await page.getByText("Kept at 10").count()).toBe(1);
    const refused = await page.evaluate(() =>
      [{thing: 8}, {thing: NaN}, {settings: {...figure.value.settings, smoothness: {sxy: 0}}}].map(
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
    expect(refused[0]).toBe("RangeError: invalid thing: 8 (a whole number, 0 to 7)");
    expect(refused[1]).toBe("RangeError: invalid thing: NaN (a whole number, 0 to 7)");
    expect(refused[2]).toMatch(/^RangeError: invalid w₂, its weight: undefined/);
    await page.evaluate(() => {
      figure.update(drawStreet(12));
    });
    expect(await page.evaluate(() => figure.ariaBusy)).toBe("true");
    await computed();
    expect(await caption()).not.toBe(first);
    expect(await caption()).toContain("The CRF");
    await page.evaluate(() => {
      fault.crf = "out of memory";
      figure.value = {
        ...figure.value,
        settings: {...figure.value.settings, smoothness: {sxy: 5, weight: 3}}
      };
    });
    await page.getByText("The CRF stopped: out of memory. Choose other settings").waitFor();
    await page.evaluate(() => {
      fault.network = "no weights";
      figure.update(drawStreet(4));
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
    await button("Mark wrong pixels").tap();
    expect(await page.evaluate(() => figure.value.marks)).toBe(false);
    await page.emulateMedia({colorScheme: "light"});
    await frames(page);
    expect(await axeViolations(page)).toEqual([]);
  });
});
