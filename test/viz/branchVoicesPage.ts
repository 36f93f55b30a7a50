/* The page on which test/pages/branchVoices.test.ts drives figure 3.1: real streets, and logits made
   of their truth, of which every branch has a share that depends on where it is. */
import type {AsppReader} from "../../src/notebook/asppFeed.ts";
import type {AsppReading, AsppRequest} from "../../src/notebook/asppReading.ts";
import {branchVoicesFigure} from "../../src/notebook/branchVoices.ts";
import {drawStreet} from "../../src/notebook/lessonStreet.ts";
import {labelScene, randomScene} from "../../src/scenes/index.ts";
import {blurredLogits, createContext} from "./blurredStreet.ts";

const events: string[] = [];
const files: {name: string; file: Blob}[] = [];
const fault = {network: null as string | null};
const SIZE = {width: 257, height: 193};
const [COLUMNS, ROWS, CHANNELS] = [17, 13, 96];
const branches = [
  "image_pooling/resize",
  "aspp0",
  "aspp1_pointwise",
  "aspp2_pointwise",
  "aspp3_pointwise"
];

/** How much of the logits a branch has: rate 9 most right of column 12, rate 6 most elsewhere. */
function shareOf(branch: number, unit: number): number {
  const right = unit % COLUMNS > 12;
  return [0.05, -0.1, 0.2, right ? 0.1 : 0.6, right ? 0.5 : 0.1][branch];
}

function readingOf({source}: AsppRequest): AsppReading {
  const seed = Number(source.key.split(" ")[1]);
  const truth = labelScene(createContext, randomScene(seed), SIZE);
  const logits = blurredLogits(truth, SIZE, COLUMNS, ROWS);
  const {classes, data} = logits;
  const votes = branches.map((name, b) => ({
    name,
    votes: data.map(
      (logit, i) => logit * shareOf(b, Math.floor(i / classes)) * (1 + (seed % 10) / 20)
    )
  }));
  const bias = data.map((logit, i) => votes.reduce((rest, own) => rest - own.votes[i], logit));
  const map = (b: number) =>
    Float32Array.from({length: CHANNELS * COLUMNS * ROWS}, (_, i) => Math.max(0, Math.sin(i * b)));
  const shape = {width: COLUMNS, height: ROWS};
  return {
    ...SIZE,
    decoder: truth,
    encoder: truth,
    truth: null,
    decoderLogits: logits,
    encoderLogits: logits,
    branches,
    maps: branches.map((name, b) => ({name, map: {...shape, channels: CHANNELS, data: map(b)}})),
    votes: {...shape, classes, branches: votes, bias},
    rates: [3, 6, 9],
    computed: [],
    layers: 90,
    milliseconds: 1
  };
}

const reader: AsppReader = {
  async read(_, request, wait = () => undefined) {
    wait("The network looks at the street …");
    await new Promise((done) => setTimeout(done));
    if (fault.network !== null) throw new Error(fault.network);
    return readingOf(request);
  }
};

const figure = branchVoicesFigure(drawStreet(23), {
  reader,
  save: (file, name) => void files.push({name, file})
});
document.body.addEventListener("input", ({target}) => {
  events.push(target === figure ? "figure" : "a part");
});
document.querySelector("main")?.append(figure);
Object.assign(window, {figure, files, events, fault, drawStreet});
