import * as tf from "@tensorflow/tfjs-core";
import {beforeAll, describe, expect, it} from "vitest";
import {useBackend} from "../../src/model/backend.ts";
import {atrousStrides} from "../../src/model/backbones/backbone.ts";
import {
  backbones,
  deeplabV3Plus,
  outputStrides,
  type DeepLabOptions
} from "../../src/model/deeplab.ts";
import {execute, foldWeights} from "../../src/model/execute.ts";
import {channelsOf, weightShapes, type Layer, type Network} from "../../src/model/network.ts";
import {mulberry32} from "../../src/model/random.ts";
import {shapes} from "../../src/model/shapes.ts";
import {plainMap, plainWeights, runPlain} from "./plainExecutor.ts";

const xception = deeplabV3Plus({backbone: "xception65"});
const resnet = deeplabV3Plus({backbone: "resnet101"});
const layer = (network: Network, name: string): Layer =>
  network.layers.find((layer) => layer.name === name)!;

describe("names", () => {
  it.each([
    ["xception_65/entry_flow/conv1_1/weights", [3, 3, 3, 32]],
    ["xception_65/entry_flow/conv1_2/weights", [3, 3, 32, 64]],
    [`${unit("entry_flow/block1")}/separable_conv1_depthwise/depthwise_weights`, [3, 3, 64, 1]],
    [`${unit("entry_flow/block1")}/shortcut/weights`, [1, 1, 64, 128]],
    [`${unit("entry_flow/block3")}/separable_conv3_pointwise/weights`, [1, 1, 728, 728]],
    [`${unit("middle_flow/block1", 16)}/separable_conv2_pointwise/weights`, [1, 1, 728, 728]],
    [`${unit("middle_flow/block1", 16)}/separable_conv2_depthwise/BatchNorm/gamma`, [728]],
    [`${unit("exit_flow/block1")}/separable_conv2_pointwise/weights`, [1, 1, 728, 1024]],
    [`${unit("exit_flow/block1")}/shortcut/BatchNorm/moving_mean`, [1024]],
    [`${unit("exit_flow/block2")}/separable_conv3_depthwise/depthwise_weights`, [3, 3, 1536, 1]],
    [`${unit("exit_flow/block2")}/separable_conv3_pointwise/weights`, [1, 1, 1536, 2048]]
  ])("of Xception-65 are TF-Slim's: %s", (name, shape) => {
    expect(weightShapes(xception).get(name)).toEqual(shape);
  });

  it.each([
    ["resnet_v1_101/conv1_1/weights", [3, 3, 3, 64]],
    ["resnet_v1_101/conv1_3/weights", [3, 3, 64, 128]],
    ["resnet_v1_101/block1/unit_1/bottleneck_v1/shortcut/weights", [1, 1, 128, 256]],
    ["resnet_v1_101/block1/unit_3/bottleneck_v1/conv2/weights", [3, 3, 64, 64]],
    ["resnet_v1_101/block3/unit_23/bottleneck_v1/conv3/weights", [1, 1, 256, 1024]],
    ["resnet_v1_101/block4/unit_1/bottleneck_v1/shortcut/BatchNorm/gamma", [2048]],
    ["resnet_v1_101/block4/unit_3/bottleneck_v1/conv1/weights", [1, 1, 2048, 512]]
  ])("of ResNet-101 are TF-Slim's: %s", (name, shape) => {
    expect(weightShapes(resnet).get(name)).toEqual(shape);
  });

  it("are there once for each convolution, and no more", () => {
    const kernels = (network: Network, scope: string) =>
      [...weightShapes(network).keys()].filter(
        (name) => name.startsWith(scope) && name.endsWith("weights")
      );
    // Two in the stem, then 21 units of three pairs, four of them with a shortcut of their own.
    expect(kernels(xception, "xception_65/")).toHaveLength(2 + 21 * 6 + 4);
    // Three in the stem, then 33 units of three, four of them with a shortcut of their own.
    expect(kernels(resnet, "resnet_v1_101/")).toHaveLength(3 + 33 * 3 + 4);
    const plain = deeplabV3Plus({backbone: "resnet101", stem: "7x7"});
    expect(weightShapes(plain).get("resnet_v1_101/conv1/weights")).toEqual([7, 7, 3, 64]);
    expect(kernels(plain, "resnet_v1_101/")).toHaveLength(1 + 33 * 3 + 4);
  });

  function unit(block: string, number = 1): string {
    return `xception_65/${block}/unit_${number}/xception_module`;
  }
});

describe("shapes at 513×513", () => {
  it.each([
    [xception, `entry_flow/block2/unit_1/xception_module/separable_conv2_pointwise`],
    [resnet, "block1/unit_2/bottleneck_v1/conv3"]
  ])("of the low-level feature %#: 129×129×256", (network, name) => {
    const {lowLevel, features} = network.endpoints;
    expect(lowLevel!.replace(/^[^/]*\//, "")).toBe(name);
    expect(layer(network, lowLevel!)).toMatchObject({activation: "linear", batchNorm: 1e-3});
    const of = shapes(network, [513, 513]);
    expect(of.get(lowLevel!)).toEqual([129, 129, 256]);
    expect(of.get(features!)).toEqual([33, 33, 2048]);
    expect(of.get("decoder/concat")).toEqual([129, 129, 304]);
  });

  it.each(backbones)("of the features of %s follow the output stride", (backbone) => {
    for (const outputStride of outputStrides) {
      const network = deeplabV3Plus({backbone, outputStride});
      const of = shapes(network, [513, 257]);
      const [rows, columns] = of.get(network.endpoints.features!)!;
      expect([rows, columns]).toEqual([512 / outputStride + 1, 256 / outputStride + 1]);
      expect(of.get(network.endpoints.lowLevel!)!.slice(0, 2)).toEqual([129, 65]);
    }
  });
});

describe("every backbone", () => {
  const backbone = (network: Network) => {
    const channels = channelsOf(network);
    const last = network.layers.findIndex(({name}) => name === network.endpoints.features);
    return network.layers.slice(1, last + 1).map((layer) => ({
      ...layer,
      channels: channels.get(layer.name)!
    }));
  };

  it.each(backbones)("has the same weights and layers at any output stride: %s", (name) => {
    const [at8, at16, at32] = outputStrides.map((outputStride) =>
      deeplabV3Plus({backbone: name, outputStride})
    );
    expect([...weightShapes(at8)]).toEqual([...weightShapes(at32)]);
    expect([...weightShapes(at16)]).toEqual([...weightShapes(at32)]);
    expect(at8.layers.map(({name}) => name)).toEqual(at32.layers.map(({name}) => name));
  });

  it.each(backbones)("is scaled by its width, every layer of it: %s", (name) => {
    const whole = backbone(deeplabV3Plus({backbone: name}));
    const half = backbone(deeplabV3Plus({backbone: name, widthMultiplier: 0.5}));
    expect(half.map(({name, channels}) => ({name, channels}))).toEqual(
      whole.map(({name, channels}) => ({name, channels: channels / 2}))
    );
    const least = backbone(deeplabV3Plus({backbone: name, widthMultiplier: 1e-9}));
    expect(new Set(least.map(({channels}) => channels)).has(0)).toBe(false);
  });
});

describe("strides and rates", () => {
  const windows = (options: DeepLabOptions, pattern: RegExp) =>
    deeplabV3Plus(options).layers.flatMap((layer) =>
      pattern.test(layer.name) && "stride" in layer ? [`${layer.stride}/${layer.rate}`] : []
    );
  const times = (count: number, each: string) => Array<string>(count).fill(each);

  it("are traded past the output stride", () => {
    const trade = (outputStride: 8 | 16 | 32) =>
      [2, 1, 2, 2, 2, 2, 1].map(atrousStrides(outputStride));
    const rows = (all: {stride: number; rate: number}[]) =>
      all.map(({stride, rate}) => `${stride}/${rate}`).join(" ");
    expect(rows(trade(32))).toBe("2/1 1/1 2/1 2/1 2/1 2/1 1/1");
    expect(rows(trade(16))).toBe("2/1 1/1 2/1 2/1 2/1 1/1 1/2");
    expect(rows(trade(8))).toBe("2/1 1/1 2/1 2/1 1/1 1/2 1/4");
  });

  it("of Xception-65: on a unit's third convolution", () => {
    const depthwise = (outputStride: 8 | 16 | 32) =>
      windows({backbone: "xception65", outputStride}, /^xception_65.*depthwise$/);
    const strided = ["1/1", "1/1", "2/1"];
    const entry = [...strided, ...strided, ...strided];
    expect(depthwise(32)).toEqual([...entry, ...times(48, "1/1"), ...strided, ...times(3, "1/1")]);
    expect(depthwise(16)).toEqual([...entry, ...times(51, "1/1"), ...times(3, "1/2")]);
    expect(depthwise(8)).toEqual([
      ...[...strided, ...strided, ...times(3, "1/1")],
      ...[...times(48, "1/2"), ...times(3, "1/2"), ...times(3, "1/4")]
    ]);
  });

  it("of ResNet-101: on a block's last unit, and multi-grid in the last block", () => {
    const dense = (options: DeepLabOptions) =>
      windows({backbone: "resnet101", ...options}, /block\d.*conv2$/);
    const blocks = (...last: [string, string, string]) => [
      ...[...times(2, "1/1"), "2/1", ...times(3, "1/1"), "2/1", ...times(22, "1/1")],
      ...last
    ];
    expect(dense({outputStride: 32})).toEqual([...blocks("2/1", "1/1", "1/2"), "1/4"]);
    expect(dense({})).toEqual([...blocks("1/1", "1/2", "1/4"), "1/8"]);
    expect(dense({multiGrid: [1, 1, 1]})).toEqual([...blocks("1/1", "1/2", "1/2"), "1/2"]);
    expect(dense({outputStride: 8})).toEqual([
      ...[...times(2, "1/1"), "2/1", ...times(4, "1/1")],
      ...[...times(23, "1/2"), "1/4", "1/8", "1/16"]
    ]);
    expect(dense({multiGrid: [3, 2, 5]}).slice(-3)).toEqual(["1/6", "1/4", "1/10"]);
  });

  it("of strided convolutions pad the same at any size; the others are SAME", () => {
    for (const name of backbones.slice(1)) {
      for (const layer of deeplabV3Plus({backbone: name}).layers) {
        if (layer.type !== "conv" && layer.type !== "depthwise") continue;
        const padding = layer.stride > 1 ? (layer.kernelSize - 1) / 2 : "same";
        // A 1×1 convolution has nothing to pad.
        if (layer.kernelSize > 1)
          expect({...layer, padding: layer.padding}).toEqual({...layer, padding});
      }
    }
  });
});

describe("Xception-65's activations", () => {
  it("come before a separable convolution, but in the last block after both its steps", () => {
    for (const {name, ...layer} of xception.layers) {
      if (!name.startsWith("xception_65/") || !("activation" in layer)) continue;
      const isStem = /conv1_[12]$/.test(name);
      const isLast = name.includes("exit_flow/block2");
      const isOwn = layer.type === "activation";
      expect(isOwn && isLast).toBe(false);
      expect({name, activation: layer.activation}).toEqual({
        name,
        activation: isStem || isLast || isOwn ? "relu" : "linear"
      });
      if (layer.type === "depthwise" && !isLast)
        expect(layer.inputs[0]).toBe(name.replace(/_depthwise$/, "_relu"));
    }
  });
});

describe("executed with random weights", () => {
  beforeAll(() => useBackend("wasm"));

  const side = 33;
  const options: DeepLabOptions[] = [
    ...backbones.flatMap((backbone) =>
      outputStrides.map((outputStride) => ({backbone, outputStride}))
    ),
    {backbone: "resnet101", outputStride: 8, stem: "7x7", multiGrid: [1, 2, 1]}
  ];

  it.each(options)("%o computes what the definitions say, in every layer", (option) => {
    const network = deeplabV3Plus({
      ...{...option, widthMultiplier: option.backbone === "mobilenetv2" ? 0.1 : 0.02},
      ...{asppChannels: 4, decoderChannels: 4, skipChannels: 3, classes: 2}
    });
    const random = mulberry32(11);
    const weights = plainWeights(weightShapes(network), network, random);
    const picture = plainMap([1, side, side, 3], () => 2 * random() - 1);
    const plain = runPlain(network, weights, picture);
    const before = tf.memory().numTensors;
    const folded = foldWeights(network, weights);
    const input = tf.tensor4d(Float32Array.from(picture.data), [1, side, side, 3]);
    const outputs = execute(network, folded, input, {taps: network.layers.map(({name}) => name)});
    for (const [name, output] of outputs) {
      const {shape, data} = plain.get(name)!;
      expect(output.shape, name).toEqual(shape);
      const values = output.dataSync();
      const largest = data.reduce((most, v) => Math.max(most, Math.abs(v)), 1e-3);
      const gap = data.reduce((most, v, i) => Math.max(most, Math.abs(v - values[i])), 0);
      expect(gap / largest, name).toBeLessThan(1e-4);
    }
    expect(plain.get("logits/semantic")!.data.every(Number.isFinite)).toBe(true);
    tf.dispose([input, ...outputs.values()]);
    folded.dispose();
    expect(tf.memory().numTensors).toBe(before);
  });
});
