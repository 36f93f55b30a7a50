import {icons} from "./icons.ts";
import {boundReason, tapSentences} from "./rateWords.ts";
import {saveAs, svgBlob} from "./saveAs.ts";
import {tapDiagram, type Unit} from "./tapDiagram.ts";
import {thumbnail} from "./thumbnail.ts";
import {asView, emitInput, keepControlEvents, part, uniqueId, type View} from "./view.ts";

/** What the reader steers. */
export interface RateChoice {
  /** By how much the rates are multiplied. */
  scale: number;
  outputStride: number;
}

export interface RateSteeringOptions {
  /** The base rates, those of output stride 16 at ×1. */
  rates: readonly number[];
  /** The rates as the network uses them. */
  ratesUsed(this: void, rates: readonly number[], outputStride: number, scale: number): number[];
  /** The feature map's size at an output stride. */
  mapSize(this: void, outputStride: number): readonly [height: number, width: number];
  outputStrides?: readonly number[];
  /** The choice to start from, to which Reset returns. Default 16 and 1. */
  outputStride?: number;
  scale?: number;
  /** Bounds and step of the scale. Default 0.5 … 4 by 0.1. */
  minScale?: number;
  maxScale?: number;
  step?: number;
  /** What is done with a file. Default: the browser's download. */
  save?: (file: Blob, name: string) => void;
}

export interface RateSteering extends View<HTMLElement, RateChoice> {
  /** Shows *picture* under the map. */
  update(data: {picture?: HTMLCanvasElement | null}): void;
}

/**
 * Returns a figure that steers the atrous rates: a slider that scales them, a choice of output
 * stride, and a diagram of where the nine taps of each 3×3 kernel then fall. Its **value** is
 * *scale* and *outputStride*; a change by the reader emits *input*.
 *
 * ```js
 * const choice = view(rateSteering({rates: [3, 6, 9], ratesUsed, mapSize}));
 * ```
 *
 * Pointing at the diagram (or arrow keys on it) moves the kernels, which changes no value.
 * Assigning a scale out of bounds or an output stride that is not offered throws a RangeError.
 */
export function rateSteering({
  rates,
  ratesUsed,
  mapSize,
  outputStrides = [32, 16, 8],
  outputStride = 16,
  scale = 1,
  minScale = 0.5,
  maxScale = 4,
  step = 0.1,
  save = saveAs
}: RateSteeringOptions): RateSteering {
  const initial = check({scale, outputStride});
  let value = initial;
  let pointed: Unit | null = null;
  let picture: string | null = null;

  const id = uniqueId("rates");
  const root = document.createElement("figure");
  root.className = "viz viz-rates";
  root.innerHTML = `
    <div class="viz-controls">
      <div class="viz-scale">
        <label for="${id}-range">Atrous rates, scaled</label>
        <input type="range" id="${id}-range" list="${id}-ticks" aria-describedby="${id}-bound">
        <span class="viz-times">×<input type="number" aria-label="Scale of the rates, as a number"
          aria-describedby="${id}-bound"></span>
        <datalist id="${id}-ticks"></datalist>
        <div class="viz-ticks" aria-hidden="true"></div>
      </div>
      <fieldset><legend>Output stride</legend><div class="viz-segmented"></div></fieldset>
      <p class="viz-used" aria-live="polite">Rates used <strong></strong></p>
      <div class="viz-toolbar">
        <button type="button" data-do="reset">Reset</button>
        <button type="button" data-do="save" aria-label="Save SVG">${icons.save}SVG</button>
      </div>
      <p class="viz-bound" id="${id}-bound"></p>
    </div>
    <div class="viz-diagram" tabindex="0" role="application"
      aria-label="Where the taps fall: arrow keys move the kernels over the map, Escape centers them">
    </div>
    <figcaption></figcaption>`;
  keepControlEvents(root);
  const range = part<HTMLInputElement>(root, "[type=range]");
  const number = part<HTMLInputElement>(root, "[type=number]");
  const holder = part(root, ".viz-diagram");
  for (const input of [range, number]) Object.assign(input, {min: minScale, max: maxScale, step});
  const ticks = [minScale, 1, 2, 3, maxScale].filter((t, i, all) => all.indexOf(t) === i);
  for (const tick of ticks) {
    const option = new Option(`×${tick}`, String(tick));
    part(root, "datalist").append(option);
    const mark = document.createElement("span");
    mark.textContent = `×${tick}`;
    mark.style.setProperty("--at", String((tick - minScale) / (maxScale - minScale)));
    part(root, ".viz-ticks").append(mark);
  }
  const radios = outputStrides.map((stride) => {
    const label = document.createElement("label");
    label.innerHTML = `<input type="radio" name="${id}-stride" value="${stride}"><span>${stride}</span>`;
    part(root, ".viz-segmented").append(label);
    return part<HTMLInputElement>(label, "input");
  });
  const diagram = tapDiagram((unit) => {
    pointed = unit;
    refresh();
  });
  holder.append(diagram.element);

  function check(choice: RateChoice): RateChoice {
    if (!(choice.scale >= minScale && choice.scale <= maxScale))
      throw new RangeError(`invalid scale: ${choice.scale} (${minScale} to ${maxScale})`);
    if (!outputStrides.includes(choice.outputStride))
      throw new RangeError(
        `invalid output stride: ${choice.outputStride} (${outputStrides.join(", ")})`
      );
    return {scale: choice.scale, outputStride: choice.outputStride};
  }

  function choose(next: Partial<RateChoice>): void {
    const chosen = {...value, ...next};
    const changed = chosen.scale !== value.scale || chosen.outputStride !== value.outputStride;
    value = chosen;
    refresh();
    if (changed) emitInput(root);
  }

  function position(width: number, height: number): Unit {
    const middle = {x: (width - 1) >> 1, y: (height - 1) >> 1};
    if (!pointed) return middle;
    return {x: Math.min(pointed.x, width - 1), y: Math.min(pointed.y, height - 1)};
  }

  function refresh(): void {
    const {scale: by, outputStride: stride} = value;
    const used = ratesUsed(rates, stride, by);
    const [height, width] = mapSize(stride);
    range.valueAsNumber = by;
    if (document.activeElement !== number || number.valueAsNumber !== by) number.value = String(by);
    range.setAttribute("aria-valuetext", `×${by}, rates ${used.join(", ")}`);
    radios.forEach((radio) => (radio.checked = Number(radio.value) === stride));
    part(root, ".viz-used strong").textContent = used.join(", ");
    part<HTMLButtonElement>(root, "[data-do=reset]").disabled =
      by === initial.scale && stride === initial.outputStride;
    part(root, ".viz-bound").textContent = boundReason(by, {
      minScale,
      maxScale,
      smallest: Math.min(...ratesUsed(rates, Math.max(...outputStrides), minScale)),
      used,
      width,
      height
    });
    diagram.update({rates: used, width, height, at: position(width, height), picture});
    const sentence = tapSentences(used, width, height);
    part(root, "figcaption").textContent = sentence;
    diagram.element.setAttribute("aria-label", sentence);
  }

  range.addEventListener("input", () => choose({scale: range.valueAsNumber}));
  number.addEventListener("input", () => {
    const by = number.valueAsNumber;
    if (by >= minScale && by <= maxScale) choose({scale: by});
  });
  number.addEventListener("change", () => {
    const by = number.valueAsNumber;
    if (Number.isNaN(by)) refresh();
    else choose({scale: Math.max(minScale, Math.min(maxScale, by))});
  });
  for (const radio of radios)
    radio.addEventListener("change", () => choose({outputStride: Number(radio.value)}));
  part(root, "[data-do=reset]").addEventListener("click", () => choose(initial));
  part(root, "[data-do=save]").addEventListener("click", () =>
    save(svgBlob(diagram.element), "atrous-rates.svg")
  );
  holder.addEventListener("keydown", (event) => {
    const [height, width] = mapSize(value.outputStride);
    const at = position(width, height);
    const moves: Record<string, Unit> = {
      ArrowLeft: {x: at.x - 1, y: at.y},
      ArrowRight: {x: at.x + 1, y: at.y},
      ArrowUp: {x: at.x, y: at.y - 1},
      ArrowDown: {x: at.x, y: at.y + 1}
    };
    if (event.key === "Escape") pointed = null;
    else if (event.key in moves) {
      const {x, y} = moves[event.key];
      pointed = {x: Math.max(0, Math.min(width - 1, x)), y: Math.max(0, Math.min(height - 1, y))};
    } else return;
    event.preventDefault();
    refresh();
  });

  refresh();
  const view = asView<HTMLElement, RateChoice>(root, {
    get: () => ({...value}),
    set(next) {
      value = check(next);
      refresh();
    }
  });
  return Object.assign(view, {
    update(data: {picture?: HTMLCanvasElement | null}) {
      if (data.picture === undefined) return;
      picture = data.picture && thumbnail(data.picture, 160);
      refresh();
    }
  });
}
