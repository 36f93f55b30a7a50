import {afterPaint} from "./afterPaint.ts";
import {BARS, beliefBars} from "./beliefBars.ts";
import {crfPresets, crfSettings, sameCrfSettings, type CrfSettings} from "./crfSettings.ts";
import {iterationMaps} from "./iterationMaps.ts";
import {iterationRuns} from "./iterationRuns.ts";
import {
  LAST,
  mostMended,
  tellingPixel,
  topLabels,
  type IterationReport,
  type IterationsData
} from "./iterationsData.ts";
import {iterationsFrame} from "./iterationsFrame.ts";
import {
  checkIterations,
  firstIterations,
  type IterationsFigure,
  type IterationsOptions,
  type IterationsValue
} from "./iterationsValue.ts";
import {
  barsCsv,
  barsSentence,
  frameSentences,
  pixelSentences,
  spoiledNote
} from "./iterationsWords.ts";
import {linkedPixels} from "./linkedPixels.ts";
import type {Pixel} from "./pixelPointer.ts";
import {pngBlob, saveAs} from "./saveAs.ts";
import {steadyHeight} from "./steadyHeight.ts";
import {task} from "./task.ts";
import {onThemeChange} from "./themeColors.ts";
import {transport} from "./transport.ts";
import {asView, emitInput, part, uniqueId} from "./view.ts";

export type {IterationReport, IterationsData} from "./iterationsData.ts";
export type {IterationsFigure, IterationsOptions, IterationsValue} from "./iterationsValue.ts";

/**
 * Returns a figure of mean field, iteration by iteration: the scores of a class before softmax and
 * its beliefs after it for iterations 0, 1, 2, 5 and 10, one of all eleven large, and at one pixel
 * the messages that arrive and the belief that they make. Pointing at a pixel reads it, a click or
 * Enter on the large picture pins it, Escape goes back to the pixel that the figure chooses; see
 * linkedPixels. Its **value** is the iteration, the class, the pixel, what the large picture shows
 * and the CRF's settings; a change by the reader emits *input*.
 *
 * ```js
 * const figure = iterations({classes, width: 257, height: 193, run});
 * figure.update({picture, unary, truth});
 * figure.add(report);
 * ```
 *
 * Throws a RangeError, on creation or on assigning, if the value is not legal.
 */
export function iterations({
  classes,
  width,
  height,
  run,
  value: initialValue = {},
  save = saveAs
}: IterationsOptions): IterationsFigure {
  const id = uniqueId("iterations");
  const closed = new AbortController();
  const {root, select, auto, radios} = iterationsFrame(id, classes);
  const maps = iterationMaps({
    ...{width, height, classes, signal: closed.signal},
    onPick: (iteration) => choose({iteration})
  });
  const steps = transport({
    ...{last: LAST, step: LAST, interval: 500},
    name: (at) => `iteration ${at}`
  });
  steps.addEventListener("input", () => choose({iteration: steps.value}));
  part(root, ".viz-iter-below").before(maps.rows, steps);
  part(root, ".viz-iter-seen").prepend(maps.large);
  const busy = document.createElement("div");
  busy.className = "viz-busy";
  const waits = document.createElement("p");
  waits.className = "viz-blur-wait";
  waits.role = "status";
  waits.hidden = true;
  const bars = beliefBars(classes);
  part(root, ".viz-iter-below > :last-child").append(bars.element);
  const [frameWords, pixelWords] = root.querySelectorAll<HTMLElement>("figcaption p");
  steadyHeight(frameWords);
  steadyHeight(pixelWords);
  const challenge = task(
    "The CRF is no oracle. Pin a pixel that it spoils: the encoder’s label there is true, and that " +
      "of the last iteration is not. Labels hatches what is wrong."
  );
  root.append(challenge.element);

  const initial = checked({...firstIterations, ...initialValue});
  let value = initial;
  const runs = iterationRuns(run);
  /** What the figure chose by the last run that was whole. */
  let chosen: {label: number; at: Pixel | null} = {label: 0, at: null};
  /** What the figure wrote into the value for the reader, and what goes back with another street. */
  let frozen: {label?: null; x?: null; y?: null} = {};

  const kernels = crfSettings(value.settings);
  part(root, ".viz-iter-settings").append(kernels);
  kernels.addEventListener("input", () => {
    // What was chosen by a run stays while others come: from now on it is the value's.
    const label = runs.shown && value.label === null ? {label: chosen.label} : {};
    const at = runs.shown && value.x === null ? place() : {};
    choose({settings: kernels.value, ...label, ...at});
    for (const name of Object.keys({...label, ...at})) frozen = {...frozen, [name]: null};
  });

  const pixel = linkedPixels({width, height}, maps.stages, {
    describedBy: `${id}-pixel`,
    pinned: null,
    onMove: showPixel,
    onPin: () => choose({x: pixel.pinned?.x ?? null, y: pixel.pinned?.y ?? null})
  });
  maps.large.append(waits, busy);

  function checked(of: IterationsValue): IterationsValue {
    return checkIterations(of, {width, height, labels: classes.length});
  }

  /** The pixel that is pinned, by the reader or by the figure. */
  function place(): Pixel {
    const {x, y} = value;
    if (x !== null && y !== null) return {x, y};
    return chosen.at ?? {x: width >> 1, y: height >> 1};
  }

  /** Shows what the value asks for, of the iterations that are there. */
  function show(): void {
    for (const {view, input} of radios) input.checked = view === value.view;
    steps.value = value.iteration;
    if (!sameCrfSettings(kernels.value, value.settings)) kernels.value = value.settings;
    select.value = value.label === null ? "" : String(value.label);
    runs.ask(value.settings);
    showFrames();
    rest();
  }

  function showFrames(): void {
    const {frames, shown} = runs;
    busy.hidden = runs.whole !== null;
    if (shown === null) return;
    const label = value.label ?? chosen.label;
    const {iteration, view} = value;
    maps.show({frames, truth: shown.truth, label, iteration, view});
    const at = place();
    const {pinned} = pixel;
    if (pinned?.x !== at.x || pinned.y !== at.y) pixel.pinned = at;
    showPixel();
  }

  function showPixel(): void {
    if (runs.shown !== null) tell();
  }

  /** Bars and words follow the paint: they take longer to draw and to lay out than the picture. */
  const tell = afterPaint(() => {
    const {frames, shown} = runs;
    const frame = frames[value.iteration];
    if (frame === null || shown === null || closed.signal.aborted) return;
    const at = pixel.current ?? place();
    const index = at.y * width + at.x;
    bars.show({frames, iteration: value.iteration, pixel: index});
    set(frameWords, frameSentences(frame));
    set(pixelWords, pixelSentences(frame, {at, pixel: index, truth: shown.truth[index]}, classes));
    set(part(root, ".viz-iter-at strong"), `Pixel ${at.x}, ${at.y}`);
    const heard = frame.iteration === 0 ? "no messages yet" : `at iteration ${frame.iteration}`;
    set(part(root, ".viz-iter-at span"), heard);
    setWeights(frame.settings);
    const labels = topLabels(known(), index, BARS);
    bars.describe(barsSentence(frame, {pixel: index, labels}, classes));
  });

  /** What changes only by a choice, or with a run. */
  const rest = afterPaint(() => {
    const {shown, whole} = runs;
    const preset = crfPresets.find((one) => sameCrfSettings(one, value.settings));
    set(part(root, "summary"), `The CRF’s settings: ${preset?.name ?? "your own"}`);
    part<HTMLButtonElement>(root, "[data-do=reset]").disabled =
      JSON.stringify(value) === JSON.stringify(initial);
    for (const name of ["png", "csv"])
      part<HTMLButtonElement>(root, `[data-do=${name}]`).disabled = whole === null;
    root.ariaBusy = String(whole === null);
    if (shown === null || whole === null) return;
    auto.text =
      value.label === null ? `${classes[chosen.label].name}, mended most` : "the most mended";
    const {x, y} = value;
    // A pixel that the figure wrote into the value is not the reader's find.
    const at = x === null || y === null || "x" in frozen ? null : y * width + x;
    const {solved, note} = spoiledNote(whole.first, whole.last, shown, at);
    challenge.update(solved, note);
  });

  const known = () => runs.frames.filter((frame) => frame !== null);

  function setWeights(settings: CrfSettings): void {
    for (const kernel of ["smoothness", "appearance"] as const)
      set(part(root, `[data-part=${kernel}] b`), String(settings[kernel].weight));
  }

  function set(element: HTMLElement, words: string): void {
    if (element.textContent !== words) element.textContent = words;
  }

  function choose(next: Partial<IterationsValue>): void {
    const before = value;
    value = checked({...value, ...next});
    const mine = Object.keys(frozen).filter((name) => !(name in next));
    frozen = Object.fromEntries(mine.map((name) => [name, null]));
    if (before.label !== value.label) pick();
    show();
    if (JSON.stringify(value) !== JSON.stringify(before)) emitInput(root);
  }

  /** Chooses what to look at by the newest run, once it is whole. */
  function pick(): void {
    const {shown, whole} = runs;
    if (shown === null || whole === null) return;
    const {truth} = shown;
    const {first, last} = whole;
    const mended = mostMended(first, last, truth);
    const label = value.label ?? mended;
    chosen = {label: mended, at: tellingPixel(first, last, {truth, label, width})};
  }

  function say(text: string | null): void {
    const box = part(root, ".viz-error");
    box.hidden = text === null;
    box.textContent = text ?? "";
  }

  for (const {view, input} of radios) input.addEventListener("change", () => choose({view}));
  select.addEventListener("change", () =>
    choose({label: select.value === "" ? null : Number(select.value)})
  );
  part(root, "[data-do=reset]").addEventListener("click", () => {
    steps.pause();
    choose(initial);
    challenge.reset();
  });
  part(root, "[data-do=png]").addEventListener("click", () => {
    pngBlob(maps.sheet(frameWords.textContent, place())).then(
      (file) => save(file, "iterations.png"),
      (error: unknown) => say(`The picture was not saved: ${(error as Error).message}.`)
    );
  });
  part(root, "[data-do=csv]").addEventListener("click", () => {
    const at = place();
    const csv = barsCsv(known(), {at, pixel: at.y * width + at.x}, classes);
    save(new Blob([csv], {type: "text/csv"}), `beliefs-${at.x}-${at.y}.csv`);
  });
  onThemeChange(() => bars.recolor(), closed.signal);

  setWeights(value.settings);
  show();
  const figure = asView<HTMLElement, IterationsValue>(root, {
    get: () => ({...value}),
    set(next) {
      const {label} = value;
      value = checked(next);
      frozen = {};
      if (label !== value.label) pick();
      show();
    }
  });
  return Object.assign(figure, {
    update(next: IterationsData) {
      const pixels = width * height;
      if (next.truth.length !== pixels || next.unary.length !== pixels * classes.length)
        throw new RangeError(
          `invalid street: ${next.truth.length} labels and ${next.unary.length} energies, not ` +
            `${pixels} and ${pixels * classes.length}`
        );
      value = {...value, ...frozen};
      frozen = {};
      say(null);
      challenge.reset();
      runs.update(next, value.settings);
      busy.hidden = false;
      rest();
    },
    add(report: IterationReport) {
      const before = runs.shown;
      if (!runs.add(report)) return;
      if (runs.shown && runs.shown !== before) maps.showPicture(runs.shown.picture);
      waits.hidden = true;
      if (runs.whole) {
        say(null);
        pick();
      }
      showFrames();
      if (runs.whole) rest();
    },
    wait(words: string) {
      waits.hidden = false;
      waits.textContent = words;
    },
    fail(words: string) {
      waits.hidden = true;
      busy.hidden = true;
      say(words);
    },
    close: () => closed.abort()
  });
}
