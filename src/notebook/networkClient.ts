import type {Backend} from "../model/backend.ts";
import type {SegmentOptions} from "../model/segment.ts";
import type {Answer, Computations, ComputeRequest, Memory, Request} from "./networkMessages.ts";
import {openWorker} from "./openWorker.ts";
import type {Prediction, Source} from "./predict.ts";

/** Where the network stands, for the page to show. */
export type NetworkStatus =
  | {state: "loading"; loaded: number; total: number | null}
  | {state: "preparing"}
  | {state: "ready"; backend: Backend; threads: number; milliseconds: number | null}
  | {state: "failed"; message: string};

/** The page's end of the network's worker. */
export interface NetworkClient {
  readonly status: NetworkStatus;
  /** Tells *listener* the status now and whenever it changes; returns a function that stops it. */
  subscribe(listener: (status: NetworkStatus) => void): () => void;
  /**
   * Returns what the network sees, or null if a newer request of the same *lane* came before this
   * one was begun: of a slider's positions, only the newest is computed. Lanes take turns.
   *
   * Rejects with an Error in words for the reader; with an AbortError once **signal** aborts.
   */
  predict(
    lane: string,
    source: Source,
    options?: SegmentOptions,
    {signal}?: {signal?: AbortSignal}
  ): Promise<Prediction | null>;
  /** Returns what the worker computes of that *kind*, with lanes and errors as for predictions. */
  compute<K extends keyof Computations>(
    lane: string,
    kind: K,
    asks: Computations[K]["asks"],
    {signal}?: {signal?: AbortSignal}
  ): Promise<Computations[K]["gives"] | null>;
  /** Returns how many tensors the worker holds, and their bytes. */
  memory(): Promise<Memory>;
  /** Takes the GPU away, as the system may at any time, to try what follows. */
  loseDevice(): void;
  /** Ends the worker. Whatever is under way is rejected. */
  close(): void;
}

/** The part of a Worker that the client needs. */
export interface Port {
  postMessage(message: Request): void;
  addEventListener(type: "message", listener: (event: {data: Answer}) => void): void;
  addEventListener(type: "error", listener: (event: {message?: string}) => void): void;
  terminate(): void;
}

interface Job {
  request: Extract<Request, {type: "predict" | "compute"}>;
  resolve: (result: unknown) => void;
  reject: (error: Error) => void;
}

/**
 * Opens the network whose weights are at address *weights*, in a worker of its own.
 *
 * ```js
 * const network = openNetwork(weights);
 * const {labels} = await network.predict("street", {scene}, {rateScale: 2});
 * ```
 *
 * **onNotice** is told what the reader should know, such as a backend that was lost. **backend** is
 * the one to use, whatever its speed; by default the fastest. **createWorker** is for tests.
 */
export function openNetwork(
  weights: string,
  {
    onNotice = () => undefined,
    backend = null,
    createWorker = () => openWorker("network")
  }: {
    onNotice?: (message: string) => void;
    backend?: Backend | null;
    createWorker?: () => Port;
  } = {}
): NetworkClient {
  const port = createWorker();
  let status: NetworkStatus = {state: "loading", loaded: 0, total: null};
  const listeners = new Set<(status: NetworkStatus) => void>();
  let ids = 0;
  let running: Job | null = null;
  const waiting = new Map<string, Job>(); // by lane, in order of arrival
  const memories = new Map<number, {resolve: (m: Memory) => void; reject: (e: Error) => void}>();

  function setStatus(next: NetworkStatus): void {
    status = next;
    for (const listener of listeners) listener(status);
  }

  function next(): void {
    if (running !== null || status.state !== "ready") return;
    const [first] = waiting;
    if (first === undefined) return;
    const [lane, job] = first;
    waiting.delete(lane);
    running = job;
    port.postMessage(job.request);
  }

  function fail(message: string): void {
    setStatus({state: "failed", message});
    const error = new Error(message);
    for (const {reject} of [...(running ? [running] : []), ...waiting.values()]) reject(error);
    for (const {reject} of memories.values()) reject(error);
    running = null;
    waiting.clear();
    memories.clear();
  }

  /** Ends the job of that id, which is the one running. */
  function end(id: number, settle: (job: Job) => void): void {
    if (running?.request.id !== id) return;
    const job = running;
    running = null;
    settle(job);
    next();
  }

  function enqueue<T>(
    lane: string,
    request: Job["request"],
    signal: AbortSignal | undefined
  ): Promise<T | null> {
    return new Promise((resolve, reject) => {
      if (status.state === "failed") {
        reject(new Error(status.message));
        return;
      }
      signal?.throwIfAborted();
      const job: Job = {request, resolve: (result) => resolve(result as T | null), reject};
      waiting.get(lane)?.resolve(null);
      waiting.set(lane, job);
      signal?.addEventListener("abort", () => {
        if (waiting.get(lane) === job) waiting.delete(lane);
        reject(signal.reason as Error);
      });
      next();
    });
  }

  port.addEventListener("message", ({data}) => {
    switch (data.type) {
      case "progress":
        setStatus({state: "loading", loaded: data.loaded, total: data.total});
        break;
      case "preparing":
        setStatus({state: "preparing"});
        break;
      case "ready":
        setStatus({...data, state: "ready", milliseconds: null});
        next();
        break;
      case "notice":
        onNotice(data.message);
        break;
      case "failed":
        fail(data.message);
        break;
      case "prediction": {
        const {backend, threads, prediction} = data;
        const {milliseconds} = prediction.segmentation;
        setStatus({state: "ready", backend, threads, milliseconds});
        end(data.id, (job) => {
          job.resolve(prediction);
        });
        break;
      }
      case "computed": {
        const {backend, threads} = data;
        const milliseconds = status.state === "ready" ? status.milliseconds : null;
        setStatus({state: "ready", backend, threads, milliseconds});
        end(data.id, (job) => {
          job.resolve(data.gives);
        });
        break;
      }
      case "error": {
        const error = new Error(data.message);
        memories.get(data.id)?.reject(error);
        memories.delete(data.id);
        end(data.id, (job) => {
          job.reject(error);
        });
        break;
      }
      case "memory":
        memories.get(data.id)?.resolve(data.memory);
        memories.delete(data.id);
    }
  });
  port.addEventListener("error", ({message}) => {
    fail(`the network's worker stopped${message ? `: ${message}` : ""}`);
  });
  port.postMessage({type: "open", weights: absolute(weights), backend});

  return {
    get status() {
      return status;
    },
    subscribe(listener) {
      listeners.add(listener);
      listener(status);
      return () => listeners.delete(listener);
    },
    predict(lane, source, options = {}, {signal} = {}) {
      return enqueue(lane, {type: "predict", id: ++ids, source, options}, signal);
    },
    compute<K extends keyof Computations>(
      lane: string,
      kind: K,
      asks: Computations[K]["asks"],
      {signal}: {signal?: AbortSignal} = {}
    ) {
      const request: ComputeRequest<K> = {type: "compute", id: ++ids, kind, asks};
      return enqueue<Computations[K]["gives"]>(lane, request as Job["request"], signal);
    },
    memory() {
      return new Promise((resolve, reject) => {
        const id = ++ids;
        memories.set(id, {resolve, reject});
        port.postMessage({type: "memory", id});
      });
    },
    loseDevice() {
      port.postMessage({type: "lose"});
    },
    close() {
      port.terminate();
      fail("the network was closed");
    }
  };
}

/** A worker resolves addresses against its own script, so the page does so first. */
function absolute(address: string): string {
  return typeof location === "undefined" ? address : new URL(address, location.href).href;
}
