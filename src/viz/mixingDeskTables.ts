import type {LegendClass} from "./legend.ts";
import {largest, strips, type AccountRow} from "./mixingDeskData.ts";
import {logitText} from "./mixingDeskWords.ts";
import {part} from "./view.ts";

export interface DeskTable {
  readonly element: HTMLElement;
  /** Shows rows, one a class, and says in *words* what follows from them; null: nothing is known. */
  show(rows: readonly AccountRow[] | null, words: string): void;
}

/** A strip's name as short as a column, and what it is called in full. */
const heads = strips.map(({key, name}) => ({short: key === "pool" ? "pool" : name, name}));

/**
 * Returns a table of what each strip adds to each class's score at a pixel: *title* says of which
 * head, *how* how it was found. After the strips come two columns of numbers, called *columns*.
 */
export function deskTable(
  classes: readonly LegendClass[],
  {
    title,
    how,
    columns,
    numbers
  }: {
    title: string;
    how: string;
    columns: readonly {readonly short: string; readonly name: string}[];
    numbers: (row: AccountRow) => readonly number[];
  }
): DeskTable {
  const element = document.createElement("div");
  element.className = "viz-desk-account";
  const head = [...heads, ...columns]
    .map(({short, name}) => `<th scope="col"><abbr title="${name}">${short}</abbr></th>`)
    .join("");
  element.innerHTML = `
    <p class="viz-form-title"><strong>${title}</strong></p><p class="viz-desk-how">${how}</p>
    <table aria-label="${title}"><thead><tr><td></td>${head}</tr></thead><tbody>${classes
      .map(
        () =>
          `<tr><th scope="row" class="viz-entry"></th>${"<td></td>".repeat(heads.length + columns.length)}</tr>`
      )
      .join("")}</tbody></table>
    <p class="viz-desk-follows"></p>`;
  const rows = [...element.querySelectorAll<HTMLElement>("tbody tr")];
  rows.forEach((row, label) => {
    const name = part(row, "th");
    name.textContent = classes[label].name;
    name.style.setProperty("--color", classes[label].color);
  });
  const cells = rows.map((row) => [...row.querySelectorAll("td")]);

  return {
    element,
    show(next, words) {
      part(element, ".viz-desk-follows").textContent = words;
      const most = Math.max(1, ...(next ?? []).flatMap(({parts}) => parts.map(Math.abs)));
      const first = next && largest(next.map(({logit}) => logit));
      cells.forEach((row, label) => {
        rows[label].dataset.first = String(label === first);
        const values = next && [...next[label].parts, ...numbers(next[label])];
        row.forEach((cell, i) => {
          const value = values?.[i];
          const text = value === undefined ? "" : logitText(value);
          if (cell.textContent !== text) cell.textContent = text;
          if (i >= heads.length) return;
          cell.dataset.sign = value === undefined ? "" : value < 0 ? "less" : "more";
          const share = value === undefined ? 0 : Math.abs(value) / most;
          cell.style.setProperty("--share", share.toFixed(2));
        });
      });
    }
  };
}
