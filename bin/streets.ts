import {drawScene, labelScene, randomScene} from "../src/scenes/index.ts";
import {createContext, paintPicture} from "./canvas.ts";
import type {LabeledPicture} from "./labeledPictures.ts";

/** Returns the procedural street of a seed, drawn at the size that the network reads. */
export function drawStreet(seed: number): LabeledPicture {
  const scene = randomScene(seed);
  const size = {width: 257, height: 193};
  const picture = paintPicture(size.width, size.height, (context) => {
    drawScene(context, scene, size);
  });
  return {
    name: `street ${seed}`,
    picture,
    truth: {...size, labels: labelScene(createContext, scene, size)}
  };
}
