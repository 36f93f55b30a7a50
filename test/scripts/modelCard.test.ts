import {createHash} from "node:crypto";
import {readdirSync, readFileSync, statSync} from "node:fs";
import {fileURLToPath} from "node:url";
import {describe, expect, it} from "vitest";
import {shippedWeights} from "../../bin/segmenter.ts";
import {
  markdownTable,
  replaceBetween,
  score,
  scoreTables,
  type HeadScores
} from "../../scripts/modelCardTables.ts";
import {deeplabV3Plus, shippedOptions} from "../../src/model/deeplab.ts";
import {layoutOf} from "../../src/model/train/parameters.ts";
import {Evaluation, trimapRings} from "../../src/model/train/scores.ts";

const card = readFileSync(
  fileURLToPath(new URL("../../notebooks/weights/README.md", import.meta.url)),
  "utf8"
);

describe("the model card", () => {
  it("is of the file that ships: its parameters, its size, its digest", () => {
    const bytes = readFileSync(shippedWeights);
    const cell = (name: string) =>
      new RegExp(`^\\| ${name} +\\| +(\\S+) \\|$`, "m").exec(card)?.[1];
    const {trainedSize} = layoutOf(deeplabV3Plus(shippedOptions));
    expect(cell("parameters")).toBe(trainedSize.toLocaleString("en"));
    expect(cell("bytes")).toBe(bytes.length.toLocaleString("en"));
    expect(cell("SHA-256")).toBe(`\`${createHash("sha256").update(bytes).digest("hex")}\``);
  });

  it("has the markers between which its tables are written", () => {
    for (const name of ["file", "scores"])
      expect(() => replaceBetween(card, name, "")).not.toThrow();
  });

  it("shows failures, in small pictures that are there", () => {
    const folder = fileURLToPath(new URL("../../docs/images/", import.meta.url));
    const linked = [...card.matchAll(/\]\(\.\.\/\.\.\/docs\/images\/(failure-\d+\.webp)\)/g)];
    expect(linked).toHaveLength(3);
    expect(readdirSync(folder)).toEqual(expect.arrayContaining(linked.map(([, file]) => file)));
    for (const [, file] of linked) expect(statSync(`${folder}${file}`).size).toBeLessThan(60e3);
  });
});

it("what stands between markers is replaced, and nothing else", () => {
  const text = "a\n<!-- x -->\nold\n<!-- /x -->\nb\n";
  expect(replaceBetween(text, "x", "new")).toBe("a\n<!-- x -->\n\nnew\n\n<!-- /x -->\nb\n");
  for (const bad of ["", "<!-- x -->", "<!-- /x --> <!-- x -->", text + text])
    expect(() => replaceBetween(bad, "x", "new")).toThrow("the text needs <!-- x -->");
});

describe("scoreTables", () => {
  const names = ["road", "car", "tree"];
  const of = (prediction: number[]) => {
    const truth = [0, 0, 0, 0, 1, 1, 1, 1];
    const evaluation = new Evaluation(names);
    evaluation.add(truth, prediction, trimapRings(truth, 8, 1, 3));
    return evaluation.scores();
  };
  // Road: 3 right, 1 missed, none false: 3/4. Car: 4 right, 1 false: 4/5.
  const decoder = of([0, 0, 0, 1, 1, 1, 1, 1]);
  // Road: 2 right, 2 missed, 1 false: 2/5. Car: 3 right, 1 missed, 2 false: 3/6.
  const encoder = of([0, 0, 1, 1, 0, 1, 1, 1]);
  const heads: HeadScores = {decoder, encoder};
  const strides = new Map([8, 16, 32].map((stride) => [stride as 8, heads]));
  const failures = [{name: "street 7", mIoU: 0.25, link: "failure.webp"}];
  const text = scoreTables(
    [{kind: "streets", strides, full: {...heads, encoder: decoder}}],
    failures
  );

  it("gives every number by hand", () => {
    for (const line of [
      "| output stride | streets, decoder | streets, encoder alone |",
      "| 8 | .775 | .450 |",
      "| road | .750 | .400 |",
      "| tree | – | – |",
      "| pixel accuracy | .875 | .625 |",
      "| 1 px | .250 | .000 |", // of the two pixels, the decoder has the car right, with a false one
      "| anywhere | .775 | .450 |",
      "| road | 50.0 | 75 | 25 | · |",
      "| tree | 0.0 | – | – | – |",
      "Weakest: road (.750; 25 % taken for car); car (.800).",
      "| streets, decoder | .77500 | .77500 | 0.000 |",
      "| streets, encoder alone | .45000 | .77500 | 32.500 |",
      "![street 7, mIoU .250: the picture, its mistakes in red, the truth and the prediction](failure.webp)"
    ])
      expect(text.split("\n")).toContain(line);
  });

  it("has no word of half precision where full was not measured", () => {
    expect(text).toContain("### Half precision");
    expect(scoreTables([{kind: "streets", strides}], failures)).not.toContain("precision of");
  });
});

it("numbers and tables are as Markdown has them", () => {
  expect([score(0.5087), score(1), score(0), score(null)]).toEqual([".509", "1.000", ".000", "–"]);
  expect(markdownTable([["a", "b"], ["1", "2"]])).toBe("| a | b |\n| --- | --: |\n| 1 | 2 |"); // prettier-ignore
});
