// npm run bench [-- PART…]: how long things take on this machine, beside what its cores can do.

import {machineSpeed, REFERENCE} from "./machine.ts";

const parts: Record<string, (speed: number) => Promise<void>> = {
  network: async (speed) => (await import("./network.ts")).benchNetwork(speed),
  train: async (speed) => (await import("./training.ts")).benchTraining(speed),
  figures: async (speed) => (await import("./figures.ts")).benchFigures(speed),
  crf: async (speed) => (await import("./crf.ts")).benchCrf(speed)
};

const chosen = process.argv.slice(2);
const unknown = chosen.filter((name) => !(name in parts));
if (unknown.length > 0) {
  process.stderr.write(
    `unknown part: ${unknown.join(", ")} (there are ${Object.keys(parts).join(", ")})\n`
  );
  process.exit(2);
}

const speed = await machineSpeed();
console.log(
  `A large WebAssembly convolution reaches ${speed.toFixed(1)} GFLOP/s on one core; budgets are ` +
    `for ${REFERENCE}.`
);
for (const [name, bench] of Object.entries(parts))
  if (chosen.length === 0 || chosen.includes(name)) await bench(speed);
