import type {BoardReading} from "../model/crf/checkerboard.ts";
import {
  iterationsMarkup,
  iterationX,
  levelsMarkup,
  linearScale,
  linePath,
  type PlotFrame,
  type PlotScale
} from "./convergenceAxes.ts";
import {LAST, type BoardRuns} from "./convergenceData.ts";
import {nats, standingWords} from "./convergenceWords.ts";
import {part} from "./view.ts";

/** Below this width the two kinds lie one below the other. */
const NARROW = 640;
const GAP = 8;
const HEAD = 44;
const FOOT = 22;
/** The plot's height, and what lies over and under the lines for their names. */
const ENERGY = 160;
/** How many shades of belief are told apart. */
const SHADES = 50;
const kinds = [
  {name: "subtracted", title: "Self term subtracted"},
  {name: "kept", title: "Self term kept"}
] as const;

/** Two checkerboards, each with its last three iterations, and both their free energies. */
export interface BoardPlots {
  readonly element: SVGSVGElement;
  /** Takes other runs; {@link mark} then shows them. */
  update(runs: BoardRuns): void;
  mark(iteration: number): void;
  /** Where the plot lies in it. */
  frames(): readonly PlotFrame[];
}

/**
 * Returns the boards of *side* pixels a side: beliefs of two iterations before the one marked, of the
 * one before, and of itself, and below them how free energy has changed since iteration 0.
 */
export function boardPlots(side: number): BoardPlots {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  svg.setAttribute("class", "viz-conv-boards");
  svg.setAttribute("role", "img");
  let width = 0;
  let marked = 0;
  let runs: BoardRuns | null = null;
  let energy: {frame: PlotFrame; scale: PlotScale} | null = null;
  let levels = ""; // their markup

  /** Draws the boards' empty squares, and a place for the plot. */
  function layOut(): void {
    if (width === 0) return;
    const stacked = width < NARROW;
    const panel = stacked ? width : (width - 24) / 2;
    const cell = Math.min(15, Math.floor((panel - 2 * GAP - 4) / (3 * side)));
    const board = cell * side;
    const row = HEAD + board + FOOT;
    const boards = kinds.map(({name, title}, k) => {
      const [x, y] = stacked ? [1, k * (row + 10)] : [1 + k * (panel + 24), 0];
      const squares = [0, 1, 2].map((ago) => {
        const left = x + (2 - ago) * (board + GAP);
        const shades = Array.from(
          {length: SHADES + 1},
          (_, shade) => `<path fill-opacity="${shade / SHADES}"/>`
        );
        return (
          `<g data-ago="${ago}" transform="translate(${left},${y + HEAD}) scale(${cell})">${shades.join("")}</g>` +
          `<rect class="viz-conv-edge${ago === 0 ? " viz-conv-now" : ""}" x="${left}" y="${y + HEAD}" width="${board}" height="${board}"/>` +
          `<text class="viz-conv-tick" data-ago="${ago}" text-anchor="middle" x="${left + board / 2}" y="${y + HEAD + board + 16}"></text>`
        );
      });
      return (
        `<g data-kind="${name}"><text class="viz-conv-title" x="${x}" y="${y + 12}">${title}</text>` +
        `<text class="viz-conv-standing" x="${x}" y="${y + 31}"></text>${squares.join("")}</g>`
      );
    });
    const top = (stacked ? 2 * row + 10 : row) + 34;
    const height = top + ENERGY + 24;
    svg.setAttribute("viewBox", `0 0 ${width} ${height}`);
    svg.setAttribute("height", String(height));
    const lines = kinds.map(
      ({name}) =>
        `<path class="viz-conv-line" data-kind="${name}"/><circle class="viz-conv-dot" data-kind="${name}" r="4"/>`
    );
    const frame = {left: 48, right: width - 12, top: top + 8, bottom: top + ENERGY};
    const {top: over, bottom: under} = frame;
    const right = frame.right - 8;
    // What is behind a name is its ground: the level lines end there.
    const grounds = kinds.map(
      ({name}) =>
        `<rect class="viz-conv-ground" data-kind="${name}" x="${right - 128}" y="-11" width="130" height="15"/>`
    );
    const names = kinds.map(
      ({name, title}) =>
        `<text class="viz-conv-name" data-kind="${name}" text-anchor="end" x="${right}">${title.toLowerCase()}</text>`
    );
    svg.innerHTML =
      `${boards.join("")}<g class="viz-conv-levels"></g>${iterationsMarkup(frame)}` +
      `<text class="viz-conv-title" x="1" y="${over - 18}">Free energy since iteration 0, nats</text>` +
      `${grounds.join("")}<path class="viz-conv-marker" d="M0,${over - 4}V${under}"/>` +
      `${lines.join("")}${names.join("")}`;
    levels = "";
    energy = {frame, scale: linearScale([0], frame, String)};
    draw();
    mark(marked);
  }

  /** Draws the plot. */
  function draw(): void {
    if (runs === null || energy === null) return;
    const {frame} = energy;
    const [subtracted, kept] = [since(runs.subtracted), since(runs.kept)];
    const scale = linearScale([0, ...subtracted, ...kept], frame, nats);
    energy = {frame, scale};
    const names = nameHeights([subtracted, kept].map((values) => values.slice(-5).map(scale)));
    // A move that leaves the levels as they are leaves their texts alone: they are slow to lay out.
    const markup = levelsMarkup(frame, scale.ticks);
    if (markup !== levels) part(svg, ".viz-conv-levels").innerHTML = levels = markup;
    for (const [k, values] of [subtracted, kept].entries()) {
      const of = (what: string) => part(svg, `.viz-conv-${what}[data-kind=${kinds[k].name}]`);
      of("line").setAttribute("d", linePath(values, frame, scale));
      for (const what of ["name", "ground"])
        of(what).setAttribute("transform", `translate(0,${names[k].toFixed(1)})`);
    }
  }

  function mark(iteration: number): void {
    marked = iteration;
    if (runs === null || energy === null) return;
    const {frame, scale} = energy;
    const x = iterationX(frame, iteration).toFixed(1);
    part(svg, ".viz-conv-marker").setAttribute("transform", `translate(${x},0)`);
    for (const {name} of kinds) {
      const run = runs[name];
      const panel = part(svg, `g[data-kind=${name}]`);
      write(part(panel, ".viz-conv-standing"), standingWords(run, iteration));
      for (const ago of [0, 1, 2]) {
        const at = iteration - ago;
        write(part(panel, `text[data-ago="${ago}"]`), at < 0 ? "" : String(at));
        fill(part<SVGGElement>(panel, `g[data-ago="${ago}"]`), run[at], side);
      }
      const y = scale(since(run)[iteration]).toFixed(1);
      part(svg, `circle[data-kind=${name}]`).setAttribute("transform", `translate(${x},${y})`);
    }
  }

  new ResizeObserver(([{contentRect}]) => {
    if (!(contentRect.width > 0) || contentRect.width === width) return;
    width = contentRect.width;
    layOut();
  }).observe(svg);

  return {
    element: svg,
    update(next) {
      runs = next;
      draw();
    },
    mark,
    frames: () => (energy === null ? [] : [energy.frame])
  };
}

/**
 * Returns the base lines of two lines' names, of whose ends the heights are given: above each, but
 * the lower line's name below it where there is no room between them.
 */
function nameHeights(ends: readonly (readonly number[])[]): number[] {
  const tops = ends.map((heights) => Math.min(...heights));
  const bottoms = ends.map((heights) => Math.max(...heights));
  const lower = tops[0] > tops[1] ? 0 : 1;
  const room = tops[lower] - bottoms[1 - lower] > 24;
  return tops.map((top, k) => (k === lower && !room ? bottoms[k] + 17 : top - 8));
}

/** Free energy less that of iteration 0. */
const since = (run: readonly BoardReading[]) =>
  run.slice(0, LAST + 1).map(({freeEnergy}) => freeEnergy - run[0].freeEnergy);

function write(element: Element, text: string): void {
  if (element.textContent !== text) element.textContent = text;
}

/** Draws the squares of a board, one path for all of a shade; none where there is no such iteration. */
function fill(board: SVGGElement, reading: BoardReading | undefined, side: number): void {
  const shades = Array.from(board.children, () => "");
  for (let i = 0; reading !== undefined && i < reading.dark.length; i++)
    shades[Math.round(SHADES * reading.dark[i])] += `M${i % side},${Math.floor(i / side)}h1v1h-1z`;
  shades.forEach((d, shade) => {
    const path = board.children[shade];
    if ((path.getAttribute("d") ?? "") !== d) path.setAttribute("d", d);
  });
}
