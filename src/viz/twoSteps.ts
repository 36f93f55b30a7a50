import {afterPaint} from "./afterPaint.ts";
import {groupsField} from "./groupsField.ts";
import {icons} from "./icons.ts";
import {placePicker} from "./placePicker.ts";
import {saveAs} from "./saveAs.ts";
import {steadyHeight} from "./steadyHeight.ts";
import {task} from "./task.ts";
import {reducedMotion, transport} from "./transport.ts";
import {
  twoStepsNumbers,
  type TwoStepsArithmetic,
  type TwoStepsNumbers,
  type TwoStepsSource,
  type TwoStepsValue
} from "./twoStepsData.ts";
import {twoStepsDiagram} from "./twoStepsDiagram.ts";
import type {Cell} from "./twoStepsShown.ts";
import type {Side} from "./twoStepsLayout.ts";
import {pointAtCells} from "./twoStepsPointing.ts";
import {readingOf, stepOf} from "./twoStepsReadout.ts";
import {
  groupChoices,
  lastStep,
  oneStepCost,
  PLACES,
  twoStepsAt,
  twoStepsCost,
  twoStepsLast,
  twoStepsSize
} from "./twoStepsSchedule.ts";
import {comparisonOf, shownOf, workOf} from "./twoStepsState.ts";
import {count, twoStepsSentences, verdictOf} from "./twoStepsWords.ts";
import {asView, emitInput, keepControlEvents, part, uniqueId, type View} from "./view.ts";

export type {
  TwoStepsArithmetic,
  TwoStepsReading,
  TwoStepsSource,
  TwoStepsValue
} from "./twoStepsData.ts";

export interface TwoStepsOptions {
  source: TwoStepsSource;
  arithmetic: TwoStepsArithmetic;
  /** The size of the map that the patch is taken from. */
  width: number;
  height: number;
  /** What the sets of channels are called. */
  sets: readonly string[];
  /** What to start from, and what Reset goes back to. Default: one group, both at step 13. */
  value?: Partial<TwoStepsValue>;
  /** What is done with a file. Default: the browser's download. */
  save?: (file: Blob, name: string) => void;
}

export interface TwoSteps extends View<HTMLElement, TwoStepsValue> {
  /** Shows other numbers, keeping what the reader has set. */
  update(source: TwoStepsSource): void;
  /** Says that something went wrong, or, with null, that it no longer does. */
  error(message: string | null): void;
}

const {map, channels, patch} = twoStepsSize;
/** Milliseconds that a window takes to its next place; it jumps where steps follow faster. */
const GLIDE = 200;
/** Milliseconds for a filter of 1×1 to pass over the places of its map. */
const SWEEP = 630;

/**
 * Returns a figure of a convolution in one step beside the same in two, depthwise and pointwise,
 * number by number, on a patch of a real map. Both go at one pace: a step is 36 multiply-adds. The
 * one step can be dealt out into groups, from a standard convolution to a depthwise one. Its
 * **value** is all that the reader has set; a change by the reader, or by playing, emits *input*.
 *
 * ```js
 * const steps = view(twoSteps({source, arithmetic, width: 129, height: 97, sets: ["1–4", "5–8"]}));
 * ```
 *
 * Pointing at a number, or moving to it with arrow keys, shows the sum that made it; a click on an
 * output goes to the step that makes it. Throws a RangeError, on creation or on assigning, if the
 * value is not legal.
 */
export function twoSteps({
  source,
  arithmetic,
  width,
  height,
  sets,
  value: start = {},
  save = saveAs
}: TwoStepsOptions): TwoSteps {
  const id = uniqueId("two-steps");
  const root = document.createElement("figure");
  root.className = "viz viz-two-steps";
  root.innerHTML = `
    <div class="viz-two-steps-top">
      <fieldset class="viz-choice"><legend>Channels</legend><div class="viz-segmented"></div>
      </fieldset>
      <div class="viz-toolbar">
        <button type="button" data-do="reset">Reset</button>
        <button type="button" data-do="save" aria-label="Save SVG">${icons.save}SVG</button>
      </div>
    </div>
    <div class="viz-two-steps-drawing"></div>
    <p class="viz-error" role="alert" hidden></p>
    <p class="viz-two-steps-verdict" aria-live="polite"></p>
    <div class="viz-two-steps-readout" aria-live="polite"></div>
    <figcaption></figcaption>`;
  keepControlEvents(root);
  const opening: TwoStepsValue = {
    groups: 1,
    step: twoStepsLast,
    x: width >> 1,
    y: height >> 1,
    channels: 0,
    ...start
  };
  const initial = check(opening);
  const place = placePicker({width, height, patch, value: {x: initial.x, y: initial.y}});
  let value = initial;
  let untouched = true;
  let numbers = compute();
  let inspected: Cell | null = null;
  /** How far the 1×1 filter of the step has come. */
  let swept = PLACES - 1;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let glides = true;
  let chosen = 0;

  part(root, ".viz-two-steps-top").prepend(place);
  place.update(source.picture);
  const groupsOf = groupsField(value.groups);
  place.after(groupsOf);
  const radios = sets.map((name, i) => {
    const label = document.createElement("label");
    label.innerHTML = `<input type="radio" name="${id}-set" value="${i}"
      aria-label="Channels ${name}"><span>${name}</span>`;
    part(root, ".viz-segmented").append(label);
    return part<HTMLInputElement>(label, "input");
  });
  const steps = transport({
    last: lastStep(value.groups),
    step: value.step,
    interval: 800,
    name: (at, of) => `step ${at} of ${of}`
  });
  part(root, ".viz-two-steps-drawing").after(steps);
  const diagram = twoStepsDiagram();
  part(root, ".viz-two-steps-drawing").append(diagram.element);
  const challenge = task(
    "Make the one step cheaper than the two. Then look at its outputs: what have they lost?"
  );
  root.append(challenge.element);
  steadyHeight(part(root, "figcaption"));
  steadyHeight(part(root, ".viz-two-steps-readout"));

  function check(next: TwoStepsValue): TwoStepsValue {
    const {groups, step, x, y, channels: set} = next;
    if (!groupChoices.some((one) => one === groups))
      throw new RangeError(`invalid groups: ${groups} (${groupChoices.join(", ")})`);
    const half = (patch - 1) / 2;
    for (const [name, is, least, most] of [
      ["step", step, 0, lastStep(groups)],
      ["x", x, half, width - 1 - half],
      ["y", y, half, height - 1 - half],
      ["channels", set, 0, sets.length - 1]
    ] as const)
      if (!(Number.isInteger(is) && is >= least && is <= most))
        throw new RangeError(`invalid ${name}: ${is} (${least} to ${most})`);
    return {groups, step, x, y, channels: set};
  }

  function compute(): TwoStepsNumbers {
    const {x, y, channels: set, groups} = value;
    return twoStepsNumbers(source.read({x, y}, set), groups, arithmetic);
  }

  const state = () => ({value, numbers, inspected, swept});

  /** Draws the drawing; words about it follow its paint. */
  function draw(): void {
    diagram.show(shownOf(state()), glides);
    describeSoon();
  }

  const describeSoon = afterPaint(describe);

  /** Says what the drawing shows, and what it comes to. */
  function describe(): void {
    const now = state();
    const lines = readingOf(now, arithmetic.outputTerms);
    const place = part(root, ".viz-two-steps-readout");
    if (place.childElementCount !== lines.length)
      place.innerHTML = lines.map(() => "<p></p>").join("");
    lines.forEach((line, i) => {
      if (place.children[i].textContent !== line) place.children[i].textContent = line;
    });
    for (const side of ["one", "two"] as const) {
      const name = side === "one" ? "One step" : "Two steps";
      const here = inspected?.side === side ? ` ${lines[0]}` : "";
      diagram.sides[side].setAttribute(
        "aria-label",
        `${name}, as numbers. Arrow keys move, Enter goes to the step, Escape leaves.${here}`
      );
    }
    const {groups} = value;
    write(".viz-two-steps-verdict", verdictOf(groups, comparisonOf(now)));
    write(
      "figcaption",
      twoStepsSentences({source: source.words, groups, kernels: numbers.kernels})
    );
    const [depthwise, pointwise] = twoStepsCost;
    const one = oneStepCost(groups).multiplyAdds;
    challenge.update(
      one < depthwise + pointwise,
      `One step: ${count(one)} multiply-adds. Two steps: ${depthwise + pointwise}.` +
        (groups === channels ? " Each output knows one channel alone: none are mixed." : "")
    );
  }

  /** What is live is said again if it is written again. */
  function write(selector: string, text: string): void {
    const element = part(root, selector);
    if (element.textContent !== text) element.textContent = text;
  }

  function show(): void {
    const {groups, step, x, y, channels: set} = value;
    place.value = {x, y};
    groupsOf.value = groups;
    radios.forEach((radio, i) => {
      radio.checked = i === set;
      radio.disabled = !source.hasSets;
    });
    steps.update({last: lastStep(groups)});
    steps.value = step;
    part<HTMLButtonElement>(root, "[data-do=reset]").disabled = same(value, initial);
    draw();
  }

  function settle(): void {
    clearTimeout(timer);
    swept = PLACES - 1;
  }

  /** Lets the 1×1 filter of a step that has just begun pass over its places, one by one. */
  function sweep(): void {
    const began = performance.now();
    const next = () => {
      const share = (performance.now() - began) / SWEEP;
      swept = Math.min(PLACES - 1, Math.floor(share * PLACES));
      if (swept < PLACES - 1 && root.isConnected) timer = setTimeout(next, SWEEP / PLACES);
      else swept = PLACES - 1;
      draw();
    };
    next();
  }

  function choose(next: Partial<TwoStepsValue>): void {
    const before = value;
    const groups = next.groups ?? value.groups;
    const step = Math.min(next.step ?? value.step, lastStep(groups));
    value = {...value, ...next, step};
    if (same(value, before)) return;
    untouched = false;
    settle();
    const now = performance.now();
    glides = now - chosen > GLIDE;
    chosen = now;
    const sweeps =
      step === before.step + 1 && twoStepsAt(step)?.phase === "pointwise" && !reducedMotion();
    if (sweeps) swept = 0;
    const {x, y, channels: set} = before;
    if (groups !== before.groups || value.x !== x || value.y !== y || value.channels !== set)
      numbers = compute();
    show();
    if (sweeps) sweep();
    emitInput(root);
  }

  function inspect(cell: Cell | null): void {
    if (cell === inspected) return;
    inspected = cell;
    draw();
  }

  /** Goes to the step that makes a number, where one does. */
  function goTo(cell: Cell): void {
    if (["output", "between", "again"].includes(cell.role))
      choose({step: stepOf(cell, value.groups)});
  }

  place.addEventListener("input", () => choose(place.value));
  groupsOf.addEventListener("input", () => {
    steps.pause();
    choose({groups: groupsOf.value});
  });
  for (const radio of radios)
    radio.addEventListener("change", () => choose({channels: Number(radio.value)}));
  // What opens in the middle plays from the beginning: before the bar hears of it, so capturing.
  steps.addEventListener(
    "click",
    ({target}) => {
      const play = target instanceof Element && target.closest("[data-do=play]");
      if (!play || !untouched) return;
      untouched = false;
      choose({step: 0});
    },
    {capture: true}
  );
  steps.addEventListener("input", () => {
    inspected = null;
    choose({step: steps.value});
  });
  pointAtCells(diagram, {inspect, choose: goTo, first: firstCell});

  /** Where arrow keys begin: at the output of the step, or at the first. */
  function firstCell(side: Side): Cell {
    const {one, two} = workOf(state());
    const [lane, at] = side === "one" ? [one.filters[0], one.place] : [two.filter, two.place];
    const [row, column] = [Math.floor(at / map), at % map];
    return diagram.cells.find(
      (cell) =>
        cell.side === side &&
        cell.role === "output" &&
        cell.lane === lane &&
        cell.row === row &&
        cell.column === column
    )!;
  }

  part(root, "[data-do=reset]").addEventListener("click", () => {
    steps.pause();
    inspected = null;
    choose(initial);
    challenge.reset();
    untouched = true;
  });
  part(root, "[data-do=save]").addEventListener("click", () =>
    save(diagram.file(), `one-step-and-two-step-${value.step}.svg`)
  );
  new ResizeObserver(([{contentRect}]) => {
    if (!(contentRect.width > 0) || !diagram.resize(contentRect.width)) return;
    inspected = null;
    draw();
  }).observe(part(root, ".viz-two-steps-drawing"));

  show();
  describe();
  const view = asView<HTMLElement, TwoStepsValue>(root, {
    get: () => ({...value}),
    set(next) {
      const to = check(next);
      steps.pause();
      settle();
      inspected = null;
      untouched = same(to, initial);
      value = to;
      numbers = compute();
      show();
    }
  });
  return Object.assign(view, {
    update(next: TwoStepsSource) {
      if (next.picture !== source.picture) place.update(next.picture);
      source = next;
      settle();
      numbers = compute();
      show();
    },
    error(message: string | null) {
      const place = part(root, ".viz-error");
      place.hidden = message === null;
      place.textContent = message ?? "";
    }
  });
}

function same(a: TwoStepsValue, b: TwoStepsValue): boolean {
  return (
    a.groups === b.groups &&
    a.step === b.step &&
    a.x === b.x &&
    a.y === b.y &&
    a.channels === b.channels
  );
}
