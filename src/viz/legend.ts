import {percent} from "./percent.ts";
import {asView, emitInput, uniqueId, type View} from "./view.ts";

/** A class as a legend shows it. */
export interface LegendClass {
  readonly name: string;
  /** A CSS color. */
  readonly color: string;
}

/** A legend, which can be told how much of the picture each class takes. */
export interface Legend extends View<HTMLElement, number | null> {
  /** Shows a share in [0, 1] beside each class; null for none. */
  update(shares: ArrayLike<number> | null): void;
}

/**
 * Returns a legend of *classes*, a button for each. Its **value** is the index of the class that
 * the reader isolated, or null; pressing the same one again, or Escape, lets go of it. A change
 * emits *input*.
 */
export function legend(classes: readonly LegendClass[]): Legend {
  const root = document.createElement("div");
  const id = uniqueId("legend");
  root.className = "viz-legend";
  root.setAttribute("role", "group");
  root.setAttribute("aria-label", "Classes; press one to isolate it");
  let value: number | null = null;
  const buttons = classes.map(({name, color}, i) => {
    const button = document.createElement("button");
    button.type = "button";
    button.id = `${id}-${i}`;
    button.style.setProperty("--color", color);
    button.innerHTML = `<span class="viz-name"></span><span class="viz-share"></span>`;
    button.children[0].textContent = name;
    button.addEventListener("click", () => choose(value === i ? null : i));
    return button;
  });
  root.append(...buttons);
  root.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && value !== null) choose(null);
  });

  function choose(next: number | null): void {
    value = next;
    refresh();
    emitInput(root);
  }

  function refresh(): void {
    root.classList.toggle("viz-isolating", value !== null);
    buttons.forEach((button, i) => button.setAttribute("aria-pressed", String(i === value)));
  }

  refresh();
  const view = asView(root, {
    get: () => value,
    set(next) {
      if (next !== null && !(next in classes)) throw new RangeError(`invalid class: ${next}`);
      value = next;
      refresh();
    }
  });
  return Object.assign(view, {
    update(shares: ArrayLike<number> | null) {
      buttons.forEach((button, i) => {
        button.children[1].textContent = shares ? percent(shares[i]) : "";
        button.classList.toggle("viz-absent", shares?.[i] === 0);
      });
    }
  });
}
