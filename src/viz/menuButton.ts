import {part, uniqueId} from "./view.ts";

/** One thing to pick from a menu. */
export interface MenuItem {
  /** What is handed to *pick*. */
  value: string;
  label: string;
}

/**
 * Returns a button that opens a menu of *items*, after the WAI-ARIA pattern: Enter, Space or the
 * down arrow opens it, arrows, Home, End and first letters move, Escape closes, and the picked
 * value is handed to *pick*. If *checked* is given, the menu is a choice of one, which it marks.
 *
 * ```js
 * menuButton("Add", kinds, (kind) => add(kind))
 * ```
 */
export function menuButton(
  label: string,
  items: readonly MenuItem[],
  pick: (value: string) => void,
  {checked}: {checked?: () => string} = {}
): HTMLElement {
  const root = document.createElement("div");
  root.className = "viz-menu";
  const id = uniqueId("menu");
  root.innerHTML = `
    <button type="button" aria-haspopup="menu" aria-expanded="false" aria-controls="${id}"></button>
    <div role="menu" id="${id}" hidden></div>`;
  const button = part<HTMLButtonElement>(root, "button");
  const menu = part(root, "[role=menu]");
  button.textContent = label;
  menu.setAttribute("aria-label", label);
  const entries = items.map((item) => {
    const entry = document.createElement("button");
    entry.type = "button";
    entry.setAttribute("role", checked ? "menuitemradio" : "menuitem");
    entry.tabIndex = -1;
    entry.textContent = item.label;
    entry.addEventListener("click", () => {
      close(true);
      pick(item.value);
    });
    return entry;
  });
  menu.append(...entries);

  function open(): void {
    entries.forEach((entry, i) => {
      if (checked) entry.setAttribute("aria-checked", String(items[i].value === checked()));
    });
    menu.hidden = false;
    button.setAttribute("aria-expanded", "true");
    (entries.find((entry) => entry.ariaChecked === "true") ?? entries[0])?.focus();
  }

  function close(refocus: boolean): void {
    if (menu.hidden) return;
    menu.hidden = true;
    button.setAttribute("aria-expanded", "false");
    if (refocus) button.focus();
  }

  button.addEventListener("click", () => (menu.hidden ? open() : close(true)));
  button.addEventListener("keydown", (event) => {
    if (event.key !== "ArrowDown" && event.key !== "ArrowUp") return;
    event.preventDefault();
    open();
    if (event.key === "ArrowUp") entries.at(-1)?.focus();
  });
  menu.addEventListener("keydown", (event) => {
    const i = entries.indexOf(document.activeElement as HTMLButtonElement);
    const next = {
      ArrowDown: (i + 1) % entries.length,
      ArrowUp: (i + entries.length - 1) % entries.length,
      Home: 0,
      End: entries.length - 1
    }[event.key];
    if (event.key === "Escape") close(true);
    else if (next !== undefined) entries[next].focus();
    else if (event.key.length === 1 && event.key !== " ") {
      const from = [...entries.slice(i + 1), ...entries.slice(0, i + 1)];
      const letter = event.key.toLowerCase();
      from.find((entry) => entry.textContent.toLowerCase().startsWith(letter))?.focus();
    } else return;
    event.preventDefault();
    event.stopPropagation();
  });
  root.addEventListener("focusout", (event) => {
    if (!root.contains(event.relatedTarget as Node | null)) close(false);
  });
  return root;
}
