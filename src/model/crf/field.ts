import {fieldBytes} from "./fieldBytes.ts";

let compiled: Promise<WebAssembly.Module | null> | null = null;

/**
 * Returns the inner loops of `assembly/field.ts`, compiled once, or null where WebAssembly or its
 * SIMD is missing.
 */
export function fieldModule(): Promise<WebAssembly.Module | null> {
  return (compiled ??= compile());
}

async function compile(): Promise<WebAssembly.Module | null> {
  if (typeof WebAssembly === "undefined") return null;
  const bytes = Uint8Array.from(atob(fieldBytes), (character) => character.charCodeAt(0));
  return WebAssembly.validate(bytes) ? WebAssembly.compile(bytes) : null;
}
