import {mkdtempSync, rmSync, writeFileSync} from "node:fs";
import {tmpdir} from "node:os";
import {join} from "node:path";
import {afterAll, beforeAll, expect, it} from "vitest";
import type {Browser} from "playwright-core";
import {launch, serve, watchPage} from "./browser.ts";

let browser: Browser;
let folder: string;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "pages-"));
  writeFileSync(
    join(folder, "index.html"),
    `<!doctype html><title>Test</title><link rel="icon" href="data:,"><p>Words</p>`
  );
  writeFileSync(
    join(folder, "wrong.html"),
    `<!doctype html><title>Wrong</title><link rel="icon" href="data:,">
    <img src="http://127.0.0.2:9/x.png"><img src="none.png"><script>
    console.info("said");
    const work = new Blob(["console.warn('worker said')"], {type: "text/javascript"});
    new Worker(URL.createObjectURL(work));
    setTimeout(() => { throw new Error("thrown"); });
    </script>`
  );
  browser = await launch();
});

afterAll(async () => {
  await browser?.close();
  rmSync(folder, {recursive: true});
});

it("serves a folder below any path, with and without isolation", async () => {
  for (const isolated of [false, true]) {
    const host = await serve({folder, subPath: "/a/b/", isolated});
    const page = await browser.newPage();
    const watch = watchPage(page, host.url);
    await page.goto(host.url);
    expect(await page.textContent("p")).toBe("Words");
    expect(await page.evaluate(() => crossOriginIsolated)).toBe(isolated);
    expect(watch).toEqual({console: [], errors: [], foreign: [], failed: []});
    expect((await page.request.get(new URL("/", host.url).href)).status()).toBe(404);
    expect((await page.request.get(`${host.url}..%2f..%2fetc/passwd`)).status()).toBe(404);
    await page.close();
    await host.close();
  }
});

it("notices what a sound page does not do", async () => {
  const host = await serve({folder});
  const page = await browser.newPage();
  const watch = watchPage(page, host.url);
  await page.goto(`${host.url}wrong.html`);
  await expect.poll(() => watch.console.join("\n")).toMatch(/warning: worker said/);
  await expect.poll(() => watch.errors.join("\n")).toMatch(/thrown/);
  await expect.poll(() => watch.failed.join("\n")).toMatch(/none\.png: 404/);
  expect(watch.console.join("\n")).toMatch(/info: said/);
  expect(watch.foreign).toEqual(["http://127.0.0.2:9/x.png"]);
  await page.close();
  await host.close();
});
