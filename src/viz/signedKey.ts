import {responseText} from "./responseMap.ts";
import {part} from "./view.ts";

/** Returns the key to a scale of signed numbers: colors from −limit over 0 to +limit. */
export function signedKey(name = "Response"): {
  readonly element: HTMLElement;
  update(limit: number): void;
} {
  const element = document.createElement("p");
  element.className = "viz-signed-key";
  element.innerHTML = `${name} <span></span><i aria-hidden="true"></i><span></span>`;
  return {
    element,
    update(limit) {
      const text = responseText(limit);
      part(element, "span").textContent = `−${text}`;
      part(element, "span:last-child").textContent = text;
    }
  };
}
