import {groupChoices, twoStepsSize} from "./twoStepsSchedule.ts";
import {formOf} from "./twoStepsWords.ts";
import {asView, emitInput, keepControlEvents, part, uniqueId, type View} from "./view.ts";

const {channels} = twoStepsSize;

/**
 * Returns a slider of how many groups a convolution deals its filters out into, its **value**: from
 * 1, a standard convolution, to as many as channels, a depthwise one. It says what they mean, and
 * why the range ends where it does. A change by the reader emits *input*.
 */
export function groupsField(value: number): View<HTMLElement, number> {
  const id = uniqueId("groups");
  const root = document.createElement("div");
  root.className = "viz-two-steps-groups";
  root.innerHTML = `
    <label for="${id}">Groups in the one step <output></output></label>
    <input type="range" id="${id}" min="0" max="${groupChoices.length - 1}" step="1"
      aria-describedby="${id}-says">
    <div class="viz-ticks" aria-hidden="true"></div>
    <p class="viz-says" id="${id}-says" aria-live="polite"></p>`;
  keepControlEvents(root);
  const range = part<HTMLInputElement>(root, "input");
  groupChoices.forEach((groups, i) => {
    const tick = document.createElement("span");
    const word = groups === 1 ? " dense" : groups === channels ? " depthwise" : "";
    tick.textContent = `${groups}${word}`;
    tick.style.setProperty("--at", String(i / (groupChoices.length - 1)));
    part(root, ".viz-ticks").append(tick);
  });

  function refresh(): void {
    range.valueAsNumber = groupChoices.findIndex((one) => one === value);
    const words = `${value} ${value === 1 ? "group" : "groups"}`;
    range.setAttribute("aria-valuetext", `${words}, ${formOf(value)}`);
    part(root, "output").textContent = String(value);
    part(root, ".viz-says").textContent = reasonOf(value);
  }

  range.addEventListener("input", () => {
    const next = groupChoices[range.valueAsNumber];
    if (next === value) return;
    value = next;
    refresh();
    emitInput(root);
  });
  refresh();
  return asView<HTMLElement, number>(root, {
    get: () => value,
    set(next) {
      if (next === value) return;
      value = next;
      refresh();
    }
  });
}

/** Says why there are no fewer, or no more, groups; or what those there are mean. */
function reasonOf(groups: number): string {
  if (groups === 1) return "1 is the least: each filter reads every channel.";
  if (groups === channels) return `${groups} is the most: each filter reads one channel.`;
  return `Each filter reads ${channels / groups} of the ${channels} channels.`;
}
