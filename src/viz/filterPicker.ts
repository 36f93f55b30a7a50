import type {Filter} from "../model/atrousForms.ts";
import {
  filterLabel,
  filterNames,
  LEARNED,
  luminanceFilter,
  typedAtFirst,
  type FilterName
} from "./filters.ts";
import {checkKernel, kernelEditor} from "./kernelEditor.ts";
import {asView, emitInput, keepControlEvents, part, uniqueId, type View} from "./view.ts";

/** Which filter the reader has chosen. */
export interface FilterChoice {
  filter: FilterName;
  /** Which of the network's 16, from 0, when *filter* is `"learned"`. */
  learned: number;
  /** The nine weights of the reader's own kernel, row by row, when *filter* is `"typed"`. */
  kernel: number[];
}

export interface FilterPicker extends View<HTMLElement, FilterChoice> {
  /** The filter to compute with: the last one that was there while the learned ones are on the way. */
  readonly current: Filter;
  /** What the chosen filter is called, in a sentence. */
  readonly words: string;
}

/**
 * Returns a choice of filters: edges, blur, one of those that the network learned, or a kernel that
 * the reader types. A change by the reader emits *input*.
 *
 * - **learned** reads the learned filters `[3, 3, 3]`; it is called when one is first chosen, and
 *   again if that failed.
 * - **onFilter** is told when {@link FilterPicker.current} has changed otherwise than by a gesture:
 *   the learned filters have arrived.
 *
 * Throws a RangeError, on creation or on assigning, if the choice is not legal.
 */
export function filterPicker(
  choice: Partial<FilterChoice>,
  {
    learned: readLearned,
    onFilter
  }: {learned: () => Promise<readonly Filter[]>; onFilter: () => void}
): FilterPicker {
  let value = check({filter: "vertical", learned: 0, kernel: [...typedAtFirst], ...choice});
  let learned: readonly Filter[] | null = null;
  let reading = false;
  let current = luminanceFilter("vertical", typedAtFirst);
  const id = uniqueId("filter");
  const root = document.createElement("div");
  root.className = "viz-filter";
  root.innerHTML = `
    <fieldset><legend>Filter</legend><div class="viz-segmented"></div></fieldset>
    <fieldset class="viz-learned"><legend>Which of the ${LEARNED} kernels of the first layer</legend>
      <div class="viz-segmented"></div></fieldset>
    <p class="viz-filter-says" role="status"></p>`;
  keepControlEvents(root);
  const says = part(root, ".viz-filter-says");
  const swatches = part(root, ".viz-learned");
  const editor = kernelEditor(value.kernel);
  root.append(editor);

  /** Appends a choice of one to *to*; *chosen* is what picking it does. */
  function radio(to: Element, name: string, face: string, chosen: () => void): HTMLInputElement {
    const label = document.createElement("label");
    label.innerHTML = `<input type="radio" name="${id}-${name}"><span></span>`;
    const input = part<HTMLInputElement>(label, "input");
    part(label, "span").textContent = face;
    input.addEventListener("change", chosen);
    to.append(label);
    return input;
  }

  const names = filterNames.map((filter) =>
    radio(part(root, ".viz-segmented"), "name", filterLabel(filter), () => choose({filter}))
  );
  const numbers = Array.from({length: LEARNED}, (_, i) =>
    radio(part(swatches, ".viz-segmented"), "learned", "", () => choose({learned: i}))
  );
  numbers.forEach((input, i) => input.setAttribute("aria-label", `Learned kernel ${i + 1}`));
  editor.addEventListener("input", (event) => {
    event.stopPropagation();
    choose({kernel: editor.value});
  });

  function choose(next: Partial<FilterChoice>): void {
    value = {...value, ...next};
    take();
    emitInput(root);
  }

  /** Makes *current* what the value asks for, once it is there, and shows the value. */
  function take(): void {
    const {filter} = value;
    if (filter !== "learned") {
      current = luminanceFilter(filter, value.kernel);
      says.textContent = "";
    } else if (learned) current = learned[value.learned];
    else void read();
    names.forEach((input, i) => (input.checked = filterNames[i] === filter));
    numbers.forEach((input, i) => (input.checked = i === value.learned));
    swatches.hidden = filter !== "learned" || !learned;
    editor.hidden = filter !== "typed";
  }

  async function read(): Promise<void> {
    if (reading) return;
    reading = true;
    says.textContent = "Reading the network’s weights …";
    try {
      learned = await readLearned();
      numbers.forEach((input, i) => paintSwatch(input, (learned as readonly Filter[])[i]));
      says.textContent = "";
    } catch (error) {
      says.textContent =
        `The network’s weights were not read: ${(error as Error).message}. ` +
        `The filter before is still shown; choose another one, and this again to retry.`;
      return;
    } finally {
      reading = false;
    }
    take();
    onFilter();
  }

  take();
  const view = asView<HTMLElement, FilterChoice>(root, {
    get: () => ({...value, kernel: [...value.kernel]}),
    set(next) {
      value = check(next);
      editor.value = value.kernel;
      take();
    }
  });
  Object.defineProperty(view, "current", {get: () => current});
  Object.defineProperty(view, "words", {
    get() {
      if (value.filter === "learned") return `learned kernel ${value.learned + 1}`;
      if (value.filter === "typed") return "your own kernel";
      return `the filter “${filterLabel(value.filter)}”`;
    }
  });
  return view as FilterPicker;
}

function check({filter, learned, kernel}: FilterChoice): FilterChoice {
  if (!filterNames.includes(filter))
    throw new RangeError(`invalid filter: ${filter} (${filterNames.join(", ")})`);
  if (!(Number.isInteger(learned) && learned >= 0 && learned < LEARNED))
    throw new RangeError(`invalid learned filter: ${learned} (0 to ${LEARNED - 1})`);
  return {filter, learned, kernel: checkKernel(kernel)};
}

/** Shows a kernel's weights for red, green and blue as nine colors, gray being zero. */
function paintSwatch(input: HTMLInputElement, {weights}: Filter): void {
  const largest = weights.reduce((a, b) => Math.max(a, Math.abs(b)), 0);
  const canvas = document.createElement("canvas");
  Object.assign(canvas, {width: 3, height: 3});
  const data = new ImageData(3, 3);
  for (let i = 0; i < 9; ++i) {
    for (let c = 0; c < 3; ++c)
      data.data[4 * i + c] = Math.round(127.5 * (1 + weights[3 * i + c] / largest));
    data.data[4 * i + 3] = 255;
  }
  canvas.getContext("2d")?.putImageData(data, 0, 0);
  input.nextElementSibling?.replaceChildren(canvas);
}
