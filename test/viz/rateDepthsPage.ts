/* The page on which test/pages/rateDepths.test.ts drives figure 3.3: a real street, and a network
   that loses the upper rows of what it sees, the more so without its 1×1 branch. */
import {drawStreet} from "../../src/notebook/lessonStreet.ts";
import type {AsppReader} from "../../src/notebook/asppFeed.ts";
import type {AsppReading} from "../../src/notebook/asppReading.ts";
import {rateDepthsFigure} from "../../src/notebook/rateDepths.ts";
import {labelScene} from "../../src/scenes/index.ts";

const branches = [
  "image_pooling/resize",
  "aspp0",
  "aspp1_pointwise",
  "aspp2_pointwise",
  "aspp3_pointwise"
];
const size = {width: 257, height: 193};
const events: string[] = [];
const files: {name: string; file: Blob}[] = [];
const fault = {network: null as string | null};

/** The truth, where building takes every *n*-th column: fewer with the first rate's branch muted. */
const reader: AsppReader = {
  async read(_, {source, gains = {}, rates = [3, 6, 9]}, wait) {
    wait?.("The network looks at the street …");
    await new Promise((done) => setTimeout(done));
    if (fault.network !== null) throw new Error(fault.network);
    if (!("scene" in source)) throw new Error("a scene is wanted");
    const truth = labelScene(
      (width, height) =>
        new OffscreenCanvas(width, height).getContext("2d", {willReadFrequently: true}) as any,
      source.scene
    );
    const pedestrian = source.key.includes("pedestrian");
    const muted = branches.findIndex((name) => gains[name] === 0);
    const lost = [0, pedestrian ? 0.1 : 0.5, 0.3, 0, -0.1][muted] ?? 0;
    const share = 0.2 + lost + rates[0] / 100;
    const decoder = truth.map((label, i) => (((i % 257) * 0.618) % 1 < share ? 1 : label));
    const logits = {width: 1, height: 1, classes: 11, data: new Float32Array(11)};
    return {
      ...{...size, decoder, encoder: decoder, truth, branches, rates},
      ...{decoderLogits: logits, encoderLogits: logits, maps: null, votes: null},
      ...{computed: [], layers: 1, milliseconds: 1}
    } satisfies AsppReading;
  }
};

const figure = rateDepthsFigure(drawStreet(23), {
  reader,
  save: (file, name) => void files.push({name, file})
});
document.body.addEventListener("input", ({target}) => {
  events.push(target === figure ? "figure" : "a part");
});
document.querySelector("main")?.append(figure);
Object.assign(window, {figure, files, events, fault, drawStreet});
