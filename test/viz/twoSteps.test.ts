import {describe, expect, it} from "vitest";
import {twoStepsLayout} from "../../src/viz/twoStepsLayout.ts";
import {
  groupChoices,
  lastStep,
  madeInOne,
  oneStepAt,
  oneStepCost,
  PLACES,
  twoStepsAt,
  twoStepsCost,
  twoStepsLast,
  WORK
} from "../../src/viz/twoStepsSchedule.ts";
import {cellText, decimal} from "../../src/viz/twoStepsWords.ts";

describe("the schedule", () => {
  it("takes the multiply-adds of a standard convolution's output at every step, on either side", () => {
    expect([WORK, PLACES]).toEqual([36, 9]);
    expect(twoStepsCost).toEqual([9 * 9 * 4, 4 * 4 * 9]);
    expect(twoStepsLast * WORK).toBe(324 + 144);
    expect(groupChoices.map(oneStepCost)).toEqual([
      {steps: 36, multiplyAdds: 1296},
      {steps: 18, multiplyAdds: 648},
      {steps: 9, multiplyAdds: 324}
    ]);
    expect(groupChoices.map(lastStep)).toEqual([36, 18, 13]);
  });

  it("makes each output of the one step once, at the step that is said to make it", () => {
    for (const groups of groupChoices) {
      const made = new Map<string, number>();
      for (let step = 1; step <= oneStepCost(groups).steps; ++step) {
        const {filters, place} = oneStepAt(step, groups);
        expect(filters).toHaveLength(groups);
        for (const filter of filters) {
          expect(made.has(`${filter} ${place}`)).toBe(false);
          made.set(`${filter} ${place}`, step);
          expect(madeInOne(filter, place, groups)).toBe(step);
        }
      }
      expect(made.size).toBe(36);
    }
  });

  it("does the depthwise step place by place, and then the pointwise one filter by filter", () => {
    expect([0, 1, 9, 10, 13, 14].map(twoStepsAt)).toEqual([
      null,
      {phase: "depthwise", place: 0},
      {phase: "depthwise", place: 8},
      {phase: "pointwise", filter: 0},
      {phase: "pointwise", filter: 3},
      null
    ]);
  });
});

describe("the layout", () => {
  it("fits every width from 328 px up, and no cards overlap", () => {
    for (let width = 328; width <= 1200; width += 8) {
      const {cards, cell, height, titles} = twoStepsLayout(width);
      const boxes = cards.map(({x, y, rows, columns}) => ({
        left: x,
        top: y,
        right: x + columns * cell.width,
        bottom: y + rows * cell.height
      }));
      for (const [i, a] of boxes.entries()) {
        expect(a.left).toBeGreaterThanOrEqual(0);
        expect(a.right).toBeLessThanOrEqual(width);
        expect(a.bottom).toBeLessThanOrEqual(height);
        for (const b of boxes.slice(i + 1))
          expect(
            a.right <= b.left || b.right <= a.left || a.bottom <= b.top || b.bottom <= a.top
          ).toBe(true);
      }
      expect(titles.two.x + titles.two.width).toBeLessThanOrEqual(width);
      expect(cell.width).toBeGreaterThanOrEqual(23);
    }
  });
});

describe("numbers", () => {
  it("have two digits, whatever their size", () => {
    for (const [value, text] of [
      [0, "0"],
      [0.45, ".45"],
      [-0.456, "−.46"],
      [0.996, "1.0"],
      [1.25, "1.3"],
      [-9.96, "−10"],
      [12.3, "12"],
      [0.001, ".00"]
    ] as const)
      expect(cellText(value)).toBe(text);
    expect([decimal(-0.12345), decimal(-0.00001), decimal(2, 2)]).toEqual([
      "−0.1235",
      "0.0000",
      "2.00"
    ]);
  });
});
