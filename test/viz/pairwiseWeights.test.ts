import {describe, expect, it} from "vitest";
import {exactFilter} from "../../src/model/crf/exactFilter.ts";
import {appearanceFeatures, smoothnessFeatures} from "../../src/model/crf/features.ts";
import {inverseRootSums, normalizedFilter} from "../../src/model/crf/filter.ts";
import {checkOptions} from "../../src/model/crf/options.ts";
import * as heard from "../../src/model/crf/heard.ts";
import * as pairwise from "../../src/model/crf/pairwise.ts";
import {firstPairwise} from "../../src/viz/pairwiseWeightsData.ts";
import {pairwiseReader} from "../../src/viz/pairwiseWeightsReading.ts";
import {pairWeights} from "../../src/viz/pairwiseWeightsReadout.ts";
import {
  blindTask,
  kernelText,
  pairwiseSentences,
  type PairwiseFacts
} from "../../src/viz/pairwiseWeightsWords.ts";
import {noiseProblem} from "../model/crf/problems.ts";

const {kernelSums, pairKernels} = pairwise;
const {settings} = firstPairwise;
const facts: PairwiseFacts = {
  pixel: {x: 12, y: 102},
  name: "pedestrian",
  settings,
  map: "sum",
  greatest: 8,
  strong: 1575,
  pixels: 49_601,
  half: {count: 195, farthest: 17.2},
  own: 0.985,
  nearest: {name: "fence", distance: 10.198, appearance: 0.0123}
};

describe("pairwiseWeights", () => {
  it("reads for a pair what the normalized exact filter carries from the one to the other", () => {
    const options = checkOptions({
      ...noiseProblem(5, {width: 11, height: 9}),
      smoothness: {sxy: 2, weight: 3},
      appearance: {sxy: 6, srgb: 90, weight: 5}
    });
    const picture = {width: 11, height: 9, data: options.image};
    const [i, j] = [30, 62];
    const {appearance, smoothness} = pairWeights({
      k: pairKernels(picture, i, j, options),
      sums: {pixel: kernelSums(picture, i, options), other: kernelSums(picture, j, options)},
      settings: options
    });
    const spark = new Float32Array(99);
    spark[j] = 1;
    const carried = (filter: ReturnType<typeof exactFilter>) =>
      normalizedFilter(filter, inverseRootSums(filter, 99))(spark, 1)[i];
    expect(appearance.normalized).toBeCloseTo(
      5 * carried(exactFilter(appearanceFeatures(options))),
      6
    );
    expect(smoothness.normalized).toBeCloseTo(
      3 * carried(exactFilter(smoothnessFeatures(options))),
      6
    );
  });

  it("computes what has changed, and names the maps that look otherwise", () => {
    const size = {width: 11, height: 9};
    const data = {
      ...size,
      picture: {} as CanvasImageSource & HTMLCanvasElement,
      pixels: new Uint8ClampedArray(noiseProblem(5, size).image),
      truth: new Uint8Array(99),
      clearest: 0
    };
    const open = () => pairwiseReader(size, [], {...pairwise, ...heard});
    const reader = open();
    const pixel = {x: 3, y: 4};
    const {smoothness, appearance} = settings;
    const steps = [
      {of: settings, changes: ["appearance", "smoothness", "sum"]},
      {of: settings, changes: []},
      {of: {smoothness, appearance: {...appearance, weight: 9}}, changes: ["sum"]},
      {of: {smoothness, appearance: {...appearance, srgb: 40}}, changes: ["appearance", "sum"]},
      {of: {smoothness, appearance: {...appearance, weight: 0}}, changes: ["appearance", "sum"]},
      {
        of: {smoothness: {...smoothness, sxy: 1}, appearance},
        changes: ["appearance", "smoothness", "sum"]
      },
      {of: {smoothness: {...smoothness, sxy: 2}, appearance}, changes: ["smoothness", "sum"]}
    ];
    for (const {of, changes} of steps) {
      const value = {...firstPairwise, settings: of};
      const {changed, weights} = reader.compute(data, pixel, value);
      expect([...changed].sort()).toEqual(changes);
      expect(weights).toEqual(open().compute(data, pixel, value).weights);
    }
    const last = {...firstPairwise, settings: steps.at(-1).of};
    expect(reader.compute(data, {x: 4, y: 4}, last).changed.size).toBe(3);
    expect(reader.compute({...data}, {x: 4, y: 4}, last).changed.size).toBe(3);
  });

  it("says what it computes", () => {
    expect(pairwiseSentences(facts)).toEqual([
      "Pixel 12, 102 (pedestrian) gives 1,575 of the 49,600 other pixels more than 1\u00a0% of the greatest weight of both kernels together, 8.",
      "195 pixels hold half of its appearance weight, the farthest 17 pixels away; 99 % of it lies on pedestrian. The nearest pixel of another label, fence, is 10.2 pixels away: there the appearance kernel is 0.012."
    ]);
    const [, alone] = pairwiseSentences({
      ...{...facts, name: null, nearest: null},
      half: {count: 1, farthest: 1}
    });
    expect(alone).toBe("One pixel holds half of its appearance weight, 1 pixel away.");
    const off = {...settings, appearance: {...settings.appearance, weight: 0}};
    expect(pairwiseSentences({...facts, map: "appearance", greatest: 0, settings: off})).toEqual([
      "Pixel 12, 102 (pedestrian) hears no other: the weight of appearance is 0.",
      "Appearance is switched off: w₁ is 0."
    ]);
    expect(kernelText(0)).toBe("< 10⁻³⁰⁰");
  });

  it("asks for color blindness, and for the own label nevertheless", () => {
    const stands = (srgb: number, own: number, isFirst = true, weight = 5) =>
      blindTask({
        ...{isFirst, own, name: "car"},
        settings: {...settings, appearance: {sxy: 9, srgb, weight}}
      });
    expect(stands(64, 0.9).solved).toBe(true);
    expect(stands(63, 0.99)).toEqual({
      solved: false,
      note: "θβ is 63; 99 % of the appearance weight lies on car."
    });
    expect(stands(64, 0.89).solved).toBe(false);
    expect(stands(64, 0.99, false).solved).toBe(false);
    expect(stands(64, 0.99, true, 0).solved).toBe(false);
  });
});
