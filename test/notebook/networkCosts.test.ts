import {describe, expect, it} from "vitest";
import {networkReading, publishedReadings} from "../../src/notebook/networkCosts.ts";
import {
  backbones,
  forms,
  kindTotals,
  paddingOf,
  partsOf,
  sectionTotals,
  strides,
  type NetworkSetting
} from "../../src/viz/networkBarsData.ts";

const start: NetworkSetting = {
  backbone: "xception65",
  outputStride: 16,
  aspp: "standard",
  decoder: "standard",
  size: 513,
  spaceToBatch: false
};
const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);

describe("networkReading", () => {
  const settings = backbones.flatMap(({value: backbone}) =>
    strides.flatMap((outputStride) =>
      forms.flatMap((aspp) =>
        forms.map((decoder): NetworkSetting => ({...start, backbone, outputStride, aspp, decoder}))
      )
    )
  );

  it("has every convolution once, in parts and kinds that add up to the whole", () => {
    expect(settings).toHaveLength(81);
    for (const setting of settings)
      for (const spaceToBatch of [false, true]) {
        const {layers, multiplyAdds, parameters} = networkReading({...setting, spaceToBatch});
        expect(new Set(layers.map(({name}) => name)).size).toBe(layers.length);
        expect(sum(layers.map((layer) => layer.multiplyAdds))).toBe(multiplyAdds);
        expect(sum(layers.map((layer) => layer.parameters))).toBe(parameters);
        const parts = partsOf(layers);
        expect(new Set(parts.map(({name}) => name)).size).toBe(parts.length);
        expect(parts.at(-1)?.name).toBe(setting.decoder === "none" ? "ASPP" : "Decoder");
        for (const of of [kindTotals(layers), sectionTotals(layers)])
          expect(sum(Object.values(of)) / multiplyAdds).toBeCloseTo(1, 12);
        expect(sum(parts.map((part) => part.multiplyAdds))).toBe(multiplyAdds);
      }
  });

  it("takes off the padded grid what it adds", () => {
    for (const setting of settings) {
      const padded = networkReading({...setting, spaceToBatch: true});
      const own = padded.multiplyAdds - sum(padded.layers.map(paddingOf));
      expect(own / networkReading(setting).multiplyAdds).toBeCloseTo(1, 9);
    }
  });

  it("tells the kinds, the blocks and the channels of layers", () => {
    const of = (setting: NetworkSetting, name: string) =>
      networkReading(setting).layers.find((layer) => layer.name === name);
    expect(of({...start, spaceToBatch: true}, "aspp3")).toEqual({
      name: "aspp3",
      kind: "standard",
      part: "ASPP",
      shortPart: "ASPP",
      unit: "aspp3",
      kernelSize: 3,
      stride: 1,
      rate: 18,
      from: 2048,
      to: 256,
      rows: 33,
      columns: 33,
      parameters: 9 * 2048 * 256 + 2 * 256,
      multiplyAdds: 9 * 2048 * 256 * 36 * 36,
      grid: [36, 36]
    });
    const unit = "xception_65/middle_flow/block1/unit_3";
    expect(of(start, `${unit}/xception_module/separable_conv2_depthwise`)).toMatchObject({
      ...{kind: "depthwise", part: "Middle flow", unit, from: 728, to: 728}
    });
    expect(
      of({...start, backbone: "mobilenetv2"}, "MobilenetV2/expanded_conv_13/expand")
    ).toMatchObject({kind: "pointwise", part: "Blocks 13–16", shortPart: "13–16"});
    expect(of({...start, backbone: "resnet101"}, "resnet_v1_101/conv1_2")).toMatchObject({
      ...{kind: "standard", part: "Stem", unit: "resnet_v1_101/conv1_2"}
    });
  });

  it("refuses a size that is not 32k + 1, and remembers what it read", () => {
    expect(() => networkReading({...start, size: 512})).toThrow(RangeError);
    expect(networkReading({...start})).toBe(networkReading({...start}));
  });
});

describe("publishedReadings", () => {
  it("are the papers' rows, all but one within 0.4 % on the padded grid", () => {
    const rows = publishedReadings();
    const off = rows.map(({padded, published}) => Math.abs(padded / published - 1));
    expect(off.filter((share) => share < 0.004)).toHaveLength(rows.length - 1);
    expect(rows[off.indexOf(Math.max(...off))].printed).toBe("101.28");
    for (const {setting, counted, padded} of rows) {
      for (const [spaceToBatch, count] of [
        [false, counted],
        [true, padded]
      ] as const)
        expect(networkReading({...setting, spaceToBatch}).multiplyAdds).toBe(count);
      expect(padded).toBeGreaterThan(counted);
    }
  });
});
