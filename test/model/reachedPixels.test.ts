import * as tf from "@tensorflow/tfjs-core";
import {beforeAll, describe, expect, it} from "vitest";
import {useBackend} from "../../src/model/backend.ts";
import {deeplabV3Plus, shippedOptions} from "../../src/model/deeplab.ts";
import {inputGradient} from "../../src/model/effectiveReceptiveField.ts";
import {foldWeights} from "../../src/model/execute.ts";
import {coverage, type StackLayer} from "../../src/model/layerStack.ts";
import {NetworkBuilder, weightShapes, type Layer, type Network} from "../../src/model/network.ts";
import {reachedPixels} from "../../src/model/reachedPixels.ts";
import {shapes} from "../../src/model/shapes.ts";
import {randomNetwork} from "./randomNetworks.ts";

beforeAll(() => useBackend("wasm"));

/** The same layers without anything that could close a path: no activation, no maximum. */
function open({layers}: Network): Network {
  return {
    layers: layers.map((layer): Layer => {
      if (layer.type === "pool") return {...layer, kind: "average"};
      if (layer.type === "conv" || layer.type === "depthwise")
        return {...layer, batchNorm: null, activation: "linear"};
      return layer.type === "activation" ? {...layer, activation: "linear"} : layer;
    }),
    endpoints: {}
  };
}

describe("reachedPixels", () => {
  it("are those whose gradient is not 0 where every weight is 1, of 60 random networks", () => {
    let holes = 0;
    for (let seed = 1; seed <= 60; seed++) {
      const {network: closed, picture} = randomNetwork(seed);
      const network = open(closed);
      const weights = new Map(
        [...weightShapes(network)].map(([name, shape]) => {
          const size = shape.reduce((a, b) => a * b, 1);
          return [name, {shape, data: new Float32Array(size).fill(1)}];
        })
      );
      const [, height, width, channels] = picture.shape;
      const {name: layer} = network.layers.at(-1)!;
      const [rows, columns] = shapes(network, [height, width], {anySize: true}).get(layer)!;
      const unit = {layer, y: seed % rows, x: (seed * 7) % columns};
      const folded = foldWeights(network, weights);
      const input = tf.zeros<tf.Rank.R4>([1, height, width, channels]);
      const {gradient, at} = inputGradient(network, folded, input, unit);
      const found = tf.tidy(() => tf.sum(gradient, [0, 3]).dataSync());
      const most = Math.max(...found);
      // A resize's own rounding leaves paths of weight 1e-16 where there are none.
      const expected = Array.from(found, (value) => Number(value > 1e-12 * most));
      const reached = [...reachedPixels(network, unit, [height, width])];
      expect(reached, `seed ${seed}`).toEqual(expected);
      holes += reached.filter((is) => is === 0).length;
      tf.dispose([gradient, at, input]);
      folded.dispose();
    }
    expect(holes).toBeGreaterThan(100);
  });

  it.each([[[1, 2, 5]], [[2, 2, 2]], [[1, 2, 9]]])(
    "of rates %j leave as many holes as the arithmetic of stacks says",
    (rates) => {
      const builder = new NetworkBuilder();
      let last = builder.input(1);
      for (const [i, rate] of rates.entries())
        last = builder.conv(`layer${i}`, last, 1, {kernelSize: 3, rate});
      const network = {layers: builder.layers, endpoints: {}};
      const stack: StackLayer[] = rates.map((rate) => ({kernelSize: 3, stride: 1, rate}));
      const {size, share2d} = coverage(stack);
      const reached = reachedPixels(network, {layer: last, x: 20, y: 20}, [41, 41]);
      const count = reached.reduce((a, b) => a + b, 0);
      expect(count / size ** 2).toBeCloseTo(share2d, 12);
    }
  );

  it("are all pixels past image pooling, and no fewer with the branches beside it", () => {
    const network = deeplabV3Plus(shippedOptions);
    const at = (layer: string) => reachedPixels(network, {layer, x: 0, y: 0}, [65, 65]);
    expect(at("image_pooling").every((is) => is === 1)).toBe(true);
    expect(at("logits/semantic").every((is) => is === 1)).toBe(true);
    expect(at("MobilenetV2/Conv").reduce((a, b) => a + b, 0)).toBe(4);
  });

  it("names a layer or a unit that is not there", () => {
    const network = deeplabV3Plus(shippedOptions);
    const at = (layer: string, x: number, y: number) => () =>
      reachedPixels(network, {layer, x, y}, [65, 97]);
    expect(at("aspp9", 0, 0)).toThrow("no layer named aspp9");
    expect(at("aspp0", 7, 0)).toThrow("no unit at row 0, column 7 of aspp0, whose map is 5×7");
    expect(at("aspp0", 0.5, 0)).toThrow("column 0.5");
  });
});
