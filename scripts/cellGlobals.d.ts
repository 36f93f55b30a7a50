// What a notebook's cell can name without importing it, for the type-check of extracted cells.
// The runtime's own names are those of Observable's runtime; the rest are src/notebook/builtins.ts.

import type {builtins} from "../src/notebook/builtins.ts";

type Builtins = typeof builtins;
type Builtin<Name extends keyof Builtins> = CellValue<ReturnType<Builtins[Name]>>;

declare global {
  /** What other cells see of a variable: promises are awaited, generators yield their newest. */
  type CellValue<T> =
    T extends AsyncGenerator<infer V>
      ? V
      : T extends Generator<infer V>
        ? V
        : T extends PromiseLike<infer V>
          ? V
          : T;

  /** Shows *value* in the cell's place on the page, and returns it. */
  function display<T>(value: T): T;
  /** Shows *input*, and yields its value now and after each of its `input` events. */
  function view<T>(input: Element & {value: T}): AsyncGenerator<T>;
  /** Resolves when the cell is about to run again: the moment to free what it holds. */
  const invalidation: Promise<void>;
  /** Returns a promise that resolves when the cell's place is on the screen. */
  function visibility<T>(value?: T): Promise<T>;

  const dark: Builtin<"dark">;
  const now: Builtin<"now">;
  const width: Builtin<"width">;
  const Generators: Builtin<"Generators">;
  const Mutable: Builtin<"Mutable">;
  const Inputs: Builtin<"Inputs">;
  const d3: Builtin<"d3">;
  const html: Builtin<"html">;
  const svg: Builtin<"svg">;
  const md: Builtin<"md">;
  const tex: Builtin<"tex">;
}
