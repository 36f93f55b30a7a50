import * as tf from "@tensorflow/tfjs-core";
import {beforeAll, describe, expect, it} from "vitest";
import {useBackend} from "../../src/model/backend.ts";
import {execute, foldWeights} from "../../src/model/execute.ts";
import {NetworkBuilder, weightShapes} from "../../src/model/network.ts";
import {mulberry32} from "../../src/model/random.ts";
import {disagreements} from "./disagreement.ts";
import {plainMap, plainWeights, runPlain} from "./plainExecutor.ts";
import {randomNetwork} from "./randomNetworks.ts";

const seeds = Array.from({length: 50}, (_, i) => i + 1);

describe("50 random networks", () => {
  const layers = seeds.flatMap((seed) => [...randomNetwork(seed).network.layers]);
  const convolutions = layers.filter((layer) => "rate" in layer);

  it("have every type of layer, stride and rate, and both together", () => {
    const types = new Set(layers.map(({type}) => type));
    expect([...types].sort().join()).toBe(
      "activation,add,concat,conv,depthwise,dropout,globalPool,input,pool,resize"
    );
    for (const type of ["conv", "depthwise", "pool"]) {
      const some = convolutions.filter((layer) => layer.type === type);
      expect(new Set(some.map(({stride}) => stride))).toEqual(new Set([1, 2, 3]));
      expect(new Set(some.map(({kernelSize}) => kernelSize))).toEqual(new Set([1, 2, 3, 4, 5]));
      expect(some.some(({rate}) => rate > 1 && rate < 6)).toBe(true);
      expect(some.some(({rate}) => rate > 19)).toBe(true); // farther than any map is wide
      expect(some.some((l) => l.rate > 1 && l.stride > 1 && l.kernelSize > 1)).toBe(true);
      expect(some.some(({kernelSize, stride}) => stride > kernelSize)).toBe(true);
      const paddings = new Set(
        some.map(({padding}) => (padding === "same" ? padding : padding > 0))
      );
      expect(paddings).toEqual(new Set(["same", false, true]));
    }
  });

  it.each(["cpu", "wasm"] as const)(
    "agree with the definitions, layer by layer, on %s",
    async (backend) => {
      await useBackend(backend);
      for (const seed of seeds) expect(await disagreements(seed)).toEqual({found: [], left: 0});
    }
  );
});

describe("execute", () => {
  const builder = new NetworkBuilder();
  const input = builder.input(2);
  const first = builder.conv("first", input, 4, {kernelSize: 3, batchNorm: 1e-3});
  const unused = builder.conv("unused", first, 5, {kernelSize: 3, bias: true});
  const second = builder.depthwise("second", first, {rate: 2});
  const sum = builder.add("sum", first, second, first);
  const network = {layers: builder.layers, endpoints: {decoder: sum}};
  const random = mulberry32(3);
  const weights = plainWeights(weightShapes(network), network, random);
  const picture = plainMap([1, 6, 5, 2], () => random());
  const toTensor = () => tf.tensor4d(Float32Array.from(picture.data), [1, 6, 5, 2]);

  beforeAll(() => useBackend("wasm"));

  it("returns the heads' logits by default, and whatever else is tapped", () => {
    const folded = foldWeights(network, weights);
    const x = toTensor();
    expect([...execute(network, folded, x).keys()]).toEqual([sum]);
    const taps = execute(network, folded, x, {taps: [input, unused, first, first]});
    expect([...taps.keys()]).toEqual([input, unused, first]);
    const plain = runPlain(network, weights, picture);
    for (const [name, tensor] of taps) {
      const {shape, data} = plain.get(name)!;
      expect(tensor.shape).toEqual(shape);
      [...tensor.dataSync()].forEach((value, i) => expect(value).toBeCloseTo(data[i], 4));
    }
  });

  it.each([[[sum]], [[first]], [[input]], [[unused, first, second, sum]], [[first, first]], [[]]])(
    "leaves nothing behind but the taps %j",
    (taps) => {
      const before = {...tf.memory()};
      const folded = foldWeights(network, weights);
      const x = toTensor();
      const held = tf.memory().numTensors;
      const results = execute(network, folded, x, {taps});
      expect(tf.memory().numTensors).toBe(held + results.size);
      expect(x.isDisposed).toBe(false);
      tf.dispose([...results.values(), x]);
      folded.dispose();
      const {numTensors, numBytes} = tf.memory();
      expect({numTensors, numBytes}).toEqual({
        numTensors: before.numTensors,
        numBytes: before.numBytes
      });
    }
  );

  it("names what is not there", () => {
    const folded = foldWeights(network, weights);
    const x = toTensor();
    expect(() => execute(network, folded, x, {taps: ["third"]})).toThrow("no layer named third");
    const lacking = new Map([...weights].filter(([name]) => name !== "first/BatchNorm/gamma"));
    expect(() => foldWeights(network, lacking)).toThrow("missing first/BatchNorm/gamma [4]");
  });
});
