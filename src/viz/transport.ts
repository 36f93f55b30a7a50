import {icons} from "./icons.ts";
import {asView, emitInput, part, type View} from "./view.ts";

export interface TransportOptions {
  /** The last step. */
  last: number;
  /** The step to start at. Default 0. */
  step?: number;
  /** How long a step lasts while it plays, in milliseconds. Default 900. */
  interval?: number;
  /** What a step is called, for screen readers and beside the scrubber. Default "2 of 5". */
  name?(this: void, step: number, last: number): string;
}

export interface Transport extends View<HTMLElement, number> {
  readonly playing: boolean;
  pause(): void;
  /** Changes how many steps there are; a step past the last becomes the last, silently. */
  update(data: {last: number}): void;
}

/**
 * Returns a bar to go through steps 0 to **last** with: first, back, play, forward, last, and a
 * scrubber. Its **value** is the step; a change by the reader, or by playing, emits *input*.
 *
 * ```js
 * const step = view(transport({last: 10}));
 * ```
 *
 * Nothing plays until the reader says so; it stops at the last step, and where nobody sees it. How
 * a figure moves from step to step is its own affair: see {@link reducedMotion}. Assigning a value
 * that is no step throws a RangeError.
 */
export function transport({
  last,
  step = 0,
  interval = 900,
  name = (at, of) => `${at} of ${of}`
}: TransportOptions): Transport {
  const root = document.createElement("div");
  root.className = "viz-transport";
  root.setAttribute("role", "group");
  root.setAttribute("aria-label", "Steps");
  const button = (action: string, label: string, icon: string) =>
    `<button type="button" data-do="${action}" aria-label="${label}">${icon}</button>`;
  root.innerHTML =
    button("first", "First step", icons.first) +
    button("back", "Back one step", icons.back) +
    button("play", "Play", icons.play) +
    button("forward", "Forward one step", icons.forward) +
    button("last", "Last step", icons.last) +
    `<input type="range" min="0" step="1" aria-label="Step"><output></output>`;
  const range = part<HTMLInputElement>(root, "[type=range]");
  const of = (action: string) => part<HTMLButtonElement>(root, `[data-do=${action}]`);
  let timer: ReturnType<typeof setTimeout> | undefined;

  function check(next: number): number {
    if (!(Number.isInteger(next) && next >= 0 && next <= last))
      throw new RangeError(`invalid step: ${next} (0 to ${last})`);
    return next;
  }

  function refresh(): void {
    range.max = String(last);
    range.valueAsNumber = step;
    range.setAttribute("aria-valuetext", name(step, last));
    part(root, "output").textContent = name(step, last);
    for (const action of ["first", "back"]) of(action).disabled = step === 0;
    for (const action of ["forward", "last"]) of(action).disabled = step === last;
    of("play").disabled = last === 0;
  }

  function choose(next: number): void {
    const to = Math.max(0, Math.min(last, next));
    const changed = to !== step;
    step = to;
    refresh();
    if (changed) emitInput(root);
  }

  let shownPlaying = false;

  function showPlaying(): void {
    const playing = timer !== undefined;
    if (playing === shownPlaying) return;
    shownPlaying = playing;
    of("play").innerHTML = playing ? icons.pause : icons.play;
    of("play").setAttribute("aria-label", playing ? "Pause" : "Play");
  }

  function pause(): void {
    clearTimeout(timer);
    timer = undefined;
    showPlaying();
  }

  function tick(): void {
    if (!root.isConnected) return pause();
    choose(step + 1);
    if (step === last) pause();
    else timer = setTimeout(tick, interval);
  }

  function play(): void {
    // From the end, there is nothing to play: start over, and show the first step for its time.
    if (step === last) choose(0);
    timer = setTimeout(tick, interval);
    showPlaying();
  }

  const actions: Record<string, () => void> = {
    first: () => choose(0),
    back: () => choose(step - 1),
    forward: () => choose(step + 1),
    last: () => choose(last)
  };
  for (const [action, act] of Object.entries(actions))
    of(action).addEventListener("click", () => {
      pause();
      act();
    });
  of("play").addEventListener("click", () => (timer === undefined ? play() : pause()));
  range.addEventListener("input", (event) => {
    event.stopPropagation();
    pause();
    choose(range.valueAsNumber);
  });
  range.addEventListener("change", (event) => event.stopPropagation());
  new IntersectionObserver(([{isIntersecting}]) => {
    if (!isIntersecting) pause();
  }).observe(root);

  step = check(step);
  refresh();
  const view = asView<HTMLElement, number>(root, {
    get: () => step,
    set(next) {
      step = check(next);
      refresh();
    }
  });
  Object.defineProperty(view, "playing", {get: () => timer !== undefined});
  return Object.assign(view as Transport, {
    pause,
    update(data: {last: number}) {
      if (!(Number.isInteger(data.last) && data.last >= 0))
        throw new RangeError(`invalid last step: ${data.last}`);
      last = data.last;
      step = Math.min(step, last);
      refresh();
    }
  });
}

/** Returns whether the reader would rather have nothing move: steps are then shown at once. */
export function reducedMotion(): boolean {
  return matchMedia("(prefers-reduced-motion: reduce)").matches;
}
