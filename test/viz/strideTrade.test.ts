import {describe, expect, it} from "vitest";
import {everyNth, largestOf} from "../../src/viz/featureMaps.ts";
import {factor, inThousands, scientific} from "../../src/viz/numberWords.ts";
import {labeledBlocks, rowTitles, stripLayout} from "../../src/viz/stripLayout.ts";
import {
  changedBlocks,
  checkReadings,
  fieldsStay,
  rateRuns,
  readingsCsv,
  spanOf,
  total,
  tradeOf,
  type StripBlock,
  type StripReading
} from "../../src/viz/strideTrade.ts";
import {
  agreementSentence,
  blockName,
  stripCaption,
  tradeNote,
  tradeSentence
} from "../../src/viz/strideWords.ts";

/** Four blocks, the first and third of which stride unless their stride is traded. */
function reading(outputStride: number, traded: boolean): StripReading {
  const block = (label: string, part: Partial<StripBlock>): StripBlock => ({
    name: label === "conv" ? "Conv" : `block_${label}`,
    label,
    kernelSize: 3,
    stride: 1,
    rate: 1,
    width: 17,
    height: 9,
    channels: 4,
    field: 3,
    multiplyAdds: 1000,
    activationBytes: 500,
    ...part
  });
  const size = traded ? {width: 9, height: 5} : {width: 5, height: 3};
  const times = traded ? 3 : 1;
  return {
    outputStride,
    blocks: [
      block("conv", {stride: 2}),
      block("0", {field: 7}),
      block("1", {...size, field: 11, stride: traded ? 1 : 2, multiplyAdds: 1000 * times}),
      block("2", {...size, field: 19, rate: traded ? 2 : 1, multiplyAdds: 2000 * times})
    ]
  };
}

const coarse = reading(8, false);
const fine = reading(4, true);
const size = [17, 33] as const;

describe("readings", () => {
  it("are sorted, and refused unless they are of the same blocks", () => {
    expect(checkReadings([fine, coarse])).toEqual([coarse, fine]);
    expect(() => checkReadings([fine])).toThrow("invalid readings: output strides 4");
    expect(() => checkReadings([fine, fine])).toThrow("output strides 4, 4");
    const other = {...coarse, blocks: coarse.blocks.slice(1)};
    expect(() => checkReadings([fine, other])).toThrow("not of the same blocks");
    const none = [1, 2].map((outputStride) => ({outputStride, blocks: []}));
    expect(() => checkReadings(none)).toThrow(RangeError);
  });

  it("say what a trade changes, and what it does not", () => {
    expect(rateRuns(fine.blocks)).toEqual([{first: 3, last: 3, rate: 2}]);
    expect(rateRuns([2, 2, 4, 1, 4].map((rate) => ({...fine.blocks[0], rate})))).toEqual([
      {first: 0, last: 1, rate: 2},
      {first: 2, last: 2, rate: 4},
      {first: 4, last: 4, rate: 4}
    ]);
    expect(changedBlocks(coarse, fine)).toEqual([2, 3]);
    expect(changedBlocks(fine, fine)).toEqual([]);
    expect([total(coarse, "multiplyAdds"), total(fine, "multiplyAdds")]).toEqual([5000, 11000]);
    expect(spanOf(fine.blocks[3])).toBe(5);
    expect(fieldsStay([coarse, fine])).toBe(true);
    const moved = {...fine, blocks: fine.blocks.map((b) => ({...b, field: b.field + 1}))};
    expect(fieldsStay([coarse, moved])).toBe(false);
    expect(stripCaption(fine, [coarse, moved], size)).toContain("Receptive fields differ");
  });

  it("find the block that costs more without holes", () => {
    expect(coarse.blocks.map((_, i) => tradeOf(fine, coarse, i))).toEqual([
      {times: 1, withoutHoles: false},
      {times: 1, withoutHoles: false},
      {times: 3, withoutHoles: true},
      {times: 3, withoutHoles: false}
    ]);
    expect(coarse.blocks.some((_, i) => tradeOf(coarse, coarse, i).withoutHoles)).toBe(false);
  });

  it("are saved as a line for each block", () => {
    const [head, first, ...rest] = readingsCsv([coarse, fine]).trimEnd().split("\n");
    expect(head).toMatch(/^outputStride,name,stride,rate,/);
    expect(first).toBe("8,Conv,2,1,17,9,4,3,1000,500");
    expect(rest).toHaveLength(7);
  });
});

describe("words", () => {
  it("say how strides have become rates", () => {
    expect(tradeSentence(coarse, coarse)).toBe(
      "Every stride is there, and every kernel reads at rate 1."
    );
    expect(tradeSentence(fine, coarse)).toBe(
      "Block 1 no longer strides; instead, block 2 reads at rate 2."
    );
    expect([blockName(fine.blocks[0]), blockName(fine.blocks[1])]).toEqual([
      "layer Conv",
      "block 0"
    ]);
    expect(stripCaption(fine, [coarse, fine], size)).toBe(
      "At output stride 4 a picture of 33 × 17 pixels ends as a map of 9 × 5 units. The backbone " +
        "needs 11.0\u00a0k multiply-adds, 2.2 times those at 8, and the outputs of its layers " +
        "take 2.00\u00a0kB. Whatever the output stride, each block’s receptive field is the " +
        "same, up to 19 pixels at the last."
    );
    expect(stripCaption(coarse, [coarse, fine], size)).toContain(
      "needs 5.00\u00a0k multiply-adds, and"
    );
  });

  it("say how maps agree", () => {
    const agreement = {step: 2, compared: 10080, difference: 0, largest: 4};
    expect(agreementSentence(fine.blocks[3], agreement)).toBe(
      "Computed just now, with the same weights: of all 10\u00a0080 numbers in the two small " +
        "maps, over all channels, every one is exactly the same."
    );
    const close = agreementSentence(fine.blocks[3], {...agreement, difference: 2e-6});
    expect(close).toMatch(
      /none differs by more than 2\.0\s×\s10⁻⁶, which is 5\.0\s×\s10⁻⁷ of the largest, 4: rounding\.$/
    );
    const far = agreementSentence(fine.blocks[3], {...agreement, difference: 2});
    expect(far).toMatch(/none differs by more than 2, which is 0\.5 of the largest, 4\.$/);
    expect(agreementSentence(fine.blocks[1], {...agreement, step: 1})).toMatch(
      /^No stride up to block 0 is traded/
    );
  });

  it("say how a block stands towards the task", () => {
    expect(tradeNote(coarse, coarse, 3)).toBe("Nothing costs more at output stride 8 than at 8.");
    expect(tradeNote(fine, coarse, 0)).toBe(
      "At output stride 4, layer Conv costs what it does at 8."
    );
    expect(tradeNote(fine, coarse, 2)).toMatch(
      /^At output stride 4, block 1 costs 3\.0 times as much, at rate 1: it no longer strides/
    );
    expect(tradeNote(fine, coarse, 3)).toMatch(/but its kernel has holes: rate 2\.$/);
  });

  it("write numbers to the figures that count", () => {
    expect([0, 820, 3939, 999.6e3, 134_684_352].map(inThousands)).toEqual([
      "0",
      "820",
      "3.94\u00a0k",
      "1.00\u00a0M",
      "135\u00a0M"
    ]);
    expect([0, 0.25, 6.476, 7.2e-7, -0.0012].map(scientific)).toEqual([
      "0",
      "0.25",
      "6.5",
      "7.2\u00a0×\u00a010⁻⁷",
      "−1.2\u00a0×\u00a010⁻³"
    ]);
    expect([1.564, 9.97, 13.1].map(factor)).toEqual(["1.6", "10", "13"]);
  });
});

describe("the chart", () => {
  it("lays blocks side by side in the width there is", () => {
    for (const width of [328, 700, 1120]) {
      const {left, step, gap, costBase, height} = stripLayout(width, [coarse, fine]);
      expect(left + 4 * step).toBeCloseTo(width, 6);
      expect(gap).toBeLessThan(step);
      expect(costBase).toBeLessThan(height);
    }
    expect(rowTitles(fine, [coarse, fine], 700)[2][1]).toContain("2.2 times those at 8 (faint");
    expect(rowTitles(coarse, [coarse, fine], 328)[2][1]).toBe("5.00\u00a0k");
  });

  it("labels as many blocks as there is room for, and always the one in focus", () => {
    expect(labeledBlocks(5, 50, 1)).toEqual([0, 1, 2, 3, 4]);
    expect(labeledBlocks(6, 17, 5)).toEqual([1, 3, 5]);
    expect(labeledBlocks(6, 17, 2)).toEqual([2, 5]); // 1 and 3 would touch 2
  });
});

describe("maps of features", () => {
  const map = {
    width: 5,
    height: 3,
    channels: 2,
    data: Float32Array.from({length: 30}, (_, i) => -i)
  };

  it("keep every n-th unit, and know their largest value", () => {
    expect(everyNth(map, 2)).toEqual({
      width: 3,
      height: 2,
      channels: 2,
      data: Float32Array.of(-0, -1, -4, -5, -8, -9, -20, -21, -24, -25, -28, -29)
    });
    expect(everyNth(map, 1)).toBe(map);
    expect([largestOf(map, 0), largestOf(map, 1)]).toEqual([28, 29]);
  });
});
