import type {Page} from "playwright-core";
import {describe, expect, it} from "vitest";
import {axeViolations, figurePage, frames, smallTargets} from "./figureHost.ts";

/** What test/viz/imagePoolingPage.ts leaves on the window. */
declare const figure: any, files: any[], events: string[], asked: any, fault: any, drawStreet: any;

let page: Page;
const figures = figurePage(new URL("../viz/imagePoolingPage.ts", import.meta.url));

async function open(options = {}): Promise<void> {
  page = await figures.open("", options);
  await told("With the image pooling of green noise");
  await page.getByText(/Removing image pooling changes/).waitFor();
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
const changed = async () => Number((await caption()).match(/([\d.]+)\s% of the pixels/)![1]);

describe("the figure of image pooling", () => {
  it("tells what each donor changes, and is worked by the keyboard", async () => {
    await open();
    expect(await value()).toEqual({from: "green", wipe: 0.5, marks: true});
    expect(await caption()).toMatch(
      /^With the image pooling of green noise [\d.]+\s% of the pixels change label \([\d,]+\), most often from \w+ to \w+ \(\d+\s% of them\); mIoU is worse, \d+\.\d\s% \(\d+\.\d\s% before, −\d+\.\d points\)\. Removing image pooling changes [\d.]+\s%\.$/
    );
    expect(await page.evaluate(() => [...asked].sort())).toEqual(["green", "none", "own"]);
    expect(await page.getByRole("img", {name: /^The street, labeled/}).count()).toBe(1);
    const green = await changed();
    // What is said on the button is what is said in the caption.
    expect(await button(/^green noise/).innerText()).toContain(`${green}`);
    await button(/^none/).press("Enter");
    await told("Without image pooling");
    expect(await changed()).toBeLessThan(green);
    await page.getByText("in its place are zeros").waitFor();
    const handle = page.getByRole("slider");
    await handle.press("ArrowRight");
    await handle.press("Shift+ArrowLeft");
    expect((await value()).wipe).toBe(0.42);
    await handle.press("End");
    await handle.press("ArrowRight");
    expect(await value()).toEqual({from: "none", wipe: 1, marks: true});
    expect(await handle.getAttribute("aria-valuenow")).toBe("100");
    const {x, y, width, height} = (await page
      .locator(".viz-pooling-wipe .viz-stage")
      .boundingBox())!;
    await page.mouse.move(x + width - 5, y + height / 2);
    await page.mouse.down();
    await page.mouse.move(x + width / 4, y + height / 2, {steps: 3});
    await page.mouse.up();
    expect((await value()).wipe).toBeCloseTo(0.25, 2);
    expect(new Set(await page.evaluate(() => events))).toEqual(new Set(["figure"]));
    await button("its own").click();
    await told("The network as it is has");
    await button("Reset").click();
    await told("With the image pooling of green noise");
    // What is known is not asked again.
    expect(await page.evaluate(() => asked.length)).toBe(3);
  });

  it("has a task that another street solves, and saves what it shows", async () => {
    await open();
    expect(await solved()).toBe("false");
    await button(/^street 12/).click(); // a little: 2 of 10
    await told("With the image pooling of street 12");
    expect(await solved()).toBe("false");
    for (const seed of [13, 14, 15]) {
      await button("New donor").click();
      await told(`With the image pooling of street ${seed}`);
    }
    await page.waitForFunction(() => document.querySelector("[data-solved=true]") !== null);
    expect((await value()).from).toBe("15");
    expect(await page.locator(".viz-pooling-donors button").count()).toBe(8);
    await button("Save CSV").click();
    await button("Save PNG").click();
    await page.waitForFunction(() => files.length === 2);
    expect(await page.evaluate(() => files.map(({name}) => name))).toEqual([
      "image-pooling.csv",
      "image-pooling.png"
    ]);
    const text = await page.evaluate(() => files[0].file.text());
    const rows = text.trim().split("\n");
    expect(rows[0]).toBe("what,which,own,15");
    expect(rows.filter((row: string) => row.startsWith("pooled,")).length).toBe(96);
    expect(rows.filter((row: string) => row.startsWith("IoU,")).length).toBe(
      await page.locator(".viz-pooling-bar").count()
    );
    const [, , own, other] = rows[1].split(",").map(Number);
    const shown = await page.locator(".viz-pooling-number").first().textContent();
    expect(Number(shown?.replace("−", "-"))).toBeCloseTo(100 * (other - own), 1);
  });

  it("refuses what is not legal, goes on to another street, and says what went wrong", async () => {
    await open();
    const refused = await page.evaluate(() =>
      [{from: "nobody"}, {from: "4294967296"}, {from: "1.5"}, {wipe: NaN}, {wipe: 1.1}].map(
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
    expect(refused[0]).toBe(
      "RangeError: invalid from: nobody (own, none, light, 97, sky, gray, green, or the seed of a street, 0 to 4294967295)"
    );
    expect(refused[1]).toMatch(/^RangeError: invalid from: 4294967296/);
    expect(refused[2]).toMatch(/^RangeError: invalid from: 1\.5/);
    expect(refused[3]).toBe("RangeError: invalid wipe: NaN (a number from 0 to 1)");
    expect(refused[4]).toMatch(/^RangeError: invalid wipe: 1\.1/);
    expect((await value()).from).toBe("green");
    await page.evaluate(() => {
      figure.value = {from: "4294967295", wipe: 0.7, marks: false};
    });
    await told("With the image pooling of street 4294967295");
    expect(await page.evaluate(() => events)).toEqual([]);
    const first = await caption();
    await page.evaluate(() => {
      figure.update(drawStreet(31));
    });
    await page.waitForFunction((first) => {
      const words = document.querySelector("figcaption")!.textContent;
      return words !== first && /street 4294967295.*Removing/.test(words);
    }, first);
    await page.evaluate(() => {
      fault.network = "no weights";
    });
    await button("only sky").click();
    await page.getByText("No weights. Reload the page to try again.").waitFor();
    expect(await caption()).toContain("street 4294967295"); // what was shown stays
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
    await page.locator(".viz-pooling-wipe .viz-stage").tap({position: {x: 30, y: 30}});
    expect((await value()).wipe).toBeLessThan(0.15);
    await button("Mark changed pixels").tap();
    expect((await value()).marks).toBe(false);
    await page.emulateMedia({colorScheme: "light"});
    await frames(page);
    expect(await axeViolations(page)).toEqual([]);
  });
});
