/**
 * Keeps *element* as tall as its words have ever made it at the width that it has, so that what
 * follows stays in place while they change.
 */
export function steadyHeight(element: HTMLElement): void {
  let width = 0;
  new ResizeObserver(() => {
    if (element.offsetWidth !== width) {
      width = element.offsetWidth;
      element.style.minHeight = "";
    }
    element.style.minHeight = `${element.offsetHeight}px`;
  }).observe(element);
}
