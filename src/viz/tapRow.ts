import {icons} from "./icons.ts";
import {integerField} from "./integerField.ts";
import type {PictureSource} from "./pictureCopy.ts";
import {rowPicker} from "./rowPicker.ts";
import {filterWeights, kernelSpan, rowFilters, rowTaps, type RowFilter} from "./rowTaps.ts";
import {kernelSentences, signed, sumWords} from "./rowWords.ts";
import {saveAs, svgBlob} from "./saveAs.ts";
import {steadyHeight} from "./steadyHeight.ts";
import {tapGrid} from "./tapGrid.ts";
import {task} from "./task.ts";
import {asView, emitInput, keepControlEvents, part, uniqueId, type View} from "./view.ts";

/** What the reader has set: a place in the picture, and the kernel that is put there. */
export interface TapRowValue {
  row: number;
  /** The output looked at. */
  x: number;
  /** The number of weights: 1, 3, 5, 7 or 9. */
  kernelSize: number;
  /** From 1 to 16. */
  rate: number;
  filter: RowFilter;
}

/** A picture, and its luminance. */
export interface TapRowData {
  picture: PictureSource;
  /** In [0, 1], row-major, one a sample. */
  luminance: Float32Array;
}

export interface TapRowOptions extends Partial<TapRowValue> {
  /** The size of the luminance, in samples. Default 257×193. */
  width?: number;
  height?: number;
  /** What is done with a file. Default: the browser's download. */
  save?: (file: Blob, name: string) => void;
}

export interface TapRow extends View<HTMLElement, TapRowValue> {
  /** Shows another picture of the same size, keeping everything else. */
  update(data: TapRowData): void;
}

const MAX_KERNEL = 9;
const MAX_RATE = 16;
/** What the reader is asked to reach. */
const ASKED = {weights: 3, span: 17};

/**
 * Returns a figure of a kernel with holes, at work on one row of a picture: the row is picked in the
 * picture, kernel size and rate by slider, and an output's taps, holes, value and sum are shown. Its
 * **value** is all that was so set; a change by the reader emits *input*.
 *
 * ```js
 * const row = view(tapRow());
 * row.update({picture, luminance});
 * ```
 *
 * Pointing at an output shows it for as long as the pointer is there; a click, a tap or arrow keys
 * keep it. Throws a RangeError if a given or assigned value is not legal.
 */
export function tapRow({
  width = 257,
  height = 193,
  row = Math.round(height * 0.62),
  x = width >> 1,
  kernelSize = 3,
  rate = 4,
  filter = "blur",
  save = saveAs
}: TapRowOptions = {}): TapRow {
  const id = uniqueId("tap-row");
  const root = document.createElement("figure");
  root.className = "viz viz-tap-row";
  root.innerHTML = `
    <div class="viz-tap-row-body">
      <div class="viz-tap-row-place"></div>
      <div class="viz-tap-row-span" aria-live="polite">
        <p class="viz-formula">span = <var>k</var> + (<var>k</var> − 1)(<var>r</var> − 1)</p>
        <p class="viz-formula viz-tap-row-numbers"></p>
      </div>
      <div class="viz-tap-row-grid">
        <p class="viz-tap-row-sum" aria-live="polite"></p>
        <figcaption></figcaption>
      </div>
      <div class="viz-tap-row-controls">
        <fieldset class="viz-choice"><legend>Filter</legend><div class="viz-segmented"></div></fieldset>
        <div class="viz-toolbar">
          <button type="button" data-do="reset">Reset</button>
          <button type="button" data-do="save" aria-label="Save SVG">${icons.save}SVG</button>
        </div>
      </div>
    </div>`;
  keepControlEvents(root);
  const initial = check({row, x, kernelSize, rate, filter});
  let value = initial;
  let luminance = new Float32Array(width * height);
  let samples = {luminance, row: -1, signal: luminance};
  let hovered: number | null = null;

  const place = rowPicker(width, height, {row, x});
  part(root, ".viz-tap-row-place").append(place);
  const grid = tapGrid(luminance.subarray(0, width), {
    rate,
    weights: filterWeights(filter, kernelSize),
    value: x
  });
  part(root, ".viz-tap-row-grid").prepend(grid);
  const size = integerField("Kernel size k (weights)", kernelSize, {
    min: 1,
    max: MAX_KERNEL,
    step: 2,
    offStep: "is even, and has no middle",
    reason: (k) =>
      k === 1
        ? "A single weight is the least there is."
        : `At most ${k}: at rate ${MAX_RATE}, ${kernelSpan(k, MAX_RATE)} of ${width} samples.`
  });
  const spacing = integerField("Rate r", rate, {
    min: 1,
    max: MAX_RATE,
    reason: (r) =>
      r === 1
        ? "At 1 the taps touch: no closer."
        : `At most ${r}: ${MAX_KERNEL} weights span half the row.`
  });
  part(root, ".viz-tap-row-controls").prepend(size, spacing);
  const radios = rowFilters.map((name) => {
    const label = document.createElement("label");
    label.innerHTML = `<input type="radio" name="${id}-filter" value="${name}"><span>${name}</span>`;
    part(root, ".viz-segmented").append(label);
    return part<HTMLInputElement>(label, "input");
  });
  const challenge = task(`Make ${ASKED.weights} weights span ${ASKED.span} samples.`);
  root.append(challenge.element);
  steadyHeight(part(root, "figcaption"));

  function check(next: TapRowValue): TapRowValue {
    const {row, x, kernelSize, rate, filter} = next;
    const bounds: [string, number, number, number][] = [
      ["row", row, 0, height - 1],
      ["x", x, 0, width - 1],
      ["kernelSize", kernelSize, 1, MAX_KERNEL],
      ["rate", rate, 1, MAX_RATE]
    ];
    for (const [name, is, min, max] of bounds)
      if (!(Number.isInteger(is) && is >= min && is <= max))
        throw new RangeError(`invalid ${name}: ${is} (${min} to ${max})`);
    filterWeights(filter, kernelSize);
    return {row, x, kernelSize, rate, filter};
  }

  /** The samples of a row: the same object while they are the same, which the grid then knows. */
  function signalOf(row: number): Float32Array {
    if (samples.luminance !== luminance || samples.row !== row)
      samples = {luminance, row, signal: luminance.subarray(row * width, (row + 1) * width)};
    return samples.signal;
  }

  function show(): void {
    const {row, x, kernelSize, rate, filter} = value;
    const signal = signalOf(row);
    grid.update({signal, rate, weights: filterWeights(filter, kernelSize)});
    grid.value = hovered ?? x;
    place.value = {row, x};
    size.value = kernelSize;
    spacing.value = rate;
    radios.forEach((radio) => (radio.checked = radio.value === filter));
    const span = kernelSpan(kernelSize, rate);
    part(root, ".viz-tap-row-numbers").innerHTML =
      `= ${kernelSize} + ${kernelSize - 1} · ${rate - 1} = <strong>${span}</strong>`;
    part<HTMLButtonElement>(root, "[data-do=reset]").disabled = same(value, initial);
    challenge.update(
      kernelSize === ASKED.weights && span === ASKED.span,
      `${kernelSize} ${kernelSize === 1 ? "weight spans" : "weights span"} ${span} now.`
    );
    read();
  }

  /** Says what the output in focus reads. */
  function read(): void {
    const {row, x, kernelSize, rate, filter} = value;
    const at = grid.value ?? x;
    place.update({window: grid.window});
    const signal = signalOf(row);
    const weights = filterWeights(filter, kernelSize);
    const taps = rowTaps(at, width, {weights, rate});
    const sum = taps.reduce(
      (total, {index, inside, weight}) => total + (inside ? weight * signal[index] : 0),
      0
    );
    part(root, ".viz-tap-row-sum").innerHTML =
      `output ${at} ≈ <span class="viz-tap-row-terms">${sumWords(taps, signal, filter)}</span> ≈ ` +
      `<strong>${signed(sum, 2)}</strong>`;
    part(root, "figcaption").textContent = kernelSentences(kernelSize, rate, {
      filter,
      padded: taps.filter(({inside}) => !inside).length
    });
  }

  function choose(next: Partial<TapRowValue>): void {
    const chosen = {...value, ...next};
    const changed = !same(chosen, value);
    value = chosen;
    show();
    if (changed) emitInput(root);
  }

  place.addEventListener("input", () => {
    hovered = null;
    choose(place.value);
  });
  size.addEventListener("input", () => choose({kernelSize: size.value}));
  spacing.addEventListener("input", () => choose({rate: spacing.value}));
  for (const radio of radios)
    radio.addEventListener("change", () => choose({filter: radio.value as RowFilter}));
  grid.addEventListener("input", () => {
    hovered = grid.value;
    if (hovered === null) grid.value = value.x;
    read();
  });
  // What is only pointed at comes and goes; what is clicked, tapped or moved to by keys stays.
  for (const type of ["click", "pointerup", "keydown"])
    grid.addEventListener(type, (event) => {
      const at = grid.value;
      if (event instanceof KeyboardEvent) {
        if (event.key === "Escape") return choose({x: initial.x});
        hovered = null;
      }
      if (at !== null) choose({x: at});
    });
  part(root, "[data-do=reset]").addEventListener("click", () => {
    hovered = null;
    choose(initial);
  });
  part(root, "[data-do=save]").addEventListener("click", () =>
    save(svgBlob(grid), `kernel-of-rate-${value.rate}.svg`)
  );

  show();
  const view = asView<HTMLElement, TapRowValue>(root, {
    get: () => ({...value}),
    set(next) {
      value = check(next);
      hovered = null;
      show();
    }
  });
  return Object.assign(view, {
    update(data: TapRowData) {
      if (data.luminance.length !== width * height)
        throw new RangeError(
          `invalid luminance: ${data.luminance.length} for ${width}×${height} samples`
        );
      luminance = Float32Array.from(data.luminance);
      place.update({picture: data.picture});
      show();
    }
  });
}

function same(a: TapRowValue, b: TapRowValue): boolean {
  return (
    a.row === b.row &&
    a.x === b.x &&
    a.kernelSize === b.kernelSize &&
    a.rate === b.rate &&
    a.filter === b.filter
  );
}
