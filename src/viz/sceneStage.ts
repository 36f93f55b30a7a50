import {select} from "d3";
import {pixelDensity} from "./pixelDensity.ts";
import {part} from "./view.ts";

/** A width and a height, in pixels. */
export interface Size {
  width: number;
  height: number;
}

/** A rectangle, in pixels from the top left. */
export interface Box extends Size {
  x: number;
  y: number;
}

/** The canvas of a scene, and the rings drawn over it. */
export interface SceneStage {
  readonly element: HTMLElement;
  /** Draws again at the next frame; calls within one frame are one redraw. */
  redraw(): void;
  /** Draws the rings alone, at once. */
  outline(): void;
  /** Whether the reader is moving something: frames come first then, sharpness afterwards. */
  moving: boolean;
  /** Rings *box* for a second, as what was just changed. */
  flash(box: Box | null): void;
  /** Milliseconds that the last redraw took. */
  readonly milliseconds: number;
}

/** Milliseconds that a redraw may take while something moves, and when all is still. */
const MOVING_BUDGET = 28;
const STILL_BUDGET = 42;
/** How long to be still before drawing it sharp. */
const SETTLE_MILLISECONDS = 160;

/**
 * Returns a stage of *size* (in scene pixels) on which *draw* paints. It is drawn at the density
 * of the screen, or at as much of it as fits the budget by the time that past redraws took, but
 * never more coarsely than *size*. *rings* tells which boxes to outline: the selected object's and
 * the one under the pointer.
 */
export function sceneStage(
  size: Size,
  draw: (context: CanvasRenderingContext2D, size: Size) => void,
  rings: () => {selected: Box | null; hovered: Box | null}
): SceneStage {
  const element = document.createElement("div");
  element.className = "viz-stage";
  element.style.aspectRatio = `${size.width} / ${size.height}`;
  element.innerHTML = `
    <canvas role="img"></canvas>
    <svg class="viz-over" viewBox="0 0 ${size.width} ${size.height}" aria-hidden="true"></svg>`;
  const canvas = part<HTMLCanvasElement>(element, "canvas");
  const over = select(part<SVGSVGElement>(element, "svg"));
  const context = canvas.getContext("2d", {willReadFrequently: true});
  if (!context) throw new Error("this browser gives no 2-D canvas");

  let frame = 0;
  let settling = 0;
  let moving = false;
  let milliseconds = 0;
  const density = pixelDensity();

  function scale(): number {
    const wanted = (element.clientWidth * devicePixelRatio) / size.width;
    return density.choose(wanted, moving ? MOVING_BUDGET : STILL_BUDGET);
  }

  function paint(): void {
    frame = 0;
    const by = scale();
    const width = Math.round(size.width * by);
    const height = Math.round(size.height * by);
    if (canvas.width !== width || canvas.height !== height) Object.assign(canvas, {width, height});
    const start = performance.now();
    draw(context as CanvasRenderingContext2D, {width, height});
    milliseconds = performance.now() - start;
    density.took(by, milliseconds);
    element.dataset.milliseconds = milliseconds.toFixed(1);
    paintRings();
    clearTimeout(settling);
    settling = window.setTimeout(sharpen, SETTLE_MILLISECONDS);
  }

  function sharpen(): void {
    if (!moving && Math.round(scale() * size.width) > canvas.width) redraw();
  }

  function paintRings(): void {
    const {selected, hovered} = rings();
    const boxes = [
      ...(hovered ? [{kind: "hovered", box: hovered}] : []),
      ...(selected ? [{kind: "selected", box: selected}] : [])
    ];
    over
      .selectAll<SVGGElement, (typeof boxes)[number]>("g.viz-ring")
      .data(boxes, (ring) => ring.kind)
      .join((enter) => {
        const ring = enter.append("g").attr("class", (d) => `viz-ring viz-${d.kind}`);
        ring.append("rect").attr("class", "viz-halo");
        ring.append("rect").attr("class", "viz-line");
        return ring;
      })
      .each(function ({box}) {
        select(this).selectAll<SVGRectElement, unknown>("rect").call(place, box);
      });
  }

  function redraw(): void {
    frame ||= requestAnimationFrame(paint);
  }

  new ResizeObserver(redraw).observe(element);
  redraw();
  return {
    element,
    redraw,
    outline: paintRings,
    get milliseconds() {
      return milliseconds;
    },
    get moving() {
      return moving;
    },
    set moving(value) {
      moving = value;
      redraw();
    },
    flash(box) {
      if (!box || matchMedia("(prefers-reduced-motion: reduce)").matches) return;
      over
        .append("rect")
        .attr("class", "viz-flash")
        .call(place, box)
        .on("animationend", function () {
          this.remove();
        });
    }
  };
}

/** Draws around a box, two units outside it, with round corners. */
function place(
  rects: {attr(name: string, value: number): unknown},
  {x, y, width, height}: Box
): void {
  const round = {x: x - 2, y: y - 2, width: width + 4, height: height + 4, rx: 3};
  for (const [name, value] of Object.entries(round)) rects.attr(name, value);
}
