import * as tf from "@tensorflow/tfjs-core";
import {beforeAll, describe, expect, it} from "vitest";
import {compileKernels} from "../../../bin/trainKernels.ts";
import {useBackend} from "../../../src/model/backend.ts";
import {classes, VOID} from "../../../src/model/classes.ts";
import {deeplabV3Plus} from "../../../src/model/deeplab.ts";
import {wasmKernels} from "../../../src/model/kernels/wasmKernels.ts";
import {mulberry32} from "../../../src/model/random.ts";
import {
  computeGroup,
  GROUP,
  type GroupOptions,
  type Samples
} from "../../../src/model/train/group.ts";
import type {TrainingKernels} from "../../../src/model/train/loss.ts";
import {initialize, layoutOf, slotOf, toWeights} from "../../../src/model/train/parameters.ts";
import {Trainer, type GroupGradient} from "../../../src/model/train/trainer.ts";
import {
  checkWeights,
  readSafetensors,
  writeSafetensors,
  type Weights
} from "../../../src/model/weights.ts";

const network = deeplabV3Plus({
  widthMultiplier: 0.15,
  asppChannels: 8,
  decoderChannels: 8,
  skipChannels: 4,
  classes: classes.length,
  rates: [1, 2, 3],
  auxiliaryHead: true
});
const layout = layoutOf(network);
const [height, width] = [65, 33];
const area = height * width;

/** Pictures that can be learned: their colors tell their labels, with a frame of void. */
function samplesOf(seed: number): Samples {
  const random = mulberry32(seed);
  const pixels = new Float32Array(GROUP * area * 3);
  const labels = new Uint8Array(GROUP * area);
  for (let i = 0; i < GROUP * area; i++) {
    const [y, x] = [Math.floor((i % area) / width), i % width];
    const label = (Math.floor(y / 22) + Math.floor(x / 17) + Math.floor(i / area)) % 3;
    labels[i] = y < 2 ? VOID : label * 4;
    const noise = () => 0.6 * (random() - 0.5);
    pixels.set([label - 1 + noise(), 1 - label + noise(), noise()], i * 3);
  }
  return {height, width, pixels, labels};
}

let kernels: TrainingKernels;
beforeAll(async () => {
  await useBackend("wasm");
  kernels = await wasmKernels(await compileKernels());
});

const optionsOf = (): GroupOptions => ({
  network,
  layout,
  kernels,
  classWeights: new Float32Array(classes.length).fill(1)
});

async function group(
  trained: Float32Array,
  samples: Samples,
  seed: number,
  loss: Partial<GroupOptions> = {}
) {
  const gradient = new Float32Array(layout.trainedSize);
  const statistics = new Float32Array(layout.statisticsSize);
  const random = mulberry32(seed);
  const options = {...optionsOf(), ...loss};
  const result = await computeGroup(options, samples, trained, gradient, statistics, random);
  return {gradient, statistics, ...result};
}

/** Takes steps up to *last* of ten, of two groups each. */
async function trainTo(trainer: Trainer, last: number): Promise<void> {
  while (trainer.step < last) {
    const {step} = trainer;
    const groups = [];
    for (const g of [0, 1])
      groups.push(await group(trainer.trained, samplesOf(2 * step + g), step));
    trainer.update(groups, step / 10);
  }
}

describe("computeGroup", () => {
  const trained = new Float32Array(layout.trainedSize);
  const start = new Float32Array(layout.statisticsSize);
  initialize(network, layout, trained, start, mulberry32(1));

  it("starts from an even guess, and frees all that it makes", async () => {
    const {numTensors, numBytes} = tf.memory();
    const result = await group(trained, samplesOf(1), 1);
    expect({...tf.memory()}).toMatchObject({numTensors, numBytes});
    expect(result.loss).toBeGreaterThan(0.8 * Math.log(classes.length));
    expect(result.loss).toBeLessThan(1.3 * Math.log(classes.length));
    expect(result.auxiliaryLoss).toBeLessThan(1.3 * Math.log(classes.length));
    const labeled = samplesOf(1).labels.filter((label) => label !== VOID).length;
    expect(result.confusion.reduce((a, b) => a + b)).toBe(labeled);
  });

  it.each([
    ["cross-entropy", {}],
    ["smoothed cross-entropy", {smoothing: 0.2}],
    ["cross-entropy and Lovász", {lovaszWeight: 2}]
  ])("gives the gradient of the sum of both heads' losses: %s", async (_, options) => {
    // Along the gradient g the loss rises by |g|² ε, dropout being the same at either end. Of the
    // last layers alone: behind dozens of normalizations a loss is too bent for single precision.
    const samples = samplesOf(2);
    const {gradient} = await group(trained, samples, 3, options);
    for (const slot of layout.trained)
      if (!/^(decoder|logits|encoder_logits)/.test(slot.name)) slotOf(gradient, slot).fill(0);
    const square = gradient.reduce((sum, g) => sum + g * g, 0);
    const step = 1e-3 / Math.sqrt(square);
    const total = async (sign: number) => {
      const moved = trained.map((value, i) => value + sign * step * gradient[i]);
      const {loss, auxiliaryLoss} = await group(moved, samples, 3, options);
      return loss + 0.4 * auxiliaryLoss;
    };
    expect(((await total(1)) - (await total(-1))) / (2 * step * square)).toBeCloseTo(1, 1);
  });

  it("is the same every time, and learns nothing where nothing is labeled", async () => {
    const a = await group(trained, samplesOf(3), 4);
    const b = await group(trained, samplesOf(3), 4);
    expect(Buffer.from(a.gradient.buffer).equals(Buffer.from(b.gradient.buffer))).toBe(true);
    const blank = {...samplesOf(3), labels: new Uint8Array(GROUP * area).fill(VOID)};
    const {loss, gradient} = await group(trained, blank, 4);
    expect(loss).toBe(0);
    expect(gradient.every((g) => g === 0)).toBe(true);
  });

  it("reports the statistics of every normalized layer", async () => {
    const {statistics} = await group(trained, samplesOf(3), 4);
    for (const slot of layout.statistics) {
      const values = slotOf(statistics, slot);
      expect(values.every(Number.isFinite), slot.name).toBe(true);
      if (slot.name.endsWith("variance")) expect(Math.min(...values)).toBeGreaterThanOrEqual(0);
    }
    const mean = layout.statistics.find(
      ({name}) => name === "MobilenetV2/Conv/BatchNorm/moving_mean"
    )!;
    expect(slotOf(statistics, mean).some((value) => value !== 0)).toBe(true);
  });
});

describe("Trainer", () => {
  it("makes the loss fall on four pictures", async () => {
    const trainer = new Trainer(network, mulberry32(1), {learningRate: 0.01});
    const samples = samplesOf(1);
    const losses: number[] = [];
    for (let step = 0; step < 20; step++) {
      const result = await group(trainer.trained, samples, step);
      losses.push(result.loss);
      trainer.update([result], step / 40);
    }
    expect(losses.at(-1)).toBeLessThan(0.75 * losses[0]);
  });

  it("goes on from a checkpoint exactly as if it had never stopped", async () => {
    const whole = new Trainer(network, mulberry32(1));
    await trainTo(whole, 4);
    const half = new Trainer(network, mulberry32(1));
    await trainTo(half, 2);
    const file = writeSafetensors(half.checkpoint(), {dtype: "F32"});
    const resumed = new Trainer(network, mulberry32(99)); // starts elsewhere, all of it replaced
    resumed.restore(readSafetensors(file).tensors, 2);
    await trainTo(resumed, 4);
    const bytes = (trainer: Trainer) => writeSafetensors(trainer.checkpoint(), {dtype: "F32"});
    expect(Buffer.from(bytes(resumed)).equals(bytes(whole))).toBe(true);
    expect(Buffer.from(bytes(half)).equals(bytes(whole))).toBe(false);
    const shipped = (trainer: Trainer) => writeSafetensors(trainer.averaged());
    expect(Buffer.from(shipped(resumed)).equals(shipped(whole))).toBe(true);
  });

  it("ships weights that fit the network, following the trained ones", async () => {
    const trainer = new Trainer(network, mulberry32(1));
    const start = trainer.averaged();
    checkWeights(network, start);
    await trainTo(trainer, 1);
    const name = "logits/semantic/biases";
    const slot = trainer.layout.trained.find((s) => s.name === name)!;
    const now = slotOf(trainer.trained, slot)[0];
    const shipped = trainer.averaged().get(name)!.data[0];
    // A young average is nearly the latest: 1 / 11 of the old after the first step.
    expect(shipped).toBeCloseTo(now * (10 / 11), 6);
    expect(now).not.toBe(0);
  });

  it("starts from given weights", () => {
    const other = new Trainer(network, mulberry32(2));
    const trainer = new Trainer(network, mulberry32(1));
    trainer.startFrom(other.averaged());
    const shipped = (weights: Weights) => Buffer.from(writeSafetensors(weights, {dtype: "F32"}));
    expect(trainer.trained).toEqual(other.trained);
    const expected = toWeights(layout, other.trained, other.statistics);
    expect(shipped(trainer.averaged()).equals(shipped(expected))).toBe(true);
  });

  it("keeps its state where a gradient is not finite", () => {
    const trainer = new Trainer(network, mulberry32(1));
    const before = writeSafetensors(trainer.checkpoint(), {dtype: "F32"});
    const statistics = new Float32Array(layout.statisticsSize);
    for (const value of [NaN, Infinity]) {
      const gradient = new Float32Array(layout.trainedSize);
      gradient[7] = value;
      const groups: GroupGradient[] = [{gradient, statistics}];
      expect(() => trainer.update(groups, 0)).toThrow("the gradient of step 1 is not finite");
    }
    expect(trainer.step).toBe(0);
    expect(Buffer.from(writeSafetensors(trainer.checkpoint(), {dtype: "F32"})).equals(before)).toBe(
      true
    );
  });

  it("says what of a foreign checkpoint does not fit, and takes nothing of it", () => {
    const trainer = new Trainer(network, mulberry32(1));
    const other = new Trainer(
      deeplabV3Plus({widthMultiplier: 0.1, asppChannels: 4}),
      mulberry32(1)
    );
    expect(() => trainer.restore(other.checkpoint(), 3)).toThrow(/trained has \d+ values, but/);
    expect(() => trainer.restore(trainer.averaged(), 3)).toThrow("trained has no values");
    const partial = trainer.checkpoint();
    partial.delete("second");
    partial.get("trained")!.data.fill(9);
    expect(() => trainer.restore(partial, 3)).toThrow("second has no values");
    expect(trainer.trained.includes(9)).toBe(false);
    expect(trainer.step).toBe(0);
  });
});
