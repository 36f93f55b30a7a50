import {readFileSync} from "node:fs";
import {expect, it} from "vitest";
import {
  openAtrousForms,
  type FormsAnswer,
  type FormsPort,
  type FormsRequest
} from "../../src/notebook/atrousFormsClient.ts";
import {filterPicture} from "../../src/notebook/filterPicture.ts";
import {filtersOf} from "../../src/notebook/learnedFilters.ts";
import {readSafetensors} from "../../src/model/weights.ts";
import type {FormReport} from "../../src/viz/atrousForms.ts";

const map = {width: 2, height: 1, channels: 1, data: Float32Array.of(1, 2)};
const filter = {size: 1, channels: 1, weights: Float32Array.of(1)};
const result = {response: Float32Array.of(1, 2), multiplyAdds: 2, done: 2};

function fakeWorker() {
  const posted: FormsRequest[] = [];
  const listeners: Record<string, (event: any) => void> = {};
  const state = {made: 0, ended: 0};
  const createWorker = (): FormsPort => {
    ++state.made;
    return {
      postMessage: (message) => void posted.push(message),
      addEventListener: (type: string, listener: (event: any) => void) =>
        void (listeners[type] = listener),
      terminate: () => void ++state.ended
    };
  };
  const answer = (data: FormsAnswer) => listeners.message({data});
  return {posted, listeners, state, answer, client: openAtrousForms({createWorker})};
}

it("reports only the newest computation, and sends a picture once", () => {
  const {posted, state, answer, client} = fakeWorker();
  const heard: [number, FormReport][] = [];
  expect(state.made).toBe(0);
  client.compute({map, filter, rate: 1}, (report) => heard.push([1, report]));
  client.compute({map, filter, rate: 2}, (report) => heard.push([2, report]));
  expect(posted).toMatchObject([
    {id: 1, rate: 1, map},
    {id: 2, rate: 2, map: null}
  ]);
  answer({type: "done", id: 1, form: "dense", result});
  answer({type: "progress", id: 2, share: 0.5});
  answer({type: "done", id: 2, form: "shuffled", result});
  answer({type: "failed", id: 2, message: "no"});
  expect(heard).toEqual([
    [2, {form: "dense", share: 0.5}],
    [2, {form: "shuffled", result}],
    [2, {error: "no"}]
  ]);
  expect(state).toEqual({made: 1, ended: 0});
});

it("gives up when told to, and reports no more", () => {
  const {posted, answer, client} = fakeWorker();
  const heard: FormReport[] = [];
  const cancel = client.compute({map, filter, rate: 1}, (report) => heard.push(report));
  cancel();
  answer({type: "done", id: 1, form: "dense", result});
  expect(heard).toEqual([]);
  expect(posted.at(-1)).toEqual({type: "cancel", id: 1});
});

it("says when the worker stops, and starts another for what comes next", () => {
  const {posted, listeners, state, client} = fakeWorker();
  const heard: FormReport[] = [];
  client.compute({map, filter, rate: 1}, (report) => heard.push(report));
  listeners.error({message: "out of memory"});
  expect(heard).toEqual([{error: "the worker stopped: out of memory"}]);
  client.compute({map, filter, rate: 2}, () => undefined);
  expect(state).toEqual({made: 2, ended: 1});
  expect(posted.at(-1)).toMatchObject({rate: 2, map});
  client.close();
  expect(state.ended).toBe(2);
});

it("takes the sixteen kernels of the shipped network's first layer apart", () => {
  const bytes = readFileSync(
    new URL("../../notebooks/weights/street.safetensors", import.meta.url)
  );
  const kernels = readSafetensors(bytes).tensors.get("MobilenetV2/Conv/weights");
  if (!kernels) throw new Error("no kernels");
  expect(kernels.shape).toEqual([3, 3, 3, 16]);
  const filters = filtersOf(kernels);
  expect(filters.length).toBe(16);
  for (const [n, {size, channels, weights}] of filters.entries()) {
    expect([size, channels, weights.length]).toEqual([3, 3, 27]);
    expect(weights[13]).toBe(kernels.data[13 * 16 + n]); // row 1, column 1, green
  }
  expect(() => filtersOf({shape: [3, 5, 3, 16], data: kernels.data})).toThrow("[3, 5, 3, 16]");
});

it("gives the network its colors from −1 to 1", () => {
  const pixels = Uint8ClampedArray.of(0, 255, 51, 255, 255, 0, 0, 255);
  const luminance = Float32Array.of(0.5, 0.25);
  const picture = filterPicture({width: 2, height: 1, pixels, luminance});
  expect(picture.luminance).toEqual({width: 2, height: 1, channels: 1, data: luminance});
  const {data, ...size} = picture.rgb;
  expect(size).toEqual({width: 2, height: 1, channels: 3});
  expect(Array.from(data, (v) => Number(v.toFixed(6)))).toEqual([-1, 1, -0.6, 1, -1, -1]);
});
