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

/** What to do to a process, and when: once it has said **until**, **delay** milliseconds later. */
export interface Intervention {
  until: string;
  delay?: number;
  act: (kill: (signal: NodeJS.Signals) => void) => void;
}

/** Runs `deeplab train` in a process of its own, in the folder *cwd*. */
export function train(
  args: string[],
  cwd: string,
  {until, delay = 0, act}: Partial<Intervention> = {}
): Promise<Outcome> {
  const command = ["--import", import.meta.resolve("tsx"), join(root, "bin/deeplab.ts"), "train"];
  const child = spawn(process.execPath, [...command, ...args], {cwd});
  const outcome: Outcome = {code: null, out: "", err: ""};
  let timer: NodeJS.Timeout | undefined;
  child.stdout.setEncoding("utf8").on("data", (text: string) => (outcome.out += text));
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    outcome.err += text;
    if (until === undefined || timer || !outcome.err.includes(until)) return;
    timer = setTimeout(() => act?.((signal) => child.kill(signal)), delay);
  });
  return new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (code) => {
      clearTimeout(timer);
      resolve({...outcome, code});
    });
  });
}
