// Compiles what the package exports into lib/: JavaScript, with its types, and WebAssembly inside.
// npm runs it before it packs.

import {spawnSync} from "node:child_process";
import {rmSync} from "node:fs";
import {fileURLToPath} from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));
rmSync(new URL("../lib", import.meta.url), {recursive: true, force: true});
const {status} = spawnSync(
  process.execPath,
  ["node_modules/typescript/bin/tsc", "--project", "tsconfig.library.json"],
  {cwd: root, stdio: ["ignore", 2, 2]}
);
process.exitCode = status ?? 1;
