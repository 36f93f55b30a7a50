/* The page on which test/pages/imagePooling.test.ts drives figure 3.5: real streets, and logits made
   of their truth, to which every other image pooling adds its own numbers. */
import {labelsFromLogits, type Logits} from "../../src/model/logits.ts";
import type {AsppReader} from "../../src/notebook/asppFeed.ts";
import type {AsppReading, AsppRequest} from "../../src/notebook/asppReading.ts";
import {imagePoolingFigure} from "../../src/notebook/imagePooling.ts";
import {drawStreet} from "../../src/notebook/lessonStreet.ts";
import {labelScene} from "../../src/scenes/index.ts";
import {blurredLogits, createContext} from "./blurredStreet.ts";

const events: string[] = [];
const files: {name: string; file: Blob}[] = [];
const asked: string[] = [];
const fault = {network: null as string | null};
const SIZE = {width: 257, height: 193};
const BRANCH = "image_pooling/resize";

/** How strongly the vector of a donor pushes towards some classes; a street's seed says how. */
function pushOf({source, pooledFrom, gains}: AsppRequest): number {
  if (gains?.[BRANCH] === 0) return 0.5;
  if (pooledFrom === undefined || pooledFrom.key === source.key) return 0;
  if (pooledFrom.key === "green") return 3;
  const street = /^street (\d+)$/.exec(pooledFrom.key);
  return street ? (Number(street[1]) % 10) / 8 : 1;
}

/** The vector: other numbers for every picture, and none below zero. */
function vectorOf({source, pooledFrom, gains}: AsppRequest): number[] {
  const {length} = (pooledFrom ?? source).key;
  const gain = gains?.[BRANCH] ?? 1;
  return Array.from({length: 96}, (_, i) => gain * Math.max(0, Math.sin(i * length)));
}

function readingOf(request: AsppRequest): AsppReading {
  const {source} = request;
  if (!("scene" in source)) throw new Error("a scene was expected");
  const truth = labelScene(createContext, source.scene, SIZE);
  const decoderLogits = blurredLogits(truth, SIZE, 65, 49);
  const push = pushOf(request);
  decoderLogits.data.forEach((logit, i, all) => {
    all[i] = logit + push * Math.sin(i % decoderLogits.classes);
  });
  const labels = (logits: Logits) => labelsFromLogits(logits, SIZE.width, SIZE.height);
  const units = 17 * 13;
  const vector = vectorOf(request);
  const data = Float32Array.from({length: 96 * units}, (_, i) => vector[i % 96]);
  return {
    ...SIZE,
    decoder: labels(decoderLogits),
    encoder: labels(decoderLogits),
    truth,
    decoderLogits,
    encoderLogits: decoderLogits,
    branches: [BRANCH],
    maps: [{name: BRANCH, map: {width: 17, height: 13, channels: 96, data}}],
    votes: null,
    rates: [3, 6, 9],
    computed: [],
    layers: 90,
    milliseconds: 1
  };
}

const reader: AsppReader = {
  async read(_, request, wait = () => undefined) {
    wait("The network looks at the street …");
    asked.push(request.pooledFrom?.key ?? (request.gains ? "none" : "own"));
    await new Promise((done) => setTimeout(done));
    if (fault.network !== null) throw new Error(fault.network);
    return readingOf(request);
  }
};

const figure = imagePoolingFigure(drawStreet(23), {
  reader,
  save: (file, name) => void files.push({name, file})
});
document.body.addEventListener("input", ({target}) => {
  events.push(target === figure ? "figure" : "a part");
});
document.querySelector("main")?.append(figure);
Object.assign(window, {figure, files, events, asked, fault, drawStreet});
