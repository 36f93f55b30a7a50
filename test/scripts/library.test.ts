import {spawnSync} from "node:child_process";
import {mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync} from "node:fs";
import {join} from "node:path";
import {fileURLToPath} from "node:url";
import {expect, it} from "vitest";
import {denseCrf} from "../../src/model/crf/index.ts";
import {temporaryFolder} from "../bin/files.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));
const folder = temporaryFolder();

/** Runs a program in *cwd*, and returns what it prints; throws with its errors if it fails. */
function run(program: string, args: string[], cwd: string): string {
  const shell = process.platform === "win32" && program === "npm";
  const {status, stdout, stderr} = spawnSync(program, args, {cwd, shell, encoding: "utf8"});
  if (status !== 0) throw new Error(`${program} ${args.join(" ")}\n${stdout}${stderr}`);
  return stdout;
}

const [width, height, labels] = [4, 3, 2];
const p = Array.from({length: width * height}, (_, i) => (i * 7) % 10).flatMap((n) => [
  n / 10,
  1 - n / 10
]);

/** As README has it. */
const program = `
import {denseCrf, unaryFromProbabilities} from "deeplab-explained/crf";

const [width, height, labels] = [${[width, height, labels].join()}];
const image = new Uint8ClampedArray(4 * width * height).fill(90);
const unary = unaryFromProbabilities(Float32Array.of(${p.join()}));
const crf = await denseCrf({width, height, labels, image, unary});
for (let i = 0; i < 10; i++) crf.step();
console.log(JSON.stringify({labels: [...crf.labelMap()], energy: crf.freeEnergy()}));
`;

it("is packed with its types and WebAssembly inside, and runs from the package alone", async () => {
  run("npm", ["pack", "--offline", "--pack-destination", folder], root);
  const [archive] = readdirSync(folder).filter((name) => name.endsWith(".tgz"));
  run("tar", ["-xzf", archive], folder);
  expect(readdirSync(join(folder, "package")).sort()).toEqual([
    "LICENSE",
    "README.md",
    "lib",
    "package.json"
  ]);
  mkdirSync(join(folder, "node_modules"));
  renameSync(join(folder, "package"), join(folder, "node_modules/deeplab-explained"));
  writeFileSync(join(folder, "package.json"), `{"type": "module"}`);

  writeFileSync(join(folder, "run.js"), program);
  const found = JSON.parse(run(process.execPath, ["run.js"], folder));
  const crf = await denseCrf({
    ...{width, height, labels},
    image: new Uint8ClampedArray(4 * width * height).fill(90),
    unary: Float32Array.from(p, (q) => -Math.log(Math.max(q, 1e-5)))
  });
  for (let i = 0; i < 10; i++) crf.step();
  expect(found.labels).toEqual([...crf.labelMap()]);
  expect(found.energy).toBeCloseTo(crf.freeEnergy(), 3);

  // What is wrong in types is found by them.
  const typed = `declare const console: {log(text: string): void};\n${program}`;
  writeFileSync(join(folder, "right.ts"), typed);
  writeFileSync(join(folder, "wrong.ts"), typed.replace("labels, image", "labels: true, image"));
  const tsc = join(root, "node_modules/typescript/bin/tsc");
  const options = ["--noEmit", "--strict", "--target", "es2022", "--module", "nodenext"];
  const check = () =>
    run(process.execPath, [tsc, ...options, "--ignoreConfig", "right.ts", "wrong.ts"], folder);
  expect(check).toThrow(
    /^wrong\.ts.* Type 'boolean' is not assignable to type 'number'\.(?![^]*right\.ts\()/m
  );
});

it("is what README shows", () => {
  const readme = readFileSync(join(root, "README.md"), "utf8");
  expect(readme).toContain('from "deeplab-explained/crf"');
});
