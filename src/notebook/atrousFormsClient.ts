import type {FeatureMap, Filter, Response} from "../model/atrousForms.ts";
import type {FormReport} from "../viz/index.ts";
import {openWorker} from "./openWorker.ts";

/** What the page asks of the worker: the map is sent only if it is another than the last. */
export type FormsRequest =
  | {type: "compute"; id: number; map: FeatureMap | null; filter: Filter; rate: number}
  | {type: "cancel"; id: number};

/** What the worker tells the page. */
export type FormsAnswer =
  | {type: "progress"; id: number; share: number}
  | {type: "done"; id: number; form: "dense" | "shuffled"; result: Response}
  | {type: "failed"; id: number; message: string};

/** The part of a Worker that the client needs. */
export interface FormsPort {
  postMessage(message: FormsRequest): void;
  addEventListener(type: "message", listener: (event: {data: FormsAnswer}) => void): void;
  addEventListener(type: "error", listener: (event: {message?: string}) => void): void;
  terminate(): void;
}

/** The page's end of the worker that computes the two slower forms of a convolution with holes. */
export interface AtrousFormsClient {
  /**
   * Computes both, and tells *report* how far the dense one is, and each result. Returns a function
   * that gives up. A new call gives up the one before it: only the newest is computed.
   */
  compute(
    job: {map: FeatureMap; filter: Filter; rate: number},
    report: (report: FormReport) => void
  ): () => void;
  /** Ends the worker, and reports nothing any more. */
  close(): void;
}

/** Opens the worker, on the first call of compute. **createWorker** is for tests. */
export function openAtrousForms({
  createWorker = () => openWorker("atrousForms")
}: {createWorker?: () => FormsPort} = {}): AtrousFormsClient {
  let port: FormsPort | null = null;
  let sent: FeatureMap | null = null;
  let ids = 0;
  let tell: ((report: FormReport) => void) | null = null;

  function open(): FormsPort {
    const worker = createWorker();
    worker.addEventListener("message", ({data}) => {
      if (data.id !== ids || tell === null) return;
      if (data.type === "progress") tell({form: "dense", share: data.share});
      else if (data.type === "done") tell({form: data.form, result: data.result});
      else tell({error: data.message});
    });
    worker.addEventListener("error", ({message}) => {
      const report = tell;
      close();
      report?.({error: `the worker stopped${message ? `: ${message}` : ""}`});
    });
    return worker;
  }

  function close(): void {
    port?.terminate();
    port = sent = tell = null;
  }

  return {
    compute({map, filter, rate}, report) {
      port ??= open();
      const id = ++ids;
      tell = report;
      port.postMessage({type: "compute", id, map: map === sent ? null : map, filter, rate});
      sent = map;
      return () => {
        if (id !== ids) return;
        tell = null;
        port?.postMessage({type: "cancel", id});
      };
    },
    close
  };
}
