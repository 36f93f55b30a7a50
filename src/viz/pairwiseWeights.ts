import {afterPaint} from "./afterPaint.ts";
import {crfSettings, sameCrfSettings} from "./crfSettings.ts";
import {icons} from "./icons.ts";
import {
  checkPairwise,
  firstPairwise,
  greatestWeight,
  type PairwiseData,
  type PairwiseValue,
  type PairwiseWeightsOptions
} from "./pairwiseWeightsData.ts";
import {pairwiseCsv} from "./pairwiseWeightsFile.ts";
import {pairMaps} from "./pairwiseWeightsMaps.ts";
import {pairPointer} from "./pairwiseWeightsPointer.ts";
import {pairwiseReader, type ShownWeights} from "./pairwiseWeightsReading.ts";
import {pairReadout} from "./pairwiseWeightsReadout.ts";
import {BLIND, blindTask, OWN_SHARE, pairwiseSentences} from "./pairwiseWeightsWords.ts";
import {percent} from "./percent.ts";
import type {Pixel} from "./pixelPointer.ts";
import {pngBlob, saveAs} from "./saveAs.ts";
import {steadyHeight} from "./steadyHeight.ts";
import {task} from "./task.ts";
import {asView, emitInput, keepControlEvents, part, uniqueId, type View} from "./view.ts";

export interface PairwiseWeightsView extends View<HTMLElement, PairwiseValue> {
  /** Shows a picture; a pixel that the reader has chosen stays. */
  update(data: PairwiseData): void;
  /** Says what went wrong, and what to do; what was shown stays. */
  fail(words: string): void;
}

/**
 * Returns a figure of which pixels a pixel hears in a fully connected CRF: the weights of either
 * kernel, and of both together, between it and every other, as heat maps over the picture. Dragging
 * the pixel (or arrow keys on it) moves it, pointing reads another. Its **value** is the pixel, the
 * map that is large, and the kernels' settings; a change by the reader emits *input*.
 *
 * ```js
 * const pairs = pairwiseWeights({classes, width: 257, height: 193, pairwiseKernels, pairKernels, …});
 * pairs.update({width, height, picture, pixels, truth, clearest});
 * ```
 *
 * Throws a RangeError, on creation or on assigning, if the value is not legal.
 */
export function pairwiseWeights({
  classes,
  width,
  height,
  value: given = {},
  save = saveAs,
  ...arithmetic
}: PairwiseWeightsOptions): PairwiseWeightsView {
  const id = uniqueId("pairs");
  const root = document.createElement("figure");
  root.className = "viz viz-pairs";
  root.innerHTML = `
    <figcaption id="${id}-caption"><p></p><p></p></figcaption>
    <p class="viz-error" role="alert" hidden></p>
    <div class="viz-toolbar">
      <button type="button" data-do="reset">Reset</button>
      <button type="button" data-do="png" aria-label="Save PNG">${icons.save}PNG</button>
      <button type="button" data-do="csv" aria-label="Save CSV of all weights">${icons.save}CSV</button>
    </div>`;
  keepControlEvents(root);
  const button = (name: string) => part<HTMLButtonElement>(root, `[data-do=${name}]`);
  const maps = pairMaps({width, height, classes, onPick: (map) => choose({map})});
  const readout = pairReadout(`${id}-readout`);
  const words = [...root.querySelectorAll<HTMLElement>("figcaption p")];
  words.forEach(steadyHeight);
  maps.side.append(readout.element);
  part(root, "figcaption").before(maps.element);
  const pointer = pairPointer(maps.stage, {
    ...{width, height, describedBy: `${id}-readout ${id}-caption`},
    onMove(end, to) {
      if (end === "pixel" && to) return choose(to);
      placed = to;
      show();
    },
    onHover(at) {
      if (at?.x === hovered?.x && at?.y === hovered?.y) return;
      hovered = at;
      show();
    }
  });
  const blind = task(
    `Blind it to color: set θβ to ${BLIND} or more, and let the first pixel hear at least ` +
      `${percent(OWN_SHARE).replace(" ", "\u00a0")} of its appearance weight from its own label all the same.`
  );
  root.append(blind.element);

  const initial = checked({...firstPairwise, ...given});
  let value = initial;
  let data: PairwiseData | null = null;
  let placed: Pixel | null = null; // the other pixel, if the reader put it somewhere
  let hovered: Pixel | null = null;
  let shown: ShownWeights | null = null;
  const settings = crfSettings(initial.settings);
  settings.addEventListener("input", () => choose({settings: settings.value}));
  part(root, ".viz-toolbar").before(settings);
  const reader = pairwiseReader({width, height}, classes, arithmetic);

  function checked(next: PairwiseValue): PairwiseValue {
    return checkPairwise(next, {width, height});
  }

  /** The pixel whose weights are shown. */
  function chosen({clearest}: PairwiseData): Pixel {
    const {x, y} = value;
    if (x !== null && y !== null) return {x, y};
    return {x: clearest % width, y: Math.floor(clearest / width)};
  }

  /** The other pixel of the pair that is read: by itself, the nearest that has another label. */
  function otherOf({data, pixel}: ShownWeights): Pixel | null {
    return hovered ?? placed ?? reader.nearest(data, pixel);
  }

  let frame = 0;
  function show(): void {
    if (!sameCrfSettings(settings.value, value.settings)) settings.value = value.settings;
    button("reset").disabled = placed === null && JSON.stringify(value) === JSON.stringify(initial);
    for (const name of ["png", "csv"]) button(name).disabled = data === null;
    root.ariaBusy = String(data === null);
    cancelAnimationFrame(frame);
    frame = requestAnimationFrame(draw);
  }

  /** Computes the maps if they are others, and draws what has changed: once a frame. */
  function draw(): void {
    if (data === null) return;
    if (shown?.data !== data || shown.value !== value) {
      shown = reader.compute(data, chosen(data), value);
      const {weights, changed} = shown;
      const greatest = greatestWeight(value.map, value.settings);
      maps.show({weights, changed, chosen: value.map, greatest});
      tellMaps();
    }
    pointer.mark(shown.pixel, otherOf(shown));
    tellPair();
  }

  // What is told is what was computed: the reader may have moved on since, and will be told then.
  const tellPair = afterPaint(() => {
    if (shown === null) return;
    const other = otherOf(shown);
    const pair = other && reader.readPair(shown, other);
    readout.update(pair);
    const end = (name: string, at: Pixel, is: string) => `Pixel ${name}: ${at.x}, ${at.y}, ${is}`;
    if (pair)
      pointer.name({
        pixel: end("i", pair.pixel, pair.names.pixel),
        other: end("j", pair.other, pair.names.other)
      });
  });

  const tellMaps = afterPaint(() => {
    if (shown === null) return;
    const {data, pixel} = shown;
    const {facts, shares} = reader.readMaps(shown);
    maps.showShares(shares);
    const sentences = pairwiseSentences(facts);
    words.forEach((paragraph, n) => (paragraph.textContent = sentences[n]));
    maps.describe(sentences.join(" "));
    const isFirst = pixel.y * width + pixel.x === data.clearest;
    const {solved, note} = blindTask({...facts, isFirst});
    blind.update(solved, note);
  });

  function choose(next: Partial<PairwiseValue>): void {
    const before = JSON.stringify(value);
    value = checked({...value, ...next});
    show();
    if (JSON.stringify(value) !== before) emitInput(root);
  }

  function say(text: string | null): void {
    const box = part(root, ".viz-error");
    box.hidden = text === null;
    box.textContent = text ?? "";
  }

  button("reset").addEventListener("click", () => {
    placed = hovered = shown = null; // what solved the task is not told once more
    choose(initial);
    blind.reset();
  });
  const saved = (file: Promise<Blob>, name: string) => {
    say(null);
    file.then(
      (blob) => save(blob, name),
      (error: unknown) => say(`The file was not saved: ${(error as Error).message}. Try again.`)
    );
  };
  button("png").addEventListener("click", () => {
    if (shown === null) return;
    const caption = words.map(({textContent}) => textContent).join(" ");
    saved(pngBlob(maps.sheet(caption, shown.pixel, otherOf(shown))), "who-talks-to-whom.png");
  });
  button("csv").addEventListener("click", () => {
    if (shown === null) return;
    const {appearance, smoothness} = shown.kernels;
    const kernels = {appearance: appearance.slice(), smoothness: smoothness.slice()};
    const nameAt = (label: number) => (label < classes.length ? classes[label].name : "void");
    saved(pairwiseCsv(shown.data, kernels, shown.value.settings, nameAt), "weights.csv");
  });

  show();
  const figure = asView<HTMLElement, PairwiseValue>(root, {
    get: () => ({...value}),
    set(next) {
      value = checked(next);
      show();
    }
  });
  return Object.assign(figure, {
    update(next: PairwiseData) {
      if (next.width !== width || next.height !== height)
        throw new RangeError(
          `invalid picture: ${next.width}×${next.height}, not ${width}×${height}`
        );
      data = next;
      placed = hovered = shown = null;
      say(null);
      maps.showPicture(next.picture);
      blind.reset();
      show();
    },
    fail: say
  });
}
