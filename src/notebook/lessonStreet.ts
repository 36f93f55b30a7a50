import {defaultSize} from "../scenes/index.ts";
import {emitInput} from "../viz/index.ts";
import {largeStreet, streetPixels, type NewContext} from "./lessonTasks.ts";
import {computed} from "./lessonWorker.ts";

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
 * Returns a button that draws another street, *seed*'s at first. A click emits *input* once it is
 * drawn, by a worker; of clicks in a row, the last one's is. Throws an Error if the browser draws on
 * no canvas.
 */
export function lessonStreet(seed: number): LessonStreetButton {
  const root = document.createElement("div");
  root.className = "viz lesson-street";
  root.innerHTML = `<div class="viz-toolbar"><button type="button">New street</button></div>`;
  let street = drawStreet(seed);
  let wanted = seed;
  root.querySelector("button")?.addEventListener("click", () => {
    const next = (wanted = (wanted + 1) % 2 ** 32);
    streetOf(next)
      .catch(() => drawStreet(next)) // here, then
      .then(
        (drawn) => {
          if (next !== wanted) return;
          street = drawn;
          emitInput(root);
        },
        () => undefined // There is no canvas any more: the street stays.
      );
  });
  return Object.defineProperty(root, "value", {
    get: () => street,
    set(next: Pick<LessonStreet, "seed">) {
      if (next.seed !== street.seed) street = drawStreet(next.seed);
      wanted = next.seed;
    }
  }) as HTMLElement as LessonStreetButton;
}

/** Returns the street of a seed, drawn here. Throws an Error if the browser draws on no canvas. */
export function drawStreet(seed: number): LessonStreet {
  const {canvas} = largeStreet(seed, newContext) as CanvasRenderingContext2D;
  return {seed, ...defaultSize, canvas, ...streetPixels(seed, newContext)};
}

/** Resolves to the street of a seed, drawn by a worker. Rejects if there is none. */
async function streetOf(seed: number): Promise<LessonStreet> {
  const {picture, ...drawn} = await computed("street", {seed});
  const context = newContext(picture.width, picture.height, false);
  context.drawImage(picture, 0, 0);
  picture.close();
  return {seed, ...defaultSize, canvas: context.canvas, ...drawn};
}

const newContext = ((width, height, read) => {
  const canvas = document.createElement("canvas");
  Object.assign(canvas, {width, height});
  const context = canvas.getContext("2d", {willReadFrequently: read});
  if (context === null) throw new Error("this browser draws on no canvas");
  return context;
}) satisfies NewContext;
