import {afterEach, expect, it, vi} from "vitest";
import {findBrowser} from "../../scripts/browser.ts";

afterEach(() => vi.unstubAllEnvs());

it("takes the browser that CHROMIUM_PATH names", () => {
  // Whatever answers --version will do here, and Node does.
  vi.stubEnv("CHROMIUM_PATH", process.execPath);
  expect(findBrowser()).toBe(process.execPath);
});

it.each(["/nowhere/chromium", "package.json"])("refuses CHROMIUM_PATH=%s by name", (path) => {
  vi.stubEnv("CHROMIUM_PATH", path);
  expect(findBrowser).toThrow(`CHROMIUM_PATH is not a browser that runs: ${path}`);
});
