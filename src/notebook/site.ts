import "../viz/styles.css";
import "./site.css";
import {keepOffline} from "./offline.ts";

/**
 * The controls around every lesson: theme, code, link and reset. A choice of theme or of code is
 * remembered where the browser allows it, and holds for this visit where it does not.
 */

const root = document.documentElement;

/** Returns the template's element, which every page has. */
function control<T extends HTMLElement>(id: string): T {
  const element = document.getElementById(id);
  if (element === null) throw new Error(`missing from the template: #${id}`);
  return element as T;
}

function remember(key: string, value: string): void {
  try {
    localStorage.setItem(key, value);
  } catch {
    // Storage may be forbidden; the choice then holds until the page is left.
  }
}

const theme = control<HTMLSelectElement>("theme");
theme.value = root.dataset.theme ?? "system";
theme.addEventListener("change", () => {
  if (theme.value === "system") delete root.dataset.theme;
  else root.dataset.theme = theme.value;
  remember("theme", theme.value);
});

const code = control<HTMLButtonElement>("show-code");
code.ariaChecked = String(root.dataset.code === "shown");
code.addEventListener("click", () => {
  const shown = code.ariaChecked !== "true";
  code.ariaChecked = String(shown);
  if (shown) root.dataset.code = "shown";
  else delete root.dataset.code;
  remember("code", shown ? "shown" : "hidden");
});
for (const pre of document.querySelectorAll<HTMLElement>(".observablehq--cell + pre")) {
  pre.tabIndex = 0; // long lines scroll, by keyboard too
  pre.setAttribute("role", "group");
  pre.ariaLabel = "Code of the cell above";
}

const copy = control<HTMLButtonElement>("copy-link");
copy.addEventListener("click", () => {
  const said = copy.textContent;
  navigator.clipboard.writeText(location.href).then(
    () => (copy.textContent = "Copied"),
    () => (copy.textContent = "See address bar")
  );
  setTimeout(() => (copy.textContent = said), 2000);
});

// The page's own figures know what resetting means; see permalink.ts.
control("reset-page").addEventListener("click", () => {
  document.dispatchEvent(new Event("pagereset"));
});

// A section that the address names stays at the top while figures above it are drawn: for as long as
// the reader has not taken over, and five seconds at most.
const section =
  location.hash.length > 1 && !location.hash.includes("=")
    ? document.getElementById(decodeURIComponent(location.hash.slice(1)))
    : null;
if (section) {
  const growth = new ResizeObserver(() => section.scrollIntoView());
  growth.observe(control("content"));
  const stop = () => growth.disconnect();
  for (const gesture of ["wheel", "touchstart", "pointerdown", "keydown"])
    addEventListener(gesture, stop, {once: true, passive: true});
  setTimeout(stop, 5000);
}

keepOffline();
