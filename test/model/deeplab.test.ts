import {describe, expect, it} from "vitest";
import {
  deeplabV3Plus,
  MAX_RATE,
  outputStrides,
  ratesUsed,
  shippedOptions,
  type DeepLabOptions
} from "../../src/model/deeplab.ts";
import {isWeighted, parameterCount, weightShapes} from "../../src/model/network.ts";
import {shapes} from "../../src/model/shapes.ts";

const names = (options: DeepLabOptions) => deeplabV3Plus(options).layers.map(({name}) => name);

describe("parameters", () => {
  // v3+ (arXiv 1802.02611), MobileNetV2 on PASCAL VOC: image pooling, 1×1 and projection alone.
  it.each([
    ["without atrous branches and decoder", {atrousBranches: false, decoder: false}, "2.11"],
    ["with standard ASPP", {separableAspp: false, decoder: false}, "4.52"],
    ["as shipped", shippedOptions, "0.64"]
  ])("%s round to the published millions", (_, options, millions) => {
    expect((parameterCount(deeplabV3Plus(options)) / 1e6).toFixed(2)).toBe(millions);
  });

  it("are the same whatever the rates and the output stride", () => {
    const of = (options: DeepLabOptions) => [...weightShapes(deeplabV3Plus(options))];
    const expected = of(shippedOptions);
    for (const outputStride of outputStrides)
      for (const rates of [
        [1, 1, 1],
        [5, 17, 100]
      ])
        expect(of({...shippedOptions, outputStride, rates})).toEqual(expected);
  });
});

describe("names", () => {
  it("are TF-Slim's", () => {
    const expected = ["MobilenetV2/Conv/weights"];
    for (let block = 0; block <= 16; block++) {
      const scope = `MobilenetV2/expanded_conv${block ? `_${block}` : ""}`;
      if (block > 0) expected.push(`${scope}/expand/weights`);
      expected.push(`${scope}/depthwise/depthwise_weights`, `${scope}/project/weights`);
    }
    expected.push("image_pooling/weights", "aspp0/weights");
    for (const branch of [1, 2, 3])
      expected.push(`aspp${branch}_depthwise/depthwise_weights`, `aspp${branch}_pointwise/weights`);
    expected.push("concat_projection/weights", "decoder/feature_projection0/weights");
    for (const i of [0, 1]) {
      expected.push(`decoder/decoder_conv${i}_depthwise/depthwise_weights`);
      expected.push(`decoder/decoder_conv${i}_pointwise/weights`);
    }
    expected.push("logits/semantic/weights");

    const weights = [...weightShapes(deeplabV3Plus()).keys()];
    expect(weights.filter((name) => /weights$/.test(name)).sort()).toEqual(expected.sort());
    expect(weights.filter((name) => /biases$/.test(name))).toEqual(["logits/semantic/biases"]);
    for (const kernel of expected.filter((name) => name !== "logits/semantic/weights")) {
      const scope = kernel.replace(/\/[^/]*$/, "");
      for (const vector of ["gamma", "beta", "moving_mean", "moving_variance"])
        expect(weights).toContain(`${scope}/BatchNorm/${vector}`);
    }
    expect(weights).toHaveLength(expected.length + 4 * (expected.length - 1) + 1);
  });

  it("have their shapes as TensorFlow.js lays kernels out", () => {
    const of = weightShapes(deeplabV3Plus());
    expect(of.get("MobilenetV2/Conv/weights")).toEqual([3, 3, 3, 32]);
    expect(of.get("MobilenetV2/expanded_conv_16/depthwise/depthwise_weights")).toEqual([
      3, 3, 960, 1
    ]);
    expect(of.get("aspp1_depthwise/depthwise_weights")).toEqual([3, 3, 320, 1]);
    expect(of.get("concat_projection/weights")).toEqual([1, 1, 1280, 256]);
    expect(of.get("decoder/decoder_conv0_depthwise/depthwise_weights")).toEqual([3, 3, 304, 1]);
    expect(of.get("logits/semantic/biases")).toEqual([21]);
  });

  it("say which parts there are", () => {
    expect(names({decoder: false}).filter((name) => name.startsWith("decoder"))).toEqual([]);
    expect(names({imagePooling: false}).filter((name) => /image_pooling/.test(name))).toEqual([]);
    expect(names({atrousBranches: false}).filter((name) => /aspp[1-3]/.test(name))).toEqual([]);
    expect(names({separableAspp: false})).toContain("aspp3");
    expect(names({separableDecoder: false})).toContain("decoder/decoder_conv1");
    expect(names({auxiliaryHead: true})).toContain("encoder_logits/semantic");
    expect(names({})).not.toContain("encoder_logits/semantic");
  });
});

describe("shapes", () => {
  it.each([
    [8, 65],
    [16, 33],
    [32, 17]
  ] as const)("at output stride %i follow (d − 1)/s + 1 from 513", (outputStride, side) => {
    const network = deeplabV3Plus({outputStride, auxiliaryHead: true});
    const of = shapes(network, [513, 513]);
    const {features, lowLevel, aspp, decoder, encoder} = network.endpoints;
    expect(of.get("MobilenetV2/Conv")).toEqual([257, 257, 32]);
    expect(of.get(features!)).toEqual([side, side, 320]);
    expect(of.get(lowLevel!)).toEqual([129, 129, 144]);
    expect(of.get("image_pooling/pool")).toEqual([1, 1, 320]);
    expect(of.get("aspp/concat")).toEqual([side, side, 1280]);
    expect(of.get(aspp!)).toEqual([side, side, 256]);
    expect(of.get("decoder/concat")).toEqual([129, 129, 304]);
    expect(of.get(decoder!)).toEqual([129, 129, 21]);
    expect(of.get(encoder!)).toEqual([side, side, 21]);
  });

  it("of the shipped model at its own size", () => {
    const network = deeplabV3Plus(shippedOptions);
    const of = shapes(network, [193, 257]);
    expect(of.get(network.endpoints.features!)).toEqual([13, 17, 160]);
    expect(of.get(network.endpoints.lowLevel!)).toEqual([49, 65, 72]);
    expect(of.get(network.endpoints.decoder!)).toEqual([49, 65, 11]);
    expect(network.endpoints.lowLevel).toBe("MobilenetV2/expanded_conv_2/depthwise");
  });

  it.each([0, -31, 1, 32, 64, 192, 256, 33.5, NaN, Infinity])("refuse a side of %d", (side) => {
    expect(() => shapes(deeplabV3Plus(), [side, 65])).toThrow(RangeError);
    expect(() => shapes(deeplabV3Plus(), [65, side])).toThrow(`invalid width: ${side}`);
  });

  it("take any size that is asked for in so many words", () => {
    const of = shapes(deeplabV3Plus(), [100, 31], {anySize: true});
    expect(of.get("MobilenetV2/expanded_conv_16/project")).toEqual([7, 2, 320]);
    expect(() => shapes(deeplabV3Plus(), [0, 31], {anySize: true})).toThrow("invalid height: 0");
  });
});

describe("strides past the output stride", () => {
  it("become rates of the layers after the strided one", () => {
    const ratesOf = (outputStride: 8 | 16 | 32) =>
      deeplabV3Plus({outputStride})
        .layers.filter((layer) => isWeighted(layer) && layer.type === "depthwise")
        .filter(({name}) => name.startsWith("Mobilenet"))
        .map((layer) => ("rate" in layer ? `${layer.stride}/${layer.rate}` : ""));
    const early = ["1/1", "2/1", "1/1", "2/1", "1/1", "1/1"];
    const times = (count: number, each: string) => Array<string>(count).fill(each);
    expect(ratesOf(32)).toEqual([...early, "2/1", ...times(6, "1/1"), "2/1", ...times(3, "1/1")]);
    expect(ratesOf(16)).toEqual([...early, "2/1", ...times(6, "1/1"), "1/1", ...times(3, "1/2")]);
    expect(ratesOf(8)).toEqual([...early, "1/1", ...times(6, "1/2"), "1/2", ...times(3, "1/4")]);
  });
});

describe("rates", () => {
  it("are the base times 16/output stride times the scale, rounded half up, at least 1", () => {
    expect(ratesUsed([6, 12, 18])).toEqual([6, 12, 18]);
    expect(ratesUsed([6, 12, 18], 8)).toEqual([12, 24, 36]);
    expect(ratesUsed([6, 12, 18], 32)).toEqual([3, 6, 9]);
    expect(ratesUsed([3, 6, 9], 32)).toEqual([2, 3, 5]); // 1.5, 3, 4.5
    expect(ratesUsed([3, 6, 9], 16, 0.5)).toEqual([2, 3, 5]);
    expect(ratesUsed([1, 2, 3], 16, 0.01)).toEqual([1, 1, 1]);
  });

  it("can be given as they are to be used", () => {
    const rates = (options: DeepLabOptions) =>
      deeplabV3Plus(options).layers.flatMap((layer) =>
        /^aspp\d_depthwise$/.test(layer.name) && "rate" in layer ? [layer.rate] : []
      );
    expect(rates({outputStride: 8})).toEqual([12, 24, 36]);
    expect(rates({outputStride: 8, rates: [1, 2, 5]})).toEqual([1, 2, 5]);
    expect(rates({rates: [7]})).toEqual([7]);
  });

  it.each([0, -1, 2.5, 1e9, NaN, Infinity, MAX_RATE + 1])("refuse %d by name", (rate) => {
    const message = `invalid rate: ${rate} (a whole number from 1 to ${MAX_RATE})`;
    expect(() => ratesUsed([6, rate])).toThrow(new RangeError(message));
    expect(() => deeplabV3Plus({rates: [6, 12, rate]})).toThrow(new RangeError(message));
    expect(() => deeplabV3Plus({atrousRates: [rate]})).toThrow(new RangeError(message));
  });

  it("refuse what a scale makes too large", () => {
    expect(() => ratesUsed([MAX_RATE], 8)).toThrow(`invalid rate: ${2 * MAX_RATE}`);
  });
});

describe("options that are not legal", () => {
  it.each([
    [{outputStride: 4 as 8}, "invalid output stride: 4 (8, 16 or 32)"],
    [{outputStride: NaN as 8}, "invalid output stride: NaN (8, 16 or 32)"],
    [{rateScale: 0}, "invalid rate scale: 0 (a number above 0)"],
    [{rateScale: NaN}, "invalid rate scale: NaN"],
    [{rateScale: Infinity}, "invalid rate scale: Infinity"],
    [{widthMultiplier: 0}, "invalid width multiplier: 0 (above 0, up to 4)"],
    [{widthMultiplier: NaN}, "invalid width multiplier: NaN"],
    [{classes: 0}, "invalid classes: 0 (a whole number from 1 up)"],
    [{asppChannels: 2.5}, "invalid filters: 2.5"],
    [{skipChannels: -1}, "invalid filters: -1"],
    [
      {backbone: "vgg" as "mobilenetv2"},
      "invalid backbone: vgg (mobilenetv2, xception65, resnet101)"
    ],
    [{backbone: "toString" as "mobilenetv2"}, "invalid backbone: toString"],
    [{multiGrid: [1, 2, 4]}, "invalid multi-grid: 1,2,4 (only resnet101 takes one)"],
    [{backbone: "xception65", stem: "7x7"}, "invalid stem: 7x7 (only resnet101 takes one)"],
    [{backbone: "resnet101", stem: "alpha" as "beta"}, "invalid stem: alpha (beta or 7x7)"],
    [{backbone: "resnet101", multiGrid: [1, 2]}, "invalid multi-grid: 1, 2 (three rates)"],
    [{backbone: "resnet101", multiGrid: [1, 2, 0]}, "invalid multi-grid rate: 0"]
  ] as [DeepLabOptions, string][])("are refused by name: %j", (options, message) => {
    expect(() => deeplabV3Plus(options)).toThrow(RangeError);
    expect(() => deeplabV3Plus(options)).toThrow(message);
  });
});
