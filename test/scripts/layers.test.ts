import {fileURLToPath} from "node:url";
import {ESLint} from "eslint";
import {expect, it} from "vitest";

// Types need a file on disk, so they are left out here; the rules of the layers need none.
const eslint = new ESLint({
  cwd: fileURLToPath(new URL("../../", import.meta.url)),
  overrideConfig: {
    files: ["**/*.ts"],
    languageOptions: {parserOptions: {projectService: false, project: null}}
  },
  ruleFilter: ({ruleId}) =>
    /^(@typescript-eslint\/no-restricted-imports|no-restricted-globals|house\/.*)$/.test(ruleId)
});

async function complaints(filePath: string, code: string): Promise<number> {
  const [{messages}] = await eslint.lintText(`${code}\n`, {filePath});
  expect(messages.filter(({fatal}) => fatal)).toEqual([]);
  return messages.length;
}

const tensor = 'import {tensor} from "@tensorflow/tfjs-core";';

it.each([
  ["src/model/shapes.ts", tensor],
  ["src/model/gradientFields.ts", tensor],
  ["src/model/shapes.ts", 'import {tapGrid} from "../viz/tapGrid.ts";'],
  ["src/model/shapes.ts", 'import type {View} from "../viz/view.ts";'],
  ["src/model/train/loss.ts", 'import {permalink} from "../../notebook/permalink.ts";'],
  ["src/model/execute.ts", 'import {range} from "d3";'],
  ["src/model/weights.ts", 'import {readFileSync} from "node:fs";'],
  ["src/model/weights.ts", 'fetch("weights");'],
  ["src/model/train/loop.ts", "self.close();"],
  ["src/model/train/loop.ts", "document.title;"],
  ["src/scenes/index.ts", 'import {view} from "../viz/view.ts";'],
  ["src/viz/tapGrid.ts", tensor],
  ["src/viz/tapGrid.ts", 'import {deeplabV3Plus} from "../model/deeplab.ts";'],
  ["src/viz/tapGrid.ts", 'import {meanIoU} from "../model/train/metrics.ts";'],
  ["src/notebook/page.worker.ts", tensor],
  ["bin/deeplab.ts", tensor],
  ["src/viz/utils.ts", "export {};"],
  ["src/model/helpers.ts", "export {};"],
  ["src/model/train/common.ts", "export {};"],
  ["src/viz/tap-grid.ts", "export {};"],
  ["src/viz/TapGrid.ts", "export {};"]
])("lint refuses in %s: %s", async (file, code) => {
  expect(await complaints(file, code)).toBe(1);
});

it.each([
  ["src/model/execute.ts", tensor],
  ["src/model/segment.ts", tensor],
  ["src/model/inputGradients.ts", tensor],
  ["src/model/effectiveReceptiveField.ts", tensor],
  ["src/model/kernels/dilated.ts", tensor],
  ["src/model/train/loss.ts", tensor],
  ["src/model/train/examples.ts", 'import {randomScene} from "../../scenes/index.ts";'],
  ["src/viz/tapGrid.ts", 'import type {Network} from "../model/network.ts";'],
  ["src/viz/tapGrid.ts", 'import {classes} from "../model/classes.ts";'],
  ["src/viz/tapGrid.ts", 'import {labelsFromLogits} from "../model/logits.ts";'],
  ["src/viz/tapGrid.ts", 'import {range} from "d3"; document.title;'],
  [
    "src/notebook/network.worker.ts",
    'import {openSegmenter} from "../model/segment.ts"; self.close();'
  ],
  [
    "src/notebook/network.worker.ts",
    'import wasm from "@tensorflow/tfjs-backend-wasm/dist/x.wasm?url";'
  ],
  ["bin/deeplab.ts", 'import {readFileSync} from "node:fs";']
])("lint allows in %s: %s", async (file, code) => {
  expect(await complaints(file, code)).toBe(0);
});
