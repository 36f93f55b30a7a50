import {describe, expect, it} from "vitest";
import {edgeBetween, lineThrough, rampNear} from "../../src/model/boundaryRamps.ts";
import {classes} from "../../src/model/classes.ts";
import {colorSteps} from "../../src/model/colorSteps.ts";
import {edgeWithin, mostChanging, readPlace, type BlurData} from "../../src/viz/blurToEdgesData.ts";
import {
  likeliest,
  pictureSentences,
  pixelsText,
  placeSentences,
  profileCsv
} from "../../src/viz/blurToEdgesWords.ts";

const arithmetic = {lineThrough, rampNear, edgeBetween};
const [width, height] = [40, 40];

/** Class 3 is to the right, over 20 pixels; the color changes once, at *edge*, by 60·√3 levels. */
function street(edge = 20): BlurData {
  const data = new Uint8ClampedArray(4 * width * height);
  const probabilities = new Float32Array(classes.length * width * height);
  for (let i = 0; i < width * height; ++i) {
    const x = i % width;
    data.fill(x < edge ? 100 : 160, 4 * i, 4 * i + 3);
    const p = Math.max(0, Math.min(1, (x - 10) / 20));
    probabilities[i * classes.length + 3] = p;
    probabilities[i * classes.length] = 1 - p;
  }
  const picture = {width, height, data};
  return {
    ...{width, height, picture, pixels: data, probabilities},
    steps: colorSteps(picture),
    ramps: {entries: 80, ramps: 60, rampWidth: 16, edgeWidth: 1, clearest: null},
    wrong: {labeled: 1000, wrong: 1000, band: 4, labeledNear: 200, wrongNear: 996}
  };
}
const read = (data: BlurData, x: number, label = 3) =>
  readPlace(data, {at: {x, y: 7}, label, direction: "across"}, arithmetic);

describe("what is read", () => {
  it("finds the ramp and, in it, the strongest step", () => {
    const {ramp, edge} = read(street(16), 22);
    expect(ramp!.width).toBeCloseTo(16, 4);
    expect(edge).toMatchObject({at: 15.5, width: 1});
    expect(placeSentences(read(street(16), 22), classes)).toBe(
      "Along the row through pixel 22, 7, the probability of road takes 16\u00a0pixels from 10 to " +
        "90\u00a0%. The picture’s strongest color step there, 104\u00a0levels, is 1\u00a0pixel wide, " +
        "4.5\u00a0pixels from where the probability is 50\u00a0%."
    );
  });

  it("says so where there is no ramp, or no edge", () => {
    expect(placeSentences(read(street(), 1), classes)).toContain(
      "of road does not pass 50\u00a0% within 16 pixels."
    );
    expect(placeSentences(read(street(0), 22), classes)).toContain("No color changes there.");
    expect(placeSentences(read(street(), 22, 5), classes)).toContain("does not pass 50");
  });

  it("chooses the class and the direction that change most, of those left open", () => {
    const at = {x: 20, y: 20};
    expect(mostChanging(street(), at, {label: null, direction: null}, arithmetic)).toEqual({
      label: 0,
      direction: "across"
    });
    expect(mostChanging(street(), at, {label: 3, direction: "down"}, arithmetic)).toEqual({
      label: 3,
      direction: "down"
    });
  });

  it("knows an edge within a thing from one on a ramp", () => {
    const at = {x: 2, y: 20};
    expect(edgeWithin(street(3), at, arithmetic)).toMatchObject({solved: true, sure: true});
    expect(edgeWithin(street(9), at, arithmetic)).toMatchObject({solved: false, sure: true});
    expect(edgeWithin(street(20), {x: 20, y: 20}, arithmetic).solved).toBe(false);
  });
});

describe("in words", () => {
  it("says of the picture what is true of it", () => {
    expect(pictureSentences(street())).toBe(
      "In the whole picture, rows and columns enter another thing 80 times. At 60 of them its " +
        "probability goes from 10 to 90\u00a0%: in the median over 16\u00a0pixels, where the color’s " +
        "edge is 1\u00a0pixel wide. At the others it does not get that far. Of the 1,000 pixels that " +
        "the encoder alone labels wrong, all but 4 lie within 4 pixels of a true boundary, where " +
        "20 % of all pixels lie."
    );
    const right = {...street().wrong, wrong: 0, wrongNear: 0};
    expect(pictureSentences({...street(), wrong: right})).toMatch(/labels every pixel right\.$/);
  });

  it("gives unaries, no larger than that of 10⁻⁵", () => {
    expect(likeliest(street(), {x: 15, y: 0}, 3)).toEqual([
      {label: 0, probability: 0.75, unary: "0.29"},
      {label: 3, probability: 0.25, unary: "1.39"},
      {label: 1, probability: 0, unary: "11.51"}
    ]);
    expect([1, 1.04, 0.5].map(pixelsText)).toEqual([
      "1\u00a0pixel",
      "1\u00a0pixel",
      "0.5\u00a0pixels"
    ]);
  });

  it("writes the line as a table", () => {
    const rows = profileCsv(street(), read(street(), 22), classes).trimEnd().split("\n");
    expect(rows).toHaveLength(1 + width);
    expect(rows[0]).toBe("x,y,red,green,blue,probability of road,color step to the next");
    expect(rows[20]).toBe("19,7,100,100,100,0.450000,103.923");
    expect(rows[40]).toBe("39,7,160,160,160,1.00000,");
  });
});
