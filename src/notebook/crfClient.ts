import type {CrfIteration, CrfMessages, CrfRunOptions} from "../model/crf/crfRun.ts";
import type {DenseCrfOptions} from "../model/crf/index.ts";
import {openWorker} from "./openWorker.ts";

/** The large part of a CRF's options, which stays the same while kernels are changed. */
export type CrfData = Pick<DenseCrfOptions, "width" | "height" | "labels" | "image" | "unary">;

/** The rest of them. */
export type CrfKernels = Omit<DenseCrfOptions, keyof CrfData>;

/** What the page asks of the worker: data are sent only if they are others than the last. */
export type CrfRequest =
  | {
      type: "run";
      id: number;
      data: CrfData | null;
      kernels: CrfKernels;
      iterations: number;
      keepMessages: boolean;
      freeEnergy: boolean;
    }
  | {type: "messages"; id: number; ask: number; iteration: number; pixel: number}
  | {type: "cancel"; id: number};

/** What the worker tells the page; a failure of the run itself has no *ask*. */
export type CrfAnswer =
  | {type: "iteration"; id: number; iteration: CrfIteration}
  | {type: "messages"; id: number; ask: number; messages: CrfMessages}
  | {type: "failed"; id: number; ask: number | null; message: string};

/** What the client reports: each iteration as it is done, from 0 on, or what went wrong. */
export type CrfReport = {iteration: CrfIteration} | {error: string};

/** The part of a Worker that the client needs. */
export interface CrfPort {
  postMessage(message: CrfRequest): void;
  addEventListener(type: "message", listener: (event: {data: CrfAnswer}) => void): void;
  addEventListener(type: "error", listener: (event: {message?: string}) => void): void;
  terminate(): void;
}

/** The page's end of the worker that runs a fully connected CRF. */
export interface CrfClient {
  /**
   * Runs *iterations* of the CRF of *data* and *kernels*, and tells *report* of each as it is done.
   * *data* that are the same object as the last are not sent again, and of their kernels only those
   * that changed are built. With **keepMessages** (default false), iterations tell what each pixel
   * received, with **freeEnergy** (default true) that, too. Returns a function that gives up. A new
   * call gives up the one before it: only the newest is computed.
   */
  run(
    job: {data: CrfData; kernels?: CrfKernels; iterations: number} & Pick<
      CrfRunOptions,
      "keepMessages" | "freeEnergy"
    >,
    report: (report: CrfReport) => void
  ): () => void;
  /**
   * Resolves to the messages to *pixel* after an *iteration* of the newest run that was reported;
   * to null if another was asked for meanwhile, or if there is no run any more. Rejects with an
   * Error if they cannot be computed.
   */
  messages(iteration: number, pixel: number): Promise<CrfMessages | null>;
  /** Ends the worker, and reports nothing any more. */
  close(): void;
}

interface Ask {
  id: number;
  resolve: (messages: CrfMessages | null) => void;
  reject: (error: Error) => void;
}

/** Opens the worker, on the first call of run. **createWorker** is for tests. */
export function openCrf({
  createWorker = () => openWorker("crf")
}: {createWorker?: () => CrfPort} = {}): CrfClient {
  let port: CrfPort | null = null;
  let sent: CrfData | null = null;
  let ids = 0;
  let asks = 0;
  let tell: ((report: CrfReport) => void) | null = null;
  let ask: Ask | null = null;

  function open(): CrfPort {
    const worker = createWorker();
    worker.addEventListener("message", ({data}) => {
      if (data.id !== ids || tell === null) return;
      if (data.type === "iteration") tell({iteration: data.iteration});
      else if (data.type === "failed" && data.ask === null) tell({error: data.message});
      else if (ask !== null && data.ask === ask.id) {
        const {resolve, reject} = ask;
        ask = null;
        if (data.type === "messages") resolve(data.messages);
        else reject(new Error(data.message));
      }
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
    giveUpAsking();
  }

  function giveUpAsking(): void {
    ask?.resolve(null);
    ask = null;
  }

  return {
    run({data, kernels = {}, iterations, keepMessages = false, freeEnergy = true}, report) {
      port ??= open();
      giveUpAsking();
      const id = ++ids;
      tell = report;
      const known = data === sent;
      const job = {kernels, iterations, keepMessages, freeEnergy};
      port.postMessage({type: "run", id, data: known ? null : data, ...job});
      sent = data;
      return () => {
        if (id !== ids || tell === null) return;
        tell = null;
        giveUpAsking();
        port?.postMessage({type: "cancel", id});
      };
    },
    messages(iteration, pixel) {
      giveUpAsking();
      if (port === null || tell === null) return Promise.resolve(null);
      const id = ids;
      const asked = ++asks;
      port.postMessage({type: "messages", id, ask: asked, iteration, pixel});
      return new Promise((resolve, reject) => {
        ask = {id: asked, resolve, reject};
      });
    },
    close
  };
}
