import {mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync} from "node:fs";
import {dirname, join, relative} from "node:path";
import {fileURLToPath} from "node:url";
import {ESLint} from "eslint";
import ts from "typescript";
import {extractCells, moduleName, moduleOf, type Cell} from "./extractCells.ts";

/** Something wrong in a notebook, at a line and column (from 1) of its own file. */
export interface Problem {
  file: string;
  line: number;
  column: number;
  message: string;
}

/** A longer cell holds an algorithm, and an algorithm belongs in `src`, where tests reach it. */
const LONGEST_CELL = 15;

const modes = ["ts", "md", "html", "tex"];

/**
 * Type-checks and lints the TypeScript cells of notebooks, which Notebook Kit only transpiles, and
 * checks that they are short. Resolves to what is wrong, in the order of files and lines.
 *
 * - **notebooks**: the source of each notebook by its path from *root*; by default those in
 *   `notebooks/`. The paths decide what relative imports mean.
 * - **cache**: the folder, from *root*, for the extracted modules; its contents are replaced.
 */
export async function checkCells(
  root: URL,
  {notebooks = readNotebooks(root), cache = ".cache/cells"} = {}
): Promise<Problem[]> {
  const folder = join(fileURLToPath(root), cache);
  const problems: Problem[] = [];
  const modules = new Map<string, Module>();
  for (const [file, text] of notebooks) {
    const cells = extractCells(text);
    problems.push(...checkShape(file, cells));
    for (const cell of cells.filter(({mode}) => mode === "ts")) {
      // Beside the notebook, as far as relative imports can tell: see rootDirs below.
      const path = join(folder, dirname(file), moduleName(file, cell));
      const source = moduleOf(file, cells, cell);
      modules.set(path, {file, cell, source, lines: text.split("\n")});
    }
  }
  writeProject(fileURLToPath(root), folder, modules);
  const found = [...checkTypes(folder), ...(await lint(folder))];
  for (const {path, line, column, message} of found) {
    const module = modules.get(path);
    // The first line of a module is ours; lint has opinions about it.
    if (module && line > 1) problems.push(locate(module, line, column, message));
  }
  return problems.sort((a, b) => (a.file === b.file ? a.line - b.line : a.file < b.file ? -1 : 1));
}

interface Module {
  file: string;
  cell: Cell;
  lines: string[];
  source: string;
}

interface Finding {
  path: string;
  line: number;
  column: number;
  message: string;
}

function readNotebooks(root: URL): Map<string, string> {
  const folder = new URL("notebooks/", root);
  const files = readdirSync(folder).filter((name) => name.endsWith(".html"));
  return new Map(
    files.sort().map((name) => [`notebooks/${name}`, readFileSync(new URL(name, folder), "utf8")])
  );
}

function checkShape(file: string, cells: Cell[]): Problem[] {
  return cells.flatMap((cell, i) => {
    const at = (message: string) => ({file, line: cell.line, column: 1, message});
    const length = cell.source.trim().split("\n").length;
    const earlier = cells.slice(0, i).flatMap(({outputs}) => outputs);
    return [
      ...(modes.includes(cell.mode)
        ? []
        : [at(`a cell in ${cell.mode}: write it in TypeScript (type="text/x-typescript")`)]),
      ...(cell.mode === "ts" && length > LONGEST_CELL
        ? [at(`a cell of ${length} lines (at most ${LONGEST_CELL}): its algorithm belongs in src`)]
        : []),
      ...cell.outputs
        .filter((name) => earlier.includes(name))
        .map((name) => at(`${name} is declared by an earlier cell too`))
    ];
  });
}

function writeProject(root: string, folder: string, modules: Map<string, Module>): void {
  rmSync(folder, {recursive: true, force: true});
  mkdirSync(folder, {recursive: true});
  const up = relative(folder, root);
  const config = {
    extends: `${up}/src/tsconfig.json`,
    // The folder stands in for the project's root: what is not in it is looked for there.
    compilerOptions: {rootDirs: [".", up], types: ["vite/client"]},
    include: [".", `${up}/scripts/cellGlobals.d.ts`, `${up}/src/**/*.d.ts`],
    exclude: []
  };
  writeFileSync(join(folder, "tsconfig.json"), JSON.stringify(config));
  for (const [path, {source}] of modules) {
    mkdirSync(dirname(path), {recursive: true});
    writeFileSync(path, source);
  }
}

function checkTypes(folder: string): Finding[] {
  const path = join(folder, "tsconfig.json");
  const host = {...ts.sys, onUnRecoverableConfigFileDiagnostic: fail};
  const parsed = ts.getParsedCommandLineOfConfigFile(path, {}, host);
  if (!parsed) throw new Error(`cannot read ${path}`);
  if (parsed.errors.length > 0) fail(parsed.errors[0]);
  const program = ts.createProgram(parsed.fileNames, parsed.options);
  return ts.getPreEmitDiagnostics(program).flatMap(({file, start = 0, messageText}) => {
    if (!file) return [];
    const {line, character} = file.getLineAndCharacterOfPosition(start);
    const message = ts.flattenDiagnosticMessageText(messageText, "\n  ");
    return [{path: file.fileName, line: line + 1, column: character + 1, message}];
  });
}

function fail({messageText}: ts.Diagnostic): never {
  throw new Error(ts.flattenDiagnosticMessageText(messageText, "\n"));
}

async function lint(folder: string): Promise<Finding[]> {
  const config = fileURLToPath(new URL("cells.lint.js", import.meta.url));
  const eslint = new ESLint({
    cwd: folder,
    overrideConfigFile: config,
    errorOnUnmatchedPattern: false
  });
  const results = await eslint.lintFiles(["**/*.ts"]);
  return results.flatMap(({filePath: path, messages}) =>
    messages.map(({line, column, message, ruleId}) => ({
      path,
      line,
      column,
      message: `${message} (${ruleId})`
    }))
  );
}

/** Where a position of an extracted module is in the notebook, which indents its cells. */
function locate(
  {file, cell, lines, source}: Module,
  line: number,
  column: number,
  message: string
): Problem {
  const extracted = source.split("\n")[line - 1];
  // What is wrong with the end of a module is wrong with the end of its cell.
  const last = cell.line + cell.source.split("\n").length - 1;
  const there = Math.min(cell.line + line - 2, last);
  const indent = Math.max(0, lines[there - 1].indexOf(extracted));
  return {file, line: there, column: column + indent, message};
}
