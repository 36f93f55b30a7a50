import {LAST, type BoardRuns, type StreetReading} from "./convergenceData.ts";

/** Returns the figure's numbers as CSV, a row for each iteration; what is not computed is empty. */
export function convergenceTable(readings: readonly StreetReading[], runs: BoardRuns): string {
  const head = [
    "iteration",
    "free energy (nats)",
    "largest change of a belief",
    "pixels that changed label",
    "mIoU",
    "board without self term: free energy (nats)",
    "board with self term: free energy (nats)"
  ];
  const rows = Array.from({length: LAST + 1}, (_, i) => {
    const {freeEnergy, largestChange, changed, mIoU} = readings[i] ?? {};
    const change = i === 0 ? [null, null] : [largestChange, changed];
    const boards = [runs.subtracted[i].freeEnergy, runs.kept[i].freeEnergy];
    return [i, freeEnergy, ...change, mIoU, ...boards].map((cell) => cell ?? "").join(",");
  });
  return [head.join(","), ...rows, ""].join("\n");
}
