import {filterFacts, timeFilters} from "../model/crf/filterTiming.ts";
import type {FilterTimingAnswer, FilterTimingRequest} from "./filterTimingClient.ts";

/** Transport only: what the worker measures is in src/model/crf/filterTiming.ts. */
let wanted = 0;

const answer = (message: FilterTimingAnswer) => {
  self.postMessage(message);
};

/** Lets the messages in that have come meanwhile. */
const turn = () => new Promise((resolve) => setTimeout(resolve));

async function serve(request: FilterTimingRequest & {type: "facts" | "measure"}): Promise<void> {
  const {type, id, picture, kernel} = request;
  await turn();
  if (id !== wanted) return;
  if (type === "facts") {
    answer({type: "facts", id, facts: await filterFacts(picture, kernel)});
    return;
  }
  for await (const timing of timeFilters(picture, kernel)) {
    answer({type: "timing", id, timing});
    await turn();
    if (id !== wanted) return;
  }
  answer({type: "done", id});
}

// One at a time: what is measured must have the processor for itself.
let last: Promise<void> = Promise.resolve();

self.addEventListener("message", ({data: request}: MessageEvent<FilterTimingRequest>) => {
  if (request.type === "cancel") {
    if (request.id === wanted) wanted = 0;
    return;
  }
  wanted = request.id;
  last = last
    .then(() => (request.id === wanted ? serve(request) : undefined))
    .catch((error: unknown) => {
      const message = error instanceof Error ? error.message : String(error);
      answer({type: "failed", id: request.id, message});
    });
});
