import {readFileSync} from "node:fs";
import {createCanvas} from "@napi-rs/canvas";
import {table} from "../bin/table.ts";
import {openSegmenter} from "../src/model/segment.ts";
import {asppReading, type AsppRequest} from "../src/notebook/asppReading.ts";
import {randomScene} from "../src/scenes/index.ts";
import {median, REFERENCE} from "./machine.ts";

const RUNS = 25;

/** What a reader moves, what is asked at the i-th step, and its budget in milliseconds. */
const moves: readonly {name: string; budget: number; at: (i: number) => Partial<AsppRequest>}[] = [
  {name: "a branch's fader", budget: 40, at: (i) => ({gains: {aspp1_pointwise: i / 40}})},
  {name: "a rate", budget: 50, at: (i) => ({rates: [3, 6, 9 + (i % 2)]})}
];

/** Prints how long a new prediction takes when ASPP is steered, on one WebAssembly thread. */
export async function benchAspp(speed: number): Promise<void> {
  const file = new URL("../notebooks/weights/street.safetensors", import.meta.url);
  const segmenter = await openSegmenter(readFileSync(file), {backends: ["wasm"]});
  const source = {key: "street 23", scene: randomScene(23)};
  const rows: string[][] = [];
  let within = true;
  for (const {name, budget, at} of moves) {
    const times: number[] = [];
    let computed = 0;
    for (let i = -3; i < RUNS; i++) {
      const reading = await asppReading(segmenter, {source, ...at(i + 3)}, (width, height) =>
        createCanvas(width, height).getContext("2d")
      );
      if (i < 0) continue;
      times.push(reading.milliseconds);
      computed = reading.computed.length;
    }
    const limit = (budget * REFERENCE) / speed;
    within &&= median(times) <= limit;
    const figures = [median(times), Math.min(...times), limit].map((ms) => ms.toFixed(1));
    rows.push([name, String(computed), ...figures]);
  }
  segmenter.dispose();
  console.log(
    `\nASPP steered, 257×193, output stride 16, one WebAssembly thread, ${RUNS} steps (ms): the ` +
      "pass and the labels of both heads"
  );
  console.log(table([["moved", "layers computed", "median", "least", "budget here"], ...rows]));
  console.log(within ? "within budget" : "OVER BUDGET");
}
