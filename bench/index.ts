// npm run bench [-- PART…]: how long things take on this machine, beside what its cores can do.
// Figures are measured on all pages, or on those named: npm run bench -- figures atrous.html.

import {machineSpeed, REFERENCE} from "./machine.ts";

const parts: Record<string, (speed: number) => Promise<void>> = {
  network: async (speed) => (await import("./network.ts")).benchNetwork(speed),
  train: async (speed) => (await import("./training.ts")).benchTraining(speed),
  figures: async (speed) => (await import("./figures.ts")).benchFigures(speed, pages),
  crf: async (speed) => (await import("./crf.ts")).benchCrf(speed),
  aspp: async (speed) => (await import("./aspp.ts")).benchAspp(speed)
};

const chosen = process.argv.slice(2).filter((name) => !name.endsWith(".html"));
const pages = process.argv.slice(2).filter((name) => name.endsWith(".html"));
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
