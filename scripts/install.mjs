// Runs before every npm script, on a clone where nothing is installed yet, so it imports nothing
// but Node. Whatever it prints goes to standard error: standard output belongs to the command.

import {spawnSync} from "node:child_process";
import {existsSync, readdirSync, readFileSync, statSync} from "node:fs";
import {fileURLToPath} from "node:url";

const floor = [20, 19];
const root = new URL("../", import.meta.url);

checkNode();
if (isMissing()) install();
if (isStale()) assemble();

function checkNode() {
  const [major, minor] = process.versions.node.split(".").map(Number);
  if (major > floor[0] || (major === floor[0] && minor >= floor[1])) return;
  fail(
    `Node ${process.versions.node} is too old: this project needs ${floor.join(".")} or newer. ` +
      "See https://nodejs.org/ for a current one."
  );
}

/**
 * Compares what npm says it installed with the lock file by version, not by date: dates mean
 * nothing after a clone or a change of branch. Packages for other platforms are optional.
 */
function isMissing() {
  const installed = new URL("node_modules/.package-lock.json", root);
  if (!existsSync(installed)) return true;
  const wanted = readPackages(new URL("package-lock.json", root));
  const present = readPackages(installed);
  return Object.entries(wanted).some(
    ([path, {version, optional}]) =>
      path !== "" && !optional && !(path in present && present[path].version === version)
  );
}

function readPackages(url) {
  return JSON.parse(readFileSync(url, "utf8")).packages;
}

function install() {
  process.stderr.write("Installing the packages of package-lock.json (npm ci) …\n");
  const npm = process.env.npm_execpath;
  const options = ["ci", "--include=dev", "--include=optional", "--loglevel=error"];
  const {status} = spawnSync(npm ? process.execPath : "npm", npm ? [npm, ...options] : options, {
    cwd: fileURLToPath(root),
    stdio: ["ignore", 2, 2]
  });
  if (status !== 0) {
    fail(
      "The packages could not be installed; the lines above say why. " +
        "A connection to the npm registry is needed once."
    );
  }
}

/** Whether the CRF's inner loops are not compiled, or were changed since. */
function isStale() {
  const compiled = new URL("src/model/crf/fieldBytes.ts", root);
  const sources = new URL("src/model/crf/assembly/", root);
  if (!existsSync(compiled)) return true;
  const {mtimeMs} = statSync(compiled);
  return readdirSync(sources).some((name) => statSync(new URL(name, sources)).mtimeMs > mtimeMs);
}

function assemble() {
  const script = fileURLToPath(new URL("assemble.ts", import.meta.url));
  const {status} = spawnSync(process.execPath, ["--import", "tsx", script], {
    cwd: fileURLToPath(root),
    stdio: ["ignore", 2, 2]
  });
  if (status !== 0) fail("What is written in AssemblyScript could not be compiled.");
}

function fail(message) {
  process.stderr.write(`${message}\n`);
  process.exit(1);
}
