/* The page on which test/pages/boundaryLens.test.ts drives figure 0.3: real streets and a real CRF,
   and in place of the network the truth, blurred. */
import {networkProblem} from "../../src/model/crf/networkProblem.ts";
import {labelsFromLogits} from "../../src/model/logits.ts";
import type {BoundaryLabels} from "../../src/notebook/boundaryLabels.ts";
import {boundaryLensFigure} from "../../src/notebook/boundaryLens.ts";
import type {NetworkClient} from "../../src/notebook/networkClient.ts";
import {paintScene, type Source} from "../../src/notebook/predict.ts";
import {labelScene, moveObject, randomScene} from "../../src/scenes/index.ts";
import {blurredLogits, createContext} from "./blurredStreet.ts";

const events: string[] = [];
const files: {name: string; file: Blob}[] = [];
const asked: Source[] = [];
const fake = {fault: null as string | null};
const canvas = document.createElement("canvas");

async function compute(_lane: string, _kind: string, {source}: {source: Source}) {
  asked.push(source);
  await new Promise((done) => setTimeout(done, 20));
  if (fake.fault !== null) throw new Error(fake.fault);
  const scene = "scene" in source ? source.scene : randomScene(1);
  const picture = "scene" in source ? paintScene(scene, createContext) : source.picture;
  const {width, height} = picture;
  const truth = labelScene(createContext, scene, {width, height});
  const encoderLogits = blurredLogits(truth, picture, 17, 13);
  const decoderLogits = blurredLogits(truth, picture, 65, 49);
  const {labels, image, unary} = networkProblem(picture, encoderLogits);
  const answer: BoundaryLabels = {
    data: {width, height, labels, image, unary},
    encoder: labelsFromLogits(encoderLogits, width, height),
    decoder: labelsFromLogits(decoderLogits, width, height),
    truth: "scene" in source ? truth : null
  };
  return answer;
}
const network = {
  status: {state: "ready"},
  subscribe(listener: (status: {state: string}) => void) {
    listener(network.status);
    return () => undefined;
  },
  compute
} as unknown as NetworkClient;
const figure = boundaryLensFigure(network, {
  save: (file, name) => void files.push({name, file})
});
document.body.addEventListener("input", ({target}) => {
  events.push(target === figure ? "boundaryLens" : "a part");
});
const main = document.querySelector("main") as HTMLElement;
main.append(figure);
if (location.search === "?far") main.style.paddingTop = "3000px";

const street = (seed: number) => figure.update({source: {scene: randomScene(seed)}, canvas});
/** Moves a car of a street *times* times, as fast as a reader drags it. */
async function drag(seed: number, times: number): Promise<void> {
  let scene = randomScene(seed);
  const {id, x, depth} = scene.objects.find(({kind}) => kind === "car")!;
  for (let i = 1; i <= times; ++i) {
    scene = moveObject(scene, id, {x: x + 0.05 * i, depth});
    figure.update({source: {scene}, canvas});
    await new Promise((done) => setTimeout(done, 30));
  }
}
function photograph(): void {
  const picture = paintScene(randomScene(1), createContext);
  figure.update({source: {picture, labels: {width: 257, height: 193}}, canvas});
}
street(1);
Object.assign(window, {figure, events, files, asked, fake, street, drag, photograph});
