/* The page on which test/pages/timings.test.ts drives figure 2.4: with its worker, or in its place
   one that answers as told. */
import type {Backend} from "../../src/model/backend.ts";
import {timingsFigure} from "../../src/notebook/timings.ts";
import {
  openTimings,
  type TimingAnswer,
  type TimingRequest
} from "../../src/notebook/timingClient.ts";

const query = new URLSearchParams(location.search);
const files: {name: string; file: Blob}[] = [];
const events: string[] = [];
const posted: TimingRequest[] = [];
const listeners: Record<string, (event: any) => void> = {};
const answer = (data: TimingAnswer) => listeners.message({data});

const createWorker = () => ({
  postMessage: (message: TimingRequest) => void posted.push(message),
  addEventListener: (type: string, listener: (event: any) => void) =>
    void (listeners[type] = listener),
  terminate: () => undefined
});
const figure = timingsFigure({
  backend: query.get("backend") as Backend | null,
  open: (options) => openTimings(query.has("fake") ? {...options, createWorker} : options),
  save: (file, name) => void files.push({name, file})
});
document.body.addEventListener("input", ({target}) => {
  events.push(target === figure ? "figure" : "a part");
});
document.querySelector("main")?.append(figure);
Object.assign(window, {figure, events, files, posted, answer});
