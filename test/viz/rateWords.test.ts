import {describe, expect, it} from "vitest";
import {percent} from "../../src/viz/percent.ts";
import {and, boundReason, tapSentences} from "../../src/viz/rateWords.ts";
import {segmentationSentences, shareList} from "../../src/viz/segmentationWords.ts";

describe("percent", () => {
  it.each([
    [0, "0 %"],
    [0.0004, "< 0.1 %"],
    [0.0221, "2.2 %"],
    [0.0994, "9.9 %"],
    [0.0996, "10 %"],
    [0.348, "35 %"],
    [1, "100 %"]
  ])("says %f as %s", (share, words) => expect(percent(share)).toBe(words));
});

describe("the words of the rates", () => {
  it("counts where a kernel is whole, and says when it has become a 1×1", () => {
    expect(tapSentences([3, 6, 9], 17, 13)).toContain("at 35 %, 2.3 % and 0 % of them");
    expect(tapSentences([3, 6, 9], 17, 13)).not.toContain("1×1");
    expect(tapSentences([12, 24, 36], 17, 13)).toContain("At rate 24 and 36 only the middle tap");
  });

  it("explains either end of the slider, and states the range between", () => {
    const common = {minScale: 0.5, maxScale: 4, smallest: 1, width: 17, height: 13};
    expect(boundReason(0.5, {...common, used: [2, 3, 5]})).toContain("without holes");
    expect(boundReason(4, {...common, used: [12, 24, 36]})).toContain("24 and 36");
    expect(boundReason(4, {...common, used: [3]})).toContain("×4 is the most");
    expect(boundReason(1, {...common, used: [3, 6, 9]})).toMatch(/^From ×0.5 to ×4\./);
  });

  it("lists as English does", () => {
    expect([and([]), and([1]), and([1, 2]), and([1, 2, 3])]).toEqual([
      "",
      "1",
      "1 and 2",
      "1, 2 and 3"
    ]);
  });
});

describe("the words of a segmentation", () => {
  it("lists classes by share and leaves traces out", () => {
    expect(shareList(["sky", "road", "car"], [0.3, 0.6996, 0.0004])).toEqual([
      "road 70 %",
      "sky 30 %"
    ]);
  });

  it("states the agreement where the truth is known, and what is seen where not", () => {
    const agreement = {mIoU: 0.714, pixelAccuracy: 0.93, perClass: [0.9, null, 0.5]};
    expect(segmentationSentences(["road 70 %"], {agreement, milliseconds: 23.4})).toBe(
      "The network is right about 93 % of the pixels; " +
        "mean intersection over union (mIoU) 0.71 over 2 classes. It took 23 ms."
    );
    expect(segmentationSentences(["road 70 %", "sky 30 %"], {message: "Hello."})).toBe(
      "The network sees road 70 %, sky 30 %. Hello."
    );
    expect(segmentationSentences([], {})).toBe("");
  });
});
