// Compiles the CRF's inner loops, and writes them as a module of TypeScript, so that they are found
// the same way in a page, in a worker and in Node. install.mjs runs it, before every npm script,
// when they have changed.

import {rename, writeFile} from "node:fs/promises";
import {fileURLToPath} from "node:url";
import {compileAssembly} from "./assembly.ts";

const folder = fileURLToPath(new URL("../src/model/crf/assembly/", import.meta.url));
const path = fileURLToPath(new URL("../src/model/crf/fieldBytes.ts", import.meta.url));

const bytes = await compileAssembly({folder, entry: "field.ts"});
const draft = `${path}.${process.pid}`;
await writeFile(
  draft,
  "/** Written by scripts/assemble.ts: assembly/field.ts as WebAssembly, in base 64. */\n" +
    `export const fieldBytes: string =\n  "${Buffer.from(bytes).toString("base64")}";\n`
);
await rename(draft, path);
