import {randomUUID} from "node:crypto";
import {createServer, type IncomingMessage, type Server} from "node:http";
import type {AddressInfo} from "node:net";
import {fileURLToPath} from "node:url";
import type {Browser, Page} from "playwright-core";
import {findBrowser} from "../scripts/browser.ts";
import type {GroupJob} from "../src/model/train/webgpuGroup.ts";
import type {GroupComputer} from "./gpuCrew.ts";
import {messageOf} from "./inputError.ts";
import type {gpu as Gpu} from "./train.page.ts";
import type {TaskData} from "./trainProtocol.ts";

declare const gpu: typeof Gpu;

const html = `<!doctype html><title>Training</title><link rel="icon" href="data:,">
<script type="module" src="train.page.js"></script>`;

/**
 * Returns what computes groups on the GPU of an installed Chromium, Chrome or Edge, in a page that
 * nobody sees. Throws an Error that says why it cannot be had: no browser, or none of the project's
 * development packages, or no GPU, or only one that is emulated where *software* will not do.
 */
export async function openBrowserGpu(
  {network, loss, classWeights}: TaskData,
  software: boolean
): Promise<GroupComputer> {
  const executablePath = findBrowser();
  if (!executablePath) throw new Error("no Chromium, Chrome or Edge is installed");
  const host = await openHost(await bundle());
  let browser: Browser | undefined;
  try {
    const {chromium} = await development(() => import("playwright-core"));
    // A signal ends the run, which then closes the browser.
    const signals = {handleSIGINT: false, handleSIGTERM: false, handleSIGHUP: false};
    browser = await chromium.launch({executablePath, args: browserOptions(software), ...signals});
    const page = await browser.newPage();
    await page.goto(host.url);
    await page.waitForFunction(() => "gpu" in globalThis);
    const task = {network, loss, classWeights: [...classWeights], software};
    await page.evaluate((given) => gpu.open(given), task);
    return pageComputer(page, browser, host);
  } catch (error) {
    await browser?.close();
    await host.close();
    // Of what the page throws, its own words.
    throw new Error(/Error: (.*)/.exec(messageOf(error))?.[1] ?? messageOf(error), {cause: error});
  }
}

function pageComputer(page: Page, browser: Browser, host: Host): GroupComputer {
  return {
    async compute({samples, trained, gradient, statistics, seed}: GroupJob) {
      const {height, width, pixels, labels} = samples;
      host.input = [trained, pixels, labels];
      const request = {
        seed,
        size: [height, width],
        count: labels.length / (height * width)
      } as const;
      const result = await page.evaluate((given) => gpu.computeGroup(given), request);
      statistics.set(host.output.subarray(0, statistics.length));
      gradient.set(host.output.subarray(statistics.length));
      return {...result, confusion: Uint32Array.from(result.confusion)};
    },
    async close() {
      await browser.close();
      await host.close();
    }
  };
}

/** Serves the page, and carries what is too much for a call into it. */
interface Host {
  readonly url: string;
  /** What the page gets at `input`, one after another. */
  input: readonly (Float32Array | Uint8Array)[];
  /** What the page gave at `output`. */
  output: Float32Array;
  close(): Promise<void>;
}

async function openHost(files: ReadonlyMap<string, string | Uint8Array>): Promise<Host> {
  // Nobody else on this machine knows the address.
  const base = `/${randomUUID()}/`;
  const server = createServer((request, response) => {
    const name = request.url?.startsWith(base) ? request.url.slice(base.length) : undefined;
    const file = name === undefined ? undefined : files.get(name);
    if (name === "input" && request.method === "GET") {
      for (const {buffer, byteOffset, byteLength} of host.input)
        response.write(Uint8Array.from(new Uint8Array(buffer, byteOffset, byteLength)));
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
    close: () =>
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
async function bundle(): Promise<Map<string, string | Uint8Array>> {
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
        input: fileURLToPath(new URL("train.page.ts", import.meta.url)),
        output: {entryFileNames: "train.page.js"},
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
