import {icons} from "./icons.ts";
import {placePicker} from "./placePicker.ts";
import {saveAs, svgBlob} from "./saveAs.ts";
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
import {twoStepsDiagram, type Cell, type TwoStepsShown} from "./twoStepsDiagram.ts";
import type {Role, Side} from "./twoStepsLayout.ts";
import {readingOf} from "./twoStepsReadout.ts";
import {
  groupChoices,
  lastStep,
  madeInOne,
  oneStepAt,
  oneStepCost,
  PLACES,
  twoStepsAt,
  twoStepsCost,
  twoStepsLast,
  twoStepsSize,
  WORK
} from "./twoStepsSchedule.ts";
import {count, formOf, groupsReason, twoStepsSentences, verdictOf} from "./twoStepsWords.ts";
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

const {map, channels, filters, kernel, patch} = twoStepsSize;
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
      <div class="viz-two-steps-groups">
        <label for="${id}-groups">Groups in the one step <output></output></label>
        <input type="range" id="${id}-groups" min="0" max="${groupChoices.length - 1}" step="1"
          aria-describedby="${id}-says">
        <div class="viz-ticks" aria-hidden="true"></div>
        <p class="viz-says" id="${id}-says" aria-live="polite"></p>
      </div>
      <fieldset class="viz-choice"><legend>Channels</legend><div class="viz-segmented"></div>
      </fieldset>
    </div>
    <div class="viz-two-steps-drawing"></div>
    <div class="viz-two-steps-steps">
      <div class="viz-toolbar">
        <button type="button" data-do="reset">Reset</button>
        <button type="button" data-do="save" aria-label="Save SVG">${icons.save}SVG</button>
      </div>
    </div>
    <p class="viz-error" role="alert" hidden></p>
    <p class="viz-two-steps-verdict" aria-live="polite"></p>
    <div class="viz-two-steps-readout" id="${id}-readout" aria-live="polite"></div>
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
  const place = placePicker({width, height, patch, value: {x: opening.x, y: opening.y}});
  const initial = check(opening);
  let value = initial;
  let untouched = true;
  let numbers = compute();
  let inspected: Cell | null = null;
  /** How far the 1×1 filter of the step has come. */
  let swept = PLACES - 1;
  let timer: ReturnType<typeof setTimeout> | undefined;

  part(root, ".viz-two-steps-top").prepend(place);
  place.update(source.picture);
  const range = part<HTMLInputElement>(root, `[type=range]`);
  groupChoices.forEach((_, i) => {
    const tick = document.createElement("span");
    tick.textContent = ["1 dense", "2", `${channels} depthwise`][i];
    tick.style.setProperty("--at", String(i / (groupChoices.length - 1)));
    part(root, ".viz-ticks").append(tick);
  });
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
  part(root, ".viz-two-steps-steps").prepend(steps);
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
    for (const [name, is, last] of [
      ["step", step, lastStep(groups)],
      ["channels", set, sets.length - 1]
    ] as const)
      if (!(Number.isInteger(is) && is >= 0 && is <= last))
        throw new RangeError(`invalid ${name}: ${is} (0 to ${last})`);
    const before = place.value;
    place.value = {x, y};
    place.value = before;
    return {groups, step, x, y, channels: set};
  }

  function compute(): TwoStepsNumbers {
    const {x, y, channels: set, groups} = value;
    return twoStepsNumbers(source.read({x, y}, set), groups, arithmetic);
  }

  /** Whether a number has been made; those that both sides start from have. */
  function made({side, role, lane, row, column}: Cell): boolean {
    const at = row * map + column;
    if (role === "between" || role === "again") return value.step > at;
    if (role !== "output") return true;
    if (side === "one") return madeInOne(lane, at, value.groups) <= value.step;
    const step = PLACES + 1 + lane;
    return value.step > step || (value.step === step && at <= swept);
  }

  /** What is at work: what makes the number that the reader looks at, or what the step makes. */
  function atWork(): Pick<TwoStepsShown, "one" | "two"> {
    const {groups, step} = value;
    const lanes = Array.from({length: channels}, (_, i) => i);
    const now = oneStepAt(step, groups);
    const busy = step >= 1 && step <= oneStepCost(groups).steps;
    const one = {groups, ...now, lanes: busy ? lanes : []};
    const phase = twoStepsAt(step);
    const two = {
      lanes: phase ? lanes : [],
      place: phase?.phase === "depthwise" ? phase.place : swept,
      mixing: phase?.phase === "pointwise",
      filter: phase?.phase === "pointwise" ? phase.filter : step > twoStepsLast ? filters - 1 : 0
    };
    if (inspected && made(inspected)) {
      const {side, role, lane, row, column} = inspected;
      const at = row * map + column;
      if (role === "output" && side === "one") {
        const own = Math.floor((lane * groups) / filters);
        one.place = at;
        one.filters = now.filters.map((filter, g) => (g === own ? lane : filter));
        one.lanes = lanes.filter((m) => Math.floor((m * groups) / channels) === own);
      } else if (role === "output")
        Object.assign(two, {lanes, place: at, mixing: true, filter: lane});
      else if (role === "between" || role === "again")
        Object.assign(two, {lanes: [lane], place: at, mixing: false});
    }
    return {one, two};
  }

  /** Returns the number of a cell, made or not, where the one step's kernels are these filters. */
  function numberOf(
    {side, role, lane, row, column}: Cell,
    shown: Pick<TwoStepsShown, "one" | "two">
  ) {
    const {input, kernels, one, depthwise, between, pointwise, two} = numbers;
    if (role === "input") return input.data[(row * patch + column) * channels + lane];
    if (role === "mix") return pointwise.weights[lane * filters + shown.two.filter];
    const tap = row * kernel + column;
    if (role === "kernel" && side === "two") return depthwise.weights[tap * channels + lane];
    if (role === "kernel") {
      const own = kernels.channels;
      const filter = shown.one.filters[Math.floor(lane / own)];
      return kernels.weights[(tap * own + (lane % own)) * filters + filter];
    }
    const made = role === "output" ? (side === "one" ? one : two) : between;
    return made.data[(row * map + column) * made.channels + lane];
  }

  function madeCount(side: Side, role: Role): number {
    return diagram.cells.filter((one) => one.side === side && one.role === role && made(one))
      .length;
  }

  function heading(side: Side, role: Role, {one, two}: Pick<TwoStepsShown, "one" | "two">) {
    const of = `${kernel}×${kernel}×${channels}`;
    if (role === "input") return [`${channels} channels`, `${patch}×${patch}×${channels}`] as const;
    if (role === "mix")
      return [`filter ${two.filter + 1} of ${filters}`, `1×1×${channels}`] as const;
    if (role !== "kernel")
      return [`${madeCount(side, role)} of ${PLACES * filters} made`, of] as const;
    if (side === "two" || one.groups === channels)
      return [`${channels} filters`, `${kernel}×${kernel}`] as const;
    const named = one.filters.map((filter) => filter + 1).join(" and ");
    return [
      `filter${one.filters.length > 1 ? "s" : ""} ${named} of ${filters}`,
      `${kernel}×${kernel}×${channels / one.groups}`
    ] as const;
  }

  function done(side: Side): number {
    const [depthwise, pointwise] = twoStepsCost;
    const total = side === "one" ? oneStepCost(value.groups).multiplyAdds : depthwise + pointwise;
    return Math.min(value.step * WORK, total);
  }

  /** Draws the drawing, and says what it shows. */
  function draw(): void {
    const shown = atWork();
    const largest = (values: Float32Array) =>
      values.reduce((most, one) => Math.max(most, Math.abs(one)), 0) || 1;
    const {input, kernels, one, depthwise, between, pointwise, two} = numbers;
    const limits = {
      input: largest(input.data),
      mix: largest(pointwise.weights),
      between: largest(between.data),
      again: largest(between.data)
    };
    const [ones, flats] = [largest(kernels.weights), largest(depthwise.weights)];
    const outputs = Math.max(largest(one.data), largest(two.data));
    const title = (side: Side) => {
      const [depthwise, pointwise] = twoStepsCost;
      const total = side === "one" ? oneStepCost(value.groups).multiplyAdds : depthwise + pointwise;
      return {
        title:
          side === "one"
            ? `One step: ${formOf(value.groups)}`
            : "Two steps: depthwise, then pointwise",
        beside: `${count(done(side))} of ${count(total)} multiply-adds`
      };
    };
    diagram.show({
      ...shown,
      inspected,
      names: numbers.names,
      value: (cell) => (made(cell) ? numberOf(cell, shown) : null),
      limit: (side, role) => {
        if (role === "output") return outputs;
        if (role === "kernel") return side === "one" ? ones : flats;
        return limits[role];
      },
      done: {one: done("one"), two: done("two")},
      titles: {one: title("one"), two: title("two")},
      heading: (side, role) => heading(side, role, shown)
    });
    read(shown);
  }

  /** Says what made the number that the reader looks at, or what the step does. */
  function read(shown: Pick<TwoStepsShown, "one" | "two">): void {
    const lines = readingOf({
      cell: inspected,
      made: inspected !== null && made(inspected),
      number: inspected ? numberOf(inspected, shown) : 0,
      numbers,
      step: value.step,
      work: shown,
      outputTerms: arithmetic.outputTerms
    });
    const place = part(root, ".viz-two-steps-readout");
    const html = lines.map(() => "<p></p>").join("");
    if (place.childElementCount !== lines.length) place.innerHTML = html;
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
  }

  /** Compares the outputs that both sides have made. */
  function verdict(): string {
    let [compared, difference, differing] = [0, 0, 0];
    const {one, two} = numbers;
    for (let lane = 0; lane < filters; ++lane)
      for (let at = 0; at < PLACES; ++at) {
        const cell = {role: "output", lane, row: Math.floor(at / map), column: at % map} as const;
        if (!made({side: "one", ...cell}) || !made({side: "two", ...cell})) continue;
        const gap = Math.abs(one.data[at * filters + lane] - two.data[at * filters + lane]);
        ++compared;
        difference = Math.max(difference, gap);
        if (gap > 1e-5) ++differing;
      }
    return verdictOf({groups: value.groups, compared, difference, differing});
  }

  function show(): void {
    const {groups, step, x, y, channels: set} = value;
    place.value = {x, y};
    range.valueAsNumber = groupChoices.findIndex((one) => one === groups);
    const words = `${groups} ${groups === 1 ? "group" : "groups"}`;
    range.setAttribute("aria-valuetext", `${words}, ${formOf(groups)}`);
    part(root, ".viz-two-steps-groups output").textContent = String(groups);
    part(root, ".viz-says").textContent = groupsReason(groups);
    radios.forEach((radio, i) => {
      radio.checked = i === set;
      radio.disabled = !source.hasSets;
    });
    if (steps.value > lastStep(groups)) steps.value = 0;
    steps.update({last: lastStep(groups)});
    steps.value = step;
    part(root, ".viz-two-steps-verdict").textContent = verdict();
    part(root, "figcaption").textContent = twoStepsSentences({
      source: source.words,
      groups,
      kernels: numbers.kernels
    });
    part<HTMLButtonElement>(root, "[data-do=reset]").disabled = same(value, initial);
    const [depthwise, pointwise] = twoStepsCost;
    const one = oneStepCost(groups).multiplyAdds;
    challenge.update(
      one < depthwise + pointwise,
      `One step: ${count(one)} multiply-adds. Two steps: ${depthwise + pointwise}.` +
        (groups === channels ? " Each output knows one channel alone: none are mixed." : "")
    );
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
      if (swept === PLACES - 1) part(root, ".viz-two-steps-verdict").textContent = verdict();
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
    const {x, y, channels: set} = before;
    if (groups !== before.groups || value.x !== x || value.y !== y || value.channels !== set)
      numbers = compute();
    show();
    if (step === before.step + 1 && twoStepsAt(step)?.phase === "pointwise" && !reducedMotion())
      sweep();
    emitInput(root);
  }

  function inspect(cell: Cell | null): void {
    if (cell === inspected) return;
    inspected = cell;
    draw();
  }

  /** Goes to the step that makes a number. */
  function goTo({side, role, lane, row, column}: Cell): void {
    const at = row * map + column;
    if (role === "between" || role === "again") choose({step: at + 1});
    else if (role === "output" && side === "one") choose({step: madeInOne(lane, at, value.groups)});
    else if (role === "output") choose({step: PLACES + 1 + lane});
  }

  place.addEventListener("input", () => choose(place.value));
  range.addEventListener("input", () => {
    steps.pause();
    choose({groups: groupChoices[range.valueAsNumber]});
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
  const svg = diagram.element;
  svg.addEventListener("pointermove", (event) => {
    if (event.pointerType !== "touch") inspect(diagram.cellAt(event));
  });
  svg.addEventListener("pointerleave", (event) => {
    if (event.pointerType !== "touch") inspect(null);
  });
  svg.addEventListener("click", (event) => {
    const cell = diagram.cellAt(event);
    inspect(cell);
    if (cell) goTo(cell);
  });
  for (const side of ["one", "two"] as const) {
    diagram.sides[side].addEventListener("blur", () => inspect(null));
    diagram.sides[side].addEventListener("keydown", (event) => {
      if (event.ctrlKey || event.metaKey || event.altKey) return;
      const by = {ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1]}[
        event.key
      ];
      const here = inspected?.side === side ? inspected : null;
      if (by) inspect(here ? diagram.beside(here, by[0], by[1]) : firstCell(side));
      else if ((event.key === "Enter" || event.key === " ") && here) goTo(here);
      else if (event.key === "Escape" && here) inspect(null);
      else return;
      event.preventDefault();
    });
  }

  /** Where arrow keys begin: at the output of the step, or at the first. */
  function firstCell(side: Side): Cell {
    const {one, two} = atWork();
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
    save(svgBlob(svg), `one-step-and-two-step-${value.step}.svg`)
  );
  new ResizeObserver(([{contentRect}]) => {
    if (!(contentRect.width > 0) || !diagram.resize(contentRect.width)) return;
    inspected = null;
    draw();
  }).observe(part(root, ".viz-two-steps-drawing"));

  show();
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
