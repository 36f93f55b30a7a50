import type {FilterFacts, FilterTimes, FilterTiming} from "../model/crf/filterTiming.ts";
import {bySquare, fittedExponent, pairs, timesOf, type TimedPixels} from "./filterTimes.ts";
import type {TimedKernel} from "./latticeData.ts";
import {inThousands} from "./numberWords.ts";
import {percent as spacedPercent} from "./percent.ts";
import {durationWords as shortDuration} from "./timingsWords.ts";

const percent = (share: number) => spacedPercent(share).replace(" ", "\u00a0");

/** Returns a time with its unit: "0.31 ms", "62 ms", "2.3 s", "140 s", "12 min". */
export function durationWords(milliseconds: number): string {
  if (milliseconds < 995) return shortDuration(milliseconds);
  const seconds = milliseconds / 1000;
  if (seconds >= 300) return `${Math.round(seconds / 60)}\u00a0min`;
  return `${seconds < 99.5 ? Number(seconds.toPrecision(2)) : Math.round(seconds)}\u00a0s`;
}

/** Returns how many times one is of another: "7.2", "85", "6 900". */
function timesWords(ratio: number): string {
  if (ratio < 9.95) return ratio.toFixed(1);
  return Number(ratio.toPrecision(2)).toLocaleString("en").replaceAll(",", "\u2009");
}

/** Returns a law in words: "pixels^1.98" as "pixels to the power of 1.98". */
export function powerWords(exponent: number | null): string {
  return exponent === null ? "" : `∝ pixels${superscript(exponent.toFixed(2))}`;
}

const raised: Record<string, string> = Object.fromEntries(
  [..."⁰¹²³⁴⁵⁶⁷⁸⁹"].map((character, i) => [String(i), character])
);

function superscript(number: string): string {
  return [...number].map((c) => (c === "." ? "·" : c === "-" ? "⁻" : raised[c])).join("");
}

/** Returns what a picture's lattice is, without a clock. */
export function factsSentences(
  facts: FilterFacts | null,
  {width, height, kernel}: {width: number; height: number; kernel: TimedKernel}
): string {
  const pixels = width * height;
  const all = `This street’s ${width}×${height} pixels make ${inThousands(pairs(pixels))} pairs. `;
  if (facts === null) return `${all}Its lattice is being counted.`;
  const [across, down] = facts.comparedAt;
  return (
    `${all}In place and color (θα ${kernel.sxy} pixels, θβ ${kernel.srgb} levels) they lie in a ` +
    `lattice of ${inThousands(facts.vertices)} vertices, ` +
    `${(facts.vertices / pixels).toPrecision(2)} a pixel. Its filter, normalized, differs from ` +
    `the exact sum by ${percent(facts.error)} (relative RMS, on noise, at ${across}×${down} of it).`
  );
}

/** What is known of the three forms for the whole picture. */
function atWhole(timing: FilterTiming, pixels: number) {
  const [exact, build, filter] = (["exact", "build", "filter"] as const).map((form) =>
    timesOf(timing.times, form)
  );
  const of = (sizes: readonly TimedPixels[]) =>
    sizes.find((size) => size.pixels === pixels)?.milliseconds ?? null;
  return {exact, build, filter, measured: of(exact), building: of(build), filtering: of(filter)};
}

/** Returns what was measured, on what, and how the times grow. */
export function timingSentences(
  timing: FilterTiming,
  {width, height, device}: {width: number; height: number; device: string}
): string {
  const pixels = width * height;
  const {exact, build, filter, measured, building, filtering} = atWhole(timing, pixels);
  const whole = measured ?? bySquare(exact, pixels);
  const counts = timing.times.map(({samples}) => samples.length);
  const [fewest, most] = [Math.min(...counts), Math.max(...counts)];
  const on = timing.wasm ? "WebAssembly SIMD" : "plain JavaScript";
  const how =
    `Measured on your device, one value a pixel: the lattice in ${on}, the exact sum in plain ` +
    `JavaScript; ${device}. Medians of ${fewest === most ? most : `${fewest} to ${most}`} ` +
    `${most === 1 ? "sample" : "samples"} in shuffled order, after a warm-up. `;
  if (whole === null || building === null || filtering === null) return how;
  const law = (sizes: readonly TimedPixels[]) => (fittedExponent(sizes) ?? NaN).toFixed(2);
  return (
    `${how}The exact sum grows with the pixels to the power of ${law(exact)}, a pass through the ` +
    `lattice to that of ${law(filter)}, building it to that of ${law(build)}. At ` +
    `${width}×${height} the exact sum ${measured === null ? "would take" : "takes"} ` +
    `${durationWords(whole)}${measured === null ? " (by the square of the pixels, from the largest size measured)" : ""}; ` +
    `the lattice is built in ${durationWords(building)} and then filters in ` +
    `${durationWords(filtering)}, ${timesWords(whole / filtering)} times faster` +
    `, or ${timesWords(whole / (building + filtering))} times with one building for one pass.`
  );
}

/** Returns one form's times in a sentence, for who cannot see the plot. */
export function formSentence(name: string, sizes: readonly TimedPixels[]): string {
  if (sizes.length === 0) return `${name}: not measured.`;
  const each = sizes.map(
    ({pixels, milliseconds}) => `${pixels} pixels ${durationWords(milliseconds)}`
  );
  return `${name}: ${each.join(", ")}.`;
}

/** Returns every sample as a table of comma-separated values, a line each. */
export function timesCsv(
  {wasm, times}: FilterTiming,
  {sxy, srgb}: TimedKernel,
  device: string
): string {
  const ran = ({form}: FilterTimes) =>
    form !== "exact" && wasm ? "WebAssembly SIMD" : "plain JavaScript";
  const lines = times.flatMap((one) =>
    one.samples.map((milliseconds, i) =>
      [
        ...[one.form, one.width, one.height, one.width * one.height, one.vertices ?? ""],
        ...[sxy, srgb, i + 1, milliseconds, ran(one), `"${device.replaceAll('"', '""')}"`]
      ].join()
    )
  );
  const head =
    "form,width,height,pixels,vertices,theta_alpha,theta_beta,round,milliseconds,ran_in,device";
  return `${[head, ...lines].join("\n")}\n`;
}
