import {line, scaleLinear, scaleLog} from "d3";
import {LAST} from "./convergenceData.ts";

/** A plot's place in an SVG: what is inside its axes. */
export interface PlotFrame {
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
}

/** A vertical scale, and its ticks in words. */
export interface PlotScale {
  (value: number): number;
  readonly ticks: readonly {readonly at: number; readonly label: string}[];
}

/** Returns where an iteration lies. */
export const iterationX = ({left, right}: PlotFrame, iteration: number) =>
  left + ((right - left) * iteration) / LAST;

/** Returns the iteration at a point of a plot, or null outside it. */
export function iterationAt(
  {left, right, top, bottom}: PlotFrame,
  {x, y}: {x: number; y: number}
): number | null {
  const room = 12; // for a finger, at the first and at the last
  if (x < left - room || x > right + room || y < top - room || y > bottom + room) return null;
  return Math.max(0, Math.min(LAST, Math.round((LAST * (x - left)) / (right - left))));
}

/**
 * Lets the pointer choose an iteration: pressed on a plot of *svg*, of those that *framesOf* returns, it
 * is followed until it is let go.
 */
export function scrubbing(
  svg: SVGSVGElement,
  framesOf: () => readonly PlotFrame[],
  choose: (iteration: number) => void
): void {
  let held: PlotFrame | null = null;
  const point = ({clientX, clientY}: PointerEvent) => {
    const {left, top} = svg.getBoundingClientRect();
    return {x: clientX - left, y: clientY - top};
  };
  svg.addEventListener("pointerdown", (event) => {
    if (event.button !== 0) return;
    held = framesOf().find((frame) => iterationAt(frame, point(event)) !== null) ?? null;
    if (held === null) return;
    svg.setPointerCapture(event.pointerId);
    choose(iterationAt(held, point(event))!);
  });
  svg.addEventListener("pointermove", (event) => {
    if (held === null) return;
    const {left, right, top} = held;
    const x = Math.max(left, Math.min(right, point(event).x));
    choose(iterationAt(held, {x, y: top})!);
  });
  for (const type of ["pointerup", "pointercancel"])
    svg.addEventListener(type, () => (held = null));
}

/** Returns a linear scale of *values*, and of what is to be on it beside them. */
export function linearScale(
  values: readonly number[],
  {top, bottom}: PlotFrame,
  label: (value: number) => string
): PlotScale {
  const [low, high] = [Math.min(...values), Math.max(...values)];
  // Where all is one value, that is near the middle.
  const room = high > low ? 0 : Math.max(Math.abs(low) * 0.1, 1e-6);
  const y = scaleLinear([low - room, high + room], [bottom, top]).nice(4);
  const ticks = y.ticks(4).map((value) => ({at: y(value), label: label(value)}));
  return Object.assign((value: number) => y(value), {ticks});
}

/**
 * Returns a logarithmic scale of *values*, in whole decades. Zeros lie at its foot, a decade below
 * all else.
 */
export function logScale(
  values: readonly number[],
  {top, bottom}: PlotFrame,
  label: (value: number) => string
): PlotScale {
  const positive = values.filter((value) => value > 0);
  const zeros = positive.length < values.length;
  const high = Math.ceil(Math.log10(Math.max(...positive, 1e-6)));
  const least = Math.floor(Math.log10(Math.min(...positive, 10 ** (high - 1))));
  const low = Math.min(least, high - 1) - (zeros ? 1 : 0);
  const y = scaleLog([10 ** low, 10 ** high], [bottom, top]);
  const apart = Math.ceil((high - low) / 4);
  const ticks = [];
  for (let power = high; power > low || (!zeros && power === low); power -= apart)
    ticks.push({at: y(10 ** power), label: label(10 ** power)});
  if (zeros) ticks.push({at: bottom, label: label(0)});
  return Object.assign((value: number) => (value > 0 ? y(value) : bottom), {ticks});
}

/** Returns a plot's axes as markup: level lines with their labels, and iterations below. */
export function axesMarkup(frame: PlotFrame, ticks: PlotScale["ticks"]): string {
  return levelsMarkup(frame, ticks) + iterationsMarkup(frame);
}

/** Returns level lines with their labels. */
export function levelsMarkup({left, right}: PlotFrame, ticks: PlotScale["ticks"]): string {
  const levels = ticks.map(
    ({at, label}) =>
      `<path class="viz-conv-level" d="M${left},${at.toFixed(1)}H${right}"/>` +
      `<text class="viz-conv-tick" text-anchor="end" x="${left - 5}" y="${(at + 4).toFixed(1)}">${label}</text>`
  );
  return levels.join("");
}

/** Returns the axis of iterations. */
export function iterationsMarkup(frame: PlotFrame): string {
  const {left, right, bottom} = frame;
  const iterations = [0, 5, 10, 15, 20].map((i) => {
    const x = iterationX(frame, i).toFixed(1);
    const said = i % 10 === 0;
    const words = i === 10 ? "iteration 10" : String(i);
    return (
      `<path class="viz-conv-axis" d="M${x},${bottom}v${said ? 5 : 3}"/>` +
      (said
        ? `<text class="viz-conv-tick" text-anchor="middle" x="${x}" y="${bottom + 17}">${words}</text>`
        : "")
    );
  });
  return `<path class="viz-conv-axis" d="M${left},${bottom}H${right}"/>${iterations.join("")}`;
}

/** Returns the path through *values* by iteration; null is where there is none. */
export function linePath(
  values: readonly (number | null)[],
  frame: PlotFrame,
  scale: PlotScale
): string {
  const path = line<number | null>()
    .defined((value) => value !== null)
    .x((_, i) => iterationX(frame, i))
    .y((value) => scale(value!))
    .digits(1);
  return path(values) ?? "";
}
