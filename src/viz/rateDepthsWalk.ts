import {afterPaint} from "./afterPaint.ts";
import type {DepthLines, DepthPoint} from "./rateDepthsChart.ts";
import {walkDepths, type DepthCounts, type RateDepthsValue} from "./rateDepthsData.ts";

/** Counts at each of *depths* in turn, telling each; resolves at the end, or once *signal* aborts. */
export type Walk = (
  this: void,
  value: RateDepthsValue,
  depths: readonly number[],
  tell: (point: DepthPoint) => void,
  signal: AbortSignal
) => Promise<void>;

const START = "Walk it through all distances";

/**
 * Makes *button* walk the thing through all depths, or stop it, and draws what was counted with
 * *lines*. What went wrong is told to **say**.
 */
export function depthWalk(
  button: HTMLButtonElement,
  lines: DepthLines,
  {
    walk,
    say,
    wordsOf,
    value,
    range
  }: {
    walk: Walk;
    say: (words: string) => void;
    wordsOf: (counts: DepthCounts, of: RateDepthsValue) => string;
    value: () => RateDepthsValue;
    range: () => readonly [near: number, far: number];
  }
): {readonly points: readonly DepthPoint[]; forget(): void; close(): void} {
  let points: DepthPoint[] = [];
  let walking: AbortController | null = null;

  const tell = afterPaint(() => {
    lines.show(points, range());
    const told = points.map(({depth, counts}) => wordsOf(counts, {...value(), depth}));
    const words = told.length === 0 ? "Not walked yet." : told.join(" ");
    lines.element.ariaLabel = `Points lost without each branch, over distance. ${words}`;
  });

  function forget(): void {
    walking?.abort();
    walking = null;
    points = [];
    button.textContent = START;
    tell();
  }

  async function start(): Promise<void> {
    const mine = (walking = new AbortController());
    const {signal} = mine;
    const depths = walkDepths(range());
    const progress = () => (button.textContent = `Stop (${points.length} of ${depths.length})`);
    const add = (point: DepthPoint) => {
      if (signal.aborted) return;
      points.push(point);
      progress();
      tell();
    };
    progress();
    try {
      await walk(value(), depths, add, signal);
    } catch (error) {
      const {message} = error as Error;
      if (!signal.aborted) say(`The walk ended: ${message}. Reload the page to try again.`);
    }
    if (walking !== mine) return;
    walking = null;
    button.textContent = START;
  }

  button.addEventListener("click", () => {
    const stop = walking !== null;
    forget();
    if (!stop) void start();
  });
  tell();
  return {
    get points() {
      return points;
    },
    forget,
    close: () => walking?.abort()
  };
}
