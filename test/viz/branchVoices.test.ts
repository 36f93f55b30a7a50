import {readFileSync} from "node:fs";
import {createCanvas} from "@napi-rs/canvas";
import {describe, expect, it} from "vitest";
import {classes} from "../../src/model/classes.ts";
import {openSegmenter} from "../../src/model/segment.ts";
import {asppReading} from "../../src/notebook/asppReading.ts";
import {voicesOf} from "../../src/notebook/branchVoices.ts";
import type {CreateContext} from "../../src/notebook/predict.ts";
import {randomScene} from "../../src/scenes/index.ts";
import {
  activation,
  lessMean,
  poll,
  roundUp,
  scaleEnd,
  stepOf,
  tapsAt,
  unitAt
} from "../../src/viz/branchVoicesData.ts";
import {
  reachWords,
  shareText,
  taskNote,
  unitWords,
  voteWords
} from "../../src/viz/branchVoicesWords.ts";

const names = classes.map(({name}) => name);
const map = {width: 257, columns: 17, rows: 13};

describe("what a branch reads", () => {
  it("is the unit nearest to the pixel, and units that lie a rate apart", () => {
    expect(stepOf(map)).toBe(16);
    expect(unitAt({x: 7, y: 8}, map)).toEqual({x: 0, y: 1});
    expect(unitAt({x: 256, y: 192}, map)).toEqual({x: 16, y: 12});
    expect(tapsAt({x: 6, y: 8}, 0, map)).toEqual([{x: 6, y: 8, inside: true}]);
    const taps = tapsAt({x: 6, y: 8}, 6, map);
    expect(taps.map(({x, y}) => `${x},${y}`).join(" ")).toBe(
      "0,2 6,2 12,2 0,8 6,8 12,8 0,14 6,14 12,14"
    );
    expect(taps.filter(({inside}) => inside)).toHaveLength(6);
    expect(() => tapsAt({x: 6, y: 8}, -1, map)).toThrow(RangeError);
    expect(() => tapsAt({x: 6, y: 8}, NaN, map)).toThrow("invalid rate: NaN");
  });

  it("has scales and activations", () => {
    expect([...lessMean(Float32Array.of(1, 3, 5, 5), 2)]).toEqual([-1, 1, 0, 0]);
    expect([...activation(Float32Array.of(1, 3, 0, 5), 2, null)]).toEqual([2, 2.5]);
    expect([...activation(Float32Array.of(1, 3, 0, 5), 2, 1)]).toEqual([3, 5]);
    expect([0.03, 1, 1.2, 4, 5.1, 0].map(roundUp)).toEqual([0.03, 1, 1.5, 4, 6, 1]);
    expect(scaleEnd([new Float32Array(3)])).toBe(1);
    expect(scaleEnd([Float32Array.of(-4, 0), Float32Array.of(1, 2)])).toBe(2);
  });

  it("is told with its signs", () => {
    expect([5.44, -0.3, -0.01, 0].map(shareText)).toEqual(["+5.4", "−0.3", "0.0", "0.0"]);
    const words = (...shares: number[]) => voteWords(shares, ["sky", "road", "car"]);
    expect(words(2, 1, -3)).toBe("for sky +2.0, road +1.0; against car −3.0");
    expect(words(2, -1, -1)).toMatch(/^for sky \+2\.0; against (road|car) −1\.0$/);
    expect(words(0, 0, 0)).toBe("for no class more than another");
  });
});

describe("the votes of the network itself", () => {
  it("sum with the bias to the logits at every unit, and disagree where the figure starts", async () => {
    const createContext: CreateContext = (width, height) =>
      createCanvas(width, height).getContext("2d");
    const file = new URL("../../notebooks/weights/street.safetensors", import.meta.url);
    const segmenter = await openSegmenter(readFileSync(file), {backends: ["wasm"]});
    try {
      const source = {key: "street 23", scene: randomScene(23)};
      const reading = await asppReading(
        segmenter,
        {source, maps: true, votes: true},
        createContext
      );
      const canvas = {width: 257, height: 193, data: new Uint8ClampedArray(0)} as never;
      const data = voicesOf(reading, {width: 257, height: 193, canvas});
      expect([data.columns, data.rows, data.classes]).toEqual([17, 13, 11]);
      expect(data.voices.map(({rate}) => rate)).toEqual([0, 3, 6, 9, null]);
      for (const voice of data.voices) expect(voice.map.length).toBe(17 * 13 * data.channels);
      const found = poll(data);
      expect(found.gap).toBeLessThan(1e-4);
      const first = unitAt({x: 96, y: 128}, data);
      const words = unitWords(first, data, found, names);
      expect(words).toContain("road wins");
      expect(words).toContain("vote for 5 different classes; 1 of them for road");
      expect(words).toContain("rate 6 pushes road most");
      expect(reachWords(data.voices[3], first, data)).toBe(
        "9 taps, 288 px from end to end; 2 of 9 on the map"
      );
      expect(taskNote(first, data, found, names)).toMatch(/most by rate 6 with \+.*; rate 9 with/);
      // The task: rate 9 leads at some places, but at few.
      const wide = found.leaders.filter((leader) => leader === 3).length;
      expect(wide).toBeGreaterThan(8);
      expect(wide).toBeLessThan(40);
    } finally {
      segmenter.dispose();
    }
  });
});
