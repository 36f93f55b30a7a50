import {cellsOf, isBeginning, MAX_WEIGHT, parseKernel, parseWeight, placeOf} from "./kernelText.ts";
import {asView, emitInput, keepControlEvents, part, uniqueId, type View} from "./view.ts";

/**
 * Returns nine boxes in which to type a 3×3 kernel, or to paste one whole ("1 0 -1", a line a row;
 * cells of a spreadsheet; a list in brackets). Its **value** is the nine weights, row by row; a
 * change by the reader emits *input*.
 *
 * ```js
 * const kernel = view(kernelEditor([0, 1, 0, 1, -4, 1, 0, 1, 0]));
 * ```
 *
 * What is no weight is refused: the box is marked, the reason stands below the boxes, and the value
 * is the last good one until the box holds a weight again; Escape puts the last good one back.
 * Up and down arrows go from row to row.
 *
 * Throws a RangeError, on creation or on assigning, unless there are nine weights from −99 to 99.
 */
export function kernelEditor(kernel: readonly number[]): View<HTMLElement, number[]> {
  let value = checkKernel(kernel);
  const id = uniqueId("kernel");
  const root = document.createElement("div");
  root.className = "viz-kernel";
  root.setAttribute("role", "group");
  root.setAttribute("aria-label", "Your own kernel");
  root.innerHTML = `<div class="viz-kernel-grid"></div>
    <p id="${id}-says" role="status">Type nine weights, or paste a grid.</p>`;
  keepControlEvents(root);
  const says = part(root, "p");
  const usual = says.textContent;
  const boxes = value.map((_, i) => {
    const box = document.createElement("input");
    Object.assign(box, {type: "text", inputMode: "decimal", autocomplete: "off"});
    box.setAttribute("aria-label", `Weight in ${placeOf(i)}`);
    box.setAttribute("aria-describedby", `${id}-says`);
    box.addEventListener("input", () => read(i, isBeginning(box.value)));
    box.addEventListener("change", () => read(i, false));
    box.addEventListener("paste", paste);
    box.addEventListener("keydown", (event) => {
      const to = {ArrowUp: i - 3, ArrowDown: i + 3}[event.key];
      if (event.key === "Escape") show();
      else if (to === undefined) return;
      else boxes[to]?.focus();
      event.preventDefault();
    });
    return box;
  });
  part(root, ".viz-kernel-grid").append(...boxes);

  function say(text: string, refused: boolean): void {
    says.dataset.kind = refused ? "refused" : "usual";
    if (says.textContent !== text) says.textContent = text;
  }

  function refuse(reason: string): void {
    const last = value.map(weightText).join(" ");
    say(`${reason[0].toUpperCase()}${reason.slice(1)}. The kernel stays ${last}.`, true);
  }

  /** Takes what is in box *i*; a *beginning* is left alone until it is more, or the reader leaves. */
  function read(i: number, beginning: boolean): void {
    let weight: number;
    try {
      weight = parseWeight(boxes[i].value);
    } catch (error) {
      if (beginning) return;
      boxes[i].setAttribute("aria-invalid", "true");
      refuse(`${placeOf(i)}: ${(error as Error).message}`);
      return;
    }
    boxes[i].removeAttribute("aria-invalid");
    if (boxes.every((box) => !box.ariaInvalid)) say(usual, false);
    if (weight === value[i]) return;
    value = value.with(i, weight);
    emitInput(root);
  }

  function paste(event: ClipboardEvent): void {
    const text = event.clipboardData?.getData("text") ?? "";
    if (cellsOf(text).length === 1) return; // one value goes into the box, as anywhere
    event.preventDefault();
    try {
      choose(parseKernel(text));
    } catch (error) {
      refuse((error as Error).message);
    }
  }

  function choose(next: number[]): void {
    const changed = next.some((weight, i) => weight !== value[i]);
    value = next;
    show();
    if (changed) emitInput(root);
  }

  function show(): void {
    boxes.forEach((box, i) => {
      box.value = weightText(value[i]);
      box.removeAttribute("aria-invalid");
    });
    say(usual, false);
  }

  show();
  return asView<HTMLElement, number[]>(root, {
    get: () => [...value],
    set(next) {
      value = checkKernel(next);
      show();
    }
  });
}

/** Returns a copy of *kernel*; throws a RangeError unless it is nine weights from −99 to 99. */
export function checkKernel(kernel: readonly number[]): number[] {
  if (kernel.length !== 9) throw new RangeError(`invalid kernel: ${kernel.length} weights (nine)`);
  for (const weight of kernel)
    if (!(Math.abs(weight) <= MAX_WEIGHT))
      throw new RangeError(`invalid weight: ${weight} (−${MAX_WEIGHT} to ${MAX_WEIGHT})`);
  return [...kernel];
}

/** Returns a weight as it is shown: as short as can be, with a real minus sign. */
export function weightText(weight: number): string {
  return String(Number(weight.toPrecision(4))).replace("-", "−");
}
