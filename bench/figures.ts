import {mkdtempSync, rmSync} from "node:fs";
import {tmpdir} from "node:os";
import {join} from "node:path";
import {fileURLToPath} from "node:url";
import type {Locator, Page} from "playwright-core";
import {build} from "vite";
import {table} from "../bin/table.ts";
import {launch, serve} from "../test/pages/browser.ts";
import {median, REFERENCE} from "./machine.ts";

/** The milliseconds of a frame, at 60 a second. */
const FRAME = 16;
/** Values that each slider is moved to, at most, three times each. */
const POSITIONS = 40;

/**
 * The figures that compute on the page itself: where each is, and whether it is arithmetic alone,
 * which has a frame. 1.2 and 1.5 convolve and paint whole pictures, which may take longer.
 */
const pages: Record<string, {name: string; place: string; analytic: boolean}[]> = {
  "atrous.html": [
    {name: "1.1 kernel with holes", place: ".viz-tap-row", analytic: true},
    {name: "1.2 three forms", place: ".viz-forms >> nth=0", analytic: false},
    {name: "1.3 receptive fields", place: ".viz-field-stack", analytic: true},
    {name: "1.4 holes", place: ".viz-path-map", analytic: true}
  ]
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
      for (const {name, place, analytic} of figures) {
        const taken = await moveSliders(page, place);
        const p95 = taken.toSorted((a, b) => a - b)[Math.ceil(0.95 * taken.length) - 1];
        if (analytic) slowest = Math.max(slowest, p95);
        const numbers = [median(taken), p95].map((ms) => ms.toFixed(1));
        rows.push([name, analytic ? "yes" : "no", String(taken.length), ...numbers]);
      }
      await page.close();
    }
  } finally {
    await browser.close();
    await host.close();
    rmSync(folder, {recursive: true});
  }
  console.log("\nFigures, from a slider's move to its paint (ms of the page's main thread)");
  console.log(table([["figure", "analytic", "moves", "median", "95 %"], ...rows]));
  const budget = (FRAME * REFERENCE) / speed;
  console.log(
    `budget of analytic figures: ${FRAME} ms at ${REFERENCE} GFLOP/s, so ${budget.toFixed(1)} ms here: ` +
      (slowest <= budget ? "within budget" : "OVER BUDGET")
  );
}

/**
 * Moves every slider of a figure through its values, and returns the milliseconds that each move
 * takes the page's main thread: listeners, the next frame's callbacks, style, layout and paint. It
 * is the thread's own processor time; what it waits for, a screen or another program, is no figure's
 * doing. What measuring takes by itself is taken off.
 */
async function moveSliders(page: Page, place: string): Promise<number[]> {
  const figure = page.locator(place);
  await figure.waitFor();
  await figure.scrollIntoViewIfNeeded();
  const devtools = await page.context().newCDPSession(page);
  await devtools.send("Performance.enable", {timeDomain: "threadTicks"});
  const busy = async () => {
    const {metrics} = await devtools.send("Performance.getMetrics");
    return 1000 * metrics.find(({name}) => name === "TaskDuration")!.value;
  };
  /** Sets a slider, waits until the frame that shows it is over, and returns what that took. */
  const set = async (slider: Locator, value: number) => {
    const before = await busy();
    await slider.evaluate(async (element: HTMLInputElement, value) => {
      element.value = String(value);
      element.dispatchEvent(new Event("input", {bubbles: true}));
      const {port1, port2} = new MessageChannel();
      await new Promise((done) => {
        port1.onmessage = done; // the first task after the frame
        requestAnimationFrame(() => port2.postMessage(null));
      });
      port1.close();
    }, value);
    return (await busy()) - before;
  };
  const taken: number[] = [];
  const sliders = figure.locator("input[type=range]:enabled");
  for (let i = 0; i < (await sliders.count()); i++) {
    const slider = sliders.nth(i);
    const {value, values} = await slider.evaluate(({value, min, max, step}: HTMLInputElement) => {
      const [low, high, by] = [min, max, step].map(Number);
      return {
        value: Number(value),
        values: Array.from({length: Math.floor((high - low) / by) + 1}, (_, i) => low + i * by)
      };
    });
    const every = Math.ceil(values.length / POSITIONS);
    const still: number[] = [];
    for (let k = 0; k < 9; k++) still.push(await set(slider, value));
    const chosen = values.filter((to, k) => to !== value && k % every === 0);
    for (const to of [...chosen, ...chosen.toReversed(), ...chosen])
      taken.push((await set(slider, to)) - median(still));
    await set(slider, value);
  }
  await devtools.detach();
  return taken;
}
