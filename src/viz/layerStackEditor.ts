import type {StackLayer} from "../model/layerStack.ts";
import {integerField, type IntegerField} from "./integerField.ts";
import {asView, emitInput, keepControlEvents, part, uniqueId, type View} from "./view.ts";

export interface LayerStackEditorOptions {
  /** The receptive field's size of a stack, in inputs. */
  fieldSize(this: void, layers: readonly StackLayer[]): number;
  /** The largest field that may be reached, in inputs. Default 5000. */
  maxField?: number;
  /** The most layers. Default 8. */
  maxLayers?: number;
}

/** What a layer may be: from the least to the most, by steps. */
export const layerBounds = {
  kernelSize: {min: 1, max: 9, step: 2},
  stride: {min: 1, max: 4, step: 1},
  rate: {min: 1, max: 16, step: 1}
} as const;

type Key = keyof typeof layerBounds;
const keys = Object.keys(layerBounds) as Key[];
const labels: Record<Key, string> = {
  kernelSize: "kernel size",
  stride: "stride",
  rate: "rate"
};
const added: StackLayer = {kernelSize: 3, stride: 1, rate: 1};

const least: Record<Key, string> = {
  kernelSize: "1 is the least. Sizes are odd, so that there is a middle.",
  stride: "1 is the least: every place is kept.",
  rate: "1 is the least: the taps touch."
};

/**
 * Returns an editor of a stack of layers, the first of which is nearest the input: layers are added
 * on top and removed, and the chosen one's kernel size, stride and rate are set by slider. Its
 * **value** is the layers; a change by the reader emits *input*.
 *
 * ```js
 * layerStackEditor([{kernelSize: 3, stride: 1, rate: 2}], {fieldSize})
 * ```
 *
 * No slider goes so far that the field exceeds **maxField**, and it says so there. Assigning layers
 * that are not legal throws a RangeError.
 */
export function layerStackEditor(
  layers: readonly StackLayer[],
  {fieldSize, maxField = 5000, maxLayers = 8}: LayerStackEditorOptions
): View<HTMLElement, StackLayer[]> {
  const id = uniqueId("layers");
  const root = document.createElement("div");
  root.className = "viz-layers";
  root.innerHTML = `
    <fieldset class="viz-choice"><legend>Layers, from the input up</legend>
      <div class="viz-segmented viz-layer-list"></div></fieldset>
    <div class="viz-toolbar">
      <button type="button" data-do="add">Add a layer</button>
      <button type="button" data-do="remove">Remove</button>
    </div>
    <p class="viz-says viz-layers-says" aria-live="polite"></p>`;
  keepControlEvents(root);
  let value = check(layers);
  let chosen = value.length - 1;

  function check(next: readonly StackLayer[]): StackLayer[] {
    if (!(next.length >= 1 && next.length <= maxLayers))
      throw new RangeError(`invalid number of layers: ${next.length} (1 to ${maxLayers})`);
    for (const layer of next)
      for (const key of keys) {
        const {min, max, step} = layerBounds[key];
        const is = layer[key];
        if (!(Number.isInteger(is) && is >= min && is <= max && (is - min) % step === 0))
          throw new RangeError(`invalid ${labels[key]}: ${is} (${min} to ${max} by ${step})`);
      }
    const size = fieldSize(next);
    if (!(size <= maxField))
      throw new RangeError(`invalid layers: a field of ${size} inputs (${maxField} at most)`);
    return next.map(({kernelSize, stride, rate}) => ({kernelSize, stride, rate}));
  }

  /** The stack with one number of the chosen layer changed. */
  const having = (key: Key, is: number) =>
    value.map((layer, i) => (i === chosen ? {...layer, [key]: is} : layer));

  /** The largest value of *key* in the chosen layer that keeps the field within bounds. */
  function most(key: Key): number {
    const {min, max, step} = layerBounds[key];
    let is: number = max;
    while (is > min && fieldSize(having(key, is)) > maxField) is -= step;
    return is;
  }

  function reason(key: Key, is: number): string {
    const {min, max, step} = layerBounds[key];
    if (is === max) return `${max} is the most here.`;
    if (is > min || most(key) === min) {
      const more = fieldSize(having(key, is + step)).toLocaleString("en");
      return `${is + step} would make a field of ${more} inputs, more than can be drawn.`;
    }
    return least[key];
  }

  const fields = Object.fromEntries(
    keys.map((key) => [
      key,
      integerField(`Layer: ${labels[key]}`, value[chosen][key], {
        ...layerBounds[key],
        offStep: "is even, and has no middle",
        reason: (is) => reason(key, is)
      })
    ])
  ) as Record<Key, IntegerField>;
  part(root, ".viz-toolbar").before(...Object.values(fields));

  function refresh(): void {
    const list = part(root, ".viz-layer-list");
    while (list.childElementCount > value.length) list.lastElementChild?.remove();
    while (list.childElementCount < value.length) {
      const at = list.childElementCount;
      const label = document.createElement("label");
      label.innerHTML = `<input type="radio" name="${id}"><span></span>`;
      label.firstElementChild?.addEventListener("change", () => {
        chosen = at;
        refresh();
      });
      list.append(label);
    }
    value.forEach(({kernelSize, stride, rate}, i) => {
      const radio = part<HTMLInputElement>(list.children[i], "input");
      radio.checked = i === chosen;
      radio.setAttribute(
        "aria-label",
        `Layer ${i + 1}: kernel size ${kernelSize}, stride ${stride}, rate ${rate}`
      );
      part(list.children[i], "span").textContent = `${i + 1}`;
    });
    for (const key of keys) {
      // The value first: a limit that it breaks would be no limit of this layer's.
      fields[key].limit(layerBounds[key].max);
      fields[key].value = value[chosen][key];
      fields[key].limit(most(key));
      fields[key].rename(`Layer ${chosen + 1}: ${labels[key]}`);
    }
    const remove = part<HTMLButtonElement>(root, "[data-do=remove]");
    remove.textContent = `Remove layer ${chosen + 1}`;
    remove.disabled = value.length === 1;
    const add = part<HTMLButtonElement>(root, "[data-do=add]");
    const full = value.length === maxLayers;
    const wide = !full && fieldSize([...value, added]) > maxField;
    add.disabled = full || wide;
    part(root, ".viz-layers-says").textContent = full
      ? `${maxLayers} layers are the most here.`
      : wide
        ? `One more layer would make a field of over ${maxField.toLocaleString("en")} inputs.`
        : value.length === 1
          ? "One layer is the least there is."
          : "";
  }

  function choose(next: StackLayer[], layer: number): void {
    value = next;
    chosen = layer;
    refresh();
    emitInput(root);
  }

  for (const key of keys)
    fields[key].addEventListener("input", () => choose(having(key, fields[key].value), chosen));
  part(root, "[data-do=add]").addEventListener("click", () =>
    choose([...value, {...added}], value.length)
  );
  part(root, "[data-do=remove]").addEventListener("click", () =>
    choose(
      value.filter((_, i) => i !== chosen),
      Math.max(0, chosen - 1)
    )
  );

  refresh();
  return asView<HTMLElement, StackLayer[]>(root, {
    get: () => value.map((layer) => ({...layer})),
    set(next) {
      value = check(next);
      chosen = Math.min(chosen, value.length - 1);
      refresh();
    }
  });
}
