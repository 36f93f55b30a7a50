// npm test [-- STAGE…]: every check of the project, one stage after another, all of them even if
// one fails. The last line of standard output is `N passed, N failed`: a test counts one, and so
// does a stage that is no test run.

import {spawn} from "node:child_process";
import {mkdirSync, readFileSync, rmSync} from "node:fs";
import {fileURLToPath} from "node:url";
import {installBrowser} from "./browser.ts";
import {checkCells} from "./cells.ts";

interface Count {
  passed: number;
  failed: number;
}

const PASSED: Count = {passed: 1, failed: 0};
const FAILED: Count = {passed: 0, failed: 1};

const root = fileURLToPath(new URL("../", import.meta.url));
const projects = ["src/model/tsconfig.json", "src/tsconfig.json", "tsconfig.json"];

const stages: Record<string, {title: string; run: () => Promise<Count>}> = {
  types: {title: "Types of src, bin, scripts and tests", run: types},
  cells: {title: "Types and lint of the notebooks' cells", run: cells},
  lint: {title: "Lint and layer rules", run: () => tool("eslint/bin/eslint.js", ".")},
  format: {title: "Format", run: () => tool("prettier/bin/prettier.cjs", "--check", ".")},
  unit: {title: "Unit tests", run: () => tests("unit")},
  build: {title: "Build of the site", run: () => tool("vite/bin/vite.js", "build")},
  pages: {title: "Pages in a browser", run: pages}
};

const chosen = process.argv.slice(2);
const unknown = chosen.filter((name) => !(name in stages));
if (unknown.length > 0) {
  process.stderr.write(
    `unknown stage: ${unknown.join(", ")} (there are ${Object.keys(stages).join(", ")})\n`
  );
  process.exit(2);
}

const total: Count = {passed: 0, failed: 0};
const broken: string[] = [];
for (const [name, {title, run}] of Object.entries(stages)) {
  if (chosen.length > 0 && !chosen.includes(name)) continue;
  process.stdout.write(`\n── ${title}\n`);
  const start = performance.now();
  const count = await run();
  const seconds = ((performance.now() - start) / 1000).toFixed(1);
  process.stdout.write(
    `── ${name}: ${count.passed} passed, ${count.failed} failed (${seconds} s)\n`
  );
  total.passed += count.passed;
  total.failed += count.failed;
  if (count.failed > 0) broken.push(name);
}
if (broken.length > 0) process.stdout.write(`\nfailed: ${broken.join(", ")}\n`);
process.stdout.write(`\n${total.passed} passed, ${total.failed} failed\n`);
process.exitCode = total.failed > 0 ? 1 : 0;

async function types(): Promise<Count> {
  const codes = await Promise.all(
    projects.map((project) => node("typescript/bin/tsc", ["--project", project, "--pretty"]))
  );
  return codes.every((code) => code === 0) ? PASSED : FAILED;
}

async function cells(): Promise<Count> {
  const problems = await checkCells(new URL("../", import.meta.url));
  for (const {file, line, column, message} of problems) {
    process.stdout.write(`${file}:${line}:${column} ${message}\n`);
  }
  return problems.length === 0 ? PASSED : FAILED;
}

async function tool(script: string, ...options: string[]): Promise<Count> {
  return (await node(script, options)) === 0 ? PASSED : FAILED;
}

async function pages(): Promise<Count> {
  if (broken.includes("build")) {
    process.stdout.write("Not run: there is no new build to open.\n");
    return FAILED;
  }
  try {
    process.env.CHROMIUM_PATH = installBrowser();
  } catch (error) {
    process.stdout.write(`${error instanceof Error ? error.message : String(error)}\n`);
    return FAILED;
  }
  process.stdout.write(`Browser: ${process.env.CHROMIUM_PATH}\n`);
  return tests("pages");
}

/** Counts from Vitest's own report; a file that cannot be loaded counts as one failure. */
async function tests(project: string): Promise<Count> {
  const folder = `${root}.cache/test`;
  const report = `${folder}/${project}.json`;
  mkdirSync(folder, {recursive: true});
  rmSync(report, {force: true});
  const code = await node("vitest/vitest.mjs", [
    "run",
    `--project=${project}`,
    "--reporter=default",
    "--reporter=json",
    `--outputFile.json=${report}`
  ]);
  const count = readReport(report);
  return code !== 0 && count.failed === 0 ? {...count, failed: 1} : count;
}

function readReport(path: string): Count {
  interface Report {
    numPassedTests: number;
    numFailedTests: number;
    testResults: Array<{status: string; assertionResults: unknown[]}>;
  }
  try {
    const report = JSON.parse(readFileSync(path, "utf8")) as Report;
    const unloaded = report.testResults.filter(
      ({status, assertionResults}) => status === "failed" && assertionResults.length === 0
    );
    return {passed: report.numPassedTests, failed: report.numFailedTests + unloaded.length};
  } catch {
    return {passed: 0, failed: 0}; // Vitest died before it wrote one; its exit code tells.
  }
}

/** Runs a script of an installed package and resolves to its exit code. */
function node(script: string, options: string[]): Promise<number> {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, [`node_modules/${script}`, ...options], {
      cwd: root,
      stdio: ["ignore", "inherit", "inherit"]
    });
    child.on("error", () => resolve(1));
    child.on("close", (code) => resolve(code ?? 1));
  });
}
