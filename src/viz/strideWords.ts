import type {MapAgreement} from "./featureMaps.ts";
import {factor, inThousands, scientific} from "./numberWords.ts";
import {and} from "./rateWords.ts";
import {
  fieldsStay,
  rateRuns,
  total,
  tradeOf,
  type StripBlock,
  type StripReading
} from "./strideTrade.ts";

/** "block 16", or the name itself of one that has no number. */
export function blockName({name, label}: StripBlock): string {
  return /^\d+$/.test(label) ? `block ${label}` : `layer ${name}`;
}

/** What a screen reader is told of a block. */
export function blockWords(block: StripBlock): string {
  const {stride, rate, width, height, channels, field, multiplyAdds} = block;
  return (
    `${blockName(block)}: stride ${stride}, rate ${rate}, map ${width} by ${height}, ` +
    `${channels} channels, receptive field ${field}, ${inThousands(multiplyAdds)} multiply-adds`
  );
}

/** Returns which strides have become which rates at *reading*, in a sentence. */
export function tradeSentence(reading: StripReading, coarsest: StripReading): string {
  const traded = reading.blocks.filter(({stride}, i) => stride < coarsest.blocks[i].stride);
  const runs = rateRuns(reading.blocks);
  if (traded.length === 0)
    return runs.length === 0
      ? "Every stride is there, and every kernel reads at rate 1."
      : "Every stride is there.";
  const many = traded.length > 1;
  const strided = `${many ? "Blocks" : "Block"} ${and(traded.map(({label}) => label))}`;
  const spread = runs.map(({first, last, rate}) => {
    const [from, to] = [first, last].map((i) => reading.blocks[i].label);
    return first === last
      ? `block ${from} reads at rate ${rate}`
      : `blocks ${from} to ${to} read at rate ${rate}`;
  });
  const instead = spread.length > 0 ? `; instead, ${and(spread)}` : "";
  return `${strided} no longer ${many ? "stride" : "strides"}${instead}.`;
}

/** Returns what the strip shows at *reading*, with its numbers; *readings* has the coarsest first. */
export function stripCaption(
  reading: StripReading,
  readings: readonly StripReading[],
  [pictureHeight, pictureWidth]: readonly [height: number, width: number]
): string {
  const [coarsest] = readings;
  const last = reading.blocks[reading.blocks.length - 1];
  const [sum, least] = [reading, coarsest].map((r) => total(r, "multiplyAdds"));
  const times =
    sum === least ? "" : `, ${factor(sum / least)} times those at ${coarsest.outputStride}`;
  return (
    `At output stride ${reading.outputStride} a picture of ${pictureWidth} × ${pictureHeight} ` +
    `pixels ends as a map of ${last.width} × ${last.height} units. The backbone needs ` +
    `${inThousands(sum)} multiply-adds${times}, and the outputs of its layers take ` +
    `${inThousands(total(reading, "activationBytes"))}B. ` +
    (fieldsStay(readings)
      ? `Whatever the output stride, each block’s receptive field is the same, up to ` +
        `${last.field} pixels at the last.`
      : `Receptive fields differ between output strides.`)
  );
}

/** Returns how far a block's finer map, subsampled, is from its coarsest. */
export function agreementSentence(
  block: StripBlock,
  {step, compared, difference, largest}: MapAgreement
): string {
  const count = compared.toLocaleString("en").replaceAll(",", "\u00a0");
  const all = `all ${count} numbers in the two small maps, over all channels`;
  const what =
    step === 1
      ? `No stride up to ${blockName(block)} is traded, so its maps have the same units. Of ${all}`
      : `Computed just now, with the same weights: of ${all}`;
  if (difference === 0) return `${what}, every one is exactly the same.`;
  const share = difference / largest;
  return (
    `${what}, none differs by more than ${scientific(difference)}, which is ${scientific(share)} ` +
    `of the largest, ${scientific(largest)}${share < 1e-4 ? ": rounding" : ""}.`
  );
}

/** Returns how block *i* of *reading* stands towards the task: one that costs more, without holes. */
export function tradeNote(reading: StripReading, coarsest: StripReading, i: number): string {
  const {outputStride: stride} = reading;
  const block = reading.blocks[i];
  const {times, withoutHoles} = tradeOf(reading, coarsest, i);
  if (reading === coarsest)
    return `Nothing costs more at output stride ${stride} than at ${stride}.`;
  const at = `At output stride ${stride}, ${blockName(block)}`;
  if (times === 1) return `${at} costs what it does at ${coarsest.outputStride}.`;
  const cost = `${at} costs ${factor(times)} times as much`;
  return withoutHoles
    ? `${cost}, at rate 1: it no longer strides, and only the blocks after it spread their taps.`
    : `${cost}, but its kernel has holes: rate ${block.rate}.`;
}
