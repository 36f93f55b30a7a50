import {describe, expect, it} from "vitest";
import {deeplabV3Plus, shippedOptions} from "../../../src/model/deeplab.ts";
import {parameterCount, weightShapes} from "../../../src/model/network.ts";
import {mulberry32} from "../../../src/model/random.ts";
import {
  fromWeights,
  initialize,
  layoutOf,
  slotOf,
  toWeights
} from "../../../src/model/train/parameters.ts";
import {checkWeights} from "../../../src/model/weights.ts";

const network = deeplabV3Plus(shippedOptions);
const layout = layoutOf(network);
const trained = new Float32Array(layout.trainedSize);
const statistics = new Float32Array(layout.statisticsSize);
initialize(network, layout, trained, statistics, mulberry32(1));
const values = (name: string) =>
  slotOf(
    trained,
    layout.trained.find((slot) => slot.name === name)!
  );

/** Whether two arrays have the same bits; they are too long for a comparison that explains. */
const same = (a: Float32Array, b: Float32Array) =>
  Buffer.from(a.buffer).equals(Buffer.from(b.buffer));

describe("layoutOf", () => {
  it("has a place for every weight, without gaps", () => {
    expect(layout.trainedSize).toBe(parameterCount(network));
    for (const slots of [layout.trained, layout.statistics]) {
      let end = 0;
      for (const {offset, size, shape, name} of slots) {
        expect(offset).toBe(end);
        expect(shape).toEqual(weightShapes(network).get(name));
        end += size;
      }
    }
    expect(layout.trained.length + layout.statistics.length).toBe(weightShapes(network).size);
  });

  it("decays kernels, but no depthwise ones and no vectors", () => {
    const decaying = layout.trained.filter(({decays}) => decays).map(({name}) => name);
    expect(decaying).toContain("aspp0/weights");
    expect(decaying.every((name) => name.endsWith("/weights"))).toBe(true);
    expect(decaying.filter((name) => /depthwise_weights|BatchNorm|biases/.test(name))).toEqual([]);
  });
});

describe("initialize", () => {
  const deviation = (name: string) => {
    const all = values(name);
    return Math.sqrt(all.reduce((sum, value) => sum + value * value, 0) / all.length);
  };

  it("follows He's variance, with narrow logits", () => {
    expect(deviation("concat_projection/weights")).toBeCloseTo(Math.sqrt(2 / 480), 2);
    expect(deviation("aspp1_depthwise/depthwise_weights")).toBeCloseTo(Math.sqrt(2 / 9), 1);
    expect(deviation("logits/semantic/weights")).toBeCloseTo(0.1 * Math.sqrt(2 / 96), 2);
    expect(deviation("encoder_logits/semantic/weights")).toBeLessThan(0.02);
  });

  it("starts normalization from nothing done", () => {
    expect(new Set(values("aspp0/BatchNorm/gamma"))).toEqual(new Set([1]));
    expect(new Set(values("aspp0/BatchNorm/beta"))).toEqual(new Set([0]));
    expect(new Set(values("logits/semantic/biases"))).toEqual(new Set([0]));
    expect(new Set(statistics)).toEqual(new Set([0, 1]));
  });

  it("is decided by its seed", () => {
    const again = new Float32Array(layout.trainedSize);
    initialize(network, layout, again, new Float32Array(layout.statisticsSize), mulberry32(1));
    expect(same(again, trained)).toBe(true);
  });
});

it("weights go to named tensors and back", () => {
  const weights = toWeights(layout, trained, statistics);
  checkWeights(network, weights);
  const [back, backStatistics] = [trained, statistics].map((a) => new Float32Array(a.length));
  fromWeights(layout, weights, back, backStatistics);
  expect(same(back, trained)).toBe(true);
  expect(same(backStatistics, statistics)).toBe(true);
  weights.get("aspp0/weights")!.data.fill(5);
  expect(trained.includes(5)).toBe(false); // a copy
});
