import type {CrfSettings} from "./crfSettings.ts";
import type {KernelSums} from "./pairwiseWeightsData.ts";
import {kernelText} from "./pairwiseWeightsWords.ts";
import type {Pixel} from "./pixelPointer.ts";
import {part} from "./view.ts";

/** What there is to read of two pixels. */
export interface Pair {
  readonly pixel: Pixel;
  readonly other: Pixel;
  /** What either is, in a word. */
  readonly names: {readonly pixel: string; readonly other: string};
  /** |Δp| in pixels, and |ΔI| in levels. */
  readonly distance: number;
  readonly levels: number;
  /** The kernels of the two. */
  readonly k: KernelSums;
  /** The sums of the kernels of either with all pixels. */
  readonly sums: {readonly pixel: KernelSums; readonly other: KernelSums};
  readonly settings: CrfSettings;
}

export interface PairReadout {
  readonly element: HTMLElement;
  /** Shows a pair, or that there is none. */
  update(pair: Pair | null): void;
}

const kernels = ["appearance", "smoothness"] as const;

/** Returns what each kernel adds for a pair: as it is, and normalized as the CRF has it, in nats. */
export function pairWeights({
  k,
  sums,
  settings
}: Pick<Pair, "k" | "sums" | "settings">): Record<
  (typeof kernels)[number],
  {weight: number; normalized: number}
> {
  const of = (name: (typeof kernels)[number]) => {
    const weight = settings[name].weight * k[name];
    return {weight, normalized: weight / Math.sqrt(sums.pixel[name] * sums.other[name])};
  };
  return {appearance: of("appearance"), smoothness: of("smoothness")};
}

/** Returns a table of what two pixels are to each other. */
export function pairReadout(id: string): PairReadout {
  const element = document.createElement("div");
  element.className = "viz-pairs-readout";
  const row = (name: string, title: string) =>
    `<tr data-row="${name}"><th scope="row">${title}</th><td></td><td></td><td></td></tr>`;
  element.innerHTML = `
    <p id="${id}"></p>
    <table>
      <thead><tr><td></td><th scope="col">k</th><th scope="col">w·k</th>
        <th scope="col">w·k / √(DᵢDⱼ)</th></tr></thead>
      <tbody>${row("appearance", "Appearance")}${row("smoothness", "Smoothness")}${row("sum", "Together")}</tbody>
    </table>
    <p class="viz-pairs-sums"></p>`;
  const [words, sumWords] = element.querySelectorAll("p");
  const cells = (name: string) => part(element, `[data-row=${name}]`).querySelectorAll("td");

  function write(name: string, values: readonly string[]): void {
    cells(name).forEach((cell, i) => {
      if (cell.textContent !== values[i]) cell.textContent = values[i];
    });
  }

  return {
    element,
    update(pair) {
      if (pair === null) {
        words.textContent = "There is no other pixel to compare with.";
        sumWords.textContent = "";
        for (const name of [...kernels, "sum"]) write(name, ["", "", ""]);
        return;
      }
      const {pixel, other, names, distance, levels, k, sums} = pair;
      words.textContent =
        `i = ${pixel.x}, ${pixel.y} (${names.pixel}) and j = ${other.x}, ${other.y} ` +
        `(${names.other}): |Δp| = ${distance.toFixed(1)}\u00a0pixels, ` +
        `|ΔI| = ${levels.toFixed(1)}\u00a0levels.`;
      const weights = pairWeights(pair);
      const {appearance, smoothness} = weights;
      const total = {
        weight: appearance.weight + smoothness.weight,
        normalized: appearance.normalized + smoothness.normalized
      };
      const off = (name: (typeof kernels)[number]) => pair.settings[name].weight === 0;
      const texts = (is: typeof total, zero: boolean) =>
        [is.weight, is.normalized].map((value) => (zero ? "0" : kernelText(value)));
      for (const name of kernels)
        write(name, [kernelText(k[name]), ...texts(weights[name], off(name))]);
      write("sum", ["", ...texts(total, kernels.every(off))]);
      const both = (name: (typeof kernels)[number]) =>
        `${sumText(sums.pixel[name])} and ${sumText(sums.other[name])} (${name})`;
      sumWords.textContent = `Dᵢ and Dⱼ, a pixel’s sums of k over all pixels: ${kernels.map(both).join("; ")}.`;
    }
  };
}

const sumText = (sum: number) =>
  sum.toLocaleString("en", {maximumFractionDigits: sum < 100 ? 1 : 0});
