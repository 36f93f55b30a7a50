import {createCanvas} from "@napi-rs/canvas";
import type {DrawingContext, Scene, Size} from "../../src/scenes/index.ts";
import {defaultSize, drawScene, labelScene} from "../../src/scenes/index.ts";

/** Returns the context of a new canvas. */
export function createContext(width: number, height: number): DrawingContext {
  return createCanvas(width, height).getContext("2d");
}

/** Returns the RGBA pixels of *scene*'s picture. */
export function pixelsOf(scene: Scene, {width, height}: Size = defaultSize): Uint8ClampedArray {
  const context = createContext(width, height);
  drawScene(context, scene, {width, height});
  return context.getImageData(0, 0, width, height).data;
}

/** Returns the labels of *scene*. */
export function labelsOf(scene: Scene, size: Size = defaultSize): Uint8Array {
  return labelScene(createContext, scene, size);
}
