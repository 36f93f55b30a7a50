import {icons} from "./icons.ts";
import {menuButton} from "./menuButton.ts";
import {part} from "./view.ts";

/** What the toolbar of a scene does. */
export interface SceneActions {
  add: (kind: string) => void;
  remove: () => void;
  light: (light: string) => void;
  street: () => void;
  undo: () => void;
  redo: () => void;
  reset: () => void;
}

/** What the toolbar must know of the scene. */
export interface SceneToolbarState {
  light: string;
  /** The actions of which there is nothing to do now. */
  disabled: readonly (keyof SceneActions)[];
}

/** Returns the toolbar of a scene editor: what to add, which light, and what its buttons say. */
export function sceneToolbar(
  kinds: readonly {readonly kind: string; readonly label: string}[],
  lights: readonly string[],
  actions: SceneActions
): {readonly element: HTMLElement; update(state: SceneToolbarState): void} {
  const element = document.createElement("div");
  element.className = "viz-toolbar";
  element.setAttribute("role", "group");
  element.setAttribute("aria-label", "Change the street");
  element.innerHTML = `
    <button type="button" data-do="remove">Remove</button>
    <button type="button" data-do="street">New street</button>
    <button type="button" data-do="undo" aria-label="Undo" title="Undo">${icons.undo}</button>
    <button type="button" data-do="redo" aria-label="Redo" title="Redo">${icons.redo}</button>
    <button type="button" data-do="reset">Reset</button>`;
  const names = ["remove", "street", "undo", "redo", "reset"] as const;
  const button = (name: string) => part<HTMLButtonElement>(element, `[data-do=${name}]`);
  for (const name of names) button(name).addEventListener("click", () => actions[name]());
  let light = "";
  const kindItems = kinds.map(({kind, label}) => ({value: kind, label}));
  const lightItems = lights.map((value) => ({value, label: value}));
  button("remove").before(menuButton("Add", kindItems, actions.add));
  button("street").before(menuButton("Light", lightItems, actions.light, {checked: () => light}));
  return {
    element,
    update(state) {
      light = state.light;
      for (const name of names) {
        const idle = state.disabled.includes(name);
        // A disabled button loses the keyboard: the next one that works takes it.
        const focused = button(name) === document.activeElement;
        button(name).disabled = idle;
        if (idle && focused) part<HTMLButtonElement>(element, "button:enabled").focus();
      }
    }
  };
}
