import {describe, expect, it} from "vitest";
import {checkKernel} from "../../src/viz/kernelEditor.ts";
import {isBeginning, parseKernel, parseWeight} from "../../src/viz/kernelText.ts";

describe("parseWeight", () => {
  it.each([
    ["1", 1],
    [" -0.5 ", -0.5],
    ["−2", -2],
    ["+.25", 0.25],
    ["3.", 3],
    ["1e-3", 0.001],
    ["-0", 0],
    ["99", 99]
  ])("reads %j", (text, weight) => expect(parseWeight(text)).toBe(weight));

  it.each([
    ["", "nothing there"],
    ["  ", "nothing there"],
    ["abc", "“abc” is not a number"],
    ["NaN", "“NaN” is not a number"],
    ["Infinity", "“Infinity” is not a number"],
    ["1e400", "“1e400” is out of range"],
    ["-99.5", "“-99.5” is out of range"],
    ["0x10", "“0x10” is not a number"],
    ["1,5", "“1,5” is not a number"],
    ["1 2", "“1 2” is not a number"],
    ["9".repeat(200), `“${"9".repeat(24)}” is out of range`]
  ])("refuses %j", (text, reason) => expect(() => parseWeight(text)).toThrow(reason));
});

describe("parseKernel", () => {
  const sobel = [1, 0, -1, 2, 0, -2, 1, 0, -1];
  it.each([
    "1 0 -1\n2 0 -2\n1 0 -1",
    "1\t0\t-1\r\n2\t0\t-2\r\n1\t0\t-1\r\n",
    "[[1, 0, −1], [2, 0, −2], [1, 0, −1]]",
    "1,0,-1;2,0,-2;1,0,-1"
  ])("reads %j", (text) => expect(parseKernel(text)).toEqual(sobel));

  it.each([
    ["", "0 values were pasted"],
    ["1 2 3", "3 values were pasted; a 3 × 3 kernel has nine"],
    ["1 0 -1 2 0 -2 1 0 -1 5", "10 values were pasted"],
    ["1 0 -1\n2 x -2\n1 0 -1", "row 2, column 2 of what was pasted: “x” is not a number"],
    ["1 0 -1\n2 0 -2\n1 0 1e400", "row 3, column 3 of what was pasted: “1e400” is out of range"]
  ])("refuses %j", (text, reason) => expect(() => parseKernel(text)).toThrow(reason));
});

it("knows what may still become a weight", () => {
  for (const text of ["", "-", "−", "+", ".", "-.", "1e", "2.5e-"])
    expect(isBeginning(text)).toBe(true);
  for (const text of ["a", "1", "--", "1e4", "NaN"]) expect(isBeginning(text)).toBe(false);
});

it("checks kernels that are assigned", () => {
  expect(() => checkKernel([1, 2])).toThrow("invalid kernel: 2 weights");
  for (const wrong of [NaN, Infinity, 100])
    expect(() => checkKernel([0, 0, 0, 0, wrong, 0, 0, 0, 0])).toThrow(`invalid weight: ${wrong}`);
});
