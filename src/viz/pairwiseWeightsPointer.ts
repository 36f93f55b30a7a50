import type {Pixel} from "./pixelPointer.ts";
import {part} from "./view.ts";

/** Which of the two pixels of a pair is moved. */
export type PairEnd = "pixel" | "other";

export interface PairPointer {
  /** Draws both ends where they are; no **other** if there is none. */
  mark(pixel: Pixel, other: Pixel | null): void;
  /** Says where both are, for readers who hear them. */
  name(words: Record<PairEnd, string>): void;
}

/**
 * Lets the reader move two pixels on *stage*, which shows a picture of *width* × *height*: a mouse
 * moves the pixel by pressing and dragging, and the other by pointing; a finger drags either by its
 * handle, and taps to move the pixel; each handle takes arrow keys (with Shift, ten pixels), and
 * Escape on the other lets go of it.
 *
 * **onMove** hears where an end is now, and **onHover** what is pointed at, null when nothing is.
 */
export function pairPointer(
  stage: HTMLElement,
  {
    width,
    height,
    describedBy,
    onMove,
    onHover
  }: {
    width: number;
    height: number;
    describedBy: string;
    onMove: (end: PairEnd, to: Pixel | null) => void;
    onHover: (at: Pixel | null) => void;
  }
): PairPointer {
  stage.insertAdjacentHTML(
    "beforeend",
    `<svg class="viz-over" viewBox="0 0 ${width} ${height}" aria-hidden="true"></svg>
    ${["other", "pixel"]
      .map(
        (end) => `<div class="viz-pairs-handle" data-end="${end}" tabindex="0" role="application"
          aria-roledescription="pixel to move" aria-label="Pixel" aria-describedby="${describedBy}" hidden></div>`
      )
      .join("")}`
  );
  const svg = part<SVGSVGElement>(stage, "svg");
  const handles = {
    pixel: part(stage, "[data-end=pixel]"),
    other: part(stage, "[data-end=other]")
  };
  const at: Record<PairEnd, Pixel | null> = {pixel: null, other: null};
  let dragged: PairEnd | null = null;
  let captured = false; // whether the click to come ends a drag
  let grip = {x: 0, y: 0};
  let drawn = "";

  function within({x, y}: Pixel): Pixel {
    const clip = (value: number, most: number) => Math.max(0, Math.min(most, Math.floor(value)));
    return {x: clip(x, width - 1), y: clip(y, height - 1)};
  }

  function pointed({clientX, clientY}: MouseEvent): Pixel {
    const box = stage.getBoundingClientRect();
    return {
      x: ((clientX - box.left) / box.width) * width,
      y: ((clientY - box.top) / box.height) * height
    };
  }

  /** The next key, which may come before the next frame, goes on from here. */
  function move(end: PairEnd, to: Pixel | null): void {
    at[end] = to;
    onMove(end, to);
  }

  stage.addEventListener("pointerdown", (event) => {
    captured = false;
    if (event.button !== 0 || at.pixel === null) return;
    const finger = event.pointerType === "touch";
    const handle = (event.target as Element).closest<HTMLElement>("[data-end]");
    if (finger && handle === null) return; // a swipe scrolls, and a tap is a click
    dragged = finger && handle === handles.other ? "other" : "pixel";
    captured = true;
    const place = pointed(event);
    const from = at[dragged];
    // A finger hides what it holds: it keeps its distance from it.
    grip = finger && from ? {x: from.x + 0.5 - place.x, y: from.y + 0.5 - place.y} : {x: 0, y: 0};
    stage.setPointerCapture(event.pointerId);
    handles[dragged].focus({preventScroll: true});
    event.preventDefault();
    onHover(null);
    drag(event);
  });
  function drag(event: PointerEvent): void {
    if (dragged === null) return;
    const {x, y} = pointed(event);
    move(dragged, within({x: x + grip.x, y: y + grip.y}));
  }
  stage.addEventListener("pointermove", (event) => {
    if (dragged !== null) drag(event);
    else if (event.pointerType !== "touch" && at.pixel !== null) onHover(within(pointed(event)));
  });
  for (const type of ["pointerup", "pointercancel"])
    stage.addEventListener(type, () => (dragged = null));
  stage.addEventListener("pointerleave", () => onHover(null));
  stage.addEventListener("click", (event) => {
    if (!captured && at.pixel !== null) move("pixel", within(pointed(event)));
    captured = false;
  });

  for (const end of ["pixel", "other"] as const)
    handles[end].addEventListener("keydown", (event) => {
      if (event.ctrlKey || event.metaKey || event.altKey) return;
      const from = at[end];
      const step = event.shiftKey ? 10 : 1;
      const by = {
        ArrowLeft: [-step, 0],
        ArrowRight: [step, 0],
        ArrowUp: [0, -step],
        ArrowDown: [0, step]
      }[event.key];
      if (by && from) move(end, within({x: from.x + by[0], y: from.y + by[1]}));
      else if (event.key === "Escape" && end === "other") move(end, null);
      else return;
      event.preventDefault();
    });

  function place(end: PairEnd): void {
    const handle = handles[end];
    const pixel = at[end];
    handle.hidden = pixel === null;
    if (pixel === null) return;
    handle.style.left = `${((pixel.x + 0.5) / width) * 100}%`;
    handle.style.top = `${((pixel.y + 0.5) / height) * 100}%`;
  }

  return {
    mark(pixel, other) {
      Object.assign(at, {pixel, other});
      const d = pairPath(pixel, other);
      if (d === drawn) return;
      drawn = d;
      place("pixel");
      place("other");
      svg.innerHTML = `<path class="viz-halo" d="${d}"/><path class="viz-line" d="${d}"/>`;
    },
    name(words) {
      for (const end of ["pixel", "other"] as const)
        handles[end].setAttribute("aria-label", words[end]);
    }
  };
}

/** A ring around the pixel, a smaller one around the other, and a line from the one to the other. */
export function pairPath(pixel: Pixel, other: Pixel | null): string {
  const ring = ({x, y}: Pixel, r: number) =>
    `M${x + 0.5 - r},${y + 0.5}a${r},${r} 0 1 0 ${2 * r},0a${r},${r} 0 1 0 ${-2 * r},0Z`;
  const [large, small] = [4, 2];
  if (other === null) return ring(pixel, large);
  const [dx, dy] = [other.x - pixel.x, other.y - pixel.y];
  const distance = Math.hypot(dx, dy);
  if (distance <= large + small) return ring(pixel, large) + ring(other, small);
  const along = (far: number) =>
    `${pixel.x + 0.5 + (dx * far) / distance},${pixel.y + 0.5 + (dy * far) / distance}`;
  return `${ring(pixel, large)}M${along(large)}L${along(distance - small)}${ring(other, small)}`;
}
