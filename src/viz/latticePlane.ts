import type {LatticeEdge, LatticeSteps} from "../model/crf/latticeSteps.ts";
import {letterOf, plane, type LatticeStepsValue} from "./latticeData.ts";
import {drawLattice, type LatticeMark} from "./latticeDrawing.ts";
import {pointSentence} from "./latticeWords.ts";
import {part, uniqueId} from "./view.ts";

/** What the plane shows. */
export interface PlaneState {
  readonly value: LatticeStepsValue;
  readonly steps: LatticeSteps;
  readonly edges: readonly LatticeEdge[];
}

export interface LatticePlane {
  readonly element: HTMLElement;
  readonly svg: SVGSVGElement;
  update(state: PlaneState): void;
  /** Puts the focus on a point. */
  focus(point: number): void;
}

export interface LatticePlaneOptions {
  /** A point was dragged, or moved by key, to a legal place. */
  move(this: void, point: number, x: number, y: number): void;
  /** A point was chosen. */
  choose(this: void, point: number): void;
  /** What is pointed at, or has the focus; null for nothing. */
  mark(this: void, mark: LatticeMark | null): void;
  /** Words that describe the whole. */
  describedBy: string;
}

/** Pixels from a vertex within which it is pointed at. */
const NEAR = 26;
const keys: Record<string, readonly [x: number, y: number]> = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, -1],
  ArrowDown: [0, 1]
};

/**
 * Returns the plane with its lattice, on which points are dragged, or moved by arrow keys (with
 * Shift, five units at once), and vertices are pointed at, or gone to by arrow keys.
 */
export function latticePlane({move, choose, mark, describedBy}: LatticePlaneOptions): LatticePlane {
  const id = uniqueId("lattice-plane");
  const element = document.createElement("div");
  element.className = "viz-lattice-plane";
  element.style.aspectRatio = `${plane.width} / ${plane.height}`;
  element.innerHTML = `
    <svg role="img" aria-labelledby="${id}" aria-describedby="${describedBy}"></svg>
    <span class="viz-hidden" id="${id}">Points in a plane, and the triangles of the lattice</span>
    <div class="viz-lattice-vertices" tabindex="0" role="application"
      aria-label="Vertices: arrow keys go from one to the next"></div>`;
  const svg = part<SVGSVGElement>(element, "svg");
  const layer = part(element, ".viz-lattice-vertices");
  const buttons: HTMLButtonElement[] = [];
  let state: PlaneState | null = null;
  let marked: LatticeMark | null = null;
  let width = 0;
  let frame = 0;

  function draw(): void {
    frame = 0;
    if (state && width > 0) drawLattice(svg, state, {width, marked});
  }

  /** Once a frame: a pointer moves more often. */
  function drawSoon(): void {
    frame ||= requestAnimationFrame(draw);
  }

  function setMark(next: LatticeMark | null): void {
    if (next?.kind === marked?.kind && next?.index === marked?.index) return;
    marked = next;
    mark(marked);
    drawSoon();
  }

  /** Where an event is, in units of the plane. */
  function placeOf({clientX, clientY}: PointerEvent): {x: number; y: number} {
    const {left, top, width: across, height} = element.getBoundingClientRect();
    return {
      x: ((clientX - left) / across) * plane.width,
      y: ((clientY - top) / height) * plane.height
    };
  }

  const within = (at: number, most: number) => Math.max(0, Math.min(most, Math.round(at)));

  function moveTo(point: number, x: number, y: number): void {
    if (!state) return;
    const [to, down] = [within(x, plane.width), within(y, plane.height)];
    const {x: oldX, y: oldY} = state.value.points[point];
    if (to !== oldX || down !== oldY) move(point, to, down);
  }

  function pointButton(index: number): HTMLButtonElement {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "viz-lattice-point";
    let held: {x: number; y: number} | null = null;
    button.addEventListener("pointerdown", (event) => {
      if (event.button !== 0 || !state) return;
      const {x, y} = placeOf(event);
      // It keeps its distance from the pointer: it does not jump to it.
      held = {x: state.value.points[index].x - x, y: state.value.points[index].y - y};
      button.setPointerCapture(event.pointerId);
      button.focus(); // not every browser does
      button.classList.add("viz-dragging");
    });
    button.addEventListener("pointermove", (event) => {
      if (!held) return;
      const {x, y} = placeOf(event);
      moveTo(index, x + held.x, y + held.y);
    });
    for (const type of ["pointerup", "pointercancel"])
      button.addEventListener(type, () => {
        held = null;
        button.classList.remove("viz-dragging");
      });
    button.addEventListener("keydown", (event) => {
      if (!(event.key in keys) || !state) return;
      event.preventDefault();
      const [across, down] = keys[event.key];
      const far = event.shiftKey ? 5 : 1;
      const {x, y} = state.value.points[index];
      moveTo(index, x + far * across, y + far * down);
    });
    button.addEventListener("focus", () => {
      choose(index);
      setMark({kind: "point", index});
    });
    button.addEventListener("blur", () => setMark(null));
    button.addEventListener("pointerenter", () => setMark({kind: "point", index}));
    button.addEventListener("pointerleave", () => {
      if (document.activeElement !== button) setMark(null);
    });
    return button;
  }

  function nearestVertex(x: number, y: number): {index: number; far: number} {
    let best = {index: -1, far: Infinity};
    state?.steps.vertices.forEach((vertex, index) => {
      const far = Math.hypot(vertex.x - x, vertex.y - y);
      if (far < best.far) best = {index, far};
    });
    return best;
  }

  function pointAtVertex(event: PointerEvent): void {
    const {x, y} = placeOf(event);
    const {index, far} = nearestVertex(x, y);
    setMark((far * width) / plane.width <= NEAR ? {kind: "vertex", index} : null);
  }

  layer.addEventListener("pointermove", pointAtVertex);
  layer.addEventListener("pointerdown", pointAtVertex);
  layer.addEventListener("pointerleave", () => setMark(null));
  layer.addEventListener("focus", () => {
    if (marked?.kind === "vertex" || !layer.matches(":focus-visible")) return;
    const {index} = nearestVertex(plane.width / 2, plane.height / 2);
    setMark({kind: "vertex", index});
  });
  layer.addEventListener("blur", () => setMark(null));
  layer.addEventListener("keydown", (event) => {
    if (event.key === "Escape") return setMark(null);
    if (!(event.key in keys) || !state) return;
    event.preventDefault();
    const {vertices} = state.steps;
    if (marked?.kind !== "vertex") {
      const {index} = nearestVertex(plane.width / 2, plane.height / 2);
      return setMark({kind: "vertex", index});
    }
    const from = vertices[marked.index];
    const [across, down] = keys[event.key];
    let best = {index: marked.index, cost: Infinity};
    vertices.forEach(({x, y}, index) => {
      const ahead = (x - from.x) * across + (y - from.y) * down;
      const aside = Math.abs((x - from.x) * down) + Math.abs((y - from.y) * across);
      const cost = ahead + 2 * aside;
      if (ahead > 0.01 && cost < best.cost) best = {index, cost};
    });
    setMark({kind: "vertex", index: best.index});
  });

  new ResizeObserver(([{contentRect}]) => {
    if (!(contentRect.width > 0) || contentRect.width === width) return;
    width = contentRect.width;
    draw();
  }).observe(element);

  return {
    element,
    svg,
    update(next) {
      // Vertices come and go with points: what was marked may be another now.
      if (marked?.kind === "vertex" && next.steps.vertices.length !== state?.steps.vertices.length)
        setMark(null);
      state = next;
      const {points} = next.value;
      while (buttons.length > points.length) buttons.pop()?.remove();
      while (buttons.length < points.length) {
        const button = pointButton(buttons.length);
        buttons.push(button);
        element.append(button);
      }
      points.forEach(({x, y}, i) => {
        buttons[i].style.left = `${(100 * x) / plane.width}%`;
        buttons[i].style.top = `${(100 * y) / plane.height}%`;
        buttons[i].setAttribute(
          "aria-label",
          `Point ${letterOf(i)} at ${x}, ${y}. ${pointSentence(i, next.value, next.steps)}`
        );
      });
      drawSoon();
    },
    focus: (point) => buttons[point]?.focus()
  };
}
