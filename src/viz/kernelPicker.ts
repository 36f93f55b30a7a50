import {checkChoice, choices, shapeOf, type KernelChoice} from "./kernelChoice.ts";
import {asView, emitInput, keepControlEvents, part, uniqueId, type View} from "./view.ts";

const legends = {kernel: "Kernels", size: "Size", orientations: "Filters"};
const names = ["kernel", "size", "orientations"] as const;

/**
 * Returns a choice of kernels: a bank of edges, of a size and number of filters, or those that the
 * network learned, whose size and number are what they are. Its **value** is the choice; a change
 * by the reader emits *input*. Throws a RangeError, on creation or on assigning, if it is not legal.
 */
export function kernelPicker(choice: KernelChoice): View<HTMLElement, KernelChoice> {
  const id = uniqueId("kernels");
  const root = document.createElement("div");
  root.className = "viz-kernel-picker";
  keepControlEvents(root);
  let value = choice;
  const radios = names.flatMap((name) => {
    const group = document.createElement("fieldset");
    group.className = "viz-choice";
    group.innerHTML = `<legend>${legends[name]}</legend><div class="viz-segmented"></div>`;
    root.append(group);
    return choices[name].map((item) => {
      const label = document.createElement("label");
      label.innerHTML = `<input type="radio" name="${id}-${name}"><span>${item.label}</span>`;
      part(group, ".viz-segmented").append(label);
      const input = part<HTMLInputElement>(label, "input");
      input.addEventListener("change", () => {
        value = {...value, [name]: item.value};
        show();
        emitInput(root);
      });
      return {name, is: item.value, input};
    });
  });

  function show(): void {
    const {kernel} = value;
    const {size, filters} = shapeOf(value);
    const has = {kernel, size, orientations: filters};
    for (const {name, is, input} of radios) {
      input.checked = is === has[name];
      input.disabled = name !== "kernel" && kernel === "learned";
    }
  }

  const view = asView<HTMLElement, KernelChoice>(root, {
    get: () => ({...value}),
    set(next) {
      checkChoice(next);
      const {kernel, size, orientations} = next;
      value = {kernel, size, orientations};
      show();
    }
  });
  view.value = choice;
  return view;
}
