import type {Role, Side} from "./twoStepsLayout.ts";

/** One number of the figure. */
export interface Cell {
  readonly side: Side;
  readonly role: Role;
  readonly lane: number;
  readonly row: number;
  readonly column: number;
}

/** What the diagram shows. */
export interface TwoStepsShown {
  /** The number of a cell, or null where none has been made. */
  value(this: void, cell: Cell): number | null;
  /** The number that a card's tints end at. */
  limit(this: void, side: Side, role: Role): number;
  names: readonly string[];
  /** At work on the left: the filter of each group, in which lanes, at which place. */
  one: {groups: number; filters: readonly number[]; lanes: readonly number[]; place: number};
  /** At work on the right; *mixing* in the second step, by *filter*. */
  two: {lanes: readonly number[]; place: number; mixing: boolean; filter: number};
  /** The multiply-adds done. */
  done: Readonly<Record<Side, number>>;
  titles: Readonly<Record<Side, {title: string; beside: string}>>;
  /** Two lines above each column of cards. */
  heading(this: void, side: Side, role: Role): readonly [string, string];
  /** The number that the reader looks at, if any. */
  inspected: Cell | null;
}
