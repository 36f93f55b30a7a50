import type {Page} from "playwright-core";
import {describe, expect, it} from "vitest";
import {axeViolations, figurePage, frames, smallTargets} from "./figureHost.ts";

/** What test/viz/branchVoicesPage.ts leaves on the window. */
declare const figure: any, files: any[], events: string[], fault: any, drawStreet: any;

let page: Page;
const figures = figurePage(new URL("../viz/branchVoicesPage.ts", import.meta.url));

async function open(options = {}): Promise<void> {
  page = await figures.open("", options);
  await told("Column 6, row 8");
}

const caption = () => page.locator("figcaption").innerText();
const told = (words: string) =>
  page.waitForFunction(
    (words) => document.querySelector("figcaption")?.textContent.startsWith(words),
    words
  );
const value = () => page.evaluate(() => figure.value);
const solved = () => page.locator(".viz-task").getAttribute("data-solved");
const button = (name: string | RegExp) => page.getByRole("button", {name});

describe("the figure of five answers", () => {
  it("tells who pushes what under the pixel, by the keyboard and by a pointer", async () => {
    await open();
    const first = {x: 96, y: 128, map: "votes", label: 3, channel: 0, branch: 2};
    expect(await value()).toEqual(first);
    expect(await caption()).toMatch(
      /^Column 6, row 8 of the map: \w+ wins with \+[\d.]+\. The five branches vote for \d different classe?s?; \d of them for \w+\. Of the branches, rate 6 pushes \w+ most \(\+[\d.]+\); 1×1 is against it \(−[\d.]+\)\. .*Over all 221 units, .*rate 9 at \d+, image pooling at none\..*largest gap anywhere is [\d.]+\s×\s10⁻\S+\.$/
    );
    expect(await page.locator(".viz-voices-cells").getAttribute("d")).toMatch(/^(M[^M]+){6}$/);
    expect(await page.locator(".viz-voices-hollow").getAttribute("d")).toMatch(/^(M[^M]+){3}$/);
    await page.getByText("9 taps, 192 px from end to end; 6 of 9 on the map").waitFor();
    await button("rate 9").press("Enter");
    expect((await value()).branch).toBe(3);
    const street = page.getByRole("application").first();
    await street.press("Shift+ArrowRight");
    await told("Column 7, row 8");
    expect((await value()).x).toBe(96); // only pointed at
    await street.press("Escape");
    await told("Column 6, row 8");
    expect(await value()).toEqual({...first, branch: 3});
    for (let i = 0; i < 11; i++) await street.press("Shift+ArrowRight");
    await told("Column 13, row 8");
    expect(await solved()).toBe("false");
    await street.press("Enter");
    await page.waitForFunction(() => document.querySelector("[data-solved=true]") !== null);
    expect(await value()).toEqual({...first, x: 206, branch: 3});
    await button("Reset").click();
    await told("Column 6, row 8");
    expect(await value()).toEqual(first);
    expect(await solved()).toBe("false");
    await page
      .locator(".viz-voices-map")
      .nth(4)
      .click({position: {x: 3, y: 3}});
    await told("Column 0, row 0");
    expect(new Set(await page.evaluate(() => events))).toEqual(new Set(["figure"]));
  });

  it("shows other maps, and saves what it shows", async () => {
    await open();
    const key = (words: string) => page.getByText(words).first().waitFor();
    await key("At each unit the class that the branch pushes most");
    await page.getByRole("radio", {name: "For one class"}).check({force: true});
    await key("Votes for road: green for");
    await page.getByLabel("Class", {exact: true}).selectOption("sky");
    await key("Votes for sky: green for");
    await page.getByRole("radio", {name: "One channel"}).check({force: true});
    await page.getByRole("textbox").fill("95");
    await key("Channel 95 after the ReLU");
    await page.getByText("Each branch has 96 channels.").waitFor();
    expect(await value()).toMatchObject({map: "channel", label: 0, channel: 95});
    await button("Save CSV").click();
    await button("Save PNG").click();
    await page.waitForFunction(() => files.length === 2);
    expect(await page.evaluate(() => files.map(({name}) => name))).toEqual([
      "branch-votes.csv",
      "branch-votes.png"
    ]);
    const text = await page.evaluate(() => files[0].file.text());
    const rows = text
      .trim()
      .split("\n")
      .map((row: string) => row.split(","));
    expect(rows).toHaveLength(1 + 7 * 11);
    const road = rows.filter((row: string[]) => row[3] === "road").map((row: string[]) => +row[4]);
    const sum = road.slice(0, 6).reduce((a: number, b: number) => a + b, 0);
    expect(sum).toBeCloseTo(road[6], 4);
  });

  it("refuses what is not legal, keeps its pin on another street, and says what went wrong", async () => {
    await open();
    const refused = await page.evaluate(() =>
      [{x: 257}, {y: NaN}, {map: "mode"}, {label: 11}, {channel: 0.5}, {branch: 5}].map((wrong) => {
        try {
          figure.value = {...figure.value, ...wrong};
        } catch (error) {
          return String(error);
        }
        return "taken";
      })
    );
    expect(refused).toEqual([
      "RangeError: invalid x: 257 (a whole number, 0 to 256)",
      "RangeError: invalid y: NaN (a whole number, 0 to 192)",
      "RangeError: invalid map: mode (votes, class, mean, channel)",
      "RangeError: invalid label: 11 (a whole number, 0 to 10)",
      "RangeError: invalid channel: 0.5 (a whole number, 0 to 95)",
      "RangeError: invalid branch: 5 (a whole number, 0 to 4)"
    ]);
    await page.evaluate(() => {
      figure.value = {x: 0, y: 192, map: "mean", label: 2, channel: 7, branch: 3};
    });
    await told("Column 0, row 12");
    expect(await page.locator(".viz-voices-beyond").getAttribute("d")).not.toBe("");
    const first = await caption();
    await page.evaluate(() => {
      figure.update(drawStreet(31));
    });
    await page.waitForFunction((first) => {
      const words = document.querySelector("figcaption")!.textContent;
      return words !== first && words.startsWith("Column 0, row 12");
    }, first);
    expect(await page.evaluate(() => events)).toEqual([]);
    await page.evaluate(() => {
      fault.network = "no weights";
      figure.update(drawStreet(32));
    });
    await page.getByText("No weights. Reload the page to try again.").waitFor();
    expect(await caption()).toMatch(/^Column 0, row 12/); // what was shown stays
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
    await page.locator(".viz-voices-street").tap({position: {x: 10, y: 10}});
    await told("Column 1, row 1");
    await page.emulateMedia({colorScheme: "light"});
    await frames(page);
    expect(await axeViolations(page)).toEqual([]);
  });
});
