import * as tf from "@tensorflow/tfjs-core";
import {beforeAll, describe, expect, it} from "vitest";
import {useBackend} from "../../src/model/backend.ts";
import {deeplabV3Plus, type OutputStride} from "../../src/model/deeplab.ts";
import {execute, foldWeights, type FoldedWeights} from "../../src/model/execute.ts";
import {weightShapes} from "../../src/model/network.ts";
import {mulberry32} from "../../src/model/random.ts";
import {plainWeights} from "./plainExecutor.ts";

// What DeepLab promises (v1, section 3.1): trading a stride for a rate computes the same features,
// only more of them. With the same weights, every n-th feature at a finer output stride is the
// feature at the coarser one. That holds for the backbone's layers alone: image pooling averages
// over all positions, and ASPP's rates are chosen anew for each output stride.
const options = {widthMultiplier: 0.25, decoder: false, asppChannels: 4, classes: 2};
const at = (outputStride: OutputStride) => deeplabV3Plus({...options, outputStride});
const taps = at(32)
  .layers.map(({name}) => name)
  .filter((name) => name.startsWith("MobilenetV2/"));

let weights: FoldedWeights;
beforeAll(async () => {
  await useBackend("wasm");
  const network = at(32);
  weights = foldWeights(network, plainWeights(weightShapes(network), network, mulberry32(7)));
});

/** The largest difference, as a share of the largest value, between a layer at two strides. */
function gap(fine: tf.Tensor4D, coarse: tf.Tensor4D): {gap: number; step: number} {
  const [, height, width, channels] = coarse.shape;
  const step = (fine.shape[1] - 1) / (height - 1);
  const [dense, strided] = [fine.dataSync(), coarse.dataSync()];
  let [off, most] = [0, 0];
  for (let y = 0, i = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      for (let c = 0; c < channels; c++, i++) {
        const j = (Math.round(y * step) * fine.shape[2] + Math.round(x * step)) * channels + c;
        off = Math.max(off, Math.abs(dense[j] - strided[i]));
        most = Math.max(most, Math.abs(strided[i]));
      }
    }
  }
  return {gap: off / most, step};
}

/** Compares every layer of the backbone at two output strides. */
function gaps(fine: OutputStride, coarse: OutputStride, height: number, width: number) {
  return tf.tidy(() => {
    const picture: tf.Tensor4D = tf.randomUniform([1, height, width, 3], -1, 1, "float32", 5);
    const dense = execute(at(fine), weights, picture, {taps});
    const strided = execute(at(coarse), weights, picture, {taps});
    return taps.map((name) => ({name, ...gap(dense.get(name)!, strided.get(name)!)}));
  });
}

describe.each([
  [65, 65],
  [97, 161],
  [193, 257]
])("a picture of %i×%i", (height, width) => {
  it.each([
    [8, 16],
    [8, 32],
    [16, 32]
  ] as const)("has the same features at output strides %i and %i", (fine, coarse) => {
    const all = gaps(fine, coarse, height, width);
    for (const {name, gap} of all) expect(gap, name).toBeLessThan(1e-4);
    expect(all.at(-1).step).toBe(coarse / fine); // so that no comparison is with itself
    expect(all[0].step).toBe(1);
  });
});

it("is lost at sizes that are not 32k + 1", () => {
  const {gap} = gaps(8, 32, 96, 96).at(-1);
  expect(gap).toBeGreaterThan(0.05);
});
