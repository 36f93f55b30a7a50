import {afterPaint} from "./afterPaint.ts";
import {scrubbing} from "./convergenceAxes.ts";
import {boardPlots} from "./convergenceBoards.ts";
import {
  LAST,
  TOLERANCE,
  type BoardFates,
  type Convergence,
  type ConvergenceOptions,
  type ConvergenceValue,
  type StreetReading
} from "./convergenceData.ts";
import {convergenceTable} from "./convergenceTable.ts";
import {streetPlots} from "./convergencePlots.ts";
import {boardSentences, standingWords, streetSentences, taskNote} from "./convergenceWords.ts";
import {checkCrfSettings, crfPresets, crfSettings, sameCrfSettings} from "./crfSettings.ts";
import {integerField} from "./integerField.ts";
import {menuButton} from "./menuButton.ts";
import {saveAs, svgBlob} from "./saveAs.ts";
import {steadyHeight} from "./steadyHeight.ts";
import {task} from "./task.ts";
import {transport} from "./transport.ts";
import {asView, emitInput, part} from "./view.ts";

const WEIGHT = {min: 1, max: 60};
const TENTHS = {min: 5, max: 12};

/**
 * Returns a figure of whether a fully connected CRF's iterations converge: for a street, free energy,
 * the largest change of a belief, pixels that change label and mIoU, iteration by iteration; and a
 * checkerboard that swaps its labels for ever with the self term subtracted, and settles with it
 * kept. One bar steps through both. Its **value** is the iteration, the street's kernels and the
 * board's smoothness; a change by the reader emits *input*.
 *
 * ```js
 * const figure = convergence({board: {side: 11, preference: 1}, run, fates, ask});
 * figure.report({freeEnergy, largestChange, changed, mIoU}, pixels); // iteration 0, then 1 …
 * ```
 *
 * Throws a RangeError for a choice, given or assigned, that is not legal.
 */
export function convergence({
  board,
  run,
  fates: fatesOf,
  ask,
  choice = {},
  save = saveAs
}: ConvergenceOptions): Convergence {
  const {smoothness, appearance} = crfPresets[0];
  const initial = check({
    iteration: LAST,
    settings: {smoothness, appearance},
    weight: 20,
    tenths: 7,
    ...choice
  });
  let value = initial;
  const judged = {last: LAST, tolerance: TOLERANCE};
  let runs = run(initial, judged);
  let fates: BoardFates | null = null;
  let readings: StreetReading[] = [];
  let pixels = 1;
  let waiting = "";

  const root = document.createElement("figure");
  root.className = "viz viz-convergence";
  root.innerHTML = `
    <p class="viz-conv-part"><b>This street</b> <span class="viz-conv-status" role="status"></span></p>
    <div data-part="street"></div>
    <p class="viz-error" role="alert" hidden></p>
    <div class="viz-conv-steps"></div>
    <details><summary>Kernels of the street’s CRF</summary></details>
    <p class="viz-conv-part"><b>A checkerboard</b>
      <span>${board.side} × ${board.side} pixels and two labels. Filled: belief in one of them. Of each kind, the last three iterations.</span></p>
    <div data-part="boards"></div>
    <div class="viz-conv-fields"></div>
    <figcaption><p data-of="street"></p><p data-of="board"></p></figcaption>`;
  const street = streetPlots();
  const boards = boardPlots(board.side);
  part(root, "[data-part=street]").append(street.element);
  part(root, "[data-part=boards]").append(boards.element);
  const steps = transport({
    last: LAST,
    step: value.iteration,
    interval: 500,
    name: (at, of) => `iteration ${at} of ${of}`
  });
  const reset = document.createElement("button");
  reset.type = "button";
  reset.textContent = "Reset";
  const files = menuButton(
    "Save",
    [
      {value: "street", label: "Street, SVG"},
      {value: "boards", label: "Checkerboard, SVG"},
      {value: "table", label: "Numbers, CSV"}
    ],
    saveFile
  );
  part(root, ".viz-conv-steps").append(steps, reset, files);
  const weight = integerField("Smoothness weight", value.weight, {
    ...WEIGHT,
    reason: (is) =>
      is === WEIGHT.min ? "0 would ask nothing of neighbors." : "Far past where it swaps."
  });
  const tenths = integerField("θγ, tenths of a pixel", value.tenths, {
    ...TENTHS,
    reason: (is) =>
      is === TENTHS.min
        ? "Below, neighbors hardly hear each other."
        : "Above, a pixel’s own part is small."
  });
  part(root, ".viz-conv-fields").append(weight, tenths);
  const settings = crfSettings(value.settings);
  part(root, "details").append(settings);
  const smallest = task(
    "Find the smallest weight at which the board without its self term swaps for ever."
  );
  root.append(smallest.element);
  for (const paragraph of root.querySelectorAll<HTMLElement>("figcaption p"))
    steadyHeight(paragraph);

  function check(next: ConvergenceValue): ConvergenceValue {
    const whole = (name: string, of: number, {min, max}: {min: number; max: number}) => {
      if (!(Number.isInteger(of) && of >= min && of <= max))
        throw new RangeError(`invalid ${name}: ${of} (a whole number, ${min} to ${max})`);
    };
    whole("iteration", next.iteration, {min: 0, max: LAST});
    whole("weight", next.weight, WEIGHT);
    whole("tenths", next.tenths, TENTHS);
    const {iteration, weight: of, tenths: far} = next;
    return {iteration, settings: checkCrfSettings(next.settings), weight: of, tenths: far};
  }

  /** What is said of the board's long run follows the paint: it may take many iterations. */
  const judge = afterPaint(() => {
    fates ??= fatesOf(value);
    const solved =
      fates.subtracted.standing === "swapping" &&
      (value.weight === WEIGHT.min || fates.below.standing !== "swapping");
    smallest.update(solved, taskNote(value, fates));
    part(root, "[data-of=board]").textContent = boardSentences(board, value, runs, fates);
    describeBoards();
  });

  function describeBoards(): void {
    const {iteration} = value;
    boards.element.setAttribute(
      "aria-label",
      `Two checkerboards at iteration ${iteration}. Self term subtracted: ${standingWords(runs.subtracted, iteration)}. ` +
        `Self term kept: ${standingWords(runs.kept, iteration)}. ${part(root, "[data-of=board]").textContent}`
    );
  }

  /** What is said of the street, once all that came together is drawn. */
  const describeStreet = afterPaint(() => {
    const words = readings.length > 0 ? streetSentences(readings, pixels) : waiting;
    const caption = part(root, "[data-of=street]");
    if (caption.textContent !== words) caption.textContent = words;
    street.element.setAttribute(
      "aria-label",
      `Four plots over iterations 0 to ${LAST}, at ${value.iteration}: ${street.said()}. ${words}`
    );
    part(root, ".viz-conv-status").textContent =
      readings.length === 0 || readings.length > LAST ? "" : "computing …";
  });

  /** Shows the iteration. */
  function mark(): void {
    street.mark(value.iteration);
    boards.mark(value.iteration);
    describeStreet();
    judge();
  }

  /** Shows a value other than *before*. */
  function show(before: ConvergenceValue): void {
    const {iteration, settings: of, weight: strong, tenths: far} = value;
    if (strong !== before.weight || far !== before.tenths) {
      runs = run(value, judged);
      fates = null;
      boards.update(runs);
    }
    if (steps.value !== iteration) steps.value = iteration;
    if (weight.value !== strong) weight.value = strong;
    if (tenths.value !== far) tenths.value = far;
    if (!sameCrfSettings(settings.value, of)) settings.value = of;
    mark();
    refreshReset();
    if (!sameCrfSettings(of, before.settings)) ask();
  }

  function refreshReset(): void {
    const {settings: of, ...rest} = value;
    const {settings: first, ...others} = initial;
    reset.disabled = sameCrfSettings(of, first) && JSON.stringify(rest) === JSON.stringify(others);
  }

  function choose(next: Partial<ConvergenceValue>): void {
    const before = value;
    value = check({...value, ...next});
    show(before);
    emitInput(root);
  }

  function saveFile(kind: string): void {
    if (kind === "table")
      save(new Blob([convergenceTable(readings, runs)], {type: "text/csv"}), "convergence.csv");
    else if (kind === "street") save(svgBlob(street.element), "convergence.svg");
    else save(svgBlob(boards.element), "checkerboard.svg");
  }

  root.addEventListener("input", (event) => {
    if (event.target === root) return;
    event.stopImmediatePropagation();
    if (event.target === steps) choose({iteration: steps.value});
    else if (event.target === weight) choose({weight: weight.value});
    else if (event.target === tenths) choose({tenths: tenths.value});
    else if (event.target === settings) choose({settings: settings.value});
  });
  for (const plots of [street, boards])
    scrubbing(plots.element, plots.frames, (iteration) => {
      steps.pause();
      if (iteration !== value.iteration) choose({iteration});
    });
  root.addEventListener("change", (event) => event.stopImmediatePropagation());
  reset.addEventListener("click", () => {
    steps.pause();
    choose(initial);
  });

  function showStreet(): void {
    const busy = readings.length <= LAST && part(root, ".viz-error").hidden;
    part(root, "[data-part=street]").setAttribute("aria-busy", String(busy));
    describeStreet();
  }

  function error(words: string | null): void {
    const place = part(root, ".viz-error");
    place.hidden = words === null;
    place.textContent = words ?? "";
  }

  boards.update(runs);
  street.update(readings, pixels);
  mark();
  refreshReset();
  return Object.assign(
    asView<HTMLElement, ConvergenceValue>(root, {
      get: () => ({...value}),
      set(next) {
        const before = value;
        value = check(next);
        steps.pause();
        show(before);
      }
    }),
    {
      last: LAST,
      wait(words: string) {
        waiting = words;
        readings = [];
        error(null);
        street.update(readings, pixels);
        showStreet();
      },
      report(reading: StreetReading, of: number) {
        readings.push(reading);
        pixels = of;
        street.update(readings, pixels);
        showStreet();
      },
      fail(words: string) {
        waiting = "";
        error(words);
        showStreet();
      }
    }
  );
}
