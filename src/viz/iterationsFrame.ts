import {icons} from "./icons.ts";
import {viewNames, type IterationsView} from "./iterationsValue.ts";
import type {LegendClass} from "./legend.ts";
import {keepControlEvents, part} from "./view.ts";

const views: Record<IterationsView, string> = {
  cutout: "Cut-out",
  score: "Score",
  belief: "Belief",
  labels: "Labels"
};

export interface IterationsFrame {
  readonly root: HTMLElement;
  readonly select: HTMLSelectElement;
  /** The option of the class that the figure chooses. */
  readonly auto: HTMLOptionElement;
  readonly radios: readonly {readonly view: IterationsView; readonly input: HTMLInputElement}[];
}

/** Returns the figure's parts in their places, without what is drawn. *id* names them. */
export function iterationsFrame(id: string, classes: readonly LegendClass[]): IterationsFrame {
  const root = document.createElement("figure");
  root.className = "viz viz-iter";
  root.innerHTML = `
    <div class="viz-blur-controls">
      <label>Class <select></select></label>
      <div class="viz-toolbar">
        <button type="button" data-do="reset">Reset</button>
        <button type="button" data-do="png" aria-label="Save PNG of both rows">${icons.save}PNG</button>
        <button type="button" data-do="csv" aria-label="Save CSV of the pixel’s beliefs">${icons.save}CSV</button>
      </div>
    </div>
    <p class="viz-error" role="alert" hidden></p>
    <div class="viz-iter-below">
      <div class="viz-iter-seen">
        <fieldset><legend class="viz-hidden">Show large</legend><div class="viz-segmented"></div></fieldset>
      </div>
      <div id="${id}-pixel">
        <p class="viz-iter-at"><strong></strong> <span></span></p>
        <p class="viz-iter-formula"><i>Q<sub>i</sub></i>(<i>l</i>) ∝ exp(
          <span data-part="unary">−<i>θ<sub>i</sub></i>(<i>l</i>)</span> +
          <span data-part="smoothness"><i>w</i>₂ (<i>K̃</i>₂<i>Q</i>)<sub><i>i</i></sub>(<i>l</i>)</span> +
          <span data-part="appearance"><i>w</i>₁ (<i>K̃</i>₁<i>Q</i>)<sub><i>i</i></sub>(<i>l</i>)</span> )</p>
        <p class="viz-iter-parts"><span data-part="unary">the network</span>
          <span data-part="smoothness">near pixels, <i>w</i>₂ = <b></b></span>
          <span data-part="appearance">near and of like color, <i>w</i>₁ = <b></b></span></p>
      </div>
    </div>
    <figcaption><p></p><p></p></figcaption>
    <details class="viz-iter-settings"><summary></summary></details>`;
  keepControlEvents(root);
  const select = part<HTMLSelectElement>(root, "select");
  const auto = new Option("the most mended", "");
  select.append(auto, ...classes.map(({name}, k) => new Option(name, String(k))));
  const radios = viewNames.map((view) => {
    const label = document.createElement("label");
    label.innerHTML = `<input type="radio" name="${id}-view"><span>${views[view]}</span>`;
    part(root, ".viz-segmented").append(label);
    return {view, input: part<HTMLInputElement>(label, "input")};
  });
  return {root, select, auto, radios};
}
