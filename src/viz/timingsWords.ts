import type {ConvolutionSize} from "../model/arithmeticIntensity.ts";
import {inThousands} from "./numberWords.ts";
import {percent as spacedPercent} from "./percent.ts";
import {isComplete, roundRatios, speedAxis, type TimedOn, type TimingRow} from "./timingsData.ts";

const names: Record<TimedOn["backend"], string> = {
  webgpu: "WebGPU",
  wasm: "WebAssembly",
  webgl: "WebGL",
  cpu: "plain JavaScript"
};

const percent = (share: number) => spacedPercent(share).replace(" ", "\u00a0");

/** Returns a size in short: "33 × 33, 320 → 256", and its kernel unless that is 3×3. */
export function sizeWords({kernelSize, height, width, channels, filters}: ConvolutionSize): string {
  const kernel = kernelSize === 3 ? "" : `, ${kernelSize}×${kernelSize}`;
  return `${height}\u00a0×\u00a0${width}, ${channels}\u00a0→\u00a0${filters}${kernel}`;
}

/** Returns a speed-up with its sign: "8.7×", "0.52×", "12×". */
export function timesWords(ratio: number): string {
  return `${ratio < 0.995 ? ratio.toFixed(2) : ratio < 9.95 ? ratio.toFixed(1) : Math.round(ratio)}×`;
}

/** Returns a time with its unit: "0.0031 ms", "62 ms", "2.3 s". */
export function durationWords(milliseconds: number): string {
  if (milliseconds >= 1000) return `${(milliseconds / 1000).toPrecision(2)}\u00a0s`;
  const digits =
    milliseconds >= 100 ? milliseconds.toFixed(0) : String(Number(milliseconds.toPrecision(2)));
  return `${digits}\u00a0ms`;
}

/** Returns what computed, and on what, in words. */
export function deviceWords({backend, threads, gpu}: TimedOn, device: string): string {
  const on =
    backend === "wasm"
      ? ` on ${threads} ${threads === 1 ? "thread" : "threads"}`
      : gpu === null
        ? ""
        : ` on ${gpu}`;
  return `${names[backend]}${on}; ${device}`;
}

/** Returns what the figure shows before anything is measured, and what measuring means. */
export function promiseSentences(rows: readonly TimingRow[]): string {
  const ratios = rows.map(({predicted}) => predicted);
  const [least, most] = [Math.min(...ratios), Math.max(...ratios)].map(timesWords);
  const range = least === most ? least : `${least} to ${most}`;
  return (
    `Nothing is measured yet. By multiply-adds, the two steps should be faster by ${range} at ` +
    `${rows.length === 1 ? "this size" : `these ${rows.length} sizes`}. Measuring loads ` +
    "TensorFlow.js and runs both forms in turn on your device, up to 30 times each: some seconds " +
    "for each size, half a minute where a pass takes long. You can stop it; other work on the " +
    "device disturbs it."
  );
}

/** Returns what was measured, where, and how far time falls short of arithmetic. */
export function measuredSentences(
  rows: readonly TimingRow[],
  on: TimedOn,
  device: string
): string[] {
  const measured = rows.flatMap((row) =>
    row.timing === null ? [] : [{...row, timing: row.timing, kept: keptShare(row) ?? 0}]
  );
  const counts = measured.map(({timing}) => timing.rounds.length);
  const [fewest, most] = [Math.min(...counts), Math.max(...counts)];
  const rounds = fewest === most ? String(most) : `${fewest} to ${most}`;
  const {low, high} = speedAxis(rows);
  const beyond = rows.flatMap(roundRatios).filter((is) => !(is >= low && is <= high)).length;
  const how =
    `Measured on your device: ${deviceWords(on, device)}. Ratios of median times over ${rounds} ` +
    "rounds, each of both forms in shuffled order after a warm-up; bars are 95 % intervals by " +
    "bootstrap over the rounds, ticks are single rounds" +
    (beyond === 0 ? "." : `, ${beyond} of which ${beyond === 1 ? "lies" : "lie"} beyond the axis.`);
  const sorted = measured.toSorted((a, b) => a.kept - b.kept);
  const [worst, best] = [sorted[0], sorted[sorted.length - 1]];
  const {milliseconds, speedUp} = worst.timing;
  const {depthwise, pointwise} = worst.work;
  const adds = depthwise.multiplyAdds / (depthwise.multiplyAdds + pointwise.multiplyAdds);
  const time = milliseconds.depthwise.median / milliseconds.separable.median;
  const gap =
    worst.kept >= 1
      ? `At no size measured does time fall short of arithmetic; it comes closest to that at ${where(worst)}: ` +
        `${timesWords(speedUp.ratio)} against ${timesWords(worst.predicted)}.`
      : `Time falls furthest short at ${where(worst)}: faster by ${timesWords(speedUp.ratio)} ` +
        `where arithmetic says ${timesWords(worst.predicted)}, ${percent(worst.kept)} of it` +
        (sorted.length > 1 ? `; at ${where(best)} it is ${percent(best.kept)}.` : ".");
  const why =
    ` There the depthwise step is ${percent(adds)} of the two steps’ multiply-adds, with ` +
    `${depthwise.intensity.toFixed(1)} for each byte moved, and alone takes ` +
    `${durationWords(milliseconds.depthwise.median)}, to the ` +
    `${durationWords(milliseconds.separable.median)} of both (${percent(time)}).`;
  return [how, gap + why];
}

/** Returns the measured speed-up as a share of the predicted one, or null if there is none. */
function keptShare({timing, predicted}: TimingRow): number | null {
  return timing && timing.speedUp.ratio / predicted;
}

function where({name, size}: TimingRow): string {
  return `${name} (${sizeWords(size)})`;
}

/** Returns a row in one sentence, for who cannot see the plot. */
export function rowSentence(row: TimingRow): string {
  const {work, predicted, timing, refused} = row;
  const intensities = (["standard", "depthwise", "pointwise"] as const)
    .map((step) => `${step} ${work[step].intensity.toFixed(1)}`)
    .join(", ");
  const measured =
    timing === null
      ? refused === null
        ? "not measured"
        : `not measured, for ${refused}`
      : `measured ${timesWords(timing.speedUp.ratio)}, interval ` +
        `${timesWords(timing.speedUp.low)} to ${timesWords(timing.speedUp.high)}` +
        (isComplete(row) ? "" : `, after ${timing.rounds.length} of ${timing.planned} rounds`);
  return (
    `${where(row)}: by arithmetic ${timesWords(predicted)}, ${measured}; multiply-adds per byte: ` +
    `${intensities}.`
  );
}

/** Returns a row's numbers as cells of a table. */
export function rowCells(row: TimingRow): string[] {
  const {name, size, work, predicted, timing} = row;
  const {standard, depthwise, pointwise} = work;
  const time = (form: "standard" | "separable" | "depthwise") => {
    if (timing === null) return "–";
    const {lower, median, upper} = timing.milliseconds[form];
    return `${durationWords(median)} (${durationWords(lower)} – ${durationWords(upper)})`;
  };
  return [
    `${name}, ${sizeWords(size)}`,
    inThousands(standard.multiplyAdds),
    inThousands(depthwise.multiplyAdds + pointwise.multiplyAdds),
    timesWords(predicted),
    timing === null
      ? "–"
      : `${timesWords(timing.speedUp.ratio)} (${timesWords(timing.speedUp.low)} – ${timesWords(timing.speedUp.high)})`,
    time("standard"),
    time("separable"),
    time("depthwise")
  ];
}

/** The heads of {@link rowCells}. */
export const cellHeads = [
  "Size",
  "Multiply-adds, standard",
  "Two steps",
  "Faster by arithmetic",
  "Measured (95 % interval)",
  "Standard, median (quartiles)",
  "Two steps",
  "Depthwise alone"
];

/** Returns every sample as a table of comma-separated values, a line each. */
export function samplesCsv(rows: readonly TimingRow[], on: TimedOn, device: string): string {
  const quoted = (text: string) => `"${text.replaceAll('"', '""')}"`;
  const lines = rows.flatMap(({name, size, timing}) => {
    const {kernelSize, height, width, channels, filters} = size;
    return (timing?.rounds ?? []).flatMap((round, i) =>
      (["standard", "separable", "depthwise"] as const).map((form) =>
        [
          ...[quoted(name), kernelSize, height, width, channels, filters, i + 1, form],
          ...[timing?.passes[form], round[form], on.backend, on.threads],
          ...[quoted(on.gpu ?? ""), quoted(device)]
        ].join()
      )
    );
  });
  const head =
    "layer,kernel,height,width,channels,filters,round,form,passes,milliseconds_per_pass,backend," +
    "threads,gpu,device";
  return `${[head, ...lines].join("\n")}\n`;
}
