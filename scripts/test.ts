// npm test [-- STAGE…]: every check of the project, all of them even if one fails: first what can run
// side by side, then the tests. What failed is said again at the end. The last line of standard
// output is `N passed, N failed`: a test counts one, and so does a stage that is no test run.

import {spawn} from "node:child_process";
import {mkdirSync, readFileSync, rmSync} from "node:fs";
import {availableParallelism} from "node:os";
import {relative} from "node:path";
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

/** Where a stage's output goes; by default it is printed as it comes. */
type Write = (text: string) => void;

interface Stage {
  title: string;
  run: (write: Write) => Promise<Count>;
  /** Whether it can run beside others like it; its output is then printed when it ends. */
  beside?: true;
}

const stages: Record<string, Stage> = {
  lint: {
    title: "Lint and layer rules",
    run: (write) => tool(write, "eslint/bin/eslint.js", "."),
    beside: true
  },
  types: {title: "Types of src, bin, scripts and tests", run: types, beside: true},
  format: {
    title: "Format",
    run: (write) => tool(write, "prettier/bin/prettier.cjs", "--check", "."),
    beside: true
  },
  cells: {title: "Types and lint of the notebooks' cells", run: cells, beside: true},
  build: {
    title: "Build of the site",
    run: (write) => tool(write, "vite/bin/vite.js", "build"),
    beside: true
  },
  unit: {title: "Unit tests", run: () => tests("unit")},
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
/** What failed, said again at the end. */
const failures: string[] = [];
const names = Object.keys(stages).filter((name) => chosen.length === 0 || chosen.includes(name));
const together = names.filter((name) => stages[name].beside);
const waiting = [...together];
await Promise.all(
  Array.from({length: availableParallelism()}, async () => {
    for (let name = waiting.shift(); name !== undefined; name = waiting.shift()) await stage(name);
  })
);
for (const name of names) if (!together.includes(name)) await stage(name);
if (broken.length > 0)
  process.stdout.write(`\n${failures.join("\n")}\nfailed: ${broken.join(", ")}\n`);
process.stdout.write(`\n${total.passed} passed, ${total.failed} failed\n`);
process.exitCode = total.failed > 0 ? 1 : 0;

async function stage(name: string): Promise<void> {
  const {title, run, beside} = stages[name];
  const start = performance.now();
  const head = `\n── ${title}\n`;
  const said: string[] = [];
  if (!beside) process.stdout.write(head);
  const count = await run(
    beside ? (text) => said.push(text) : (text) => process.stdout.write(text)
  );
  if (beside) process.stdout.write(head + said.join(""));
  const seconds = ((performance.now() - start) / 1000).toFixed(1);
  process.stdout.write(
    `── ${name}: ${count.passed} passed, ${count.failed} failed (${seconds} s)\n`
  );
  total.passed += count.passed;
  total.failed += count.failed;
  if (count.failed === 0) return;
  broken.push(name);
  failures.push(...said.slice(-40));
}

async function types(write: Write): Promise<Count> {
  const codes: number[] = [];
  for (const project of projects)
    codes.push(await node("typescript/bin/tsc", ["--project", project, "--pretty"], write));
  return codes.every((code) => code === 0) ? PASSED : FAILED;
}

async function cells(write: Write): Promise<Count> {
  const problems = await checkCells(new URL("../", import.meta.url));
  for (const {file, line, column, message} of problems) {
    write(`${file}:${line}:${column} ${message}\n`);
  }
  return problems.length === 0 ? PASSED : FAILED;
}

async function tool(write: Write, script: string, ...options: string[]): Promise<Count> {
  return (await node(script, options, write)) === 0 ? PASSED : FAILED;
}

async function pages(write: Write): Promise<Count> {
  if (broken.includes("build")) {
    write("Not run: there is no new build to open.\n");
    return FAILED;
  }
  try {
    process.env.CHROMIUM_PATH = installBrowser();
  } catch (error) {
    write(`${error instanceof Error ? error.message : String(error)}\n`);
    return FAILED;
  }
  write(`Browser: ${process.env.CHROMIUM_PATH}\n`);
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
    testResults: Array<{
      name: string;
      status: string;
      message: string;
      assertionResults: Array<{status: string; fullName: string; failureMessages: string[]}>;
    }>;
  }
  try {
    const report = JSON.parse(readFileSync(path, "utf8")) as Report;
    for (const {name, status, message, assertionResults} of report.testResults) {
      const file = relative(root, name);
      if (status === "failed" && assertionResults.length === 0)
        failures.push(`${file}: ${message}`);
      for (const test of assertionResults.filter((one) => one.status === "failed"))
        failures.push(`${file}: ${test.fullName}`, ...test.failureMessages);
    }
    const unloaded = report.testResults.filter(
      ({status, assertionResults}) => status === "failed" && assertionResults.length === 0
    );
    return {passed: report.numPassedTests, failed: report.numFailedTests + unloaded.length};
  } catch {
    return {passed: 0, failed: 0}; // Vitest died before it wrote one; its exit code tells.
  }
}

/** Runs a script of an installed package and resolves to its exit code. */
function node(script: string, options: string[], write?: Write): Promise<number> {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, [`node_modules/${script}`, ...options], {
      cwd: root,
      stdio: ["ignore", write ? "pipe" : "inherit", write ? "pipe" : "inherit"]
    });
    for (const stream of [child.stdout, child.stderr])
      stream?.setEncoding("utf8").on("data", (text: string) => write?.(text));
    child.on("error", () => resolve(1));
    child.on("close", (code) => resolve(code ?? 1));
  });
}
