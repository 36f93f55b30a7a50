import {addressBar, formatFields, parseFields, type Field, type Fields} from "./addressFields.ts";
import type {Notices} from "./notices.ts";

/** A figure whose value is plain, and the fields of that value that an address may hold. */
export interface Addressed {
  readonly figure: EventTarget & {value: object};
  readonly fields: Readonly<Record<string, Field<never>>>;
}

/**
 * Returns a figure and the *fields* of its value that the address holds, for {@link keepFigures}.
 * A figure that is not illustrated by all its fields at once may throw a RangeError when they are
 * assigned; it then keeps what it shows.
 */
export function addressed<V extends object, K extends keyof V>(
  figure: EventTarget & {value: V},
  fields: Fields<Pick<V, K>>
): Addressed {
  return {figure, fields} as unknown as Addressed;
}

/**
 * Keeps the address of a lesson and its *figures* in step, each figure under the name it has here:
 * what the reader does is written to the fragment, as `name.field=…`, and what the fragment says,
 * now or when it changes, is shown; wrong values are told to *board*. The header's Reset brings the
 * figures back to the values that they have now.
 */
export function keepFigures(figures: Readonly<Record<string, Addressed>>, board: Notices): void {
  const entries = Object.entries(figures);
  const fields: Record<string, Field<unknown>> = {};
  for (const [name, {fields: own}] of entries)
    for (const key of Object.keys(own))
      fields[`${name}.${key}`] = own[key];
  const initial = stateNow();
  const bar = addressBar(() => {
    read();
  });

  function stateNow(): Record<string, unknown> {
    const state: Record<string, unknown> = {};
    for (const [name, {figure, fields: own}] of entries) {
      const value = figure.value as Record<string, unknown>;
      for (const key of Object.keys(own)) state[`${name}.${key}`] = value[key];
    }
    return state;
  }

  /** Shows *state*, and says which figure cannot show its part of it. */
  function show(state: Record<string, unknown>): void {
    for (const [name, {figure, fields: own}] of entries) {
      const next: Record<string, unknown> = {...figure.value};
      for (const key of Object.keys(own)) next[key] = state[`${name}.${key}`];
      try {
        figure.value = next;
      } catch (error) {
        if (!(error instanceof RangeError)) throw error;
        board.show(`The link cannot be shown in full: ${error.message}. The default is shown.`);
      }
    }
  }

  function read(): void {
    board.clear();
    const {state, problems} = parseFields(fields, initial, bar.read());
    problems.forEach(board.show);
    show(state);
  }

  function write(): void {
    bar.write(formatFields(fields, initial, stateNow()));
  }

  if (bar.read() !== "") read();
  for (const [, {figure}] of entries) figure.addEventListener("input", write);
  document.addEventListener("pagereset", () => {
    board.clear();
    show(initial);
    write();
  });
}
