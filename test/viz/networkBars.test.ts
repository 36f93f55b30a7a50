import {describe, expect, it} from "vitest";
import {networkReading, publishedReadings} from "../../src/notebook/networkCosts.ts";
import {
  checkSetting,
  layersCsv,
  paddingOf,
  sizes,
  strides,
  type NetworkSetting
} from "../../src/viz/networkBarsData.ts";
import {barKey, barsBetween, barsLayout, spread} from "../../src/viz/networkBarsLayout.ts";
import {
  agreementWords,
  barsCaption,
  bytes,
  decoderTask,
  headWords,
  large,
  layerWords,
  paddingSentences,
  signedPercent
} from "../../src/viz/networkBarsWords.ts";

const start: NetworkSetting = {
  backbone: "xception65",
  outputStride: 16,
  aspp: "standard",
  decoder: "standard",
  size: 513,
  spaceToBatch: false
};
const separable = {...start, aspp: "separable", decoder: "separable"} as const;

function layoutOf(setting: NetworkSetting, width = 1120) {
  const {layers} = networkReading(setting);
  const reference = networkReading({...setting, aspp: "standard", decoder: "standard"}).layers;
  return {layers, ...barsLayout(layers, {reference, size: setting.size, width})};
}

describe("the layout", () => {
  it("gives each bar an area in proportion to its multiply-adds, at any width, and fits", () => {
    for (const backbone of ["mobilenetv2", "xception65", "resnet101"] as const)
      for (const outputStride of strides)
        for (const aspp of ["standard", "separable", "none"] as const)
          for (const [width, size, spaceToBatch] of [
            [1120, 513, false],
            [328, 513, true],
            [760, 65, true],
            [328, 1025, false]
          ] as const) {
            const setting = {...start, backbone, outputStride, aspp, size, spaceToBatch};
            const {bars, layers, area} = layoutOf(setting, width);
            expect(area).toBeGreaterThan(0);
            for (const [i, bar] of bars.entries()) {
              expect((bar.width * bar.height) / area / layers[i].multiplyAdds).toBeCloseTo(1, 9);
              expect(bar.padding * bar.height).toBeCloseTo(area * paddingOf(layers[i]), 6);
            }
            for (const [i, {x}] of bars.entries())
              if (i > 0) expect(x).toBeGreaterThanOrEqual(bars[i - 1].x + bars[i - 1].width - 1e-9);
            const last = bars.at(-1)!;
            expect(last.x + last.width).toBeLessThanOrEqual(width + 1e-6);
          }
  });

  it("keeps the scale while ASPP and decoder change their form", () => {
    expect(layoutOf(separable).area / layoutOf(start).area).toBeCloseTo(1, 1);
    const end = (setting: NetworkSetting) => layoutOf(setting).bars.at(-1)!.x;
    expect(end(separable)).toBeLessThan(0.85 * end(start));
  });

  it("has a cell for each layer, and labels that do not touch", () => {
    for (const width of [328, 1120]) {
      const {cells, layers, parts} = layoutOf(start, width);
      expect(cells).toHaveLength(layers.length);
      expect(cells.at(-1)![0] + cells.at(-1)![1]).toBeCloseTo(width, 6);
      for (const [i, {label, text}] of parts.entries()) {
        if (i === 0) continue;
        const half = (of: string) => of.length * 3;
        expect(label - parts[i - 1].label).toBeGreaterThan(half(text) + half(parts[i - 1].text));
      }
    }
  });

  it("moves labels no further than they must", () => {
    expect(spread([50, 150], [40, 40], 200)).toEqual([50, 150]);
    expect(spread([50, 60], [40, 40], 200)).toEqual([50, 90]);
    expect(spread([150, 199], [40, 40], 200)).toEqual([140, 180]);
  });

  it("glides from one network to another, which it ends as", () => {
    const [before, after] = [layoutOf(start).bars, layoutOf(separable).bars];
    const between = barsBetween(before, after);
    const opening = between(0);
    for (const bar of before)
      expect(opening.filter(({width}) => width > 0)).toContainEqual({
        ...bar,
        kind: after.find(({key}) => key === bar.key)?.kind ?? bar.kind
      });
    const total = (bars: readonly {width: number}[]) => bars.reduce((sum, b) => sum + b.width, 0);
    expect(total(opening)).toBeCloseTo(total(before), 6);
    expect(between(1)).toEqual(after);
    expect(barKey("aspp1_pointwise")).toBe("aspp1");
  });
});

describe("the words", () => {
  it("write counts with their size", () => {
    expect([54.0353e9, 999.6e6, 41_055_413, 570_949_632, 18_432, 864].map(large)).toEqual([
      "54.04\u00a0billion",
      "1.00\u00a0billion",
      "41.1\u00a0million",
      "571\u00a0million",
      "18.4\u00a0thousand",
      "864"
    ]);
    expect([1.153e9, 305e6].map(bytes)).toEqual(["1.15\u00a0GB", "305\u00a0MB"]);
    expect([-0.38, 0.00026, 0.013].map(signedPercent)).toEqual(["−38 %", "+0.026 %", "+1.3 %"]);
  });

  it("say what is shown, with its numbers", () => {
    const reading = networkReading(start);
    const words = barsCaption(start, reading, {
      setting: separable,
      multiplyAdds: networkReading(separable).multiplyAdds
    });
    expect(words).toContain("Xception-65 at output stride 16 with standard ASPP and decoder needs");
    expect(words).toContain(
      "86.68 billion multiply-adds for 513×513 pixels: 48.57 in the backbone"
    );
    expect(words).toContain("With separable ASPP and decoder it would be 54.04, 38 % less.");
    expect(headWords({...start, aspp: "none", decoder: "none"})).toBe(
      "no atrous branches and no decoder"
    );
    const layer = networkReading({...start, spaceToBatch: true}).layers.find(
      ({name}) => name === "aspp1"
    )!;
    expect(layerWords(layer, reading.multiplyAdds)).toEqual([
      "aspp1",
      "3×3 over all channels, rate 6, 2048 → 256 channels, map 33×33",
      "4.72\u00a0million parameters; 6.12\u00a0billion multiply-adds, counted on 36×36; 7.1 % of all"
    ]);
  });

  it("explain the padded grid, whatever the setting", () => {
    const words = (setting: NetworkSetting) =>
      paddingSentences(setting, networkReading({...setting, spaceToBatch: true}));
    expect(words(start)).toContain(
      "At rates 6, 12 and 18, 33×33 becomes 36×36, and ASPP’s standard branches cost " +
        "18.35\u00a0billion rather than 15.42\u00a0billion, 19 % more. The true count of the whole " +
        "network, 86.68 billion, is 3.3 % below the padded one, 89.61."
    );
    expect(words({...start, size: 65, outputStride: 32})).toContain(
      "At rates 3, 6 and 9, 3×3 becomes 3×3, 6×6 and 9×9"
    );
    expect(words({...start, aspp: "none", outputStride: 32})).toContain("Here it adds nothing");
    for (let size = sizes.min; size <= sizes.max; size += sizes.step)
      for (const outputStride of strides)
        expect(words({...start, size, outputStride})).not.toMatch(/NaN|undefined|Infinity/);
  });

  it("name the one row that is off, and why", () => {
    expect(agreementWords(publishedReadings())).toBe(
      "On the padded grid all rows but one agree with the papers within 0.4 %. The odd one is " +
        "ResNet-101 with decoder at output stride 16, 1.3 % off. There the paper’s own rows put " +
        "the decoder at 20.26 billion; the other pairs put the same decoder at 21.74 to 21.76."
    );
  });

  it("solve the task for MobileNetV2 with a separable decoder, and not at the start", () => {
    const at = (setting: NetworkSetting) => decoderTask(setting, networkReading(setting));
    expect(at(start).solved).toBe(false);
    expect(at(separable).solved).toBe(false);
    expect(at({...start, backbone: "mobilenetv2"})).toEqual({
      solved: false,
      note: "Now the standard decoder costs 21.68 billion, the backbone 2.50."
    });
    expect(at({...separable, backbone: "mobilenetv2"}).solved).toBe(true);
    expect(at({...separable, decoder: "none"}).note).toBe("Now there is no decoder.");
  });
});

describe("the data", () => {
  it("is saved with a line for each layer", () => {
    const {layers} = networkReading(start);
    const lines = layersCsv(layers).trimEnd().split("\n");
    expect(lines).toHaveLength(layers.length + 1);
    const columns = lines[0].split(",").length;
    for (const line of lines) expect(line.split(",")).toHaveLength(columns);
    expect(lines.at(-1)).toMatch(
      /^logits\/semantic,"Decoder",pointwise,1,1,1,129,129,129,129,256,21,/
    );
  });

  it("refuses what is not legal", () => {
    for (const wrong of [
      {backbone: "vgg"},
      {outputStride: 4},
      {aspp: "dense"},
      {decoder: true},
      {size: 512},
      {size: 33},
      {size: 1057},
      {size: NaN},
      {spaceToBatch: 1}
    ])
      expect(() => checkSetting({...start, ...wrong} as NetworkSetting)).toThrow(RangeError);
  });
});
