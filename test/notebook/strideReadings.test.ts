import {describe, expect, it} from "vitest";
import {deeplabV3Plus, shippedOptions} from "../../src/model/deeplab.ts";
import {backboneBlocks, strideReadings} from "../../src/notebook/strideReadings.ts";
import {checkReadings, fieldsStay, total, tradeOf} from "../../src/viz/strideTrade.ts";

const readings = checkReadings(strideReadings(shippedOptions, [193, 257]));
const [at32, at16, at8] = readings;

describe("the shipped backbone's readings", () => {
  it("have its eighteen blocks at each output stride", () => {
    expect(readings.map(({outputStride}) => outputStride)).toEqual([32, 16, 8]);
    const labels = ["conv", ...Array.from({length: 17}, (_, i) => String(i))];
    for (const {blocks} of readings) expect(blocks.map(({label}) => label)).toEqual(labels);
    const blocks = backboneBlocks(deeplabV3Plus(shippedOptions));
    expect(blocks.slice(0, 2).map(({output}) => output)).toEqual([
      "MobilenetV2/Conv",
      "MobilenetV2/expanded_conv/project"
    ]);
    expect(blocks.flatMap(({layers}) => layers)).toHaveLength(
      deeplabV3Plus(shippedOptions).layers.findIndex(({name}) => name.startsWith("image_pooling")) -
        1
    );
  });

  it("turn strides into rates of the blocks after them", () => {
    const column = (key: "stride" | "rate" | "height") =>
      readings.map(({blocks}) => blocks.map((block) => block[key]).join(" "));
    expect(column("stride")).toEqual([
      "2 1 2 1 2 1 1 2 1 1 1 1 1 1 2 1 1 1",
      "2 1 2 1 2 1 1 2 1 1 1 1 1 1 1 1 1 1",
      "2 1 2 1 2 1 1 1 1 1 1 1 1 1 1 1 1 1"
    ]);
    expect(column("rate")).toEqual([
      "1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1",
      "1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 2 2 2",
      "1 1 1 1 1 1 1 1 2 2 2 2 2 2 2 4 4 4"
    ]);
    expect(column("height")).toEqual([
      "97 97 49 49 25 25 25 13 13 13 13 13 13 13 7 7 7 7",
      "97 97 49 49 25 25 25 13 13 13 13 13 13 13 13 13 13 13",
      "97 97 49 49 25 25 25 25 25 25 25 25 25 25 25 25 25 25"
    ]);
  });

  it("leave receptive fields where they were, and cost more", () => {
    expect(fieldsStay(readings)).toBe(true);
    expect(at16.blocks.map(({field}) => field)).toEqual([
      3, 7, 11, 19, 27, 43, 59, 75, 107, 139, 171, 203, 235, 267, 299, 363, 427, 491
    ]);
    expect(readings.map((reading) => total(reading, "multiplyAdds"))).toEqual([
      86_116_416, 134_684_352, 403_324_224
    ]);
  });

  it("solve the task with a block whose own stride is gone, and no other", () => {
    const solving = [at16, at8].map((reading) =>
      reading.blocks.flatMap(({label}, i) =>
        tradeOf(reading, at32, i).withoutHoles ? [label] : []
      )
    );
    expect(solving).toEqual([["13"], ["6"]]);
  });

  it("are of a network that names its features", () => {
    expect(() => backboneBlocks({layers: [], endpoints: {}})).toThrow("names no features");
  });
});
