import {mkdtempSync, rmSync, writeFileSync} from "node:fs";
import {tmpdir} from "node:os";
import {join} from "node:path";
import {fileURLToPath} from "node:url";
import type {Browser, Page} from "playwright-core";
import {build} from "vite";
import {afterAll, beforeAll, describe, expect, it} from "vitest";
import type {probe as Probe} from "./backendProbe.ts";
import {launch, serve, type Host} from "./browser.ts";

declare const probe: typeof Probe;

// Three of the fifty, for a GPU that is emulated compiles slowly. Between them they have every type
// of layer, rates and strides together, and pooling of both kinds with a rate.
const seeds = [4, 6, 10];

let folder: string;
let host: Host;
let browser: Browser;
let page: Page;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "backends-"));
  await build({
    configFile: false,
    logLevel: "error",
    base: "./",
    build: {
      outDir: folder,
      emptyOutDir: false,
      minify: false,
      assetsInlineLimit: 0,
      target: "es2022",
      chunkSizeWarningLimit: 1e4,
      rolldownOptions: {
        input: fileURLToPath(new URL("backendProbe.ts", import.meta.url)),
        output: {entryFileNames: "probe.js"}
      }
    }
  });
  writeFileSync(
    join(folder, "index.html"),
    `<!doctype html><title>Probe</title><link rel="icon" href="data:,">
    <script type="module" src="probe.js"></script>`
  );
  host = await serve({folder});
  browser = await launch();
  page = await browser.newPage();
  await page.goto(host.url);
  await page.waitForFunction(() => "probe" in globalThis);
});

afterAll(async () => {
  await browser?.close();
  await host?.close();
  rmSync(folder, {recursive: true});
});

describe.each(["webgl", "webgpu", "wasm"] as const)("%s in a browser", (backend) => {
  it("gives what the definitions give at every layer of random networks", async () => {
    const result = await page.evaluate(([b, s]) => probe.compare(b, s), [backend, seeds] as const);
    expect(result).toEqual({backend, found: [], left: 0});
  });

  // The seeds are of networks whose last unit is open to the picture.
  it("gives the gradient that plain JavaScript gives, of a unit of each", async () => {
    const result = await page.evaluate(([b, s]) => probe.compareGradients(b, s), [
      backend,
      [10, 26]
    ] as const);
    expect(result.left).toBe(0);
    expect(Math.min(...result.largest)).toBeGreaterThan(1e-2);
    expect(Math.max(...result.off)).toBeLessThan(1e-4);
  });
});

describe.each(["webgl", "webgpu"] as const)("%s emulated in software", (backend) => {
  it("does not count as a GPU unless asked for", async () => {
    const refusal = await page.evaluate((b) => probe.refusal(b), backend);
    expect(refusal).toMatch(/emulated in software here/);
  });

  it("tells that its device was lost, and leaves the next backend sound", async () => {
    const result = await page.evaluate((b) => probe.lose(b), backend);
    const sound = {lost: false, found: 0};
    expect(result).toEqual({before: sound, lost: true, after: sound});
  });
});
