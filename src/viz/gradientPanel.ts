import {heatMap} from "./gradientHeat.ts";
import {canvasOf, hatch} from "./labelLayers.ts";
import {pixelPointer, type PixelPointer} from "./pixelPointer.ts";
import {part} from "./view.ts";

/** A rectangle of pixels; right and bottom are the first that lie outside. */
export interface PixelBox {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

/** What a unit's gradient is, for each pixel, row-major. */
export interface PanelField {
  /** The absolute gradient, 0 or more. */
  readonly absolute: Float32Array;
  /** 1 for the fewest pixels that hold most of it, or else 0. */
  readonly core: Uint8Array;
  /** 1 where some path leads to the unit, or else 0. */
  readonly reached: Uint8Array;
}

/** What of a unit is drawn over the picture, in pixels. */
export interface PanelMarks {
  /** The theoretical field, as far as it lies in the picture. */
  readonly box: PixelBox;
  /** The part of it without global pooling, if that is on the way. */
  readonly finite: PixelBox | null;
  /** The unit's own place: its center. */
  readonly center: {readonly x: number; readonly y: number};
  /** Whether it stays where it is. */
  readonly pinned: boolean;
}

export interface GradientPanel {
  readonly element: HTMLElement;
  readonly canvas: HTMLCanvasElement;
  /** Takes the pointer, and the keys. */
  readonly pointer: PixelPointer;
  /** Shows *gray* under all else. */
  showPicture(gray: HTMLCanvasElement): void;
  /** Draws the boxes of a unit. */
  mark(marks: PanelMarks): void;
  /** Shows a gradient, or only its core; or none. */
  showField(field: PanelField | null, coreOnly: boolean): void;
  /** Says in a few words, over the picture, what is going on; null ends it. */
  note(text: string | null): void;
  /** Shows that the gradient is not yet that of the unit marked. */
  busy(is: boolean): void;
  /** Returns the picture with all that is drawn on it, *scale* times its size. */
  drawn(scale: number): HTMLCanvasElement;
}

/**
 * Returns a panel of a figure: a gray picture of *width* × *height* under a unit's gradient as a
 * heat map, each on its own scale, the blue box of the unit's theoretical field, and hatched what
 * of the box it has no path to.
 */
export function gradientPanel(
  title: string,
  {
    width,
    height,
    describedBy,
    step
  }: {width: number; height: number; describedBy: string; step: () => number}
): GradientPanel {
  const element = document.createElement("div");
  element.className = "viz-gradient-panel";
  element.innerHTML = `
    <p class="viz-gradient-title"><b></b> <span class="viz-gradient-share"></span></p>
    <div class="viz-stage">
      <canvas role="img"></canvas>
      <svg class="viz-over" aria-hidden="true" viewBox="0 0 ${width} ${height}"></svg>
      <div class="viz-busy" hidden></div>
      <p class="viz-gradient-note" hidden></p>
    </div>`;
  part(element, "b").textContent = title;
  const stage = part(element, ".viz-stage");
  stage.style.aspectRatio = `${width} / ${height}`;
  const canvas = part<HTMLCanvasElement>(stage, "canvas");
  const svg = part<SVGSVGElement>(stage, "svg");
  const pointer = pixelPointer(width, height, describedBy, {step});
  pointer.setAttribute("aria-roledescription", "picture to point at");
  svg.after(pointer);

  let picture: HTMLCanvasElement | null = null;
  let marks: PanelMarks | null = null;
  let overlay: HTMLCanvasElement | null = null;
  let holes: HTMLCanvasElement | null = null;
  let frame = 0;

  function redraw(): void {
    frame ||= requestAnimationFrame(() => {
      frame = 0;
      const across = Math.round(stage.clientWidth * Math.min(devicePixelRatio, 2));
      const down = Math.round((across * height) / width);
      if (canvas.width !== across || canvas.height !== down)
        Object.assign(canvas, {width: across, height: down});
      paint(canvas);
    });
  }

  function paint(to: HTMLCanvasElement): void {
    const context = to.getContext("2d");
    if (!context || !to.width) return;
    context.clearRect(0, 0, to.width, to.height);
    context.imageSmoothingQuality = "high";
    if (picture) context.drawImage(picture, 0, 0, to.width, to.height);
    context.imageSmoothingEnabled = false; // a pixel of the gradient is a pixel
    if (overlay) context.drawImage(overlay, 0, 0, to.width, to.height);
    if (holes) context.drawImage(hatch(holes, to.width, to.height), 0, 0);
    context.imageSmoothingEnabled = true;
  }

  /** What of the box no path leads from, or null if there is none. */
  function holesOf({reached}: PanelField, box: PixelBox): HTMLCanvasElement | null {
    if (countHoles(reached, box, width) === 0) return null;
    const image = new ImageData(width, height);
    for (let y = box.top; y < box.bottom; y++)
      for (let x = box.left; x < box.right; x++)
        if (!reached[y * width + x]) image.data[4 * (y * width + x) + 3] = 255;
    return canvasOf(image);
  }

  return {
    element,
    canvas,
    pointer,
    showPicture(gray) {
      picture = gray;
      redraw();
    },
    mark(next) {
      marks = next;
      svg.innerHTML = markup(next, width, height);
    },
    showField(next, coreOnly) {
      overlay = next && canvasOf(heatMap(next, {width, height, coreOnly}));
      holes = next && marks && holesOf(next, marks.box);
      redraw();
    },
    note(text) {
      const note = part(element, ".viz-gradient-note");
      note.hidden = text === null;
      note.textContent = text ?? "";
    },
    busy(is) {
      part(element, ".viz-busy").hidden = !is;
      element.setAttribute("aria-busy", String(is));
    },
    drawn(scale) {
      const copy = document.createElement("canvas");
      Object.assign(copy, {width: scale * width, height: scale * height});
      paint(copy);
      const context = copy.getContext("2d");
      if (!context || !marks) return copy;
      context.strokeStyle = "#7fb0ff";
      context.lineWidth = 2 * scale;
      const {left, top, right, bottom} = marks.box;
      context.strokeRect(scale * left, scale * top, scale * (right - left), scale * (bottom - top));
      return copy;
    }
  };
}

/** The boxes, and a mark of the unit's place, each dark and light so that it shows on anything. */
function markup({box, finite, center, pinned}: PanelMarks, width: number, height: number): string {
  const rect = ({left, top, right, bottom}: PixelBox) => {
    // A line along the picture's edge is drawn inside it, whole.
    const [l, t] = [Math.max(left, 0.6), Math.max(top, 0.6)];
    const [r, b] = [Math.min(right, width - 0.6), Math.min(bottom, height - 0.6)];
    return `M${l},${t}H${r}V${b}H${l}Z`;
  };
  const {x, y} = center;
  const cross = `M${x - 8},${y}h5m6,0h5M${x},${y - 8}v5m0,6v5`;
  const ring = pinned ? `<circle cx="${x}" cy="${y}" r="5"/>` : "";
  const inner = finite ? `<path class="viz-box viz-box-finite" d="${rect(finite)}"/>` : "";
  return (
    `<path class="viz-box-halo" d="${rect(box)}"/><path class="viz-box" d="${rect(box)}"/>${inner}` +
    ["viz-halo", "viz-line"]
      .map((name) => `<g class="${name}"><path d="${cross}"/>${ring}</g>`)
      .join("")
  );
}

/** Returns how many pixels of *box*, in a picture of that *width*, no path leads from. */
export function countHoles(
  reached: Uint8Array,
  {left, top, right, bottom}: PixelBox,
  width: number
): number {
  let holes = 0;
  for (let y = top; y < bottom; y++)
    for (let x = left; x < right; x++) holes += 1 - reached[y * width + x];
  return holes;
}

/** Returns canvases of one size as one, a gap between them. */
export function sideBySide(canvases: readonly HTMLCanvasElement[]): HTMLCanvasElement {
  const sheet = document.createElement("canvas");
  const [{width, height}] = canvases;
  const gap = Math.round(width / 32);
  Object.assign(sheet, {width: canvases.length * (width + gap) - gap, height});
  canvases.forEach((canvas, i) => sheet.getContext("2d")?.drawImage(canvas, i * (width + gap), 0));
  return sheet;
}
