import type {FeatureMap, Filter, Response} from "../model/atrousForms.ts";
import {count, formsSentences, middleOnly, pixelSentence} from "./atrousFormsWords.ts";
import {filterPicker, type FilterChoice} from "./filterPicker.ts";
import type {FilterPicture} from "./filters.ts";
import {formPanels, forms, type Form} from "./formPanels.ts";
import {icons} from "./icons.ts";
import {integerField} from "./integerField.ts";
import {checkPixel, linkedPixels} from "./linkedPixels.ts";
import type {Pixel} from "./pixelPointer.ts";
import {largestDifference} from "./responseMap.ts";
import {pngBlob, saveAs} from "./saveAs.ts";
import {task} from "./task.ts";
import {onThemeChange} from "./themeColors.ts";
import {asView, emitInput, keepControlEvents, part, uniqueId, type View} from "./view.ts";

/** What the reader has set. */
export interface AtrousFormsValue extends FilterChoice {
  rate: number;
  /** The pixel that is pinned on all pictures, if any. */
  at: Pixel | null;
}

/** What is known of a computation: how far the dense one is, a result, or what went wrong. */
export type FormReport =
  {form: "dense"; share: number} | {form: "dense" | "shuffled"; result: Response} | {error: string};

export interface AtrousFormsOptions {
  picture: FilterPicture;
  /** The dilated convolution, at once. */
  dilated(this: void, map: FeatureMap, filter: Filter, rate: number): Response;
  /** The two other forms, elsewhere: tells *report* of them and returns what gives them up. */
  others(
    this: void,
    job: {map: FeatureMap; filter: Filter; rate: number},
    report: (report: FormReport) => void
  ): () => void;
  /** Reads the filters that the network learned; called when one is first chosen. */
  learned(this: void): Promise<readonly Filter[]>;
  /** What to start from, and what Reset goes back to. Default vertical edges at rate 6. */
  value?: Partial<AtrousFormsValue>;
  /** The largest rate offered. Default: 3 more than the picture is wide. */
  maxRate?: number;
  /** What is done with a file. Default: the browser's download. */
  save?: (file: Blob, name: string) => void;
}

export interface AtrousForms extends View<HTMLElement, AtrousFormsValue> {
  /** Shows another picture of the same size; throws a RangeError if it is of another. */
  update(picture: FilterPicture): void;
  /** Stops all work of the figure. */
  close(): void;
}

/**
 * Returns a figure of one convolution with holes, computed three ways: by taps that lie apart, by a
 * kernel filled with zeros, and by an ordinary convolution of the picture shuffled into small ones.
 * It shows what each works on, its response, and its multiply-adds, and how far the three responses
 * differ. Its **value** is filter, rate and the pinned pixel; a change by the reader emits *input*.
 *
 * ```js
 * const forms = view(atrousForms({picture, dilated, others, learned}));
 * ```
 *
 * Pointing at a pixel marks it everywhere; see linkedPixels. Throws a RangeError, on creation or on
 * assigning, if the value is not legal.
 */
export function atrousForms({
  picture,
  dilated,
  others,
  learned,
  value: initialValue = {},
  maxRate = picture.luminance.width + 3,
  save = saveAs
}: AtrousFormsOptions): AtrousForms {
  const {width, height} = picture.luminance;
  const pixels = count(width * height);
  const id = uniqueId("forms");
  const closed = new AbortController();
  const root = document.createElement("figure");
  root.className = "viz viz-forms";
  root.innerHTML = `
    <div class="viz-forms-controls"><div class="viz-toolbar">
      <button type="button" data-do="reset">Reset</button>
      <button type="button" data-do="save" aria-label="Save PNG">${icons.save}PNG</button>
    </div></div>
    <p class="viz-verdict" role="status"><span></span> <strong></strong></p>
    <p class="viz-error" role="alert" hidden></p>
    <p class="viz-readout" id="${id}-readout"></p>
    <figcaption></figcaption>`;
  keepControlEvents(root);
  const picker = filterPicker(initialValue, {learned, onFilter: redraw});
  const rate = integerField("Rate", initialValue.rate ?? 6, {
    min: 1,
    max: maxRate,
    scale: "log",
    reason: (rate) =>
      rate === 1
        ? "Rate 1 is the least: neighbors touch, there are no holes."
        : `${maxRate} is the most: the picture is ${width} wide, so only the middle tap meets it.`
  });
  const panels = formPanels({width, height}, stop);
  part(root, ".viz-forms-controls").prepend(picker, rate);
  part(root, ".viz-verdict").before(panels.element);
  const ask = task(
    "Find the smallest rate at which every tap but the middle one misses the picture, " +
      "wherever the kernel stands."
  );
  root.append(ask.element);

  let job: {map: FeatureMap; filter: Filter; rate: number} | null = null;
  let results: Partial<Record<Form, Response>> = {};
  let cancel: (() => void) | null = null;
  let seen = false;
  let frame = 0;

  const pixel = linkedPixels({width, height}, panels.stages, {
    describedBy: `${id}-readout`,
    pinned: null,
    onMove: tellPixel,
    onPin: () => emitInput(root)
  });

  function redraw(): void {
    frame ||= requestAnimationFrame(draw);
  }

  /** Computes and draws what the controls ask for; the two slower forms come later. */
  function draw(): void {
    frame = 0;
    if (!root.isConnected || closed.signal.aborted) return;
    const start = performance.now();
    const filter = picker.current;
    const map = filter.channels === 1 ? picture.luminance : picture.rgb;
    const same = job?.map === map && job.filter === filter && job.rate === rate.value;
    panels.frame({map, filter, rate: rate.value, at: pixel.current});
    if (!same) {
      job = {map, filter, rate: rate.value};
      results = {dilated: dilated(map, filter, rate.value)};
      compute();
    }
    forms.forEach(show);
    tell();
    pixel.redraw();
    root.dataset.milliseconds = (performance.now() - start).toFixed(1);
  }

  function compute(): void {
    cancel?.();
    cancel = null;
    if (!job || !seen) return;
    message(null);
    panels.wait(0);
    cancel = others(job, (report) => {
      if ("error" in report) {
        message(`The two other forms were not computed: ${report.error}.`);
        panels.wait(null);
      } else if ("share" in report) panels.wait(report.share);
      else {
        results[report.form] = report.result;
        if (report.form === "dense") panels.wait(null);
        show(report.form);
        tell();
      }
    });
  }

  /** The reader wants no more of the dense form, or wants it after all. */
  function stop(): void {
    if (cancel === null) return compute();
    cancel();
    cancel = null;
    panels.stopped();
  }

  function show(form: Form): void {
    panels.show(form, results[form] ?? null, results.dilated ?? null);
  }

  function message(text: string | null): void {
    const place = part(root, ".viz-error");
    place.hidden = text === null;
    place.textContent = text ?? "";
  }

  function difference(): number | null {
    const {dilated: a, dense: b, shuffled: c} = results;
    if (!a || !b || !c) return null;
    return Math.max(...[b, c].map(({response}) => largestDifference(a.response, response)));
  }

  /** Says in words and numbers what is shown. */
  function tell(): void {
    if (!job) return;
    const largest = difference();
    const verdict = part(root, ".viz-verdict");
    verdict.dataset.known = String(largest !== null);
    part(verdict, "span").textContent =
      largest === null
        ? "Largest difference between the three: being computed"
        : `Largest difference between the three, over ${pixels} pixels:`;
    part(verdict, "strong").textContent =
      largest === null ? "…" : largest === 0 ? "0" : largest.toExponential(1);
    part(root, "figcaption").textContent = formsSentences({
      words: picker.words,
      filter: job.filter,
      rate: job.rate,
      width,
      height,
      dense: results.dense ?? null,
      difference: largest
    });
    panels.describe(picker.words, job.rate);
    tellPixel();
  }

  function tellPixel(): void {
    const at = pixel.current;
    const readout = part(root, ".viz-readout");
    if (job) panels.center(at);
    if (!at) {
      readout.textContent = "Point at a picture: the same pixel is marked on all of them.";
      return;
    }
    const values = forms.map((form) => results[form]?.response[at.y * width + at.x] ?? null);
    readout.textContent = pixelSentence(at, values);
  }

  /** Tells the task how things stand; only the reader's own doing solves it. */
  function judge(gesture: boolean): void {
    const {smallest, sentence} = middleOnly(width, height, rate.value);
    ask.update(gesture && smallest, sentence);
  }

  function changed(event?: Event): void {
    event?.stopPropagation();
    judge(true);
    redraw();
    emitInput(root);
  }

  picker.addEventListener("input", changed);
  rate.addEventListener("input", changed);
  part(root, "[data-do=save]").addEventListener("click", () => {
    const caption = part(root, "figcaption").textContent;
    pngBlob(panels.sheet(caption, pixel.current)).then(
      (file) => save(file, "convolution-three-ways.png"),
      (error: unknown) => message(`The picture was not saved: ${(error as Error).message}.`)
    );
  });

  const figure = asView<HTMLElement, AtrousFormsValue>(root, {
    get: () => ({...picker.value, rate: rate.value, at: pixel.pinned && {...pixel.pinned}}),
    set(next) {
      checkPixel(next.at, {width, height});
      const before = rate.value;
      rate.value = next.rate;
      try {
        picker.value = next;
      } catch (error) {
        rate.value = before;
        throw error;
      }
      pixel.pinned = next.at;
      judge(false);
      redraw();
    }
  });
  const initial: AtrousFormsValue = {
    ...picker.value,
    rate: rate.value,
    at: {x: width >> 1, y: height >> 1},
    ...initialValue
  };
  figure.value = initial;
  part(root, "[data-do=reset]").addEventListener("click", () => {
    const before = JSON.stringify(figure.value);
    figure.value = initial;
    ask.reset();
    if (JSON.stringify(figure.value) !== before) emitInput(root);
  });

  new ResizeObserver(redraw).observe(root);
  onThemeChange(() => {
    panels.recolor();
    redraw();
  }, closed.signal);
  const observer = new IntersectionObserver(
    (entries) => {
      if (!entries.some(({isIntersecting}) => isIntersecting)) return;
      observer.disconnect();
      seen = true;
      if (job) compute();
    },
    {rootMargin: "300px"}
  );
  observer.observe(root);

  return Object.assign(figure, {
    update(next: FilterPicture) {
      if (next.luminance.width !== width || next.luminance.height !== height)
        throw new RangeError(
          `invalid picture: ${next.luminance.width}×${next.luminance.height}, not ${width}×${height}`
        );
      picture = next;
      redraw();
    },
    close() {
      closed.abort();
      observer.disconnect();
      cancel?.();
    }
  });
}
