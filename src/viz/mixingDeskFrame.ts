import {icons} from "./icons.ts";
import {deskPresets} from "./mixingDeskData.ts";

/** Returns what the mixing desk is made of; *id* is that of its words about the picture. */
export function deskFrame(id: string): string {
  return `
    <div class="viz-desk-top">
      <div class="viz-desk-seen">
        <p class="viz-form-title"><strong>What the network says now</strong></p>
        <p class="viz-desk-status" id="${id}" role="status"></p>
        <p class="viz-error" role="alert" hidden></p>
      </div>
      <div class="viz-desk-board">
        <div class="viz-toolbar" role="group" aria-label="Settings of the desk">${deskPresets
          .map(({name}, i) => `<button type="button" data-preset="${i}">${name}</button>`)
          .join("")}</div>
        <div class="viz-toolbar">
          <button type="button" data-do="undo">${icons.undo}Undo</button>
          <button type="button" data-do="reset">Reset</button>
          <button type="button" data-do="marks">Mark changes</button>
          <button type="button" data-do="png" aria-label="Save PNG of the street and its labels">${icons.save}PNG</button>
          <button type="button" data-do="csv" aria-label="Save CSV of scores and shares">${icons.save}CSV</button>
        </div>
      </div>
      <div class="viz-desk-told">
        <figcaption></figcaption>
        <div class="viz-desk-classes viz-readout"></div>
      </div>
    </div>`;
}
