/** The width of each element at which its height is kept. */
const widths = new WeakMap<HTMLElement, number>();
let observer: ResizeObserver | null = null;

/**
 * Keeps *element* as tall as its words have ever made it at the width that it has, so that what
 * follows stays in place while they change. It must not be stretched to the height of a neighbor.
 */
export function steadyHeight(element: HTMLElement): void {
  // One observer for all: where the width changes, all give way before any is measured, or a row's
  // elements would keep each other tall.
  observer ??= new ResizeObserver((entries) => {
    const elements = entries.map(({target}) => target as HTMLElement);
    for (const element of elements) {
      if (widths.get(element) === element.offsetWidth) continue;
      widths.set(element, element.offsetWidth);
      element.style.minHeight = "";
    }
    const heights = elements.map(({offsetHeight}) => offsetHeight);
    elements.forEach((element, i) => (element.style.minHeight = `${heights[i]}px`));
  });
  observer.observe(element);
}
