import {icons} from "./icons.ts";
import type {DepthKind} from "./rateDepthsData.ts";
import {SIZE} from "./rateDepthsStage.ts";
import {uniqueId} from "./view.ts";

/** Returns what the figure of rates and a thing is made of, with *kinds* to choose from. */
export function depthsFrame(kinds: readonly DepthKind[]): string {
  const id = uniqueId("depths");
  return `
    <div class="viz-depths-panes">
      <div><p><strong>Drag the thing</strong> nearer or farther</p>
        <div class="viz-depths-stage" tabindex="0" role="application"><canvas></canvas>
          <div class="viz-depths-box"></div></div></div>
      <div><p><strong>What the network labels</strong></p>
        <div class="viz-depths-stage viz-depths-seen" role="img">
          <canvas width="${SIZE.width}" height="${SIZE.height}"></canvas>
          <div class="viz-depths-box"></div></div></div>
    </div>
    <div class="viz-depths-controls">
      <div class="viz-depths-kind"><label for="${id}-kind">Thing</label>
        <select id="${id}-kind">${kinds.map(({kind, name}) => `<option value="${kind}">${name}</option>`).join("")}</select></div>
      <div class="viz-depths-depth"></div>
    </div>
    <div class="viz-depths-rates"></div>
    <p class="viz-depths-status" role="status"></p>
    <p class="viz-error" role="alert" hidden></p>
    <div class="viz-depths-below">
      <div class="viz-depths-now"></div>
      <div><p><strong>The same points over distance</strong>; dashed: % right with all branches</p>
        <div class="viz-depths-lines"></div>
        <button type="button" data-do="walk">Walk it through all distances</button></div></div>
    <figcaption></figcaption>
    <div class="viz-toolbar">
      <button type="button" data-do="reset">Reset</button>
      <button type="button" data-do="png" aria-label="Save PNG of the street and its labels">${icons.save}PNG</button>
      <button type="button" data-do="csv" aria-label="Save CSV of what was counted">${icons.save}CSV</button>
    </div>`;
}
