import type {Coverage, Hdc, StackLayer} from "../model/layerStack.ts";
import {afterPaint} from "./afterPaint.ts";
import {icons} from "./icons.ts";
import {integerField} from "./integerField.ts";
import {pathMapDiagram, type FieldPixel} from "./pathMapDiagram.ts";
import {coverageSentences, hdcTerms, pixelWords, verdictSentences} from "./pathWords.ts";
import {saveAs, svgBlob} from "./saveAs.ts";
import {steadyHeight} from "./steadyHeight.ts";
import {task} from "./task.ts";
import {asView, emitInput, keepControlEvents, part, uniqueId, type View} from "./view.ts";

/** Layers of stride 1 with kernels of one size. */
export interface PathMapValue {
  /** 3 or 5. */
  kernelSize: number;
  /** 2 to 6 of them, each from 1 to 16; the first is nearest the input. */
  rates: number[];
}

export interface PathMapOptions extends Partial<PathMapValue> {
  /** How many paths lead to each input of the field, along one side. */
  pathCounts(this: void, layers: readonly StackLayer[]): ArrayLike<number>;
  /** Which inputs of the field are read. */
  coverage(this: void, layers: readonly StackLayer[]): Coverage;
  /** HDC's rule, evaluated. */
  hdc(this: void, rates: readonly number[], kernelSize: number): Hdc;
  /** What is done with a file. Default: the browser's download. */
  save?: (file: Blob, name: string) => void;
}

const KERNELS = [3, 5];
const [FEWEST, MOST] = [2, 6];
const MAX_RATE = 16;
const presets = [
  [2, 2, 2],
  [1, 2, 4],
  [1, 2, 5],
  [1, 2, 9],
  [2, 4, 8],
  [1, 3, 1]
];
/** What the reader is asked to reach. */
const ASKED = {layers: 3, kernel: 3, field: 15};

/**
 * Returns a figure of the price of rates: by how many paths each pixel of a stack's receptive field
 * reaches the output, along a row and in the picture, which pixels none leads from, and what HDC's
 * rule says of the rates. Its **value** is the kernels' size and the rates; a change by the reader
 * emits *input*.
 *
 * ```js
 * const rates = view(pathMap({pathCounts, coverage, hdc}));
 * ```
 *
 * Pointing at a pixel (or moving to it with the arrow keys) counts its paths, which is no change.
 * Throws a RangeError if **kernelSize** or **rates**, given or assigned, is not legal.
 */
export function pathMap({
  pathCounts,
  coverage,
  hdc,
  kernelSize = 3,
  rates = [2, 2, 2],
  save = saveAs
}: PathMapOptions): View<HTMLElement, PathMapValue> {
  const id = uniqueId("path-map");
  const root = document.createElement("figure");
  root.className = "viz viz-path-map";
  root.innerHTML = `
    <div class="viz-toolbar viz-presets" role="group" aria-label="Rates to start from">
      ${presets.map((of, i) => `<button type="button" data-preset="${i}" aria-label="Rates ${of.join(", ")}">${of.join(" ")}</button>`).join("")}
      <button type="button" data-do="reset">Reset</button>
      <button type="button" data-do="save" aria-label="Save SVG">${icons.save}SVG</button>
    </div>
    <div class="viz-path-map-body">
      <div class="viz-path-map-picture">
        <div class="viz-path-map-pixels" tabindex="0" role="application"
          aria-label="Pixels of the field: arrow keys move from the middle, Escape leaves"
          aria-describedby="${id}-readout"></div>
        <p class="viz-path-map-readout" id="${id}-readout" aria-live="polite"></p>
      </div>
      <div class="viz-path-map-controls">
        <fieldset class="viz-choice"><legend>Kernels</legend><div class="viz-segmented"></div></fieldset>
        <div class="viz-path-map-rates"></div>
        <div class="viz-toolbar">
          <button type="button" data-do="add">Add a layer</button>
          <button type="button" data-do="remove">Remove</button>
        </div>
        <p class="viz-says" data-says="layers" aria-live="polite"></p>
      </div>
      <div class="viz-path-map-words">
        <figcaption></figcaption>
        <div class="viz-path-map-rule">
          <p><strong>HDC’s rule</strong> asks for M₂ ≤ <var>k</var>, with M<sub><var>n</var></sub> =
            <var>r</var><sub><var>n</var></sub> and M<sub><var>i</var></sub> the largest of
            M<sub><var>i</var>+1</sub> − 2<var>r<sub>i</sub></var>, M<sub><var>i</var>+1</sub> −
            2(M<sub><var>i</var>+1</sub> − <var>r<sub>i</sub></var>) and
            <var>r<sub>i</sub></var>:</p>
          <ul></ul>
          <p class="viz-path-map-verdict" aria-live="polite"></p>
        </div>
      </div>
    </div>`;
  keepControlEvents(root);
  const initial = check({kernelSize, rates});
  let value = initial;
  let counts: ArrayLike<number> = [1];
  let focus: FieldPixel | null = null;

  const fields = Array.from({length: MOST}, (_, i) => {
    const field = integerField(
      i === 0 ? "Rate of layer 1, next to the input" : `Rate of layer ${i + 1}`,
      1,
      {
        min: 1,
        max: MAX_RATE,
        reason: (rate) =>
          rate === 1 ? "1 is the least: the taps touch." : `${MAX_RATE} is the most here.`
      }
    );
    field.addEventListener("input", () =>
      choose({...value, rates: value.rates.map((rate, at) => (at === i ? field.value : rate))})
    );
    return field;
  });
  part(root, ".viz-path-map-rates").append(...fields);
  const radios = KERNELS.map((size) => {
    const label = document.createElement("label");
    label.innerHTML = `<input type="radio" name="${id}-kernel" value="${size}"><span>${size}×${size}</span>`;
    part(root, ".viz-segmented").append(label);
    const radio = part<HTMLInputElement>(label, "input");
    radio.addEventListener("change", () => choose({...value, kernelSize: size}));
    return radio;
  });
  steadyHeight(part(root, ".viz-path-map-words"));
  const diagram = pathMapDiagram(point);
  part(root, ".viz-path-map-pixels").append(diagram.element);
  const challenge = task(
    `${["Two", "Three"][ASKED.layers - 2]} ${ASKED.kernel}×${ASKED.kernel} layers, a field of at least ` +
      `${ASKED.field}, no holes.`
  );
  root.append(challenge.element);

  function check(next: PathMapValue): PathMapValue {
    if (!KERNELS.includes(next.kernelSize))
      throw new RangeError(`invalid kernelSize: ${next.kernelSize} (${KERNELS.join(", ")})`);
    if (!(next.rates.length >= FEWEST && next.rates.length <= MOST))
      throw new RangeError(`invalid number of rates: ${next.rates.length} (${FEWEST} to ${MOST})`);
    for (const rate of next.rates)
      if (!(Number.isInteger(rate) && rate >= 1 && rate <= MAX_RATE))
        throw new RangeError(`invalid rate: ${rate} (1 to ${MAX_RATE})`);
    return {kernelSize: next.kernelSize, rates: [...next.rates]};
  }

  /** Draws the map; words about it follow its paint. */
  function show(): void {
    const {kernelSize, rates} = value;
    counts = pathCounts(layersOf(value));
    fields.forEach((field, i) => {
      field.hidden = i >= rates.length;
      if (i < rates.length && field.value !== rates[i]) field.value = rates[i];
    });
    radios.forEach((radio) => (radio.checked = Number(radio.value) === kernelSize));
    root
      .querySelectorAll<HTMLButtonElement>("[data-preset]")
      .forEach((button, i) =>
        button.setAttribute("aria-pressed", String(presets[i].join() === rates.join()))
      );
    part<HTMLButtonElement>(root, "[data-do=reset]").disabled = same(value, initial);
    part<HTMLButtonElement>(root, "[data-do=add]").disabled = rates.length === MOST;
    const remove = part<HTMLButtonElement>(root, "[data-do=remove]");
    write(remove, `Remove layer ${rates.length}`);
    remove.disabled = rates.length === FEWEST;
    write(
      part(root, "[data-says=layers]"),
      rates.length === MOST
        ? `${MOST} layers are the most here.`
        : rates.length === FEWEST
          ? `${FEWEST} layers are the fewest: M₂ is the second’s.`
          : ""
    );
    point(focus && within(focus));
    describeSoon();
  }

  const describeSoon = afterPaint(describe);

  /** Says what the map shows, and what HDC's rule and the task make of it. */
  function describe(): void {
    const {kernelSize, rates} = value;
    const layers = layersOf(value);
    const covered = coverage(layers);
    const rule = hdc(rates, kernelSize);
    const middle = counts[(counts.length - 1) / 2];
    const words = coverageSentences(rates, kernelSize, {coverage: covered, middle});
    write(part(root, "figcaption"), words);
    diagram.element.setAttribute("aria-label", words);
    part(root, "ul").innerHTML = hdcTerms(rates, rule)
      .map(({layer, of, value: is}) => {
        const largest =
          of.length === 1 ? `<var>r</var><sub>${layer}</sub>` : `max(${of.join(", ")})`;
        return `<li>M<sub>${layer}</sub> = ${largest} = <strong>${is}</strong></li>`;
      })
      .join("");
    const holes = covered.holes.length;
    write(
      part(root, ".viz-path-map-verdict"),
      verdictSentences(rates, kernelSize, {hdc: rule, holes})
    );
    challenge.update(
      rates.length === ASKED.layers &&
        kernelSize === ASKED.kernel &&
        covered.size >= ASKED.field &&
        holes === 0,
      `${rates.length} layers of ${kernelSize}×${kernelSize}, a field of ${covered.size}, ` +
        `${holes === 0 ? "no" : holes} ${holes === 1 ? "hole" : "holes"} in a row now.`
    );
  }

  /** What is written again is laid out again, and said again where it is live. */
  function write(element: Element, text: string): void {
    if (element.textContent !== text) element.textContent = text;
  }

  function within({x, y}: FieldPixel): FieldPixel {
    const reach = (counts.length - 1) / 2;
    return {x: Math.max(-reach, Math.min(reach, x)), y: Math.max(-reach, Math.min(reach, y))};
  }

  function point(pixel: FieldPixel | null): void {
    focus = pixel;
    diagram.update({counts, focus});
    const reach = (counts.length - 1) / 2;
    write(
      part(root, ".viz-path-map-readout"),
      focus
        ? pixelWords(focus, [counts[focus.x + reach], counts[focus.y + reach]])
        : "Point at a pixel to count its paths."
    );
  }

  function choose(next: PathMapValue): void {
    const changed = !same(next, value);
    value = next;
    show();
    if (changed) emitInput(root);
  }

  root
    .querySelectorAll<HTMLButtonElement>("[data-preset]")
    .forEach((button, i) =>
      button.addEventListener("click", () => choose({...value, rates: [...presets[i]]}))
    );
  part(root, "[data-do=add]").addEventListener("click", () =>
    choose({...value, rates: [...value.rates, 1]})
  );
  part(root, "[data-do=remove]").addEventListener("click", () =>
    choose({...value, rates: value.rates.slice(0, -1)})
  );
  part(root, "[data-do=reset]").addEventListener("click", () => choose(initial));
  part(root, "[data-do=save]").addEventListener("click", () =>
    save(svgBlob(diagram.element), `paths-${value.rates.join("-")}.svg`)
  );
  part(root, ".viz-path-map-pixels").addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const {x, y} = focus ?? {x: 0, y: 0};
    const step = event.shiftKey ? 10 : 1;
    const to: FieldPixel | null | undefined = {
      ArrowLeft: {x: x - step, y},
      ArrowRight: {x: x + step, y},
      ArrowUp: {x, y: y - step},
      ArrowDown: {x, y: y + step},
      Escape: null
    }[event.key];
    if (to === undefined) return;
    event.preventDefault();
    point(to && within(to));
  });

  show();
  describe();
  return asView<HTMLElement, PathMapValue>(root, {
    get: () => ({kernelSize: value.kernelSize, rates: [...value.rates]}),
    set(next) {
      value = check(next);
      focus = null;
      show();
    }
  });
}

function layersOf({kernelSize, rates}: PathMapValue): StackLayer[] {
  return rates.map((rate) => ({kernelSize, stride: 1, rate}));
}

function same(a: PathMapValue, b: PathMapValue): boolean {
  return a.kernelSize === b.kernelSize && a.rates.join() === b.rates.join();
}
