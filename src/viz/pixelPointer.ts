import {asView, emitInput, type View} from "./view.ts";

/** A pixel, from the top left. */
export interface Pixel {
  readonly x: number;
  readonly y: number;
}

/** The pixel pointed at, or pinned; and a cross drawn over it. */
export interface PixelPointer extends View<HTMLElement, Pixel | null> {
  /** Whether the pixel stays when the pointer leaves. */
  readonly pinned: boolean;
  /** Whether there is a picture to point at. Default false. */
  enabled: boolean;
  /** Points at a picture of another size, forgetting the pixel. */
  resize(width: number, height: number): void;
}

/**
 * Returns a layer to lay over a picture of *width* × *height* pixels. Its **value** is the pixel
 * pointed at or, when none is, the one pinned, or null. Pointing or arrow keys (with Shift, ten
 * pixels) move it; a click, a tap or Enter pins it; Escape, or a click on the pinned pixel, lets
 * go. A change emits *input*. **step** is how many pixels an arrow key moves; 1 by default.
 */
export function pixelPointer(
  width: number,
  height: number,
  describedBy: string,
  {step: stepOf = () => 1}: {step?: () => number} = {}
): PixelPointer {
  const root = document.createElement("div");
  root.className = "viz-pointing";
  root.tabIndex = 0;
  root.setAttribute("role", "application");
  root.setAttribute("aria-roledescription", "picture to read");
  root.setAttribute("aria-label", "Arrow keys move over the picture, Enter pins, Escape lets go");
  root.setAttribute("aria-describedby", describedBy);
  root.innerHTML = `<svg class="viz-over" aria-hidden="true"></svg>`;
  const svg = root.firstElementChild as SVGSVGElement;
  let enabled = false;
  let hovered: Pixel | null = null;
  let pinned: Pixel | null = null;
  const current = () => hovered ?? pinned;

  function drawCross(): void {
    const at = current();
    svg.setAttribute("viewBox", `0 0 ${width} ${height}`);
    if (!at) {
      svg.replaceChildren();
      return;
    }
    const [x, y, gap] = [at.x + 0.5, at.y + 0.5, width / 50];
    const lines = `M0,${y}H${x - gap}M${x + gap},${y}H${width}M${x},0V${y - gap}M${x},${y + gap}V${height}`;
    const ring = at === pinned ? `<circle cx="${x}" cy="${y}" r="${gap}"/>` : "";
    svg.innerHTML = ["viz-halo", "viz-line"]
      .map((name) => `<g class="${name}"><path d="${lines}"/>${ring}</g>`)
      .join("");
  }

  function move(to: {hovered: Pixel | null; pinned?: Pixel | null}): void {
    const before = current();
    const wasPinned = pinned;
    hovered = to.hovered;
    if (to.pinned !== undefined) pinned = to.pinned;
    const after = current();
    drawCross();
    if (before?.x !== after?.x || before?.y !== after?.y || wasPinned !== pinned) emitInput(root);
  }

  function within(x: number, y: number): Pixel {
    return {x: Math.max(0, Math.min(width - 1, x)), y: Math.max(0, Math.min(height - 1, y))};
  }

  function pixelAt({clientX, clientY}: MouseEvent): Pixel {
    const box = root.getBoundingClientRect();
    const x = Math.floor(((clientX - box.left) / box.width) * width);
    const y = Math.floor(((clientY - box.top) / box.height) * height);
    return within(x, y);
  }

  root.addEventListener("pointermove", (event) => {
    if (enabled && event.pointerType !== "touch") move({hovered: pixelAt(event)});
  });
  root.addEventListener("pointerleave", () => move({hovered: null}));
  root.addEventListener("blur", () => move({hovered: null}));
  root.addEventListener("click", (event) => {
    if (!enabled) return;
    const at = pixelAt(event);
    move({hovered: null, pinned: pinned?.x === at.x && pinned.y === at.y ? null : at});
  });
  root.addEventListener("keydown", (event) => {
    if (!enabled || event.ctrlKey || event.metaKey || event.altKey) return;
    const at = current();
    const step = stepOf() * (event.shiftKey ? 10 : 1);
    const by = {
      ArrowLeft: [-step, 0],
      ArrowRight: [step, 0],
      ArrowUp: [0, -step],
      ArrowDown: [0, step]
    }[event.key];
    if (by) {
      const to = at ? within(at.x + by[0], at.y + by[1]) : within(width >> 1, height >> 1);
      move({hovered: to});
    } else if ((event.key === "Enter" || event.key === " ") && at) {
      move({hovered: null, pinned: at});
    } else if (event.key === "Escape" && at) {
      move({hovered: null, pinned: null});
    } else return;
    event.preventDefault();
  });

  const view = asView<HTMLElement, Pixel | null>(root, {
    get: current,
    set(next) {
      hovered = null;
      pinned = next && within(next.x, next.y);
      drawCross();
    }
  });
  Object.defineProperty(view, "pinned", {get: () => pinned !== null && current() === pinned});
  Object.defineProperty(view, "enabled", {
    get: () => enabled,
    set: (next: boolean) => (enabled = next)
  });
  return Object.assign(view as PixelPointer, {
    resize(w: number, h: number) {
      [width, height] = [w, h];
      hovered = pinned = null;
      drawCross();
    }
  });
}
