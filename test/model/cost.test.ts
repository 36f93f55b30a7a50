import {describe, expect, it} from "vitest";
import {cost} from "../../src/model/cost.ts";
import {deeplabV3Plus, shippedOptions, type DeepLabOptions} from "../../src/model/deeplab.ts";
import {isWeighted, kernelName, NetworkBuilder, parameterCount} from "../../src/model/network.ts";
import type {Layer, WeightedLayer} from "../../src/model/network.ts";
import {countedBySpaceToBatch, countedConvolution} from "./countedConvolution.ts";
import {runPlain, type PlainMap, type PlainWeights} from "./plainExecutor.ts";
import {randomNetwork} from "./randomNetworks.ts";

describe("what the papers count at 513×513 in 21 classes", () => {
  const standard = {separableAspp: false, separableDecoder: false};
  const bare = {...standard, decoder: false};

  // Chen 2018, Tables 3 and 5, and the released code's MobileNetV2.
  it.each([
    ["Xception-65, separable, decoder", {backbone: "xception65"}, 54.17],
    ["at output stride 8", {backbone: "xception65", outputStride: 8}, 177.1],
    ["MobileNetV2, no atrous branches, no decoder", {atrousBranches: false, decoder: false}, 2.75]
  ] as [string, DeepLabOptions, number][])("%s: %o is %fB", (_, options, billions) => {
    const {multiplyAdds} = cost(deeplabV3Plus(options), [513, 513]);
    expect(Math.abs(multiplyAdds / 1e9 / billions - 1)).toBeLessThan(0.004);
    const padded = cost(deeplabV3Plus(options), [513, 513], {spaceToBatch: true});
    expect(Math.abs(padded.multiplyAdds / 1e9 / billions - 1)).toBeLessThan(0.004);
  });

  it.each([
    [{backbone: "xception65", ...bare}, 68.0],
    [{backbone: "xception65", ...bare, outputStride: 8}, 240.85],
    [{backbone: "xception65", ...standard}, 89.76],
    [{backbone: "xception65", ...standard, outputStride: 8}, 262.59],
    [{backbone: "resnet101", ...bare}, 81.02],
    [{backbone: "resnet101", ...bare, outputStride: 8}, 276.18],
    [{backbone: "resnet101", ...standard, outputStride: 8}, 297.92]
  ] as [DeepLabOptions, number][])(
    "%o is %fB on the grid of space-to-batch, and not on its own",
    (options, billions) => {
      const network = deeplabV3Plus(options);
      const padded = cost(network, [513, 513], {spaceToBatch: true});
      expect(Math.abs(padded.multiplyAdds / 1e9 / billions - 1)).toBeLessThan(0.004);
      const own = cost(network, [513, 513]);
      expect(1 - own.multiplyAdds / 1e9 / billions).toBeGreaterThan(0.03);
      expect(own.parameters).toBe(padded.parameters);
      expect(own.activationBytes).toBe(padded.activationBytes);
    }
  );

  it.each([
    ["with image pooling and a 1×1 convolution alone", {atrousBranches: false}, 2_113_557],
    ["with standard ASPP", {separableAspp: false}, 4_523_541]
  ])("MobileNetV2 %s has %i parameters", (_, options, parameters) => {
    const network = deeplabV3Plus({...options, decoder: false});
    expect(cost(network, [513, 513]).parameters).toBe(parameters); // 2.11 M and 4.52 M
  });

  it("MobileNetV2 with standard ASPP takes 5.8B if its grid is padded", () => {
    const network = deeplabV3Plus(bare);
    const billions = (spaceToBatch: boolean) =>
      (cost(network, [513, 513], {spaceToBatch}).multiplyAdds / 1e9).toFixed(1);
    expect(billions(true)).toBe("5.8");
    expect(billions(false)).toBe("5.4");
  });
});

describe("the grid of space-to-batch", () => {
  const gridsOf = (options: DeepLabOptions) =>
    cost(deeplabV3Plus(options), [513, 513], {spaceToBatch: true}).layers.flatMap(({name, grid}) =>
      grid ? [`${name.replace(/^.*unit_/, "")}: ${grid.join("×")}`] : []
    );

  it("has sides that are multiples of the rate, and is told where it is larger", () => {
    const aspp = {separableAspp: false, decoder: false};
    expect(gridsOf({backbone: "resnet101", ...aspp})).toEqual([
      "1/bottleneck_v1/conv2: 34×34",
      "2/bottleneck_v1/conv2: 36×36",
      "3/bottleneck_v1/conv2: 40×40",
      "aspp1: 36×36",
      "aspp2: 36×36",
      "aspp3: 36×36"
    ]);
    expect(gridsOf({...aspp, outputStride: 8}).slice(-3)).toEqual([
      "aspp1: 72×72",
      "aspp2: 72×72",
      "aspp3: 72×72"
    ]);
    expect(gridsOf({backbone: "xception65"}).slice(2)).toEqual([
      "1/xception_module/separable_conv3_depthwise: 34×34",
      "aspp1_depthwise: 36×36",
      "aspp2_depthwise: 36×36",
      "aspp3_depthwise: 36×36"
    ]);
    expect(gridsOf({atrousBranches: false, outputStride: 32})).toEqual([]);
  });

  it("is not used unless asked for", () => {
    const {layers} = cost(deeplabV3Plus({backbone: "resnet101"}), [513, 513]);
    expect(layers.filter((layer) => "grid" in layer)).toEqual([]);
  });
});

it("is told of each layer of the network that ships", () => {
  const {parameters, layers} = cost(deeplabV3Plus(shippedOptions), [193, 257]);
  expect((parameters / 1e6).toFixed(2)).toBe("0.64");
  expect(layers.find(({name}) => name === "aspp1_depthwise")).toEqual({
    name: "aspp1_depthwise",
    type: "depthwise",
    shape: [13, 17, 160],
    parameters: 9 * 160 + 2 * 160,
    multiplyAdds: 13 * 17 * 9 * 160,
    activationBytes: 13 * 17 * 160 * 4
  });
});

describe("100 random networks", () => {
  const seeds = Array.from({length: 100}, (_, i) => i + 1);
  const isAtrous = (layer: Layer) =>
    isWeighted(layer) && layer.rate > 1 && layer.stride === 1 && layer.kernelSize > 1;

  it("have atrous convolutions of both kinds", () => {
    const layers = seeds.flatMap((seed) => [...randomNetwork(seed).network.layers]);
    for (const type of ["conv", "depthwise"])
      expect(
        layers.filter((layer) => layer.type === type && isAtrous(layer)).length
      ).toBeGreaterThan(30);
  });

  it.each(seeds)("cost what executing them layer by layer counts (%i)", (seed) => {
    const {network, weights, picture} = randomNetwork(seed);
    const [batch, height, width] = picture.shape;
    const own = cost(network, [height, width], {anySize: true});
    const onGrid = cost(network, [height, width], {anySize: true, spaceToBatch: true});
    const maps = runPlain(network, weights, picture);
    const sums = {parameters: 0, multiplyAdds: 0, activationBytes: 0};
    let padded = 0;
    for (const [i, layer] of network.layers.entries()) {
      const [, rows, columns, channels] = maps.get(layer.name)!.shape;
      let [products, gridProducts] = [0, 0];
      if (isWeighted(layer)) {
        const input = maps.get(layer.inputs[0])!;
        const kernel = weights.get(kernelName(layer))!.data;
        const expected = sumsOf(layer, input, weights);
        const counted = countedConvolution(layer, input, kernel);
        expectSame(counted.sums, expected);
        products = counted.products / batch;
        gridProducts = products;
        if (isAtrous(layer)) {
          const parted = countedBySpaceToBatch(layer, input, kernel);
          expectSame(parted.sums, expected);
          gridProducts = parted.products / batch;
        }
      }
      const tensors = [...weights].filter(([name]) => belongs(name, layer.name));
      const values = tensors.reduce((sum, [, {data}]) => sum + data.length, 0);
      const {byteLength} = new Float32Array(rows * columns * channels);
      expect(own.layers[i]).toEqual({
        name: layer.name,
        type: layer.type,
        shape: [rows, columns, channels],
        parameters: values,
        multiplyAdds: products,
        activationBytes: byteLength
      });
      const {grid, ...rest} = onGrid.layers[i];
      expect(rest).toEqual({...own.layers[i], multiplyAdds: gridProducts});
      expect(grid === undefined).toBe(gridProducts === products);
      if (grid) expect((grid[0] * grid[1] * products) / (rows * columns)).toBe(gridProducts);
      sums.parameters += values;
      sums.multiplyAdds += products;
      sums.activationBytes += byteLength;
      padded += gridProducts;
    }
    expect(own).toMatchObject(sums);
    expect(onGrid).toMatchObject({...sums, multiplyAdds: padded});
    expect(own.parameters).toBe(parameterCount(network));
  });

  /** What the plain executor makes of *layer* without bias, normalization and activation. */
  function sumsOf(layer: WeightedLayer, input: PlainMap, weights: PlainWeights): PlainMap {
    const alone = {...layer, inputs: ["input"], batchNorm: null, bias: false} as const;
    const layers: Layer[] = [
      {type: "input", name: "input", inputs: [], channels: input.shape[3]},
      {...alone, activation: "linear"}
    ];
    const kernel = weights.get(kernelName(layer))!;
    const only = new Map([[kernelName(layer), kernel]]);
    return runPlain({layers, endpoints: {}}, only, input).get(layer.name)!;
  }

  function expectSame(found: PlainMap, expected: PlainMap): void {
    expect(found.shape).toEqual(expected.shape);
    const gap = found.data.reduce(
      (most, v, i) => Math.max(most, Math.abs(v - expected.data[i])),
      0
    );
    expect(gap).toBeLessThan(1e-9);
  }

  function belongs(weight: string, layer: string): boolean {
    return weight.startsWith(`${layer}/`) && !weight.includes("/moving_");
  }
});

it("is asked of sizes that are 32k + 1, unless told otherwise", () => {
  const builder = new NetworkBuilder();
  builder.conv("layer", builder.input(3), 2, {kernelSize: 3, stride: 2});
  const network = {layers: builder.layers, endpoints: {}};
  expect(() => cost(network, [64, 65])).toThrow("invalid height: 64");
  expect(cost(network, [64, 65], {anySize: true}).multiplyAdds).toBe(32 * 33 * 9 * 3 * 2);
});
