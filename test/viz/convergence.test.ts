import {describe, expect, it} from "vitest";
import {checkerboardReadings} from "../../src/model/crf/checkerboard.ts";
import {linearScale, logScale} from "../../src/viz/convergenceAxes.ts";
import type {BoardFates, StreetReading} from "../../src/viz/convergenceData.ts";
import {convergenceTable} from "../../src/viz/convergenceTable.ts";
import {
  bestScore,
  boardChanges,
  boardSentences,
  nats,
  quietAfter,
  standingWords,
  streetSentences,
  taskNote
} from "../../src/viz/convergenceWords.ts";

const pixels = 10_000;

/** Readings that fall by half each time, with *changed* pixels and scores as told. */
function readings({
  energy = (i: number) => 1000 * 0.5 ** i,
  changed = (i: number) => (i === 0 ? 0 : 2 ** (12 - i)),
  mIoU = (i: number): number | null => 0.5 + 0.02 * Math.min(i, 8)
} = {}): StreetReading[] {
  return Array.from({length: 21}, (_, i) => ({
    freeEnergy: energy(i),
    largestChange: 0.5 ** i,
    changed: Math.floor(changed(i)),
    mIoU: mIoU(i)
  }));
}
const said = (options = {}) => streetSentences(readings(options), pixels);

describe("what is said of a street", () => {
  it("is how much of the fall is in the first, when labels rest, and the score", () => {
    expect(said()).toBe(
      "In 20 iterations, this street’s free energy falls by 1,000 nats, 50\u00a0% of it in the first. It rises in none. " +
        "After iteration 8, fewer than 0.1\u00a0% of the pixels change their label. " +
        "mIoU rises from 50.0\u00a0% to 66.0\u00a0% at iteration 8, and is that at the end. That need not be so: free energy says how near the beliefs are to the CRF’s own distribution, not to the truth."
    );
    expect(streetSentences(readings().slice(0, 4), pixels)).toBe(
      "Iteration 3 of 20 is computed so far."
    );
  });

  it("follows free energy that rises, labels that do not rest, and every turn of the score", () => {
    const bumpy = said({energy: (i: number) => -10 * i + (i === 7 ? 10.25 : 0)});
    expect(bumpy).toContain(
      "falls by 200 nats, 5.0\u00a0% of it in the first. It rises once, by 0.25 nats at most"
    );
    expect(said({energy: (i: number) => i})).toContain(
      "rises by 20.0 nats. It rises 20 times, by 1.00 nats"
    );
    expect(said({changed: () => 12})).toContain("In the last iteration, 0.12\u00a0% of the pixels");
    expect(said({changed: () => 9})).toContain("In no iteration do 0.1\u00a0%");
    expect(said({mIoU: (i: number) => 0.6 - (i - 5) ** 2 / 1000})).toContain(
      "mIoU rises from 57.5\u00a0% to 60.0\u00a0% at iteration 5, and then falls to 37.5\u00a0%: free"
    );
    expect(said({mIoU: (i: number) => 0.5 + i / 100})).toContain(
      "to 70.0\u00a0% at the end, where it is best."
    );
    expect(said({mIoU: (i: number) => 0.5 - i / 100})).toContain(
      "is best before the first, 50.0\u00a0%, and 30.0\u00a0%"
    );
    expect(said({mIoU: () => 0.5})).toContain("mIoU is 50.0\u00a0% before and after");
    expect(said({mIoU: () => null})).not.toContain("mIoU");
  });

  it("counts a change of exactly 0.1 % as one, and of equal scores takes the first", () => {
    expect(quietAfter(readings({changed: (i: number) => (i === 4 ? 10 : 9)}), pixels)).toBe(4);
    expect(quietAfter(readings({changed: () => 0}), pixels)).toBe(0);
    expect(bestScore(readings())).toBe(8);
    expect([0, 1234.5, -31.44, 0.2712, 0.0031, -0.0002].map(nats)).toEqual([
      "0",
      "1,235",
      "−31.4",
      "0.27",
      "0.003",
      "< 0.001"
    ]);
  });
});

const board = {side: 11, preference: 1};
const choice = {weight: 20, tenths: 7};
const run = (weight: number, subtractSelf: boolean) =>
  checkerboardReadings({...board, weight, sxy: 0.7, subtractSelf}, {last: 20, tolerance: 1e-3});
const runs = {subtracted: run(20, true), kept: run(20, false)};
const swaps = {standing: "swapping", iterations: 7} as const;
const settles = {standing: "settled", iterations: 30} as const;
const fates: BoardFates = {subtracted: swaps, kept: settles, below: settles};

describe("what is said of the boards", () => {
  it("is how they stand at an iteration", () => {
    expect(standingWords(runs.kept, 0)).toBe("Each pixel’s own preference");
    expect(standingWords(runs.kept, 5)).toMatch(/^Still descending, by 11\d nats$/);
    expect(standingWords(runs.kept, 20)).toBe("It has settled: nothing moves");
    expect(standingWords(runs.subtracted, 3)).toMatch(/^Free energy rises by 11\d nats$/);
    expect(standingWords(runs.subtracted, 20)).toBe("A cycle of two: as at iteration 18");
    expect(boardChanges(runs.subtracted, 20)).toBe(121);
    expect(boardChanges(runs.kept, 20)).toBe(0);
  });

  it("is what becomes of them, and of the weight less by one", () => {
    const words = boardSentences(board, choice, runs, fates);
    expect(words).toContain(
      "(weight 20, θγ = 0.7 pixels). Without the self term, it swaps for ever, in a cycle of two: in iteration 20, 121 of 121 pixels change their label. With it, free energy falls by 499 nats, and it settles, but only after 30 iterations. Why: "
    );
    const weak = {subtracted: run(2, true), kept: run(2, false)};
    expect(boardSentences(board, choice, weak, {...fates, subtracted: settles})).toContain(
      "Without the self term, it settles, but only after 30 iterations. With it"
    );
    expect(taskNote(choice, fates)).toBe(
      "At weight 20 it swaps for ever; at weight 19 it settles."
    );
    expect(taskNote({...choice, weight: 1}, fates)).toBe("At weight 1 it swaps for ever.");
  });
});

describe("axes and table", () => {
  const frame = {left: 0, right: 100, top: 0, bottom: 100};
  it("have zeros at the foot of a logarithmic scale, and one value amid a linear one", () => {
    const y = logScale([0.5, 0.002, 0], frame, String);
    expect(y.ticks.map(({label}) => label)).toEqual(["1", "0.1", "0.01", "0.001", "0"]);
    expect([y(1), y(0), Math.round(y(0.1))]).toEqual([0, 100, 25]);
    expect(logScale([0], frame, String).ticks.length).toBeGreaterThan(1);
    for (const value of [0.4, 0, -7000]) {
      const at = linearScale([value, value], frame, String)(value);
      expect(Math.abs(at - 50)).toBeLessThan(30);
    }
  });

  it("have a row for each iteration, empty where nothing is known", () => {
    const rows = convergenceTable(readings().slice(0, 2), runs).split("\n");
    expect(rows).toHaveLength(23);
    expect(rows[1]).toBe(
      `0,1000,,,0.5,${runs.subtracted[0].freeEnergy},${runs.kept[0].freeEnergy}`
    );
    expect(rows[2]).toMatch(/^1,500,0\.5,2048,0\.52,/);
    expect(rows[21]).toMatch(/^20,,,,,-/);
  });
});
