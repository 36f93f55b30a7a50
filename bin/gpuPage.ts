import {randomUUID} from "node:crypto";
import {createServer, type IncomingMessage, type Server} from "node:http";
import type {AddressInfo} from "node:net";
import {fileURLToPath} from "node:url";
import type {Browser, Page} from "playwright-core";
import {findBrowser} from "../scripts/browser.ts";

/** A page of a browser that nobody sees, and what serves it. */
export interface GpuPage {
  readonly page: Page;
  /** What the page gets at `input`, one after another. */
  input: readonly (Float32Array | Uint8Array)[];
  /** What the page gave at `output`. */
  readonly output: Float32Array;
  close(): Promise<void>;
}

/**
 * Opens a page that runs *script* (of TypeScript, bundled with all that it imports) in an installed
 * Chromium, Chrome or Edge, with WebGPU; resolves once the script has run. Where *software* will
 * do, the GPU is one that is emulated.
 *
 * Throws an Error that says what is missing: a browser, or the project's development packages.
 */
export async function openGpuPage(script: URL, software: boolean): Promise<GpuPage> {
  const executablePath = findBrowser();
  if (!executablePath) throw new Error("no Chromium, Chrome or Edge is installed");
  const host = await openHost(await bundle(script));
  let browser: Browser | undefined;
  const close = async () => {
    await browser?.close();
    await host.stop();
  };
  try {
    const {chromium} = await development(() => import("playwright-core"));
    // A signal ends the run, which then closes the browser.
    const signals = {handleSIGINT: false, handleSIGTERM: false, handleSIGHUP: false};
    browser = await chromium.launch({executablePath, args: browserOptions(software), ...signals});
    const page = await browser.newPage();
    await page.goto(host.url);
    await page.waitForFunction(() => "ready" in globalThis);
    return Object.assign(host, {page, close});
  } catch (error) {
    await close();
    throw error;
  }
}

const html = `<!doctype html><title>Training</title><link rel="icon" href="data:,">
<script type="module">import "./page.js"; globalThis.ready = true;</script>`;

/** Serves the page, and carries what is too much for a call into it. */
interface Host extends Omit<GpuPage, "page" | "close"> {
  readonly url: string;
  output: Float32Array;
  stop(): Promise<void>;
}

async function openHost(files: ReadonlyMap<string, string | Uint8Array>): Promise<Host> {
  // Nobody else on this machine knows the address.
  const base = `/${randomUUID()}/`;
  const server = createServer((request, response) => {
    const name = request.url?.startsWith(base) ? request.url.slice(base.length) : undefined;
    const file = name === undefined ? undefined : files.get(name);
    if (name === "input" && request.method === "GET") {
      // Copies: what is sent may lie in memory that threads share.
      for (const {buffer, byteOffset, byteLength} of host.input)
        response.write(new Uint8Array(buffer, byteOffset, byteLength).slice());
      response.end();
    } else if (name === "output" && request.method === "POST") {
      void read(request).then((bytes) => {
        host.output = new Float32Array(bytes.buffer, bytes.byteOffset, bytes.byteLength / 4);
        response.writeHead(204).end();
      });
    } else if (file !== undefined) {
      response.writeHead(200, {"Content-Type": name === "" ? "text/html" : "text/javascript"});
      response.end(file);
    } else {
      response.writeHead(404).end();
    }
  });
  const port = await listen(server);
  const host: Host = {
    url: `http://127.0.0.1:${port}${base}`,
    input: [],
    output: new Float32Array(),
    stop: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      })
  };
  return host;
}

function listen(server: Server): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(0, "127.0.0.1", () => resolve((server.address() as AddressInfo).port));
  });
}

/** Returns the whole body of a request, in memory of its own. */
async function read(request: IncomingMessage): Promise<Uint8Array<ArrayBuffer>> {
  const bytes = new Uint8Array(Number(request.headers["content-length"]));
  let length = 0;
  for await (const chunk of request as AsyncIterable<Uint8Array>) {
    bytes.set(chunk, length);
    length += chunk.length;
  }
  return bytes;
}

/** Returns the page's files by name, its script bundled for a browser. */
async function bundle(script: URL): Promise<Map<string, string | Uint8Array>> {
  const {build} = await development(() => import("vite"));
  const output = await build({
    configFile: false,
    logLevel: "error",
    base: "./",
    build: {
      write: false,
      minify: false,
      modulePreload: false,
      target: "es2022",
      chunkSizeWarningLimit: 1e4,
      rolldownOptions: {
        input: fileURLToPath(script),
        output: {entryFileNames: "page.js"},
        preserveEntrySignatures: "strict"
      }
    }
  });
  const files = new Map<string, string | Uint8Array>([["", html]]);
  for (const part of [output].flat())
    if ("output" in part)
      for (const file of part.output)
        files.set(file.fileName, file.type === "chunk" ? file.code : file.source);
  return files;
}

/** Imports a development package of the project, which an installation may have left out. */
async function development<T>(load: () => Promise<T>): Promise<T> {
  try {
    return await load();
  } catch (error) {
    throw new Error("the development packages are not installed (npm ci)", {cause: error});
  }
}

function browserOptions(software: boolean): string[] {
  return [
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--enable-unsafe-webgpu",
    "--ignore-gpu-blocklist",
    ...(software ? ["--use-webgpu-adapter=swiftshader"] : []),
    // On Linux, WebGPU is Vulkan.
    ...(!software && process.platform === "linux"
      ? ["--enable-features=Vulkan", "--use-angle=vulkan"]
      : [])
  ];
}
