import {defaultSize, drawScene, randomScene} from "../scenes/index.ts";
import {asView, emitInput, type View} from "../viz/index.ts";

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

/**
 * Returns a button that draws another street, whose value is the street. Throws an Error if the
 * browser draws on no canvas.
 */
export function lessonStreet(seed: number): View<HTMLElement, LessonStreet> {
  const root = document.createElement("div");
  root.className = "lesson-street";
  root.innerHTML = `<button type="button">New street</button>`;
  let street = drawStreet(seed);
  root.firstElementChild?.addEventListener("click", () => {
    street = drawStreet((street.seed + 1) % 2 ** 32);
    emitInput(root);
  });
  return asView<HTMLElement, LessonStreet>(root, {
    get: () => street,
    set: (next) => (street = next)
  });
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
