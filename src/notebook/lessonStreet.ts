import {defaultSize, drawScene, randomScene} from "../scenes/index.ts";
import {emitInput} from "../viz/index.ts";

/** A street as the figures of a lesson take it apart. */
export interface LessonStreet {
  readonly seed: number;
  /** The size of *pixels* and *luminance*: that of the network's input. */
  readonly width: number;
  readonly height: number;
  /** The street at twice that size, to be looked at. */
  readonly canvas: HTMLCanvasElement;
  /** RGBA, row-major. */
  readonly pixels: Uint8ClampedArray;
  /** The luminance of each pixel, in [0, 1], by Rec. 601's weights. */
  readonly luminance: Float32Array;
}

/** A button that draws another street: its value is the street, and is set by its seed alone. */
export type LessonStreetButton = HTMLElement & {
  get value(): LessonStreet;
  set value(street: Pick<LessonStreet, "seed">);
};

/**
 * Returns a button that draws another street, *seed*'s at first. A click emits *input*. Throws an
 * Error if the browser draws on no canvas.
 */
export function lessonStreet(seed: number): LessonStreetButton {
  const root = document.createElement("div");
  root.className = "viz lesson-street";
  root.innerHTML = `<div class="viz-toolbar"><button type="button">New street</button></div>`;
  let street = drawStreet(seed);
  root.querySelector("button")?.addEventListener("click", () => {
    street = drawStreet((street.seed + 1) % 2 ** 32);
    emitInput(root);
  });
  return Object.defineProperty(root, "value", {
    get: () => street,
    set(next: Pick<LessonStreet, "seed">) {
      if (next.seed !== street.seed) street = drawStreet(next.seed);
    }
  }) as HTMLElement as LessonStreetButton;
}

/** Returns the street of a seed, drawn. Throws an Error if the browser draws on no canvas. */
export function drawStreet(seed: number): LessonStreet {
  const {width, height} = defaultSize;
  const scene = randomScene(seed);
  const [canvas, small] = [2, 1].map((scale) => {
    const element = document.createElement("canvas");
    element.width = scale * width;
    element.height = scale * height;
    const context = element.getContext("2d", {willReadFrequently: scale === 1});
    if (context === null) throw new Error("this browser draws on no canvas");
    drawScene(context, scene, {width: element.width, height: element.height});
    return {element, context};
  });
  const {data: pixels} = small.context.getImageData(0, 0, width, height);
  const luminance = Float32Array.from(
    {length: width * height},
    (_, i) => (0.299 * pixels[4 * i] + 0.587 * pixels[4 * i + 1] + 0.114 * pixels[4 * i + 2]) / 255
  );
  return {seed, width, height, canvas: canvas.element, pixels, luminance};
}
