import {LEARNED} from "./filters.ts";

/** Which kernels are taken apart: a bank of edges, or what the network learned. */
export interface KernelChoice {
  kernel: KernelName;
  /** Taps along a side of a bank's filters. */
  size: number;
  /** How many filters a bank has, each for a direction of its own. */
  orientations: number;
}

/** What the reader has set. */
export interface SeparableTermsValue extends KernelChoice {
  /** How many terms the kernels are rebuilt from: 0 to their rank. */
  terms: number;
  /** The filter whose output is shown, from 0. */
  filter: number;
}

export type KernelName = "long" | "short" | "learned";

/** What a reader may choose. */
export const choices = {
  kernel: [
    {value: "long", label: "Long edges"},
    {value: "short", label: "Short edges"},
    {value: "learned", label: "Learned"}
  ],
  size: [3, 5, 7].map((value) => ({value, label: `${value} × ${value}`})),
  orientations: [4, 8, 16].map((value) => ({value, label: String(value)}))
} as const;

/** Returns the name of kernels as the reader sees it. */
export function kernelLabel(kernel: KernelName): string {
  return choices.kernel.find(({value}) => value === kernel)?.label ?? kernel;
}

/** Taps a side and filters of the chosen kernels. */
export function shapeOf({kernel, size, orientations}: KernelChoice): {
  size: number;
  filters: number;
} {
  return kernel === "learned" ? {size: 3, filters: LEARNED} : {size, filters: orientations};
}

/** Throws a RangeError if *choice* has a field with a value that is not offered. */
export function checkChoice(choice: KernelChoice): void {
  for (const name of ["kernel", "size", "orientations"] as const) {
    const offered: (string | number)[] = choices[name].map(({value}) => value);
    if (!offered.includes(choice[name]))
      throw new RangeError(`invalid ${name}: ${choice[name]} (${offered.join(", ")})`);
  }
}

/** The most terms that kernels of the chosen shape can need. */
export function mostTerms(choice: KernelChoice): number {
  const {size, filters} = shapeOf(choice);
  return Math.min(filters, size ** 2);
}

/** Returns a copy of *value*; throws a RangeError if it is not legal. */
export function checkValue(value: SeparableTermsValue): SeparableTermsValue {
  checkChoice(value);
  const {kernel, size, orientations, terms, filter} = value;
  const [most, {filters}] = [mostTerms(value), shapeOf(value)];
  if (!(Number.isInteger(terms) && terms >= 0 && terms <= most))
    throw new RangeError(`invalid terms: ${terms} (a whole number, 0 to ${most})`);
  if (!(Number.isInteger(filter) && filter >= 0 && filter < filters))
    throw new RangeError(`invalid filter: ${filter} (a whole number, 0 to ${filters - 1})`);
  return {kernel, size, orientations, terms, filter};
}

/** Returns *value* with no more terms, and no later a filter, than kernels of its shape have. */
export function withinKernels(value: SeparableTermsValue): SeparableTermsValue {
  const terms = Math.min(value.terms, mostTerms(value));
  return {...value, terms, filter: Math.min(value.filter, shapeOf(value).filters - 1)};
}

/** Returns what filter *n* of the chosen kernels is called. */
export function filterName({kernel, orientations}: KernelChoice, n: number): string {
  if (kernel === "learned") return `learned filter ${n + 1}`;
  return `brightness rising towards ${Number(((n * 180) / orientations).toFixed(2))}°`;
}
