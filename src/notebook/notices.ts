/** A place for messages to the reader, in the flow of the page. */
export interface Notices {
  readonly element: HTMLElement;
  /** Adds a message, unless the same one is there. */
  show(message: string): void;
  clear(): void;
}

/** Returns a place for messages, each with a button that dismisses it; screen readers hear them. */
export function notices(): Notices {
  const element = document.createElement("div");
  element.className = "notices";
  element.setAttribute("role", "status");
  return {
    element,
    show(message) {
      const shown = Array.from(element.children, (child) => child.firstChild?.textContent);
      if (shown.includes(message)) return;
      const dismiss = document.createElement("button");
      dismiss.type = "button";
      dismiss.ariaLabel = "Dismiss this message";
      dismiss.textContent = "×";
      const line = document.createElement("p");
      const text = document.createElement("span");
      text.textContent = message;
      line.append(text, dismiss);
      dismiss.addEventListener("click", () => {
        line.remove();
      });
      element.append(line);
    },
    clear() {
      element.replaceChildren();
    }
  };
}
