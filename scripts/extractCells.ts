import {basename} from "node:path";
import {deserialize, transpile} from "@observablehq/notebook-kit";
import {JSDOM} from "jsdom";

/** A cell of a notebook, and where in the notebook's file its source begins. */
export interface Cell {
  id: number;
  /** Notebook Kit's name of the cell's language: "ts", "md", "html", "tex", "js" … */
  mode: string;
  /** The source, without the four spaces that indent it in the file. */
  source: string;
  /** The line of the file, from 1, that holds the first line of *source*. */
  line: number;
  /** Names that the cell takes from other cells, from the built-ins or from the browser. */
  inputs: string[];
  /** Names that the cell declares for other cells. */
  outputs: string[];
  /** Whether the cell is one expression, whose value is displayed. */
  isExpression: boolean;
}

/** Returns the cells of a notebook in Observable's open HTML format, in the order of the file. */
export function extractCells(text: string): Cell[] {
  const dom = new JSDOM(text, {includeNodeLocations: true});
  const {document} = dom.window;
  // Notebook Kit reads the same document, so that its cells and our positions are of one parse.
  const {cells} = deserialize(text, {
    parser: {parseFromString: () => document} as unknown as DOMParser
  });
  return Array.from(document.querySelectorAll("notebook script"), (script, i) => {
    // The text begins right after the tag; an empty cell has none.
    const location = dom.nodeLocation(script.firstChild ?? script);
    if (!location) throw new Error(`cell ${cells[i].id} has no place in the file`);
    // Notebook Kit drops the rest of the tag's own line where it is blank, as it usually is.
    const startsOnNextLine = /^[^\S\n]*\r?\n/.test(script.textContent ?? "");
    const {id, mode, value: source} = cells[i];
    return {
      id,
      mode,
      source,
      line: location.startLine + (startsOnNextLine ? 1 : 0),
      ...(mode === "ts" ? readNames(source) : {inputs: [], outputs: [], isExpression: false})
    };
  });
}

/** A cell with a syntax error has no names; the compiler says where the error is. */
function readNames(source: string): Pick<Cell, "inputs" | "outputs" | "isExpression"> {
  try {
    const {inputs = [], outputs = [], body} = transpile(source, "ts");
    return {inputs, outputs, isExpression: /^[^\n]*\n?return \(\n/.test(body)};
  } catch {
    return {inputs: [], outputs: [], isExpression: false};
  }
}

/** Returns the file name of the module that moduleOf writes, given the notebook's own. */
export function moduleName(notebook: string, {id}: Cell): string {
  return `${basename(notebook, ".html")}-${id}.ts`;
}

/**
 * Returns a module of TypeScript for *cell*, one of the *cells* of *notebook*, which holds what
 * Notebook Kit would make of it: a scope of its own, names of other cells as the values that those
 * resolve to, and its own names exported. The source begins on the second line, unchanged.
 */
export function moduleOf(notebook: string, cells: readonly Cell[], cell: Cell): string {
  const header = cell.inputs.flatMap((name) => {
    const from = cells.find((other) => other !== cell && other.outputs.includes(name));
    if (!from) return []; // a built-in, the browser's, or unknown to the compiler too
    return [
      `import type {${name} as $${name}} from "./${moduleName(notebook, from)}";`,
      `declare const ${name}: CellValue<typeof $${name}>;`
    ];
  });
  if (cell.isExpression) header.push("export default");
  return `${header.join(" ")}\n${cell.source}\nexport {${cell.outputs.join(", ")}};\n`;
}
