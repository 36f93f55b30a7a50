import type {Pixel} from "./pixelPointer.ts";

/** What is drawn over a stage: a path in the frame's units, and what it stands for. */
export interface Mark {
  kind: "ring" | "tap" | "tile";
  d: string;
}

/** A place where the picture, or something made of it, is seen. */
export interface PixelStage {
  element: HTMLElement;
  /** Returns what marks pixel *at* here. The frame is as large as the picture. */
  marks(at: Pixel): Mark[];
  /** Returns the pixel at a place in the frame. Default: the one that lies there. */
  pixelAt?: (place: {x: number; y: number}) => Pixel | null;
}

/** The pixel that is marked on all stages. */
export interface LinkedPixels {
  /** The pixel pointed at or, when none is, the one pinned, or null. */
  readonly current: Pixel | null;
  /** The pixel that stays. Assigning is silent. */
  pinned: Pixel | null;
  /** Draws again, for when what the marks depend on has changed. */
  redraw(): void;
}

/**
 * Marks one pixel of a picture of *width* × *height* on several *stages*. Pointing marks it on all;
 * a click, a tap or Enter pins it; a click on the pinned pixel, or Escape, lets go; arrow keys (with
 * Shift, ten pixels) move on the first stage, which takes the keyboard for all of them.
 *
 * **onMove** is told when the current pixel has changed, **onPin** when the reader has changed the
 * pinned one.
 */
export function linkedPixels(
  {width, height}: {width: number; height: number},
  stages: readonly PixelStage[],
  {
    describedBy,
    pinned: first,
    onMove,
    onPin
  }: {describedBy: string; pinned: Pixel | null; onMove: () => void; onPin: () => void}
): LinkedPixels {
  let hovered: Pixel | null = null;
  let under: Pixel | null = null;
  let pinned = first;
  const current = () => hovered ?? pinned;

  const layers = stages.map(({element, pixelAt = (place) => place}, i) => {
    const layer = document.createElement("div");
    layer.className = "viz-pointing";
    layer.innerHTML = `<svg class="viz-marks" viewBox="0 0 ${width} ${height}" aria-hidden="true"></svg>`;
    element.append(layer);
    const at = ({clientX, clientY}: MouseEvent) => {
      const box = layer.getBoundingClientRect();
      const x = ((clientX - box.left) / box.width) * width;
      const y = ((clientY - box.top) / box.height) * height;
      const pixel = pixelAt({x, y});
      return pixel && within(Math.floor(pixel.x), Math.floor(pixel.y));
    };
    layer.addEventListener("pointermove", (event) => {
      if (event.pointerType !== "touch") hover((under = at(event)));
    });
    layer.addEventListener("pointerleave", () => hover((under = null)));
    layer.addEventListener("click", (event) => {
      // A click is told in whole pixels of the screen, which may lie on another of the picture.
      const pixel = under ?? at(event);
      if (pixel) pin(same(pixel, pinned) ? null : pixel);
    });
    if (i === 0) {
      layer.tabIndex = 0;
      layer.setAttribute("role", "application");
      layer.setAttribute("aria-roledescription", "picture to read");
      layer.setAttribute(
        "aria-label",
        "Arrow keys move over the picture, Enter pins, Escape lets go"
      );
      layer.setAttribute("aria-describedby", describedBy);
      layer.addEventListener("keydown", onKey);
      layer.addEventListener("blur", () => hover(null));
    }
    return layer.firstElementChild as SVGSVGElement;
  });

  function within(x: number, y: number): Pixel {
    return {x: Math.max(0, Math.min(width - 1, x)), y: Math.max(0, Math.min(height - 1, y))};
  }

  function hover(to: Pixel | null): void {
    const before = current();
    hovered = to;
    if (same(before, current())) return;
    redraw();
    onMove();
  }

  function pin(to: Pixel | null): void {
    const before = pinned;
    pinned = to;
    hovered = null;
    redraw();
    onMove();
    if (!same(before, pinned)) onPin();
  }

  function onKey(event: KeyboardEvent): void {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const at = current();
    const step = event.shiftKey ? 10 : 1;
    const by = {
      ArrowLeft: [-step, 0],
      ArrowRight: [step, 0],
      ArrowUp: [0, -step],
      ArrowDown: [0, step]
    }[event.key];
    if (by) hover(at ? within(at.x + by[0], at.y + by[1]) : within(width >> 1, height >> 1));
    else if ((event.key === "Enter" || event.key === " ") && at) pin(at);
    else if (event.key === "Escape" && at) pin(null);
    else return;
    event.preventDefault();
  }

  function redraw(): void {
    const at = current();
    layers.forEach((svg, i) => {
      const marks = at ? stages[i].marks(at) : [];
      svg.innerHTML = marks
        .map(
          ({kind, d}) =>
            `<path class="viz-halo" d="${d}"/><path class="viz-mark-${kind}" d="${d}"/>`
        )
        .join("");
    });
  }

  redraw();
  return {
    get current() {
      return current();
    },
    get pinned() {
      return pinned;
    },
    set pinned(next) {
      pinned = next && within(next.x, next.y);
      hovered = null;
      redraw();
    },
    redraw
  };
}

/** Returns a ring around pixel *at*, with a tick on each side. */
export function ring({x, y}: Pixel): Mark {
  const [cx, cy] = [x + 0.5, y + 0.5];
  const ticks = `M${cx},${cy - 9}v5M${cx},${cy + 4}v5M${cx - 9},${cy}h5M${cx + 4},${cy}h5`;
  return {kind: "ring", d: circle(cx, cy, 4) + ticks};
}

/**
 * Returns dots on the taps, *size* a side and *step* pixels apart, of a kernel on pixel *at* of a
 * map of *columns* × *rows*, as far as they are on it. A pixel is *side* units of the frame wide
 * (default 1), and a dot has a *radius* in units.
 */
export function tapDots(
  at: Pixel,
  {
    size,
    step,
    radius,
    columns,
    rows,
    side = 1
  }: {
    size: number;
    step: number;
    radius: number;
    columns: number;
    rows: number;
    side?: number;
  }
): Mark {
  const half = (size - 1) / 2;
  const dots: string[] = [];
  for (let i = -half; i <= half; ++i)
    for (let j = -half; j <= half; ++j) {
      const [x, y] = [at.x + j * step, at.y + i * step];
      if (x < 0 || y < 0 || x >= columns || y >= rows) continue;
      dots.push(circle((x + 0.5) * side, (y + 0.5) * side, radius));
    }
  return {kind: "tap", d: dots.join("")};
}

function circle(x: number, y: number, r: number): string {
  return `M${x - r},${y}a${r},${r} 0 1 0 ${2 * r},0a${r},${r} 0 1 0 ${-2 * r},0Z`;
}

/** Throws a RangeError if *at* is a pixel, but none of a picture of *width* × *height*. */
export function checkPixel(
  at: Pixel | null,
  {width, height}: {width: number; height: number}
): void {
  if (at === null) return;
  for (const [name, place, size] of [["x", at.x, width] as const, ["y", at.y, height] as const])
    if (!(Number.isInteger(place) && place >= 0 && place < size))
      throw new RangeError(`invalid ${name}: ${place} (a whole number, 0 to ${size - 1})`);
}

function same(a: Pixel | null, b: Pixel | null): boolean {
  return a?.x === b?.x && a?.y === b?.y;
}
