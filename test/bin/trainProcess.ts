import {spawn} from "node:child_process";
import {join} from "node:path";
import {fileURLToPath} from "node:url";

const root = fileURLToPath(new URL("../..", import.meta.url));

/** How a process ended, and what it printed. */
export interface Outcome {
  /** Null if a signal ended it. */
  code: number | null;
  out: string;
  err: string;
}

/** What to do to a process, once it has said **until**. */
export interface Intervention {
  until: string;
  act: (kill: (signal: NodeJS.Signals) => void) => void;
}

/** Runs `deeplab train` in a process of its own, in the folder *cwd*, with *interventions* in turn. */
export function train(
  args: string[],
  cwd: string,
  ...interventions: Intervention[]
): Promise<Outcome> {
  const command = ["--import", import.meta.resolve("tsx"), join(root, "bin/deeplab.ts"), "train"];
  const child = spawn(process.execPath, [...command, ...args], {cwd});
  const outcome: Outcome = {code: null, out: "", err: ""};
  child.stdout.setEncoding("utf8").on("data", (text: string) => (outcome.out += text));
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    outcome.err += text;
    while (interventions.length > 0 && outcome.err.includes(interventions[0].until))
      interventions.shift()?.act((signal) => child.kill(signal));
  });
  return new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (code) => {
      resolve({...outcome, code});
    });
  });
}
