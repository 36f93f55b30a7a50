import type {ConvolutionSize} from "../model/arithmeticIntensity.ts";
import {integerField} from "./integerField.ts";
import {menuButton} from "./menuButton.ts";
import {keyOf, type NamedSize} from "./timingsData.ts";
import {sizeWords} from "./timingsWords.ts";
import {part} from "./view.ts";

/** What a size may be. */
const sizeBounds = {
  kernelSize: {min: 1, max: 9, step: 2},
  height: {min: 1, max: 513, step: 1},
  width: {min: 1, max: 513, step: 1},
  channels: {min: 1, max: 2048, step: 1},
  filters: {min: 1, max: 2048, step: 1}
} as const;

const MOST_SIZES = 8;

export interface TimingsSizes {
  readonly element: HTMLElement;
  /** Shows the sizes that there are. */
  update(sizes: readonly NamedSize[]): void;
}

/**
 * Returns the list of sizes that are measured, from which each can be removed, and the ways to add
 * one: a layer of a network (*note* says of which), or numbers of the reader's own. What the list should become is handed
 * to *choose*.
 */
export function timingsSizes(
  layers: readonly NamedSize[],
  note: string,
  choose: (sizes: readonly ConvolutionSize[]) => void
): TimingsSizes {
  const element = document.createElement("div");
  element.className = "viz-timings-sizes";
  element.innerHTML = `
    <div class="viz-timings-list" role="group" aria-label="Sizes to measure"></div>
    <p class="viz-timings-note"></p>
    <fieldset class="viz-timings-own"><legend>A size of your own</legend>
      <div class="viz-timings-fields"></div>
      <button type="button" data-do="add-own">Add this size</button>
    </fieldset>
    <p class="viz-says" aria-live="polite"></p>`;
  part(element, ".viz-timings-note").textContent = note;
  let sizes: readonly NamedSize[] = [];

  const {kernelSize, height, channels} = sizeBounds;
  const side = integerField("Map, along each side", 65, {
    ...height,
    scale: "log",
    reason: (is) => (is === 1 ? "1 is the least: a single place." : `${is} is the most here.`)
  });
  const kernel = integerField("Kernel, along each side", 3, {
    ...kernelSize,
    offStep: "is even, and has no middle",
    reason: (is) => (is === 1 ? "1 is the least: nothing around." : `${is} is the most here.`)
  });
  const [input, output] = ["Channels in", "Channels out"].map((name) =>
    integerField(name, 64, {
      ...channels,
      scale: "log",
      reason: (is) => (is === 1 ? "1 is the least." : `${is} is the most here.`)
    })
  );
  part(element, ".viz-timings-fields").append(side, kernel, input, output);
  // The fields are a draft: none of it counts until the size is added.
  part(element, ".viz-timings-fields").addEventListener("input", (event) => {
    event.stopPropagation();
    refresh();
  });

  const draft = (): ConvolutionSize => ({
    kernelSize: kernel.value,
    height: side.value,
    width: side.value,
    channels: input.value,
    filters: output.value
  });
  const has = (size: ConvolutionSize) => sizes.some((other) => keyOf(other.size) === keyOf(size));
  function add(size: ConvolutionSize): void {
    if (sizes.length < MOST_SIZES && !has(size))
      choose([...sizes.map((other) => other.size), size]);
  }

  const menu = menuButton(
    "Add a layer",
    layers.map(({name, size}, i) => ({value: String(i), label: `${name}: ${sizeWords(size)}`})),
    (i) => add(layers[Number(i)].size)
  );
  part(element, ".viz-timings-list").append(menu); // first, where its items have room to open
  const own = part<HTMLButtonElement>(element, "[data-do=add-own]");
  own.addEventListener("click", () => {
    add(draft());
    part(side, "[type=range]").focus(); // the button is off until another size is set
  });

  function refresh(): void {
    const full = sizes.length === MOST_SIZES;
    const there = has(draft());
    own.disabled = full || there;
    part<HTMLButtonElement>(menu, "button").disabled = full;
    part(element, ":scope > .viz-says").textContent = full
      ? `${MOST_SIZES} sizes are the most here: remove one to add another.`
      : there
        ? "Your own size is in the list."
        : sizes.length === 1
          ? "One size is the least."
          : "";
  }

  return {
    element,
    update(next) {
      const list = part(element, ".viz-timings-list");
      const focused = [...list.querySelectorAll("[data-remove]")].findIndex(
        (chip) => chip === document.activeElement
      );
      sizes = next;
      const chips = sizes.map(({name, size}) => {
        const chip = document.createElement("button");
        chip.type = "button";
        chip.textContent = `${name}, ${sizeWords(size)}`;
        chip.dataset.remove = "";
        chip.setAttribute("aria-label", `Remove ${chip.textContent}`);
        chip.disabled = sizes.length === 1;
        chip.addEventListener("click", () =>
          choose(sizes.filter((other) => other.size !== size).map((other) => other.size))
        );
        return chip;
      });
      list.querySelectorAll("[data-remove]").forEach((chip) => chip.remove());
      list.append(...chips);
      if (focused >= 0) chips[Math.min(focused, chips.length - 1)].focus();
      refresh();
    }
  };
}

/** Returns a copy of *sizes*; throws a RangeError if their number or one of them is not legal. */
export function checkSizes(sizes: readonly ConvolutionSize[]): ConvolutionSize[] {
  const {length} = sizes;
  if (!(length >= 1 && length <= MOST_SIZES))
    throw new RangeError(`invalid number of sizes: ${length} (1 to ${MOST_SIZES})`);
  for (const size of sizes)
    for (const key of Object.keys(sizeBounds) as (keyof ConvolutionSize)[]) {
      const {min, max, step} = sizeBounds[key];
      const is = size[key];
      if (!(Number.isInteger(is) && is >= min && is <= max && (is - min) % step === 0))
        throw new RangeError(`invalid ${key}: ${is} (${min} to ${max} by ${step})`);
    }
  if (new Set(sizes.map(keyOf)).size < length)
    throw new RangeError("invalid sizes: two are the same");
  return sizes.map((size) => ({...size}));
}
