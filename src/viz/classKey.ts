import type {LegendClass} from "./legend.ts";

/** Says in *element* which colors are which classes, of *labels*; does nothing if it says so. */
export function classKey(
  element: HTMLElement,
  labels: readonly number[],
  classes: readonly LegendClass[]
): void {
  if (element.dataset.labels === labels.join()) return;
  element.dataset.labels = labels.join();
  const entries = labels.map((label) => {
    const entry = document.createElement("span");
    entry.className = "viz-entry";
    entry.textContent = classes[label].name;
    entry.style.setProperty("--color", classes[label].color);
    return entry;
  });
  element.replaceChildren(...entries);
}
