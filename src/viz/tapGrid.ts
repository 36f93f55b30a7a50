import {convolveRow, filterWeights, kernelSpan, rowTaps} from "./rowTaps.ts";
import {asView, emitInput, part, uniqueId, type View} from "./view.ts";

export interface TapGridOptions {
  /** How far apart the taps are, in samples. Default 1. */
  rate?: number;
  /** The number of taps, odd. Default 3. */
  kernelSize?: number;
  /** What the taps are multiplied by. Default: their mean, *kernelSize* times 1/*kernelSize*. */
  weights?: readonly number[];
  /** How wide the figure is where no page gives it a width, in pixels. Default 640. */
  width?: number;
  /** The output that is focused at first, or null. Default null. */
  value?: number | null;
}

export interface TapGrid extends View<SVGSVGElement, number | null> {
  /** The samples in view, from the first to the one after the last. */
  readonly window: readonly [from: number, to: number];
  /** Shows another signal or kernel, keeping the focus. Throws a RangeError as tapGrid does. */
  update(next: {signal?: ArrayLike<number>; rate?: number; weights?: readonly number[]}): void;
}

/** Pixels above the input and above the output, for their names. */
const HEAD = 18;
const PIXELS = 12;
/** How many samples are in view: as many as fit at this width in pixels, within bounds. */
const CELL = 11;
const FEWEST = 38;
const MOST = 64;

/**
 * Where things are, in pixels from the top: bars of the input, its pixels, the kernel, the way down
 * to the output, and its bars.
 */
function layout(width: number) {
  const [input, band, fall, output] = width < 560 ? [72, 26, 26, 66] : [108, 34, 40, 96];
  const kernel = HEAD + input + PIXELS + 6;
  const top = kernel + band + fall + HEAD;
  return {input: HEAD + input, tall: input, kernel, band, top, output, height: top + output + 2};
}

/**
 * Returns a figure of a 1-D atrous convolution over *signal* (intensities in [0, 1]), marking the
 * samples that the focused output position reads, and hatching those between that it does not. Taps
 * that fall in the padding are hollow.
 *
 * ```js
 * const focus = view(tapGrid(row, {rate: 2}));
 * ```
 *
 * Pointing at a sample (or moving to it with the arrow keys; with Shift, ten at a time) sets the
 * figure's **value** to its index and emits *input*; leaving, or Escape, resets it to null. As much
 * of the signal is in view as is legible, and always as much as the kernel spans; keys and assigned
 * values move it along.
 *
 * Throws a RangeError if **rate** or **kernelSize** is not a positive integer, if the number of
 * weights is even, or if **value** is not the index of a sample.
 */
export function tapGrid(
  signal: ArrayLike<number>,
  {
    rate = 1,
    kernelSize = 3,
    weights = filterWeights("blur", kernelSize),
    width = 640,
    value = null
  }: TapGridOptions = {}
): TapGrid {
  const id = uniqueId("tap-grid");
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  svg.setAttribute("class", "viz-tap-grid");
  svg.setAttribute("role", "application");
  svg.setAttribute("aria-roledescription", "row of samples");
  svg.setAttribute("tabindex", "0");
  svg.innerHTML = `
    <defs>
      <pattern id="${id}-hatch" width="5" height="5" patternUnits="userSpaceOnUse"
        patternTransform="rotate(45)"><rect class="viz-hatch" width="1.6" height="5"/></pattern>
      <clipPath id="${id}-clip"><rect/></clipPath>
    </defs>
    <text y="12">input</text><text class="viz-grid-kernel">kernel</text>
    <text class="viz-grid-name">output</text>
    <g clip-path="url(#${id}-clip)">
      <path class="viz-padding"/>
      <rect class="viz-grid-field" y="${HEAD}"/>
      <path class="viz-grid-bars viz-grid-in"/><g class="viz-grid-pixels"></g>
      <path class="viz-grid-bars viz-grid-out"/><path class="viz-grid-axis"/>
      <path class="viz-grid-holes" fill="url(#${id}-hatch)"/>
      <path class="viz-grid-read"/><path class="viz-grid-ways"/>
      <path class="viz-tap"/><path class="viz-tap viz-hollow"/>
      <path class="viz-grid-result"/>
    </g>
    <path class="viz-tap viz-grid-beyond"/>`;
  const path = (name: string, d: string) => part(svg, name).setAttribute("d", d);

  let at = layout(width);
  let output = convolveRow(signal, {weights, rate});
  let span = kernelSpan(weights.length, rate);
  let count = 0;
  let from = 0;
  /** CSS pixels for a sample. */
  let cell = 1;
  let painted: readonly unknown[] = [];

  function check(next: number | null): number | null {
    if (next !== null && !(Number.isInteger(next) && next >= 0 && next < signal.length))
      throw new RangeError(`invalid value: ${next} (null, or 0 to ${signal.length - 1})`);
    return next;
  }

  /** Chooses what is in view: as it is, unless the focus and what it reads would not fit. */
  function lookAt(focus: number | null): void {
    const legible = Math.max(FEWEST, Math.min(MOST, Math.floor(width / CELL)));
    const next = Math.min(Math.max(legible, span + 4), signal.length + span);
    const middle = focus ?? from + count / 2;
    if (next !== count) from = Math.round(middle - next / 2);
    count = next;
    cell = width / count;
    const reach = (span - 1) / 2 + 1;
    if (focus !== null) from = Math.max(focus + reach + 1 - count, Math.min(focus - reach, from));
    from = Math.max(-reach, Math.min(signal.length + reach - count, from));
  }

  const px = (i: number) => (i - from) * cell;
  const bar = (i: number, y0: number, y1: number) => {
    const gap = Math.min(1, cell / 5);
    return `M${(px(i) + gap / 2).toFixed(2)},${y0.toFixed(2)}V${y1.toFixed(2)}h${(cell - gap).toFixed(2)}V${y0.toFixed(2)}Z`;
  };
  const inputBar = (i: number) => bar(i, at.input, at.input - at.tall * signal[i]);

  /** The scale of the output: from 0 where nothing is below it, else the same either way. */
  function outputScale(): (y: number) => number {
    const least = output.reduce((a, b) => Math.min(a, b), 0);
    const most = output.reduce((a, b) => Math.max(a, b), 0);
    const end = Math.max(0.2, Math.ceil(Math.max(most, -least) * 10) / 10);
    return least < 0
      ? (y) => at.top + (at.output / 2) * (1 - y / end)
      : (y) => at.top + at.output * (1 - y / Math.max(1, end));
  }

  let oy = outputScale();

  /** What does not depend on the focus; only if it changed. */
  function paintRow(): void {
    const now = [signal, output, from, count, width];
    if (now.every((part, i) => part === painted[i])) return;
    const pixels = part(svg, ".viz-grid-pixels");
    const repaint = painted[0] !== signal || painted[2] !== from || painted[3] !== count;
    const resized = painted[4] !== width;
    if (painted[1] !== output || resized) oy = outputScale();
    painted = now;
    if (resized) {
      const {height, kernel, band, top} = at;
      svg.setAttribute("viewBox", `0 0 ${width} ${height}`);
      svg.setAttribute("height", String(height));
      Object.entries({width, height}).forEach(([name, size]) =>
        part(svg, "clipPath rect").setAttribute(name, String(size))
      );
      part(svg, ".viz-grid-field").setAttribute("height", String(kernel + band - HEAD));
      part(svg, ".viz-grid-kernel").setAttribute("y", String(kernel + band / 2 + 4));
      part(svg, ".viz-grid-name").setAttribute("y", String(top - HEAD + 12));
    }
    const first = Math.max(0, from);
    const last = Math.min(signal.length, from + count);
    const seen = Array.from({length: last - first}, (_, i) => first + i);
    path(".viz-grid-in", seen.map(inputBar).join(""));
    path(".viz-grid-out", seen.map((i) => bar(i, oy(0), oy(output[i]))).join(""));
    path(".viz-grid-axis", `M0,${oy(0)}H${width}M0,${at.input}H${width}`);
    const beyond = [
      [0, px(0)],
      [px(signal.length), width]
    ].filter(([a, b]) => b > a);
    path(
      ".viz-padding",
      beyond.map(([a, b]) => `M${a},${HEAD}H${b}V${at.kernel - 6}H${a}Z`).join("")
    );
    if (!repaint && !resized) return;
    while (pixels.childElementCount > seen.length) pixels.lastElementChild?.remove();
    while (pixels.childElementCount < seen.length)
      pixels.append(document.createElementNS(svg.namespaceURI, "rect"));
    seen.forEach((i, n) => {
      const rect = pixels.children[n];
      const level = Math.round(255 * signal[i]);
      rect.setAttribute("x", px(i).toFixed(2));
      rect.setAttribute("y", String(at.input));
      rect.setAttribute("width", (cell + 0.3).toFixed(2));
      rect.setAttribute("height", String(PIXELS));
      rect.setAttribute("fill", `rgb(${level},${level},${level})`);
    });
  }

  function paintFocus(): void {
    const focus = value;
    const names = [".viz-grid-read", ".viz-grid-holes", ".viz-grid-ways", ".viz-grid-result"];
    const dots = ["path.viz-tap", ".viz-hollow", ".viz-grid-beyond"];
    part(svg, ".viz-grid-field").setAttribute("visibility", focus === null ? "hidden" : "visible");
    if (focus === null) {
      for (const name of [...names, ...dots]) path(name, "");
      return;
    }
    const taps = rowTaps(focus, signal.length, {weights, rate});
    const left = taps[0].index;
    const field = part(svg, ".viz-grid-field");
    field.setAttribute("x", px(left).toFixed(2));
    field.setAttribute("width", (span * cell).toFixed(2));
    const inside = taps.filter((tap) => tap.inside);
    path(".viz-grid-read", inside.map(({index}) => inputBar(index)).join(""));
    // Where the kernel lies over its own name, the name goes.
    const named = px(left) > 48 || px(left) + span * cell < 0;
    part(svg, ".viz-grid-kernel").setAttribute("visibility", named ? "visible" : "hidden");
    const gap = (rate - 1) * cell;
    path(
      ".viz-grid-holes",
      rate === 1
        ? ""
        : taps
            .slice(0, -1)
            .map(({index}) => `M${px(index + 1)},${at.kernel}h${gap}v${at.band}h${-gap}Z`)
            .join("")
    );
    const middle = at.kernel + at.band / 2;
    const r = Math.max(2.5, Math.min(7, cell * 0.5));
    const dot = (x: number) =>
      `M${x - r},${middle}a${r},${r} 0 1 0 ${2 * r},0a${r},${r} 0 1 0 ${-2 * r},0Z`;
    const center = (i: number) => px(i) + cell / 2;
    path("path.viz-tap", inside.map(({index}) => dot(center(index))).join(""));
    const outside = taps.filter((tap) => !tap.inside);
    path(".viz-hollow", outside.map(({index}) => dot(center(index))).join(""));
    // The kernel may reach past what is in view while one only points.
    const seen = (x: number) => x >= 0 && x <= width;
    const beyond = taps.map(({index}) => center(index)).filter((x) => !seen(x));
    const arrow = (x: number) =>
      x < 0 ? `M1,${middle}l7,-5v10Z` : `M${width - 1},${middle}l-7,-5v10Z`;
    path(".viz-grid-beyond", [...new Set(beyond.map(arrow))].join(""));
    const end = at.top - 6;
    path(
      ".viz-grid-ways",
      taps
        .map(
          ({index}) =>
            `M${center(index).toFixed(1)},${middle + r}L${center(focus).toFixed(1)},${end}`
        )
        .join("")
    );
    const y = oy(output[focus]);
    path(
      ".viz-grid-result",
      bar(focus, oy(0), Math.abs(y - oy(0)) < 1.5 ? oy(0) - 1.5 : y) +
        `M${center(focus)},${end + 5}l-4,-6h8Z`
    );
  }

  function describe(): void {
    const kernel = `a kernel of ${weights.length} taps, ${rate} apart`;
    const taps = value === null ? [] : rowTaps(value, signal.length, {weights, rate});
    const reads = taps.map(({index, inside}) => (inside ? String(index) : "padding"));
    svg.setAttribute(
      "aria-label",
      value === null
        ? `Row of ${signal.length} samples and ${kernel}. Left and right move over the outputs`
        : `Output ${value} of ${kernel}: reads ${reads.join(", ")}; value ${output[value].toFixed(3)}`
    );
  }

  function choose(next: number | null): void {
    if (next === value) return;
    value = next;
    paintFocus();
    describe();
    emitInput(svg);
  }

  function sampleAt({clientX}: MouseEvent): number {
    const box = svg.getBoundingClientRect();
    const i = from + Math.floor(((clientX - box.left) / box.width) * count);
    return Math.max(0, Math.min(signal.length - 1, i));
  }

  for (const type of ["pointermove", "pointerdown", "click"] as const)
    svg.addEventListener(type, (event) => choose(sampleAt(event as MouseEvent)));
  svg.addEventListener("pointerleave", () => choose(null));
  svg.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const step = event.shiftKey ? 10 : 1;
    const here = value ?? Math.round(from + count / 2);
    const to = {
      ArrowLeft: here - step,
      ArrowRight: here + step,
      Home: 0,
      End: signal.length - 1,
      Escape: null
    }[event.key];
    if (to === undefined) return;
    event.preventDefault();
    const next = to && Math.max(0, Math.min(signal.length - 1, to));
    lookAt(next);
    paintRow();
    if (next === value) paintFocus();
    choose(next);
  });

  const view = asView<SVGSVGElement, number | null>(svg, {
    get: () => value,
    set(next) {
      value = check(next);
      lookAt(value);
      paintRow();
      paintFocus();
      describe();
    }
  });
  Object.defineProperty(view, "window", {get: () => [from, from + count]});
  const grid = Object.assign(view as TapGrid, {
    update(next: {signal?: ArrayLike<number>; rate?: number; weights?: readonly number[]}) {
      const kernel = {weights: next.weights ?? weights, rate: next.rate ?? rate};
      output = convolveRow(next.signal ?? signal, kernel);
      span = kernelSpan(kernel.weights.length, kernel.rate);
      signal = next.signal ?? signal;
      ({weights, rate} = kernel);
      if (value !== null) value = Math.min(value, signal.length - 1);
      grid.value = value;
    }
  });
  grid.value = check(value);
  new ResizeObserver(([{contentRect}]) => {
    if (!(contentRect.width > 0) || contentRect.width === width) return;
    width = contentRect.width;
    at = layout(width);
    grid.value = value;
  }).observe(svg);
  return grid;
}
