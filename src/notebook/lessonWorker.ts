import type {blurOf, pairsOf, StreetPixels} from "./lessonTasks.ts";
import {openWorker} from "./openWorker.ts";

/** What a lesson has computed off the page: what each task is asked, and what it gives. */
export interface LessonTasks {
  blur: {asks: Parameters<typeof blurOf>[0]; gives: ReturnType<typeof blurOf>};
  pairs: {asks: Parameters<typeof pairsOf>[0]; gives: ReturnType<typeof pairsOf>};
  street: {asks: {seed: number}; gives: StreetPixels & {picture: ImageBitmap}};
}

export interface LessonRequest<K extends keyof LessonTasks> {
  id: number;
  task: K;
  asks: LessonTasks[K]["asks"];
}

export type LessonAnswer = {id: number; gives: unknown} | {id: number; error: string};

interface Waiting {
  resolve: (gives: unknown) => void;
  reject: (error: Error) => void;
}

let worker: Worker | null = null;
let ids = 0;
const waiting = new Map<number, Waiting>();

/**
 * Resolves to what *task* gives, computed in a worker that all figures of a page share, so that the
 * page stays at hand meanwhile. It is opened with the first call. Rejects with an Error that says why
 * there is no answer.
 */
export function computed<K extends keyof LessonTasks>(
  task: K,
  asks: LessonTasks[K]["asks"]
): Promise<LessonTasks[K]["gives"]> {
  return new Promise((resolve, reject) => {
    worker ??= open();
    const id = ++ids;
    waiting.set(id, {resolve: (gives) => resolve(gives as LessonTasks[K]["gives"]), reject});
    worker.postMessage({id, task, asks} satisfies LessonRequest<K>);
  });
}

function open(): Worker {
  const opened = openWorker("lesson");
  opened.addEventListener("message", ({data}: MessageEvent<LessonAnswer>) => {
    const asked = waiting.get(data.id);
    waiting.delete(data.id);
    if ("error" in data) asked?.reject(new Error(data.error));
    else asked?.resolve(data.gives);
  });
  opened.addEventListener("error", ({message}) => {
    opened.terminate();
    worker = null;
    for (const {reject} of waiting.values())
      reject(new Error(`the lesson's worker stopped${message ? `: ${message}` : ""}`));
    waiting.clear();
  });
  return opened;
}
