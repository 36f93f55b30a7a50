import {traceBoundaries, type LensBox, type LensData, type Labels} from "./boundaryLensData.ts";
import type {LegendClass} from "./legend.ts";
import {canvasOf, packColors, paintLabels} from "./labelLayers.ts";
import {part} from "./view.ts";

/** The panes, in their order, with their titles. */
export const paneTitles = {
  picture: "The picture",
  encoder: "Encoder alone, × 16",
  decoder: "With the decoder",
  crf: "With a CRF instead",
  truth: "The truth"
} as const;
export type PaneName = keyof typeof paneTitles;
export const paneNames = Object.keys(paneTitles) as PaneName[];

/** How strongly labels cover the picture. */
const COVER = 0.62;

/** What a pane shows: labels, and which pixels of them are marked. */
export interface PaneLabels {
  readonly labels: Labels;
  readonly marked: Uint8Array | null;
}

export interface LensPanes {
  readonly element: HTMLElement;
  /** Takes the picture, and the labels of each pane that has them; the others show the picture. */
  show(data: LensData, panes: Partial<Record<PaneName, PaneLabels>>): void;
  /** Shows what lies in *box*, hatching what is marked if *marks*. */
  draw(box: LensBox, marks: boolean): void;
  /** Says beside a pane's title how it does, and to a screen reader what it shows. */
  say(name: PaneName, text: string, label: string): void;
  /** Says in a pane why it shows no labels; null ends it. */
  note(name: PaneName, text: string | null): void;
  canvas(name: PaneName): HTMLCanvasElement;
}

/** Returns the panes, in which what lies under a lens is shown large, a pixel as a square. */
export function boundaryLensPanes(classes: readonly LegendClass[]): LensPanes {
  const element = document.createElement("div");
  element.className = "viz-lens-panes";
  element.innerHTML = paneNames
    .map(
      (name) => `<div class="viz-lens-pane" data-pane="${name}">
        <p class="viz-form-title"><strong>${paneTitles[name]}</strong> <span></span></p>
        <div class="viz-stage"><canvas role="img" aria-label="${paneTitles[name]}"></canvas><p class="viz-lens-note" hidden></p></div>
      </div>`
    )
    .join("");
  const pane = (name: PaneName) => part(element, `[data-pane=${name}]`);
  const canvases = Object.fromEntries(
    paneNames.map((name) => [name, part<HTMLCanvasElement>(pane(name), "canvas")])
  ) as Record<PaneName, HTMLCanvasElement>;
  const colors = packColors(classes.map(({color}) => color));
  let data: LensData | null = null;
  let panes: Partial<Record<PaneName, PaneLabels>> = {};
  let layers: Partial<Record<PaneName, HTMLCanvasElement>> = {};
  let last: [LensBox, boolean] | null = null;
  let side = 0;

  function drawPane(name: PaneName, box: LensBox, marks: boolean): void {
    const canvas = canvases[name];
    if (canvas.width !== side) Object.assign(canvas, {width: side, height: side});
    const context = canvas.getContext("2d");
    if (context === null || data === null || layers.picture === undefined) return;
    const {x, y, size} = box;
    context.imageSmoothingEnabled = false;
    context.globalAlpha = 1;
    context.drawImage(layers.picture, x, y, size, size, 0, 0, side, side);
    const {[name]: shown} = panes;
    const {[name]: layer} = layers;
    if (shown === undefined || layer === undefined) return;
    context.globalAlpha = COVER;
    context.drawImage(layer, x, y, size, size, 0, 0, side, side);
    context.globalAlpha = 1;
    const scale = side / size;
    if (marks && shown.marked !== null) hatchMarked(context, shown.marked, box, scale);
    const lines = new Path2D();
    traceBoundaries(lines, shown.labels, data.width, box, scale);
    context.lineCap = "square";
    for (const [color, width] of [
      ["rgb(0 0 0 / 0.75)", side / 90],
      ["#fff", side / 190]
    ] as const) {
      context.strokeStyle = color;
      context.lineWidth = width;
      context.stroke(lines);
    }
  }

  function hatchMarked(
    context: CanvasRenderingContext2D,
    marked: Uint8Array,
    {x, y, size}: LensBox,
    scale: number
  ): void {
    if (data === null) return;
    const squares = new Path2D();
    for (let row = 0; row < size; ++row)
      for (let column = 0; column < size; ++column) {
        // A run of marked pixels is one rectangle.
        const from = column;
        const start = (y + row) * data.width + x;
        while (column < size && marked[start + column]) ++column;
        if (column > from)
          squares.rect(from * scale, row * scale, (column - from) * scale, scale + 0.5);
      }
    context.fillStyle = stripes(context, Math.max(5, Math.round(side / 34)));
    context.fill(squares);
  }

  function draw(box: LensBox, marks: boolean): void {
    last = [box, marks];
    if (side === 0) return;
    for (const name of paneNames) drawPane(name, box, marks);
  }

  new ResizeObserver(() => {
    const width = canvases.picture.clientWidth * Math.min(2, devicePixelRatio);
    if (Math.round(width) === side || width === 0) return;
    side = Math.round(width);
    if (last !== null) draw(...last);
  }).observe(canvases.picture);

  return {
    element,
    show(next, labels) {
      if (next !== data) {
        const image = new ImageData(new Uint8ClampedArray(next.pixels), next.width, next.height);
        layers = {picture: canvasOf(image)};
        panes = {};
      }
      data = next;
      for (const name of paneNames) {
        const shown = labels[name];
        if (shown === undefined) {
          if (name !== "picture") delete layers[name];
        } else if (panes[name]?.labels !== shown.labels)
          layers[name] = canvasOf(
            paintLabels({...next, labels: shown.labels}, (label) => colors[label] ?? 0)
          );
      }
      panes = labels;
    },
    draw,
    say(name, text, label) {
      part(pane(name), "span").textContent = text;
      canvases[name].setAttribute("aria-label", label);
    },
    note(name, text) {
      const note = part(pane(name), ".viz-lens-note");
      note.hidden = text === null;
      note.textContent = text ?? "";
    },
    canvas: (name) => canvases[name]
  };
}

/** A light stripe beside a dark one, which show on every color below. */
function stripes(context: CanvasRenderingContext2D, period: number): CanvasPattern | string {
  const tile = document.createElement("canvas");
  tile.width = tile.height = period;
  const drawing = tile.getContext("2d");
  if (drawing === null) return "#000";
  for (const [color, shift] of [
    ["rgb(255 255 255 / 0.9)", 0],
    ["rgb(0 0 0 / 0.85)", period * 0.3]
  ] as const) {
    drawing.strokeStyle = color;
    drawing.lineWidth = period * 0.2;
    for (const x of [-period, 0, period]) {
      drawing.beginPath();
      drawing.moveTo(x + shift - 1, period + 1);
      drawing.lineTo(x + shift + period + 1, -1);
      drawing.stroke();
    }
  }
  return context.createPattern(tile, "repeat") ?? "#000";
}
