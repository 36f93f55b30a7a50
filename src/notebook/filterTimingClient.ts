import type {AppearanceKernel, FilterFacts, FilterTiming} from "../model/crf/filterTiming.ts";
import type {Picture} from "../model/picture.ts";
import type {FilterReport} from "../viz/index.ts";
import {openWorker} from "./openWorker.ts";

/** What the page asks of the worker; a new request gives up the one before it. */
export type FilterTimingRequest =
  | {type: "facts" | "measure"; id: number; picture: Picture; kernel: AppearanceKernel}
  | {type: "cancel"; id: number};

/** What the worker tells the page. */
export type FilterTimingAnswer =
  | {type: "facts"; id: number; facts: FilterFacts}
  | {type: "timing"; id: number; timing: FilterTiming}
  | {type: "done"; id: number}
  | {type: "failed"; id: number; message: string};

/** The part of a Worker that the client needs. */
export interface FilterTimingPort {
  postMessage(message: FilterTimingRequest): void;
  addEventListener(type: "message", listener: (event: {data: FilterTimingAnswer}) => void): void;
  addEventListener(type: "error", listener: (event: {message?: string}) => void): void;
  terminate(): void;
}

/** The page's end of the worker that times the CRF's filters. */
export interface FilterTimingClient {
  /** Asks for the facts of *picture*'s lattice, or measures; tells *report* what it finds. */
  ask(
    type: "facts" | "measure",
    picture: Picture,
    kernel: AppearanceKernel,
    report: (report: FilterReport) => void
  ): () => void;
  /** Ends the worker, and reports nothing any more. */
  close(): void;
}

/**
 * Returns a client that opens its worker with the first question. Only the newest question is
 * answered; the function that `ask` returns gives it up. **createWorker** is for tests.
 */
export function openFilterTimings({
  createWorker = () => openWorker("filterTiming")
}: {createWorker?: () => FilterTimingPort} = {}): FilterTimingClient {
  let port: FilterTimingPort | null = null;
  let ids = 0;
  let tell: ((report: FilterReport) => void) | null = null;

  function open(): FilterTimingPort {
    const worker = createWorker();
    worker.addEventListener("message", ({data}) => {
      if (data.id !== ids || tell === null) return;
      if (data.type === "facts") end({facts: data.facts});
      else if (data.type === "timing") tell({timing: data.timing});
      else if (data.type === "done") end({done: true});
      else fail(data.message);
    });
    worker.addEventListener("error", ({message}) =>
      fail(`the worker stopped${message ? `: ${message}` : ""}`)
    );
    return worker;
  }

  function end(report: FilterReport): void {
    const last = tell;
    tell = null;
    last?.(report);
  }

  /** Ends a worker that failed: the next question opens another. */
  function fail(message: string): void {
    port?.terminate();
    port = null;
    end({error: message});
  }

  return {
    ask(type, picture, kernel, report) {
      port ??= open();
      const id = ++ids;
      tell = report;
      port.postMessage({type, id, picture, kernel});
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
