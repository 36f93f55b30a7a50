import {fieldModule} from "./field.ts";
import type {MeanField} from "./meanField.ts";
import {checkOptions, type DenseCrfOptions} from "./options.ts";
import {plainMeanField} from "./plainMeanField.ts";
import {wasmMeanField} from "./wasmMeanField.ts";

/**
 * Returns what computes the beliefs of a CRF, in WebAssembly where there is any and the filter is the
 * lattice. If it can be, **before** is used again, and its beliefs are lost. Throws as `denseCrf`
 * does.
 */
export async function openField(
  options: DenseCrfOptions,
  before: MeanField | null = null
): Promise<MeanField> {
  const checked = checkOptions(options);
  if (before?.reopen?.(checked)) return before;
  const module = checked.filter === "lattice" ? await fieldModule() : null;
  return module ? wasmMeanField(module, checked) : plainMeanField(checked);
}
