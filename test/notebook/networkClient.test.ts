import {describe, expect, it, vi} from "vitest";
import type {GradientFieldRequest} from "../../src/model/gradientFields.ts";
import {loadBytes} from "../../src/notebook/loadBytes.ts";
import {openNetwork, type NetworkStatus, type Port} from "../../src/notebook/networkClient.ts";
import type {Answer, Request} from "../../src/notebook/networkMessages.ts";
import type {Prediction, Source} from "../../src/notebook/predict.ts";

/** A port whose other end is the test. */
function openPort() {
  const sent: Request[] = [];
  const listeners: Record<string, (event: never) => void> = {};
  const port: Port = {
    postMessage: (message) => sent.push(message),
    addEventListener: (type: string, listener: (event: never) => void) => {
      listeners[type] = listener;
    },
    terminate: vi.fn()
  };
  const statuses: NetworkStatus[] = [];
  const network = openNetwork("weights", {createWorker: () => port});
  network.subscribe((status) => statuses.push(status));
  const answer = (data: Answer) => {
    listeners.message({data} as never);
  };
  const predicted = () => sent.filter((message) => message.type === "predict");
  const finish = () => {
    const {id} = predicted().at(-1) as {id: number};
    const prediction = {segmentation: {milliseconds: 5}} as Prediction;
    answer({type: "prediction", id, prediction, backend: "wasm", threads: 1});
  };
  return {port, network, sent, statuses, answer, predicted, finish, listeners};
}

const source = (seed: number) => ({scene: {seed}}) as Source;
const ready: Answer = {type: "ready", backend: "wasm", threads: 1};

describe("the network's client", () => {
  it("tells of every byte, and then of every pass", async () => {
    const {network, statuses, answer, finish} = openPort();
    answer({type: "progress", loaded: 10, total: 20});
    answer({type: "preparing"});
    answer(ready);
    const promise = network.predict("a", source(1));
    finish();
    await promise;
    expect(statuses.map(({state}) => state)).toEqual([
      "loading",
      "loading",
      "preparing",
      "ready",
      "ready"
    ]);
    expect(network.status).toEqual({state: "ready", backend: "wasm", threads: 1, milliseconds: 5});
  });

  it("computes the newest position only, lanes in turn", async () => {
    const {network, answer, predicted, finish} = openPort();
    const early = network.predict("a", source(1)); // before the network is there
    answer(ready);
    const old = [2, 3, 4].map((seed) => network.predict("a", source(seed)));
    const other = network.predict("b", source(10));
    const newest = network.predict("a", source(5));
    for (let i = 0; i < 3; ++i) finish();
    expect(await early).not.toBeNull();
    expect(await Promise.all(old)).toEqual([null, null, null]);
    expect(await newest).not.toBeNull();
    expect(await other).not.toBeNull();
    const seeds = predicted().map(({source}) => (source as {scene: {seed: number}}).scene.seed);
    expect(seeds).toHaveLength(3);
    expect(new Set(seeds)).toEqual(new Set([1, 10, 5]));
  });

  it("cancels what waits and what runs", async () => {
    const {network, answer, predicted, finish} = openPort();
    answer(ready);
    const controller = new AbortController();
    const running = network.predict("a", source(1), {}, controller);
    const waiting = network.predict("a", source(2), {}, controller);
    controller.abort();
    await expect(running).rejects.toThrow(/abort/i);
    await expect(waiting).rejects.toThrow(/abort/i);
    finish();
    expect(predicted()).toHaveLength(1);
    const next = network.predict("a", source(3));
    finish();
    expect(await next).not.toBeNull();
  });

  it("returns errors with their words, and goes on", async () => {
    const {network, answer, predicted, finish} = openPort();
    answer(ready);
    const bad = network.predict("a", source(1), {rateScale: -1});
    const {id} = predicted()[0] as {id: number};
    answer({type: "error", id, message: "invalid rate: -1"});
    await expect(bad).rejects.toThrow("invalid rate: -1");
    const good = network.predict("a", source(2));
    finish();
    expect(await good).not.toBeNull();
  });

  it("fails once and for all when the weights do not open or the worker stops", async () => {
    const {network, answer, listeners} = openPort();
    const waiting = network.predict("a", source(1));
    answer({type: "failed", message: "cannot load weights: 404 Not Found"});
    await expect(waiting).rejects.toThrow("404");
    await expect(network.predict("a", source(1))).rejects.toThrow("404");

    const second = openPort();
    second.answer(ready);
    const running = second.network.predict("a", source(1));
    second.listeners.error({message: "out of memory"} as never);
    await expect(running).rejects.toThrow("out of memory");
    expect(second.network.status.state).toBe("failed");
    expect(listeners).toBeDefined();
  });

  it("computes what else it is asked, in its lane, and says what computes it", async () => {
    const {network, sent, answer, finish} = openPort();
    answer(ready);
    const asks = {weights: "trained"} as GradientFieldRequest;
    const prediction = network.predict("a", source(1));
    const old = network.compute("b", "gradientField", asks);
    const newest = network.compute("b", "gradientField", asks);
    expect(await old).toBeNull();
    expect(sent.filter(({type}) => type === "compute")).toHaveLength(0);
    finish();
    await prediction;
    const request = sent.at(-1) as Request & {type: "compute"};
    expect(request).toMatchObject({type: "compute", kind: "gradientField", asks});
    const gives = {coreCount: 3};
    answer({type: "computed", id: request.id, gives, backend: "cpu", threads: 1});
    expect(await newest).toBe(gives);
    expect(network.status).toEqual({state: "ready", backend: "cpu", threads: 1, milliseconds: 5});
    const bad = network.compute("b", "gradientField", asks);
    const {id} = sent.at(-1) as {id: number};
    answer({type: "error", id, message: "no layer named aspp9"});
    await expect(bad).rejects.toThrow("no layer named aspp9");
  });

  it("answers about memory", async () => {
    const {network, sent, answer} = openPort();
    answer(ready);
    const promise = network.memory();
    const {id} = sent.at(-1) as {id: number};
    answer({type: "memory", id, memory: {numTensors: 3, numBytes: 12}});
    expect(await promise).toEqual({numTensors: 3, numBytes: 12});
  });
});

describe("loadBytes", () => {
  const body = Uint8Array.from({length: 1000}, (_, i) => i);
  const response = (init: ResponseInit, bytes = body) => new Response(bytes, init);

  it("tells of every chunk, up to the last byte", async () => {
    const seen: number[] = [];
    const bytes = await loadBytes(
      response({headers: {"Content-Length": "1000"}}),
      ({loaded, total}) => {
        expect(total).toBe(1000);
        seen.push(loaded);
      }
    );
    expect(bytes).toEqual(body);
    expect(seen[0]).toBe(0);
    expect(seen.at(-1)).toBe(1000);
  });

  it("knows no total of a compressed body", async () => {
    const headers = {"Content-Length": "700", "Content-Encoding": "gzip"};
    await loadBytes(response({headers}), ({total}) => {
      expect(total).toBeNull();
    });
  });

  it("names a status and a missing tail", async () => {
    await expect(loadBytes(response({status: 404, statusText: "Not Found"}))).rejects.toThrow(
      "404"
    );
    const short = response({headers: {"Content-Length": "2000"}});
    await expect(loadBytes(short)).rejects.toThrow("1000 of 2000 bytes");
  });
});
