import type {FilterFacts, FilterForm, FilterTiming} from "../model/crf/filterTiming.ts";
import {fittedExponent, timesOf} from "./filterTimes.ts";
import {filterPlot, formNames} from "./filterPlot.ts";
import {factsSentences, powerWords, timesCsv, timingSentences} from "./filterWords.ts";
import {icons} from "./icons.ts";
import {integerField} from "./integerField.ts";
import type {FilterReport, LatticeStepsOptions, TimedKernel} from "./latticeData.ts";
import {stopButton} from "./stopButton.ts";
import {emitInput, part} from "./view.ts";

export interface FilterPanel {
  readonly element: HTMLElement;
  /** The kernel that is timed. A change by the reader emits *input* from the element. */
  kernel: TimedKernel;
  /** Asks for the facts of the picture, which may be another; what was measured is dropped. */
  renew(): void;
  /** Gives up what is being measured, and drops what was. */
  reset(): void;
  close(): void;
}

/**
 * Returns the part of a figure in which the reader has the exact filter and the lattice's measured
 * on a picture. *tell* is told the sentences for the caption whenever they change.
 */
export function filterPanel({
  ask,
  width = 257,
  height = 193,
  device,
  save,
  kernel: initial,
  tell
}: Pick<LatticeStepsOptions, "ask" | "width" | "height" | "device"> & {
  save: (file: Blob, name: string) => void;
  kernel: TimedKernel;
  tell(sentences: string): void;
}): FilterPanel {
  const element = document.createElement("div");
  element.className = "viz-filter-panel";
  element.innerHTML = `
    <p class="viz-lattice-title">The same on this street, in place and color, by the clock</p>
    <div class="viz-timings-run">
      <div class="viz-toolbar">
        <button type="button" data-do="measure" class="viz-timings-measure">Measure here</button>
        <button type="button" data-do="times" aria-label="Save the times as CSV" disabled>${icons.save}CSV</button>
      </div>
      <p class="viz-timings-status" role="status"></p>
    </div>
    <p class="viz-error" role="alert" hidden></p>
    <ul class="viz-filter-key">${(["exact", "build", "filter"] as const)
      .map(
        (form) =>
          `<li data-form="${form}"><i></i>${formNames[form]} <span class="viz-filter-law"></span></li>`
      )
      .join("")}</ul>
    <details class="viz-filter-settings"><summary>The kernel that is timed</summary>
      <div></div></details>`;
  const button = (name: string) => part<HTMLButtonElement>(element, `[data-do=${name}]`);
  const plot = filterPlot(width * height);
  const strip = stopButton("Measuring", stop);
  const fields = {
    sxy: integerField("θα, pixels", initial.sxy, {
      min: 1,
      max: 256,
      scale: "log",
      reason: (at) =>
        at === 1
          ? "1 is the least here: the next pixel."
          : "256 is the most here: the picture’s width."
    }),
    srgb: integerField("θβ, levels of 255", initial.srgb, {
      min: 1,
      max: 128,
      scale: "log",
      reason: (at) =>
        at === 1
          ? "1 is the least here: nearly the same color."
          : "128 is the most here: any color."
    })
  };
  button("measure").after(strip.element);
  part(element, ".viz-filter-key").after(plot.element);
  part(element, "details > div").append(fields.sxy, fields.srgb);
  let kernel = {...initial};
  let facts: FilterFacts | null = null;
  let timing: FilterTiming | null = null;
  let running = false;
  let giveUp = () => {};
  let timer: ReturnType<typeof setTimeout> | undefined;
  let frame = 0;
  let begun = false;

  function show(): void {
    frame = 0;
    plot.update(timing);
    for (const item of element.querySelectorAll<HTMLElement>("[data-form]")) {
      const sizes = timesOf(timing?.times ?? [], item.dataset.form as FilterForm);
      part(item, ".viz-filter-law").textContent = powerWords(fittedExponent(sizes));
    }
    button("times").disabled = timing === null || running;
    button("measure").textContent = timing === null ? "Measure here" : "Measure again";
    button("measure").hidden = running;
    const size = {width, height};
    const measured = timing?.times.some(({samples}) => samples.length > 0);
    tell(
      `${factsSentences(facts, {...size, kernel})} ` +
        (timing !== null && measured
          ? timingSentences(timing, {...size, device})
          : "Nothing is measured yet: it takes about a quarter of a minute, and can be stopped.")
    );
  }

  function showSoon(): void {
    frame ||= requestAnimationFrame(show);
  }

  function say(status: string, error: string | null = null): void {
    part(element, ".viz-timings-status").textContent = status;
    const place = part(element, ".viz-error");
    place.hidden = error === null;
    place.textContent = error ?? "";
  }

  function hear(report: FilterReport): void {
    if ("facts" in report) facts = report.facts;
    else if ("timing" in report) {
      timing = report.timing;
      strip.progress(timing.share);
      if (timing.share > 0) say("Measuring: sizes take turns, and so do the two ways.");
    } else if ("done" in report) {
      end("");
      if (facts === null) askFacts();
    } else {
      end("", `This ended: ${report.error}. What was measured stays; you can measure again.`);
    }
    showSoon();
  }

  function end(status: string, error: string | null = null): void {
    const focused = strip.element.contains(document.activeElement);
    running = false;
    strip.progress(null);
    say(status, error);
    button("measure").hidden = false;
    if (focused) button("measure").focus();
  }

  function start(): void {
    begun = true;
    clearTimeout(timer);
    timing = null;
    running = true;
    strip.progress(0);
    say("Warming up, and looking for the largest size that the exact sum can do.");
    giveUp = ask("measure", kernel, hear);
    show();
    part(strip.element, "button").focus();
  }

  function stop(): void {
    giveUp();
    // Of a warm-up alone nothing is kept.
    if (timing?.share === 0) timing = null;
    end(timing === null ? "Stopped." : "Stopped. What was measured stays.");
    if (facts === null) askFacts();
    show();
  }

  function askFacts(): void {
    giveUp();
    giveUp = ask("facts", kernel, hear);
  }

  /** What is known was of another kernel, or another street. */
  function forget(status: string, delay: number): void {
    giveUp();
    if (running) end(status);
    else say(timing === null ? "" : status);
    facts = timing = null;
    show();
    if (!begun) return;
    clearTimeout(timer);
    timer = setTimeout(askFacts, delay);
  }

  function assign(next: TimedKernel): void {
    if (next.sxy === kernel.sxy && next.srgb === kernel.srgb) return;
    kernel = {sxy: next.sxy, srgb: next.srgb};
    for (const name of ["sxy", "srgb"] as const)
      if (fields[name].value !== kernel[name]) fields[name].value = kernel[name];
    forget("The kernel is another now: measure again.", 250); // a slider may move on
  }

  for (const name of ["sxy", "srgb"] as const)
    fields[name].addEventListener("input", (event) => {
      event.stopPropagation();
      assign({...kernel, [name]: fields[name].value});
      emitInput(element);
    });
  button("measure").addEventListener("click", start);
  button("times").addEventListener("click", () => {
    if (timing === null) return;
    const file = new Blob([timesCsv(timing, kernel, device)], {type: "text/csv"});
    save(file, "exact-and-lattice.csv");
  });
  show();

  return {
    element,
    get kernel() {
      return {...kernel};
    },
    set kernel(next) {
      assign(next);
    },
    renew() {
      begun = true;
      forget("The street is another now: measure again.", 0);
    },
    reset() {
      assign(initial);
      if (running || timing !== null) forget("", 0);
      say("");
    },
    close() {
      clearTimeout(timer);
      giveUp();
      running = false;
      strip.progress(null);
    }
  };
}
