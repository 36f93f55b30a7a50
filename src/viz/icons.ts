const picture = (path: string) => `<svg viewBox="0 0 18 18" aria-hidden="true">${path}</svg>`;

/** Icons of buttons, as markup, in the color of the text. */
export const icons = {
  undo: picture(`<path d="M4 7h7a4 4 0 0 1 0 8H7M7 4 4 7l3 3"/>`),
  redo: picture(`<path d="M14 7H7a4 4 0 0 0 0 8h4M11 4l3 3-3 3"/>`),
  save: picture(`<path d="M9 3v8M5.5 8 9 11.5 12.5 8M3.5 15h11"/>`)
};
