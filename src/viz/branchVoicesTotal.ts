import {voteBars} from "./branchVoicesBars.ts";
import {roundUp} from "./branchVoicesData.ts";
import {shareText, voteWords} from "./branchVoicesWords.ts";
import type {LegendClass} from "./legend.ts";
import {part} from "./view.ts";

export interface VoicesTotal {
  readonly element: HTMLElement;
  /** Draws the logits and the bias's share, less their means; *end* is the scale of the votes. */
  draw(total: Float32Array, bias: Float32Array, winner: number, end: number, ink: string): void;
  /** Writes the numbers of what was drawn last. */
  say(): void;
}

/** Returns what the five votes and the bias come to: a row a class, the winner marked. */
export function voicesTotal(classes: readonly LegendClass[]): VoicesTotal {
  const element = document.createElement("div");
  element.className = "viz-voices-total";
  element.innerHTML = `
    <p><strong>Together: the five votes and the bias</strong></p>
    <ul>${classes
      .map(
        ({name, color}) => `<li style="--color: ${color}"><span class="viz-entry">${name}</span>
          <i aria-hidden="true"></i><b></b></li>`
      )
      .join("")}</ul>
    <div class="viz-voices-bias"><p><strong>Bias</strong>, nobody’s vote</p>
      <p class="viz-voices-biased"></p></div>`;
  const rows = [...element.querySelectorAll("li")];
  const bars = voteBars(classes);
  part(element, ".viz-voices-biased").before(bars.element);
  let shown: {total: Float32Array; bias: Float32Array} | null = null;
  return {
    element,
    draw(total, bias, winner, end, ink) {
      shown = {total, bias};
      const most = roundUp(total.reduce((a, b) => Math.max(a, Math.abs(b)), 0));
      rows.forEach((row, k) => {
        row.style.setProperty("--share", String(total[k] / most));
        row.dataset.sign = total[k] < 0 ? "minus" : "plus";
        row.dataset.winner = String(k === winner);
      });
      bars.draw(bias, end, winner, ink);
    },
    say() {
      if (shown === null) return;
      const {total, bias} = shown;
      rows.forEach((row, k) => (part(row, "b").textContent = shareText(total[k])));
      const names = classes.map(({name}) => name);
      const words = voteWords(bias, names);
      part(element, ".viz-voices-biased").textContent = words;
      bars.element.setAttribute("aria-label", `The bias: ${words}`);
    }
  };
}
