import {createReadStream, existsSync, statSync} from "node:fs";
import {createServer} from "node:http";
import type {AddressInfo} from "node:net";
import {extname, join, normalize} from "node:path";
import {fileURLToPath} from "node:url";
import {chromium, type Browser, type Page} from "playwright-core";
import {findBrowser} from "../../scripts/browser.ts";

export {findBrowser};

/** The built site. */
export const dist = fileURLToPath(new URL("../../dist/", import.meta.url));

/** The browsers of a process that tests files, by how they were launched. They end with it. */
const running = new Map<string, Promise<Browser>>();

/**
 * Returns a headless Chromium that draws and computes in software, and that asks no other machine
 * for anything on its own account. With **gpu** it emulates one, for WebGL and WebGPU; without, it
 * draws in less time. Files that are tested in one process share it: to close it closes what was
 * opened in it, and leaves it running.
 *
 * Throws an Error if there is no Chromium.
 */
export async function launch({args = [] as string[], gpu = true} = {}): Promise<Browser> {
  if (!process.env.VITEST) return start(args, gpu);
  const key = JSON.stringify({args, gpu});
  const known = await running.get(key);
  if (known?.isConnected()) return known;
  const started = start(args, gpu).then((browser) => {
    browser.close = async () => {
      await Promise.all(browser.contexts().map((context) => context.close()));
    };
    return browser;
  });
  running.set(key, started);
  return started;
}

async function start(args: readonly string[], gpu: boolean): Promise<Browser> {
  const executablePath = findBrowser();
  if (!executablePath) throw new Error("no Chromium found; set CHROMIUM_PATH, or run npm test");
  return chromium.launch({
    executablePath,
    args: [
      "--no-sandbox",
      "--disable-background-networking",
      "--disable-component-update",
      "--disable-sync",
      ...(gpu
        ? ["--enable-unsafe-webgpu", "--use-webgpu-adapter=swiftshader", "--ignore-gpu-blocklist"]
        : ["--disable-gpu"]),
      ...args
    ]
  });
}

const types: Record<string, string> = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".mjs": "text/javascript; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".json": "application/json",
  ".wasm": "application/wasm",
  ".svg": "image/svg+xml",
  ".png": "image/png",
  ".jpg": "image/jpeg",
  ".woff2": "font/woff2"
};

/** A static host of the site. */
export interface Host {
  /** The address of the site's folder, with a slash at its end. */
  url: string;
  close(): Promise<void>;
}

/**
 * Serves a folder as a plain static host does, at a free port.
 *
 * - **folder**: what to serve; by default the built site.
 * - **subPath**: where on the host the folder is, such as `/some/project/`; by default the root.
 * - **isolated**: whether the host sends the headers that allow threads; by default not.
 * - **offline**: whether the site's service worker does its work; by default it does nothing, so that
 *   a page opened for a test does not fetch all the others.
 */
export async function serve({
  folder = dist,
  subPath = "/",
  isolated = false,
  offline = false
} = {}): Promise<Host> {
  const server = createServer((request, response) => {
    const {pathname} = new URL(request.url ?? "/", "http://localhost");
    const path = normalize(decodeURIComponent(pathname));
    const file = join(folder, path.slice(subPath.length), path.endsWith("/") ? "index.html" : "");
    if (!path.startsWith(subPath) || !existsSync(file) || !statSync(file).isFile()) {
      response.writeHead(404).end("not found");
      return;
    }
    if (!offline && path.endsWith("/serviceWorker.js")) {
      response.writeHead(200, {"Content-Type": "text/javascript"}).end();
      return;
    }
    response.writeHead(200, {
      "Content-Type": types[extname(file)] ?? "application/octet-stream",
      "Content-Length": statSync(file).size,
      ...(isolated
        ? {
            "Cross-Origin-Opener-Policy": "same-origin",
            "Cross-Origin-Embedder-Policy": "require-corp"
          }
        : {})
    });
    createReadStream(file).pipe(response);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const {port} = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}${subPath}`,
    close: () =>
      new Promise((resolve, reject) => {
        server.closeAllConnections();
        server.close((error) => (error ? reject(error) : resolve()));
      })
  };
}

/** What went wrong on a page, as it happens; on a sound page every list stays empty. */
export interface Watch {
  /** Whatever the page or its workers wrote to the console, of any level. */
  console: string[];
  /** Errors that nothing caught. */
  errors: string[];
  /** Requests to another origin than *origin*. */
  foreign: string[];
  /** Requests that failed or were answered 400 or above. */
  failed: string[];
}

/** Watches *page*, before it navigates, for anything that a sound page of *origin* does not do. */
export function watchPage(page: Page, origin: string): Watch {
  const watch: Watch = {console: [], errors: [], foreign: [], failed: []};
  const own = new URL(origin).origin;
  page.on("console", (message) => watch.console.push(`${message.type()}: ${message.text()}`));
  page.on("pageerror", (error) => watch.errors.push(error.stack ?? error.message));
  page.on("request", (request) => {
    const url = request.url();
    if (/^https?:/.test(url) && new URL(url).origin !== own) watch.foreign.push(url);
  });
  page.on("requestfailed", (request) => {
    // What a page without scripts would preload of them is blocked, and no fault.
    if (request.failure()?.errorText === "csp") return;
    watch.failed.push(`${request.url()}: ${request.failure()?.errorText ?? "failed"}`);
  });
  page.on("response", (response) => {
    if (response.status() >= 400) watch.failed.push(`${response.url()}: ${response.status()}`);
  });
  return watch;
}
