import {MAPS} from "./branchVoicesValue.ts";
import {LIMITS} from "./branchVoicesWords.ts";
import {icons} from "./icons.ts";
import type {LegendClass} from "./legend.ts";

/** Returns what the figure is made of, with ids that begin with *id*. */
export function voicesFrame(id: string, classes: readonly LegendClass[]): string {
  const maps = Object.entries(MAPS).map(
    ([name, words]) =>
      `<label><input type="radio" name="${id}-map" value="${name}"><span>${words}</span></label>`
  );
  const options = classes.map(({name}, k) => `<option value="${k}">${name}</option>`);
  return `
    <div class="viz-voices-top">
      <div class="viz-voices-left"></div>
      <div class="viz-voices-right"></div>
    </div>
    <div><p class="viz-voices-status" role="status"></p>
      <p class="viz-error" role="alert" hidden></p></div>
    <div class="viz-voices-choice">
      <fieldset><legend class="viz-hidden">The small maps show</legend>
        <div class="viz-segmented">${maps.join("")}</div></fieldset>
      <div class="viz-voices-which">
        <div class="viz-voices-class"><label for="${id}-class">Class</label>
          <select id="${id}-class">${options.join("")}</select></div></div>
    </div>
    <p class="viz-voices-key"></p>
    <div class="viz-voices-cards"></div>
    <figcaption id="${id}-words"></figcaption>
    <details><summary>What these votes are, and what they are not</summary><p>${LIMITS}</p></details>
    <div class="viz-toolbar">
      <button type="button" data-do="reset">Reset</button>
      <button type="button" data-do="png" aria-label="Save PNG of the street and the maps">${icons.save}PNG</button>
      <button type="button" data-do="csv" aria-label="Save CSV of the votes here">${icons.save}CSV</button>
    </div>`;
}
