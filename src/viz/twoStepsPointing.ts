import type {TwoStepsDiagram} from "./twoStepsDiagram.ts";
import type {Cell} from "./twoStepsShown.ts";
import type {Side} from "./twoStepsLayout.ts";

/**
 * Lets the reader look at the diagram's numbers: by pointing, by a tap, or by arrow keys, which go
 * from number to number of a side, beginning at *first*; Escape and leaving look at none. *inspect*
 * is told; a click or Enter on a number tells *choose*.
 */
export function pointAtCells(
  diagram: TwoStepsDiagram,
  {
    inspect,
    choose,
    first
  }: {
    inspect: (cell: Cell | null) => void;
    choose: (cell: Cell) => void;
    first: (side: Side) => Cell;
  }
): void {
  const {element, sides} = diagram;
  element.addEventListener("pointermove", (event) => {
    if (event.pointerType !== "touch") inspect(diagram.cellAt(event));
  });
  element.addEventListener("pointerleave", (event) => {
    if (event.pointerType !== "touch") inspect(null);
  });
  element.addEventListener("click", (event) => {
    const cell = diagram.cellAt(event);
    inspect(cell);
    if (cell) choose(cell);
  });
  for (const side of ["one", "two"] as const) {
    let here: Cell | null = null;
    const look = (cell: Cell | null) => inspect((here = cell));
    sides[side].addEventListener("blur", () => look(null));
    sides[side].addEventListener("keydown", (event) => {
      if (event.ctrlKey || event.metaKey || event.altKey) return;
      const by = {
        ArrowLeft: [-1, 0],
        ArrowRight: [1, 0],
        ArrowUp: [0, -1],
        ArrowDown: [0, 1]
      }[event.key];
      if (by) look(here ? diagram.beside(here, by[0], by[1]) : first(side));
      else if ((event.key === "Enter" || event.key === " ") && here) choose(here);
      else if (event.key === "Escape" && here) look(null);
      else return;
      event.preventDefault();
    });
  }
}
