import type {ConvolutionSize} from "../model/arithmeticIntensity.ts";
import {icons} from "./icons.ts";
import {saveAs, svgBlob} from "./saveAs.ts";
import {steadyHeight} from "./steadyHeight.ts";
import {stopButton} from "./stopButton.ts";
import {task} from "./task.ts";
import {
  isComplete,
  keyOf,
  type TimedOn,
  type TimingReport,
  type TimingRow,
  type TimingsOptions,
  type TimingsValue
} from "./timingsData.ts";
import {timingsPlot} from "./timingsPlot.ts";
import {checkSizes, timingsSizes} from "./timingsSizes.ts";
import {
  cellHeads,
  measuredSentences,
  promiseSentences,
  rowCells,
  samplesCsv,
  sizeWords,
  timesWords
} from "./timingsWords.ts";
import {asView, emitInput, keepControlEvents, part, uniqueId, type View} from "./view.ts";

export interface Timings extends View<HTMLElement, TimingsValue> {
  /** Gives up what is being measured. */
  close(): void;
}

/** What has been found out about a size. */
type Found = Pick<TimingRow, "timing" | "refused">;

/**
 * Returns a figure of how many times faster a depthwise separable convolution is than a standard one:
 * by multiply-adds at once, and by the clock as soon as the reader has it measured, for sizes that
 * they choose. Its **value** is the sizes; a change by the reader emits *input*.
 *
 * ```js
 * const times = view(timings({layers, note, work: convolutionWork, measure, device}));
 * ```
 *
 * *measure* is not called before the reader asks for it. Measurements stay while sizes change, and
 * when measuring is stopped. Throws a RangeError if **sizes**, given or assigned, is not legal.
 */
export function timings({
  layers,
  sizes = layers.slice(0, 4).map(({size}) => size),
  note,
  work,
  measure,
  device,
  save = saveAs
}: TimingsOptions): Timings {
  const id = uniqueId("timings");
  const root = document.createElement("figure");
  root.className = "viz viz-timings";
  root.innerHTML = `
    <div class="viz-timings-run">
      <div class="viz-toolbar">
        <button type="button" data-do="measure" class="viz-timings-measure"></button>
        <button type="button" data-do="reset">Reset</button>
        <button type="button" data-do="save" aria-label="Save SVG">${icons.save}SVG</button>
        <button type="button" data-do="samples" aria-label="Save all samples as CSV">${icons.save}CSV</button>
      </div>
      <p class="viz-timings-status" role="status"></p>
    </div>
    <p class="viz-error" role="alert" hidden></p>
    <ul class="viz-timings-refused"></ul>
    <figcaption><p></p><p></p></figcaption>
    <details class="viz-timings-numbers"><summary>All numbers</summary>
      <div tabindex="0" role="region" aria-labelledby="${id}-numbers">
        <table><caption class="viz-hidden" id="${id}-numbers">What each size takes</caption>
          <thead><tr>${cellHeads.map((head) => `<th scope="col">${head}</th>`).join("")}</tr></thead>
          <tbody></tbody></table>
      </div>
    </details>`;
  keepControlEvents(root);
  const initial: TimingsValue = {sizes: checkSizes(sizes)};
  let value = initial;
  let on: TimedOn | null = null;
  let running: {sizes: readonly ConvolutionSize[]; at: number; cancel: () => void} | null = null;
  let frame = 0;
  const found = new Map<string, Found>();

  const button = (name: string) => part<HTMLButtonElement>(root, `[data-do=${name}]`);
  const plot = timingsPlot();
  const editor = timingsSizes(layers, note, (next) => choose({sizes: [...next]}));
  const strip = stopButton("Measuring", stop);
  const challenge = task(
    "Find a size at which the two steps compute less, and yet take longer on your device."
  );
  button("measure").after(strip.element);
  part(root, ".viz-error").after(plot.element);
  part(root, ".viz-timings-numbers").after(editor.element, challenge.element);
  steadyHeight(part(root, "figcaption"));

  function rows(): TimingRow[] {
    return value.sizes.map((size) => {
      const key = keyOf(size);
      const {standard, depthwise, pointwise} = work(size);
      return {
        size,
        name: layers.find((layer) => keyOf(layer.size) === key)?.name ?? "Your size",
        work: {standard, depthwise, pointwise},
        predicted: standard.multiplyAdds / (depthwise.multiplyAdds + pointwise.multiplyAdds),
        ...(found.get(key) ?? {timing: null, refused: null})
      };
    });
  }

  const isSettled = (row: TimingRow) => isComplete(row) || row.refused !== null;

  function show(): void {
    cancelAnimationFrame(frame);
    frame = 0;
    const now = rows();
    plot.update(now);
    editor.update(now);
    tell(now);
  }

  /** Shows what has been measured meanwhile, once a frame: rounds may come faster. */
  function showSoon(): void {
    frame ||= requestAnimationFrame(() => {
      frame = 0;
      const now = rows();
      plot.update(now);
      tell(now);
    });
  }

  function tell(now: readonly TimingRow[]): void {
    const measured = now.some(({timing}) => timing !== null);
    const words = on && measured ? measuredSentences(now, on, device) : [promiseSentences(now), ""];
    root.querySelectorAll("figcaption p").forEach((p, i) => (p.textContent = words[i]));
    part(root, ".viz-timings-refused").replaceChildren(
      ...now.flatMap(({name, size, refused}) => {
        if (refused === null) return [];
        const item = document.createElement("li");
        item.textContent = `${name} (${sizeWords(size)}) was not measured: ${refused}.`;
        return [item];
      })
    );
    part(root, "tbody").replaceChildren(
      ...now.map((row) => {
        const line = document.createElement("tr");
        line.append(
          ...rowCells(row).map((cell, i) => {
            const element = document.createElement(i === 0 ? "th" : "td");
            if (i === 0) element.setAttribute("scope", "row");
            element.textContent = cell;
            return element;
          })
        );
        return line;
      })
    );
    button("measure").textContent = now.every(isSettled)
      ? "Measure again"
      : now.some(isSettled)
        ? "Measure the rest"
        : "Measure here";
    button("samples").disabled = !measured;
    button("reset").disabled = found.size === 0 && running === null && same(value, initial);
    button("measure").hidden = running !== null;
    judge(now);
  }

  function judge(now: readonly TimingRow[]): void {
    const complete = now.flatMap((row) =>
      row.timing !== null && isComplete(row) ? [{...row, timing: row.timing}] : []
    );
    const slowest = complete.toSorted((a, b) => a.timing.speedUp.high - b.timing.speedUp.high)[0];
    challenge.update(
      complete.some(({predicted, timing}) => predicted > 1 && timing.speedUp.high < 1),
      slowest === undefined
        ? "It counts when the whole interval lies left of 1×. Nothing is measured yet."
        : `It counts when the whole interval lies left of 1×. The farthest left now ends at ` +
            `${timesWords(slowest.timing.speedUp.high)}: ${slowest.name}, ${sizeWords(slowest.size)}.`
    );
  }

  function say(status: string, error: string | null = null): void {
    part(root, ".viz-timings-status").textContent = status;
    const place = part(root, ".viz-error");
    place.hidden = error === null;
    place.textContent = error ?? "";
  }

  function start(): void {
    const now = rows();
    const rest = now.filter((row) => !isSettled(row));
    const wanted = (rest.length > 0 ? rest : now).map(({size}) => size);
    for (const size of wanted) found.delete(keyOf(size));
    running = {sizes: wanted, at: -1, cancel: () => undefined};
    strip.progress(0);
    say("Choosing what computes, and loading it");
    running.cancel = measure(wanted, hear);
    show();
    part(strip.element, "button").focus();
  }

  function hear(report: TimingReport): void {
    if (running === null) return;
    if ("device" in report) {
      // Times of another backend are not to be compared with these.
      if (on && (on.backend !== report.device.backend || on.threads !== report.device.threads))
        found.clear();
      on = report.device;
      progress(0, 0);
    } else if ("done" in report) {
      end("");
    } else if ("error" in report) {
      end("", `Measuring ended: ${report.error}. What was measured stays.`);
    } else {
      const key = keyOf(running.sizes[report.at]);
      if ("refused" in report) {
        found.set(key, {timing: null, refused: report.refused});
        progress(report.at + 1, 0);
      } else {
        found.set(key, {timing: report.timing, refused: null});
        progress(report.at, report.timing.rounds.length / report.timing.planned);
      }
    }
    showSoon();
  }

  function progress(at: number, share: number): void {
    if (running === null) return;
    const {length} = running.sizes;
    strip.progress(Math.min(1, (at + share) / length));
    const next = share === 1 ? at + 1 : at;
    if (next === running.at || next >= length) return;
    running.at = next;
    say(`Measuring size ${next + 1} of ${length}: ${sizeWords(running.sizes[next])}`);
  }

  function end(status: string, error: string | null = null): void {
    const focused = strip.element.contains(document.activeElement);
    running = null;
    strip.progress(null);
    say(status, error);
    button("measure").hidden = false;
    if (focused) button("measure").focus();
  }

  function stop(): void {
    running?.cancel();
    end("Stopped. What was measured stays.");
    show();
  }

  function choose(next: TimingsValue): void {
    const changed = !same(next, value);
    value = {sizes: checkSizes(next.sizes)};
    show();
    if (changed) emitInput(root);
  }

  button("measure").addEventListener("click", start);
  button("reset").addEventListener("click", () => {
    running?.cancel();
    end("");
    found.clear();
    challenge.reset();
    choose(initial);
  });
  button("save").addEventListener("click", () =>
    save(svgBlob(plot.element), "arithmetic-and-time.svg")
  );
  button("samples").addEventListener("click", () => {
    if (on === null) return;
    const file = new Blob([samplesCsv(rows(), on, device)], {type: "text/csv"});
    save(file, "arithmetic-and-time.csv");
  });

  show();
  return Object.assign(
    asView<HTMLElement, TimingsValue>(root, {
      get: () => ({sizes: value.sizes.map((size) => ({...size}))}),
      set(next) {
        value = {sizes: checkSizes(next.sizes)};
        show();
      }
    }),
    {
      close() {
        running?.cancel();
        running = null;
        strip.progress(null);
      }
    }
  );
}

function same(a: TimingsValue, b: TimingsValue): boolean {
  return a.sizes.map(keyOf).join(";") === b.sizes.map(keyOf).join(";");
}
