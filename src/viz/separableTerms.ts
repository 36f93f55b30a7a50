import type {FeatureMap, Filter, Response} from "../model/atrousForms.ts";
import type {Kernels, KernelTerms, SeparableTerm} from "../model/separableTerms.ts";
import {afterPaint} from "./afterPaint.ts";
import type {FilterPicture} from "./filters.ts";
import {icons} from "./icons.ts";
import {integerField} from "./integerField.ts";
import {checkChoice, choices, filterName, shapeOf, type KernelChoice} from "./kernelChoice.ts";
import {largestDifference} from "./responseMap.ts";
import {pngBlob, saveAs} from "./saveAs.ts";
import {separableTermsPanels, type Outputs} from "./separableTermsPanels.ts";
import {
  errorText,
  filterSentence,
  rankSentences,
  termsSentences,
  termsText
} from "./separableTermsWords.ts";
import {steadyHeight} from "./steadyHeight.ts";
import {task} from "./task.ts";
import {termsPlot} from "./termsPlot.ts";
import {onThemeChange} from "./themeColors.ts";
import {transport} from "./transport.ts";
import {asView, emitInput, keepControlEvents, part, uniqueId, type View} from "./view.ts";

/** What the reader has set. */
export interface SeparableTermsValue extends KernelChoice {
  /** How many terms the kernels are rebuilt from: 0 to their rank. */
  terms: number;
  /** The filter whose output is shown, from 0. */
  filter: number;
}

export interface SeparableTermsOptions {
  picture: FilterPicture;
  /** Takes the chosen kernels apart; rejects with an Error in words for the reader. */
  takeApart(this: void, choice: KernelChoice): Promise<KernelTerms>;
  /** One filter of a bank, by itself. */
  filterOf(this: void, kernels: Kernels, n: number): Filter;
  /** The standard convolution, at rate 1. */
  convolve(this: void, map: FeatureMap, filter: Filter, rate: number): Response;
  /** The terms' depthwise steps, one term after another. */
  depthwiseSteps(
    this: void,
    map: FeatureMap,
    terms: readonly SeparableTerm[],
    size: number
  ): Iterable<Float32Array[], undefined>;
  /** Their pointwise steps for one filter, summed. */
  pointwiseSum(
    this: void,
    steps: readonly (readonly Float32Array[])[],
    terms: readonly SeparableTerm[],
    of: {filter: number; filters: number; length: number}
  ): Float32Array;
  /** What to start from, and what Reset goes back to. Default one term of long 7 × 7 edges. */
  value?: Partial<SeparableTermsValue>;
  /** What is done with a file. Default: the browser's download. */
  save?: (file: Blob, name: string) => void;
}

export interface SeparableTermsView extends View<HTMLElement, SeparableTermsValue> {
  /** Shows outputs on another picture of the same size; throws a RangeError if it is of another. */
  update(picture: FilterPicture): void;
  /** Stops all work of the figure. */
  close(): void;
}

/**
 * Returns a figure of standard kernels rebuilt from a sum of separable ones: the kernels, their sum
 * of so many terms and the difference; what one filter of them makes of the picture; the error and
 * the cost against the number of terms. Its **value** is the kernels, the number of terms and the
 * filter; a change by the reader emits *input*.
 *
 * ```js
 * const terms = view(separableTerms({picture, takeApart, filterOf, convolve, depthwiseSteps, pointwiseSum}));
 * ```
 *
 * While kernels are on the way, or if they cannot be had, those before stay. A number of terms above
 * the rank that the kernels turn out to have becomes the rank. Throws a RangeError, on creation or
 * on assigning, if the value is not legal.
 */
export function separableTerms({
  picture,
  takeApart,
  filterOf,
  convolve,
  depthwiseSteps,
  pointwiseSum,
  value: initialValue = {},
  save = saveAs
}: SeparableTermsOptions): SeparableTermsView {
  const {width, height} = picture.luminance;
  const id = uniqueId("terms");
  const closed = new AbortController();
  const initial = check({
    kernel: "long",
    size: 7,
    orientations: 16,
    terms: 1,
    filter: 4,
    ...initialValue
  });
  let value = {...initial};
  let shown: {of: KernelTerms; choice: KernelChoice} | null = null;
  let steps: Float32Array[][] = [];
  let standards: Float32Array[] = [];
  let byReader = false;
  let [asked, prepared, frame] = [0, 0, 0];

  // The kernels are seen at once; their outputs, which take as long again, right after.
  const drawOutputs = afterPaint(showOutputs);

  const root = document.createElement("figure");
  root.className = "viz viz-separable-terms";
  root.innerHTML = `
    <div class="viz-terms-controls">
      ${group("kernel", "Kernels")}${group("size", "Size")}${group("orientations", "Filters")}
      <div class="viz-toolbar">
        <button type="button" data-do="reset">Reset</button>
        <button type="button" data-do="png" aria-label="Save PNG">${icons.save}PNG</button>
        <button type="button" data-do="csv" aria-label="Save CSV of the curves">${icons.save}CSV</button>
      </div>
    </div>
    <div class="viz-terms-steps">
      <div><p class="viz-terms-label" id="${id}-terms">Separable terms</p>
        <p class="viz-says" aria-live="polite"></p></div>
    </div>
    <p class="viz-error" role="alert" hidden></p>
    <div class="viz-terms-body">
      <div class="viz-terms-about"><p class="viz-terms-title"><strong>Error and cost</strong>
        <span>standard = 1</span></p></div>
    </div>
    <p class="viz-terms-readout" role="status"></p>
    <figcaption><p></p><p></p><p>With batch normalization and ReLU between the two steps, as in
      DeepLab, it is a different function again, not one of these.</p></figcaption>`;
  keepControlEvents(root);
  const radios = [...root.querySelectorAll<HTMLInputElement>("[type=radio]")];
  const step = transport({
    last: shapeMost(),
    step: initial.terms,
    interval: 700,
    name: (at, last) => `${termsText(at)} of ${last}`
  });
  step.setAttribute("aria-labelledby", `${id}-terms`);
  part(root, ".viz-terms-label").after(step);
  const filter = integerField("Filter", initial.filter + 1, {
    min: 1,
    max: shapeOf(initial).filters,
    reason: (n) => (n === 1 ? "This is the first." : `This is the last of ${n}.`)
  });
  part(root, ".viz-terms-steps").append(filter);
  const panels = separableTermsPanels({width, height}, (n) => choose({filter: n}), redraw);
  part(root, ".viz-terms-body").append(panels.element);
  const plot = termsPlot();
  part(root, ".viz-terms-about").append(plot.element);
  steadyHeight(part(root, "figcaption"));
  const challenge = task(
    "Find kernels and a number of terms that are exact and still cheaper than the standard ones."
  );
  root.append(challenge.element);

  function group(name: keyof typeof choices, legend: string): string {
    const labels = choices[name].map(
      (item) =>
        `<label><input type="radio" name="${id}-${name}" data-name="${name}" ` +
        `value="${item.value}"><span>${item.label}</span></label>`
    );
    return `<fieldset class="viz-choice" data-group="${name}"><legend>${legend}</legend>
      <div class="viz-segmented">${labels.join("")}</div></fieldset>`;
  }

  /** The most terms that the chosen kernels can need. */
  function shapeMost(of: KernelChoice = value): number {
    const {size, filters} = shapeOf(of);
    return Math.min(filters, size ** 2);
  }

  function check(next: SeparableTermsValue): SeparableTermsValue {
    checkChoice(next);
    const {kernel, size, orientations, terms, filter: n} = next;
    const {filters} = shapeOf(next);
    if (!(Number.isInteger(terms) && terms >= 0 && terms <= shapeMost(next)))
      throw new RangeError(`invalid terms: ${terms} (a whole number, 0 to ${shapeMost(next)})`);
    if (!(Number.isInteger(n) && n >= 0 && n < filters))
      throw new RangeError(`invalid filter: ${n} (a whole number, 0 to ${filters - 1})`);
    return {kernel, size, orientations, terms, filter: n};
  }

  /** Shows what the value asks for, at once if its kernels are those shown. */
  async function read(): Promise<void> {
    const {kernel, size, orientations} = value;
    const choice = {kernel, size, orientations};
    const ask = ++asked;
    message(null);
    if (current()) value.terms = Math.min(value.terms, shown?.of.rank ?? 0);
    show();
    if (current()) return;
    say(".viz-terms-readout", "These kernels are being taken apart …");
    try {
      const of = await takeApart(choice);
      if (ask !== asked || closed.signal.aborted) return;
      shown = {of, choice};
      value = {...value, terms: Math.min(value.terms, of.rank)};
      prepare();
      show();
    } catch (error) {
      if (ask !== asked) return;
      fallBack((error as Error).message);
    }
  }

  /** Goes back to the kernels shown, or to a bank, which needs nothing that could be missing. */
  function fallBack(why: string): void {
    const failed = value.kernel;
    if (shown ?? failed === "learned") {
      const kernel = failed === "learned" ? "long" : failed;
      value = {...value, kernel, ...shown?.choice};
      value.terms = Math.min(value.terms, shown?.of.rank ?? shapeMost());
      void read();
      if (byReader) emitInput(root);
    }
    message(`${labelOf(failed)} kernels were not read: ${why}. Choose them again to retry.`);
  }

  function labelOf(kernel: string): string | undefined {
    return choices.kernel.find((item) => item.value === kernel)?.label;
  }

  /** Whether the kernels shown are those that the value asks for. */
  function current(): boolean {
    if (!shown) return false;
    const {kernel, size, orientations} = shown.choice;
    return kernel === value.kernel && size === value.size && orientations === value.orientations;
  }

  function mapOf({kernels}: KernelTerms): FeatureMap {
    return kernels.channels === 1 ? picture.luminance : picture.rgb;
  }

  /** Computes the terms' first steps, a term at a time, so that nothing waits long for it. */
  function prepare(): void {
    if (!shown) return;
    const {of} = shown;
    const job = ++prepared;
    [steps, standards] = [[], []];
    const coming = depthwiseSteps(mapOf(of), of.terms, of.kernels.size)[Symbol.iterator]();
    const next = () => {
      if (job !== prepared) return;
      const {value: planes, done} = coming.next();
      if (done === true) return;
      steps.push(planes);
      if (steps.length === value.terms) drawOutputs();
      setTimeout(next);
    };
    afterPaint(next)();
  }

  /** Puts the controls and words where the value is; pictures follow with the next frame. */
  function show(): void {
    const {kernel} = value;
    const {size, filters} = shapeOf(value);
    const has = {kernel, size, orientations: filters};
    for (const radio of radios) {
      const name = radio.dataset.name as keyof typeof choices;
      radio.checked = radio.value === String(has[name]);
      if (name !== "kernel") radio.disabled = kernel === "learned";
    }
    filter.limit(filters);
    filter.value = value.filter + 1;
    part<HTMLButtonElement>(root, "[data-do=reset]").disabled =
      JSON.stringify(value) === JSON.stringify(initial);
    if (!shown || !current()) return;
    redraw();
    const {of, choice} = shown;
    const {terms} = value;
    step.update({last: of.rank});
    step.value = terms;
    say(".viz-terms-steps .viz-says", boundText(of, terms));
    say("figcaption p", termsSentences(of, terms));
    say("figcaption p + p", rankSentences(of, choice));
    const {cost} = of.rebuilt[terms];
    challenge.update(
      byReader && of.rank > 0 && terms === of.rank && terms < of.breakEven,
      `${termsText(terms)} now: an error of ${errorText(of, terms)}, ${cost.toFixed(2)} times the cost.`
    );
  }

  function boundText({rank}: KernelTerms, terms: number): string {
    if (terms === rank) return `${rank} is their rank: another term would add nothing.`;
    return terms === 0 ? "None: all zeros, for nothing." : "";
  }

  function say(selector: string, text: string): void {
    const place = part(root, selector);
    if (place.textContent !== text) place.textContent = text;
  }

  function message(text: string | null): void {
    const place = part(root, ".viz-error");
    place.hidden = text === null;
    place.textContent = text ?? "";
  }

  function redraw(): void {
    frame ||= requestAnimationFrame(draw);
  }

  function draw(): void {
    frame = 0;
    if (!shown || !current() || !root.isConnected || closed.signal.aborted) return;
    const start = performance.now();
    const {terms, filter: n} = value;
    panels.kernels(shown.of, terms);
    panels.mark(n);
    plot.update(shown.of, terms);
    drawOutputs();
    root.dataset.milliseconds = (performance.now() - start).toFixed(1);
  }

  function showOutputs(): void {
    if (!shown || !current() || closed.signal.aborted) return;
    const {of, choice} = shown;
    const {terms, filter: n} = value;
    const outputs = outputsOf(of, terms, n);
    panels.outputs(outputs, filterName(choice, n));
    const about = outputs && {
      largest: outputs.standard.reduce((a, b) => Math.max(a, Math.abs(b)), 0),
      difference: largestDifference(outputs.standard, outputs.sum)
    };
    say(".viz-terms-readout", filterSentence(of, {choice, terms, filter: n}, about));
  }

  function outputsOf(of: KernelTerms, terms: number, n: number): Outputs | null {
    if (steps.length < terms) return null;
    standards[n] ??= convolve(mapOf(of), filterOf(of.kernels, n), 1).response;
    const place = {filter: n, filters: of.kernels.filters, length: width * height};
    const sum = pointwiseSum(steps.slice(0, terms), of.terms.slice(0, terms), place);
    return {standard: standards[n], sum};
  }

  function choose(next: Partial<SeparableTermsValue>): void {
    const before = JSON.stringify(value);
    const to = {...value, ...next};
    const most = Math.min(shapeMost(to), to.terms);
    value = {...to, terms: most, filter: Math.min(to.filter, shapeOf(to).filters - 1)};
    if (JSON.stringify(value) === before) return;
    byReader = true;
    void read();
    emitInput(root);
  }

  for (const radio of radios)
    radio.addEventListener("change", () => {
      const name = radio.dataset.name as keyof typeof choices;
      choose({[name]: name === "kernel" ? radio.value : Number(radio.value)});
    });
  step.addEventListener("input", (event) => {
    event.stopPropagation();
    choose({terms: step.value});
  });
  filter.addEventListener("input", (event) => {
    event.stopPropagation();
    choose({filter: filter.value - 1});
  });
  part(root, "[data-do=reset]").addEventListener("click", () => {
    step.pause();
    choose(initial);
    challenge.reset();
  });
  part(root, "[data-do=png]").addEventListener("click", () => {
    pngBlob(panels.sheet(part(root, "figcaption p").textContent)).then(
      (file) => save(file, "separable-terms.png"),
      (error: unknown) => message(`The picture was not saved: ${(error as Error).message}.`)
    );
  });
  part(root, "[data-do=csv]").addEventListener("click", () => {
    if (!shown) return;
    const rows = shown.of.rebuilt.map(({error, cost}, r) => `${r},${error},${cost}`);
    const text = ["terms,relative error,relative cost", ...rows].join("\n");
    save(new Blob([`${text}\n`], {type: "text/csv"}), "separable-terms.csv");
  });
  onThemeChange(() => {
    panels.recolor();
    redraw();
  }, closed.signal);

  void read();
  const figure = asView<HTMLElement, SeparableTermsValue>(root, {
    get: () => ({...value}),
    set(next) {
      value = check(next);
      byReader = false;
      void read();
    }
  });
  return Object.assign(figure, {
    update(next: FilterPicture) {
      const {width: w, height: h} = next.luminance;
      if (w !== width || h !== height)
        throw new RangeError(`invalid picture: ${w}×${h}, not ${width}×${height}`);
      picture = next;
      prepare();
      redraw();
    },
    close() {
      closed.abort();
      step.pause();
      ++prepared;
    }
  });
}
