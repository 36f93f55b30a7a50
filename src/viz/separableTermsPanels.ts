import type {KernelTerms} from "../model/separableTerms.ts";
import {panelNotes, errorText, termsText} from "./separableTermsWords.ts";
import {paintTiles, tileAt, tileLayout, type TileLayout} from "./kernelTiles.ts";
import {panelSheet} from "./panelSheet.ts";
import {paintResponse, responseLimit, signedScale, type SignedScale} from "./responseMap.ts";
import {signedKey} from "./signedKey.ts";
import {themeColors} from "./themeColors.ts";
import {part} from "./view.ts";

const forms = ["standard", "sum", "missing"] as const;
type Form = (typeof forms)[number];

const colorNames = [
  "--viz-negative",
  "--viz-zero",
  "--viz-positive",
  "--viz-tap",
  "--viz-field",
  "--theme-background",
  "--theme-foreground"
] as const;

/** What one filter and its sum of terms make of the picture, `[height, width]` each. */
export interface Outputs {
  standard: Float32Array;
  sum: Float32Array;
}

/** The panels of the figure: kernels above, outputs below; standard, rebuilt and the difference. */
export interface SeparableTermsPanels {
  readonly element: HTMLElement;
  /** Draws the kernels *of* and what so many *terms* make of them. */
  kernels(of: KernelTerms, terms: number): void;
  /** Marks *filter* of the kernels drawn. */
  mark(filter: number): void;
  /** Draws outputs, *words* being what the filter is called; null while they are computed. */
  outputs(of: Outputs | null, words: string): void;
  /** Reads the colors again and forgets what was drawn in them. */
  recolor(): void;
  /** Returns all panels as one picture. */
  sheet(caption: string): HTMLCanvasElement;
}

/**
 * Returns the panels for a picture of *width* × *height*; *pick* is told the number of a filter
 * that is clicked, and *resized* that the kernels are to be drawn again.
 */
export function separableTermsPanels(
  {width, height}: {width: number; height: number},
  pick: (filter: number) => void,
  resized: () => void
): SeparableTermsPanels {
  const element = document.createElement("div");
  element.className = "viz-terms-panels";
  const titles: Record<Form, string> = {standard: "Standard", sum: "", missing: "Difference"};
  element.innerHTML = forms
    .map(
      (form) => `<div class="viz-terms-form" data-form="${form}">
        <p class="viz-form-title"><strong>${titles[form]}</strong> <span></span></p>
        <div class="viz-terms-kernels"><canvas role="img"></canvas><i></i></div>
        <div class="viz-stage viz-gives"><canvas role="img"></canvas></div></div>`
    )
    .join("");
  const keys = {weight: signedKey("Weight"), response: signedKey()};
  const line = document.createElement("div");
  line.className = "viz-terms-keys";
  line.append(keys.weight.element, keys.response.element);
  element.append(line);
  const of = (form: Form) => part(element, `[data-form=${form}]`);
  const kernelsOf = (form: Form) => part<HTMLCanvasElement>(of(form), ".viz-terms-kernels canvas");
  const outputOf = (form: Form) => part<HTMLCanvasElement>(of(form), ".viz-gives canvas");
  for (const form of forms)
    Object.assign(outputOf(form).style, {aspectRatio: `${width} / ${height}`});

  let colors: {scale: SignedScale; frame: number} | null = null;
  // Asked of the element, its size would make the browser lay out the page at every move.
  let room = {width: 0, height: 0};
  let layout: TileLayout | null = null;
  let drawn: {of: KernelTerms; terms: number; limit: number} | null = null;
  let marked = 0;
  let standard: {of: Float32Array; limit: number} | null = null;

  function resolve(): NonNullable<typeof colors> {
    if (colors) return colors;
    const named = themeColors(element, colorNames);
    const scale = signedScale(
      named["--viz-negative"],
      named["--viz-zero"],
      named["--viz-positive"]
    );
    // As light as --viz-line: 22 % of the way from the background to the foreground.
    const [from, to] = [named["--theme-background"], named["--theme-foreground"]];
    const ramp = signedScale(from, from, to);
    return (colors = {scale, frame: ramp[Math.round(0.61 * (ramp.length - 1))]});
  }

  new ResizeObserver(([{contentRect}]) => {
    room = contentRect;
    resized();
  }).observe(kernelsOf("standard"));
  for (const form of forms)
    kernelsOf(form).addEventListener("click", ({offsetX, offsetY}) => {
      if (!layout) return;
      const by = layout.width / kernelsOf(form).clientWidth;
      pick(tileAt(layout, {x: offsetX * by, y: offsetY * by}));
    });

  function place(): void {
    const tile = layout?.tiles[marked];
    if (!layout || !tile) return;
    const share = (pixels: number, of: number) => `${((100 * pixels) / of).toFixed(3)}%`;
    for (const form of forms)
      Object.assign(part(of(form), "i").style, {
        left: share(tile.x, layout.width),
        top: share(tile.y, layout.height),
        width: share(tile.width, layout.width),
        height: share(tile.height, layout.height)
      });
  }

  return {
    element,
    kernels(next, terms) {
      const {kernels, rebuilt} = next;
      const stage = kernelsOf("standard");
      const density = Math.min(devicePixelRatio, 3);
      const [width, height] = [room.width, room.height].map((side) => Math.round(side * density));
      if (width === 0) return;
      if (drawn?.of !== next || width !== layout?.width || height !== layout.height) {
        layout = tileLayout(kernels, {width, height, density});
        const limit = kernels.weights.reduce((a, weight) => Math.max(a, Math.abs(weight)), 0) || 1;
        drawn = {of: next, terms: -1, limit};
        paintTiles(stage, kernels.weights, kernels, {layout, limit, ...resolve()});
        keys.weight.update(limit);
        const channels = kernels.channels === 3 ? ", each for red, green and blue" : "";
        stage.setAttribute(
          "aria-label",
          `The standard kernels: ${kernels.filters} of ${kernels.size} × ${kernels.size}${channels}`
        );
        place();
      }
      if (!layout || drawn.terms === terms) return;
      drawn.terms = terms;
      const {limit} = drawn;
      const sum = rebuilt[terms].weights;
      const rest = kernels.weights.map((weight, i) => sum[i] - weight);
      paintTiles(kernelsOf("sum"), sum, kernels, {layout, limit, ...resolve()});
      paintTiles(kernelsOf("missing"), rest, kernels, {layout, limit, ...resolve()});
      const notes = panelNotes(next, terms);
      const error = errorText(next, terms);
      part(of("standard"), "span").textContent = notes.standard;
      part(of("sum"), "strong").textContent = `From ${termsText(terms)}`;
      part(of("sum"), "span").textContent = notes.sum;
      part(of("missing"), "span").textContent = `error ${error}`;
      kernelsOf("sum").setAttribute("aria-label", `The kernels rebuilt from ${termsText(terms)}`);
      kernelsOf("missing").setAttribute(
        "aria-label",
        `Rebuilt less standard kernels: a relative error of ${error}`
      );
    },
    mark(filter) {
      marked = filter;
      place();
    },
    outputs(next, words) {
      for (const form of forms)
        part(of(form), ".viz-gives").classList.toggle("viz-stale", next === null);
      if (!next) return;
      if (standard?.of !== next.standard) {
        const margin = ((drawn?.of.kernels.size ?? 1) - 1) / 2;
        const limit = responseLimit(next.standard, width, height, margin);
        standard = {of: next.standard, limit};
        keys.response.update(limit);
        show("standard", next.standard);
      }
      show("sum", next.sum);
      show(
        "missing",
        next.sum.map((value, i) => value - next.standard[i])
      );

      function show(form: Form, response: Float32Array): void {
        const {limit} = standard ?? {limit: 1};
        paintResponse(outputOf(form), response, {width, height, limit, scale: resolve().scale});
        const which = {standard: "Output", sum: "Output of the terms", missing: "Difference"};
        outputOf(form).setAttribute("aria-label", `${which[form]} for ${words}`);
      }
    },
    recolor() {
      colors = drawn = standard = null;
    },
    sheet(caption) {
      const columns = forms.map((form) => {
        const [title, note] = ["strong", "span"].map(
          (which) => part(of(form), `.viz-form-title ${which}`).textContent
        );
        return [
          {title: `${title}: ${note}`, canvas: framed(kernelsOf(form))},
          {title: outputOf(form).ariaLabel ?? "", canvas: outputOf(form)}
        ];
      });
      return panelSheet(columns, {width, height, caption}, themeColors(element, colorNames));
    }
  };

  /** Puts *tiles* in the middle of a canvas of the picture's shape, as large as they fit. */
  function framed(tiles: HTMLCanvasElement): HTMLCanvasElement {
    const canvas = document.createElement("canvas");
    Object.assign(canvas, {width: 4 * width, height: 4 * height});
    const by = Math.min(canvas.width / tiles.width, canvas.height / tiles.height);
    const [w, h] = [tiles.width * by, tiles.height * by];
    const context = canvas.getContext("2d");
    if (context) context.imageSmoothingEnabled = false;
    context?.drawImage(tiles, (canvas.width - w) / 2, (canvas.height - h) / 2, w, h);
    return canvas;
  }
}
