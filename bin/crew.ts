import {Worker} from "node:worker_threads";
import {shippedOptions} from "../src/model/deeplab.ts";
import {GROUP} from "../src/model/train/group.ts";
import type {GroupGradient, Trainer} from "../src/model/train/trainer.ts";
import type {GroupReply, GroupRequest, ThreadData} from "./trainProtocol.ts";

/** Pictures in a step. */
export const BATCH = 8;
/** Height and width of the network's input in training, unless one asks for others. */
export const SIZE = [193, 257] as const;

/** What computes gradients. */
export interface GradientCrew {
  /** What each group of the last step contributed. */
  readonly gradients: readonly GroupGradient[];
  /** Computes every group of a step; the replies are in the order of the groups. */
  step(step: number): Promise<GroupReply[]>;
  stop(): Promise<void>;
}

/** Threads that compute gradients, each that of a group. */
export class Crew implements GradientCrew {
  readonly gradients: readonly GroupGradient[];
  readonly #workers: Worker[];

  constructor(
    threads: number,
    trainer: Trainer,
    {
      size = SIZE,
      network = shippedOptions,
      ...data
    }: Omit<ThreadData, "batch" | "size" | "network" | "trained" | "gradients" | "statistics"> &
      Partial<Pick<ThreadData, "size" | "network">>
  ) {
    const {trainedSize, statisticsSize} = trainer.layout;
    const groups = Array.from({length: BATCH / GROUP}, () => {
      return {gradient: shared(trainedSize), statistics: shared(statisticsSize)};
    });
    const workerData: ThreadData = {
      ...data,
      batch: BATCH,
      size,
      network,
      trained: trainer.trained.buffer as SharedArrayBuffer,
      gradients: groups.map(({gradient}) => gradient.buffer),
      statistics: groups.map(({statistics}) => statistics.buffer)
    };
    const url = new URL("./train.worker.mjs", import.meta.url);
    this.#workers = Array.from({length: threads}, () => new Worker(url, {workerData}));
    this.gradients = groups;
  }

  /** Group g is thread g mod threads' to do. */
  async step(step: number): Promise<GroupReply[]> {
    const threads = this.#workers.length;
    const replies = this.#workers.map(async (worker, thread) => {
      const done: GroupReply[] = [];
      for (let group = thread; group < this.gradients.length; group += threads) {
        const after = group + threads;
        const next =
          after < this.gradients.length ? {step, group: after} : {step: step + 1, group: thread};
        done.push(await ask<GroupRequest, GroupReply>(worker, {step, group, next}));
      }
      return done;
    });
    return (await Promise.all(replies)).flat().sort((a, b) => a.group - b.group);
  }

  async stop(): Promise<void> {
    await Promise.all(this.#workers.map((worker) => worker.terminate()));
  }
}

/** Asks a thread that is busy with nothing else; rejects with what it fails with. */
export function ask<Request, Reply>(worker: Worker, request: Request): Promise<Reply> {
  return new Promise((resolve, reject) => {
    const settle = () => worker.off("message", done).off("error", fail);
    const done = (reply: Reply) => (settle(), resolve(reply));
    const fail = (error: Error) => (settle(), reject(error));
    worker.on("message", done).on("error", fail);
    worker.postMessage(request);
  });
}

/** Returns zeros in memory that threads share. */
export function shared(length: number): Float32Array<SharedArrayBuffer> {
  return new Float32Array(new SharedArrayBuffer(length * 4));
}
