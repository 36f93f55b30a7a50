import type {TwoStepsNumbers, TwoStepsValue} from "./twoStepsData.ts";
import type {Cell, TwoStepsShown} from "./twoStepsShown.ts";
import type {Role, Side} from "./twoStepsLayout.ts";
import {
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
import {count, formOf} from "./twoStepsWords.ts";

const {map, channels, filters, kernel, patch} = twoStepsSize;

/** How the figure stands. */
export interface TwoStepsState {
  readonly value: TwoStepsValue;
  readonly numbers: TwoStepsNumbers;
  /** The number that the reader looks at, if any. */
  readonly inspected: Cell | null;
  /** The last place that the 1×1 filter of the step has come to. */
  readonly swept: number;
}

/** What is at work: the filters, in which channels, at which place. */
export type Work = Pick<TwoStepsShown, "one" | "two">;

const lanes = Array.from({length: channels}, (_, i) => i);

/** Whether a number has been made; those that both sides start from have. */
export function isMade({value: {step, groups}, swept}: TwoStepsState, cell: Cell): boolean {
  const {side, role, lane, row, column} = cell;
  const at = row * map + column;
  if (role === "between" || role === "again") return step > at;
  if (role !== "output") return true;
  if (side === "one") return madeInOne(lane, at, groups) <= step;
  const own = PLACES + 1 + lane;
  return step > own || (step === own && at <= swept);
}

/** Returns what makes the number that the reader looks at, or else what the step makes. */
export function workOf(state: TwoStepsState): Work {
  const {value, inspected, swept} = state;
  const {groups, step} = value;
  const now = oneStepAt(step, groups);
  const busy = step >= 1 && step <= oneStepCost(groups).steps;
  const phase = twoStepsAt(step);
  const work: Work = {
    one: {groups, ...now, lanes: busy ? lanes : []},
    two: {
      lanes: phase ? lanes : [],
      place: phase?.phase === "depthwise" ? phase.place : swept,
      mixing: phase?.phase === "pointwise",
      filter: phase?.phase === "pointwise" ? phase.filter : step > twoStepsLast ? filters - 1 : 0
    }
  };
  if (!inspected || !isMade(state, inspected)) return work;
  const {side, role, lane, row, column} = inspected;
  const place = row * map + column;
  if (role === "between" || role === "again")
    return {...work, two: {...work.two, lanes: [lane], place, mixing: false}};
  if (role !== "output") return work;
  if (side === "two") return {...work, two: {lanes, place, mixing: true, filter: lane}};
  const own = Math.floor((lane * groups) / filters);
  return {
    ...work,
    one: {
      groups,
      place,
      filters: now.filters.map((filter, g) => (g === own ? lane : filter)),
      lanes: lanes.filter((m) => Math.floor((m * groups) / channels) === own)
    }
  };
}

/** Returns the number of a cell, made or not, where the filters at work are shown. */
export function numberOf(numbers: TwoStepsNumbers, cell: Cell, work: Work): number {
  const {side, role, lane, row, column} = cell;
  const {input, kernels, one, depthwise, between, pointwise, two} = numbers;
  if (role === "input") return input.data[(row * patch + column) * channels + lane];
  if (role === "mix") return pointwise.weights[lane * filters + work.two.filter];
  const tap = row * kernel + column;
  if (role === "kernel" && side === "two") return depthwise.weights[tap * channels + lane];
  if (role === "kernel") {
    const own = kernels.channels;
    const filter = work.one.filters[Math.floor(lane / own)];
    return kernels.weights[(tap * own + (lane % own)) * filters + filter];
  }
  const made = role === "output" ? (side === "one" ? one : two) : between;
  return made.data[(row * map + column) * made.channels + lane];
}

/** The cells of a side's maps of one role. */
function cellsOf(side: Side, role: Role): Cell[] {
  return lanes.flatMap((lane) =>
    Array.from({length: PLACES}, (_, at) => {
      return {side, role, lane, row: Math.floor(at / map), column: at % map};
    })
  );
}

/** How the outputs that both sides have made compare. */
export interface Comparison {
  compared: number;
  /** The largest difference among them. */
  difference: number;
  /** How many differ by more than rounding. */
  differing: number;
}

/** Compares the outputs that both sides have made. */
export function comparisonOf(state: TwoStepsState): Comparison {
  const {one, two} = state.numbers;
  const gaps = cellsOf("one", "output")
    .filter((cell) => isMade(state, cell) && isMade(state, {...cell, side: "two"}))
    .map(({lane, row, column}) => {
      const at = (row * map + column) * filters + lane;
      return Math.abs(one.data[at] - two.data[at]);
    });
  return {
    compared: gaps.length,
    difference: Math.max(0, ...gaps),
    differing: gaps.filter((gap) => gap > 1e-5).length
  };
}

/** The multiply-adds of a side, done and in all. */
function workOfSide(side: Side, {groups, step}: TwoStepsValue): {done: number; total: number} {
  const [depthwise, pointwise] = twoStepsCost;
  const total = side === "one" ? oneStepCost(groups).multiplyAdds : depthwise + pointwise;
  return {done: Math.min(step * WORK, total), total};
}

/** Returns what the drawing shows. */
export function shownOf(state: TwoStepsState): TwoStepsShown {
  const {value, numbers, inspected} = state;
  const work = workOf(state);
  const {input, kernels, one, depthwise, between, pointwise, two} = numbers;
  const outputs = Math.max(largest(one.data), largest(two.data));
  const limits: Record<Side, Record<Role, number>> = {
    one: {
      input: largest(input.data),
      kernel: largest(kernels.weights),
      output: outputs,
      between: 1,
      again: 1,
      mix: 1
    },
    two: {
      input: largest(input.data),
      kernel: largest(depthwise.weights),
      output: outputs,
      between: largest(between.data),
      again: largest(between.data),
      mix: largest(pointwise.weights)
    }
  };
  const title = (side: Side) => {
    const {done, total} = workOfSide(side, value);
    return {
      title:
        side === "one"
          ? `One step: ${formOf(value.groups)}`
          : "Two steps: depthwise, then pointwise",
      beside: `${count(done)} of ${count(total)} multiply-adds${done === total ? ": done" : ""}`
    };
  };
  return {
    ...work,
    inspected,
    names: numbers.names,
    value: (cell) => (isMade(state, cell) ? numberOf(numbers, cell, work) : null),
    limit: (side, role) => limits[side][role],
    done: {one: workOfSide("one", value).done, two: workOfSide("two", value).done},
    titles: {one: title("one"), two: title("two")},
    heading: (side, role) => headingOf(state, side, role, work)
  };
}

function largest(values: Float32Array): number {
  return values.reduce((most, one) => Math.max(most, Math.abs(one)), 0) || 1;
}

function headingOf(
  state: TwoStepsState,
  side: Side,
  role: Role,
  {one, two}: Work
): readonly [string, string] {
  if (role === "input") return [`${channels} channels`, `${patch}×${patch}×${channels}`];
  if (role === "mix") return [`filter ${two.filter + 1}`, `1×1×${channels}`];
  if (role !== "kernel") {
    const made = cellsOf(side, role).filter((cell) => isMade(state, cell)).length;
    return [`${made} of ${PLACES * filters} made`, `${map}×${map}×${filters}`];
  }
  if (side === "two" || one.groups === channels)
    return [`${channels} filters`, `${kernel}×${kernel}`];
  const named = one.filters.map((filter) => filter + 1).join(" and ");
  return [
    `filter${one.filters.length > 1 ? "s" : ""} ${named} of ${filters}`,
    `${kernel}×${kernel}×${channels / one.groups}`
  ];
}
