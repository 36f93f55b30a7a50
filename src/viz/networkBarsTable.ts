import {sameNetwork, type NetworkSetting, type PublishedReading} from "./networkBarsData.ts";
import {backboneName, headWords} from "./networkBarsWords.ts";
import {part} from "./view.ts";

/**
 * Returns a table of the papers' rows beside our counts, on the padded grid and with each output
 * counted once. A row's button hands its setting to *pick*; **update** marks the row of a network.
 */
export function networkBarsTable(
  rows: readonly PublishedReading[],
  pick: (setting: NetworkSetting) => void
): {readonly element: HTMLTableElement; update(setting: NetworkSetting): void} {
  const element = document.createElement("table");
  const groups = new Map<string, PublishedReading[]>();
  for (const row of rows) {
    const name = backboneName(row.setting);
    groups.set(name, [...(groups.get(name) ?? []), row]);
  }
  element.innerHTML = `
    <caption>Multiply-adds in billions, at ${rows[0].setting.size}×${rows[0].setting.size}:
      the papers, and counted here</caption>
    <thead><tr><th scope="col">Network, output stride</th>
      <th scope="col" data-column="iou">mIoU, %</th><th scope="col">paper</th>
      <th scope="col">padded grid</th><th scope="col">true count</th></tr></thead>
    ${[...groups]
      .map(
        ([name, of]) => `<tbody><tr><th colspan="5" scope="rowgroup">${name}</th></tr>
        ${of
          .map(
            ({setting, meanIoU, published, printed, padded, counted}) => `<tr data-network>
            <th scope="row"><button type="button"><span class="viz-hidden">${name}</span>
              <span>${headWords(setting)}</span> <b>${setting.outputStride}</b></button></th>
            <td data-column="iou">${meanIoU.toFixed(2)}</td><td>${printed}</td>
            ${compared(padded, published, 1e9)}${compared(counted, published, 1e9)}</tr>`
          )
          .join("")}
${parameterRows(name, of)}</tbody>`
      )
      .join("")}`;
  const listed = [...groups.values()].flat();
  const lines = [...element.querySelectorAll<HTMLTableRowElement>("[data-network]")];
  for (const [i, line] of lines.entries()) {
    line.title = listed[i].source;
    part(line, "button").addEventListener("click", () => pick(listed[i].setting));
  }
  return {
    element,
    update(setting) {
      for (const [i, line] of lines.entries()) {
        const current = String(sameNetwork(listed[i].setting, setting));
        line.dataset.current = current;
        line.dataset.counted = setting.spaceToBatch ? "padded" : "once";
        part(line, "button").setAttribute("aria-pressed", current);
      }
    }
  };
}

/** The rows of a backbone's parameters, where papers give any. */
function parameterRows(name: string, rows: readonly PublishedReading[]): string {
  const lines = rows.flatMap(({setting, parameters}) => {
    if (parameters === null) return [];
    const {published, counted} = parameters;
    return [
      `<tr><th scope="row"><p>${headWords(setting)}</p></th><td data-column="iou"></td>
      <td>${(published / 1e6).toFixed(2)}</td><td></td>${compared(counted, published, 1e6)}</tr>`
    ];
  });
  if (lines.length === 0) return "";
  const title = `${name}, parameters in millions`;
  return `<tr><th colspan="5" scope="rowgroup">${title}</th></tr>${lines.join("")}`;
}

function compared(counted: number, published: number, unit: number): string {
  const percents = (100 * counted) / published - 100;
  const share = `${percents < 0 ? "−" : "+"}${Math.abs(percents).toFixed(2)} %`;
  return `<td>${(counted / unit).toFixed(2)} <small>${share}</small></td>`;
}
