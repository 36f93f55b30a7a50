import {afterPaint} from "./afterPaint.ts";
import {icons} from "./icons.ts";
import {barsChart} from "./networkBarsChart.ts";
import {networkBarsControls} from "./networkBarsControls.ts";
import {
  checkSetting,
  layersCsv,
  type Form,
  type NetworkReading,
  type NetworkSetting,
  type PublishedReading
} from "./networkBarsData.ts";
import {barKey} from "./networkBarsLayout.ts";
import {networkBarsScale} from "./networkBarsScale.ts";
import {networkBarsTable} from "./networkBarsTable.ts";
import {networkTotals} from "./networkBarsTotals.ts";
import {
  agreementWords,
  barsCaption,
  decoderTask,
  layerWords,
  paddingSentences,
  sourceWords
} from "./networkBarsWords.ts";
import {saveAs, svgBlob} from "./saveAs.ts";
import {steadyHeight} from "./steadyHeight.ts";
import {task} from "./task.ts";
import {reducedMotion} from "./transport.ts";
import {asView, emitInput, keepControlEvents, part, uniqueId, type View} from "./view.ts";

/** What the reader has set. */
export interface NetworkBarsValue extends NetworkSetting {
  /** The name of the layer that is pinned, if any. */
  layer: string | null;
}

export interface NetworkBarsOptions {
  /** Reads what a network costs. */
  reading(this: void, setting: NetworkSetting): NetworkReading;
  /** The papers' rows beside our counts. */
  published: readonly PublishedReading[];
  /** What to start from, to which Reset returns. Default Xception-65, all standard, as published. */
  value?: Partial<NetworkBarsValue>;
  /** What is done with a file. Default: the browser's download. */
  save?: (file: Blob, name: string) => void;
}

/**
 * Returns a figure of a whole network as bars, one for each convolution, whose area is the layer's
 * multiply-adds: how they move as ASPP and decoder become separable, with backbone, output stride
 * and the picture's size; the totals; and the papers' rows beside our counts. Its **value** is the
 * setting and the pinned layer; a change by the reader emits *input*.
 *
 * ```js
 * const network = view(networkBars({reading, published}));
 * ```
 *
 * Pointing at a bar, or at a cell of the lane below, tells of that layer; a click, a finger or the
 * arrow keys pin it, Escape lets go. Throws a RangeError if **value**, given or assigned, is not
 * legal: sizes must be 32k + 1, and the layer one of the network's convolutions.
 */
export function networkBars({
  reading,
  published,
  value: given = {},
  save = saveAs
}: NetworkBarsOptions): View<HTMLElement, NetworkBarsValue> {
  const id = uniqueId("bars");
  const initial = check({
    backbone: "xception65",
    outputStride: 16,
    aspp: "standard",
    decoder: "standard",
    size: 513,
    spaceToBatch: false,
    layer: null,
    ...given
  });
  let value = initial;
  let pointed: number | null = null;

  const root = document.createElement("figure");
  root.className = "viz viz-bars";
  root.innerHTML = `
    <div class="viz-bars-sums">
      <div class="viz-toolbar">
        <button type="button" data-do="reset">Reset</button>
        <button type="button" data-do="svg" aria-label="Save SVG">${icons.save}SVG</button>
        <button type="button" data-do="csv" aria-label="Save CSV">${icons.save}CSV</button>
      </div>
    </div>
    <div class="viz-bars-strip" tabindex="0" role="slider" aria-label="Convolution"
      aria-valuemin="0" aria-describedby="${id}-caption"></div>
    <div class="viz-bars-below">
      <div class="viz-bars-readout"><p></p><p></p><p></p></div>
      <figcaption id="${id}-caption"></figcaption>
    </div>
    <div class="viz-bars-papers">
      <div class="viz-bars-why"><p data-says="padding"></p><p data-says="agreement"></p>
        <p data-says="sources"></p></div>
    </div>`;
  keepControlEvents(root);

  const totals = networkTotals();
  const controls = networkBarsControls(initial.size, choose);
  const scale = networkBarsScale();
  part(root, ".viz-bars-sums").prepend(totals.element);
  part(root, ".viz-bars-sums").before(controls.element);
  part(root, ".viz-bars-sums").after(scale.element);
  const slider = part(root, ".viz-bars-strip");
  const chart = barsChart({
    point(layer) {
      if (layer === pointed) return;
      pointed = layer;
      showLayer();
    },
    pin: (layer) => choose({layer: read().layers[layer].name}),
    scaled: scale.scale
  });
  slider.append(chart.element);
  const table = networkBarsTable(published, (setting) => choose(setting, "row"));
  part(root, ".viz-bars-why").before(table.element);
  part(root, "[data-says=agreement]").textContent = agreementWords(published);
  part(root, "[data-says=sources]").textContent = sourceWords(published);
  const challenge = task(
    "Find a network whose decoder costs more than its whole backbone, although it is separable."
  );
  part(root, ".viz-bars-papers").before(challenge.element);
  for (const words of ["figcaption", ".viz-bars-readout", "[data-says=padding]"])
    steadyHeight(part(root, words));
  const wordsLater = afterPaint(showWords);

  function check({layer, ...setting}: NetworkBarsValue): NetworkBarsValue {
    const checked = checkSetting(setting);
    if (layer !== null && !reading(checked).layers.some(({name}) => name === layer))
      throw new RangeError(`invalid layer: this network has no convolution ${String(layer)}`);
    return {...checked, layer};
  }

  function read(setting: NetworkSetting = value): NetworkReading {
    return reading(setting);
  }

  /** Changes the setting; *by* names the control, whose moves one after another count as one. */
  function choose(next: Partial<NetworkBarsValue>, by?: string): void {
    const before = value;
    const chosen = {...value, ...next};
    if (next.layer === undefined && value.layer !== null) {
      // The pin stays where a convolution changes its form, and goes where it is left out.
      const key = barKey(value.layer);
      chosen.layer = read(chosen).layers.find(({name}) => barKey(name) === key)?.name ?? null;
    }
    if (same(chosen, before)) return;
    value = chosen;
    const turned = by !== undefined;
    if (turned) {
      pointed = null;
      totals.from(read(before), by);
    }
    const glides = turned && by !== "size" && !reducedMotion();
    show({moving: glides && before.backbone === value.backbone, turned});
    emitInput(root);
  }

  function show({moving = false, turned = false} = {}): void {
    const {layers, ...sums} = read();
    controls.update(value);
    part<HTMLButtonElement>(root, "[data-do=reset]").disabled = same(value, initial);
    totals.update(sums, {ringed: turned && !reducedMotion()});
    scale.update(read());
    showLayer(moving);
    if (turned) wordsLater();
    else showWords();
    slider.setAttribute("aria-valuemax", String(layers.length));
    table.update(value);
    const {solved, note} = decoderTask(value, read());
    challenge.update(solved, note);
  }

  /** Says what follows from two more readings than what is drawn needs. */
  function showWords(): void {
    write("figcaption", barsCaption(value, read(), otherForm()));
    write("[data-says=padding]", paddingSentences(value, read({...value, spaceToBatch: true})));
  }

  /** The same network with ASPP and decoder in the other form. */
  function otherForm(): {setting: NetworkSetting; multiplyAdds: number} | null {
    const {aspp, decoder} = value;
    if (aspp === "none" && decoder === "none") return null;
    const to = aspp === "standard" || decoder === "standard" ? "separable" : "standard";
    const turn = (form: Form): Form => (form === "none" ? form : to);
    const setting = {...value, aspp: turn(aspp), decoder: turn(decoder)};
    return {setting, multiplyAdds: read(setting).multiplyAdds};
  }

  function showLayer(moving = false): void {
    const {layers, multiplyAdds} = read();
    const pinned = layers.findIndex(({name}) => name === value.layer);
    const focus = pointed ?? (pinned < 0 ? null : pinned);
    const reference = read({...value, aspp: "standard", decoder: "standard"}).layers;
    chart.update({layers, reference, size: value.size, focus}, {moving});
    const words =
      focus === null
        ? ["Point at a bar, or go along with the arrow keys.", "", ""]
        : layerWords(layers[focus], multiplyAdds);
    words.forEach((text, i) => write(`.viz-bars-readout p:nth-child(${i + 1})`, text));
    slider.setAttribute("aria-valuenow", String(pinned + 1));
    slider.setAttribute(
      "aria-valuetext",
      pinned < 0 ? "none" : layerWords(layers[pinned], multiplyAdds).join(": ")
    );
  }

  function write(selector: string, text: string): void {
    const element = part(root, selector);
    if (element.textContent !== text) element.textContent = text;
  }

  part(root, "[data-do=reset]").addEventListener("click", () => choose(initial, "reset"));
  part(root, "[data-do=svg]").addEventListener("click", () =>
    save(svgBlob(chart.element), `${value.backbone}-layers.svg`)
  );
  part(root, "[data-do=csv]").addEventListener("click", () =>
    save(new Blob([layersCsv(read().layers)], {type: "text/csv"}), `${value.backbone}-layers.csv`)
  );
  slider.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const {layers} = read();
    const at = pointed ?? layers.findIndex(({name}) => name === value.layer);
    const step = event.shiftKey ? 10 : 1;
    const to: number | null | undefined = {
      ArrowLeft: at < 0 ? layers.length - 1 : at - step,
      ArrowDown: at < 0 ? layers.length - 1 : at - step,
      ArrowRight: at + step,
      ArrowUp: at + step,
      PageDown: at - 10,
      PageUp: at + 10,
      Home: 0,
      End: layers.length - 1,
      Enter: at < 0 ? null : at,
      Escape: null
    }[event.key];
    if (to === undefined) return;
    event.preventDefault();
    pointed = null;
    const layer = to === null ? null : layers[Math.max(0, Math.min(layers.length - 1, to))].name;
    choose({layer});
    showLayer();
  });

  show();
  return asView<HTMLElement, NetworkBarsValue>(root, {
    get: () => ({...value}),
    set(next) {
      value = check(next);
      pointed = null;
      totals.from(null);
      show();
    }
  });
}

function same(a: NetworkBarsValue, b: NetworkBarsValue): boolean {
  return (Object.keys(a) as (keyof NetworkBarsValue)[]).every((key) => a[key] === b[key]);
}
