import type {LatticeSteps, PlanePoint} from "../model/crf/latticeSteps.ts";
import {letterOf} from "./latticeData.ts";
import {offBy, offWords, valueWords} from "./latticeWords.ts";
import {part} from "./view.ts";

/**
 * Returns a table of what each point says, reads and should read, in which a point is chosen by its
 * letter: *choose* is told which.
 */
export function latticeTable(choose: (point: number) => void): {
  readonly element: HTMLElement;
  update(points: readonly PlanePoint[], steps: LatticeSteps, chosen: number): void;
} {
  const element = document.createElement("table");
  element.innerHTML = `<caption>What each point hears in the end</caption>
    <thead><tr><th scope="col">Point</th><th scope="col">says</th><th scope="col">lattice</th>
      <th scope="col">exact</th><th scope="col">off by</th></tr></thead>
    <tbody></tbody>`;
  const body = part(element, "tbody");

  function row(index: number): HTMLElement {
    const line = document.createElement("tr");
    line.innerHTML =
      `<th scope="row"><button type="button" aria-label="Choose ${letterOf(index)}">` +
      `${letterOf(index)}</button></th><td></td><td></td><td></td><td></td>`;
    part(line, "button").addEventListener("click", () => choose(index));
    return line;
  }

  return {
    element,
    update(points, {exact, readings}, chosen) {
      while (body.children.length > points.length) body.lastElementChild?.remove();
      while (body.children.length < points.length) body.append(row(body.children.length));
      points.forEach(({value}, i) => {
        const cells = [
          String(value),
          valueWords(readings[i]),
          valueWords(exact[i]),
          offWords(offBy(readings[i], exact[i]))
        ];
        body.children[i].querySelectorAll("td").forEach((cell, k) => {
          if (cell.textContent !== cells[k]) cell.textContent = cells[k];
        });
        part(body.children[i], "button").setAttribute("aria-pressed", String(i === chosen));
      });
    }
  };
}
