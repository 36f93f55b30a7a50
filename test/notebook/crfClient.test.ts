import {expect, it} from "vitest";
import {crfRun, type CrfRun} from "../../src/model/crf/crfRun.ts";
import {denseCrf} from "../../src/model/crf/index.ts";
import {
  openCrf,
  type CrfAnswer,
  type CrfPort,
  type CrfReport,
  type CrfRequest
} from "../../src/notebook/crfClient.ts";
import {largestDifference, noiseProblem, streetProblem} from "../model/crf/problems.ts";

const data = noiseProblem(1, {width: 4, height: 3, labels: 2});
const Q = new Float32Array(24);
const labels = new Uint8Array(12);
const first = {
  ...{iteration: 0, Q, labels, freeEnergy: 1, changed: 0, largestChange: 0},
  received: null
};
const messages = {smoothness: Float32Array.of(1, 2), appearance: Float32Array.of(3, 4)};

function fakeWorker() {
  const posted: CrfRequest[] = [];
  const listeners: Record<string, (event: any) => void> = {};
  const state = {made: 0, ended: 0};
  const createWorker = (): CrfPort => {
    ++state.made;
    return {
      postMessage: (message) => void posted.push(message),
      addEventListener: (type: string, listener: (event: any) => void) =>
        void (listeners[type] = listener),
      terminate: () => void ++state.ended
    };
  };
  const answer = (data: CrfAnswer) => listeners.message({data});
  return {posted, listeners, state, answer, client: openCrf({createWorker})};
}

it("reports the iterations of the newest run alone, and sends data once", () => {
  const {posted, state, answer, client} = fakeWorker();
  const heard: [number, CrfReport][] = [];
  expect(state.made).toBe(0);
  client.run({data, iterations: 5}, (report) => heard.push([1, report]));
  const kernels = {smoothness: {sxy: 1, weight: 2}};
  client.run({data, kernels, iterations: 5}, (report) => heard.push([2, report]));
  expect(posted).toMatchObject([
    {type: "run", id: 1, iterations: 5, data, kernels: {}},
    {type: "run", id: 2, iterations: 5, data: null, kernels}
  ]);
  answer({type: "iteration", id: 1, iteration: first});
  answer({type: "iteration", id: 2, iteration: first});
  answer({type: "failed", id: 2, ask: null, message: "no"});
  expect(heard).toEqual([
    [2, {iteration: first}],
    [2, {error: "no"}]
  ]);
  expect(state).toEqual({made: 1, ended: 0});
});

it("asks for messages of the newest run, the newest question alone", async () => {
  const {posted, answer, client} = fakeWorker();
  expect(await client.messages(0, 3)).toBeNull();
  client.run({data, iterations: 5}, () => undefined);
  const [one, other] = [client.messages(1, 3), client.messages(1, 4)];
  expect(await one).toBeNull();
  expect(posted.slice(1)).toMatchObject([
    {type: "messages", id: 1, ask: 1, iteration: 1, pixel: 3},
    {type: "messages", id: 1, ask: 2, iteration: 1, pixel: 4}
  ]);
  answer({type: "messages", id: 1, ask: 1, messages});
  answer({type: "messages", id: 1, ask: 2, messages});
  expect(await other).toBe(messages);
  const wrong = client.messages(9, 4);
  answer({type: "failed", id: 1, ask: 3, message: "invalid iteration: 9"});
  await expect(wrong).rejects.toThrow("invalid iteration: 9");
  const late = client.messages(1, 4);
  client.run({data, iterations: 5}, () => undefined);
  expect(await late).toBeNull();
});

it("gives up when told to, and reports no more", async () => {
  const {posted, answer, client} = fakeWorker();
  const heard: CrfReport[] = [];
  const cancel = client.run({data, iterations: 5}, (report) => heard.push(report));
  const asked = client.messages(0, 1);
  cancel();
  cancel();
  answer({type: "iteration", id: 1, iteration: first});
  expect(heard).toEqual([]);
  expect(posted.filter(({type}) => type === "cancel")).toEqual([{type: "cancel", id: 1}]);
  expect(await asked).toBeNull();
});

it("says when the worker stops, and starts another for what comes next", async () => {
  const {posted, listeners, state, client} = fakeWorker();
  const heard: CrfReport[] = [];
  client.run({data, iterations: 5}, (report) => heard.push(report));
  const asked = client.messages(0, 1);
  listeners.error({message: "out of memory"});
  expect(heard).toEqual([{error: "the worker stopped: out of memory"}]);
  expect(await asked).toBeNull();
  client.run({data, iterations: 5}, () => undefined);
  expect(state).toEqual({made: 2, ended: 1});
  expect(posted.at(-1)).toMatchObject({type: "run", data});
  client.close();
  expect(state.ended).toBe(2);
});

it("runs a CRF, keeps its iterations, and reads any of them again", async () => {
  const problem = streetProblem(1_000_030, {width: 40, height: 30, labels: 5});
  const run = await crfRun(problem);
  const crf = await denseCrf(problem);
  const at = 617;
  const heard: ReturnType<typeof crf.messages>[] = [];
  let labels = crf.labelMap();
  for (let i = 0; i < 4; i++) {
    const {iteration, Q, labels: found, freeEnergy, changed, largestChange} = run.next();
    const before = crf.Q.slice();
    if (i > 0) crf.step();
    const now = crf.labelMap();
    expect(iteration).toBe(i);
    expect(Q).toEqual(crf.Q);
    expect(found).toEqual(now);
    expect(freeEnergy).toBe(crf.freeEnergy());
    expect(changed).toBe(now.filter((label, pixel) => label !== labels[pixel]).length);
    expect(largestChange).toBeCloseTo(largestDifference(Q, before), 12);
    expect(changed > 0).toBe(i > 0);
    heard.push(crf.messages(at));
    labels = now;
  }
  for (const i of [2, 0, 3]) {
    const {smoothness, appearance} = await run.messages(i, at);
    expect(largestDifference(smoothness, heard[i].smoothness)).toBeLessThan(1e-5);
    expect(largestDifference(appearance, heard[i].appearance)).toBeLessThan(1e-5);
  }
  await expect(run.messages(4, at)).rejects.toThrow("invalid iteration: 4 (0 to 3)");
  await expect(run.messages(1, 1200)).rejects.toThrow("invalid pixel: 1200 (0 to 1199)");
});

it("keeps the messages that make each belief, also where beliefs are too small for a number", async () => {
  for (const [filter, weight] of [
    ["lattice", 4],
    ["lattice", 50],
    ["exact", 4]
  ] as const) {
    const problem = {...streetProblem(1_000_030, {width: 40, height: 30, labels: 5}), filter};
    const smoothness = {sxy: 1, weight};
    const appearance = {sxy: 67, srgb: 3, weight};
    const run = await crfRun({...problem, smoothness, appearance}, {keepMessages: true});
    expect(run.next().received).toBeNull();
    const crf = await denseCrf({...problem, smoothness, appearance});
    let vanished = 0;
    for (let i = 1; i < 5; i++) {
      const heard = crf.messages(617);
      const {Q, received} = run.next();
      expect(received!.smoothness.slice(617 * 5, 618 * 5)).toEqual(heard.smoothness);
      expect(received!.appearance.slice(617 * 5, 618 * 5)).toEqual(heard.appearance);
      crf.step();
      const softmax = new Float64Array(Q.length);
      for (let start = 0; start < Q.length; start += 5) {
        const scores = Array.from({length: 5}, (_, l) => {
          const at = start + l;
          return received!.smoothness[at] + received!.appearance[at] - problem.unary[at];
        });
        expect(scores.every(Number.isFinite)).toBe(true);
        const powers = scores.map((score) => Math.exp(score - Math.max(...scores)));
        const sum = powers.reduce((a, b) => a + b);
        softmax.set(
          powers.map((power) => power / sum),
          start
        );
      }
      expect(largestDifference(softmax, Q)).toBeLessThan(1e-5);
      vanished += Q.filter((belief) => belief === 0).length;
    }
    expect(vanished > 0).toBe(weight === 50);
  }
});

it("takes over a run's memory for other kernels, and computes what a run of its own does", async () => {
  const problem = streetProblem(1_000_030, {width: 40, height: 30, labels: 5});
  const other = streetProblem(7, {width: 40, height: 30, labels: 5});
  const kernels = {smoothness: {sxy: 3, weight: 3}, appearance: {sxy: 60, srgb: 10, weight: 10}};
  const changes = [
    {},
    {smoothness: {sxy: 3, weight: 7}},
    {appearance: {sxy: 20, srgb: 10, weight: 10}},
    {appearance: {sxy: 20, srgb: 4, weight: 2}},
    {smoothness: {sxy: 8, weight: 1}},
    {image: other.image},
    {unary: other.unary},
    {compatibility: Float32Array.from({length: 25}, (_, i) => (i % 6 === 0 ? 0 : 0.5))},
    {filter: "exact"}
  ] as const;
  let after: CrfRun | null = null;
  for (const change of changes) {
    const options = {...problem, ...kernels, ...change};
    const run = await crfRun(options, {keepMessages: true, after});
    const alone = await crfRun(options, {keepMessages: true});
    for (let i = 0; i < 3; i++) expect(run.next()).toEqual(alone.next());
    after = run;
  }
});

it("tells no free energy where none is asked for", async () => {
  const problem = streetProblem(3, {width: 20, height: 15, labels: 3});
  const run = await crfRun(problem, {freeEnergy: false});
  const full = await crfRun(problem);
  for (let i = 0; i < 2; i++) expect(run.next()).toEqual({...full.next(), freeEnergy: null});
});
