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
/** Moves of each slider. */
const POSITIONS = 40;
/** Rounds over all of a figure's moves: what else runs on the machine spoils one more than all. */
const ROUNDS = 5;
/** Milliseconds that a figure has to be drawn and to come to rest. */
const SETTLED = 1500;

/**
 * The figures that compute on the page itself: where each is, and whether it is arithmetic alone,
 * which has a frame. 1.2, 1.5, 2.5 and 5.2 compute and paint whole pictures, which may take longer. Of
 * 5.3 it is the bar, which shows what has been computed; of 5.4 the board's sliders.
 */
const pages: Record<string, {name: string; place: string; analytic: boolean}[]> = {
  "atrous.html": [
    {name: "1.1 kernel with holes", place: ".viz-tap-row", analytic: true},
    {name: "1.2 three forms", place: ".viz-forms >> nth=0", analytic: false},
    {name: "1.3 receptive fields", place: ".viz-field-stack", analytic: true},
    {name: "1.4 holes", place: ".viz-path-map", analytic: true}
  ],
  "separable.html": [
    {name: "2.1 two steps", place: ".viz-two-steps", analytic: true},
    {name: "2.2 calculator", place: ".viz-cost", analytic: true},
    {name: "2.3 whole network", place: ".viz-bars", analytic: true},
    {name: "2.5 separable terms", place: ".viz-separable-terms", analytic: false}
  ],
  "crf.html": [
    {name: "5.2 who talks to whom", place: ".viz-pairs", analytic: false},
    {name: "5.3 iterations", place: ".viz-iter .viz-transport", analytic: true},
    {name: "5.4 a checkerboard", place: ".viz-conv-fields", analytic: true},
    {name: "5.5 the lattice", place: ".viz-lattice", analytic: true}
  ]
};

/**
 * Prints what a slider's move takes, to the paint that shows it, of each figure: the median of all
 * moves, and of the rounds' 95th percentiles. *only* names the pages, or is empty for all of them.
 */
export async function benchFigures(speed: number, only: readonly string[] = []): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "bench-"));
  const root = fileURLToPath(new URL("..", import.meta.url));
  await build({
    configFile: join(root, "vite.config.ts"),
    logLevel: "error",
    build: {outDir: folder, emptyOutDir: true}
  });
  const [host, browser] = await Promise.all([serve({folder}), launch()]);
  const rows: string[][] = [];
  const slowest = new Map<string, number>();
  try {
    for (const [file, figures] of Object.entries(pages)) {
      if (only.length > 0 && !only.includes(file)) continue;
      const page = await browser.newPage({viewport: {width: 1280, height: 900}});
      await page.goto(host.url + file);
      for (const {name, place, analytic} of figures) {
        const rounds: number[][] = [];
        for (let round = 0; round < ROUNDS; round++) rounds.push(await moveSliders(page, place));
        const p95 = median(rounds.map(percentile95));
        if (analytic) slowest.set(file, Math.max(slowest.get(file) ?? 0, p95));
        const ends = [Math.min, Math.max].map((end) => end(...rounds.map(percentile95)).toFixed(1));
        const numbers = [median(rounds.flat()), p95].map((ms) => ms.toFixed(1));
        const moves = String(rounds[0].length);
        rows.push([name, analytic ? "yes" : "no", moves, ...numbers, ends.join(" to ")]);
      }
      await page.close();
    }
  } finally {
    await browser.close();
    await host.close();
    rmSync(folder, {recursive: true});
  }
  console.log("\nFigures, from a slider's move to its paint (ms)");
  console.log(table([["figure", "analytic", "moves", "median", "95 %", "in a round"], ...rows]));
  // A frame is no shorter on a fast machine, but a slow one may take longer.
  const budget = FRAME * Math.max(1, REFERENCE / speed);
  console.log(
    `budget of analytic figures: a frame of ${FRAME} ms, so ${budget.toFixed(1)} ms here`
  );
  for (const [file, p95] of slowest)
    console.log(
      `  ${file}: ${p95.toFixed(1)} ms: ${p95 <= budget ? "within budget" : "OVER BUDGET"}`
    );
}

function percentile95(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.ceil(0.95 * values.length) - 1];
}

/**
 * Moves every slider of a figure through its values, and returns the milliseconds from each move to
 * its paint: of the event's listeners, and of the next frame's callbacks, style, layout and paint.
 * The wait for that frame in between is the screen's; what a figure leaves for after the paint is
 * not counted.
 */
async function moveSliders(page: Page, place: string): Promise<number[]> {
  const figure = page.locator(place);
  await figure.waitFor();
  await figure.scrollIntoViewIfNeeded();
  await page.waitForTimeout(SETTLED);
  const taken: number[] = [];
  const sliders = figure.locator("input[type=range]:enabled");
  for (let i = 0; i < (await sliders.count()); i++) {
    const moves = await sliders.nth(i).evaluate(async (slider: HTMLInputElement, count) => {
      const [low, high, step] = [slider.min, slider.max, slider.step].map(Number);
      const [values, initial] = [Math.floor((high - low) / step) + 1, slider.value];
      const every = Math.ceil(values / count);
      const milliseconds: number[] = [];
      for (let k = 0; k <= count; k++) {
        const next = k < count ? String(low + ((k * every) % values) * step) : initial;
        if (next === slider.value) continue;
        await new Promise((done) => setTimeout(done, 30));
        const {port1, port2} = new MessageChannel();
        const frame = new Promise<number>((done) => {
          // Asked first, so that it spans the figure's own callbacks.
          requestAnimationFrame(() => {
            const start = performance.now();
            port1.onmessage = () => done(performance.now() - start); // the first task after it
            port2.postMessage(null);
          });
        });
        const start = performance.now();
        slider.value = next;
        slider.dispatchEvent(new Event("input", {bubbles: true}));
        const listeners = performance.now() - start;
        milliseconds.push(listeners + (await frame));
        port1.close();
      }
      return milliseconds;
    }, POSITIONS);
    taken.push(...moves);
  }
  return taken;
}
