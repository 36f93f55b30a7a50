import {expect, it} from "vitest";
import {
  formsSentences,
  metByOthers,
  middleOnly,
  pixelSentence
} from "../../src/viz/atrousFormsWords.ts";
import {
  largestDifference,
  responseLimit,
  responseText,
  signedScale
} from "../../src/viz/responseMap.ts";
import {mapColors, pixelIn, placeIn, shuffleOf} from "../../src/viz/shuffledPicture.ts";
import {filterNames, luminanceFilter, typedAtFirst} from "../../src/viz/filters.ts";

it("centers the scale at zero", () => {
  const scale = signedScale("#7b2f9e", "#f6f6f4", "#00783c");
  expect(scale.length).toBe(511);
  expect([scale[0], scale[255], scale[510]]).toEqual([0xff9e2f7b, 0xfff4f6f6, 0xff3c7800]);
});

it("ends the scale where 1 % of the pixels away from the sides end, and never at zero", () => {
  const response = Float32Array.from({length: 60 * 60}, (_, i) => (i % 60 === 0 ? 1000 : 3));
  expect(responseLimit(response, 60, 60, 2)).toBe(3);
  expect(responseLimit(response, 60, 60, 40)).toBe(1000);
  expect(responseLimit(new Float32Array(3600), 60, 60, 2)).toBe(1);
  const spot = new Float32Array(3600);
  spot[0] = -5;
  expect(responseLimit(spot, 60, 60, 0)).toBe(5);
});

it("finds the largest difference, and writes responses short", () => {
  expect(largestDifference(Float32Array.of(1, 2, -3), Float32Array.of(1, 2.5, -1))).toBe(2);
  expect(responseText(-0.41234)).toBe("−0.412");
});

it("shuffles every pixel to a place of its own, and back", () => {
  for (const rate of [1, 2, 6, 33, 100, 257, 260]) {
    const shuffle = shuffleOf(257, 193, rate);
    for (const at of [
      {x: 0, y: 0},
      {x: 256, y: 192},
      {x: 100, y: 7},
      {x: 128, y: 96}
    ]) {
      const {x, y} = placeIn(shuffle, at);
      const middle = {x: x + shuffle.cell / 2, y: y + shuffle.cell / 2};
      expect(middle.x > 0 && middle.x < 257 && middle.y > 0 && middle.y < 193).toBe(true);
      expect(pixelIn(shuffle, middle)).toEqual(at);
    }
    expect(pixelIn(shuffle, {x: -1, y: 5})).toBeNull();
  }
  expect(pixelIn(shuffleOf(257, 193, 6), {x: 256.5, y: 192.5})).toBeNull(); // padding
});

it("colors one channel gray, and RGB in [−1, 1] as it is", () => {
  const gray = {width: 2, height: 1, channels: 1, data: Float32Array.of(0, 1)};
  expect([...mapColors(gray)]).toEqual([0xff000000, 0xffffffff]);
  const rgb = {width: 1, height: 1, channels: 3, data: Float32Array.of(1, -1, 0)};
  expect([...mapColors(rgb)]).toEqual([0xff8000ff]);
});

it("counts the pixels from which another tap than the middle one meets the picture", () => {
  for (const [width, height] of [
    [7, 5],
    [4, 9]
  ])
    for (let rate = 1; rate <= 11; ++rate) {
      let met = 0;
      const inside = (x: number, y: number) => x >= 0 && y >= 0 && x < width && y < height;
      for (let y = 0; y < height; ++y)
        for (let x = 0; x < width; ++x)
          if (
            [-1, 0, 1].some((i) =>
              [-1, 0, 1].some((j) => (i || j) && inside(x + j * rate, y + i * rate))
            )
          )
            ++met;
      expect(metByOthers(width, height, rate)).toBe(met);
    }
});

it("has presets that are square, and blurs that sum to one", () => {
  for (const name of filterNames) {
    if (name === "learned") continue;
    const {size, weights} = luminanceFilter(name, typedAtFirst);
    expect(weights.length).toBe(size ** 2);
    const sum = weights.reduce((a, b) => a + b);
    expect(sum).toBe(name.startsWith("blur") ? 1 : 0);
  }
});

it("says what is so in the caption", () => {
  const filter = luminanceFilter("vertical", typedAtFirst);
  const say = (rate: number, difference: number | null) =>
    formsSentences({words: "it", filter, rate, width: 257, height: 193, dense: null, difference});
  expect(say(1, 0)).toContain("no hole between them");
  expect(say(4, 0)).toContain("72 zeros between them in a kernel of side 3 + 2 · 3 = 9");
  expect(say(4, 0)).toContain("89 % multiply by one of those zeros");
  expect(say(100, null)).toContain("99.98 % multiply");
  expect(say(4, 2.4e-7)).toContain("differ by at most 2.4e-7: rounding");
  expect(say(257, 0)).toContain("it weighs 0: so is each response");
});

it("says which rate is the smallest at which only the middle tap meets the picture", () => {
  expect(middleOnly(257, 193, 256)).toMatchObject({smallest: false});
  expect(middleOnly(257, 193, 256).sentence).toContain("at 386 of 49,601 pixels");
  expect(middleOnly(257, 193, 257).smallest).toBe(true);
  expect(middleOnly(257, 193, 258).sentence).toContain("a smaller rate would do");
  expect(middleOnly(1, 1, 1).smallest).toBe(true);
});

it("reads out the responses that are known", () => {
  const at = {x: 3, y: 4};
  expect(pixelSentence(at, [-0.5, -0.5, -0.5])).toBe("Pixel 3, 4: −0.5 = −0.5 = −0.5");
  expect(pixelSentence(at, [1, null, 1])).toBe("Pixel 3, 4: 1 = 1, the rest on its way");
  expect(pixelSentence(at, [1, 2, 1])).toBe("Pixel 3, 4: 1, 2, 1");
});
