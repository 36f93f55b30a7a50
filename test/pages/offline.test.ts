import {mkdtempSync, rmSync, writeFileSync} from "node:fs";
import {tmpdir} from "node:os";
import {join} from "node:path";
import type {Browser, BrowserContext, Page} from "playwright-core";
import {afterAll, beforeAll, expect, it} from "vitest";
import {buildServiceWorker, siteFiles} from "../../scripts/offline.ts";
import {pages} from "../../src/notebook/pages.ts";
import {dist, launch, serve, watchPage} from "./browser.ts";
import {poll, sound} from "./sitePage.ts";

const subPath = "/some/project/";
let browser: Browser;
let context: BrowserContext;
beforeAll(async () => {
  browser = await launch({gpu: false});
  context = await browser.newContext();
});
afterAll(() => browser.close());

/** Waits until the version of the site that the page's worker knows is kept. */
async function kept(page: Page, state: "active" | "waiting"): Promise<void> {
  await poll(() =>
    page.evaluate(
      async (state) => (await navigator.serviceWorker.getRegistration())?.[state]?.state ?? "none",
      state
    )
  ).toBe(state === "active" ? "activated" : "installed");
}

it("is whole after one visit without a network, and isolated", async () => {
  const host = await serve({subPath, offline: true});
  const {url} = host;
  const page = await context.newPage();
  await page.goto(url);
  expect(await page.evaluate(() => crossOriginIsolated)).toBe(false);
  await kept(page, "active");
  await host.close();

  for (const {file} of pages) {
    await page.goto("about:blank"); // what the page before it was still loading is not this one's
    const watch = watchPage(page, url);
    await page.goto(url + file);
    expect(await page.evaluate(() => crossOriginIsolated)).toBe(true);
    await page.locator(".viz").first().waitFor();
    expect(watch).toEqual(sound);
    page.removeAllListeners();
  }
  // The network computes, on the files that were kept.
  await page.goto(`${url}index.html`);
  await poll(() => page.locator("#network-status").innerText()).toMatch(/WebAssembly/);
  // Every file that the site may ask for is there.
  const missing = await page.evaluate(
    async (files) => {
      const missing = [];
      for (const file of files) {
        const response = await fetch(file).catch(() => null);
        if (!response?.ok) missing.push(file);
      }
      return missing;
    },
    siteFiles(dist).map((file) => file.url)
  );
  expect(missing).toEqual([]);
  await page.close();
});

it("shows a newer version only when no page shows the older one", async () => {
  const folder = mkdtempSync(join(tmpdir(), "site-"));
  try {
    await published(folder, "old");
    const host = await serve({folder, subPath, offline: true});
    const own = await browser.newContext();
    const first = await own.newPage();
    await first.goto(`${host.url}index.html`);
    await kept(first, "active");
    expect(await first.title()).toBe("old");

    rmSync(join(folder, "old.js"));
    await published(folder, "new");
    const second = await own.newPage();
    await second.goto(`${host.url}index.html`);
    await second.evaluate(async () => (await navigator.serviceWorker.getRegistration())!.update());
    await kept(second, "waiting");
    await second.reload();
    // The older version is still whole, though the host has it no more.
    expect(await second.title()).toBe("old");

    await first.close();
    await second.close();
    const third = await own.newPage();
    await expect
      .poll(
        async () => {
          await third.goto("about:blank");
          await third.goto(`${host.url}index.html`);
          return third.title();
        },
        {timeout: 60_000, interval: 500}
      )
      .toBe("new");
    await own.close();
    await host.close();
  } finally {
    rmSync(folder, {recursive: true, force: true});
  }

  /** Publishes a site of two files, with the real service worker and their names in it. */
  async function published(folder: string, version: string): Promise<void> {
    const script = `${version}.js`;
    writeFileSync(join(folder, script), `document.title = "${version}"`);
    writeFileSync(
      join(folder, "index.html"),
      `<!doctype html><link rel="icon" href="data:,"><script src="${script}"></script>
       <script>navigator.serviceWorker.register("serviceWorker.js")</script>`
    );
    await buildServiceWorker(folder);
  }
});
