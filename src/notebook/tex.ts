import katex from "katex";

/**
 * Returns an element with the formula, in line; `tex.block` sets it on a line of its own.
 *
 * ```js
 * tex`k + (k - 1)(r - 1)`
 * ```
 *
 * Prose needs no call: formulas in Markdown cells are rendered at build.
 */
export const tex = Object.assign(renderer(false), {block: renderer(true)});

function renderer(displayMode: boolean) {
  return (strings: TemplateStringsArray, ...values: unknown[]): HTMLElement => {
    const span = document.createElement("span");
    katex.render(String.raw(strings, ...values), span, {displayMode});
    return span;
  };
}
