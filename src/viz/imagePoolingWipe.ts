import type {Labels} from "./boundaryLensData.ts";
import {changedMap} from "./imagePoolingData.ts";
import {canvasOf, packColors, paintLabels} from "./labelLayers.ts";
import type {LegendClass} from "./legend.ts";
import {copyPicture, type PictureSource} from "./pictureCopy.ts";
import {part} from "./view.ts";

/** How strongly labels cover the picture, and how strongly those that do not change do. */
const [COVER, FAINT] = [0.62, 0.45];
/** What an arrow key moves the handle by, alone and with Shift, and what its place is rounded to. */
const [STEP, LEAP, GRAIN] = [0.02, 0.1, 0.005];

export interface PoolingWipe {
  readonly element: HTMLElement;
  /** Takes a picture of *width* × *height* pixels of labels. */
  show(picture: PictureSource, size: {width: number; height: number}): void;
  /** Draws the labels of either side; those that change are marked if *marks*. */
  draw(own: Labels, other: Labels, marks: boolean): void;
  /** Puts the handle at a share of the width from the left: what lies left of it is the own. */
  place(wipe: number): void;
  /** Titles both sides, and says to a screen reader what is shown. */
  say(titles: {own: string; other: string}, label: string): void;
  /** Both sides, whole. */
  readonly canvases: {readonly own: HTMLCanvasElement; readonly other: HTMLCanvasElement};
}

/**
 * Returns a picture with labels by two ways, one left of a handle and one right of it. The handle is
 * dragged from anywhere on the picture, or moved by the arrow keys, Home and End; **onMove** is told
 * where to.
 */
export function poolingWipe(
  classes: readonly LegendClass[],
  onMove: (wipe: number) => void
): PoolingWipe {
  const element = document.createElement("div");
  element.className = "viz-pooling-wipe";
  element.innerHTML = `
    <p class="viz-pooling-sides"><strong></strong><strong></strong></p>
    <div class="viz-stage"><canvas></canvas><canvas role="img" aria-label="The street"></canvas>
      <i class="viz-pooling-line"></i>
      <div class="viz-pooling-handle" tabindex="0" role="slider" aria-label="Where the street’s own ends and the other begins"
        aria-valuemin="0" aria-valuemax="100"></div></div>`;
  const stage = part(element, ".viz-stage");
  const [own, other] = element.querySelectorAll("canvas");
  const handle = part(element, ".viz-pooling-handle");
  const [left, right] = element.querySelectorAll(".viz-pooling-sides strong");
  const colors = packColors(classes.map(({color}) => color));
  const picture = document.createElement("canvas");
  let size = {width: 257, height: 193};
  let last: [Labels, Labels, boolean] | null = null;
  let wipe = 0.5;
  let scale = 0;

  function drawSide(
    canvas: HTMLCanvasElement,
    labels: Labels,
    changed: Uint8Array | null,
    outline: Path2D | null
  ): void {
    const [width, height] = [Math.round(scale * size.width), Math.round(scale * size.height)];
    if (canvas.width !== width || canvas.height !== height) Object.assign(canvas, {width, height});
    const context = canvas.getContext("2d");
    if (context === null) return;
    context.imageSmoothingEnabled = true;
    context.drawImage(picture, 0, 0, width, height);
    context.imageSmoothingEnabled = false;
    const layer = (keep: (pixel: number) => boolean) =>
      canvasOf(paintLabels({...size, labels}, (label, i) => (keep(i) ? (colors[label] ?? 0) : 0)));
    context.globalAlpha = changed === null ? COVER : FAINT;
    context.drawImage(
      layer((i) => !changed?.[i]),
      0,
      0,
      width,
      height
    );
    context.globalAlpha = 1;
    if (changed === null || outline === null) return;
    context.drawImage(
      layer((i) => changed[i] === 1),
      0,
      0,
      width,
      height
    );
    context.lineCap = "square";
    for (const [color, by] of [
      ["#fff", 0.9],
      ["#000", 0.4]
    ] as const) {
      context.strokeStyle = color;
      context.lineWidth = Math.max(by * 2, by * scale * 0.7);
      context.stroke(outline);
    }
  }

  function draw(): void {
    if (last === null || scale === 0) return;
    const [before, after, marks] = last;
    const changed = marks ? changedMap(before, after) : null;
    const outline = changed && outlineOf(changed, size.width, scale);
    drawSide(own, before, changed, outline);
    drawSide(other, after, changed, outline);
  }

  function move(to: number): void {
    const next = Math.max(0, Math.min(1, Math.round(to / GRAIN) * GRAIN));
    if (Math.abs(next - wipe) > GRAIN / 2) onMove(Number(next.toFixed(3)));
  }

  const shareAt = ({clientX}: PointerEvent) => {
    const box = stage.getBoundingClientRect();
    return (clientX - box.left) / box.width;
  };
  let dragging = false;
  stage.addEventListener("pointerdown", (event) => {
    if (event.button !== 0) return;
    // Beside the handle a finger may be about to scroll the page: there, a tap is enough.
    if (event.pointerType === "touch" && event.target !== handle) return;
    dragging = true;
    stage.setPointerCapture(event.pointerId);
    event.preventDefault();
    handle.focus({preventScroll: true});
    if (event.target !== handle) move(shareAt(event));
  });
  stage.addEventListener("pointermove", (event) => {
    if (dragging) move(shareAt(event));
  });
  for (const type of ["pointerup", "pointercancel", "lostpointercapture"] as const)
    stage.addEventListener(type, () => (dragging = false));
  stage.addEventListener("click", (event) => {
    if (event.pointerType === "touch" && event.target !== handle) move(shareAt(event));
  });
  handle.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const step = event.shiftKey ? LEAP : STEP;
    if (event.key === "ArrowLeft" || event.key === "ArrowDown") move(wipe - step);
    else if (event.key === "ArrowRight" || event.key === "ArrowUp") move(wipe + step);
    else if (event.key === "Home") move(0);
    else if (event.key === "End") move(1);
    else return;
    event.preventDefault();
  });

  new ResizeObserver(() => {
    const next = (stage.clientWidth * Math.min(2, devicePixelRatio)) / size.width;
    if (next === 0 || next === scale) return;
    scale = next;
    draw();
  }).observe(stage);

  return {
    element,
    show(from, next) {
      size = next;
      stage.style.aspectRatio = `${size.width} / ${size.height}`;
      copyPicture(from, picture);
    },
    draw(before, after, marks) {
      last = [before, after, marks];
      draw();
    },
    place(next) {
      wipe = next;
      stage.style.setProperty("--wipe", String(wipe));
      handle.setAttribute("aria-valuenow", String(Math.round(100 * wipe)));
      handle.setAttribute(
        "aria-valuetext",
        `${Math.round(100 * wipe)} % of the width from the left`
      );
    },
    say(titles, label) {
      left.textContent = titles.own;
      right.textContent = titles.other;
      other.setAttribute("aria-label", label);
    },
    canvases: {own, other}
  };
}

/** Returns the lines between pixels of *map* that are 1 and those that are not, a pixel *scale* wide. */
function outlineOf(map: Uint8Array, width: number, scale: number): Path2D {
  const path = new Path2D();
  const height = map.length / width;
  for (let y = 0, i = 0; y < height; ++y)
    for (let x = 0; x < width; ++x, ++i) {
      if (x > 0 && map[i] !== map[i - 1]) {
        path.moveTo(x * scale, y * scale);
        path.lineTo(x * scale, (y + 1) * scale);
      }
      if (y > 0 && map[i] !== map[i - width]) {
        path.moveTo(x * scale, y * scale);
        path.lineTo((x + 1) * scale, y * scale);
      }
    }
  return path;
}
