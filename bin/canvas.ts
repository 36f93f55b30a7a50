import {createCanvas} from "@napi-rs/canvas";
import type {DrawingContext} from "../src/scenes/index.ts";
import type {Picture} from "../src/model/picture.ts";

/** Returns a drawing context in Node, as a canvas element gives one in a browser. */
export function createContext(width: number, height: number): DrawingContext {
  return createCanvas(width, height).getContext("2d");
}

/** Returns the picture that *paint* draws on a context of *width* × *height* pixels. */
export function paintPicture(
  width: number,
  height: number,
  paint: (context: DrawingContext) => void
): Picture {
  const context = createCanvas(width, height).getContext("2d");
  paint(context);
  return {width, height, data: context.getImageData(0, 0, width, height).data};
}
