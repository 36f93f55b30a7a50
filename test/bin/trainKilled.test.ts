import {
  existsSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync
} from "node:fs";
import {join} from "node:path";
import {beforeAll, expect, it} from "vitest";
import {mulberry32} from "../../src/model/random.ts";
import {readSafetensors, writeSafetensors} from "../../src/model/weights.ts";
import {temporaryFolder} from "./files.ts";
import {writeShapes} from "./shapes.ts";
import {train, type Intervention, type Outcome} from "./trainProcess.ts";

const folder = temporaryFolder();
const inFolder = (name: string) => join(folder, name);
const options = ["--data", "shapes", "--size", "65x65", "--save-every", "0"];

beforeAll(() => writeShapes(inFolder("shapes"), 4, 1));

const read = (name: string) => readSafetensors(readFileSync(inFolder(name)));
const bytesOf = (name: string) => Buffer.from(writeSafetensors(read(name).tensors, {dtype: "F32"}));

/** Kills a run at a random moment: after up to three saves to *path*, and within some steps. */
function killAtRandom(path: string, random: () => number, kill: () => void): void {
  const changed = () => (existsSync(path) ? statSync(path).mtimeMs : 0);
  let left = Math.floor(4 * random());
  let last = changed();
  const timer = setInterval(() => {
    const now = changed();
    if (now !== last) left--;
    last = now;
    if (left > 0) return;
    clearInterval(timer);
    setTimeout(kill, 250 * random());
  }, 2);
}

it("killed at random moments, a run goes on to the same bits, and its files can be read", async () => {
  const run = [...options, "--steps", "16"];
  expect((await train([...run, "--out", "whole/a"], folder)).code).toBe(0);

  const random = mulberry32(5);
  const checkpoint = inFolder("killed/a.checkpoint");
  let [kills, resumptions] = [0, 0];
  for (let outcome: Outcome | undefined; outcome?.code !== 0;) {
    const goesOn = existsSync(checkpoint);
    if (goesOn) resumptions++;
    const where = goesOn ? ["--resume", checkpoint] : ["--out", "killed/a"];
    const until = "training on";
    const act: Intervention["act"] = (kill) =>
      killAtRandom(checkpoint, random, () => kill("SIGKILL"));
    outcome = await train([...run, ...where], folder, ...(kills < 2 ? [{until, act}] : []));
    for (const name of ["killed/a", "killed/a.checkpoint"])
      if (existsSync(inFolder(name))) expect(Number(read(name).metadata.step)).toBeGreaterThan(0);
    if (outcome.code === null) kills++;
    else expect(outcome.code, outcome.err).toBe(0);
  }
  expect(kills).toBeGreaterThan(0);
  expect(resumptions).toBeGreaterThan(0);
  for (const name of ["a", "a.checkpoint"])
    expect(bytesOf(`killed/${name}`).equals(bytesOf(`whole/${name}`)), name).toBe(true);
  expect(readdirSync(inFolder("killed")).sort()).toEqual(["a", "a.checkpoint"]);
}, 600_000);

it("goes on while nothing can be written, says so, and saves once it can", async () => {
  // A file takes the folder's place, and gives it back.
  const block = () => {
    renameSync(inFolder("blocked"), inFolder("aside"));
    writeFileSync(inFolder("blocked"), "");
  };
  const unblock = () => {
    rmSync(inFolder("blocked"));
    renameSync(inFolder("aside"), inFolder("blocked"));
  };
  const {code, err} = await train(
    [...options, "--steps", "10", "--out", "blocked/a"],
    folder,
    {until: "step 1 ", act: block},
    {until: "NOT SAVED", act: unblock}
  );
  expect(code, err).toBe(0);
  expect(err).toMatch(/NOT SAVED: blocked.*; training goes on, and tries again/);
  expect(read("blocked/a.checkpoint").metadata.step).toBe("10");
}, 300_000);

it("that cannot save at its end tells what is saved, with exit code 1", async () => {
  const {code, err} = await train([...options, "--steps", "3", "--out", "never/a"], folder, {
    until: "training on",
    act() {
      rmSync(inFolder("never"), {recursive: true});
      writeFileSync(inFolder("never"), "");
    }
  });
  expect(code).toBe(1);
  expect(err.trim().split("\n").at(-1)).toMatch(
    /^deeplab: never: cannot make this folder: .*; nothing is saved yet$/
  );
}, 300_000);
