import {dim, drawKey, heatMap} from "./gradientHeat.ts";
import type {LegendClass} from "./legend.ts";
import type {Mark} from "./linkedPixels.ts";
import {mapNames, type MapName} from "./pairwiseWeightsData.ts";
import {pairPath} from "./pairwiseWeightsPointer.ts";
import {panelSheet} from "./panelSheet.ts";
import {percent} from "./percent.ts";
import {copyPicture, type PictureSource} from "./pictureCopy.ts";
import type {Pixel} from "./pixelPointer.ts";
import {themeColors} from "./themeColors.ts";
import {part, uniqueId} from "./view.ts";

export const titles: Record<MapName, string> = {
  sum: "Both together",
  appearance: "Appearance",
  smoothness: "Smoothness"
};

/** The terms of each map, as they are written. */
const formulas: Record<MapName, string> = {
  sum: "w₁k₁ + w₂k₂",
  appearance: "w₁k₁: near, and of like color",
  smoothness: "w₂k₂: near"
};

export interface PairMaps {
  readonly element: HTMLElement;
  /** Where the large map is seen. */
  readonly stage: HTMLElement;
  /** Where what is read of a pair belongs. */
  readonly side: HTMLElement;
  /** Shows another picture, in its colors and dimmed below the maps. */
  showPicture(picture: PictureSource): void;
  /**
   * Shows the weights of the maps that have *changed*, and *chosen* large; *greatest* is where its
   * scale ends. The small maps follow the paint of the large one.
   */
  show(shown: {
    weights: Readonly<Record<MapName, Float32Array>>;
    changed: ReadonlySet<MapName>;
    chosen: MapName;
    greatest: number;
  }): void;
  /** Shows which share of each map, and of the whole picture, belongs to each label. */
  showShares(of: Record<MapName | "picture", Float64Array>): void;
  /** Says in words what the large map shows. */
  describe(words: string): void;
  /** Returns all as one picture. */
  sheet(caption: string, pixel: Pixel, other: Pixel | null): HTMLCanvasElement;
}

/** No pixel is left out of the heat maps. */
const everything = new Uint8Array();

/** No map has been shown yet. */
const nothing = new Float32Array();

/** Text that is set anew is laid out anew, even if it is the same. */
function write(element: Element, text: string): void {
  if (element.textContent !== text) element.textContent = text;
}

/**
 * Returns one large map and four small pictures of *width* × *height*: the street in its colors, and
 * the three maps, of which the reader picks the large one; **onPick** hears which.
 */
export function pairMaps({
  width,
  height,
  classes,
  onPick
}: {
  width: number;
  height: number;
  classes: readonly LegendClass[];
  onPick: (map: MapName) => void;
}): PairMaps {
  const id = uniqueId("pairs");
  const element = document.createElement("div");
  element.className = "viz-pairs-body";
  const small = (title: string) => `
    <span class="viz-pairs-title">${title}</span>
    <span class="viz-stage"><canvas></canvas><canvas class="viz-pairs-heat"></canvas></span>
    <span class="viz-pairs-shares"><i class="viz-pairs-bar"></i><span></span></span>`;
  element.innerHTML = `
    <div class="viz-pairs-large">
      <p class="viz-form-title"><strong></strong> <span></span>
        <span class="viz-pairs-hint viz-pairs-mouse">Drag the ring; point at another pixel to
          compare.</span><span class="viz-pairs-hint viz-pairs-finger">Drag the rings: the small one
          compares.</span></p>
      <div class="viz-stage"><canvas></canvas><canvas class="viz-pairs-heat" role="img"></canvas></div>
      <div class="viz-gradient-key" role="img"
        aria-label="Colors: from dark for none to pale yellow for the greatest weight">
        <span>Weight, as a share of the greatest</span><div class="viz-gradient-bar"><i></i></div>
      </div>
    </div>
    <div class="viz-pairs-side">
      <div class="viz-pairs-small" role="radiogroup" aria-label="The map shown large">
        <div class="viz-pairs-map" data-map="picture">${small("The picture")}</div>
        ${mapNames
          .map(
            (name) => `<label class="viz-pairs-map" data-map="${name}">
              <input type="radio" name="${id}" value="${name}">${small(titles[name])}</label>`
          )
          .join("")}
      </div>
      <p class="viz-pairs-note">Bars: the true labels on which the weight lies; gray is pixels that
        mix two.</p>
    </div>`;
  for (const stage of element.querySelectorAll<HTMLElement>(".viz-stage"))
    stage.style.aspectRatio = `${width} / ${height}`;
  drawKey(part(element, ".viz-gradient-bar"));
  const large = part(element, ".viz-pairs-large");
  const heatOf = (panel: Element) => part<HTMLCanvasElement>(panel, ".viz-pairs-heat");
  const baseOf = (panel: Element) => part<HTMLCanvasElement>(panel, "canvas");
  const smallOf = (name: MapName | "picture") => part(element, `[data-map=${name}]`);
  heatOf(smallOf("picture")).remove();
  for (const panel of [large, ...mapNames.map(smallOf)])
    Object.assign(heatOf(panel), {width, height});
  const radios = mapNames.map((name) => {
    const radio = part<HTMLInputElement>(smallOf(name), "input");
    radio.addEventListener("change", () => onPick(name));
    return radio;
  });

  let shown: {weights: Readonly<Record<MapName, Float32Array>>; large: MapName | null} = {
    weights: {sum: nothing, appearance: nothing, smoothness: nothing},
    large: null
  };
  const stale = new Set<MapName>(); // what the small maps do not show yet
  let later: ReturnType<typeof setTimeout> | null = null;

  function drawHeat(name: MapName, heat: HTMLCanvasElement): void {
    const image = heatMap(
      {absolute: shown.weights[name], core: everything},
      {width, height, coreOnly: false}
    );
    heat.getContext("2d")?.putImageData(image, 0, 0);
  }

  function drawSmall(): void {
    if (later !== null) clearTimeout(later);
    later = null;
    for (const name of stale) drawHeat(name, heatOf(smallOf(name)));
    stale.clear();
  }

  function drawn(base: HTMLCanvasElement, heat: HTMLCanvasElement | null): HTMLCanvasElement {
    const copy = document.createElement("canvas");
    Object.assign(copy, {width: 2 * width, height: 2 * height});
    const context = copy.getContext("2d");
    if (!context) return copy;
    context.drawImage(base, 0, 0, copy.width, copy.height);
    context.imageSmoothingEnabled = false; // a pixel of the map is a pixel
    if (heat) context.drawImage(heat, 0, 0, copy.width, copy.height);
    return copy;
  }

  return {
    element,
    stage: part(large, ".viz-stage"),
    side: part(element, ".viz-pairs-side"),
    showPicture(picture) {
      copyPicture(picture, baseOf(smallOf("picture")));
      const gray = document.createElement("canvas");
      copyPicture(picture, gray);
      dim(gray);
      for (const panel of [large, ...mapNames.map(smallOf)]) copyPicture(gray, baseOf(panel));
    },
    show({weights, changed, chosen, greatest}) {
      const other = chosen !== shown.large || changed.has(chosen);
      shown = {weights, large: chosen};
      if (other) drawHeat(chosen, heatOf(large));
      for (const name of changed) stale.add(name);
      // A task of its own comes after the paint; a pending one is kept, so that a drag starves none.
      if (stale.size > 0) later ??= setTimeout(drawSmall);
      mapNames.forEach((name, i) => (radios[i].checked = name === chosen));
      write(part(large, "strong"), titles[chosen]);
      write(
        part(large, ".viz-form-title span"),
        greatest === 0
          ? `${formulas[chosen]} — its weight is 0`
          : `${formulas[chosen]}, at most ${greatest}`
      );
    },
    showShares(of) {
      for (const name of ["picture", ...mapNames] as const) {
        const shares = part(smallOf(name), ".viz-pairs-shares");
        const parts = Array.from(of[name], (share, label) => ({share, label})).filter(
          ({share}) => share > 0
        );
        let from = 0;
        const stops = parts.map(({share, label}) => {
          const stop = `${colorOf(label)} ${from * 100}% ${(from + share) * 100}%`;
          from += share;
          return stop;
        });
        part(shares, "i").style.background =
          parts.length > 0 ? `linear-gradient(90deg, ${stops.join(", ")})` : "";
        part(shares, "span").textContent = parts
          .sort((a, b) => b.share - a.share)
          .slice(0, 2)
          .filter(({share}) => share >= 0.01)
          .map(({label, share}) => `${nameOf(label)} ${percent(share)}`.replaceAll(" ", "\u00a0"))
          .join(", ");
      }
    },
    describe: (words) => heatOf(large).setAttribute("aria-label", words),
    sheet(caption, pixel, other) {
      drawSmall(); // it is made of them
      const marks: Mark[] = [{kind: "ring", d: pairPath(pixel, other)}];
      const sheetOf = (name: MapName) => {
        const panel = smallOf(name);
        const canvas = drawn(baseOf(panel), heatOf(panel));
        return {title: `${titles[name]} (${formulas[name]})`, canvas, marks};
      };
      const picture = baseOf(smallOf("picture"));
      return panelSheet(
        [
          [{title: "The picture", canvas: drawn(picture, null), marks}, sheetOf("appearance")],
          [sheetOf("sum"), sheetOf("smoothness")]
        ],
        {width, height, caption: `${caption} The paler, the nearer to the greatest weight.`},
        themeColors(element, [
          "--theme-background",
          "--theme-foreground",
          "--viz-tap",
          "--viz-field"
        ])
      );
    }
  };

  function nameOf(label: number): string {
    return label < classes.length ? classes[label].name : "mixed";
  }

  function colorOf(label: number): string {
    return label < classes.length ? classes[label].color : "#808080";
  }
}
