import type {Page} from "playwright-core";
import {describe, expect, it} from "vitest";
import {frames} from "./figureHost.ts";
import {axeViolations, poll, sound, type Site} from "./sitePage.ts";

/** Tests that a lesson is for everybody: what all lessons have in common. */
export function forEverybody(
  {open}: Site,
  {
    live,
    sections,
    formulas,
    title,
    before
  }: {
    /** Brings all that is computed into view, and waits for it. */
    live: (page: Page) => Promise<unknown>;
    /** How many sections the lesson has, and at least how many formulas of their own line. */
    sections: number;
    formulas: number;
    /** What its title begins with. */
    title: string;
    /** What the contents call the page before it. */
    before: string;
  }
): void {
  describe("the lesson is for everybody", () => {
    it("has nothing for axe-core to find, in light or dark, and holds still", async () => {
      const {page, watch} = await open("", {colorScheme: "light", reducedMotion: "reduce"});
      await live(page);
      await page.locator("#show-code").click();
      for (const colorScheme of ["light", "dark"] as const) {
        await page.emulateMedia({colorScheme});
        await frames(page);
        expect(await axeViolations(page), colorScheme).toEqual([]);
        expect(await page.evaluate(() => document.getAnimations().length)).toBe(0);
      }
      expect(watch).toEqual(sound);
      await page.context().close();
    });

    it("reads whole with scripts blocked, formulas included", async () => {
      const {page, watch} = await open("", {javaScriptEnabled: false, waits: false});
      const text = await page.locator("main").innerText();
      expect(text.split(/\s+/).length).toBeGreaterThan(700);
      expect(await page.locator("main h2").count()).toBe(sections);
      expect(await page.locator("main .katex-display").count()).toBeGreaterThanOrEqual(formulas);
      expect(text).not.toMatch(/\$/);
      expect(watch).toEqual(sound);
      await page.context().close();
    });

    it("is on the front page's contents, with a live card", async () => {
      const {page} = await open("", {waits: false});
      expect(await page.locator("footer.site a[rel=prev]").innerText()).toBe(before);
      await page.locator("header.site").getByRole("link", {name: "Seeing with holes"}).click();
      const card = page.locator(".viz-card").filter({hasText: title});
      await card.locator("input[type=range]").focus();
      const words = await card.locator("figcaption").innerText();
      await page.keyboard.press("ArrowRight");
      await poll(() => card.locator("figcaption").innerText()).not.toBe(words);
      await card.locator("h3 a").click();
      await poll(() => page.title()).toContain(title);
      await page.context().close();
    });
  });
}
