import {createRequire} from "node:module";
import type {Browser, BrowserContextOptions, Page} from "playwright-core";
import {afterAll, beforeAll, expect} from "vitest";
import {launch, serve, watchPage, type Host, type Watch} from "./browser.ts";

/** What a page that gave nothing to complain of has left. */
export const sound: Watch = {console: [], errors: [], foreign: [], failed: []};

/** A page of the built site, and what went wrong on it. */
export interface Opened {
  page: Page;
  watch: Watch;
}

export interface Site {
  readonly browser: Browser;
  readonly host: Host;
  /**
   * Opens the site's page in a context of its own, with *hash*, and waits until it is ready, unless
   * **waits** is false. **watchRequests** hears the address of each request.
   */
  open(
    hash?: string,
    options?: BrowserContextOptions & {waits?: boolean; watchRequests?: (url: string) => void}
  ): Promise<Opened>;
}

const axe = createRequire(import.meta.url).resolve("axe-core/axe.min.js");

/**
 * Serves the built site from a sub-path to the tests of the calling file, which look at its page
 * *file*; **ready** waits for what they all need.
 */
export function site(file: string, ready: (page: Page) => Promise<unknown>): Site {
  let browser: Browser;
  let host: Host;
  beforeAll(async () => {
    browser = await launch({gpu: false});
    host = await serve({subPath: "/some/project/"});
  });
  afterAll(async () => {
    await browser?.close();
    await host?.close();
  });
  return {
    get browser() {
      return browser;
    },
    get host() {
      return host;
    },
    async open(hash = "", {waits = true, watchRequests, ...options} = {}) {
      const context = await browser.newContext({viewport: {width: 1280, height: 900}, ...options});
      const page = await context.newPage();
      if (watchRequests) page.on("request", (request) => watchRequests(request.url()));
      const watch = watchPage(page, host.url);
      await page.goto(`${host.url}${file}${hash}`);
      if (waits) await ready(page);
      return {page, watch};
    }
  };
}

/** Expects something of a value soon, on a machine that may be busy. */
export const poll = <T>(read: () => T) => expect.poll(read, {timeout: 60_000});

/** Returns the rules that *part* of *page* breaks, by axe-core, and what breaks them. */
export async function axeViolations(page: Page, part = "html"): Promise<string[]> {
  await page.addScriptTag({path: axe});
  return page.evaluate(async (part) => {
    const {violations} = await (globalThis as any).axe.run(part);
    return violations.map(
      ({id, nodes}: any) =>
        `${id}: ${nodes.map(({html, failureSummary}: any) => `${html} ${failureSummary}`).join("\n")}`
    );
  }, part);
}

/** Returns the values of all the page's figures. */
export const figureValues = (page: Page): Promise<unknown[]> =>
  page.evaluate(() =>
    [...document.querySelectorAll<HTMLElement & {value: unknown}>("main figure.viz")].map(
      ({value}) => value
    )
  );

/** Presses the lesson's "New street", and waits until the street is drawn. */
export async function newStreet(page: Page): Promise<void> {
  const button = page.locator(".lesson-street");
  const seed = () => button.evaluate((element: any) => element.value.seed as number);
  const before = await seed();
  await button.locator("button").evaluate((element: HTMLElement) => element.click());
  await poll(seed).not.toBe(before);
}
