const picture = (path: string) => `<svg viewBox="0 0 18 18" aria-hidden="true">${path}</svg>`;

/** Icons of buttons, as markup, in the color of the text. */
export const icons = {
  undo: picture(`<path d="M4 7h7a4 4 0 0 1 0 8H7M7 4 4 7l3 3"/>`),
  redo: picture(`<path d="M14 7H7a4 4 0 0 0 0 8h4M11 4l3 3-3 3"/>`),
  save: picture(`<path d="M9 3v8M5.5 8 9 11.5 12.5 8M3.5 15h11"/>`),
  first: picture(`<path d="M4.5 4v10M14 4 7.5 9 14 14Z"/>`),
  back: picture(`<path d="M12 4 5.5 9 12 14Z"/>`),
  play: picture(`<path d="M5.5 3.5v11L14.5 9Z"/>`),
  pause: picture(`<path d="M6 4v10M12 4v10"/>`),
  forward: picture(`<path d="M6 4l6.5 5L6 14Z"/>`),
  last: picture(`<path d="M13.5 4v10M4 4l6.5 5L4 14Z"/>`)
};
