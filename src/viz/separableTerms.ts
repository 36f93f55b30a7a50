import type {KernelTerms} from "../model/separableTerms.ts";
import {afterPaint} from "./afterPaint.ts";
import type {FilterPicture} from "./filters.ts";
import {integerField} from "./integerField.ts";
import {
  checkValue,
  filterName,
  kernelLabel,
  mostTerms,
  shapeOf,
  withinKernels,
  type KernelChoice,
  type SeparableTermsValue
} from "./kernelChoice.ts";
import {kernelPicker} from "./kernelPicker.ts";
import {largestDifference} from "./responseMap.ts";
import {pngBlob, saveAs} from "./saveAs.ts";
import {separableTermsFrame} from "./separableTermsFrame.ts";
import {separableTermsPanels} from "./separableTermsPanels.ts";
import {
  boundText,
  curvesCsv,
  errorText,
  filterSentence,
  rankSentences,
  termsSentences,
  termsText
} from "./separableTermsWords.ts";
import {steadyHeight} from "./steadyHeight.ts";
import {task} from "./task.ts";
import {termOutputs, type TermArithmetic} from "./termOutputs.ts";
import {termsPlot} from "./termsPlot.ts";
import {onThemeChange} from "./themeColors.ts";
import {transport} from "./transport.ts";
import {asView, emitInput, keepControlEvents, part, uniqueId, type View} from "./view.ts";

export type {SeparableTermsValue} from "./kernelChoice.ts";

export interface SeparableTermsOptions extends TermArithmetic {
  picture: FilterPicture;
  /** Takes the chosen kernels apart; rejects with an Error in words for the reader. */
  takeApart(this: void, choice: KernelChoice): Promise<KernelTerms>;
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
  value: initialValue = {},
  save = saveAs,
  ...arithmetic
}: SeparableTermsOptions): SeparableTermsView {
  const {width, height} = picture.luminance;
  const id = uniqueId("terms");
  const closed = new AbortController();
  const initial = checkValue({
    kernel: "long",
    size: 7,
    orientations: 16,
    terms: 1,
    filter: 4,
    ...initialValue
  });
  let value = {...initial};
  let shown: {of: KernelTerms; choice: KernelChoice} | null = null;
  let byReader = false;
  let [asked, frame] = [0, 0];

  // The kernels are seen at once; their outputs, which take as long again, right after.
  const drawOutputs = afterPaint(showOutputs);
  const outputs = termOutputs(arithmetic, (terms) => {
    if (terms === value.terms) drawOutputs();
  });

  const root = separableTermsFrame(id);
  keepControlEvents(root);
  const picker = kernelPicker(initial);
  part(root, ".viz-terms-controls").prepend(picker);
  const step = transport({
    last: mostTerms(initial),
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

  /** Shows what the value asks for, at once if its kernels are those shown. */
  async function read(): Promise<void> {
    const {kernel, size, orientations} = value;
    const choice = {kernel, size, orientations};
    picker.value = choice;
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
      outputs.start(of, picture);
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
      value = withinKernels({...value, kernel, ...shown?.choice});
      void read();
      if (byReader) emitInput(root);
    }
    message(`${kernelLabel(failed)} kernels were not read: ${why}. Choose them again to retry.`);
  }

  /** Whether the kernels shown are those that the value asks for. */
  function current(): boolean {
    if (!shown) return false;
    const {kernel, size, orientations} = shown.choice;
    return kernel === value.kernel && size === value.size && orientations === value.orientations;
  }

  /** Puts the controls and words where the value is; pictures follow with the next frame. */
  function show(): void {
    const {filters} = shapeOf(value);
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
    const made = outputs.at(terms, n);
    panels.outputs(made, filterName(choice, n));
    const about = made && {
      largest: made.standard.reduce((a, b) => Math.max(a, Math.abs(b)), 0),
      difference: largestDifference(made.standard, made.sum)
    };
    say(".viz-terms-readout", filterSentence(of, {choice, terms, filter: n}, about));
  }

  function choose(next: Partial<SeparableTermsValue>): void {
    const before = JSON.stringify(value);
    value = withinKernels({...value, ...next});
    if (JSON.stringify(value) === before) return;
    byReader = true;
    void read();
    emitInput(root);
  }

  picker.addEventListener("input", (event) => {
    event.stopPropagation();
    choose(picker.value);
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
    save(new Blob([curvesCsv(shown.of)], {type: "text/csv"}), "separable-terms.csv");
  });
  onThemeChange(() => {
    panels.recolor();
    redraw();
  }, closed.signal);

  void read();
  const figure = asView<HTMLElement, SeparableTermsValue>(root, {
    get: () => ({...value}),
    set(next) {
      value = checkValue(next);
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
      if (shown) outputs.start(shown.of, picture);
      redraw();
    },
    close() {
      closed.abort();
      step.pause();
      outputs.stop();
    }
  });
}
