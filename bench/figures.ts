import {mkdtempSync, rmSync} from "node:fs";
import {tmpdir} from "node:os";
import {join} from "node:path";
import {fileURLToPath} from "node:url";
import type {Page} from "playwright-core";
import {build} from "vite";
import {table} from "../bin/table.ts";
import {launch, serve} from "../test/pages/browser.ts";
import {median, REFERENCE} from "./machine.ts";

/** The milliseconds of a frame, at 60 a second. */
const FRAME = 16;
/** Positions that each slider is moved to, there and back. */
const POSITIONS = 40;

/** The figures that compute on the page itself, by page and name: where they are on it. */
const pages: Record<string, Record<string, string>> = {
  "atrous.html": {
    "1.1 kernel with holes": ".viz-tap-row",
    "1.2 three forms": ".viz-forms >> nth=0",
    "1.3 receptive fields": ".viz-field-stack",
    "1.4 holes": ".viz-path-map"
  }
};

/** Prints what a slider's move takes, to the paint that shows it, of each analytic figure. */
export async function benchFigures(speed: number): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "bench-"));
  const root = fileURLToPath(new URL("..", import.meta.url));
  await build({
    configFile: join(root, "vite.config.ts"),
    logLevel: "error",
    build: {outDir: folder, emptyOutDir: true}
  });
  const [host, browser] = await Promise.all([serve({folder}), launch()]);
  const rows: string[][] = [];
  let slowest = 0;
  try {
    for (const [file, figures] of Object.entries(pages)) {
      const page = await browser.newPage({viewport: {width: 1280, height: 900}});
      await page.goto(host.url + file);
      for (const [name, place] of Object.entries(figures)) {
        const taken = await moveSliders(page, place);
        const p95 = taken.toSorted((a, b) => a - b)[Math.ceil(0.95 * taken.length) - 1];
        slowest = Math.max(slowest, p95);
        const numbers = [median(taken), p95].map((ms) => ms.toFixed(1));
        rows.push([file, name, String(taken.length), ...numbers]);
      }
      await page.close();
    }
  } finally {
    await browser.close();
    await host.close();
    rmSync(folder, {recursive: true});
  }
  console.log("\nFigures, from a slider's move to its paint (ms of the page's own thread)");
  console.log(table([["page", "figure", "moves", "median", "95 %"], ...rows]));
  const budget = (FRAME * REFERENCE) / speed;
  console.log(
    `budget: ${FRAME} ms at ${REFERENCE} GFLOP/s, so ${budget.toFixed(1)} ms here: ` +
      (slowest <= budget ? "within budget" : "OVER BUDGET")
  );
}

/**
 * Moves every slider of a figure there and back, and returns the milliseconds of each move: of the
 * event's listeners, and of the next frame's callbacks, style, layout and paint. What the browser
 * waits for between the two is the screen's, not the figure's.
 */
async function moveSliders(page: Page, place: string): Promise<number[]> {
  const figure = page.locator(place);
  await figure.waitFor();
  await figure.scrollIntoViewIfNeeded();
  return figure.evaluate(async (element, positions) => {
    const sliders = [...element.querySelectorAll<HTMLInputElement>("input[type=range]")];
    if (sliders.length === 0) throw new Error("a figure without sliders");
    const frame = () =>
      new Promise<number>((resolve) => {
        requestAnimationFrame(() => {
          const start = performance.now();
          const {port1, port2} = new MessageChannel();
          // The first task after the frame: all of the frame's own work is done.
          port1.onmessage = () => resolve(performance.now() - start);
          port2.postMessage(null);
        });
      });
    const taken: number[] = [];
    for (const slider of sliders.filter(({disabled}) => !disabled)) {
      const [low, high] = [Number(slider.min), Number(slider.max)];
      const initial = slider.value;
      for (let i = 1; i <= 2 * positions && slider.isConnected; i++) {
        const share = i <= positions ? i / positions : 2 - i / positions;
        const painted = frame(); // asked first, so that it spans the figure's own callbacks
        const start = performance.now();
        slider.value = String(low + share * (high - low));
        slider.dispatchEvent(new Event("input", {bubbles: true}));
        const listeners = performance.now() - start;
        taken.push(listeners + (await painted));
        await frame();
      }
      slider.value = initial;
      slider.dispatchEvent(new Event("input", {bubbles: true}));
      await frame();
    }
    return taken;
  }, POSITIONS);
}
