// Observable's libraries ship without types, and Notebook Kit's package exports only the whole
// runtime, which brings the CDN's built-ins along: Vite resolves the modules below by the alias
// for `observable:`. Declared here is what the site uses.

declare module "@observablehq/runtime" {
  export type Module = object;
  export class Runtime {
    constructor(builtins: Record<string, unknown>);
    module(): Module;
  }
}

declare module "observable:runtime/define.js" {
  import type {Module} from "@observablehq/runtime";
  export type {Definition, DefineState} from "@observablehq/notebook-kit/runtime";
  import type {Definition, DefineState} from "@observablehq/notebook-kit/runtime";
  export function define(main: Module, state: DefineState, definition: Definition): void;
}

declare module "observable:runtime/stdlib/generators/index.js" {
  export function dark(): AsyncGenerator<boolean>;
  export function now(): AsyncGenerator<number>;
  export function width(target: Element): AsyncGenerator<number>;
  export function input<T>(element: HTMLElement & {value: T}): AsyncGenerator<T>;
  export function observe<T>(
    initialize: (change: (value: T) => T) => (() => void) | undefined
  ): AsyncGenerator<T>;
}

declare module "observable:runtime/stdlib/mutable.js" {
  export function Mutable<T>(value?: T): AsyncGenerator<T> & {value: T};
}

declare module "observable:runtime/stdlib/md.js" {
  export function md(strings: TemplateStringsArray, ...values: unknown[]): HTMLElement;
}

declare module "htl" {
  export function html(strings: TemplateStringsArray, ...values: unknown[]): HTMLElement;
  export function svg(strings: TemplateStringsArray, ...values: unknown[]): SVGElement;
}

declare module "@observablehq/inputs" {
  /** A form whose value is what the reader chose; it emits `input`. */
  export type Form<T> = HTMLFormElement & {value: T};
  export function range(extent: [number, number], options?: Record<string, unknown>): Form<number>;
  export function radio<T>(data: Iterable<T>, options?: Record<string, unknown>): Form<T>;
  export function select<T>(data: Iterable<T>, options?: Record<string, unknown>): Form<T>;
  export function toggle(options?: Record<string, unknown>): Form<boolean>;
  export function button(content: unknown, options?: Record<string, unknown>): Form<number>;
}
