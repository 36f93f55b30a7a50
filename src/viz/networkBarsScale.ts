import {kindTotals, type BarKind, type NetworkReading} from "./networkBarsData.ts";
import {large} from "./networkBarsWords.ts";
import {percent} from "./percent.ts";
import {part} from "./view.ts";

const kinds: readonly {kind: BarKind | "padding"; name: string}[] = [
  {kind: "standard", name: "standard"},
  {kind: "pointwise", name: "1×1"},
  {kind: "depthwise", name: "depthwise"},
  {kind: "padding", name: "in padding"}
];
/** The longest that the side of the square that explains the scale may be, in pixels. */
const SQUARE = 30;

/**
 * Returns the key to a chart of bars: what its colors stand for, with the share of all that each
 * takes, and a square of a round number of multiply-adds at the bars' own scale.
 */
export function networkBarsScale(): {
  readonly element: HTMLElement;
  update(reading: NetworkReading): void;
  /** Shows a scale of *area* square pixels for one multiply-add. */
  scale(area: number): void;
} {
  const element = document.createElement("div");
  element.className = "viz-bars-scale";
  const items = kinds.map(({kind, name}) => `<li data-kind="${kind}"><i></i>${name} <b></b></li>`);
  element.innerHTML = `<ul>${items.join("")}</ul>
    <p class="viz-bars-square"><i></i><span></span></p>`;

  function write(selector: string, text: string): void {
    const place = part(element, selector);
    if (place.textContent !== text) place.textContent = text;
  }

  return {
    element,
    update({layers, multiplyAdds}) {
      const totals = kindTotals(layers);
      for (const {kind} of kinds) {
        part(element, `[data-kind=${kind}]`).hidden = totals[kind] === 0;
        write(`[data-kind=${kind}] b`, percent(totals[kind] / multiplyAdds));
      }
    },
    scale(area) {
      const unit = 10 ** Math.floor(Math.log10(SQUARE ** 2 / area));
      const side = `${Math.sqrt(unit * area).toFixed(2)}px`;
      Object.assign(part(element, ".viz-bars-square i").style, {width: side, height: side});
      write(".viz-bars-square span", `= ${large(unit).replace(".00", "")} multiply-adds`);
    }
  };
}
