import {Runtime} from "@observablehq/runtime";
import {define as defineCell} from "observable:runtime/define.js";
import type {Definition, DefineState} from "observable:runtime/define.js";
import {builtins} from "./builtins.ts";

const main = new Runtime(builtins).module();

/**
 * Defines one cell of the page. Notebook Kit's Vite plugin emits a call for each cell that is not
 * plain prose; this module stands in for its `observable:runtime`, whose built-ins come from a CDN.
 */
export function define(state: DefineState, definition: Definition): void {
  defineCell(main, state, definition);
}
