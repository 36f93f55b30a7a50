import {copyPicture, type PictureSource} from "./pictureCopy.ts";
import type {Pixel} from "./pixelPointer.ts";
import {asView, emitInput, part, type View} from "./view.ts";

export interface PlacePickerOptions {
  /** The size of the map, in its units: its corners are the picture's. */
  width: number;
  height: number;
  /** Units along a side of the patch. An odd number. */
  patch: number;
  /** The middle of the patch at first. */
  value: Pixel;
}

export interface PlacePicker extends View<HTMLElement, Pixel> {
  /** Shows another picture. */
  update(picture: PictureSource): void;
}

/**
 * Returns a small picture with a mark on it, and beside it what is under the mark, magnified. Its
 * **value** is the unit of the map in the middle of the mark, never so near an edge that the patch
 * would not fit. Dragging, a click or a tap picks it, and so do arrow keys (with Shift, ten units).
 * A change by the reader emits *input*. Assigning a place where the patch does not fit throws a
 * RangeError.
 */
export function placePicker({width, height, patch, value}: PlacePickerOptions): PlacePicker {
  const half = (patch - 1) / 2;
  const root = document.createElement("div");
  root.className = "viz-place";
  root.innerHTML = `
    <div class="viz-stage" style="aspect-ratio: ${width} / ${height}">
      <canvas aria-hidden="true"></canvas>
      <svg class="viz-over" viewBox="0 0 ${width} ${height}" aria-hidden="true"></svg>
      <div class="viz-pointing" tabindex="0" role="application"
        aria-roledescription="place to pick"></div>
    </div>
    <canvas class="viz-place-detail" aria-hidden="true"></canvas>`;
  const [canvas, detail] = root.querySelectorAll("canvas");
  const layer = part(root, ".viz-pointing");
  let shown = false;
  let held = false;
  value = check(value);

  function check({x, y}: Pixel): Pixel {
    for (const [name, is, size] of [
      ["x", x, width],
      ["y", y, height]
    ] as const)
      if (!(Number.isInteger(is) && is >= half && is < size - half))
        throw new RangeError(`invalid ${name}: ${is} (${half} to ${size - 1 - half})`);
    return {x, y};
  }

  function draw(): void {
    const {x, y} = value;
    const lines = `M${x - half},${y - half}h${patch}v${patch}h${-patch}Z`;
    const circle = `<circle cx="${x + 0.5}" cy="${y + 0.5}" r="${1.8 * patch}"/>`;
    part(root, "svg").innerHTML = `<g class="viz-halo"><path d="${lines}"/>${circle}</g>
      <g class="viz-line"><path d="${lines}"/>${circle}</g>`;
    layer.setAttribute(
      "aria-label",
      `Place of the patch: column ${x} of ${width}, row ${y} of ${height}. Arrow keys move it`
    );
    if (!shown) return;
    const [sx, sy] = [canvas.width / width, canvas.height / height];
    detail.width = Math.round(patch * sx);
    detail.height = Math.round(patch * sy);
    detail
      .getContext("2d")
      ?.drawImage(canvas, -Math.round((x - half) * sx), -Math.round((y - half) * sy));
  }

  function choose({x, y}: Pixel): void {
    const within = (at: number, size: number) => Math.max(half, Math.min(size - 1 - half, at));
    const next = {x: within(x, width), y: within(y, height)};
    if (next.x === value.x && next.y === value.y) return;
    value = next;
    draw();
    emitInput(root);
  }

  function pick({clientX, clientY}: MouseEvent): void {
    const box = layer.getBoundingClientRect();
    choose({
      x: Math.floor(((clientX - box.left) / box.width) * width),
      y: Math.floor(((clientY - box.top) / box.height) * height)
    });
  }

  // By touch, a tap picks and a drag scrolls the page.
  layer.addEventListener("pointerdown", (event) => {
    if (event.button !== 0 || event.pointerType === "touch") return;
    held = true;
    layer.setPointerCapture(event.pointerId);
    pick(event);
  });
  layer.addEventListener("pointermove", (event) => {
    if (held) pick(event);
  });
  for (const type of ["pointerup", "pointercancel", "lostpointercapture"])
    layer.addEventListener(type, () => (held = false));
  layer.addEventListener("click", pick);
  layer.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const step = event.shiftKey ? 10 : 1;
    const by = {
      ArrowLeft: [-step, 0],
      ArrowRight: [step, 0],
      ArrowUp: [0, -step],
      ArrowDown: [0, step]
    }[event.key];
    if (!by) return;
    event.preventDefault();
    choose({x: value.x + by[0], y: value.y + by[1]});
  });

  draw();
  const view = asView<HTMLElement, Pixel>(root, {
    get: () => ({...value}),
    set(next) {
      const {x, y} = check(next);
      if (x === value.x && y === value.y) return;
      value = {x, y};
      draw();
    }
  });
  return Object.assign(view, {
    update(picture: PictureSource) {
      copyPicture(picture, canvas);
      shown = true;
      draw();
    }
  });
}
