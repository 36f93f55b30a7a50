/* The page on which test/pages/latticeSteps.test.ts drives figure 5.5: with its worker, or in its
   place one that answers as told. */
import {latticeStepsFigure} from "../../src/notebook/latticeSteps.ts";
import {
  openFilterTimings,
  type FilterTimingAnswer,
  type FilterTimingRequest
} from "../../src/notebook/filterTimingClient.ts";
import {drawStreet} from "../../src/notebook/lessonStreet.ts";

const files: {name: string; file: Blob}[] = [];
const events: string[] = [];
const posted: FilterTimingRequest[] = [];
const listeners: Record<string, (event: any) => void> = {};
const answer = (data: FilterTimingAnswer) => listeners.message({data});

const createWorker = () => ({
  postMessage: (message: FilterTimingRequest) => void posted.push(message),
  addEventListener: (type: string, listener: (event: any) => void) =>
    void (listeners[type] = listener),
  terminate: () => undefined
});
const fake = new URLSearchParams(location.search).has("fake");
const figure = latticeStepsFigure(drawStreet(1), {
  open: () => openFilterTimings(fake ? {createWorker} : {}),
  save: (file, name) => void files.push({name, file})
});
document.body.addEventListener("input", ({target}) => {
  events.push(target === figure ? "figure" : "a part");
});
document.querySelector("main")?.append(figure);
Object.assign(window, {figure, events, files, posted, answer, drawStreet});
