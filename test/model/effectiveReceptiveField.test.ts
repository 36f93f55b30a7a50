import {readFileSync} from "node:fs";
import * as tf from "@tensorflow/tfjs-core";
import {afterEach, beforeAll, beforeEach, describe, expect, it} from "vitest";
import {useBackend} from "../../src/model/backend.ts";
import {deeplabV3Plus, shippedOptions} from "../../src/model/deeplab.ts";
import {effectiveReceptiveField, inputGradient} from "../../src/model/effectiveReceptiveField.ts";
import {foldWeights} from "../../src/model/execute.ts";
import {NetworkBuilder, weightShapes, type Network} from "../../src/model/network.ts";
import {mulberry32} from "../../src/model/random.ts";
import {shapes} from "../../src/model/shapes.ts";
import {readSafetensors} from "../../src/model/weights.ts";
import {derivativeOfPieces} from "./finiteDifferences.ts";
import {plainMap, plainWeights, runPlain, type PlainMap} from "./plainExecutor.ts";
import {randomNetwork} from "./randomNetworks.ts";

const toTensor = ({shape, data}: PlainMap) => tf.tensor4d(Float32Array.from(data), [...shape]);
const shipped = deeplabV3Plus(shippedOptions);
const {tensors: weights} = readSafetensors(
  readFileSync(new URL("../../notebooks/weights/street.safetensors", import.meta.url))
);

/** The layers up to one, which are all that its value needs. */
function until({layers}: Network, name: string): Network {
  const last = layers.findIndex((layer) => layer.name === name);
  return {layers: layers.slice(0, last + 1), endpoints: {}};
}

let tensors = 0;
beforeEach(() => {
  tensors = tf.memory().numTensors;
});
afterEach(() => {
  expect(tf.memory().numTensors).toBe(tensors); // nothing is left behind
});

describe.each(["cpu", "wasm"] as const)("the gradient of a unit on %s", (backend) => {
  beforeAll(() => useBackend(backend));

  it("is the finite difference at a dozen colors of each of 40 random networks", () => {
    let [smooth, alive] = [0, 0];
    for (let seed = 1; seed <= 40; seed++) {
      const {network, weights, picture} = randomNetwork(seed);
      const {name: layer} = network.layers.at(-1)!;
      const [, height, width] = picture.shape;
      const [rows, columns] = shapes(network, [height, width], {anySize: true}).get(layer)!;
      const channel = ([0, "sum", "greatest"] as const)[seed % 3];
      const unit = {layer, y: (seed * 5) % rows, x: (seed * 3) % columns, channel};
      const folded = foldWeights(network, weights);
      const input = toTensor(picture);
      const {gradient, at} = inputGradient(network, folded, input, unit);
      const [found, values] = [gradient.dataSync<"float32">(), at.dataSync<"float32">()];
      const channels = at.shape[3];
      const taken = (picture: number) => {
        const of = [...values.subarray(picture * channels, (picture + 1) * channels)];
        return channel === "greatest" ? of.indexOf(Math.max(...of)) : channel;
      };
      const value = () => {
        const {shape, data} = runPlain(network, weights, picture).get(layer)!;
        let sum = 0;
        for (let n = 0; n < shape[0]; n++)
          for (let c = 0; c < channels; c++)
            if (taken(n) === "sum" || taken(n) === c)
              sum += data[((n * rows + unit.y) * columns + unit.x) * channels + c];
        return sum;
      };
      const most = found.reduce((a, b) => Math.max(a, Math.abs(b)), 1e-6);
      if (most > 1e-3) alive++;
      const random = mulberry32(seed);
      const here = value();
      for (let n = 0; n < 12; n++) {
        const i = Math.floor(random() * picture.data.length);
        const expected = derivativeOfPieces(picture.data, i, value, here);
        if (Number.isNaN(expected)) continue;
        smooth++;
        expect(Math.abs(found[i] - expected) / most, `seed ${seed}`).toBeLessThan(1e-4);
      }
      tf.dispose([gradient, at, input]);
      folded.dispose();
    }
    expect(alive).toBeGreaterThan(25);
    expect(smooth).toBeGreaterThan(460); // of 480: the others lie at a kink
  });
});

describe("the shipped network’s gradient", () => {
  beforeAll(() => useBackend("wasm"));

  // .15 to .4 s for each of a hundred passes of the plain executor.
  it("is the finite difference at 50 pixels", {timeout: 180_000}, () => {
    const layer = "logits/semantic";
    const random = mulberry32(7);
    const picture = plainMap([1, 33, 33, 3], () => 2 * random() - 1);
    const network = until(shipped, layer);
    const [, columns, channels] = shapes(network, [33, 33]).get(layer)!;
    const unit = {layer, y: 3, x: 5, channel: 3};
    const folded = foldWeights(shipped, weights);
    const input = toTensor(picture);
    const {gradient, at} = inputGradient(shipped, folded, input, unit);
    const found = gradient.dataSync<"float32">();
    const value = () =>
      runPlain(network, weights, picture).get(layer)!.data[
        (unit.y * columns + unit.x) * channels + unit.channel
      ];
    const here = value();
    expect(Math.abs(at.dataSync()[unit.channel] - here)).toBeLessThan(1e-3);
    const most = found.reduce((a, b) => Math.max(a, Math.abs(b)), 0);
    let [off, smooth] = [0, 0];
    for (let n = 0; n < 50; n++) {
      const i = Math.floor(random() * picture.data.length);
      const expected = derivativeOfPieces(picture.data, i, value, here);
      if (Number.isNaN(expected)) continue;
      smooth++;
      off = Math.max(off, Math.abs(found[i] - expected) / most);
    }
    expect(smooth).toBe(50);
    expect(off).toBeLessThan(1e-5); // 1.5e-7 measured
    tf.dispose([gradient, at, input]);
    folded.dispose();
  });
});

describe("effectiveReceptiveField", () => {
  beforeAll(() => useBackend("wasm"));
  const random = mulberry32(2);
  const pictures = Array.from({length: 3}, () => plainMap([1, 33, 33, 3], () => 2 * random() - 1));
  const unit = {layer: "concat_projection", y: 1, x: 2};

  it("sums over colors, and averages over pictures", async () => {
    const folded = foldWeights(shipped, weights);
    const inputs = pictures.map(toTensor);
    const expected = new Float64Array(33 * 33);
    for (const input of inputs) {
      const {gradient, at} = inputGradient(shipped, folded, input, unit);
      gradient
        .dataSync()
        .forEach((value, i) => (expected[Math.floor(i / 3)] += Math.abs(value) / 3));
      tf.dispose([gradient, at]);
    }
    const field = await effectiveReceptiveField(shipped, folded, inputs, unit);
    expect(field).toMatchObject({width: 33, height: 33, channel: null});
    expect(field.values).toHaveLength(96);
    field.absolute.forEach((value, i) => {
      expect(value).toBeCloseTo(expected[i], 5);
    });
    const {values, channel} = await effectiveReceptiveField(shipped, folded, inputs, {
      ...unit,
      layer: "logits/semantic",
      channel: "greatest"
    });
    expect(values[channel!]).toBe(Math.max(...values));
    tf.dispose(inputs);
    folded.dispose();
  });

  it("is confined to the theoretical field, and runs no layer beyond the unit", async () => {
    const builder = new NetworkBuilder();
    const first = builder.conv("first", builder.input(3), 4, {kernelSize: 3, rate: 2});
    builder.conv("second", first, 4, {kernelSize: 3});
    const network = {layers: builder.layers, endpoints: {}};
    const weights = plainWeights(weightShapes(network), network, random);
    const folded = foldWeights(network, weights);
    folded.kernels.get("second")!.dispose(); // whoever used it would fail
    const input = toTensor(pictures[0]);
    const at = {layer: "first", y: 10, x: 12};
    const {absolute} = await effectiveReceptiveField(network, folded, [input], at);
    absolute.forEach((value, i) => {
      const [dy, dx] = [Math.floor(i / 33) - 10, (i % 33) - 12].map(Math.abs);
      expect(value > 0).toBe(dx <= 2 && dy <= 2 && dx % 2 === 0 && dy % 2 === 0);
    });
    input.dispose();
    folded.dispose();
  });

  it("names what is not there", async () => {
    const folded = foldWeights(shipped, weights);
    const input = toTensor(pictures[0]);
    const of = (asked: object, inputs = [input]) =>
      effectiveReceptiveField(shipped, folded, inputs, {...unit, ...asked});
    await expect(of({layer: "aspp9"})).rejects.toThrow("no layer named aspp9");
    await expect(of({x: 3})).rejects.toThrow(
      "no unit at row 1, column 3 of concat_projection, whose map is 3×3"
    );
    await expect(of({y: NaN})).rejects.toThrow("no unit at row NaN");
    await expect(of({channel: 96})).rejects.toThrow("no channel 96 in concat_projection");
    await expect(of({}, [])).rejects.toThrow("no pictures");
    input.dispose();
    folded.dispose();
  });
});
