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

  /** Assigns what *state* has of a figure: all of it, or the part that has *keys*. */
  function assign(name: string, state: Readonly<Record<string, unknown>>, keys?: string[]): void {
    const {figure, fields: own} = figures[name];
    const value: Record<string, unknown> = {...figure.value};
    for (const key of keys ?? Object.keys(own)) value[key] = state[`${name}.${key}`];
    figure.value = value;
  }

  /** Returns what a figure says against an assignment, or null if it takes it. */
  function refusal(assignment: () => void): string | null {
    try {
      assignment();
      return null;
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
      return error.message;
    }
  }

  /**
   * Shows *state*: of each figure all at once, as one field may be legal only beside another; or
   * else field by field from the defaults, so that one which is not legal leaves the others.
   */
  function show(state: Readonly<Record<string, unknown>>): void {
    for (const [name, {fields: own, figure, followed}] of Object.entries(figures)) {
      if (refusal(() => assign(name, state)) !== null) {
        assign(name, initial);
        for (const key of Object.keys(own)) {
          const message = refusal(() => assign(name, state, [key]));
          if (message === null) continue;
          const text = own[key].format(state[`${name}.${key}`]);
          board.show(
            `The link says ${name}.${key}=${text}, but that is an ${message}. The default is shown.`
          );
        }
      }
      if (followed) figure.dispatchEvent(new Event("input", {bubbles: true}));
    }
  }

  function read(): void {
    const {state, problems} = parseFields(fields, initial, bar.read());
    problems.forEach(board.show);
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
