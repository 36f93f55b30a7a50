import {spawnSync} from "node:child_process";
import {existsSync, readdirSync} from "node:fs";
import {createRequire} from "node:module";
import {homedir} from "node:os";
import {delimiter, dirname, join} from "node:path";

/**
 * Returns the path of a Chromium to run the page tests in, or null if this machine has none. In
 * order: the environment's CHROMIUM_PATH; a Chromium, Chrome or Edge that is installed; one that
 * Playwright downloaded.
 *
 * Throws an Error if CHROMIUM_PATH names something that does not run.
 */
export function findBrowser(): string | null {
  const named = process.env.CHROMIUM_PATH;
  if (named) {
    if (!runs(named)) throw new Error(`CHROMIUM_PATH is not a browser that runs: ${named}`);
    return named;
  }
  return [...installedBrowsers(), ...downloadedBrowsers()].find(runs) ?? null;
}

/**
 * Returns the path of a Chromium as findBrowser does, after installing one if there is none:
 * Playwright's download, else Debian's package when running as root. Says what it does on
 * standard error.
 *
 * Throws an Error that tells what to do if neither is possible.
 */
export function installBrowser(): string {
  const found = findBrowser();
  if (found) return found;

  const playwright = dirname(
    createRequire(import.meta.url).resolve("playwright-core/package.json")
  );
  attempt(process.execPath, [join(playwright, "cli.js"), "install", "--no-shell", "chromium"]);
  const downloaded = findBrowser();
  if (downloaded) return downloaded;

  if (process.getuid?.() === 0 && existsSync("/etc/debian_version")) {
    attempt("apt-get", ["update"]);
    attempt("apt-get", ["install", "--yes", "chromium", "fonts-noto-cjk"]);
    const packaged = findBrowser();
    if (packaged) return packaged;
  }
  throw new Error(
    "No Chromium was found, and none could be installed. Install Chromium, Chrome or Edge, " +
      "or set CHROMIUM_PATH to one."
  );
}

function* installedBrowsers(): Generator<string> {
  const names = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];
  for (const folder of (process.env.PATH ?? "").split(delimiter)) {
    for (const name of [...names, "chrome", "microsoft-edge"]) yield join(folder, name);
  }
  for (const name of ["Chromium", "Google Chrome", "Microsoft Edge"]) {
    yield `/Applications/${name}.app/Contents/MacOS/${name}`;
  }
  for (const folder of [process.env.PROGRAMFILES, process.env["PROGRAMFILES(X86)"]]) {
    if (!folder) continue;
    yield join(folder, "Google/Chrome/Application/chrome.exe");
    yield join(folder, "Microsoft/Edge/Application/msedge.exe");
  }
}

/** Browsers that Playwright keeps, newest first, whatever version of Playwright fetched them. */
function* downloadedBrowsers(): Generator<string> {
  const caches = {
    linux: join(homedir(), ".cache/ms-playwright"),
    darwin: join(homedir(), "Library/Caches/ms-playwright"),
    win32: join(process.env.LOCALAPPDATA ?? "", "ms-playwright")
  } as Record<string, string>;
  const cache = process.env.PLAYWRIGHT_BROWSERS_PATH ?? caches[process.platform];
  if (!cache || !existsSync(cache)) return;
  const executables = [
    "chrome-linux/chrome",
    "chrome-linux64/chrome",
    "chrome-win/chrome.exe",
    "chrome-win64/chrome.exe",
    ...["chrome-mac", "chrome-mac-arm64", "chrome-mac-x64"].flatMap((folder) =>
      ["Chromium", "Google Chrome for Testing"].map(
        (name) => `${folder}/${name}.app/Contents/MacOS/${name}`
      )
    )
  ];
  const versions = readdirSync(cache)
    .filter((name) => /^chromium-\d+$/.test(name))
    .sort((a, b) => Number(b.split("-")[1]) - Number(a.split("-")[1]));
  for (const version of versions) {
    for (const executable of executables) yield join(cache, version, executable);
  }
}

/** Some systems ship a stub that only says where to get the browser, so existing is not enough. */
function runs(path: string): boolean {
  if (!existsSync(path)) return false;
  // On Windows, --version opens a window instead of answering.
  if (process.platform === "win32") return true;
  return spawnSync(path, ["--version"], {timeout: 20_000, stdio: "ignore"}).status === 0;
}

function attempt(command: string, args: string[]): void {
  process.stderr.write(`No browser found; trying: ${[command, ...args].join(" ")}\n`);
  spawnSync(command, args, {
    stdio: ["ignore", 2, 2],
    timeout: 300_000,
    env: {...process.env, DEBIAN_FRONTEND: "noninteractive"}
  });
}
