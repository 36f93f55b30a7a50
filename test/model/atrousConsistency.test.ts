import {readFileSync} from "node:fs";
import * as tf from "@tensorflow/tfjs-core";
import {beforeAll, describe, expect, it} from "vitest";
import {compareMaps, layerFeatures, type FeatureMap} from "../../src/model/atrousConsistency.ts";
import {useBackend} from "../../src/model/backend.ts";
import {
  backbones,
  deeplabV3Plus,
  shippedOptions,
  type BackboneName,
  type OutputStride
} from "../../src/model/deeplab.ts";
import {execute, foldWeights, type FoldedWeights} from "../../src/model/execute.ts";
import {weightShapes, type Network} from "../../src/model/network.ts";
import {mulberry32} from "../../src/model/random.ts";
import {openSegmenter} from "../../src/model/segment.ts";
import {randomScene} from "../../src/scenes/index.ts";
import {pixelsOf} from "../scenes/canvas.ts";
import {plainWeights} from "./plainExecutor.ts";

// What DeepLab promises (v1, section 3.1): trading a stride for a rate computes the same features,
// only more of them. With the same weights, every n-th feature at a finer output stride is the
// feature at the coarser one. That holds for the backbone's layers alone: image pooling averages
// over all positions, and ASPP's rates are chosen anew for each output stride.
const at = (backbone: BackboneName, outputStride: OutputStride) =>
  deeplabV3Plus({
    ...{backbone, outputStride, widthMultiplier: backbone === "mobilenetv2" ? 0.25 : 0.05},
    ...{decoder: false, asppChannels: 4, classes: 2}
  });

/** The names of a backbone's layers. */
function layersOf({layers, endpoints: {features}}: Network): string[] {
  const names = layers.map(({name}) => name);
  return names.slice(1, names.indexOf(features!) + 1);
}

let weights: ReadonlyMap<BackboneName, FoldedWeights>;
beforeAll(async () => {
  await useBackend("wasm");
  weights = new Map(
    backbones.map((backbone) => {
      const network = at(backbone, 32);
      const drawn = plainWeights(weightShapes(network), network, mulberry32(7));
      return [backbone, foldWeights(network, drawn)];
    })
  );
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

/** Compares every layer of a backbone at two output strides. */
function gaps(
  backbone: BackboneName,
  fine: OutputStride,
  coarse: OutputStride,
  height: number,
  width: number
) {
  return tf.tidy(() => {
    const picture: tf.Tensor4D = tf.randomUniform([1, height, width, 3], -1, 1, "float32", 5);
    const taps = layersOf(at(backbone, fine));
    const folded = weights.get(backbone)!;
    const dense = execute(at(backbone, fine), folded, picture, {taps});
    const strided = execute(at(backbone, coarse), folded, picture, {taps});
    return taps.map((name) => ({name, ...gap(dense.get(name)!, strided.get(name)!)}));
  });
}

describe.each(
  backbones.flatMap((backbone) => [
    [backbone, 65, 65] as const,
    [backbone, 97, 161] as const,
    ...(backbone === "mobilenetv2" ? [[backbone, 193, 257] as const] : [])
  ])
)("%s of a picture of %i×%i", (backbone, height, width) => {
  it.each([
    [8, 16],
    [8, 32],
    [16, 32]
  ] as const)("has the same features at output strides %i and %i", (fine, coarse) => {
    const all = gaps(backbone, fine, coarse, height, width);
    for (const {name, gap} of all) expect(gap, name).toBeLessThan(1e-4);
    expect(all.at(-1).step).toBe(coarse / fine); // so that no comparison is with itself
    expect(all[0].step).toBe(1);
  });
});

it.each(backbones)("is lost at sizes that are not 32k + 1 (%s)", (backbone) => {
  const {gap} = gaps(backbone, 8, 32, 96, 96).at(-1);
  expect(gap).toBeGreaterThan(0.05);
});

describe("layerFeatures", () => {
  const shipped = new URL("../../notebooks/weights/street.safetensors", import.meta.url);
  const network = deeplabV3Plus(shippedOptions);
  const backbone = layersOf(network);

  it("finds every layer of the shipped network the same on a street", async () => {
    const segmenter = await openSegmenter(readFileSync(shipped), {backends: ["wasm"]});
    const picture = {width: 257, height: 193, data: pixelsOf(randomScene(17))};
    const {numTensors} = tf.memory();
    const all = await layerFeatures(segmenter, {picture, layers: backbone});
    const nowhere = layerFeatures(segmenter, {picture, layers: ["nowhere"]});
    await expect(nowhere).rejects.toThrow("no layer named nowhere");
    expect(tf.memory().numTensors).toBe(numTensors);
    segmenter.dispose();

    expect(all.map(({layer}) => layer)).toEqual(backbone);
    for (const {layer, maps, agreement} of all) {
      for (const stride of [8, 16] as const) {
        const {step, compared, difference, largest} = agreement[stride];
        expect(compared, layer).toBe(maps[32].data.length);
        expect(maps[stride].height, layer).toBe((maps[32].height - 1) * step + 1);
        expect(largest, layer).toBeGreaterThan(0.1);
        expect(difference / largest, layer).toBeLessThan(1e-4); // 0 on WebAssembly
      }
    }
    const {maps, agreement} = all.at(-1);
    expect([agreement[16].step, agreement[8].step]).toEqual([2, 4]);
    expect(Object.values(maps).map((m) => [m.height, m.width, m.channels])).toEqual([
      [25, 33, 160],
      [13, 17, 160],
      [7, 9, 160]
    ]);
  });

  it("measures the difference where there is one, and refuses maps that do not fit", () => {
    const map = (height: number, width: number, channels = 2): FeatureMap => {
      const data = Float32Array.from({length: height * width * channels}, (_, i) => Math.sin(i));
      return {width, height, channels, data};
    };
    const fine = map(5, 3);
    const coarse = {...map(3, 2), data: new Float32Array(12)};
    for (let y = 0; y < 3; y++)
      for (let x = 0; x < 2; x++)
        for (let c = 0; c < 2; c++)
          coarse.data[(y * 2 + x) * 2 + c] = fine.data[(2 * y * 3 + 2 * x) * 2 + c];
    const largest = Math.max(...coarse.data.map(Math.abs));
    expect(compareMaps(fine, coarse)).toEqual({step: 2, compared: 12, difference: 0, largest});
    fine.data[2] += 9; // a unit that is none of the coarse map
    expect(compareMaps(fine, coarse).difference).toBe(0);
    fine.data[29] += 0.25; // the last
    expect(compareMaps(fine, coarse).difference).toBeCloseTo(0.25, 6);
    fine.data[29] = NaN;
    expect(compareMaps(fine, coarse).difference).toBeNaN();
    for (const other of [map(5, 4), map(6, 3), map(2, 2), map(5, 3, 1)])
      expect(() => compareMaps(other, coarse)).toThrow(/subsampled, is not one of 3×2×2/);
  });
});
