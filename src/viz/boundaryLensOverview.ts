import {within, type LensBox, type LensData} from "./boundaryLensData.ts";
import {canvasOf} from "./labelLayers.ts";
import {part} from "./view.ts";

export interface LensOverview {
  readonly element: HTMLElement;
  /** Shows the picture of *data*. */
  show(data: LensData): void;
  /** Puts the lens where it is. */
  place(box: LensBox): void;
}

/**
 * Returns a small picture with a lens on it, a square that is dragged, by its own or by pressing
 * anywhere, or moved by the arrow keys (with Shift, ten pixels). **onMove** is told where to; **onLeave**
 * that the reader pressed Escape.
 */
export function boundaryLensOverview({
  describedBy,
  onMove,
  onLeave
}: {
  describedBy: string;
  onMove: (to: {x: number; y: number}) => void;
  onLeave: () => void;
}): LensOverview {
  const element = document.createElement("div");
  element.className = "viz-stage viz-lens-overview";
  element.innerHTML = `<canvas role="img" aria-label="The whole picture"></canvas>
    <div class="viz-lens" tabindex="0" role="application" aria-roledescription="lens to drag"
      aria-label="Lens: arrow keys move it, with Shift ten pixels; Escape brings it back"
      aria-describedby="${describedBy}"><i></i></div>`;
  const canvas = part<HTMLCanvasElement>(element, "canvas");
  const lens = part(element, ".viz-lens");
  let size = {width: 257, height: 193};
  let box: LensBox = {x: 0, y: 0, size: 48};
  let grip: {x: number; y: number} | null = null;

  function pixelAt({clientX, clientY}: PointerEvent): {x: number; y: number} {
    const {left, top, width, height} = element.getBoundingClientRect();
    return {
      x: ((clientX - left) / width) * size.width,
      y: ((clientY - top) / height) * size.height
    };
  }

  function move(x: number, y: number): void {
    const to = within({...box, x: Math.round(x), y: Math.round(y)}, size);
    if (to.x !== box.x || to.y !== box.y) onMove({x: to.x, y: to.y});
  }

  element.addEventListener("pointerdown", (event) => {
    if (event.button !== 0) return;
    const at = pixelAt(event);
    const onLens = lens.contains(event.target as Node);
    // Beside the lens, a finger may be about to scroll: there, the lens follows the click.
    if (!onLens && event.pointerType === "touch") return;
    if (!onLens) move(at.x - box.size / 2, at.y - box.size / 2);
    grip = {x: at.x - box.x, y: at.y - box.y};
    element.setPointerCapture(event.pointerId);
    event.preventDefault();
    lens.focus({preventScroll: true});
  });
  element.addEventListener("pointermove", (event) => {
    if (grip === null) return;
    const at = pixelAt(event);
    move(at.x - grip.x, at.y - grip.y);
  });
  for (const type of ["pointerup", "pointercancel", "lostpointercapture"] as const)
    element.addEventListener(type, () => (grip = null));
  element.addEventListener("click", (event) => {
    if (event.target !== canvas || event.pointerType !== "touch") return;
    const at = pixelAt(event);
    move(at.x - box.size / 2, at.y - box.size / 2);
  });
  lens.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const step = event.shiftKey ? 10 : 1;
    const by = {
      ArrowLeft: [-step, 0],
      ArrowRight: [step, 0],
      ArrowUp: [0, -step],
      ArrowDown: [0, step]
    }[event.key];
    if (by) move(box.x + by[0], box.y + by[1]);
    else if (event.key === "Escape") onLeave();
    else return;
    event.preventDefault();
  });

  return {
    element,
    show({width, height, pixels}) {
      size = {width, height};
      element.style.aspectRatio = `${width} / ${height}`;
      Object.assign(canvas, size);
      const image = new ImageData(new Uint8ClampedArray(pixels), width, height);
      canvas.getContext("2d")?.drawImage(canvasOf(image), 0, 0);
    },
    place(next) {
      box = next;
      const share = (value: number, of: number) => `${(100 * value) / of}%`;
      lens.style.left = share(box.x, size.width);
      lens.style.top = share(box.y, size.height);
      lens.style.width = share(box.size, size.width);
      lens.style.height = share(box.size, size.height);
    }
  };
}
