import {table} from "../bin/table.ts";
import {deeplabV3Plus, outputStrides, shippedOptions} from "../src/model/deeplab.ts";
import {foldWeights} from "../src/model/execute.ts";
import {mulberry32} from "../src/model/random.ts";
import {openSegmenter} from "../src/model/segment.ts";
import {Trainer} from "../src/model/train/trainer.ts";
import {median, REFERENCE, times} from "./machine.ts";

/** The milliseconds that a pass at output stride 16 may take at the reference speed. */
const BUDGET = 60;
const RUNS = 25;

/** Prints how long a pass of the shipped network takes on one WebAssembly thread. */
export async function benchNetwork(speed: number): Promise<void> {
  const network = deeplabV3Plus(shippedOptions);
  // Time does not depend on what was learned.
  const weights = new Trainer(network, mulberry32(1)).averaged();
  const segmenter = await openSegmenter(weights, {backends: ["wasm"]});
  const random = mulberry32(2);
  const data = Uint8ClampedArray.from({length: 257 * 193 * 4}, () => 256 * random());
  const picture = {width: 257, height: 193, data};

  const rows: string[][] = [];
  let least = Infinity;
  for (const outputStride of outputStrides.toReversed()) {
    const passes: number[] = [];
    for (let i = -2; i < RUNS; i++) {
      const {milliseconds} = await segmenter.segment(picture, {outputStride});
      if (i >= 0) passes.push(milliseconds);
    }
    if (outputStride === 16) least = Math.min(...passes);
    const figures = [median(passes), Math.min(...passes)].map((ms) => ms.toFixed(1));
    rows.push([`output stride ${outputStride}`, ...figures]);
  }
  const folding = times(10, () => foldWeights(network, weights).dispose());
  const figures = [median(folding), Math.min(...folding)].map((ms) => ms.toFixed(1));
  rows.push(["folding the weights", ...figures]);
  segmenter.dispose();

  console.log(`\nNetwork, 257×193, one WebAssembly thread, ${RUNS} passes (ms)`);
  console.log(table([["", "median", "least"], ...rows]));
  const budget = (BUDGET * REFERENCE) / speed;
  console.log(
    `budget at output stride 16: ${BUDGET} ms at ${REFERENCE} GFLOP/s, so ${budget.toFixed(1)} ms ` +
      `here; the least takes ${((100 * least) / budget).toFixed(0)} % of it: ` +
      (least <= budget ? "within budget" : "OVER BUDGET")
  );
}
