import {inThousands} from "./numberWords.ts";
import {blockName} from "./strideWords.ts";
import {total, type StripBlock, type StripReading} from "./strideTrade.ts";
import {part} from "./view.ts";

interface Row {
  readonly title: string;
  /** How the row looks: by what it is about. */
  readonly kind?: "rate" | "field" | "whole";
  text(reading: StripReading, block: StripBlock): string;
}

const rows: readonly Row[] = [
  {title: "stride", text: (_, {stride}) => String(stride)},
  {title: "rate", kind: "rate", text: (_, {rate}) => String(rate)},
  {title: "map", text: (_, {width, height}) => `${width} × ${height}`},
  {title: "channels", text: (_, {channels}) => String(channels)},
  {title: "receptive field", kind: "field", text: (_, {field}) => String(field)},
  {title: "multiply-adds", text: (_, {multiplyAdds}) => inThousands(multiplyAdds)},
  {title: "activations", text: (_, {activationBytes}) => `${inThousands(activationBytes)}B`},
  {
    title: "multiply-adds, all",
    kind: "whole",
    text: (reading) => inThousands(total(reading, "multiplyAdds"))
  },
  {
    title: "activations, all",
    text: (reading) => `${inThousands(total(reading, "activationBytes"))}B`
  }
];

/**
 * Returns a table of one block, and of all of them, with a column for each of *readings*.
 * **update** is told the block's number and which of the readings is chosen.
 */
export function strideTable(readings: readonly StripReading[]): {
  readonly element: HTMLTableElement;
  update(block: number, chosen: StripReading): void;
} {
  const element = document.createElement("table");
  const strides = readings.map(({outputStride}) => `<th scope="col">${outputStride}</th>`);
  element.innerHTML = `<caption></caption>
    <thead><tr><th scope="col">Output stride</th>${strides.join("")}</tr></thead>
    <tbody>${rows
      .map(
        ({title, kind = ""}) =>
          `<tr data-kind="${kind}"><th scope="row">${title}</th>${"<td></td>".repeat(readings.length)}</tr>`
      )
      .join("")}</tbody>`;
  const [head, ...lines] = [...element.rows];
  return {
    element,
    update(number, chosen) {
      const [name] = readings.map(({blocks}) => blockName(blocks[number]));
      part(element, "caption").textContent = name.charAt(0).toUpperCase() + name.slice(1);
      for (const [column, reading] of readings.entries()) {
        const current = String(reading === chosen);
        head.cells[column + 1].dataset.current = current;
        for (const [i, {kind, text}] of rows.entries()) {
          const cell = lines[i].cells[column + 1];
          const block = reading.blocks[number];
          const next = text(reading, block);
          if (cell.textContent !== next) cell.textContent = next;
          cell.dataset.current = current;
          cell.dataset.high = String(kind === "rate" && block.rate > 1);
        }
      }
    }
  };
}
