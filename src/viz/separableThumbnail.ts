import {asView, emitInput, keepControlEvents, part, uniqueId, type View} from "./view.ts";

export interface SeparableThumbnailOptions {
  /** How many filters. Default 6. */
  filters?: number;
  /** The most filters offered. Default 8. */
  most?: number;
}

/** The kernels' size, and the channels they read. */
const [SIZE, CHANNELS] = [3, 4];
/** Pixels of a weight, of the space between kernels, and of that between the two forms. */
const [UNIT, GAP, APART, EDGE] = [7, 5, 20, 4];
const LANE = SIZE * UNIT + GAP;

/**
 * Returns a small figure of the weights of a convolution in one step and in two: each square is a
 * weight, each row a channel. Its **value** is the number of filters; moving the slider sets it and
 * emits *input*.
 *
 * ```js
 * const filters = view(separableThumbnail(weightCount));
 * ```
 *
 * *weightCount* returns how many weights there are in filters over channels that are dealt out into
 * groups. Throws a RangeError if **filters** is not a whole number from 1 to **most**.
 */
export function separableThumbnail(
  weightCount: (
    layer: {size: number; channels: number; filters: number},
    groups?: number
  ) => number,
  {filters = 6, most = 8}: SeparableThumbnailOptions = {}
): View<HTMLElement, number> {
  const id = uniqueId("thumbnail");
  const root = document.createElement("figure");
  root.className = "viz-thumbnail viz-separable-thumbnail";
  const wide =
    2 * EDGE + most * (SIZE * UNIT + GAP) + APART + SIZE * UNIT + GAP + most * (UNIT + GAP);
  const high = 2 * EDGE + CHANNELS * LANE - GAP;
  root.innerHTML = `<svg viewBox="0 0 ${wide} ${high}" role="img">
      <path class="block"/><path class="tap"/></svg>
    <label class="viz-thumbnail-growth" for="${id}"><span>Filters <output></output></span>
      <input id="${id}" type="range" min="1" max="${most}" step="1"></label>
    <figcaption></figcaption>`;
  keepControlEvents(root);
  const range = part<HTMLInputElement>(root, "input");
  const svg = part<SVGSVGElement>(root, "svg");
  let value = check(filters);
  let [weights, blocks] = ["", ""];

  function check(next: number): number {
    if (!(Number.isInteger(next) && next >= 1 && next <= most))
      throw new RangeError(`invalid filters: ${next} (a whole number from 1 to ${most})`);
    return next;
  }

  const rectangle = (x: number, y: number, width: number, height: number) =>
    `M${x},${y}h${width}v${height}h${-width}z`;

  /** A filter's weights in one channel: *side* × *side* squares. */
  function squares(x: number, y: number, side: number): string {
    return Array.from({length: side * side}, (_, i) =>
      rectangle(x + (i % side) * UNIT, y + Math.floor(i / side) * UNIT, UNIT - 1, UNIT - 1)
    ).join("");
  }

  /** A filter that is so many channels deep, from a lane on: its squares, and the block about them. */
  function filter(x: number, lane: number, side: number, deep: number): void {
    const inset = ((SIZE - side) / 2) * UNIT;
    const top = EDGE + lane * LANE + inset;
    for (let c = 0; c < deep; ++c) weights += squares(x, top + c * LANE, side);
    blocks += rectangle(x - 2, top - 2, side * UNIT + 3, (deep - 1) * LANE + side * UNIT + 3);
  }

  function refresh(): void {
    [weights, blocks] = ["", ""];
    const flat = EDGE + most * (SIZE * UNIT + GAP) + APART;
    // Against the other form, so that the space between the two stays.
    for (let n = 0; n < value; ++n)
      filter(EDGE + (most - 1 - n) * (SIZE * UNIT + GAP), 0, SIZE, CHANNELS);
    for (let lane = 0; lane < CHANNELS; ++lane) filter(flat, lane, SIZE, 1);
    for (let n = 0; n < value; ++n)
      filter(flat + SIZE * UNIT + 2 * GAP + n * (UNIT + GAP), 0, 1, CHANNELS);
    part(root, ".block").setAttribute("d", blocks);
    part(root, ".tap").setAttribute("d", weights);
    tell();
  }

  function tell(): void {
    const named = `${value} ${value === 1 ? "filter" : "filters"}`;
    const dear = weightCount({size: SIZE, channels: CHANNELS, filters: value});
    const first = weightCount({size: SIZE, channels: CHANNELS, filters: CHANNELS}, CHANNELS);
    const second = weightCount({size: 1, channels: CHANNELS, filters: value});
    const sentence =
      `In one step, ${named} of ${SIZE}×${SIZE}×${CHANNELS} ${value === 1 ? "has" : "have"} ` +
      `${dear} weights. In two steps: ${first} + ${second} = ${first + second}.`;
    range.valueAsNumber = value;
    range.setAttribute("aria-valuetext", named);
    part(root, "output").textContent = String(value);
    part(root, "figcaption").textContent = sentence;
    svg.setAttribute("aria-label", sentence);
  }

  range.addEventListener("input", () => {
    if (range.valueAsNumber === value) return;
    value = range.valueAsNumber;
    refresh();
    emitInput(root);
  });
  refresh();
  return asView<HTMLElement, number>(root, {
    get: () => value,
    set(next) {
      value = check(next);
      refresh();
    }
  });
}
