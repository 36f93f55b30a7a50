import {expect, it} from "vitest";
import type {FilterTiming} from "../../src/model/crf/filterTiming.ts";
import {
  openFilterTimings,
  type FilterTimingAnswer,
  type FilterTimingPort,
  type FilterTimingRequest
} from "../../src/notebook/filterTimingClient.ts";
import type {FilterReport} from "../../src/viz/latticeData.ts";

const picture = {width: 1, height: 1, data: new Uint8ClampedArray(4)};
const kernel = {sxy: 67, srgb: 3};
const facts = {vertices: 6, comparedAt: [64, 48] as const, error: 0.03};
const timing: FilterTiming = {wasm: true, share: 0.5, times: []};

function fakeWorker() {
  const posted: FilterTimingRequest[] = [];
  const listeners: Record<string, (event: any) => void> = {};
  const state = {made: 0, ended: 0};
  const createWorker = (): FilterTimingPort => {
    ++state.made;
    return {
      postMessage: (message) => void posted.push(message),
      addEventListener: (type: string, listener: (event: any) => void) =>
        void (listeners[type] = listener),
      terminate: () => void ++state.ended
    };
  };
  const answer = (data: FilterTimingAnswer) => listeners.message({data});
  return {posted, listeners, state, answer, client: openFilterTimings({createWorker})};
}

it("opens no worker before it is asked, and answers the newest question alone", () => {
  const {posted, state, answer, client} = fakeWorker();
  expect(state.made).toBe(0);
  const heard: [string, FilterReport][] = [];
  client.ask("facts", picture, kernel, (report) => heard.push(["facts", report]));
  const stop = client.ask("measure", picture, kernel, (report) => heard.push(["measure", report]));
  answer({type: "facts", id: 1, facts});
  answer({type: "timing", id: 2, timing});
  answer({type: "done", id: 2});
  answer({type: "timing", id: 2, timing});
  stop(); // it is over: nothing to give up
  client.ask("facts", picture, kernel, (report) => heard.push(["again", report]));
  answer({type: "facts", id: 3, facts});
  expect(heard).toEqual([
    ["measure", {timing}],
    ["measure", {done: true}],
    ["again", {facts}]
  ]);
  expect(posted.map(({type, id}) => [type, id])).toEqual([
    ["facts", 1],
    ["measure", 2],
    ["facts", 3]
  ]);
  expect(state.made).toBe(1);
});

it("gives up when told to, opens another worker after one that failed, and ends it", () => {
  const {posted, listeners, state, answer, client} = fakeWorker();
  const heard: FilterReport[] = [];
  const hear = (report: FilterReport) => void heard.push(report);
  client.ask("measure", picture, kernel, hear)();
  answer({type: "timing", id: 1, timing});
  expect(heard).toEqual([]);
  expect(posted.at(-1)).toEqual({type: "cancel", id: 1});
  client.ask("measure", picture, kernel, hear);
  listeners.error({message: "no memory"});
  client.ask("measure", picture, kernel, hear);
  answer({type: "failed", id: 3, message: "no luck"});
  expect(heard).toEqual([{error: "the worker stopped: no memory"}, {error: "no luck"}]);
  client.ask("facts", picture, kernel, hear);
  client.close();
  answer({type: "facts", id: 4, facts});
  expect(heard).toHaveLength(2);
  expect(state).toEqual({made: 3, ended: 3});
});
