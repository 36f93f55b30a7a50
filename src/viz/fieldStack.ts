import type {StackField, StackLayer} from "../model/layerStack.ts";
import {afterPaint} from "./afterPaint.ts";
import {fieldPlot} from "./fieldPlot.ts";
import {fieldStackDiagram, type StackUnit} from "./fieldStackDiagram.ts";
import {count, fieldSentences, fieldSum, growthSentences, unitWords} from "./fieldWords.ts";
import {icons} from "./icons.ts";
import {layerStackEditor} from "./layerStackEditor.ts";
import {saveAs, svgBlob} from "./saveAs.ts";
import {task} from "./task.ts";
import {reducedMotion, transport} from "./transport.ts";
import {asView, emitInput, keepControlEvents, part, uniqueId, type View} from "./view.ts";

/** A stack of layers, and how far its field has unfolded. */
export interface FieldStackValue {
  /** The first is nearest the input. */
  layers: StackLayer[];
  /** From 0, the output alone, to the number of layers. */
  step: number;
}

export interface FieldStackOptions extends Partial<FieldStackValue> {
  /** The receptive field after each of the layers. */
  stackFields(this: void, layers: readonly StackLayer[]): StackField[];
  /** For each map from the input up, the units that feed unit *output* of the last. */
  reads(this: void, layers: readonly StackLayer[], output?: number): number[][];
  /** What is done with a file. Default: the browser's download. */
  save?: (file: Blob, name: string) => void;
}

const ofRates = (...rates: number[]): StackLayer[] =>
  rates.map((rate) => ({kernelSize: 3, stride: 1, rate}));
const presets: {name: string; layers: StackLayer[]}[] = [
  {name: "rates 1, 1, 1, 1", layers: ofRates(1, 1, 1, 1)},
  {name: "rates 2, 2, 2, 2", layers: ofRates(2, 2, 2, 2)},
  {name: "rates 1, 2, 4, 8", layers: ofRates(1, 2, 4, 8)},
  {name: "strides 2, 2, 2", layers: [2, 2, 2].map((stride) => ({kernelSize: 3, stride, rate: 1}))}
];
/** What the reader is asked to reach. */
const ASKED = {field: 63, layers: 5};
/** How long a layer takes to unfold, in milliseconds. */
const UNFOLD = 550;

/**
 * Returns a figure of how the receptive field of a stack of layers grows: layers are added, removed
 * and set; the field of the top unit unfolds layer by layer, and is plotted against depth beside
 * three plain schedules. Its **value** is the layers, and the step of the unfolding; a change by the
 * reader emits *input*.
 *
 * ```js
 * const stack = view(fieldStack({stackFields, reads}));
 * ```
 *
 * Pointing at a unit (or moving to it with the arrow keys) shows what it sees, which is no change.
 * Throws a RangeError if **layers** or **step**, given or assigned, is not legal.
 */
export function fieldStack({
  stackFields,
  reads,
  layers = ofRates(1, 2, 4, 8),
  step = layers.length,
  save = saveAs
}: FieldStackOptions): View<HTMLElement, FieldStackValue> {
  const id = uniqueId("field-stack");
  const root = document.createElement("figure");
  root.className = "viz viz-field-stack";
  root.innerHTML = `
    <div class="viz-toolbar viz-presets" role="group" aria-label="Stacks to start from">
      ${presets.map(({name}, i) => `<button type="button" data-preset="${i}">${name}</button>`).join("")}
      <button type="button" data-do="reset">Reset</button>
      <button type="button" data-do="save" aria-label="Save SVG">${icons.save}SVG</button>
    </div>
    <div class="viz-field-stack-body">
      <div class="viz-field-stack-picture">
        <div class="viz-field-stack-units" tabindex="0" role="application"
          aria-label="Units: arrow keys move over what the output sees, Escape leaves"
          aria-describedby="${id}-readout"></div>
        <p class="viz-field-stack-readout" id="${id}-readout" aria-live="polite"></p>
      </div>
      <div class="viz-field-stack-editor"></div>
      <div class="viz-field-stack-growth">
        <p class="viz-formula">field = 1 + Σ (<var>k</var> − 1) · <var>r</var> · <var>S</var> =
          <span class="viz-field-stack-sum"></span></p>
        <label class="viz-check"><input type="checkbox">Logarithmic scale</label>
      </div>
      <figcaption><p></p><p></p></figcaption>
    </div>`;
  keepControlEvents(root);
  const fieldSize = (of: readonly StackLayer[]) => stackFields(of).at(-1)?.size ?? 1;
  const editor = layerStackEditor(layers, {fieldSize});
  part(root, ".viz-field-stack-editor").append(editor);
  const bar = transport({
    last: layers.length,
    step,
    name: (at, of) => (at === 0 ? "the output" : `${at} of ${of} layers`)
  });
  part(root, ".viz-field-stack-picture").append(bar);
  const diagram = fieldStackDiagram(point);
  part(root, ".viz-field-stack-units").append(diagram.element);
  const plot = fieldPlot();
  const log = part<HTMLInputElement>(root, "[type=checkbox]");
  part(root, ".viz-field-stack-growth .viz-check").before(plot.element);
  const challenge = task(
    `Let one output see at least ${ASKED.field} inputs, with at most ${ASKED.layers} layers of ` +
      `3 taps and no stride.`
  );
  root.append(challenge.element);

  const initial = {layers: editor.value, step};
  let value: FieldStackValue = {layers: editor.value, step};
  let maps = reads(value.layers);
  let focus: StackUnit | null = null;
  /** How far the picture has unfolded; on its way to the step. */
  let unfolded = step;
  let frame = 0;

  /** Lets the picture unfold, or fold, to the step: at once where motion is unwelcome. */
  function move(): void {
    cancelAnimationFrame(frame);
    const [from, to] = [unfolded, value.step];
    let start: number | null = null;
    if (reducedMotion() || from === to) {
      unfolded = to;
      return draw();
    }
    const advance = (now: number) => {
      start ??= now;
      const share = Math.min(1, (now - start) / UNFOLD);
      unfolded = from + (to - from) * share * share * (3 - 2 * share);
      draw();
      if (share < 1 && root.isConnected) frame = requestAnimationFrame(advance);
    };
    frame = requestAnimationFrame(advance);
  }

  function draw(): void {
    const {layers} = value;
    const shown = focus && layers.length - focus.map <= unfolded ? focus : null;
    diagram.update({
      layers,
      size: fieldSize(layers),
      maps,
      unfolded,
      focus: shown && {at: shown, maps: reads(layers.slice(0, shown.map), shown.unit)}
    });
  }

  /** Everything that depends on the layers; the words and the plot after the picture. */
  function show(): void {
    const {layers} = value;
    maps = reads(layers);
    const size = fieldSize(layers);
    showMoreSoon();
    root
      .querySelectorAll<HTMLButtonElement>("[data-preset]")
      .forEach((button, i) =>
        button.setAttribute("aria-pressed", String(same(presets[i].layers, layers)))
      );
    const plainTaps = layers.every(({kernelSize, stride}) => kernelSize === 3 && stride === 1);
    challenge.update(
      plainTaps && layers.length <= ASKED.layers && size >= ASKED.field,
      `${layers.length} ${layers.length === 1 ? "layer sees" : "layers see"} ${count(size)} now` +
        `${plainTaps ? "" : ", not all of 3 taps and stride 1"}.`
    );
    read();
  }

  function showMore(): void {
    const {layers} = value;
    const plain = layers.map((layer) => ({...layer, rate: 1}));
    const words = fieldSentences(layers, {
      size: fieldSize(layers),
      dense: fieldSize(plain),
      read: maps[0].length
    });
    const [own, other] = root.querySelectorAll("figcaption p");
    own.textContent = words;
    other.innerHTML = growthSentences(layers.length);
    part(root, ".viz-field-stack-sum").textContent = fieldSum(layers);
    diagram.element.setAttribute("aria-label", words);
    showPlot();
  }

  function showPlot(): void {
    const sizes = (of: readonly StackLayer[]) => [1, ...stackFields(of).map(({size}) => size)];
    const {layers} = value;
    const schedule = (rate: (i: number) => number) =>
      sizes(ofRates(...layers.map((_, i) => rate(i))));
    plot.update({
      log: log.checked,
      growths: [
        {name: "1, 1, 1, …", sizes: schedule(() => 1)},
        {name: "2, 2, 2, …", sizes: schedule(() => 2)},
        {name: "1, 2, 4, …", sizes: schedule((i) => 2 ** i)},
        {name: "this stack", sizes: sizes(layers), own: true}
      ]
    });
  }

  const showMoreSoon = afterPaint(showMore);

  /** Says what the unit in focus sees, and whether Reset has anything to do. */
  function read(): void {
    const {layers, step} = value;
    part<HTMLButtonElement>(root, "[data-do=reset]").disabled =
      same(layers, initial.layers) && step === initial.step;
    part(root, ".viz-field-stack-readout").textContent = focus
      ? unitWords(focus, reads(value.layers.slice(0, focus.map), focus.unit)[0])
      : "Point at a unit to see its part of the field.";
  }

  function point(at: StackUnit | null): void {
    if (at?.map === focus?.map && at?.unit === focus?.unit) return;
    focus = at;
    draw();
    read();
  }

  function choose(next: FieldStackValue): void {
    const stack = !same(next.layers, value.layers);
    const changed = stack || next.step !== value.step;
    value = next;
    if (stack) {
      focus = null;
      editor.value = value.layers;
      bar.update({last: value.layers.length});
      bar.value = value.step;
      unfolded = value.step;
      show();
      draw();
    } else {
      bar.value = value.step;
      move();
      read();
    }
    if (changed) emitInput(root);
  }

  /** A changed stack stays as unfolded as the one before it: wholly, or as many layers. */
  function restack(layers: StackLayer[]): void {
    const whole = value.step === value.layers.length;
    choose({layers, step: whole ? layers.length : Math.min(value.step, layers.length)});
  }

  editor.addEventListener("input", () => restack(editor.value));
  bar.addEventListener("input", () => choose({...value, step: bar.value}));
  log.addEventListener("input", showPlot);
  root
    .querySelectorAll<HTMLButtonElement>("[data-preset]")
    .forEach((button, i) =>
      button.addEventListener("click", () => restack(presets[i].layers.map((l) => ({...l}))))
    );
  part(root, "[data-do=reset]").addEventListener("click", () => {
    bar.pause();
    choose({layers: initial.layers.map((layer) => ({...layer})), step: initial.step});
  });
  part(root, "[data-do=save]").addEventListener("click", () =>
    save(svgBlob(diagram.element), "receptive-field.svg")
  );
  part(root, ".viz-field-stack-units").addEventListener("keydown", (event) => {
    const {layers, step} = value;
    const lowest = layers.length - step;
    const at = focus ?? {map: layers.length, unit: 0};
    const units = maps[at.map];
    const i = Math.max(0, units.indexOf(at.unit));
    /** The unit of another map that lies nearest. */
    const across = (map: number): StackUnit => {
      const stride = (m: number) => (m === 0 ? 1 : stackFields(layers)[m - 1].stride);
      const place = at.unit * stride(at.map);
      const distance = (unit: number) => Math.abs(unit * stride(map) - place);
      return {map, unit: maps[map].reduce((a, b) => (distance(b) < distance(a) ? b : a))};
    };
    const to = {
      ArrowLeft: () => ({map: at.map, unit: units[Math.max(0, i - 1)]}),
      ArrowRight: () => ({map: at.map, unit: units[Math.min(units.length - 1, i + 1)]}),
      ArrowUp: () => across(Math.min(layers.length, at.map + 1)),
      ArrowDown: () => across(Math.max(lowest, at.map - 1)),
      Escape: () => null
    }[event.key];
    if (!to || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    point(to());
  });

  show();
  showMore();
  draw();
  return asView<HTMLElement, FieldStackValue>(root, {
    get: () => ({layers: value.layers.map((layer) => ({...layer})), step: value.step}),
    set({layers, step}) {
      if (!(Number.isInteger(step) && step >= 0 && step <= layers.length))
        throw new RangeError(`invalid step: ${step} (0 to ${layers.length})`);
      editor.value = layers;
      bar.pause();
      bar.update({last: layers.length});
      bar.value = step;
      value = {layers: editor.value, step};
      focus = null;
      cancelAnimationFrame(frame);
      unfolded = step;
      show();
      draw();
    }
  });
}

function same(a: readonly StackLayer[], b: readonly StackLayer[]): boolean {
  return JSON.stringify(a.map(numbers)) === JSON.stringify(b.map(numbers));
}

const numbers = ({kernelSize, stride, rate}: StackLayer) => [kernelSize, stride, rate];
