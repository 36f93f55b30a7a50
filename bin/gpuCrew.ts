import {Worker} from "node:worker_threads";
import {GROUP, type GroupResult} from "../src/model/train/group.ts";
import type {GroupGradient, Trainer} from "../src/model/train/trainer.ts";
import type {GroupJob} from "../src/model/train/webgpuGroup.ts";
import {ask, BATCH, shared, type GradientCrew} from "./crew.ts";
import {dropoutSeed} from "./groupSamples.ts";
import {
  samplesIn,
  type GroupPlace,
  type GroupReply,
  type SampleData,
  type SamplerData,
  type SharedSamples
} from "./trainProtocol.ts";

/** A GPU that computes groups, wherever it is. */
export interface GroupComputer {
  compute(job: GroupJob): Promise<GroupResult>;
  close(): Promise<void>;
}

/** A GPU that computes the groups of a step one after another, and threads that make its samples. */
export class GpuCrew implements GradientCrew {
  readonly gradients: readonly GroupGradient[];
  readonly #computer: GroupComputer;
  readonly #trained: Float32Array;
  readonly #data: SamplerData;
  readonly #workers: readonly Worker[];
  /** What each thread is asked for last; it is asked for the next when that is done. */
  readonly #asked: Promise<unknown>[];
  #ahead: {step: number; done: Promise<void>[]} | undefined;

  constructor(
    computer: GroupComputer,
    threads: number,
    trainer: Trainer,
    data: Omit<SampleData, "batch">
  ) {
    const {trainedSize, statisticsSize} = trainer.layout;
    const [height, width] = data.size;
    const groups = Array.from({length: BATCH / GROUP});
    this.gradients = groups.map(() => {
      return {
        gradient: new Float32Array(trainedSize),
        statistics: new Float32Array(statisticsSize)
      };
    });
    // The next step's are made while the GPU computes this one's.
    const rooms = [0, 1].map(() =>
      groups.map((): SharedSamples => {
        return {
          pixels: shared(GROUP * height * width * 3).buffer,
          labels: new SharedArrayBuffer(GROUP * height * width)
        };
      })
    );
    this.#computer = computer;
    this.#trained = trainer.trained;
    this.#data = {...data, batch: BATCH, rooms};
    const url = new URL("./samples.worker.mjs", import.meta.url);
    const workerData = this.#data;
    this.#workers = Array.from({length: threads}, () => new Worker(url, {workerData}));
    this.#asked = this.#workers.map(() => Promise.resolve());
  }

  async step(step: number): Promise<GroupReply[]> {
    const {rooms, size, sampling} = this.#data;
    const done = this.#ahead?.step === step ? this.#ahead.done : this.#prepare(step);
    this.#ahead = {step: step + 1, done: this.#prepare(step + 1)};
    const replies: GroupReply[] = [];
    for (const [group, gradient] of this.gradients.entries()) {
      await done[group];
      const result = await this.#computer.compute({
        ...gradient,
        samples: samplesIn(rooms[step % rooms.length][group], size),
        trained: this.#trained,
        seed: dropoutSeed(sampling.seed, {step, group})
      });
      replies.push({group, ...result});
    }
    return replies;
  }

  async stop(): Promise<void> {
    await Promise.all(this.#workers.map((worker) => worker.terminate()));
    await this.#computer.close();
  }

  /** Has the threads make a step's samples; returns when each group's are done. */
  #prepare(step: number): Promise<void>[] {
    return this.gradients.map((_, group) => {
      const thread = group % this.#workers.length;
      const done = this.#asked[thread].then(async () => {
        await ask<GroupPlace, GroupPlace>(this.#workers[thread], {step, group});
      });
      this.#asked[thread] = done;
      done.catch(() => {}); // the step that needs them hears of it
      return done;
    });
  }
}
