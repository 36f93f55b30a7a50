import {asView, emitInput, keepControlEvents, part, uniqueId, type View} from "./view.ts";

/** Positions of the slider. */
const POSITIONS = 1000;

/**
 * Returns a slider and a box for a rate from 1 to *max*, its **value**: each doubling takes the same
 * way on the slider, so that small rates are easy to find and every one can be reached, by the box
 * or by arrow keys (one up or down; with Page Up and Page Down, a quarter more or less). A change by
 * the reader emits *input*.
 *
 * ```js
 * const rate = view(rateField(4, {max: 260, reason: (rate) => "…"}));
 * ```
 *
 * **reason** says why there is no more than *max*, for when it is reached. Text that is no legal
 * rate, typed or pasted, is refused in place and leaves the value as it was. Assigning a rate that
 * is not legal throws a RangeError.
 */
export function rateField(
  value: number,
  {max, reason}: {max: number; reason: string}
): View<HTMLElement, number> {
  const id = uniqueId("rate");
  const root = document.createElement("div");
  root.className = "viz-integer viz-rate-field";
  root.innerHTML = `
    <label for="${id}">Rate</label>
    <input type="range" id="${id}" min="0" max="${POSITIONS}" step="1"
      aria-describedby="${id}-says">
    <input type="text" inputmode="numeric" autocomplete="off" aria-label="Rate, as a number"
      aria-describedby="${id}-says">
    <div class="viz-ticks" aria-hidden="true"></div>
    <p class="viz-says" id="${id}-says" aria-live="polite"></p>`;
  keepControlEvents(root);
  const range = part<HTMLInputElement>(root, "[type=range]");
  const box = part<HTMLInputElement>(root, "[type=text]");
  const says = part(root, ".viz-says");
  const share = (rate: number) => Math.log(rate) / Math.log(max);
  for (let tick = 1; tick <= max; tick *= 2) {
    const mark = document.createElement("span");
    mark.textContent = String(tick);
    mark.style.setProperty("--at", String(share(tick)));
    part(root, ".viz-ticks").append(mark);
  }

  function legal(rate: number): boolean {
    return Number.isInteger(rate) && rate >= 1 && rate <= max;
  }

  function say(text: string, kind: "bound" | "refused"): void {
    says.dataset.kind = kind;
    if (says.textContent !== text) says.textContent = text;
  }

  function refresh(): void {
    if (rateAt(range.valueAsNumber) !== value)
      range.valueAsNumber = Math.round(POSITIONS * share(value));
    range.setAttribute("aria-valuetext", `rate ${value}`);
    if (Number(box.value) !== value || box.value === "") box.value = String(value);
    box.removeAttribute("aria-invalid");
    const bound = value === 1 ? "Rate 1 is the least: neighbors touch, there are no holes." : "";
    say(value === max ? reason : bound, "bound");
  }

  function rateAt(position: number): number {
    return Math.round(max ** (position / POSITIONS));
  }

  function choose(next: number): void {
    const rate = Math.max(1, Math.min(max, next));
    const changed = rate !== value;
    value = rate;
    refresh();
    if (changed) emitInput(root);
  }

  function onKey(event: KeyboardEvent): void {
    const steps: Record<string, number> = {
      ArrowUp: value + 1,
      ArrowDown: value - 1,
      PageUp: Math.ceil(value * 1.25),
      PageDown: Math.floor(value / 1.25)
    };
    if (event.target === range) Object.assign(steps, {ArrowRight: value + 1, ArrowLeft: value - 1});
    if (!(event.key in steps)) return;
    event.preventDefault();
    choose(steps[event.key]);
  }

  root.addEventListener("keydown", onKey);
  range.addEventListener("input", () => choose(rateAt(range.valueAsNumber)));
  box.addEventListener("input", () => {
    const text = box.value.trim();
    const rate = /^\d+$/.test(text) ? Number(text) : NaN;
    if (legal(rate)) return choose(rate);
    box.setAttribute("aria-invalid", "true");
    const shown = text === "" ? "Nothing there" : `“${text.slice(0, 24)}” is not a rate`;
    say(`${shown}: a whole number from 1 to ${max} is. Kept at ${value}.`, "refused");
  });
  // The message stays, and quotes what was refused, until the rate changes.
  box.addEventListener("blur", () => {
    box.value = String(value);
    box.removeAttribute("aria-invalid");
  });

  const view = asView<HTMLElement, number>(root, {
    get: () => value,
    set(next) {
      if (!legal(next)) throw new RangeError(`invalid rate: ${next} (a whole number, 1 to ${max})`);
      value = next;
      refresh();
    }
  });
  view.value = value;
  return view;
}
