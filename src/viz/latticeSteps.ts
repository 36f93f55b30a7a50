import type {LatticeEdge, LatticeSteps} from "../model/crf/latticeSteps.ts";
import {afterPaint} from "./afterPaint.ts";
import {filterPanel} from "./filterPanel.ts";
import {icons} from "./icons.ts";
import {integerField} from "./integerField.ts";
import {
  checkLatticeSteps,
  deviations,
  freePlace,
  lastStep,
  letterOf,
  mostPoints,
  mostValue,
  plane,
  type LatticeStepsOptions,
  type LatticeStepsValue
} from "./latticeData.ts";
import type {LatticeMark} from "./latticeDrawing.ts";
import {latticePlane} from "./latticePlane.ts";
import {latticeTable} from "./latticeTable.ts";
import {
  latticeSentences,
  offWords,
  pointSentence,
  stepNames,
  stepSentence,
  vertexSentence,
  worstPoint
} from "./latticeWords.ts";
import {saveAs, svgBlob} from "./saveAs.ts";
import {steadyHeight} from "./steadyHeight.ts";
import {task} from "./task.ts";
import {transport} from "./transport.ts";
import {asView, emitInput, keepControlEvents, part, uniqueId, type View} from "./view.ts";

export interface LatticeStepsView extends View<HTMLElement, LatticeStepsValue> {
  /** Asks for the facts of the picture, which may be another now; what was measured is dropped. */
  renew(): void;
  /** Gives up what is being measured. */
  close(): void;
}

/** What the figure starts from: one point speaks, the others hear it from near and far. */
const start: LatticeStepsValue = {
  step: 1,
  points: [
    {x: 47, y: 34, value: 1},
    {x: 66, y: 28, value: 0},
    {x: 58, y: 54, value: 0},
    {x: 30, y: 52, value: 0},
    {x: 90, y: 44, value: 0},
    {x: 28, y: 20, value: 0}
  ],
  deviation: 24,
  sxy: 67,
  srgb: 3
};

/** What a reading must fall short by for the task, as a share of the exact sum. */
const SHORT = 0.35;

/**
 * Returns a figure of how a permutohedral lattice filters points without looking at their pairs: in
 * a plane, step by step, with points to drag; and below, by the clock, the exact sum against the
 * lattice on a picture. Its **value** is the step, the points and the settings; a change by the
 * reader emits *input*.
 *
 * ```js
 * const lattice = view(latticeSteps({steps: latticeSteps, edges: latticeEdges, ask, device}));
 * ```
 *
 * *ask* is not called before {@link LatticeStepsView.renew}, or before the reader measures. Throws a
 * RangeError if the value, given or assigned, is not legal.
 */
export function latticeSteps({
  steps: stepsOf,
  edges: edgesOf,
  ask,
  width = 257,
  height = 193,
  device,
  initial: given = {},
  save = saveAs
}: LatticeStepsOptions): LatticeStepsView {
  const initial = checkLatticeSteps({...start, ...given});
  const id = uniqueId("lattice");
  const root = document.createElement("figure");
  root.className = "viz viz-lattice";
  root.innerHTML = `
    <div class="viz-lattice-body">
      <div class="viz-lattice-picture"></div>
      <div class="viz-lattice-side">
        <div class="viz-lattice-says"></div>
        <div class="viz-toolbar">
          <button type="button" data-do="add">Add a point</button>
          <button type="button" data-do="remove"></button>
        </div>
        <p class="viz-says" data-says="points" aria-live="polite"></p>
      </div>
    </div>
    <div class="viz-toolbar">
      <button type="button" data-do="reset">Reset</button>
      <button type="button" data-do="save" aria-label="Save the lattice as SVG">${icons.save}SVG</button>
    </div>
    <figcaption><p id="${id}-lattice"></p></figcaption>`;
  keepControlEvents(root);
  const button = (name: string) => part<HTMLButtonElement>(root, `[data-do=${name}]`);
  let value = initial;
  let chosen = 0;
  let marked: LatticeMark | null = null;
  let steps: LatticeSteps = stepsOf(value.points, value.deviation);
  let edges: LatticeEdge[] = [];
  let edgesAt = NaN;

  const drawn = latticePlane({
    describedBy: `${id}-lattice`,
    move: (i, x, y) =>
      set({points: value.points.map((point, k) => (k === i ? {...point, x, y} : point))}),
    choose(point) {
      if (point === chosen) return;
      chosen = point;
      showTable();
    },
    mark(next) {
      marked = next;
      showReadout();
    }
  });
  const table = latticeTable((point) => {
    chosen = point;
    showTable();
  });
  const bar = transport({
    last: lastStep,
    step: value.step,
    interval: 1600,
    name: (step) => stepNames[step]
  });
  const deviation = integerField(
    "Deviation of the Gaussian, in units of the plane",
    value.deviation,
    {
      min: deviations.least,
      max: deviations.most,
      reason: (at) =>
        at === deviations.least
          ? "12 is the least here: triangles would be too small to read."
          : "60 is the most here: half the plane’s width."
    }
  );
  const says = integerField("A says", value.points[0].value, {
    min: 0,
    max: mostValue,
    reason: (at) => (at === 0 ? "Who says 0 only listens." : `${mostValue} is the most here.`)
  });
  const readout = document.createElement("p");
  readout.className = "viz-lattice-readout";
  const wrong = task(
    "Place a point where what it reads falls short of the exact sum by more than 35\u00a0%, " +
      "though that sum is at least 0.5."
  );
  const caption = part(root, "figcaption");
  const measuredWords = document.createElement("p");
  caption.append(measuredWords);
  const panel = filterPanel({
    ...{ask, width, height, device, save},
    kernel: {sxy: initial.sxy, srgb: initial.srgb},
    tell(sentences) {
      if (measuredWords.textContent !== sentences) measuredWords.textContent = sentences;
    }
  });
  part(root, ".viz-lattice-picture").append(drawn.element, readout, bar, deviation);
  part(root, ".viz-lattice-says").append(says);
  part(root, ".viz-lattice-side").prepend(table.element);
  part(root, ".viz-lattice-body + .viz-toolbar").after(wrong.element, panel.element);
  steadyHeight(readout);
  steadyHeight(caption);

  function showReadout(): void {
    const at = marked;
    const words =
      at?.kind === "point" && at.index < value.points.length
        ? pointSentence(at.index, value, steps)
        : at?.kind === "vertex" && at.index < steps.vertices.length
          ? vertexSentence(at.index, value, steps)
          : stepSentence(value, steps);
    if (readout.textContent !== words) readout.textContent = words;
  }

  function showTable(): void {
    const {points} = value;
    chosen = Math.min(chosen, points.length - 1);
    table.update(points, steps, chosen);
    const letter = letterOf(chosen);
    says.rename(`${letter} says`);
    if (says.value !== points[chosen].value) says.value = points[chosen].value;
    button("remove").textContent = `Remove ${letter}`;
    button("remove").disabled = points.length === 1;
    button("add").disabled = points.length === mostPoints;
    part(root, "[data-says=points]").textContent =
      points.length === mostPoints
        ? `${mostPoints} points are the most here: more would hide each other.`
        : points.length === 1
          ? "One point is the least: who would speak?"
          : "";
  }

  /** Numbers and words follow the paint: they take longer to lay out than the drawing to draw. */
  function describe(): void {
    showTable();
    showReadout();
    part(root, "figcaption > p").textContent = latticeSentences(value, steps);
    const worst = worstPoint(value.points, steps);
    wrong.update(
      worst !== null && worst.off < -SHORT,
      worst === null
        ? "No point’s exact sum is 0.5 or more now."
        : `Of these, ${letterOf(worst.point)} is the worst off now: ${offWords(worst.off)}.`
    );
    button("reset").disabled = JSON.stringify(value) === JSON.stringify(initial);
  }
  const describeSoon = afterPaint(describe);

  function show(): void {
    if (value.deviation !== edgesAt) {
      edges = edgesOf(plane.width, plane.height, value.deviation);
      edgesAt = value.deviation;
    }
    drawn.update({value, steps, edges});
    describeSoon();
  }

  function assign(next: LatticeStepsValue): void {
    const moved =
      next.deviation !== value.deviation ||
      JSON.stringify(next.points) !== JSON.stringify(value.points);
    value = checkLatticeSteps(next);
    if (moved) steps = stepsOf(value.points, value.deviation);
    if (bar.value !== value.step) bar.value = value.step;
    if (deviation.value !== value.deviation) deviation.value = value.deviation;
    panel.kernel = value;
    show();
  }

  function set(next: Partial<LatticeStepsValue>): void {
    const before = JSON.stringify(value);
    assign({...value, ...next});
    if (JSON.stringify(value) !== before) emitInput(root);
  }

  bar.addEventListener("input", () => set({step: bar.value}));
  deviation.addEventListener("input", () => set({deviation: deviation.value}));
  says.addEventListener("input", () =>
    set({
      points: value.points.map((point, i) => (i === chosen ? {...point, value: says.value} : point))
    })
  );
  panel.element.addEventListener("input", () => set(panel.kernel));
  button("add").addEventListener("click", () => {
    chosen = value.points.length;
    set({points: [...value.points, {...freePlace(value.points), value: 0}]});
  });
  button("remove").addEventListener("click", () => {
    set({points: value.points.filter((_, i) => i !== chosen)});
  });
  button("reset").addEventListener("click", () => {
    bar.pause();
    wrong.reset();
    chosen = 0;
    panel.reset();
    set(initial);
  });
  button("save").addEventListener("click", () =>
    save(
      svgBlob(drawn.svg),
      `lattice-${stepNames[value.step].split(" ").slice(0, 2).join("-")}.svg`
    )
  );

  show();
  describe();
  const view = asView<HTMLElement, LatticeStepsValue>(root, {
    get: () => checkLatticeSteps(value),
    set: (next) => assign(checkLatticeSteps(next))
  });
  return Object.assign(view, {
    renew: () => panel.renew(),
    close() {
      bar.pause();
      panel.close();
    }
  });
}
