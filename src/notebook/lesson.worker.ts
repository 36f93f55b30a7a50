import type {LessonAnswer, LessonRequest, LessonTasks} from "./lessonWorker.ts";
import {blurOf, largeStreet, pairsOf, streetPixels, type NewContext} from "./lessonTasks.ts";

/** Transport only: what the worker computes is in lessonTasks.ts. */
const newContext: NewContext = (width, height, read) => {
  const context = new OffscreenCanvas(width, height).getContext("2d", {willReadFrequently: read});
  if (context === null) throw new Error("this browser has no 2-D canvas in workers");
  return context;
};

const tasks: {[K in keyof LessonTasks]: (asks: LessonTasks[K]["asks"]) => LessonTasks[K]["gives"]} =
  {
    blur: blurOf,
    pairs: (asks) => pairsOf(asks, newContext),
    street({seed}) {
      const {canvas} = largeStreet(seed, newContext) as OffscreenCanvasRenderingContext2D;
      return {...streetPixels(seed, newContext), picture: canvas.transferToImageBitmap()};
    }
  };

function compute<K extends keyof LessonTasks>({id, task, asks}: LessonRequest<K>): LessonAnswer {
  try {
    return {id, gives: tasks[task](asks)};
  } catch (error) {
    return {id, error: error instanceof Error ? error.message : String(error)};
  }
}

self.addEventListener("message", ({data}: MessageEvent<LessonRequest<keyof LessonTasks>>) => {
  const answer = compute(data);
  self.postMessage(answer, {transfer: "gives" in answer ? ownedBy(answer.gives) : []});
});

/** Returns what of a result is handed over and not copied. */
function ownedBy(value: unknown): Transferable[] {
  if (value instanceof ImageBitmap) return [value];
  if (ArrayBuffer.isView(value)) return [value.buffer as ArrayBuffer];
  if (typeof value !== "object" || value === null) return [];
  return [...new Set(Object.values(value).flatMap(ownedBy))];
}
