/** What an editor can undo and redo. States are kept as given, never changed. */
export interface History<S> {
  /** The state that is on screen. */
  readonly present: S;
  readonly canUndo: boolean;
  readonly canRedo: boolean;
  /**
   * Makes *state* the present one. Successive pushes of one *gesture* (a drag, a run of arrow
   * keys on one object) are one step to undo.
   */
  push(state: S, gesture?: string): void;
  /** Ends the gesture, so that the next push starts a step of its own. */
  settle(): void;
  undo(): void;
  redo(): void;
}

/** Returns a history that starts at *initial* and keeps the last *limit* states. */
export function history<S>(initial: S, {limit = 200} = {}): History<S> {
  if (!(limit >= 1)) throw new RangeError(`invalid limit: ${limit} (1 or more)`);
  let past: S[] = [];
  let present = initial;
  let future: S[] = [];
  let last: string | undefined;
  return {
    get present() {
      return present;
    },
    get canUndo() {
      return past.length > 0;
    },
    get canRedo() {
      return future.length > 0;
    },
    push(state, gesture) {
      if (gesture === undefined || gesture !== last) past = [...past, present].slice(-limit);
      last = gesture;
      present = state;
      future = [];
    },
    settle() {
      last = undefined;
    },
    undo() {
      const previous = past.at(-1);
      if (!this.canUndo) return;
      past = past.slice(0, -1);
      future = [...future, present];
      present = previous as S;
      last = undefined;
    },
    redo() {
      const next = future.at(-1);
      if (!this.canRedo) return;
      future = future.slice(0, -1);
      past = [...past, present];
      present = next as S;
      last = undefined;
    }
  };
}
