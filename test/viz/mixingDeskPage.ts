/* The page on which test/pages/mixingDesk.test.ts drives figure 3.2: real streets, and logits made of
   their truth, which the branches disturb as far as their factors are not 1. */
import {labelsFromLogits, type Logits} from "../../src/model/logits.ts";
import type {AsppReader} from "../../src/notebook/asppFeed.ts";
import type {AsppReading, AsppRequest} from "../../src/notebook/asppReading.ts";
import {drawStreet} from "../../src/notebook/lessonStreet.ts";
import {mixingDeskFigure} from "../../src/notebook/mixingDesk.ts";
import {labelScene} from "../../src/scenes/index.ts";
import {blurredLogits, createContext} from "./blurredStreet.ts";

const events: string[] = [];
const files: {name: string; file: Blob}[] = [];
const asked: {lane: string; votes: boolean}[] = [];
const fault = {network: null as string | null};
const SIZE = {width: 257, height: 193};
const MAP = {width: 17, height: 13, classes: 11};
const branches = [
  "image_pooling/resize",
  "aspp0",
  "aspp1_pointwise",
  "aspp2_pointwise",
  "aspp3_pointwise"
];
/** How much is lost with each of them. */
const weights = [0.05, 3, 3, 0.05, 0.05];

function readingOf({source, gains = {}, votes = false}: AsppRequest): AsppReading {
  if (!("scene" in source)) throw new Error("a scene was expected");
  const truth = labelScene(createContext, source.scene, SIZE);
  const factors = branches.map((name) => gains[name] ?? 1);
  const decoderLogits = blurredLogits(truth, SIZE, 65, 49);
  const lost = factors.reduce((sum, factor, i) => sum + weights[i] * Math.abs(1 - factor), 0);
  decoderLogits.data.forEach((logit, i, all) => {
    all[i] = logit + lost ** 1.5 * Math.sin(i % 11);
  });
  const units = MAP.width * MAP.height * MAP.classes;
  const shares = factors.map((factor, b) => ({
    name: branches[b],
    votes: Float32Array.from({length: units}, (_, i) => factor * Math.sin(i * (b + 1)))
  }));
  const bias = new Float32Array(units).fill(0.5);
  const encoderLogits: Logits = {
    ...MAP,
    data: bias.map((own, i) => shares.reduce((sum, share) => sum + share.votes[i], own))
  };
  const labels = (logits: Logits) => labelsFromLogits(logits, SIZE.width, SIZE.height);
  return {
    ...SIZE,
    ...{decoder: labels(decoderLogits), encoder: labels(encoderLogits), truth},
    ...{decoderLogits, encoderLogits, branches, maps: null},
    votes: votes ? {...MAP, branches: shares, bias} : null,
    rates: [3, 6, 9],
    ...{computed: ["aspp/concat", "concat_projection"], layers: 84, milliseconds: 18}
  };
}

const reader: AsppReader = {
  async read(lane, request, wait = () => undefined) {
    wait("The network looks at the street …");
    asked.push({lane, votes: request.votes === true});
    await new Promise((done) => setTimeout(done));
    if (fault.network !== null) throw new Error(fault.network);
    return readingOf(request);
  }
};

const figure = mixingDeskFigure(drawStreet(23), {
  reader,
  save: (file, name) => void files.push({name, file})
});
document.body.addEventListener("input", ({target}) => {
  events.push(target === figure ? "figure" : "a part");
});
document.querySelector("main")?.append(figure);
Object.assign(window, {figure, files, events, asked, fault, drawStreet});
