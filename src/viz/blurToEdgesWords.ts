import {probabilityOn, type BlurData, type BlurReading} from "./blurToEdgesData.ts";
import type {LegendClass} from "./legend.ts";
import {percent} from "./percent.ts";

const count = (value: number) => value.toLocaleString("en");

/** Returns a number of pixels: "1 pixel", "7.7 pixels". */
export function pixelsText(value: number): string {
  const rounded = Number(value.toFixed(1));
  return `${rounded}\u00a0${rounded === 1 ? "pixel" : "pixels"}`;
}

/** Returns what is read at the marked place, in sentences with their numbers. */
export function placeSentences(
  {label, at, direction, ramp, edge}: BlurReading,
  classes: readonly LegendClass[]
): string {
  const {name} = classes[label];
  const line = direction === "across" ? "row" : "column";
  const start = `Along the ${line} through pixel ${at.x}, ${at.y}, the probability of ${name}`;
  if (ramp === null) {
    const step = edge ? ` The strongest color step there is ${levelsText(edge.levels)}.` : "";
    return `${start} does not pass 50\u00a0% within 16 pixels.${step}`;
  }
  const rises =
    ramp.width !== null
      ? `takes ${pixelsText(ramp.width)} from 10 to 90\u00a0%.`
      : `passes 50\u00a0%, but does not go all the way from 10 to 90\u00a0%.`;
  if (edge === null) return `${start} ${rises} No color changes there.`;
  const off = Math.abs(ramp.middle - edge.at);
  const where = off < 0.05 ? "at" : `${pixelsText(off)} from`;
  return (
    `${start} ${rises} The picture’s strongest color step there, ${levelsText(edge.levels)}, is ` +
    `${pixelsText(edge.width)} wide, ${where} where the probability is 50\u00a0%.`
  );
}

/** Returns what is true of the whole picture, in sentences with their numbers. */
export function pictureSentences({ramps, wrong}: BlurData): string {
  const {entries, ramps: full, rampWidth, edgeWidth} = ramps;
  const sentences: string[] = [];
  if (rampWidth !== null && edgeWidth !== null)
    sentences.push(
      `In the whole picture, rows and columns enter another thing ${count(entries)} times. At ` +
        `${count(full)} of them its probability goes from 10 to 90\u00a0%: in the median over ` +
        `${pixelsText(rampWidth)}, where the color’s edge is ${pixelsText(edgeWidth)} wide. ` +
        `At the others it does not get that far.`
    );
  if (wrong.wrong > 0)
    sentences.push(
      `Of the ${count(wrong.wrong)} pixels that the encoder alone labels wrong, ` +
        `${mostOf(wrong.wrongNear, wrong.wrong)} lie within ${wrong.band} pixels of a true ` +
        `boundary, where ${percent(wrong.labeledNear / wrong.labeled)} of all pixels lie.`
    );
  else sentences.push("The encoder alone labels every pixel right.");
  return sentences.join(" ");
}

/** Returns a share in words that does not say 100 % of less. */
function mostOf(some: number, all: number): string {
  if (some === all) return "all";
  return some / all >= 0.995 ? `all but ${count(all - some)}` : percent(some / all);
}

function levelsText(levels: number): string {
  const whole = Math.round(levels);
  return `${whole}\u00a0${whole === 1 ? "level" : "levels"}`;
}

/** Returns what the task's note says of the pinned pixel. */
export function edgeNote({levels, sure}: {levels: number; sure: boolean}): string {
  const around = sure ? "the network is sure of one label around it" : "the label changes near it";
  return `The pinned pixel’s strongest step: ${levelsText(levels)}; ${around}.`;
}

/** The largest unary: of a probability of 10⁻⁵ or less. */
const MOST = 11.51;

/** Returns the *count* likeliest labels at a pixel, with what the CRF is given for them: −log p. */
export function likeliest(
  {probabilities, width, height}: BlurData,
  {x, y}: {x: number; y: number},
  count: number
): {label: number; probability: number; unary: string}[] {
  const classes = probabilities.length / (width * height);
  const at = (y * width + x) * classes;
  return Array.from({length: classes}, (_, label) => ({
    label,
    probability: probabilities[at + label]
  }))
    .sort((a, b) => b.probability - a.probability)
    .slice(0, count)
    .map(({label, probability}) => {
      const unary = Math.min(MOST, Math.max(0, -Math.log(probability)));
      return {label, probability, unary: unary.toFixed(2)};
    });
}

/** Returns the profile along the line of *reading* as a table: every pixel of the line. */
export function profileCsv(
  data: BlurData,
  {line, label, direction, at}: BlurReading,
  classes: readonly LegendClass[]
): string {
  const value = probabilityOn(data, line, label);
  const rows = Array.from({length: line.length}, (_, i) => {
    const pixel = line.start + i * line.stride;
    const [x, y] = direction === "across" ? [i, at.y] : [at.x, i];
    const step = i + 1 < line.length ? data.steps[direction][pixel].toFixed(3) : "";
    const color = data.pixels.subarray(4 * pixel, 4 * pixel + 3).join(",");
    return `${x},${y},${color},${value(i).toPrecision(6)},${step}`;
  });
  const header = `x,y,red,green,blue,probability of ${classes[label].name},color step to the next`;
  return `${[header, ...rows].join("\n")}\n`;
}
