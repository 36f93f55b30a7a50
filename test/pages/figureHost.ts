import {mkdtempSync, readdirSync, rmSync, writeFileSync} from "node:fs";
import {tmpdir} from "node:os";
import {join} from "node:path";
import {fileURLToPath} from "node:url";
import type {Browser, BrowserContext, BrowserContextOptions, Page} from "playwright-core";
import {build} from "vite";
import {afterAll, afterEach, beforeAll, expect} from "vitest";
import {launch, serve, watchPage, type Watch} from "./browser.ts";
import {axeViolations as axeOf} from "./sitePage.ts";

/** A browser, and a page of nothing but figures, on a host of its own. */
export interface FigureHost {
  readonly browser: Browser;
  /** Opens the page afresh, with *query* such as "?figure=tapRow", and waits until it has drawn. */
  open(
    query: string,
    options?: BrowserContextOptions
  ): Promise<{page: Page; watch: Watch; close(): Promise<void>}>;
  close(): Promise<void>;
}

const theme = fileURLToPath(new URL("../../src/notebook/theme.css", import.meta.url));

/** Builds the module at *entry*, which puts figures into `main`, and serves it as a page. */
export async function figureHost(entry: URL): Promise<FigureHost> {
  const folder = mkdtempSync(join(tmpdir(), "figure-"));
  const common = {
    configFile: false as const,
    logLevel: "error" as const,
    root: folder,
    worker: {format: "es" as const} // a worker may load more when it needs it
  };
  await build({
    ...common,
    build: {
      outDir: folder,
      minify: false,
      cssCodeSplit: false,
      lib: {
        entry: [fileURLToPath(entry)],
        formats: ["es"],
        fileName: () => "page.js",
        cssFileName: "page"
      }
    }
  });
  await build({
    ...common,
    build: {outDir: folder, emptyOutDir: false, rollupOptions: {input: theme}}
  });
  const [themeCss] = readdirSync(join(folder, "assets")).filter((name) => name.endsWith(".css"));
  writeFileSync(
    join(folder, "index.html"),
    `<!doctype html><html lang="en"><meta charset="utf-8"><title>Figures</title>
    <meta name="viewport" content="width=device-width"><link rel="icon" href="data:,">
    <link rel="stylesheet" href="assets/${themeCss}"><link rel="stylesheet" href="page.css">
    <style>body{margin:16px;background:var(--theme-background)}</style>
    <body><main></main><script type="module" src="page.js"></script></body></html>`
  );
  const host = await serve({folder});
  const browser = await launch({gpu: false});
  // One context for all pages of the same options: a new one loads and compiles everything anew.
  let shared: {context: BrowserContext; options: string} | null = null;
  async function contextFor(options: BrowserContextOptions): Promise<BrowserContext> {
    const key = JSON.stringify(options);
    if (shared?.options === key) return shared.context;
    await shared?.context.close();
    shared = {context: await browser.newContext(options), options: key};
    return shared.context;
  }
  return {
    browser,
    async open(query, options) {
      const context = await contextFor({viewport: {width: 1120, height: 800}, ...options});
      const page = await context.newPage();
      const watch = watchPage(page, host.url);
      await page.goto(host.url + query);
      await page.waitForSelector("main > *");
      await frames(page);
      return {page, watch, close: () => page.close()};
    },
    async close() {
      await browser.close();
      await host.close();
      rmSync(folder, {recursive: true, force: true});
    }
  };
}

/** A page of nothing but figures, opened afresh by each test that asks. */
export interface FigurePage {
  /** Opens it as {@link FigureHost} does; the one before it, if any, is closed. */
  open(query: string, options?: BrowserContextOptions): Promise<Page>;
}

/**
 * Hosts the module at *entry* for the tests of the calling file. After each of them, the figure is
 * closed if it can be, and what went wrong on the page must be what **expected** returns: nothing.
 */
export function figurePage(
  entry: URL,
  {expected = () => ({console: [], errors: [], failed: []})}: {expected?: () => Partial<Watch>} = {}
): FigurePage {
  let host: FigureHost;
  let opened: Awaited<ReturnType<FigureHost["open"]>> | null = null;
  async function close(): Promise<void> {
    if (opened === null) return;
    const {page, watch} = opened;
    await page.evaluate(() => (window as any).figure?.close?.());
    await opened.close();
    opened = null;
    expect(watch).toMatchObject(expected());
  }
  beforeAll(async () => {
    host = await figureHost(entry);
  });
  afterEach(close);
  afterAll(() => host?.close());
  return {
    async open(query, options) {
      await close();
      opened = await host.open(query, options);
      return opened.page;
    }
  };
}

/** Waits until what was asked for is drawn. */
export async function frames(page: Page): Promise<void> {
  await page.evaluate(
    () => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))
  );
}

/** Returns the rules that the figures of *page* break, by axe-core. */
export const axeViolations = (page: Page): Promise<string[]> => axeOf(page, "main");

/** Returns the controls in `main` that are smaller than a finger: less than 44 px either way. */
export async function smallTargets(page: Page): Promise<string[]> {
  return page.evaluate(() =>
    [...document.querySelectorAll<HTMLElement>("main button, main input, main [role=application]")]
      .filter((element) => {
        // A box to tick, or a radio, is as large as its label.
        const ticked = element.matches("[type=checkbox], [type=radio]");
        const target = (ticked && element.closest("label")) || element;
        const {width, height} = target.getBoundingClientRect();
        return width > 0 && (width < 44 || height < 44);
      })
      .map((element) => element.outerHTML.slice(0, 120))
  );
}
