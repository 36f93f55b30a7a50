import type {ConvolutionSize} from "../model/arithmeticIntensity.ts";
import type {Backend} from "../model/backend.ts";
import type {ConvolutionTiming} from "../model/convolutionTiming.ts";
import type {TimedOn, TimingReport} from "../viz/index.ts";
import {openWorker} from "./openWorker.ts";

/** What the page asks of the worker. */
export type TimingRequest =
  | {type: "measure"; id: number; sizes: readonly ConvolutionSize[]; backend: Backend | null}
  | {type: "cancel"; id: number};

/** What the worker tells the page; `at` is a size's place among those asked for. */
export type TimingAnswer =
  | {type: "device"; id: number; device: TimedOn}
  | {type: "timing"; id: number; at: number; timing: ConvolutionTiming}
  | {type: "refused"; id: number; at: number; message: string}
  | {type: "done"; id: number}
  | {type: "failed"; id: number; message: string};

/** The part of a Worker that the client needs. */
export interface TimingPort {
  postMessage(message: TimingRequest): void;
  addEventListener(type: "message", listener: (event: {data: TimingAnswer}) => void): void;
  addEventListener(type: "error", listener: (event: {message?: string}) => void): void;
  terminate(): void;
}

/** The page's end of the worker that times convolutions. */
export interface TimingClient {
  /**
   * Measures *sizes*, one after another, and tells *report* what it finds. Returns a function that
   * gives up: what is being timed ends with its sample. A new call gives up the one before it.
   */
  measure(sizes: readonly ConvolutionSize[], report: (report: TimingReport) => void): () => void;
  /** Ends the worker, and reports nothing any more. */
  close(): void;
}

/**
 * Opens the worker on the first call of measure, and with it TensorFlow.js: none is loaded before.
 * It computes on **backend**, or else on the fastest. **createWorker** is for tests.
 */
export function openTimings({
  backend = null,
  createWorker = () => openWorker("timing")
}: {backend?: Backend | null; createWorker?: () => TimingPort} = {}): TimingClient {
  let port: TimingPort | null = null;
  let ids = 0;
  let tell: ((report: TimingReport) => void) | null = null;

  function open(): TimingPort {
    const worker = createWorker();
    worker.addEventListener("message", ({data}) => {
      if (data.id !== ids || tell === null) return;
      if (data.type === "device") tell({device: data.device});
      else if (data.type === "timing") tell({at: data.at, timing: data.timing});
      else if (data.type === "refused") tell({at: data.at, refused: data.message});
      else if (data.type === "done") end({done: true});
      // A device that failed, or was lost, is not tried again: the next measurement opens another.
      else fail(data.message);
    });
    worker.addEventListener("error", ({message}) =>
      fail(`the worker stopped${message ? `: ${message}` : ""}`)
    );
    return worker;
  }

  function end(report: TimingReport): void {
    const last = tell;
    tell = null;
    last?.(report);
  }

  function fail(message: string): void {
    port?.terminate();
    port = null;
    end({error: message});
  }

  return {
    measure(sizes, report) {
      port ??= open();
      const id = ++ids;
      tell = report;
      port.postMessage({type: "measure", id, sizes, backend});
      return () => {
        if (id !== ids || tell === null) return;
        tell = null;
        port?.postMessage({type: "cancel", id});
      };
    },
    close() {
      port?.terminate();
      port = tell = null;
    }
  };
}
