/** The patch, its kernels and its maps: small enough that every number can be shown. */
export const twoStepsSize = {
  /** Values along a side of the patch, and along a side of what a kernel makes of it. */
  patch: 5,
  map: 3,
  /** Taps along a side of a kernel. */
  kernel: 3,
  /** M, and N. */
  channels: 4,
  filters: 4
} as const;

const {map, kernel, channels, filters} = twoStepsSize;

/** Places of a map. */
export const PLACES = map * map;

/** Multiply-adds of a step, on either side: what one output of the standard convolution takes. */
export const WORK = kernel * kernel * channels;

/** How many groups there may be: from a standard convolution to a depthwise one. */
export const groupChoices = [1, 2, 4] as const;

/** The steps in which the two steps are done: depthwise, and then pointwise, a filter a step. */
export const twoStepsLast = PLACES + filters;

/** Returns the steps in which the one step is done, and its multiply-adds. */
export function oneStepCost(groups: number): {steps: number; multiplyAdds: number} {
  const steps = (PLACES * filters) / groups;
  return {steps, multiplyAdds: steps * WORK};
}

/** The multiply-adds of the two steps, the depthwise one first. */
export const twoStepsCost = [PLACES * WORK, filters * WORK] as const;

/** Returns the last step there is: when both sides are done. */
export function lastStep(groups: number): number {
  return Math.max(oneStepCost(groups).steps, twoStepsLast);
}

/**
 * Returns the outputs that the one step makes at *step*: a filter of each group, at one place.
 * Before the first step it is about to make the first, and after the last it has made the last.
 */
export function oneStepAt(step: number, groups: number): {filters: number[]; place: number} {
  const at = Math.max(0, Math.min(oneStepCost(groups).steps, step) - 1);
  const first = Math.floor(at / PLACES);
  const own = Array.from({length: groups}, (_, g) => first + (g * filters) / groups);
  return {filters: own, place: at % PLACES};
}

/** Returns the step at which the one step makes an output. */
export function madeInOne(filter: number, place: number, groups: number): number {
  return (filter % (filters / groups)) * PLACES + place + 1;
}

/** What the two steps do at a step: the depthwise one at one place, or a filter of the other. */
export type TwoStepsPhase =
  {phase: "depthwise"; place: number} | {phase: "pointwise"; filter: number} | null;

/** Returns what the two steps do at *step*; null before the first and after their last. */
export function twoStepsAt(step: number): TwoStepsPhase {
  if (step < 1 || step > twoStepsLast) return null;
  if (step <= PLACES) return {phase: "depthwise", place: step - 1};
  return {phase: "pointwise", filter: step - PLACES - 1};
}
