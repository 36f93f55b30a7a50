import {lossesOf, type DepthCounts} from "./rateDepthsData.ts";
import {pointsText} from "./rateDepthsWords.ts";
import {part} from "./view.ts";

/** The plot's size and its margins, in units. */
const [WIDTH, HEIGHT, LEFT, RIGHT, TOP, BOTTOM] = [540, 260, 44, 10, 10, 36];
/** The least and most points that the figure has room for. */
const [LOW, HIGH] = [-100, 100];
const MARKS = [-100, -50, 0, 50, 100];

const shareAt = (points: number) => (points - LOW) / (HIGH - LOW);

/** Five bars: what muting each branch takes. */
export interface LossBars {
  readonly element: HTMLElement;
  /** Shows *counts* under the branches' names; null of counts not known yet leaves them empty. */
  show(titles: readonly string[], counts: DepthCounts | null): void;
}

/** Returns the bars of what muting each branch takes of a thing's pixels, in points. */
export function lossBars(): LossBars {
  const element = document.createElement("div");
  element.className = "viz-depths-bars";
  element.innerHTML = `<p><strong>Points lost without a branch</strong></p><ul>${`
    <li><span class="viz-depths-name"></span><span class="viz-depths-track"><i></i></span>
      <span class="viz-depths-points"></span></li>`.repeat(5)}</ul>
    <p class="viz-depths-ends"><span>← more right</span><span>fewer right →</span></p>`;
  const rows = [...element.querySelectorAll("li")];
  return {
    element,
    show(titles, counts) {
      const losses = counts && lossesOf(counts);
      rows.forEach((row, i) => {
        const points = losses?.[i] ?? null;
        const bar = part(row, "i");
        const [from, to] = [0, points ?? 0].map((at) => 100 * shareAt(at)).sort((a, b) => a - b);
        bar.style.left = `${from}%`;
        bar.style.width = `${to - from}%`;
        const words = points === null ? "–" : pointsText(points);
        const number = part(row, ".viz-depths-points");
        if (number.textContent !== words) number.textContent = words;
        const name = part(row, ".viz-depths-name");
        if (name.textContent !== titles[i]) name.textContent = titles[i];
      });
    }
  };
}

/** A point of the walk: what was counted at a depth in meters. */
export interface DepthPoint {
  readonly depth: number;
  readonly counts: DepthCounts;
}

/** Five lines over distance, one a branch, and the share that is right with all of them. */
export interface DepthLines {
  readonly element: SVGSVGElement;
  /** Shows the walk so far, over depths of *range*. */
  show(points: readonly DepthPoint[], range: readonly [near: number, far: number]): void;
  /** Marks the depth at which the thing stands. */
  mark(depth: number, range: readonly [near: number, far: number]): void;
}

/** Returns a plot of what muting each branch takes, over distance. */
export function depthLines(): DepthLines {
  const host = document.createElement("div");
  const y = (points: number) => HEIGHT - BOTTOM - shareAt(points) * (HEIGHT - TOP - BOTTOM);
  const x = (depth: number, [near, far]: readonly [number, number]) =>
    LEFT + (Math.log(depth / near) / Math.log(far / near)) * (WIDTH - LEFT - RIGHT);
  host.innerHTML = `<svg class="viz-depths-plot" viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img">
    ${MARKS.map(
      (at) => `<path class="viz-depths-grid" d="M${LEFT} ${y(at)}H${WIDTH - RIGHT}"></path>
      <text x="${LEFT - 6}" y="${y(at) + 4}" text-anchor="end">${pointsText(at)}</text>`
    ).join("")}
    <path class="viz-depths-zero" d="M${LEFT} ${y(0)}H${WIDTH - RIGHT}"></path>
    <g class="viz-depths-ticks"></g>
    <text x="${(WIDTH + LEFT) / 2}" y="${HEIGHT - 3}" text-anchor="middle">meters from the camera</text>
    <path class="viz-depths-here"></path><path class="viz-depths-recall"></path>
    ${[0, 1, 2, 3, 4].map((i) => `<path class="viz-depths-line" data-branch="${i}"></path>`).join("")}
    </svg>`;
  const element = part<SVGSVGElement>(host, "svg");
  const lines = [...element.querySelectorAll(".viz-depths-line")];
  let ticked = "";

  function tick(range: readonly [near: number, far: number]): void {
    if (ticked === range.join()) return;
    ticked = range.join();
    const [near, far] = range;
    const between = [6, 10, 16, 25, 40].filter((at) => at > near * 1.2 && at < far / 1.2);
    part<SVGGElement>(element, ".viz-depths-ticks").innerHTML = [near, ...between, far]
      .map((at) => {
        const anchor = at === far ? "end" : "middle";
        return `<text x="${x(at, range)}" y="${HEIGHT - BOTTOM + 15}" text-anchor="${anchor}">${at}</text>`;
      })
      .join("");
  }

  /** A path through the depths at which the thing is to be seen, broken where it is not. */
  function path(
    points: readonly DepthPoint[],
    range: readonly [number, number],
    of: (counts: DepthCounts) => number | null
  ): string {
    let pen = "M";
    let d = "";
    for (const {depth, counts} of points) {
      const value = of(counts);
      if (value !== null) d += `${pen}${x(depth, range).toFixed(1)} ${y(value).toFixed(1)}h0`;
      pen = value === null ? "M" : "L";
    }
    return d;
  }

  return {
    element,
    show(points, range) {
      tick(range);
      lines.forEach((line, i) =>
        line.setAttribute(
          "d",
          path(points, range, (counts) => lossesOf(counts)?.[i] ?? null)
        )
      );
      const recall = ({pixels, kept}: DepthCounts) => (pixels === 0 ? null : (100 * kept) / pixels);
      part<SVGElement>(element, ".viz-depths-recall").setAttribute(
        "d",
        path(points, range, recall)
      );
    },
    mark(depth, range) {
      tick(range);
      const at = x(depth, range).toFixed(1);
      part<SVGElement>(element, ".viz-depths-here").setAttribute(
        "d",
        `M${at} ${TOP}V${HEIGHT - BOTTOM}`
      );
    }
  };
}
