import {icons} from "./icons.ts";

/** Returns the figure's element, with the places that its parts go to; *id* names what is labeled. */
export function separableTermsFrame(id: string): HTMLElement {
  const root = document.createElement("figure");
  root.className = "viz viz-separable-terms";
  root.innerHTML = `
    <div class="viz-terms-controls">
      <div class="viz-toolbar">
        <button type="button" data-do="reset">Reset</button>
        <button type="button" data-do="png" aria-label="Save PNG">${icons.save}PNG</button>
        <button type="button" data-do="csv" aria-label="Save CSV of the curves">${icons.save}CSV</button>
      </div>
    </div>
    <div class="viz-terms-steps">
      <div><p class="viz-terms-label" id="${id}-terms">Separable terms</p>
        <p class="viz-says" aria-live="polite"></p></div>
    </div>
    <p class="viz-error" role="alert" hidden></p>
    <div class="viz-terms-body">
      <div class="viz-terms-about"><p class="viz-terms-title"><strong>Error and cost</strong>
        <span>standard = 1</span></p></div>
    </div>
    <p class="viz-terms-readout" role="status"></p>
    <figcaption><p></p><p></p><p>With batch normalization and ReLU between the two steps, as in
      DeepLab, it is a different function again, not one of these.</p></figcaption>`;
  return root;
}
