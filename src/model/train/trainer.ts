import type {Network} from "../network.ts";
import type {Weights} from "../weights.ts";
import type {AdamState} from "./optimizer.ts";
import {adamW, clipNorm, polySchedule} from "./optimizer.ts";
import type {Layout} from "./parameters.ts";
import {fromWeights, initialize, layoutOf, toWeights} from "./parameters.ts";

export interface TrainerOptions {
  /** The learning rate after warm-up. Default 0.003. */
  readonly learningRate?: number;
  /** The share of the old in the running average of weights, a step. Default 0.998. */
  readonly averaging?: number;
  /** The largest norm of a gradient. Default 5. */
  readonly largestNorm?: number;
  /** The share of the old in batch normalization's moving statistics, a step. Default 0.99. */
  readonly momentum?: number;
}

/** What one group of pictures contributed to a step. */
export interface GroupGradient {
  readonly gradient: Float32Array;
  readonly statistics: Float32Array;
}

/**
 * The state of a training run and the one way it moves on: a step from the gradients of its
 * groups, summed in their order, so that threads change nothing. The weights are in one flat
 * array, which may be shared with threads.
 */
export class Trainer {
  readonly layout: Layout;
  /** Steps taken. */
  step = 0;
  readonly trained: Float32Array;
  readonly statistics: Float32Array;
  readonly #average: {trained: Float32Array; statistics: Float32Array};
  readonly #adam: AdamState;
  readonly #options: Required<TrainerOptions>;
  readonly #sum: Float32Array;

  /** *trained*, of the layout's size, may lie in shared memory; by default it is made. */
  constructor(
    network: Network,
    random: () => number,
    {
      learningRate = 0.003,
      averaging = 0.998,
      largestNorm = 5,
      momentum = 0.99
    }: TrainerOptions = {},
    trained?: Float32Array
  ) {
    this.layout = layoutOf(network);
    const {trainedSize, statisticsSize} = this.layout;
    this.trained = trained ?? new Float32Array(trainedSize);
    this.statistics = new Float32Array(statisticsSize);
    initialize(network, this.layout, this.trained, this.statistics, random);
    this.#average = {trained: this.trained.slice(), statistics: this.statistics.slice()};
    this.#adam = {first: new Float32Array(trainedSize), second: new Float32Array(trainedSize)};
    this.#sum = new Float32Array(trainedSize);
    this.#options = {learningRate, averaging, largestNorm, momentum};
  }

  /**
   * Takes one step from the gradients of *groups*, at a fraction *progress* of the run. Returns
   * the norm of the gradient before clipping. Throws an Error if the gradient is not finite; the
   * state is then as it was.
   */
  update(groups: readonly GroupGradient[], progress: number): number {
    const {learningRate, averaging, largestNorm, momentum} = this.#options;
    const sum = this.#sum.fill(0);
    const share = 1 / groups.length;
    for (const {gradient} of groups)
      for (let i = 0; i < sum.length; i++) sum[i] += gradient[i] * share;
    const norm = clipNorm(sum, largestNorm);
    if (!Number.isFinite(norm))
      throw new Error(
        `the gradient of step ${this.step + 1} is not finite: lower the learning rate`
      );
    this.step++;
    const rate = polySchedule(learningRate, progress);
    adamW(this.layout, this.trained, sum, this.#adam, this.step, rate);
    for (const {statistics} of groups) blend(this.statistics, statistics, momentum);
    // Young averages forget faster, or they would remember the random start.
    const keep = Math.min(averaging, this.step / (this.step + 10));
    blend(this.#average.trained, this.trained, keep);
    blend(this.#average.statistics, this.statistics, keep);
    return norm;
  }

  /** Returns the running average of the weights: what is evaluated and shipped. */
  averaged(): Weights {
    return toWeights(this.layout, this.#average.trained, this.#average.statistics);
  }

  /** Returns everything that {@link restore} needs to go on exactly. */
  checkpoint(): Weights {
    const vectors = Object.entries(this.#vectors());
    return new Map(
      vectors.map(([name, data]) => [name, {shape: [data.length], data: data.slice()}])
    );
  }

  /** Sets the state to that of a {@link checkpoint} after *step* steps; throws if it is another's. */
  restore(checkpoint: Weights, step: number): void {
    for (const [name, vector] of Object.entries(this.#vectors())) {
      const saved = checkpoint.get(name);
      if (saved?.data.length !== vector.length)
        throw new Error(
          `the checkpoint does not fit: ${name} has ${saved?.data.length ?? "no"} values, ` +
            `but the network needs ${vector.length}`
        );
    }
    for (const [name, vector] of Object.entries(this.#vectors()))
      vector.set(checkpoint.get(name)!.data);
    this.step = step;
  }

  /** Starts from *weights* (of the same network) instead of random ones. */
  startFrom(weights: Weights): void {
    fromWeights(this.layout, weights, this.trained, this.statistics);
    this.#average.trained.set(this.trained);
    this.#average.statistics.set(this.statistics);
  }

  #vectors(): Record<string, Float32Array> {
    return {
      trained: this.trained,
      statistics: this.statistics,
      averageTrained: this.#average.trained,
      averageStatistics: this.#average.statistics,
      first: this.#adam.first,
      second: this.#adam.second
    };
  }
}

/** Moves *values* toward *latest*, keeping the share *keep*. */
function blend(values: Float32Array, latest: Float32Array, keep: number): void {
  for (let i = 0; i < values.length; i++) values[i] += (latest[i] - values[i]) * (1 - keep);
}
