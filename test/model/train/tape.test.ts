import * as tf from "@tensorflow/tfjs-core";
import {beforeAll, describe, expect, it} from "vitest";
import {compileKernels} from "../../../bin/trainKernels.ts";
import {useBackend} from "../../../src/model/backend.ts";
import {composedKernels, type GradientKernels} from "../../../src/model/gradients.ts";
import {wasmKernels} from "../../../src/model/kernels/wasmKernels.ts";
import {NetworkBuilder, weightShapes} from "../../../src/model/network.ts";
import {mulberry32} from "../../../src/model/random.ts";
import {record} from "../../../src/model/train/tape.ts";
import {finiteDifferences, relativeGap} from "../finiteDifferences.ts";
import {momentsOf, plainMap, plainWeights, runPlain, type PlainMap} from "../plainExecutor.ts";

/** Every layer that has a gradient, branches that part and join, and two outputs, as DeepLab. */
function everyLayer() {
  const b = new NetworkBuilder();
  const picture = b.input(3);
  const stem = b.conv("stem", picture, 4, {
    kernelSize: 3,
    stride: 2,
    batchNorm: 1e-3,
    activation: "relu6"
  });
  const deep = b.depthwise("deep", stem, {rate: 2, batchNorm: 1e-3, activation: "relu"});
  const project = b.conv("project", deep, 4, {batchNorm: 1e-5});
  const sum = b.add("sum", stem, project, stem);
  const dilated = b.conv("dilated", sum, 3, {kernelSize: 3, rate: 3, bias: true});
  const strided = b.depthwise("strided", sum, {stride: 2, activation: "relu6"});
  const pooled = b.globalPool("pooled", strided);
  const image = b.conv("image", pooled, 2, {batchNorm: 1e-5, activation: "relu"});
  const wide = b.resize("wide", image, dilated);
  const up = b.resize("up", strided, dilated);
  const peak = b.pool("peak", sum, {kind: "max", kernelSize: 3, rate: 2});
  const even = b.pool("even", peak, {kind: "average", kernelSize: 3});
  const joined = b.concat("joined", [wide, dilated, up, dilated, even]);
  const active = b.activation("active", joined, "relu");
  const kept = b.dropout("kept", active, 1);
  const encoder = b.conv("encoder", kept, 2, {bias: true, activation: "relu"});
  const detail = b.resize("detail", kept, stem);
  const decoder = b.conv("decoder", detail, 2, {kernelSize: 3, bias: true});
  return {layers: b.layers, endpoints: {encoder, decoder}};
}

const network = everyLayer();
const random = mulberry32(5);
const randomMap = (shape: PlainMap["shape"]) => plainMap(shape, () => 2 * random() - 1);
const weights = new Map(
  [...plainWeights(weightShapes(network), network, random)].map(([name, {shape, data}]) => [
    name,
    {shape, data: Float64Array.from(data)}
  ])
);
const picture = randomMap([3, 9, 8, 3]);
const outputs = ["encoder", "decoder"];
const toTensor = ({shape, data}: PlainMap) => tf.tensor4d(Float32Array.from(data), [...shape]);

function parameters(): Map<string, tf.Tensor> {
  const trained = [...weights].filter(([name]) => !name.includes("/moving_"));
  return new Map(
    trained.map(([name, {shape, data}]) => [name, tf.tensor(Float32Array.from(data), shape)])
  );
}

describe.each([
  ["composed, on cpu", "cpu", async () => composedKernels],
  ["in WebAssembly", "wasm", async () => wasmKernels(await compileKernels())]
] as const)("the tape, with kernels %s", (_, backend, get) => {
  let kernels: GradientKernels;
  beforeAll(async () => {
    await useBackend(backend);
    kernels = await get();
  });

  it("runs forwards as training is defined, with the batch's statistics", () => {
    const held = parameters();
    const x = toTensor(picture);
    const before = tf.memory().numTensors;
    const tape = record(network, held, x, {kernels, random});
    const plain = runPlain(network, weights, picture, {training: true});
    for (const {name} of network.layers)
      expect(relativeGap(tape.output(name).dataSync(), plain.get(name)!.data), name).toBeLessThan(
        1e-4
      );
    // The statistics of the stem's convolution before it is normalized.
    const bare = new NetworkBuilder();
    bare.conv("stem", bare.input(3), 4, {kernelSize: 3, stride: 2});
    const {mean, variance} = momentsOf(
      runPlain({layers: bare.layers, endpoints: {}}, weights, picture).get("stem")!
    );
    const seen = tape.statistics("stem")!;
    expect(relativeGap(seen.mean.dataSync(), mean)).toBeLessThan(1e-4);
    expect(relativeGap(seen.variance.dataSync(), variance)).toBeLessThan(1e-4);
    expect(tape.statistics("dilated")).toBeUndefined();
    tape.dispose();
    expect(tf.memory().numTensors).toBe(before);
    tf.dispose([...held.values(), x]);
  });

  it("gives the gradient of every weight, and of the picture", () => {
    const plain = runPlain(network, weights, picture, {training: true});
    const dy = new Map(outputs.map((name) => [name, randomMap(plain.get(name)!.shape)]));
    const loss = () => {
      const maps = runPlain(network, weights, picture, {training: true});
      let sum = 0;
      for (const [name, {data}] of dy)
        data.forEach((value, i) => (sum += value * maps.get(name)!.data[i]));
      return sum;
    };

    const held = parameters();
    const x = toTensor(picture);
    const before = tf.memory().numTensors;
    const tape = record(network, held, x, {kernels, random});
    const flowing = () => new Map([...dy].map(([name, map]) => [name, toTensor(map)]));
    const found = tape.backward(flowing(), {input: true});
    expect([...found.keys()].sort()).toEqual([...held.keys(), "input"].sort());
    expect(tf.memory().numTensors).toBe(before + found.size);
    for (const [name, tensor] of found) {
      const {shape, data} = name === "input" ? picture : weights.get(name)!;
      expect(tensor.shape, name).toEqual(shape);
      const expected = finiteDifferences(data, loss, 1e-6);
      // What batch normalization makes indifferent has a gradient of rounding errors alone.
      const floor = Math.max(...expected.map(Math.abs)) < 1e-6 ? Infinity : 2e-3;
      expect(relativeGap(tensor.dataSync(), expected), name).toBeLessThan(floor);
    }
    tf.dispose([...found.values()]);

    const without = record(network, held, x, {kernels, random}).backward(flowing());
    expect([...without.keys()].sort()).toEqual([...held.keys()].sort());
    tf.dispose([...without.values(), ...held.values(), x]);
    expect(tf.memory().numTensors).toBe(before - held.size - 1);
  });

  it("drops values and their gradients alike", () => {
    const b = new NetworkBuilder();
    b.dropout("dropped", b.input(1), 0.75);
    const ones = tf.ones<tf.Rank.R4>([1, 40, 40, 1]);
    const tape = record({layers: b.layers, endpoints: {}}, new Map(), ones, {
      kernels,
      random: mulberry32(1)
    });
    const output = [...tape.output("dropped").dataSync()];
    expect(new Set(output)).toEqual(new Set([0, Math.fround(1 / 0.75)]));
    expect(output.reduce((a, b) => a + b, 0) / 1600).toBeCloseTo(1, 1);
    const gradient = tape.backward(new Map([["dropped", ones.clone()]]), {input: true});
    expect([...gradient.get("input")!.dataSync()]).toEqual(output);
    tf.dispose([...gradient.values(), ones]);
  });
});
