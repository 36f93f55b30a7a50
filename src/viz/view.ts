/** An element whose **value** is what the reader selected. Assigning it is silent. */
export type View<E extends Element, V> = E & {value: V};

/**
 * Returns *element* with a **value** property that reads and writes as told. Neither emits an
 * event: a figure calls {@link emitInput} itself, and only for a gesture that changed the value.
 */
export function asView<E extends Element, V>(
  element: E,
  {get, set}: {get: () => V; set: (value: V) => void}
): View<E, V> {
  return Object.defineProperty(element, "value", {
    get,
    set,
    configurable: true,
    enumerable: true
  }) as View<E, V>;
}

/** Emits the *input* event, bubbling, by which a figure says that its reader changed its value. */
export function emitInput(element: Element): void {
  element.dispatchEvent(new Event("input", {bubbles: true}));
}

/**
 * Keeps the *input* and *change* events of the native controls inside *element* to themselves, so
 * that whoever listens to the figure hears of changes of the figure's own value and nothing else.
 */
export function keepControlEvents(element: Element): void {
  for (const type of ["input", "change"])
    element.addEventListener(type, (event) => {
      if (event.target !== element) event.stopImmediatePropagation();
    });
}

/** Returns the part of a figure that *selector* names; throws an Error if there is none. */
export function part<E extends Element = HTMLElement>(figure: Element, selector: string): E {
  const found = figure.querySelector<E>(selector);
  if (!found) throw new Error(`missing part: ${selector}`);
  return found;
}

let named = 0;

/** Returns an id that no other figure of the page has, for labels and descriptions to refer to. */
export function uniqueId(name: string): string {
  return `viz-${name}-${++named}`;
}
