import {asView, emitInput, part, uniqueId, type View} from "./view.ts";

/** Positions of a slider whose scale is logarithmic. */
const POSITIONS = 1000;

export interface IntegerFieldOptions {
  min: number;
  max: number;
  /** Legal values are *min*, *min* + *step* and so on. Default 1. */
  step?: number;
  /** What is wrong with a whole number between the bounds that is not legal, such as "is even". */
  offStep?: string;
  /**
   * "log" gives each doubling the same way on the slider, with a tick, so that small numbers are easy
   * to find; each whole number is still reached, by the box or by arrow keys (one up or down; with
   * Page Up and Page Down, a quarter more or less). *min* must be above 0, and *step* 1.
   * Default "linear".
   */
  scale?: "linear" | "log";
  /** Why the range ends where it does, for *value*, one of its ends. */
  reason(this: void, value: number): string;
}

/** A slider and a box for one whole number. */
export interface IntegerField extends View<HTMLElement, number> {
  /** Changes the name that the field is labeled with. */
  rename(label: string): void;
  /** Makes *max* the largest legal value; a larger value it has becomes *max*, silently. */
  limit(max: number): void;
}

/** What is typed where a number should be, or enough of it to know it by. */
const quoted = (text: string) => (text.length > 8 ? `${text.slice(0, 5).trimEnd()}…` : text);

/**
 * Returns a slider and a box that set one whole number, its **value**. At either end of the range it
 * says why there is no more; text that is no legal number, typed or pasted, is refused in place and
 * leaves the value as it was. A change by the reader emits *input*; assigning a value that is not
 * legal throws a RangeError.
 *
 * ```js
 * integerField("Rate", 4, {min: 1, max: 16, reason: (r) => (r === 1 ? "…" : "…")})
 * ```
 */
export function integerField(
  label: string,
  value: number,
  {min, max, step = 1, offStep = "is not offered", scale = "linear", reason}: IntegerFieldOptions
): IntegerField {
  const log = scale === "log";
  if (log && !(min > 0 && step === 1))
    throw new RangeError(`invalid scale: log from ${min} by ${step} (from above 0, by 1)`);
  const id = uniqueId("integer");
  const root = document.createElement("div");
  root.className = "viz-integer";
  root.innerHTML = `
    <label for="${id}"></label>
    <input type="range" id="${id}" min="${log ? 0 : min}" max="${log ? POSITIONS : max}"
      step="${step}" aria-describedby="${id}-says">
    <input type="text" inputmode="numeric" autocomplete="off" aria-describedby="${id}-says">
    ${log ? '<div class="viz-ticks" aria-hidden="true"></div>' : ""}
    <p class="viz-says" id="${id}-says" aria-live="polite"></p>`;
  const range = part<HTMLInputElement>(root, "[type=range]");
  const box = part<HTMLInputElement>(root, "[type=text]");
  const says = part(root, ".viz-says");
  const share = (number: number) => Math.log(number / min) / Math.log(max / min);

  function drawTicks(): void {
    // Nine marks at most, or their numbers collide.
    const apart = max / min < 2 ** 9 ? 2 : 4;
    const marks: HTMLElement[] = [];
    for (let tick = min; tick <= max; tick *= apart) {
      const mark = document.createElement("span");
      mark.textContent = String(tick);
      mark.style.setProperty("--at", String(share(tick)));
      marks.push(mark);
    }
    part(root, ".viz-ticks").replaceChildren(...marks);
  }

  /** The number at the slider's position. */
  function pointed(): number {
    const at = range.valueAsNumber;
    return log ? Math.round(min * (max / min) ** (at / POSITIONS)) : at;
  }

  /** Why *candidate* is refused, or null if it is legal. */
  function refusal(candidate: number, shown: string): string | null {
    const legal = `from ${min} to ${max}${step === 1 ? "" : ` by ${step}`}`;
    if (!Number.isInteger(candidate)) return `${shown} is no whole number ${legal}`;
    if (!(candidate >= min && candidate <= max)) return `${shown} is out of range: ${legal}`;
    if ((candidate - min) % step !== 0) return `${shown} ${offStep}: ${legal}`;
    return null;
  }

  function refresh(): void {
    if (!log) range.valueAsNumber = value;
    else if (pointed() !== value) range.valueAsNumber = Math.round(POSITIONS * share(value));
    if (log) range.setAttribute("aria-valuetext", String(value));
    if (Number(box.value) !== value || box.value === "") box.value = String(value);
    box.removeAttribute("aria-invalid");
    say(value === min || value === max ? reason(value) : "", "bound");
  }

  function say(text: string, kind: "bound" | "refused"): void {
    says.dataset.kind = kind;
    if (says.textContent !== text) says.textContent = text;
  }

  function choose(next: number): void {
    const changed = next !== value;
    value = next;
    refresh();
    if (changed) emitInput(root);
  }

  // Immediate: whoever listens to the field itself must not hear its slider and box either.
  for (const type of ["input", "change"])
    root.addEventListener(type, (event) => {
      if (event.target !== root) event.stopImmediatePropagation();
    });
  range.addEventListener("input", () => choose(pointed()));
  box.addEventListener("input", () => {
    const text = box.value.trim();
    const candidate = /^[+-]?\d+(\.\d*)?$/.test(text) ? Number(text) : NaN;
    const why = refusal(candidate, text === "" ? "Nothing" : `“${quoted(text)}”`);
    if (why === null) return choose(candidate);
    box.setAttribute("aria-invalid", "true");
    say(`${why}. Kept at ${value}.`, "refused");
  });
  root.addEventListener("keydown", (event) => {
    // A linear slider's own keys do as well.
    if (event.target === range && !log) return;
    const to: Record<string, number> = {ArrowUp: value + step, ArrowDown: value - step};
    if (event.target === range) Object.assign(to, {ArrowRight: value + 1, ArrowLeft: value - 1});
    if (log)
      Object.assign(to, {PageUp: Math.ceil(value * 1.25), PageDown: Math.floor(value / 1.25)});
    if (!(event.key in to)) return;
    event.preventDefault();
    choose(Math.max(min, Math.min(max, to[event.key])));
  });
  // The message stays, and quotes what was refused, until the number changes.
  box.addEventListener("blur", () => {
    box.value = String(value);
    box.removeAttribute("aria-invalid");
  });

  function rename(next: string): void {
    part(root, "label").textContent = next;
    box.setAttribute("aria-label", `${next}, as a number`);
  }

  const view = asView<HTMLElement, number>(root, {
    get: () => value,
    set(next) {
      const why = refusal(next, String(next));
      if (why !== null) throw new RangeError(`invalid ${label.toLowerCase()}: ${why}`);
      value = next;
      refresh();
    }
  });
  rename(label);
  if (log) drawTicks();
  view.value = value;
  return Object.assign(view, {
    rename,
    limit(most: number) {
      max = most;
      if (log) drawTicks();
      else range.max = String(max);
      value = Math.min(value, max);
      refresh();
    }
  });
}
