import {steadyHeight} from "./steadyHeight.ts";
import {part} from "./view.ts";

/** Something to try, which the page checks itself. */
export interface Task {
  readonly element: HTMLElement;
  /** Whether the reader has solved it, at least once. */
  readonly solved: boolean;
  /**
   * Tells whether the figure as it is now solves the task, and how it stands, in a sentence with
   * its numbers. Once solved, a task stays so until {@link reset}.
   */
  update(solvedNow: boolean, note: string): void;
  /** Asks for something else, where what the figure shows leaves nothing to be done. */
  ask(sentence: string): void;
  reset(): void;
}

/**
 * Returns a task to show under a figure: *sentence* asks, in plain words, for something that can be
 * reached with the figure's controls. It is told by {@link Task.update} how the figure stands.
 *
 * ```js
 * const wide = task("Three layers, a field of 15, no holes.");
 * root.append(wide.element);
 * wide.update(size >= 15 && holes === 0, `The field is ${size}, with ${holes} holes.`);
 * ```
 *
 * When it is first solved, the change is announced to screen readers.
 */
export function task(sentence: string): Task {
  const element = document.createElement("div");
  element.className = "viz-task";
  element.innerHTML = `<p><strong>Try</strong> <span class="viz-task-ask"></span></p>
    <p class="viz-task-note"></p><p class="viz-task-done" role="status"></p>`;
  const asked = part(element, ".viz-task-ask");
  asked.textContent = sentence;
  const noted = part(element, ".viz-task-note");
  steadyHeight(noted);
  let solved = false;

  function show(): void {
    element.dataset.solved = String(solved);
    part(element, ".viz-task-done").textContent = solved ? "✓ Solved" : "";
  }

  show();
  return {
    element,
    get solved() {
      return solved;
    },
    update(solvedNow, note) {
      if (noted.textContent !== note) noted.textContent = note;
      if (solvedNow === solved || !solvedNow) return;
      solved = true;
      show();
    },
    ask(next) {
      if (asked.textContent !== next) asked.textContent = next;
    },
    reset() {
      solved = false;
      show();
    }
  };
}
