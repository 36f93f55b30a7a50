/**
 * Returns the colors that CSS custom properties such as `--viz-tap` now have at *element*, as
 * `rgb(…)`, for what is drawn on a canvas. The element must be in the page.
 */
export function themeColors<K extends string>(
  element: Element,
  names: readonly K[]
): Record<K, string> {
  // A probe for each: within a figure that the browser does not draw yet, out of sight, the style of
  // an element that was read once is not computed again.
  const probes = document.createElement("span");
  probes.hidden = true;
  probes.innerHTML = names.map((name) => `<span style="color: var(${name})"></span>`).join("");
  element.append(probes);
  const colors = {} as Record<K, string>;
  names.forEach((name, i) => (colors[name] = getComputedStyle(probes.children[i]).color));
  probes.remove();
  return colors;
}

/** Calls *listener* when the page turns light or dark, by the system or by the reader's choice. */
export function onThemeChange(listener: () => void, signal: AbortSignal): void {
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", listener, {signal});
  const observer = new MutationObserver(listener);
  observer.observe(document.documentElement, {attributeFilter: ["data-theme"]});
  signal.addEventListener("abort", () => observer.disconnect());
}
