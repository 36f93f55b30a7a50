import {copyPicture, type PictureSource} from "./pictureCopy.ts";
import {asView, emitInput, part, type View} from "./view.ts";

/** A place in a picture: one of its rows, and a sample of that row. */
export interface RowPlace {
  row: number;
  x: number;
}

export interface RowPicker extends View<HTMLElement, RowPlace> {
  /** Shows another picture, or marks other samples of the row: those that a figure has in view. */
  update(data: {picture?: PictureSource; window?: readonly [from: number, to: number]}): void;
}

/**
 * Returns a picture of *width* × *height* samples with a line along one of its rows. Its **value**
 * is that row and the sample marked on it. Dragging or clicking picks both, and so do arrow keys
 * (with Shift, ten at a time; Home and End for the row's ends); by touch, the line drags and a tap
 * picks, so that the page still scrolls. A change by the reader emits *input*.
 *
 * Assigning a place outside the picture throws a RangeError.
 */
export function rowPicker(
  width: number,
  height: number,
  {row = height >> 1, x = width >> 1}: Partial<RowPlace> = {}
): RowPicker {
  const root = document.createElement("div");
  root.className = "viz-stage viz-row-picker";
  root.style.aspectRatio = `${width} / ${height}`;
  root.innerHTML = `
    <canvas aria-hidden="true"></canvas>
    <svg class="viz-over" viewBox="0 0 ${width} ${height}" aria-hidden="true"></svg>
    <div class="viz-pointing" tabindex="0" role="application" aria-roledescription="row to pick">
      <div class="viz-row-handle"></div></div>`;
  const svg = part<SVGSVGElement>(root, "svg");
  const layer = part(root, ".viz-pointing");
  const handle = part(root, ".viz-row-handle");
  let value: RowPlace = check({row, x});
  let shown: readonly [number, number] = [0, width];
  /** How far above the line a finger took hold of it, in rows. */
  let held: number | null = null;

  function check(place: RowPlace): RowPlace {
    if (!(Number.isInteger(place.row) && place.row >= 0 && place.row < height))
      throw new RangeError(`invalid row: ${place.row} (0 to ${height - 1})`);
    if (!(Number.isInteger(place.x) && place.x >= 0 && place.x < width))
      throw new RangeError(`invalid x: ${place.x} (0 to ${width - 1})`);
    return {row: place.row, x: place.x};
  }

  function draw(): void {
    const y = value.row + 0.5;
    const [from, to] = [Math.max(0, shown[0]), Math.min(width, shown[1])];
    const lines = `M0,${y}H${width}`;
    const ends = `M${from},${y - 4}v8M${to},${y - 4}v8M${from},${y}H${to}`;
    svg.innerHTML = `<path class="viz-halo" d="${lines}${ends}"/>
      <path class="viz-line viz-row-rest" d="${lines}"/><path class="viz-line" d="${ends}"/>
      <circle class="viz-row-at" cx="${value.x + 0.5}" cy="${y}" r="${width / 60}"/>`;
    handle.style.top = `${(100 * y) / height}%`;
    layer.setAttribute(
      "aria-label",
      `Row ${value.row} of ${height}, sample ${value.x} of ${width}. ` +
        `Up and down choose the row, left and right move along it`
    );
  }

  function choose(next: RowPlace): void {
    const within = {
      row: Math.max(0, Math.min(height - 1, next.row)),
      x: Math.max(0, Math.min(width - 1, next.x))
    };
    if (within.row === value.row && within.x === value.x) return;
    value = within;
    draw();
    emitInput(root);
  }

  function placeAt({clientX, clientY}: MouseEvent): RowPlace {
    const box = layer.getBoundingClientRect();
    return {
      row: Math.floor(((clientY - box.top) / box.height) * height),
      x: Math.floor(((clientX - box.left) / box.width) * width)
    };
  }

  layer.addEventListener("pointerdown", (event) => {
    const byTouch = event.pointerType === "touch";
    if (event.button !== 0 || (byTouch && event.target !== handle)) return;
    const at = placeAt(event);
    held = byTouch ? value.row - at.row : 0;
    layer.setPointerCapture(event.pointerId);
    if (!byTouch) choose(at);
  });
  layer.addEventListener("pointermove", (event) => {
    if (held === null) return;
    const at = placeAt(event);
    choose({row: at.row + held, x: at.x});
  });
  for (const type of ["pointerup", "pointercancel", "lostpointercapture"])
    layer.addEventListener(type, () => (held = null));
  layer.addEventListener("click", (event) => {
    // On the line, a finger drags; a mouse has chosen already.
    if (event.target !== handle) choose(placeAt(event));
  });
  layer.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const step = event.shiftKey ? 10 : 1;
    const {row: y, x: at} = value;
    const to: RowPlace | undefined = {
      ArrowUp: {row: y - step, x: at},
      ArrowDown: {row: y + step, x: at},
      ArrowLeft: {row: y, x: at - step},
      ArrowRight: {row: y, x: at + step},
      Home: {row: y, x: 0},
      End: {row: y, x: width - 1}
    }[event.key];
    if (!to) return;
    event.preventDefault();
    choose(to);
  });

  draw();
  const view = asView<HTMLElement, RowPlace>(root, {
    get: () => ({...value}),
    set(next) {
      value = check(next);
      draw();
    }
  });
  return Object.assign(view, {
    update(data: {picture?: PictureSource; window?: readonly [number, number]}) {
      if (data.picture) copyPicture(data.picture, part<HTMLCanvasElement>(root, "canvas"));
      if (!data.window || (data.window[0] === shown[0] && data.window[1] === shown[1])) return;
      shown = data.window;
      draw();
    }
  });
}
