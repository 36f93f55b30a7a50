import type {ConvolutionSizes} from "../model/separableCost.ts";
import {comparison, costSentences, formulas, verdict, whole, type FormCosts} from "./costWords.ts";
import {icons} from "./icons.ts";
import {integerField} from "./integerField.ts";
import {columns, ratioMap} from "./ratioMap.ts";
import {saveAs, svgBlob} from "./saveAs.ts";
import {steadyHeight} from "./steadyHeight.ts";
import {task} from "./task.ts";
import {asView, emitInput, keepControlEvents, part, uniqueId, type View} from "./view.ts";

/** A layer of a network, offered as a start. */
export interface NamedConvolution extends ConvolutionSizes {
  readonly name: string;
}

export interface CostCalculatorOptions {
  /** What the two forms of a convolution cost. */
  costs: (this: void, sizes: ConvolutionSizes) => FormCosts;
  /** Layers of a network to start from. The first is shown at first, if no *value* is given. */
  layers: readonly NamedConvolution[];
  value?: ConvolutionSizes;
  /** What is done with a file. Default: the browser's download. */
  save?: (file: Blob, name: string) => void;
}

/** What the sizes may be, and why not less: up to here every count is a whole number that is exact. */
const limits = {
  kernelSize: {least: 1, most: 11, name: "Kernel’s side Dk", why: "a kernel has a weight"},
  size: {least: 1, most: 1025, name: "Map’s side Df", why: "a map has a pixel"},
  channels: {least: 1, most: 4096, name: "Channels in M", why: "a layer reads something"},
  filters: {least: 1, most: 4096, name: "Channels out N", why: "no filter, no output"}
} as const;

type Size = keyof typeof limits;
const sizeNames = Object.keys(limits) as Size[];

/**
 * Returns a calculator of what a convolution costs in one step and in two: sliders, boxes and layers
 * of a network for its sizes, both counts with their formulas, and a map of their ratio over filters
 * and kernels. Its **value** is the sizes; a change by the reader emits *input*.
 *
 * ```js
 * const sizes = view(costCalculator({costs, layers}));
 * ```
 *
 * A number that is not legal is refused in place, and the last good one stays. Throws a RangeError
 * if a given or assigned size is not legal.
 */
export function costCalculator({
  costs,
  layers,
  value: given = layers[0],
  save = saveAs
}: CostCalculatorOptions): View<HTMLElement, ConvolutionSizes> {
  const id = uniqueId("cost");
  const root = document.createElement("figure");
  root.className = "viz viz-cost";
  root.innerHTML = `
    <div class="viz-cost-body">
      <div class="viz-cost-controls">
        <label class="viz-cost-layer" for="${id}-layer">Layer of DeepLab v3+
          <select id="${id}-layer"></select></label>
        <div class="viz-cost-sizes"></div>
        <div class="viz-toolbar">
          <button type="button" data-do="reset">Reset</button>
          <button type="button" data-do="save" aria-label="Save SVG of the map">${icons.save}SVG</button>
        </div>
      </div>
      <div class="viz-cost-counts">
        <p class="viz-cost-headline" aria-live="polite"><strong></strong> <span></span></p>
        <dl class="viz-cost-bars">
          <div><dt>One step</dt><dd><i data-form="standard"></i><span></span></dd></div>
          <div><dt>Two steps</dt><dd><i data-form="depthwise"></i><i data-form="pointwise"></i><span></span></dd></div>
        </dl>
        <p class="viz-cost-key"><i data-form="standard"></i>standard <i data-form="depthwise"></i>depthwise
          <i data-form="pointwise"></i>pointwise</p>
        <div class="viz-cost-formulas">
          <p class="viz-formula" data-formula="standard"></p>
          <p class="viz-formula" data-formula="separable"></p>
          <p class="viz-formula" data-formula="ratio"></p>
          <p class="viz-formula" data-formula="weights"></p>
        </div>
      </div>
      <div class="viz-cost-map">
        <p class="viz-cost-title">Two steps against one, for every layer: they cost less where it is blue, more where
          it is hatched</p>
        <p class="viz-cost-readout" aria-live="polite"></p>
        <p class="viz-cost-count"></p>
      </div>
      <div class="viz-cost-words">
        <figcaption></figcaption>
        <p class="viz-cost-verdict" aria-live="polite"></p>
      </div>
    </div>`;
  keepControlEvents(root);
  const initial = check(given);
  let value = initial;

  const fields = Object.fromEntries(
    sizeNames.map((name) => {
      const {least: min, most: max, name: label, why} = limits[name];
      const field = integerField(label, value[name], {
        min,
        max,
        scale: name === "kernelSize" ? "linear" : "log",
        reason: (is) => {
          if (is === min) return `${min} is the least: ${why}.`;
          const ends =
            name === "kernelSize" ? "the map ends there" : "up to there counts are exact";
          return `${max} is the most here: ${ends}.`;
        }
      });
      field.addEventListener("input", () => choose({...value, [name]: field.value}));
      return [name, field];
    })
  ) as Record<Size, ReturnType<typeof integerField>>;
  part(root, ".viz-cost-sizes").append(...sizeNames.map((name) => fields[name]));
  const select = part<HTMLSelectElement>(root, "select");
  const own = new Option("your own numbers", "");
  select.append(
    ...layers.map(({name, kernelSize: k, channels, filters}, i) => {
      return new Option(`${name} (${k}×${k}, ${channels} → ${filters})`, String(i));
    }),
    own
  );
  const map = ratioMap({
    ratio: ({filters, kernelSize}) => {
      const {numerator, denominator} = costs({filters, kernelSize, channels: 1, size: 1}).ratio;
      return numerator / denominator;
    },
    value,
    most: limits.kernelSize.most
  });
  part(root, ".viz-cost-title").after(map);
  const challenge = task("Find a layer for which two steps cost more than one.");
  root.append(challenge.element);
  for (const words of root.querySelectorAll<HTMLElement>(
    "figcaption, .viz-cost-verdict, .viz-cost-readout, .viz-cost-formulas, .viz-says"
  ))
    steadyHeight(words);
  const cells = columns.length * limits.kernelSize.most;
  const dearer = map.querySelectorAll("[data-dearer=true]").length;
  part(root, ".viz-cost-count").textContent =
    `In the map, ${dearer} of ${cells} kinds of layer cost more in two steps (hatched): those with ` +
    "one filter, and those of 1×1. On the line both would cost the same, but no layer lies on it: " +
    "Dₖ² − 1 is 0, 3, 8 and so on, and no whole number times one of these is 1.";

  /** The formulas as they stand. */
  const written = new Map<string, string>();

  function show(): void {
    const now = costs(value);
    const {standard, separable, ratio} = now;
    for (const name of sizeNames) fields[name].value = value[name];
    const layer = layers.findIndex((layer) =>
      sizeNames.every((name) => layer[name] === value[name])
    );
    select.value = layer < 0 ? "" : String(layer);
    own.hidden = layer >= 0;
    const most = Math.max(standard.multiplyAdds, separable.multiplyAdds);
    const bars = {standard, depthwise: separable.depthwise, pointwise: separable.pointwise};
    for (const [form, {multiplyAdds}] of Object.entries(bars))
      part(root, `.viz-cost-bars [data-form=${form}]`).style.width =
        `${(100 * multiplyAdds) / most}%`;
    part(root, ".viz-cost-bars div:first-child span").textContent = whole(standard.multiplyAdds);
    part(root, ".viz-cost-bars div:last-child span").textContent = whole(separable.multiplyAdds);
    const [number, ...words] = comparison(ratio).split(" ");
    part(root, ".viz-cost-headline strong").textContent = `${number}×`;
    part(root, ".viz-cost-headline span").textContent = words.slice(1).join(" ");
    root.dataset.dearer = String(ratio.numerator > ratio.denominator);
    for (const [name, html] of Object.entries(formulas(value, now))) {
      if (html === written.get(name)) continue;
      part(root, `[data-formula=${name}]`).innerHTML = html;
      written.set(name, html);
    }
    part(root, "figcaption").textContent = costSentences(value, now, layers[layer]?.name ?? null);
    part(root, ".viz-cost-verdict").textContent = verdict(value, now);
    map.value = value;
    describe();
    part<HTMLButtonElement>(root, "[data-do=reset]").disabled = sizeNames.every(
      (name) => value[name] === initial[name]
    );
    challenge.update(
      ratio.numerator > ratio.denominator,
      `Two steps cost ${Number((ratio.numerator / ratio.denominator).toPrecision(3))} of one now.`
    );
  }

  /** Says what the map shows where it is pointed at, or where the layer is. */
  function describe(): void {
    const {filters, kernelSize} = map.pointed ?? value;
    const {ratio, term} = costs({filters, kernelSize, channels: 1, size: 1});
    const words =
      `N = ${filters}, Dₖ = ${kernelSize}: two steps cost ` +
      `${Number((ratio.numerator / ratio.denominator).toPrecision(3))} of one ` +
      `(${term} ${term > 1 ? ">" : "<"} 1)`;
    part(root, ".viz-cost-readout").textContent = words;
    map.setAttribute("aria-label", `${words}. Arrow keys move, Enter takes the cell`);
  }

  function choose(next: ConvolutionSizes): void {
    if (sizeNames.every((name) => next[name] === value[name])) return;
    value = next;
    show();
    emitInput(root);
  }

  map.addEventListener("input", () => {
    const {filters, kernelSize} = map.value;
    if (filters === value.filters && kernelSize === value.kernelSize) describe();
    else choose({...value, filters, kernelSize});
  });
  select.addEventListener("change", () => {
    if (select.value !== "") choose(check(layers[Number(select.value)]));
  });
  part(root, "[data-do=reset]").addEventListener("click", () => choose(initial));
  part(root, "[data-do=save]").addEventListener("click", () =>
    save(svgBlob(map), "cost-of-two-steps.svg")
  );

  show();
  return asView<HTMLElement, ConvolutionSizes>(root, {
    get: () => ({...value}),
    set(next) {
      value = check(next);
      show();
    }
  });
}

function check(sizes: ConvolutionSizes): ConvolutionSizes {
  for (const name of sizeNames) {
    const {least, most} = limits[name];
    const is = sizes[name];
    if (!(Number.isInteger(is) && is >= least && is <= most))
      throw new RangeError(`invalid ${name}: ${is} (a whole number from ${least} to ${most})`);
  }
  const {kernelSize, size, channels, filters} = sizes;
  return {kernelSize, size, channels, filters};
}
