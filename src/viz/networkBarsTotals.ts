import {bytes, large, signedPercent} from "./networkBarsWords.ts";
import {factor} from "./numberWords.ts";
import {part} from "./view.ts";

/** What a network costs in all. */
export interface Totals {
  readonly multiplyAdds: number;
  readonly parameters: number;
  readonly activationBytes: number;
}

const shown: readonly {key: keyof Totals; title: string; words: (count: number) => string}[] = [
  {key: "multiplyAdds", title: "Multiply-adds", words: large},
  {key: "parameters", title: "Parameters", words: large},
  {key: "activationBytes", title: "Outputs of all layers", words: bytes}
];

/**
 * Returns the totals of a network in large numbers, each with how it differs from that before the
 * last change. **from** is told the totals before a change and what makes it: the changes that one
 * control makes one after another are one; null forgets it. **update** shows totals, which are
 * **ringed** briefly where they differ.
 */
export function networkTotals(): {
  readonly element: HTMLElement;
  from(before: Totals | null, by?: string): void;
  update(totals: Totals, options?: {ringed?: boolean}): void;
} {
  const element = document.createElement("dl");
  element.className = "viz-bars-totals";
  element.innerHTML = shown
    .map(
      ({key, title}) =>
        `<div data-total="${key}"><dt>${title}</dt><dd><strong></strong> <span></span></dd>` +
        `<dd class="viz-bars-change"></dd></div>`
    )
    .join("");
  let before: Totals | null = null;
  let control: string | undefined;

  return {
    element,
    from(totals, by) {
      if (totals === null || before === null || by !== control) before = totals;
      control = by;
    },
    update(totals, {ringed = false} = {}) {
      for (const {key, words} of shown) {
        const place = part(element, `[data-total=${key}]`);
        const [number, unit] = words(totals[key]).split("\u00a0");
        const [a, b] = [write(place, "strong", number), write(place, "span", unit)];
        if (ringed && (a || b)) ring(place);
        write(
          place,
          ".viz-bars-change",
          before === null
            ? ""
            : before[key] === totals[key]
              ? "as before"
              : `${changeWords(totals[key] / before[key])} ${words(before[key])}`
        );
      }
    }
  };
}

/** Writes *text* where it is not yet, and returns whether it was not. */
function write(place: HTMLElement, selector: string, text: string): boolean {
  const element = part(place, selector);
  if (element.textContent === text) return false;
  element.textContent = text;
  return true;
}

/** "−38 % from", "3.1 times": how what follows has changed. */
function changeWords(ratio: number): string {
  return ratio < 2 ? `${signedPercent(ratio - 1)} from` : `${factor(ratio)} times`;
}

/** Rings *place* for as long as an eye needs to find it. */
function ring(place: HTMLElement): void {
  for (const animation of place.getAnimations()) animation.cancel();
  place.animate(
    [
      {outline: "2.5px solid var(--viz-tap)", outlineOffset: "4px", offset: 0},
      {outline: "2.5px solid var(--viz-tap)", outlineOffset: "4px", offset: 0.4},
      {outline: "2.5px solid transparent", outlineOffset: "4px", offset: 1}
    ],
    1400
  );
}
