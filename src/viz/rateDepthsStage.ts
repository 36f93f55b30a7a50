import {pixelDensity} from "./pixelDensity.ts";
import {FARTHEST_SIDE, type RateDepthsValue} from "./rateDepthsData.ts";
import {part} from "./view.ts";

interface Size {
  readonly width: number;
  readonly height: number;
}

interface Box extends Size {
  readonly x: number;
  readonly y: number;
}

/** The size of the scene in pixels, in which boxes and places are given. */
export const SIZE: Size = {width: 257, height: 193};
/** How far an arrow key moves a thing sideways, in meters. */
const SIDESTEP = 0.2;
/** How long drawing the street may take, in milliseconds: half a frame. */
const BUDGET = 7;

/** The street with the thing in it, as the figure is handed it. */
export interface DepthScene {
  /** Draws the street with the thing of *value* in it, as large as *size*. */
  draw: (this: void, context: CanvasRenderingContext2D, value: RateDepthsValue, size: Size) => void;
  /** The box around the thing, in pixels of a picture of *size*. */
  boxOf: (this: void, value: RateDepthsValue, size: Size) => Box;
  /** Where the thing would stand if the pixel (px, py) showed its ground. */
  placeAt: (
    this: void,
    value: RateDepthsValue,
    px: number,
    py: number,
    size: Size
  ) => {x: number; depth: number};
}

/** Puts the ring of *pane* around *box*, in pixels of the scene. */
export function outlineThing(pane: HTMLElement, {x, y, width, height}: Box): void {
  const {style} = part(pane, ".viz-depths-box");
  style.left = `${(100 * x) / SIZE.width}%`;
  style.top = `${(100 * y) / SIZE.height}%`;
  style.width = `${(100 * width) / SIZE.width}%`;
  style.height = `${(100 * height) / SIZE.height}%`;
}

/**
 * Makes *stage* the street on which the thing is dragged, or moved by arrow keys: **choose** is told
 * where to. Its draw() draws the street in the next frame, once however often it is called.
 */
export function depthStage(
  stage: HTMLElement,
  {
    draw,
    boxOf,
    placeAt,
    choose,
    value,
    range
  }: DepthScene & {
    choose: (place: Partial<RateDepthsValue>) => void;
    value: () => RateDepthsValue;
    range: () => readonly [near: number, far: number];
  }
): {draw(): void; close(): void} {
  const canvas = part<HTMLCanvasElement>(stage, "canvas");
  const context = canvas.getContext("2d", {willReadFrequently: true});
  if (context === null) throw new Error("this browser draws on no canvas");
  const density = pixelDensity();
  let frame = 0;

  function drawNow(on: CanvasRenderingContext2D): void {
    const by = density.choose((stage.clientWidth * devicePixelRatio) / SIZE.width, BUDGET);
    const size = {width: Math.round(by * SIZE.width), height: Math.round(by * SIZE.height)};
    if (canvas.width !== size.width) Object.assign(canvas, size);
    const start = performance.now();
    draw(on, value(), size);
    density.took(by, performance.now() - start);
    outlineThing(stage, boxOf(value(), SIZE));
  }

  function move(x: number, depth: number): void {
    const [near, far] = range();
    choose({
      x: Math.max(-FARTHEST_SIDE, Math.min(FARTHEST_SIDE, Number(x.toFixed(1)))),
      depth: Math.max(near, Math.min(far, Math.round(depth)))
    });
  }

  /** The thing's foot stays as far from the pointer as it was when it was taken. */
  function drag(start: PointerEvent): void {
    if (start.button !== 0) return;
    const {width, height} = stage.getBoundingClientRect();
    const box = boxOf(value(), SIZE);
    const [dx, dy] = [box.x + box.width / 2, box.y + box.height];
    const over = new AbortController();
    const {signal} = over;
    stage.setPointerCapture(start.pointerId);
    stage.dataset.held = "";
    const follow = ({clientX, clientY}: PointerEvent) => {
      const px = dx + ((clientX - start.clientX) / width) * SIZE.width;
      const py = dy + ((clientY - start.clientY) / height) * SIZE.height;
      const {x, depth} = placeAt(value(), px, py, SIZE);
      move(x, depth);
    };
    const end = () => {
      delete stage.dataset.held;
      over.abort();
    };
    stage.addEventListener("pointermove", follow, {signal});
    for (const type of ["pointerup", "pointercancel"] as const)
      stage.addEventListener(type, end, {signal});
  }

  stage.addEventListener("pointerdown", drag);
  stage.addEventListener("keydown", (event) => {
    const steps: Record<string, readonly [x: number, depth: number]> = {
      ArrowUp: [0, 1],
      ArrowDown: [0, -1],
      ArrowLeft: [-SIDESTEP, 0],
      ArrowRight: [SIDESTEP, 0]
    };
    if (!(event.key in steps)) return;
    event.preventDefault();
    const {x, depth} = value();
    const [aside, away] = steps[event.key];
    move(x + aside, depth + away);
  });
  return {
    draw() {
      cancelAnimationFrame(frame);
      frame = requestAnimationFrame(() => drawNow(context));
    },
    close: () => cancelAnimationFrame(frame)
  };
}
