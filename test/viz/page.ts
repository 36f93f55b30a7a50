/* The page on which test/pages/viz.test.ts drives the figures: real streets, a made-up network. */
import {classes} from "../../src/model/classes.ts";
import {ratesUsed, type OutputStride} from "../../src/model/deeplab.ts";
import * as scenes from "../../src/scenes/index.ts";
import {rateSteering, sceneEditor, segmentationView} from "../../src/viz/index.ts";

const events: string[] = [];
const files: {name: string; file: Blob}[] = [];
const save = (file: Blob, name: string) => void files.push({name, file});

const editor = sceneEditor<scenes.Scene>(scenes.randomScene(3), {
  draw: scenes.drawScene,
  objectAt: scenes.objectAt,
  objectBox: scenes.objectBox,
  groundPoint: scenes.groundPoint,
  placeFromPixel: scenes.placeFromPixel,
  move: scenes.moveObject,
  add: (scene, kind) => scenes.addObject(scene, kind as scenes.Kind),
  remove: scenes.removeObject,
  setLight: scenes.setLight,
  randomScene: scenes.randomScene,
  kinds: scenes.addableKinds,
  lights: scenes.lights
});
const prediction = segmentationView({classes, save});
const steering = rateSteering({
  rates: [3, 6, 9],
  ratesUsed: (rates, stride, scale) => ratesUsed(rates, stride as OutputStride, scale),
  mapSize: (stride) => [192 / stride + 1, 256 / stride + 1],
  save
});
for (const [name, figure] of Object.entries({editor, prediction, steering}))
  document.body.addEventListener("input", ({target}) => {
    if (target === figure) events.push(name);
  });

const [width, height] = [257, 193];
const picture = document.createElement("canvas");
Object.assign(picture, {width: 2 * width, height: 2 * height});

/** Everything above the middle is sky and all below is road; in truth the left third is car. */
function predict(): void {
  const context = picture.getContext("2d", {willReadFrequently: true});
  if (context) scenes.drawScene(context, editor.value, picture);
  const labels = Uint8Array.from({length: width * height}, (_, i) =>
    i < width * Math.floor(height / 2) ? 0 : 3
  );
  const truth = labels.map((label, i) => (i % width < width / 3 ? 8 : label));
  prediction.update({
    picture,
    labels,
    truth,
    agreement: {mIoU: 0.5, pixelAccuracy: 0.67, perClass: [0.5, null, null, 0.5]},
    probabilitiesAt: (_x, y) => classes.map((_, k) => (k === (y < 96 ? 0 : 3) ? 0.8 : 0.02)),
    milliseconds: 12
  });
}

predict();
document.querySelector("main")?.append(editor, prediction, steering);
Object.assign(window, {editor, prediction, steering, predict, events, files, picture, scenes});
