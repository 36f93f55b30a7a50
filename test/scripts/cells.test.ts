import {describe, expect, it} from "vitest";
import {checkCells} from "../../scripts/cells.ts";
import {extractCells} from "../../scripts/extractCells.ts";

const root = new URL("../../", import.meta.url);

function notebook(...cells: string[]): string {
  return `<!doctype html>
<notebook theme="air">
  <title>Test</title>
${cells.join("\n")}
</notebook>
`;
}

const cell = (source: string, type = "text/x-typescript") =>
  `  <script type="${type}">\n${source.replace(/^(?=.)/gm, "    ")}\n  </script>`;

/** Checks notebooks that are not on disk, in a folder of this test's own. */
async function check(cache: string, notebooks: Record<string, string>) {
  return checkCells(root, {
    notebooks: new Map(Object.entries(notebooks)),
    cache: `.cache/test/${cache}`
  });
}

describe("extractCells", () => {
  it("finds each cell's language, names and line", () => {
    const text = notebook(
      cell("# Title", "text/markdown"),
      cell("const a: number = b + 1;\nconst c = display(a);"),
      `  <script id="9" type="text/x-typescript">\n    a * 2\n  </script>`
    );
    const cells = extractCells(text);
    expect(cells.map(({id, mode, line}) => ({id, mode, line}))).toEqual([
      {id: 1, mode: "md", line: 5},
      {id: 2, mode: "ts", line: 8},
      {id: 9, mode: "ts", line: 12}
    ]);
    for (const {line, source} of cells) {
      expect(text.split("\n")[line - 1].trim()).toBe(source.split("\n")[0]);
    }
    expect(cells[1]).toMatchObject({inputs: ["b", "display"], outputs: ["a", "c"]});
    expect(cells[2]).toMatchObject({inputs: ["a"], outputs: [], isExpression: true});
  });
});

describe("checkCells", () => {
  it("has nothing to say about cells that are right", async () => {
    const text = notebook(
      cell("doubled.toFixed(1)"),
      cell("const rate = view(Inputs.range([1, 4], {step: 1}));"),
      cell("const later = Promise.resolve(rate);"),
      cell("const doubled = later * 2;\nconst half: number = rate / 2;"),
      cell('import {classes} from "../src/model/classes.ts";\nclasses.map(({name}) => name);'),
      cell("display(half + (dark ? width : 0));"),
      cell("{rate, half}")
    );
    expect(await check("right", {"notebooks/right.html": text})).toEqual([]);
  });

  it("reports type errors at their place in the notebook", async () => {
    const text = notebook(
      cell("Words.", "text/markdown"),
      cell("const rate = view(Inputs.range([1, 4], {step: 1}));\n\nconst word: string = rate;"),
      cell("if (rate > 1) {\n  display(rate.toUpperCase());\n}"),
      cell("display(nothing);"),
      cell("d3.scaleLiner([0, 1], [0, width]);"),
      cell('import {classes} from "../src/model/classes.ts";\nclasses.length.trim();')
    );
    const problems = await check("types", {"notebooks/types.html": text});
    const place = (needle: string) => {
      const lines = text.split("\n");
      const line = lines.findIndex((each) => each.includes(needle));
      return {
        file: "notebooks/types.html",
        line: line + 1,
        column: lines[line].indexOf(needle) + 1
      };
    };
    // In the cell that makes it, `rate` is a generator; in other cells, the number it yields.
    expect(problems).toContainEqual({
      ...place("word: string"),
      message: expect.stringMatching(/AsyncGenerator<number.* not assignable to type 'string'/)
    });
    expect(problems).toContainEqual({
      ...place("toUpperCase"),
      message: expect.stringMatching(/'toUpperCase' does not exist on type 'number'/)
    });
    expect(problems).toContainEqual({
      ...place("nothing"),
      message: "Cannot find name 'nothing'."
    });
    expect(problems).toContainEqual({
      ...place("scaleLiner"),
      message: expect.stringMatching(/'scaleLiner' does not exist.*'scaleLinear'/)
    });
    expect(problems).toContainEqual({
      ...place("trim"),
      message: expect.stringMatching(/'trim' does not exist on type 'number'/)
    });
  });

  it("reports syntax errors, lint, long cells, other languages and names declared twice", async () => {
    const text = notebook(
      cell("const a = (1;"),
      cell("let b = 2;\ndisplay(b == 2);"),
      cell(Array.from({length: 16}, (_, i) => `const line${i} = ${i};`).join("\n")),
      cell("display(1);", "module"),
      cell("const line3 = 0;"),
      cell('import {tensor} from "@tensorflow/tfjs-core";\ntensor([1]);')
    );
    const problems = await check("shape", {"notebooks/shape.html": text});
    const at = (needle: string) => ({
      line: text.split("\n").findIndex((each) => each.includes(needle)) + 1
    });
    const said = (needle: string, message: RegExp) =>
      expect(problems).toContainEqual(
        expect.objectContaining({...at(needle), message: expect.stringMatching(message)})
      );
    said("(1;", /'\)' expected/);
    said("let b", /prefer-const/);
    said("b == 2", /eqeqeq/);
    said("line0", /16 lines \(at most 15\)/);
    said("display(1)", /write it in TypeScript/);
    said("line3 = 0", /declared by an earlier cell/);
    said("tfjs-core", /TensorFlow\.js/);
  });
});
