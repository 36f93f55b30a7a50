import {addressBar, formatFields, parseFields, type Field, type Fields} from "./addressFields.ts";
import type {Notices} from "./notices.ts";

/** A figure whose value is plain, and the fields of that value that an address may hold. */
export interface Addressed {
  readonly figure: EventTarget & {value: object};
  readonly fields: Readonly<Record<string, Field<unknown>>>;
  /** Whether others follow the figure, and hear of a value from the address as of a gesture. */
  readonly followed: boolean;
}

/**
 * Returns a figure and the *fields* of its value that the address holds, for {@link keepFigures}:
 * those that others depend on first. The figure itself throws a RangeError for what is not legal.
 */
export function addressed<V extends object, K extends keyof V & string>(
  figure: EventTarget & {value: V},
  fields: Fields<Pick<V, K>>,
  {followed = false}: {followed?: boolean} = {}
): Addressed {
  return {figure, fields, followed};
}

/**
 * Keeps the address of a lesson and its *figures* in step, each figure under the name it has here:
 * what the reader does is written to the fragment, as `name.field=…`, and what the fragment says,
 * now or when it changes, is shown; wrong values are told to *board*, and leave the default. The
 * header's Reset brings the figures back to the values that they have now.
 */
export function keepFigures(figures: Readonly<Record<string, Addressed>>, board: Notices): void {
  const places = Object.entries(figures).flatMap(([name, addressed]) =>
    Object.keys(addressed.fields).map((key) => ({key, address: `${name}.${key}`, ...addressed}))
  );
  const fields = Object.fromEntries(places.map(({key, address, fields}) => [address, fields[key]]));
  const initial = stateNow();
  const bar = addressBar(() => {
    board.clear();
    read();
  });

  function stateNow(): Record<string, unknown> {
    return Object.fromEntries(
      places.map(({figure, key, address}) => [
        address,
        (figure.value as Record<string, unknown>)[key]
      ])
    );
  }

  /** Shows *state* field by field, so that one which cannot be shown leaves the others. */
  function show(state: Readonly<Record<string, unknown>>): void {
    for (const {figure, key, address, fields} of places) {
      const {format} = fields[key];
      const text = format(state[address]);
      const value = figure.value as Record<string, unknown>;
      if (text === format(value[key])) continue;
      try {
        figure.value = {...value, [key]: state[address]};
      } catch (error) {
        if (!(error instanceof RangeError)) throw error;
        board.show(
          `The link says ${address}=${text}, but that is an ${error.message}. The default is shown.`
        );
      }
    }
    for (const {figure, followed} of Object.values(figures))
      if (followed) figure.dispatchEvent(new Event("input", {bubbles: true}));
  }

  function read(): void {
    const {state, problems} = parseFields(fields, initial, bar.read());
    problems.forEach(board.show);
    // From the defaults, so that no value of before stands in the way of those asked for.
    show(initial);
    show(state);
  }

  function write(): void {
    bar.write(formatFields(fields, initial, stateNow()));
  }

  if (bar.read() !== "") read();
  for (const {figure} of Object.values(figures)) figure.addEventListener("input", write);
  document.addEventListener("pagereset", () => {
    board.clear();
    show(initial);
    write();
  });
}
