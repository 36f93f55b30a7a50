import {LEARNED} from "./filters.ts";

/** Which kernels are taken apart: a bank of edges, or what the network learned. */
export interface KernelChoice {
  kernel: KernelName;
  /** Taps along a side of a bank's filters. */
  size: number;
  /** How many filters a bank has, each for a direction of its own. */
  orientations: number;
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

/** Returns what filter *n* of the chosen kernels is called. */
export function filterName({kernel, orientations}: KernelChoice, n: number): string {
  if (kernel === "learned") return `learned filter ${n + 1}`;
  return `brightness rising towards ${Number(((n * 180) / orientations).toFixed(2))}°`;
}
