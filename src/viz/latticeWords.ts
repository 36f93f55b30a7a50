import type {LatticeSteps, PlanePoint} from "../model/crf/latticeSteps.ts";
import {letterOf, type LatticeStepsValue} from "./latticeData.ts";
import {percent as spacedPercent} from "./percent.ts";

const percent = (share: number) => spacedPercent(share).replace(" ", "\u00a0");
const count = (number: number, one: string, many = `${one}s`) =>
  `${number} ${number === 1 ? one : many}`;

/** What a step is called. */
export const stepNames = ["points", "splat", "blur 1 of 3", "blur 2 of 3", "blur 3 of 3", "slice"];

/** Returns a value of the lattice with as many digits as matter: "0.713", "12.4", "0". */
export function valueWords(value: number): string {
  if (value === 0) return "0";
  if (value < 0.0005) return "< 0.001";
  return value >= 9.995 ? value.toFixed(1) : value >= 0.9995 ? value.toFixed(2) : value.toFixed(3);
}

/** Returns a value for a mark, in little room: "0.71", ".03", "1.2". */
export function shortWords(value: number): string {
  if (value < 0.005) return value === 0 ? "" : "<.01";
  if (value >= 0.995) return value >= 9.95 ? value.toFixed(0) : value.toFixed(1);
  return value.toFixed(2).slice(1);
}

/** Returns by how much of the exact sum a reading is off, or null where that is about nothing. */
export function offBy(reading: number, exact: number): number | null {
  return exact < 0.0005 ? null : reading / exact - 1;
}

/** Returns an error with its sign: "−29 %", "+1.2 %", "0 %", "–" for null. */
export function offWords(off: number | null): string {
  if (off === null) return "–";
  const size = percent(Math.abs(off));
  if (Math.abs(off) < 0.0005) return "0\u00a0%";
  return `${off < 0 ? "−" : "+"}${size}`;
}

/** Returns what a step does, with its numbers. */
export function stepSentence(
  {step, points, deviation}: LatticeStepsValue,
  {vertices, before, after, gain}: LatticeSteps
): string {
  if (step === 0) {
    const speaking = points.flatMap(({value}, i) =>
      value > 0 ? [`${letterOf(i)} says ${value}`] : []
    );
    const silent = speaking.length < points.length ? ["those drawn hollow only listen"] : [];
    return (
      `Points. Every point is to hear every other, exp(−distance² / (2 · ${deviation}²)) of what ` +
      `it says. Here ${[...speaking, ...silent].join(", ")}.`
    );
  }
  if (step === 1)
    return (
      "Splat. Each point gives what it says to the three corners of its triangle, and to nobody " +
      `else: the nearer a corner, the more. Together ${points.length} points have ` +
      `${count(vertices.length, "corner")}.`
    );
  if (step === 5)
    return (
      "Slice. Each point reads its three corners, with the weights that it splatted with, times " +
      `1/(1 + 2⁻²) = ${gain}.`
    );
  const axis = step - 2;
  const along = (neighbors: Int32Array) =>
    neighbors.subarray(axis * vertices.length, (axis + 1) * vertices.length);
  const missing = [...along(before), ...along(after)].filter((at) => at === vertices.length).length;
  return (
    `Blur ${step - 1} of 3. Along this direction each corner keeps what it has, and adds half of ` +
    `what its two neighbors have. ${count(missing, "neighbor")} (dashed) ` +
    `${missing === 1 ? "is" : "are"} not there, being no corner of any point’s triangle: what would ` +
    "go through them is lost."
  );
}

/** Returns what a vertex has after the step, and from whom. */
export function vertexSentence(
  vertex: number,
  {step, points}: LatticeStepsValue,
  steps: LatticeSteps
): string {
  const {corners, weights, before, after, stages, vertices} = steps;
  if (step <= 1) {
    const parts = points.flatMap(({value}, i) =>
      [0, 1, 2].flatMap((k) =>
        corners[3 * i + k] === vertex
          ? [`${weights[3 * i + k].toFixed(2)} · ${value} (${letterOf(i)})`]
          : []
      )
    );
    return step === 0
      ? `This vertex is a corner of ${parts.length === 1 ? "one point’s triangle" : `${parts.length} points’ triangles`}. It has nothing yet.`
      : `This vertex gets ${parts.join(" + ")} = ${valueWords(stages[0][vertex])}.`;
  }
  const axis = Math.min(step, 4) - 2;
  const was = stages[axis];
  const of = (neighbors: Int32Array) => {
    const at = neighbors[axis * vertices.length + vertex];
    return at === vertices.length ? "nobody" : valueWords(was[at]);
  };
  return (
    `This vertex has, after blur ${axis + 1}, ${valueWords(was[vertex])} + ½ (${of(before)} + ` +
    `${of(after)}) = ${valueWords(stages[axis + 1][vertex])}.`
  );
}

/** Returns what a point gives or reads, and what the exact sum is. */
export function pointSentence(
  point: number,
  {points}: LatticeStepsValue,
  steps: LatticeSteps
): string {
  const {corners, weights, stages, gain, readings, exact} = steps;
  const parts = [0, 1, 2].map(
    (k) => `${weights[3 * point + k].toFixed(2)} · ${valueWords(stages[3][corners[3 * point + k]])}`
  );
  return (
    `${letterOf(point)} says ${points[point].value}, and in the end reads ${gain} · ` +
    `(${parts.join(" + ")}) = ${valueWords(readings[point])}. The exact sum is ` +
    `${valueWords(exact[point])} (${offWords(offBy(readings[point], exact[point]))}).`
  );
}

/** Returns what the lattice costs and how good it is, for the caption. */
export function latticeSentences(
  {points, deviation}: LatticeStepsValue,
  {vertices, readings, exact, normalizedError}: LatticeSteps
): string {
  const n = points.length;
  const offs = points.flatMap((_, i) => offBy(readings[i], exact[i]) ?? []);
  const ends = [Math.min(...offs), Math.max(...offs)].map(offWords);
  const range =
    offs.length === 0
      ? "Nobody hears anything."
      : `What points read is off by ${ends[0] === ends[1] ? ends[0] : `${ends[0]} to ${ends[1]}`}` +
        `${offs.every((off) => off <= 0) ? ": corners that are missing pass nothing on" : ""}. ` +
        `Together that is ${percent(relativeRms(readings, exact))} (relative RMS). The CRF divides by ` +
        "what a filter of ones reads on either side: so normalized, it is " +
        `${percent(normalizedError)}.`;
  return (
    `The lattice’s triangles have sides of one deviation, ${deviation} units. Here ` +
    `${count(n, "point")} and ${vertices.length} corners take ${3 * n} products to splat, ` +
    `${3 * vertices.length} sums to blur and ${3 * n} products to slice, each growing with the ` +
    `points; pairs, ${(n * (n - 1)) / 2} here, grow with their square. ${range}`
  );
}

function relativeRms(found: Float32Array, exact: Float32Array): number {
  const norm = (values: Float32Array) => Math.hypot(...values);
  return norm(found.map((value, i) => value - exact[i])) / norm(exact);
}

/** Returns the point whose reading falls the farthest short, of those that hear half at least. */
export function worstPoint(
  points: readonly PlanePoint[],
  {readings, exact}: LatticeSteps
): {point: number; off: number} | null {
  const heard = points.flatMap((_, point) =>
    exact[point] >= 0.5 ? [{point, off: readings[point] / exact[point] - 1}] : []
  );
  return heard.length === 0 ? null : heard.reduce((a, b) => (b.off < a.off ? b : a));
}
