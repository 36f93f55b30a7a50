import {uniqueId} from "./view.ts";

/** A thing to choose. */
export interface ListedObject {
  readonly id: number;
  readonly name: string;
}

/** Where an arrow key points. */
const arrows: Readonly<Record<string, readonly [dx: number, dy: number]>> = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, -1],
  ArrowDown: [0, 1]
};

/**
 * Returns the layer of a stage that has the keyboard: to assistive technology a list of the
 * objects, of which one may be selected. `[` and `]` ask for the previous and the next object,
 * arrows for a step of 2 pixels (with Shift, 10), Delete and Escape for what they say.
 */
export function objectList(
  label: string,
  describedBy: string,
  {
    cycle,
    nudge,
    remove,
    release
  }: {
    cycle: (by: 1 | -1) => void;
    nudge: (dx: number, dy: number) => void;
    remove: () => void;
    release: () => void;
  }
): {
  readonly element: HTMLElement;
  update(objects: readonly ListedObject[], selected: number | null): void;
} {
  const element = document.createElement("div");
  const id = uniqueId("object");
  element.className = "viz-objects";
  element.tabIndex = 0;
  element.setAttribute("role", "listbox");
  element.setAttribute("aria-label", label);
  element.setAttribute("aria-describedby", describedBy);
  let shown = "";
  const anySelected = () => element.hasAttribute("aria-activedescendant");

  element.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === "]") cycle(1);
    else if (event.key === "[") cycle(-1);
    else if (!anySelected()) return;
    else if (event.key === "Escape") release();
    else if (event.key === "Delete" || event.key === "Backspace") remove();
    else if (event.key in arrows) {
      const [dx, dy] = arrows[event.key];
      const step = event.shiftKey ? 10 : 2;
      nudge(dx * step, dy * step);
    } else return;
    event.preventDefault();
  });
  // Only for the keyboard: a press of the pointer selects by itself.
  element.addEventListener("focus", () => {
    if (!anySelected() && element.matches(":focus-visible")) cycle(1);
  });

  return {
    element,
    update(objects, selected) {
      const now = JSON.stringify([objects, selected]);
      if (now === shown) return;
      shown = now;
      const options = objects.map((object) => {
        const option = document.createElement("span");
        option.id = `${id}-${object.id}`;
        option.className = "viz-hidden";
        option.setAttribute("role", "option");
        option.setAttribute("aria-selected", String(object.id === selected));
        option.textContent = object.name;
        return option;
      });
      element.replaceChildren(...options);
      if (objects.some((object) => object.id === selected))
        element.setAttribute("aria-activedescendant", `${id}-${selected}`);
      else element.removeAttribute("aria-activedescendant");
    }
  };
}
