/**
 * Returns the colors that CSS custom properties such as `--viz-tap` now have at *element*, as
 * `rgb(…)`, for what is drawn on a canvas. The element must be in the page.
 */
export function themeColors<K extends string>(
  element: Element,
  names: readonly K[]
): Record<K, string> {
  const probe = document.createElement("span");
  probe.hidden = true;
  element.append(probe);
  const colors = {} as Record<K, string>;
  for (const name of names) {
    probe.style.color = `var(${name})`;
    colors[name] = getComputedStyle(probe).color;
  }
  probe.remove();
  return colors;
}

/** Calls *listener* when the page turns light or dark, by the system or by the reader's choice. */
export function onThemeChange(listener: () => void, signal: AbortSignal): void {
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", listener, {signal});
  const observer = new MutationObserver(listener);
  observer.observe(document.documentElement, {attributeFilter: ["data-theme"]});
  signal.addEventListener("abort", () => observer.disconnect());
}
