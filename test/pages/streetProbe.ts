import {defaultSize, labelScene, randomScene} from "../../src/scenes/index.ts";
import type {DrawingContext} from "../../src/scenes/index.ts";

/** What a page does for the tests of streets: it is bundled and served, and called from Node. */
function createContext(width: number, height: number): DrawingContext {
  return new OffscreenCanvas(width, height).getContext("2d", {willReadFrequently: true})!;
}

/** Returns the scene of a seed, as JSON, and its labels, `[height, width]`. */
function street(seed: number): {scene: string; labels: number[]} {
  const scene = randomScene(seed);
  return {scene: JSON.stringify(scene), labels: [...labelScene(createContext, scene, defaultSize)]};
}

export const probe = {street};
Object.assign(globalThis, {probe});
