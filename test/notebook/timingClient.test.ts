import {expect, it} from "vitest";
import type {ConvolutionTiming} from "../../src/model/convolutionTiming.ts";
import {
  openTimings,
  type TimingAnswer,
  type TimingPort,
  type TimingRequest
} from "../../src/notebook/timingClient.ts";
import type {TimingReport} from "../../src/viz/timingsData.ts";

const sizes = [{kernelSize: 3, height: 9, width: 9, channels: 8, filters: 8}];
const device = {backend: "wasm", threads: 2, gpu: null, clockStep: 0.1} as const;
const timing = {rounds: [], planned: 5} as unknown as ConvolutionTiming;

function fakeWorker() {
  const posted: TimingRequest[] = [];
  const listeners: Record<string, (event: any) => void> = {};
  const state = {made: 0, ended: 0};
  const createWorker = (): TimingPort => {
    ++state.made;
    return {
      postMessage: (message) => void posted.push(message),
      addEventListener: (type: string, listener: (event: any) => void) =>
        void (listeners[type] = listener),
      terminate: () => void ++state.ended
    };
  };
  const answer = (data: TimingAnswer) => listeners.message({data});
  return {posted, listeners, state, answer, client: openTimings({createWorker, backend: "wasm"})};
}

it("opens no worker before it measures, and reports what that one says", () => {
  const {posted, state, answer, client} = fakeWorker();
  const heard: TimingReport[] = [];
  expect(state.made).toBe(0);
  client.measure(sizes, (report) => heard.push(report));
  expect(posted).toEqual([{type: "measure", id: 1, sizes, backend: "wasm"}]);
  answer({type: "device", id: 1, device});
  answer({type: "timing", id: 1, at: 0, timing});
  answer({type: "refused", id: 1, at: 0, message: "too large"});
  answer({type: "done", id: 1});
  answer({type: "timing", id: 1, at: 0, timing});
  expect(heard).toEqual([{device}, {at: 0, timing}, {at: 0, refused: "too large"}, {done: true}]);
});

it("reports only the newest measurement", () => {
  const {posted, state, answer, client} = fakeWorker();
  const heard: [number, TimingReport][] = [];
  client.measure(sizes, (report) => heard.push([1, report]));
  const cancelSecond = client.measure([], (report) => heard.push([2, report]));
  answer({type: "timing", id: 1, at: 0, timing});
  answer({type: "done", id: 2});
  cancelSecond();
  expect(heard).toEqual([[2, {done: true}]]);
  expect(posted.map(({type, id}) => [type, id])).toEqual([
    ["measure", 1],
    ["measure", 2]
  ]);
  expect(state).toEqual({made: 1, ended: 0});
});

it("gives up when told to, and keeps the worker", () => {
  const {posted, state, answer, client} = fakeWorker();
  const heard: TimingReport[] = [];
  const cancel = client.measure(sizes, (report) => heard.push(report));
  cancel();
  answer({type: "timing", id: 1, at: 0, timing});
  expect(heard).toEqual([]);
  expect(posted.at(-1)).toEqual({type: "cancel", id: 1});
  expect(state).toEqual({made: 1, ended: 0});
});

it("hands on what failed, once, and opens another worker for the next measurement", () => {
  const {posted, listeners, state, answer, client} = fakeWorker();
  const heard: TimingReport[] = [];
  const listen = (report: TimingReport) => void heard.push(report);
  client.measure(sizes, listen);
  answer({type: "failed", id: 1, message: "the device was lost"});
  client.measure(sizes, listen);
  expect(state).toEqual({made: 2, ended: 1});
  listeners.error({message: "out of memory"});
  listeners.error({});
  expect(heard).toEqual([
    {error: "the device was lost"},
    {error: "the worker stopped: out of memory"}
  ]);
  client.measure(sizes, listen);
  expect(posted.at(-1)).toMatchObject({id: 3});
  client.close();
  expect(state).toEqual({made: 3, ended: 3});
  expect(heard.length).toBe(2);
});
